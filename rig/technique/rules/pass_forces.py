"""Force compared from pass to pass: up against down, each stroke lighter than the last.

A pass is compared with the last one of the other kind on the same side, in the same stretch of the step. The rule:
only the order of two forces is judged, so that no calibration is needed; both come from the same sensors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.technique.flags import flag_on_stroke
from rig.technique.limits import Limit

if TYPE_CHECKING:
    from rig.analysis.findings import Stroke
    from rig.technique.flags import Flag
    from rig.technique.routine.routine import Contrast, Routine, Step


_AS_LONG = 0.75
"""A much shorter pass than the last is a piece of one: a light hand is lost on the way now and then."""


class PassForces:
    """Compares the passes of one session; `row` is the number of the mark that a pass belongs to."""

    def __init__(self, routine: Routine, *, calibrated: bool) -> None:
        self._routine = routine
        self._calibrated = calibrated
        self._row = -1
        self._last: dict[tuple[str, str], Stroke] = {}

    def judge_pass(self, stroke: Stroke, step: Step, row: int) -> list[Flag]:
        """The flag that this pass earns by its force beside that of an earlier one."""
        if row != self._row:
            self._row, self._last = row, {}
        if stroke.kind != "stroke":
            return []
        if step.contrast is not None:
            return self._contrast(stroke, step, step.contrast)
        if step.fading and step.directions and stroke.direction == step.directions[0]:
            return self._fading(stroke, step)
        return []

    def _contrast(self, stroke: Stroke, step: Step, contrast: Contrast) -> list[Flag]:
        """Each pair of a pass one way and a pass the other way is compared once."""
        if stroke.direction not in (contrast.more, contrast.less):
            return []
        other_way = contrast.less if stroke.direction == contrast.more else contrast.more
        other = self._last.pop((stroke.side, other_way), None)
        if other is None:
            self._last[stroke.side, stroke.direction] = stroke
            return []
        more, less = (stroke, other) if stroke.direction == contrast.more else (other, stroke)
        limit = self._allowed(more, step, contrast)
        if less.force_mean_n < limit.value:
            return []
        return [self._flag(less, step, limit, f"Lighter on the way {contrast.less} than on the way {contrast.more}")]

    def _allowed(self, more: Stroke, step: Step, contrast: Contrast) -> Limit:
        """What the lighter pass must stay below: the heavier one, or the share of it that the step asks for."""
        ratio = self._routine.wanted(step, "contrast_ratio")
        if ratio is None or ratio.low is None:
            return Limit(more.force_mean_n, self._said(step, contrast.source))
        return Limit(more.force_mean_n / max(ratio.low, 1.0), ratio.source)

    def _fading(self, stroke: Stroke, step: Step) -> list[Flag]:
        before = self._last.get(("", stroke.direction))
        if before is not None and stroke.length_mm < _AS_LONG * before.length_mm:
            return []
        self._last["", stroke.direction] = stroke
        if before is None or stroke.force_mean_n < before.force_mean_n:
            return []
        limit = Limit(before.force_mean_n, self._said(step, None))
        return [self._flag(stroke, step, limit, "Each stroke lighter than the one before")]

    def _flag(self, stroke: Stroke, step: Step, limit: Limit, about: str) -> Flag:
        """A pass that is too heavy beside another."""
        force_n, calibrated = stroke.force_mean_n, self._calibrated
        return flag_on_stroke("contrast", stroke, step.id, force_n, limit, "N", calibrated=calibrated, about=about)

    def _said(self, step: Step, source: str | None) -> str:
        return self._routine.cite(source or step.source)

"""Equal force along a pass and on both sides, and less of it in a zone that wants less.

Along a pass its eighths are compared, but for the first and the last, in which the hand lands and lifts; between the
sides, two passes that overlap in time. The rule: ratios only, so that what all sensors have in common cancels out; what
few sensors say of another few is widened without a calibration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.technique.flags import flag_on_stroke
from rig.technique.limits import Limit

if TYPE_CHECKING:
    from rig.analysis.findings import Stroke
    from rig.pad import PadLayout
    from rig.technique.flags import Flag, FlagKind
    from rig.technique.limits import Limits
    from rig.technique.routine.routine import LighterIn, Routine, Step

_SAME_HAND = 0.5
"""Two passes are a pair if they overlap by this share of the shorter: hands that mean to move together."""


class Evenness:
    """Compares force within passes and between the two sides of a session's passes."""

    def __init__(self, pad: PadLayout, routine: Routine, limits: Limits, *, calibrated: bool) -> None:
        self._pad = pad
        self._routine = routine
        # A part of a pass is a sensor or two, a side's mean is many: only the former needs a calibration.
        along = limits.high("even-along")
        self._along = Limit(along.value * limits.widening, along.source)
        self._sides = limits.high("even-sides")
        self._reduced = limits.high("reduced")
        self._limits = limits
        self._calibrated = calibrated
        self._row = -1
        self._last: dict[str, Stroke] = {}

    def judge_pass(self, stroke: Stroke, step: Step, row: int) -> list[Flag]:
        """The flags of a working pass."""
        if row != self._row:
            self._row, self._last = row, {}
        if stroke.kind != "stroke" or not step.directions or stroke.direction != step.directions[0]:
            return []
        flags = self._compare_parts(stroke, step) + self._compare_sides(stroke, step) if step.even else []
        return flags + (self._in_zone(stroke, step, step.lighter_in) if step.lighter_in is not None else [])

    def _compare_parts(self, stroke: Stroke, step: Step) -> list[Flag]:
        parts = stroke.force_parts_n[1:-1]
        ratio = max(parts) / min(parts) if parts and min(parts) > 0 else 1.0
        about = "Uneven pressure along the way"
        return self._flag("uneven", stroke, step, ratio, self._said(step, self._along), "ratio", about)

    def _compare_sides(self, stroke: Stroke, step: Step) -> list[Flag]:
        other = self._last.get({"left": "right", "right": "left"}.get(stroke.side, ""))
        self._last[stroke.side] = stroke
        if other is None or not _together(stroke, other):
            return []
        heavier, lighter = (stroke, other) if stroke.force_mean_n >= other.force_mean_n else (other, stroke)
        ratio = heavier.force_mean_n / lighter.force_mean_n
        about = f"Heavier on the {heavier.side} than on the {lighter.side}"
        return self._flag("uneven", heavier, step, ratio, self._said(step, self._sides), "ratio", about)

    def _in_zone(self, stroke: Stroke, step: Step, want: LighterIn) -> list[Flag]:
        """A pass that goes into the zone is lighter there, on the whole, by more than sensors may differ.

        All of its parts are taken: it ends in the zone as often as not, and a hand that lifts there is light as well.
        """
        inside: list[float] = []
        outside: list[float] = []
        parts = stroke.force_parts_n
        for number, force_n in enumerate(parts):
            share = (number + 0.5) / len(parts)
            x = stroke.x0_mm + share * (stroke.x1_mm - stroke.x0_mm)
            y = stroke.y0_mm + share * (stroke.y1_mm - stroke.y0_mm)
            (inside if self._pad.zone_at(x, y) == want.zone else outside).append(force_n)
        if not inside or not outside:
            return []
        most = self._reduced.value * sum(outside) / len(outside)
        limit = self._limits.raised(Limit(most, f"{self._routine.cite(want.source)}; {self._reduced.source}"))
        about = f"Lighter in the {want.zone.replace('-', ' ')} than elsewhere"
        return self._flag("contrast", stroke, step, sum(inside) / len(inside), limit, "N", about)

    def _flag(
        self, kind: FlagKind, stroke: Stroke, step: Step, value: float, limit: Limit, unit: str, about: str
    ) -> list[Flag]:
        if value <= limit.value:
            return []
        return [flag_on_stroke(kind, stroke, step.id, value, limit, unit, calibrated=self._calibrated, about=about)]

    def _said(self, step: Step, limit: Limit) -> Limit:
        return Limit(limit.value, f"{self._routine.cite(step.source)}; {limit.source}")


def _together(one: Stroke, other: Stroke) -> bool:
    shared = min(one.t1, other.t1) - max(one.t0, other.t0)
    return one.direction == other.direction and shared >= _SAME_HAND * min(one.t1 - one.t0, other.t1 - other.t0)

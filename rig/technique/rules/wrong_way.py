"""A wrong direction, raised while the hand still goes that way.

A contact's heading raises the flag; the stroke that it comes to ends it, with the whole stroke's values. A stroke too
short or too quick for a heading is flagged when it ends. Where a heading's movement turns out to be no wrong stroke
after all (it bent into a circle, or grew light), the flag ends with it and keeps what the heading said: so far the hand
did go wrong. What a heavy hand leaves in the sensors for a while is joined with its next touch now and then: such a
shadow goes no way. The rule: one flag for each wrong stroke, whichever of heading and stroke is pushed when.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import msgspec

from rig.analysis.shadows import SHADOW
from rig.technique.flags import Flag, FlagEvent
from rig.technique.places import goes_against

if TYPE_CHECKING:
    from rig.analysis.findings import Heading, Stroke
    from rig.technique.limits import StepLimits


_RECENT = 8
_AT_ONCE_S = 0.1
"""A shadow follows so soon upon its stroke: before another hand could have come."""


class WrongWay:
    """Follows the wrong headings of a session to their end."""

    def __init__(self, *, calibrated: bool) -> None:
        self._calibrated = calibrated
        self._raised: dict[int, list[Flag]] = {}
        self._last: deque[Stroke] = deque(maxlen=_RECENT)

    def take_heading(self, heading: Heading, limits: StepLimits) -> list[FlagEvent]:
        """The flag that a heading raises in a step with these limits."""
        step = limits.step
        if step is None or not goes_against(step, heading):
            return []
        # A hand that is easing off has been heavier than it will have been.
        if min(heading.force_mean_n, heading.force_n) < limits.pressed.value:
            return []
        # A hand lands where a shadow led to; strokes are not asked here, for they may be pushed sooner or later.
        if heading.force_mean_n < SHADOW * heading.force_n:
            return []
        flag = Flag(
            kind="wrong-direction",
            t0=heading.t0,
            t1=None,
            step=step.id,
            side=heading.side,
            x_mm=heading.x_mm,
            y_mm=heading.y_mm,
            value=-heading.length_mm,
            limit=limits.against.value,
            unit="mm",
            source=limits.against.source,
            calibrated=self._calibrated,
        )
        self._raised.setdefault(heading.contact, []).append(flag)
        return [FlagEvent(False, round(heading.t * 1e6), flag)]

    def take_stroke(self, stroke: Stroke, flags: list[Flag]) -> tuple[list[FlagEvent], list[Flag]]:
        """The end of the flag that the stroke's heading raised, and those of the stroke's flags that remain."""
        if any(_is_shadow(stroke, last) for last in self._last):
            flags = [flag for flag in flags if flag.kind != "wrong-direction"]
        self._last.append(stroke)
        waiting = self._raised.get(stroke.contact)
        if not waiting or stroke.t1 <= waiting[0].t0:
            return [], flags
        raised = waiting.pop(0)
        wrong = next((flag for flag in flags if flag.kind == "wrong-direction"), None)
        over = msgspec.structs.replace(raised, t1=stroke.t1) if wrong is None else wrong
        return [FlagEvent(True, round(stroke.t1 * 1e6), over)], [flag for flag in flags if flag is not wrong]

    def finish(self, end_s: float) -> list[FlagEvent]:
        """End what no stroke has ended."""
        left = [msgspec.structs.replace(f, t1=max(end_s, f.t0)) for flags in self._raised.values() for f in flags]
        self._raised = {}
        return [FlagEvent(True, round((flag.t1 or 0.0) * 1e6), flag) for flag in left]


def _is_shadow(stroke: Stroke, last: Stroke) -> bool:
    """Whether a way is what a stroke on the same side, in which or behind which it begins, left in the sensors."""
    close = last.side == stroke.side and last.t0 < stroke.t0 <= last.t1 + _AT_ONCE_S
    return close and stroke.force_mean_n < SHADOW * last.force_mean_n

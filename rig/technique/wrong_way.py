"""A wrong direction, raised while the hand still goes that way.

A contact's heading raises the flag; the stroke that it comes to ends it, with the whole stroke's values. A stroke too
short or too quick for a heading is flagged when it ends. Where a heading's movement turns out to be no wrong stroke
after all (it bent into a circle, or grew light), the flag ends with it and keeps what the heading said: so far the hand
did go wrong. The rule: one flag for each wrong stroke, whichever of heading and stroke is pushed when.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from rig.technique.flags import Flag, FlagEvent
from rig.technique.places import goes_against

if TYPE_CHECKING:
    from rig.analysis.findings import Heading, Stroke
    from rig.technique.limits import StepLimits


class WrongWay:
    """Follows the wrong headings of a session to their end."""

    def __init__(self, *, calibrated: bool) -> None:
        self._calibrated = calibrated
        self._raised: dict[int, list[Flag]] = {}

    def take_heading(self, heading: Heading, limits: StepLimits) -> list[FlagEvent]:
        """The flag that a heading raises in a step with these limits."""
        step = limits.step
        if step is None or not goes_against(step, heading):
            return []
        # A hand that is easing off has been heavier than it will have been.
        if min(heading.force_mean_n, heading.force_n) < limits.pressed.value:
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

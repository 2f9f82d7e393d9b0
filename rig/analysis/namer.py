"""Movements in the words of the findings: which way, on which side and where, how far, how fast and how hard.

What a movement is has been decided elsewhere; here it is only measured and named. The rule: nothing but the movement
and the pad decides what is said of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rig.analysis.findings import Direction, Heading, Side, Stroke, StrokeKind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rig.analysis.pulses import Pulse
    from rig.analysis.turns import Turn
    from rig.analysis.ways import Course, Pass
    from rig.pad import PadLayout

CENTRE_MM = 14.0
"""A stroke whose middle is nearer to the line than half the column pitch there is neither left nor right."""


@dataclass(frozen=True, slots=True)
class Namer:
    """Names what contacts do on one pad."""

    pad: PadLayout

    def passes(
        self, contact: int, kind: StrokeKind, direction: Direction, first: Pass, last: Pass, length_mm: float
    ) -> Stroke:
        """A movement from the one pass to the other; both may be the same."""
        parts = [first] if first is last else [first, last]
        seconds = (last.t1_us - first.t0_us) / 1e6
        middle_x = (first.x0 + first.x1) / 2
        middle_y = (first.y0 + first.y1) / 2
        return Stroke(
            t0=first.t0_us / 1e6,
            t1=last.t1_us / 1e6,
            kind=kind,
            direction=direction,
            side=self._side(middle_x),
            zone=self.pad.zone_at(middle_x, middle_y),
            length_mm=length_mm,
            speed_cm_s=length_mm / 10 / seconds if seconds > 0 else 0.0,
            force_mean_n=sum(p.force_sum for p in parts) / max(sum(p.samples for p in parts), 1),
            force_peak_n=max(p.force_peak for p in parts),
            x0_mm=first.x0,
            y0_mm=first.y0,
            x1_mm=last.x1,
            y1_mm=last.y1,
            contact=contact,
            force_parts_n=first.force_parts if first is last and kind == "stroke" else (),
        )

    def turn(self, contact: int, kind: StrokeKind, turn: Turn) -> Stroke:
        """A circle or a figure of eight."""
        seconds = (turn.t1_us - turn.t0_us) / 1e6
        return Stroke(
            t0=turn.t0_us / 1e6,
            t1=turn.t1_us / 1e6,
            kind=kind,
            direction="none",
            side=self._side(turn.middle_x),
            zone=self.pad.zone_at(turn.middle_x, turn.middle_y),
            length_mm=turn.length_mm,
            speed_cm_s=turn.length_mm / 10 / seconds if seconds > 0 else 0.0,
            force_mean_n=turn.force_mean,
            force_peak_n=turn.force_peak,
            x0_mm=turn.x0,
            y0_mm=turn.y0,
            x1_mm=turn.x1,
            y1_mm=turn.y1,
            contact=contact,
        )

    def pulse(self, contact: int, kind: StrokeKind, path: NDArray[np.float64], one: Pulse) -> Stroke:
        """A squeeze or a press of a hand that stays, out of the (6 or more, n) samples that it is found in."""
        t_us, x, y, force = path[:4, one.start : one.stop + 1]
        middle_x, middle_y = path[1:3, one.peak].tolist()
        return Stroke(
            t0=float(t_us[0]) / 1e6,
            t1=float(t_us[-1]) / 1e6,
            kind=kind,
            direction="none",
            side=self._side(middle_x),
            zone=self.pad.zone_at(middle_x, middle_y),
            length_mm=0.0,
            speed_cm_s=0.0,
            force_mean_n=float(force.sum()) / len(force),
            force_peak_n=float(force.max()),
            x0_mm=float(x[0]),
            y0_mm=float(y[0]),
            x1_mm=float(x[-1]),
            y1_mm=float(y[-1]),
            contact=contact,
        )

    def heading(self, contact: int, course: Course) -> Heading:
        """The course of a pass under way."""
        seconds = (course.certain_us - course.t0_us) / 1e6
        return Heading(
            t=course.certain_us / 1e6,
            t0=course.t0_us / 1e6,
            direction=self.direction(course),
            side=self._side((course.x0 + course.x1) / 2),
            x0_mm=course.x0,
            y0_mm=course.y0,
            x_mm=course.x1,
            y_mm=course.y1,
            length_mm=course.chord_mm,
            speed_cm_s=course.chord_mm / 10 / seconds,
            force_mean_n=course.force_mean,
            force_n=course.force_now,
            contact=contact,
        )

    def direction(self, one: Pass | Course) -> Direction:
        """Along the back or across it, toward the line or away from it."""
        dx, dy = one.x1 - one.x0, one.y1 - one.y0
        if abs(dy) >= abs(dx):
            return "up" if dy > 0 else "down"
        spine = self.pad.spine_x_mm
        away = abs(one.x1 - spine) - abs(one.x0 - spine)
        if abs(away) < 0.3 * abs(dx):
            return "none"
        return "out" if away > 0 else "in"

    def _side(self, x_mm: float) -> Side:
        aside = x_mm - self.pad.spine_x_mm
        if abs(aside) < CENTRE_MM:
            return "centre"
        return "left" if aside < 0 else "right"

"""What is judged of one stroke by itself: direction, tempo, lightness, place.

A stroke is judged when the analysis gives it out, which is when it ends: only then are its direction and mean speed
certain. The rule: what a step does not say is not judged, and a light way back is no pass.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rig.technique.flags import Flag

if TYPE_CHECKING:
    from rig.analysis.findings import Side, Stroke
    from rig.pad import PadLayout
    from rig.technique.flags import FlagKind
    from rig.technique.limits import Limit, Limits, StepLimits
    from rig.technique.routine import Step

CENTRE_MM = 14.0
"""Nearer to the line than this is the centre: half the spacing of the reference pad's columns beside the spine."""


def side_of(dx_mm: float) -> Side:
    """The recipient's side, from the distance to the spine line (positive to the right)."""
    return "centre" if abs(dx_mm) <= CENTRE_MM else "right" if dx_mm > 0 else "left"


class StrokeRules:
    """The rules for single strokes."""

    def __init__(self, pad: PadLayout, limits: Limits, *, calibrated: bool) -> None:
        self._pad = pad
        self._limits = limits
        self._length_error_mm = limits.high("length-error").value
        self._calibrated = calibrated

    def judge_stroke(self, stroke: Stroke, step_id: str | None) -> list[Flag]:
        """The flags of one stroke made in a step; none where no step is practised."""
        limits = self._limits.of(step_id)
        step = limits.step
        if step is None or not self._limits.is_movement(stroke):
            return []
        flags = []
        if stroke.kind == "stroke":
            against = stroke.direction in step.forbids
            if against and stroke.force_mean_n < limits.pressed.value:
                return []
            if against:
                flags.append(self._against(stroke, step, limits))
            flags += self._tempo(stroke, step, limits)
            flags += [] if against else self._lightness(stroke, step, limits)
        return flags + self._place(stroke, step, limits)

    def _against(self, stroke: Stroke, step: Step, limits: StepLimits) -> Flag:
        along = stroke.y1_mm - stroke.y0_mm
        outward = abs(stroke.x1_mm - self._pad.spine_x_mm) - abs(stroke.x0_mm - self._pad.spine_x_mm)
        travel = {"down": along, "up": -along, "in": outward, "out": -outward}[stroke.direction]
        return self._flag("wrong-direction", stroke, step, travel, limits.against, "mm")

    def _tempo(self, stroke: Stroke, step: Step, limits: StepLimits) -> list[Flag]:
        """Outside the band even if the ends of the pass were misread: a short pass says little about its speed."""
        speed = stroke.speed_cm_s
        doubt = speed * self._length_error_mm / stroke.length_mm
        if limits.fast is not None and speed - doubt > limits.fast.value:
            return [self._flag("too-fast", stroke, step, speed, limits.fast, "cm/s")]
        if limits.slow is not None and speed + doubt < limits.slow.value:
            return [self._flag("too-slow", stroke, step, speed, limits.slow, "cm/s")]
        return []

    def _lightness(self, stroke: Stroke, step: Step, limits: StepLimits) -> list[Flag]:
        pressed = step.contrast is None or stroke.direction != step.contrast.less
        if limits.light is None or not pressed or stroke.force_mean_n >= limits.light.value:
            return []
        return [self._flag("too-light", stroke, step, stroke.force_mean_n, limits.light, "N")]

    def _place(self, stroke: Stroke, step: Step, limits: StepLimits) -> list[Flag]:
        """Both ends of the movement outside all of the step's zones, by more than the margin."""
        if not step.zones:
            return []
        ends = ((stroke.x0_mm, stroke.y0_mm), (stroke.x1_mm, stroke.y1_mm))
        off_mm = min(_distance_mm(self._pad, step.zones, x, y) for x, y in ends)
        if off_mm <= limits.place.value:
            return []
        return [self._flag("wrong-place", stroke, step, off_mm, limits.place, "mm")]

    def _flag(self, kind: FlagKind, stroke: Stroke, step: Step, value: float, limit: Limit, unit: str) -> Flag:
        return Flag(
            kind=kind,
            t0=stroke.t0,
            t1=stroke.t1,
            step=step.id,
            side=stroke.side,
            x_mm=stroke.x1_mm,
            y_mm=stroke.y1_mm,
            value=value,
            limit=limit.value,
            unit=unit,
            source=limit.source,
            calibrated=self._calibrated,
        )


def _distance_mm(pad: PadLayout, zones: tuple[str, ...], x_mm: float, y_mm: float) -> float:
    """How far a point lies from the nearest of the named zones; 0 inside one, and where the pad has none of them."""
    dx = x_mm - pad.spine_x_mm
    found = [zone for zone in pad.zones if zone.name in zones]
    if not found:
        return 0.0
    distances = []
    for zone in found:
        for x in (dx, -dx) if zone.mirrored else (dx,):
            across = max(zone.x0_mm - x, x - zone.x1_mm, 0.0)
            along = max(zone.y0_mm - y_mm, y_mm - zone.y1_mm, 0.0)
            distances.append(math.sqrt(across * across + along * along))
    return min(distances)

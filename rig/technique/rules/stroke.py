"""What is judged of one stroke by itself: direction, tempo, lightness, place.

A stroke is judged when the analysis gives it out, which is when it ends: only then are its direction and mean speed
certain. The rule: what a step does not say is not judged, and a light way back is no pass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rig.technique.flags import Flag, flag_on_stroke
from rig.technique.limits import Limit, usual_n, weight_n
from rig.technique.places import distance_mm, goes_against, side_of
from rig.technique.repetitions import SEEN_AS, counts
from rig.technique.resting import rests
from rig.technique.rules.spots import Spots

if TYPE_CHECKING:
    from rig.analysis.findings import Hold, Stroke
    from rig.pad import PadLayout
    from rig.technique.flags import FlagKind
    from rig.technique.limits import Limits, StepLimits
    from rig.technique.routine.routine import Step


class StrokeRules:
    """The rules for single strokes."""

    def __init__(self, pad: PadLayout, limits: Limits, *, calibrated: bool) -> None:
        self._pad = pad
        self._limits = limits
        self._length_error_mm = limits.high("length-error").value
        self._force_error = 1 + limits.high("force-error").value
        self._calibrated = calibrated
        self._tile_mm = float(np.median(pad.tiles[:, 3] - pad.tiles[:, 1]))
        self._spots = Spots(limits.high("same-point").value)

    def judge_stroke(self, stroke: Stroke, step_id: str | None) -> list[Flag]:
        """The flags of one stroke made in a step; none where no step is practised."""
        limits = self._limits.of(step_id)
        step = limits.step
        if step is None or not self._limits.is_movement(stroke):
            return []
        flags = []
        against = stroke.kind == "stroke" and goes_against(step, stroke)
        if stroke.kind == "stroke":
            if against and usual_n(stroke) < limits.pressed.value:
                return []
            if against:
                flags.append(self._against(stroke, step, limits))
            flags += self._tempo(stroke, step, limits)
        if not against and (stroke.kind in step.motions or counts(step, stroke)):
            flags += self._lightness(stroke, step, limits)
        return flags + (self._place(stroke, step, limits) or self._end_line(stroke, step, limits))

    def judge_hold(self, hold: Hold, step: Step) -> list[Flag]:
        """A fingertip that strokes so slowly that it seems to stay: within a tile its place is not seen to change."""
        slow = self._limits.of(step.id).slow
        if slow is None or step.counts != "stroke" or hold.contact_size != "small":
            return []
        most_cm_s = (self._tile_mm + self._length_error_mm) / 10 / (hold.t1 - hold.t0)
        if most_cm_s >= slow.value:
            return []
        return [
            Flag(
                kind="too-slow",
                t0=hold.t0,
                t1=hold.t1,
                step=step.id,
                side=side_of(hold.x_mm - self._pad.spine_x_mm),
                x_mm=hold.x_mm,
                y_mm=hold.y_mm,
                value=most_cm_s,
                limit=slow.value,
                unit="cm/s",
                source=f"{slow.source}; seen to stay on one tile, so no faster than this",
                calibrated=self._calibrated,
            )
        ]

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
        force_n = weight_n(stroke)
        if limits.light is None or not pressed:
            return []
        light = force_n * self._force_error < limits.light.value
        if not self._calibrated and stroke.contact_size == "small":
            light = self._spots.mostly(step.id, stroke, so=light)
        return [self._flag("too-light", stroke, step, force_n, limits.light, "N")] if light else []

    def _end_line(self, stroke: Stroke, step: Step, limits: StepLimits) -> list[Flag]:
        """A pass toward the head that goes on beyond the line where it should end."""
        if step.end_line is None or stroke.direction != "up":
            return []
        beyond_mm = stroke.y1_mm - step.end_line.y_mm
        if beyond_mm <= limits.place.value:
            return []
        limit = Limit(limits.place.value, f"{limits.place.source}; {step.end_line.source}")
        return [self._flag("wrong-place", stroke, step, beyond_mm, limit, "mm")]

    def _place(self, stroke: Stroke, step: Step, limits: StepLimits) -> list[Flag]:
        """Both ends of the movement away from all of the step's points or zones, by more than the margin."""
        # A hand at rest has its place judged by its stay, however short: it may lie there in two parts.
        if rests(step) or (step.points and stroke.kind not in SEEN_AS["press"]):
            return []
        ends = ((stroke.x0_mm, stroke.y0_mm), (stroke.x1_mm, stroke.y1_mm))
        off_mm = min(distance_mm(self._pad, step, x, y) for x, y in ends)
        if off_mm <= limits.place.value:
            return []
        return [self._flag("wrong-place", stroke, step, off_mm, limits.place, "mm")]

    def _flag(self, kind: FlagKind, stroke: Stroke, step: Step, value: float, limit: Limit, unit: str) -> Flag:
        return flag_on_stroke(kind, stroke, step.id, value, limit, unit, calibrated=self._calibrated)

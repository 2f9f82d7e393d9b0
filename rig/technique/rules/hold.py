"""What is judged of a hand that stays: how long, where, how lightly, and whether its pressure rises in steps or
trembles at the right rate.

The rule: only a hand that keeps its place and presses at least as a light touch does is a hold; what else touches
the back meanwhile is judged by other rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rig.technique.flags import Flag
from rig.technique.limits import Limit
from rig.technique.places import distance_mm, side_of
from rig.technique.rules.levels import levels
from rig.technique.rules.tremble import tremble_hz

if TYPE_CHECKING:
    from rig.pad import PadLayout
    from rig.technique.flags import FlagKind
    from rig.technique.limits import Limits, StepLimits
    from rig.technique.routine.routine import Routine, Step
    from rig.technique.rules.levels import Level
    from rig.technique.rules.stays import Stay

SETTLING_S, SETTLING_N = 0.8, 1.0
"""A contact that is shorter and lighter than both is part of a hand that settles: half the lightest touch there is."""

LEAST_S = 0.3
"""A shorter touch is a hand finding its place."""


def is_held(step: Step) -> bool:
    """Whether hands stay in one place in this step, so that their stays are to be judged."""
    return step.rising or step.counts in {"hold", "stretch", "vibration"}


class HoldRules:
    """The rules for hands that stay.

    Attributes:
        stairs: the levels of each stay whose pressure should rise, with the number of its mark.
    """

    def __init__(self, pad: PadLayout, routine: Routine, limits: Limits, *, calibrated: bool) -> None:
        self._pad = pad
        self._routine = routine
        self._calibrated = calibrated
        self._least_n = limits.touch_n
        self._force_error = 1 + limits.high("force-error").value
        self._rate_error = 1 + limits.high("rate-error").value
        self._hold_error_s = limits.high("hold-error").value
        self._settling_mm = limits.high("same-point").value
        self._least_rise = limits.low("level-step")
        self.stairs: list[tuple[int, list[Level]]] = []

    def judge_stay(self, stay: Stay, limits: StepLimits) -> list[Flag]:
        """The flags of one hand, from touch-down to lift, in a step in which hands stay."""
        step = limits.step
        short = stay.seconds < LEAST_S or float(stay.force_n.max()) < self._least_n
        settles = stay.seconds < SETTLING_S and float(np.median(stay.force_n)) < SETTLING_N
        if step is None or short or settles or stay.reach_mm > self._settling_mm:
            return []
        return [
            *(self._rising(stay, limits) if step.rising else self._length(stay, limits)),
            *self._rate(stay, limits),
            *self._lightness(stay, limits),
            *self._place(stay, limits),
        ]

    def _length(self, stay: Stay, limits: StepLimits) -> list[Flag]:
        held = limits.held
        if held is None or stay.seconds + self._hold_error_s >= held.value:
            return []
        return [self._flag("hold-short", stay, limits, stay.seconds, held, "s")]

    def _rising(self, stay: Stay, limits: StepLimits) -> list[Flag]:
        """Each level long enough, and at least one that is higher than the one before."""
        found = levels(stay.force_n, self._least_rise.value)
        if not found:
            return self._length(stay, limits)
        self.stairs.append((stay.row, found))
        flags = []
        shortest = min(level.seconds for level in found)
        if limits.held is not None and shortest + self._hold_error_s < limits.held.value:
            flags.append(self._flag("hold-short", stay, limits, shortest, limits.held, "s"))
        if len(found) < 2:
            assert limits.step is not None
            said = f"{self._routine.cite(limits.step.source)}; {self._least_rise.source}"
            rise = Limit(self._least_rise.value, said)
            flags.append(self._flag("contrast", stay, limits, 1.0, rise, "ratio", "Let the force rise in steps"))
        return flags

    def _rate(self, stay: Stay, limits: StepLimits) -> list[Flag]:
        """The rate of a hand that vibrates."""
        rate = tremble_hz(stay.force_n) if limits.rate_unit == "Hz" else None
        if rate is None:
            return []
        if limits.often is not None and rate > limits.often.value * self._rate_error:
            return [self._flag("too-fast", stay, limits, rate, limits.often, "Hz")]
        if limits.seldom is not None and rate * self._rate_error < limits.seldom.value:
            return [self._flag("too-slow", stay, limits, rate, limits.seldom, "Hz")]
        return []

    def _lightness(self, stay: Stay, limits: StepLimits) -> list[Flag]:
        force_n = float(np.median(stay.force_n))
        if limits.light is None or limits.step is None or limits.step.rising:
            return []
        if force_n * self._force_error >= limits.light.value:
            return []
        return [self._flag("too-light", stay, limits, force_n, limits.light, "N")]

    def _place(self, stay: Stay, limits: StepLimits) -> list[Flag]:
        assert limits.step is not None
        off_mm = distance_mm(self._pad, limits.step, *stay.middle_mm)
        if off_mm <= limits.place.value:
            return []
        return [self._flag("wrong-place", stay, limits, off_mm, limits.place, "mm")]

    def _flag(
        self, kind: FlagKind, stay: Stay, limits: StepLimits, value: float, limit: Limit, unit: str, about: str = ""
    ) -> Flag:
        x_mm, y_mm = stay.middle_mm
        return Flag(
            kind=kind,
            t0=stay.t0_us / 1e6,
            t1=stay.t1_us / 1e6,
            step=None if limits.step is None else limits.step.id,
            side=side_of(x_mm - self._pad.spine_x_mm),
            x_mm=x_mm,
            y_mm=y_mm,
            value=value,
            limit=limit.value,
            unit=unit,
            source=limit.source,
            calibrated=self._calibrated,
            about=about,
        )

"""A performance in the making: whose hands, where, when, and what a judge should make of it.

The families of motion (`strokes`, `turns`, `rubs`, `presses`, `rests`) put hands on the stage, one after another in
time. The rule: everything is drawn from the stage's own random stream in a fixed order, so a seed is a performance.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from rig.performance.cast import Part, part_for
from rig.virtual.hands import Hand
from rig.virtual.irregularity import Irregularity
from rig.virtual.motion import Track
from rig.virtual.truth import Breathing, ExpectedFlag

if TYPE_CHECKING:
    from rig.pad import PadLayout
    from rig.performance.ground import Ground
    from rig.performance.manner import Manner, Plan
    from rig.technique.flags import FlagKind
    from rig.technique.routine.routine import Step
    from rig.virtual.severity import Severity

LATE_S = 0.025
"""How far apart two hands set out that mean to move together (standard deviation; our choice)."""

_ASTRAY_MM = (75.0, 110.0)

_BEAT_CV = 0.03
"""How evenly practised hands keep a beat: within a few percent of the period (our choice)."""

_UNEVEN = (0.62, 1.36)
"""Short and long periods, shuffled: a spread of 0.4, and none so long that it would pass for a pause."""


@dataclass
class Stage:
    """One step being performed from `t_s` on; families move `t_s` to the end of what they add."""

    layout: PadLayout
    step: Step
    plan: Plan
    ground: Ground
    rng: np.random.Generator
    severity: Severity
    t_s: float
    fault: FlagKind | None = None
    hands: list[Hand] = field(default_factory=list)
    expected: list[ExpectedFlag] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._begun_s = self.t_s
        shown = self.plan.breaths_per_min
        self.breath = Breathing(round(self.t_s + self.rng.uniform(0.1, 1.0), 3), round(shown, 3)) if shown else None
        """The pacer that the hands see."""
        two = self.step.two_handed and self.step.sides == "any"
        one = ((int(self.rng.choice((-1, 1))),),)
        self.sides: tuple[tuple[int, ...], ...] = {
            "both": ((-1, 1),),
            "each": ((1,), (-1,)),
            "centre": ((0,),),
            "any": ((-1, 1),) if two else one,
        }[self.step.sides]
        """Groups of sides worked at once, one group after another: -1 left, 1 right, 0 along the line."""
        self.astray_mm = float(self.rng.uniform(*_ASTRAY_MM)) if self.plan.at(0).elsewhere else 0.0
        """How far from the step's points the hands go: none, unless they are to be elsewhere."""

    def part(self, side: int) -> Part:
        """A hand for that side, as the step names it."""
        return part_for(self.step.hands, side, self.rng)

    def x_mm(self, side: int, beside_mm: float) -> float:
        """The place so far beside the line."""
        return self.layout.spine_x_mm + side * beside_mm

    def track(self, part: Part, x_mm: float, y_mm: float, t_s: float | None = None) -> Track:
        """The path of a hand that waits above a place."""
        return Track(self.t_s if t_s is None else t_s, x_mm, y_mm, part.angle_rad)

    def enter(self, part: Part, track: Track) -> None:
        """A hand that follows its finished track joins the performance."""
        unsteady = Irregularity.drawn(self.rng, len(part.patch.share), self.severity)
        self.hands.append(Hand(part.patch, track.path(), unsteady))

    def late_s(self) -> float:
        """By how much one of two hands sets out after its beat; never before it."""
        return float(min(abs(self.rng.normal(0, LATE_S)), 3 * LATE_S))

    def periods(self, manner: Manner, usual_s: float, count: int) -> list[float]:
        """The times from each repetition's beginning to the next: even but for a human's few percent, or not even."""
        factor = 1 + _BEAT_CV * np.clip(self.rng.standard_normal(count), -2, 2)
        if manner.unsteady:
            factor = factor * self.rng.permutation(np.resize(_UNEVEN, count))
        return [float(f * usual_s) for f in factor]

    def leaning(self, side: int, force_n: float, manner: Manner) -> float:
        """A side's force: equal on both but for a few percent, unless the manner leans to one."""
        own = 1 + 0.03 * float(self.rng.standard_normal())
        return force_n * own * (1 + manner.leaning * side)

    def goes_wrong(self, t0_s: float, t1_s: float) -> None:
        """The step's fault happens in this span, and a judge should say so."""
        if self.fault is not None:
            self.expected.append(ExpectedFlag(self.fault, round(t0_s, 3), round(t1_s, 3), self.step.id))

    def went_wrong_throughout(self) -> None:
        """The fault ran through everything since the step began."""
        self.goes_wrong(self._begun_s, self.t_s)

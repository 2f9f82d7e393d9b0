"""How a step is done this time: force, tempo, counts, drawn within the routine's own bands, or outside of them.

Numbers come from the inner four fifths of each band, so that a hand's unsteadiness does not carry them outside; a fault
takes one of them well beyond its limit, the widening of an uncalibrated rig included. Where the document leaves a
quantity open, the rig's own bands serve. The rule: a band is the only source of what is right.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING

from rig.errors import InputError
from rig.technique.routine.bands import Band
from rig.technique.routine.routine import OPPOSITE

if TYPE_CHECKING:
    import numpy as np

    from rig.technique.flags import FlagKind
    from rig.technique.routine.routine import Routine, Step

INNER = 0.1
"""What is left out of a band at either end."""

USUAL_REPETITIONS = 4
_ENOUGH_TO_TRAVEL = 6
_UNEVEN = ((0.9, 0.0), (0.0, 0.3), (0.9, 0.3))
"""Along the stroke, between the hands, or both; the limit for either is a ratio of 1.4."""

_BREATHED_CM = 45.0
"""The way of half a breath: the back from the lumbar arch to the shoulders, and some haste to be back in time."""

_UNSTEADY = {"N": 0.2, "cm/s": 0.2}
"""The same of force and speed: hands press more, go faster by a tenth now and then, and press less in the neck."""

_SHALLOW = 0.4
_LONG_ENOUGH = 0.4
_LEAST_LIGHT_N = 1.5


@dataclass(frozen=True, slots=True)
class Manner:
    """One way of doing a step.

    Attributes:
        force_n, light_n: of each hand, on a pressed pass and on a light one.
        speed_cm_s: of strokes and circles. rate_hz: repetitions a second; 0 where the speed decides.
        repetitions: on each side (at each point where points are worked). hold_s: how long a hold or a press lasts.
        backward: strokes run against their direction. short: strokes cover only a little of their way.
        breaths_per_min: of the pacer that the hands follow; 0 where they keep their own time.
        unsteady: the beat is uneven. leaning, tilting: how much more force one side gets than the other, and the end
            of a stroke than its beginning, relative.
        elsewhere: outside of the step's zones, or away from its points. shuffled: points out of order.
        retreating: from place to place against the step's travel. lifting: the hands leave where they should stay.
        against_breath: half a breath late. flat: force does not change where it should.
    """

    force_n: float
    light_n: float
    speed_cm_s: float
    rate_hz: float
    repetitions: int
    hold_s: float
    breaths_per_min: float = 0.0
    backward: bool = False
    short: bool = False
    unsteady: bool = False
    leaning: float = 0.0
    tilting: float = 0.0
    elsewhere: bool = False
    shuffled: bool = False
    retreating: bool = False
    lifting: bool = False
    against_breath: bool = False
    flat: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """The right manner, the wrong one, and which repetitions are done wrongly (all where `which` is None).

    `breaths_per_min` is the pacer that is shown, whether or not the hands follow it; 0 without one.
    """

    right: Manner
    wrong: Manner
    which: frozenset[int] | None = frozenset()
    breaths_per_min: float = 0.0

    def at(self, number: int) -> Manner:
        """The manner of a repetition, counted from 0."""
        return self.wrong if self.goes_wrong(number) else self.right

    def goes_wrong(self, number: int) -> bool:
        """Whether that repetition is done wrongly."""
        return self.which is None or number in self.which


def drawn_plan(routine: Routine, step: Step, fault: FlagKind | None, rng: np.random.Generator) -> Plan:
    """A performance of the step, with a fault of the hands if one is named."""
    right = _right(routine, step, rng)
    shown = right.breaths_per_min
    if fault is None:
        return Plan(right, right, breaths_per_min=shown)
    wrong = _wrong(right, routine, step, fault, rng)
    if fault not in _NOW_AND_THEN or wrong.retreating or (shown and right.rate_hz):
        return Plan(wrong, wrong, None, shown)
    count = max(right.repetitions, USUAL_REPETITIONS)
    which = frozenset({count // 2, count // 2 + 1} if count > USUAL_REPETITIONS else {count // 2})
    if fault == "wrong-direction":  # those that count are still as many as the document asks for
        count += len(which)
    return Plan(replace(right, repetitions=count), wrong, which, shown)


def prolonged(plan: Plan, times: float) -> Plan:
    """The plan with so many times as many repetitions."""
    right, wrong = (replace(m, repetitions=ceil(m.repetitions * times)) for m in (plan.right, plan.wrong))
    return replace(plan, right=right, wrong=wrong)


def shallower(plan: Plan, routine: Routine, step: Step) -> Plan:
    """The plan with a force from the lower part of the step's band, so that another step can go deeper."""
    band = _pressure(routine, step)
    low_n = band.low or 0.0
    force_n = low_n + _SHALLOW * (plan.right.force_n - low_n)
    right = replace(plan.right, force_n=force_n, light_n=min(plan.right.light_n, 0.5 * force_n))
    return replace(plan, right=right, wrong=right)


def deepened(plan: Plan, routine: Routine, step: Step, before_n: float, rng: np.random.Generator) -> Plan:
    """The plan with a force that goes deeper than that of the step before; lighter where it is to be wrong."""
    top_n = _high(_pressure(routine, step)) * (1 - INNER)
    wrong = plan.which is None and step.contrast is None
    share = rng.uniform(0.6, 0.85) if wrong else rng.uniform(1.15, 1.4)
    force_n = min(before_n * share, top_n)
    deeper = replace(plan.right, force_n=force_n if wrong else max(plan.right.force_n, force_n))
    return replace(plan, right=deeper, wrong=deeper if plan.which is None else plan.wrong)


_NOW_AND_THEN: frozenset[FlagKind] = frozenset(("wrong-direction", "too-fast", "too-slow"))
"""Faults of single repetitions; the others run through the whole performance."""


def _right(routine: Routine, step: Step, rng: np.random.Generator) -> Manner:
    force_n = _within(_pressure(routine, step), rng)
    light_n = max(rng.uniform(0.35, 0.55) * force_n, _LEAST_LIGHT_N)
    if step.contrast is not None:
        light_n = max(rng.uniform(0.3, 0.5) * force_n, _LEAST_LIGHT_N)
    elif step.returns == "light":
        light_n = min(_within(routine.band("light"), rng), 0.5 * force_n)
    count = routine.wanted(step, "count")
    low, high = (USUAL_REPETITIONS,) * 2 if count is None else (count.low or 1, count.high or count.low or 1)
    hold = routine.wanted(step, "hold")
    rate = routine.wanted(step, "rate")
    breaths = 0.0 if step.breath is None else _within(_breaths(routine, step), rng)
    return Manner(
        force_n=force_n,
        light_n=light_n,
        speed_cm_s=_within(_speed(routine, step), rng, from_share=_LONG_ENOUGH),
        rate_hz=0.0 if rate is None else _within(rate, rng) / _per_s(rate),
        repetitions=int(rng.integers(round(low), round(high) + 1)),
        hold_s=_within(hold or routine.band("a-few-seconds"), rng),
        breaths_per_min=breaths,
    )


def _wrong(right: Manner, routine: Routine, step: Step, fault: FlagKind, rng: np.random.Generator) -> Manner:
    pressure = routine.wanted(step, "pressure")
    widened = routine.band("uncalibrated").high or 1.0
    match fault:
        case "too-hard":
            ceiling_n = _high(routine.band("ceiling"))
            top_n = min(widened * _high(pressure), ceiling_n) if pressure is not None else ceiling_n
            return replace(right, force_n=top_n * rng.uniform(1.35, 1.6))
        case "too-light":
            assert pressure is not None
            assert pressure.low is not None
            force_n = pressure.low / widened * rng.uniform(0.4, 0.6)
            return replace(right, force_n=force_n, light_n=min(right.light_n, 0.6 * force_n))
        case "too-fast" | "too-slow":
            return _tempo(right, routine, step, fault, rng)
        case "wrong-direction":
            # Hands go wrong in their strokes or from stroke to stroke, in a step in which they can do either.
            if travels(step) and not (strokes_one_way(step) and rng.random() < 0.5):
                return replace(right, retreating=True, repetitions=max(right.repetitions, _ENOUGH_TO_TRAVEL))
            return replace(right, backward=True)
        case "irregular":
            # Slow enough that the short periods do not run too fast as well.
            speed = min(right.speed_cm_s, 0.5 * _high(_speed(routine, step)))
            return replace(
                right, unsteady=True, speed_cm_s=speed, repetitions=max(right.repetitions, 8), breaths_per_min=0.0
            )
        case "contrast":
            if step.contrast is None:
                return replace(right, flat=True)
            return replace(right, force_n=right.light_n, light_n=right.force_n)
        case "uneven":
            tilting, leaning = _UNEVEN[int(rng.integers(len(_UNEVEN)))]
            return replace(right, tilting=tilting * rng.uniform(0.8, 1.0), leaning=leaning * rng.uniform(0.9, 1.1))
        case "wrong-place":
            return replace(right, elsewhere=True)
        case "missing-reps":
            return replace(right, repetitions=max(round(_low(routine.wanted(step, "count"))) - 2, 1))
        case "hold-short":
            return replace(right, hold_s=_low(routine.wanted(step, "hold")) * rng.uniform(0.3, 0.5))
        case "out-of-order":
            return replace(right, shuffled=True)
        case "lifted":
            return replace(right, lifting=True)
        case "breath":
            return replace(right, against_breath=True)
        case _:
            return right


def _tempo(right: Manner, routine: Routine, step: Step, fault: FlagKind, rng: np.random.Generator) -> Manner:
    rate = routine.wanted(step, "rate")
    right = replace(right, breaths_per_min=0.0)  # in such haste, or so slowly, nobody follows a breath
    if fault == "too-fast":
        if rate is not None:
            return replace(right, rate_hz=_high(rate) / _per_s(rate) * rng.uniform(1.3, 1.6))
        return replace(right, speed_cm_s=_high(routine.wanted(step, "speed")) * rng.uniform(1.7, 2.3))
    if rate is not None:
        return replace(right, rate_hz=_low(rate) / _per_s(rate) * rng.uniform(0.45, 0.6))
    return replace(right, speed_cm_s=_low(routine.wanted(step, "speed")) * rng.uniform(0.5, 0.7), short=True)


def travels(step: Step) -> bool:
    """Whether the step goes from place to place by movements that are not themselves such a way."""
    if step.travel is None or step.counts is None:
        return False
    return step.counts != "stroke" or step.directions[0] not in {step.travel, OPPOSITE.get(step.travel)}


def strokes_one_way(step: Step) -> bool:
    """Whether the step is made of strokes that must not go the other way."""
    return step.counts == "stroke" and bool(step.directions) and OPPOSITE[step.directions[0]] in step.forbids


def _breaths(routine: Routine, step: Step) -> Band:
    """Breaths a minute, at which strokes of the back's length keep to the step's tempo."""
    band, speed = routine.band("breath"), routine.wanted(step, "speed")
    if speed is None or speed.high is None:
        return band
    top = min(_high(band), 30.0 * speed.high / _BREATHED_CM)
    return Band(name=band.name, unit=band.unit, source=band.source, low=band.low, high=top)


def _pressure(routine: Routine, step: Step) -> Band:
    """The force that the step wants; along the line no more than may lie there."""
    band = routine.wanted(step, "pressure") or routine.band("gentle")
    if step.sides != "centre":
        return band
    top = min(_high(band), _high(routine.band("spine-light-only")))
    return Band(name=band.name, unit=band.unit, source=band.source, low=band.low, high=top)


def _speed(routine: Routine, step: Step) -> Band:
    """The tempo that the step wants; between slow and fast where it wants none."""
    slow, fast = routine.band("slow"), routine.band("fast")
    between = Band(name="tempo", unit="cm/s", source=slow.source, low=slow.high, high=fast.low)
    return routine.wanted(step, "speed") or between


def _within(band: Band, rng: np.random.Generator, from_share: float = INNER) -> float:
    """A value from the inner part of a band; one without a low end begins at a fifth of its high one.

    `from_share` leaves out more at the low end, where that would only make a performance long.
    """
    high = _high(band)
    low = 0.2 * high if band.low is None else band.low
    share = _UNSTEADY.get(band.unit, INNER)
    bottom = max(from_share, share if band.low is not None else 0.0)
    return float(rng.uniform(low + bottom * (high - low), high - share * (high - low)))


def _high(band: Band | None) -> float:
    if band is None or band.high is None:
        raise InputError(f"band '{'' if band is None else band.name}': has no high end to perform by")
    return band.high


def _low(band: Band | None) -> float:
    if band is None or band.low is None:
        raise InputError(f"band '{'' if band is None else band.name}': has no low end to perform by")
    return band.low


def _per_s(band: Band) -> float:
    return 60.0 if band.unit == "1/min" else 1.0

"""How a step is done this time: force, tempo, counts, drawn within the routine's own bands, or outside of them.

Numbers come from the inner four fifths of each band, so that a hand's unsteadiness does not carry them outside; a fault
takes one of them well beyond its limit, the widening of an uncalibrated rig included. Where the document leaves a
quantity open, the rig's own bands serve. The rule: a band is the only source of what is right.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rig.errors import InputError
from rig.technique.bands import Band

if TYPE_CHECKING:
    import numpy as np

    from rig.technique.flags import FlagKind
    from rig.technique.routine import Routine, Step

INNER = 0.1
"""What is left out of a band at either end."""

USUAL_REPETITIONS = 4
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
        unsteady: the beat is uneven. lopsided: the force grows along a stroke and differs between the sides.
        elsewhere: outside of the step's zones. shuffled: points out of order.
    """

    force_n: float
    light_n: float
    speed_cm_s: float
    rate_hz: float
    repetitions: int
    hold_s: float
    backward: bool = False
    short: bool = False
    unsteady: bool = False
    lopsided: bool = False
    elsewhere: bool = False
    shuffled: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """The right manner, the wrong one, and which repetitions are done wrongly (all where `which` is None)."""

    right: Manner
    wrong: Manner
    which: frozenset[int] | None = frozenset()

    def at(self, number: int) -> Manner:
        """The manner of a repetition, counted from 0."""
        return self.wrong if self.goes_wrong(number) else self.right

    def goes_wrong(self, number: int) -> bool:
        """Whether that repetition is done wrongly."""
        return self.which is None or number in self.which


def drawn_plan(routine: Routine, step: Step, fault: FlagKind | None, rng: np.random.Generator) -> Plan:
    """A performance of the step, with a fault of the hands if one is named."""
    right = _right(routine, step, rng)
    if fault is None:
        return Plan(right, right)
    wrong = _wrong(right, routine, step, fault, rng)
    if fault not in _NOW_AND_THEN:
        return Plan(wrong, wrong, None)
    count = max(right.repetitions, USUAL_REPETITIONS)
    which = frozenset({count // 2, count // 2 + 1} if count > USUAL_REPETITIONS else {count // 2})
    if fault == "wrong-direction":  # those that count are still as many as the document asks for
        count += len(which)
    return Plan(replace(right, repetitions=count), wrong, which)


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
    return Manner(
        force_n=force_n,
        light_n=light_n,
        speed_cm_s=_within(_speed(routine, step), rng, from_share=_LONG_ENOUGH),
        rate_hz=0.0 if rate is None else _within(rate, rng) / _per_s(rate),
        repetitions=int(rng.integers(round(low), round(high) + 1)),
        hold_s=_within(hold or routine.band("a-few-seconds"), rng),
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
            return replace(right, backward=True)
        case "irregular":
            # Slow enough that the short periods do not run too fast as well.
            speed = min(right.speed_cm_s, 0.58 * _high(_speed(routine, step)))
            return replace(right, unsteady=True, speed_cm_s=speed, repetitions=max(right.repetitions, 8))
        case "contrast":
            return replace(right, force_n=right.light_n, light_n=right.force_n)
        case "uneven":
            return replace(right, lopsided=True)
        case "wrong-place":
            return replace(right, elsewhere=True)
        case "missing-reps":
            return replace(right, repetitions=max(round(_low(routine.wanted(step, "count"))) - 2, 1))
        case "hold-short":
            return replace(right, hold_s=_low(routine.wanted(step, "hold")) * rng.uniform(0.3, 0.5))
        case "out-of-order":
            return replace(right, shuffled=True)
        case _:
            return right


def _tempo(right: Manner, routine: Routine, step: Step, fault: FlagKind, rng: np.random.Generator) -> Manner:
    rate = routine.wanted(step, "rate")
    if fault == "too-fast":
        if rate is not None:
            return replace(right, rate_hz=_high(rate) / _per_s(rate) * rng.uniform(1.5, 1.9))
        return replace(right, speed_cm_s=_high(routine.wanted(step, "speed")) * rng.uniform(1.7, 2.3))
    if rate is not None:
        return replace(right, rate_hz=_low(rate) / _per_s(rate) * rng.uniform(0.45, 0.6))
    return replace(right, speed_cm_s=_low(routine.wanted(step, "speed")) * rng.uniform(0.5, 0.7), short=True)


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
    return float(rng.uniform(low + from_share * (high - low), high - INNER * (high - low)))


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

"""When each repetition of a step's strokes begins and ends, and how long its legs take.

Hands keep their own time, even but for a human's few percent, or go along with a breath. The rule: a way that ends
where it began goes on without a pause.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from rig.performance.manner import Manner, Plan
    from rig.performance.stage import Stage
    from rig.performance.ways import Way

LAND_S = 0.12
"""How long a hand takes to put its weight down or to lift it, on the move."""

LIFTED_S = (0.9, 1.6)
"""Longer than a change of hands, shorter than a rest."""

_PAUSE_S = (0.9, 1.5)
_LEAST_PAUSE_S = 0.5


def joined(ways: list[Way], number: int, plan: Plan) -> bool:
    """Whether the hand goes on into the next way without leaving."""
    return ways[number].closed and number + 1 < len(ways) and ways[number + 1].closed and not plan.at(number).lifting


def _breathing(
    stage: Stage, ways: list[Way], own_s: Callable[[Way, Manner], list[float]]
) -> list[tuple[float, float, list[float]]]:
    """As `spans_of`, along with a breath: there as it goes in, back as it goes out, a little late as people are.

    Args:
        own_s: the seconds of the legs of a way that keeps its own time.
    """
    assert stage.breath is not None
    plan = stage.plan
    half_s = 30.0 / stage.breath.per_min

    def late_s() -> float:
        return float(np.clip(stage.rng.normal(0.15, 0.12), -0.1, 0.5))

    begins, turns, breath = [], [], 0
    t_s = stage.t_s
    for number, way in enumerate(ways):
        manner = plan.at(number)
        against = half_s if manner.against_breath else 0.0
        while stage.breath.t0 + 2 * breath * half_s + against < t_s:
            breath += 1
        hurries = number > 0 and not manner.breaths_per_min
        ideal = t_s if hurries else stage.breath.t0 + 2 * breath * half_s + against
        begins.append(ideal + late_s())
        follows = manner.breaths_per_min and len(way.legs) <= 2
        seconds = [half_s] * len(way.legs) if follows else own_s(way, manner)
        turns.append([ideal + sum(seconds[: k + 1]) + late_s() for k in range(len(seconds))])
        t_s = ideal + sum(seconds) - 0.01
    spans = []
    for number, (begin, ends) in enumerate(zip(begins, turns, strict=True)):
        last = begins[number + 1] if joined(ways, number, plan) else ends[-1] - (0.0 if ways[number].closed else 0.3)
        seconds = [b - a for a, b in pairwise([begin, *ends[:-1], last])]
        spans.append((begin, last, seconds))
    return spans


def spans_of(stage: Stage, ways: list[Way]) -> list[tuple[float, float, list[float]]]:
    """When each repetition begins and ends, and the seconds of its legs."""
    right, plan = stage.plan.right, stage.plan
    pause = float(stage.rng.uniform(*_PAUSE_S))

    def legs_s(way: Way, manner: Manner) -> list[float]:
        if manner.rate_hz:
            whole = sum(way.lengths_mm)
            return [length / whole / manner.rate_hz for length in way.lengths_mm]
        return [max(length / 10 / manner.speed_cm_s, 2.5 * LAND_S) for length in way.lengths_mm]

    if right.breaths_per_min:
        return _breathing(stage, ways, legs_s)
    usual = max(sum(legs_s(way, right)) for way in ways) + (0.0 if ways[0].closed else pause)
    periods = stage.periods(plan.wrong if plan.which is None else right, usual, len(ways))
    spans, t_s = [], stage.t_s + 0.1
    for number, (way, period) in enumerate(zip(ways, periods, strict=True)):
        seconds = [s * period / usual for s in legs_s(way, plan.at(number))]
        spans.append((t_s, t_s + sum(seconds), seconds))
        if joined(ways, number, plan):
            t_s += sum(seconds)
        elif plan.at(number).lifting:
            t_s += sum(seconds) + float(stage.rng.uniform(*LIFTED_S))
        else:
            t_s += max(period, sum(seconds) + _LEAST_PAUSE_S)
    return spans

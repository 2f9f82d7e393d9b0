"""How deep a step went, and whether it was deeper or lighter than another as the document asks.

The depth of a step, or of a part of one, is the median force of its counted movements. The rule: depths of the same
session on the same pad are compared and nothing else; yet other hands in other places press other sensors, so without a
calibration only a difference is told that no estimate explains.
"""

from __future__ import annotations

from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from rig.technique.limits import weight_n
from rig.technique.repetitions import counts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.analysis.findings import Stroke
    from rig.technique.routine.routine import Step

FEWEST = 2
"""A single movement has no usual force."""


def depth_n(step: Step, movements: Sequence[Stroke]) -> float | None:
    """The depth of the movements, all of one stretch of the step; None for too few that count."""
    forces = [weight_n(movement) for movement in movements if counts(step, movement)]
    return median(forces) if len(forces) >= FEWEST else None


def by_parts(parts: Sequence[Step], movements: Sequence[Stroke]) -> list[list[Stroke]]:
    """The movements of a step that repeats others in order, part by part.

    What fits several parts belongs to the one whose turn it is: after the last that only an earlier part can explain,
    before the first that only a later one can.
    """
    explained = [{k for k, part in enumerate(parts) if fits(m, part)} for m in movements]
    found: list[list[Stroke]] = []
    for number in range(len(parts)):
        after = max((m.t0 for m, by in zip(movements, explained, strict=True) if by and max(by) < number), default=None)
        before = min(
            (m.t0 for m, by in zip(movements, explained, strict=True) if by and min(by) > number), default=None
        )
        found.append(
            [
                m
                for m, by in zip(movements, explained, strict=True)
                if number in by and (after is None or m.t0 > after) and (before is None or m.t0 < before)
            ]
        )
    return found


def first_deeper(
    parts: Sequence[Step], movements: Sequence[Stroke], doubt: float = 1.0
) -> tuple[Stroke, float, float] | None:
    """The first part that is no lighter than the one before it: a movement of it, its depth and that of the other.

    `doubt` is by what factor either may be misread beside the other.
    """
    depths = [(own, depth_n(part, own)) for part, own in zip(parts, by_parts(parts, movements), strict=True)]
    known = [(own, depth) for own, depth in depths if depth is not None]
    for (_, before), (own, depth) in pairwise(known):
        if depth >= doubt * before:
            return own[0], depth, before
    return None


def fits(stroke: Stroke, step: Step) -> bool:
    """Whether a movement is one of those that the step is made of."""
    if stroke.kind not in step.motions:
        return False
    return stroke.kind != "stroke" or not step.directions or stroke.direction in step.directions

"""Repetitions of a step, counted as they are completed.

One repetition is one working pass, circle, press or hold, whichever the step counts; two hands that move together
make one. The rule: a movement is the same repetition as the last one if the two overlap by the share of the shorter
that the band `same-repetition` gives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from rig.analysis.findings import Hold, Stroke

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rig.technique.routine import Motion, Step

_SEEN_AS: Mapping[Motion, tuple[str, ...]] = {
    "stroke": ("stroke",),
    "circle": ("circle",),
    "figure-eight": ("figure-eight",),
    "to-and-fro": ("to-and-fro",),
    "squeeze": ("squeeze",),
    "press": ("press",),
    "knead": ("circle", "press", "to-and-fro"),
    "vibration": ("vibration",),
}
"""How the analysis names the movements of each motion; a hold is a `Hold`, and a stretch is not seen at all."""


class Repetition(msgspec.Struct, frozen=True):
    """A repetition that is complete: when, of which step, the how-manieth of how many (None: no number asked for)."""

    t: float
    step: str
    count: int
    expected: int | None


class RepetitionCounter:
    """Counts one stretch of one step.

    Args:
        step: what is counted. expected: how many are asked for, to tell along.
        overlap: from this share of the shorter one on, two movements are one repetition.
    """

    def __init__(self, step: Step, expected: int | None, overlap: float) -> None:
        self._step = step
        self._expected = expected
        self._overlap = overlap
        self._last = (0.0, 0.0)
        self.count = 0

    def take(self, movement: Stroke | Hold) -> Repetition | None:
        """The repetition that this movement completes, if it is one and not the other hand's half of the last."""
        if not self._counts(movement):
            return None
        t0, t1 = self._last
        shared = min(t1, movement.t1) - max(t0, movement.t0)
        shorter = min(t1 - t0, movement.t1 - movement.t0)
        if self.count and shared > 0 and shared >= self._overlap * shorter:
            return None
        self._last = (movement.t0, movement.t1)
        self.count += 1
        return Repetition(movement.t1, self._step.id, self.count, self._expected)

    def _counts(self, movement: Stroke | Hold) -> bool:
        motion = self._step.counts
        if isinstance(movement, Hold) or motion is None:
            return isinstance(movement, Hold) and motion == "hold"
        if movement.kind not in _SEEN_AS.get(motion, ()):
            return False
        ways = self._step.directions
        return motion != "stroke" or not ways or movement.direction == ways[0]


def expected_repetitions(step: Step, fewest: float | None) -> int | None:
    """The fewest repetitions asked for in all, given the fewest by the document; twice that for each side in turn."""
    if fewest is None:
        return None
    return round(fewest) * (2 if step.sides == "each" else 1)

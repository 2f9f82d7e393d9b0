"""Repetitions of a step, counted as they are completed.

One repetition is one working pass, circle, press or hold, whichever the step counts; two hands that move together
make one; a step that wants so many on each side, or at each point, has them counted apart. The rule: a movement is the
same repetition as a recent one if the two overlap by the share of the shorter that the band `same-repetition` gives.
"""

from __future__ import annotations

from collections import deque
from math import hypot
from typing import TYPE_CHECKING

import msgspec

from rig.analysis.findings import Hold, Stroke
from rig.technique.pieces import Trails
from rig.technique.routine.routine import OPPOSITE
from rig.technique.walks import Walks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rig.analysis.findings import Direction, Side
    from rig.technique.limits import Limit, Limits
    from rig.technique.routine.routine import Motion, Step

SEEN_AS: Mapping[Motion, tuple[str, ...]] = {
    "stroke": ("stroke",),
    "circle": ("circle",),
    "figure-eight": ("figure-eight",),
    "to-and-fro": ("to-and-fro",),
    "squeeze": ("squeeze", "press"),
    "press": ("press", "squeeze"),
    "knead": ("circle", "press", "squeeze", "to-and-fro"),
    "vibration": ("vibration",),
}
"""How the analysis names the movements of each motion.

A grip may close unseen and is a press then; and a press seems to close where tiles are of unlike gain.
A hold is a `Hold`, and a stretch is not seen at all.
"""


_RECENT = 6
"""Repetitions that the other hand may still complete."""

_BEND_S = 0.1
"""Two passes of one contact are one that bends if the second begins within this of the first one's end."""


class Repetition(msgspec.Struct, frozen=True):
    """A repetition that is complete: when, of which step, the how-manieth of how many (None: no number asked for)."""

    t: float
    step: str
    count: int
    expected: int | None


class RepetitionCounter:
    """Counts one stretch of one step.

    Args:
        step: what is counted. limits: how many the document asks for, and what makes two movements one.
    """

    def __init__(self, step: Step, limits: Limits) -> None:
        fewest = limits.of(step.id).fewest
        self.step = step
        self.expected = expected_repetitions(step, fewest)
        self._fewest = None if fewest is None else round(fewest.value)
        self._overlap = limits.low("same-repetition").value
        self._same_point_mm = limits.high("same-point").value
        self._last: Stroke | Hold | None = None
        self._recent: deque[Stroke | Hold] = deque(maxlen=_RECENT)
        self._ended: dict[int, float] = {}
        self._trails = Trails()
        self._walks = Walks(step, small_movements(step), self._overlap)
        self._sides: dict[Side, int] = {}
        self._points: list[tuple[float, float, int]] = []
        self.count = 0

    @property
    def last(self) -> Stroke | Hold | None:
        """The movement that completed the last repetition."""
        return self._last

    def take(self, movement: Stroke | Hold) -> Repetition | None:
        """The repetition that this movement completes, if it is one and not the other hand's half of a recent one."""
        walked = isinstance(movement, Stroke) and self._walks.completes(movement)
        if not counts(self.step, movement):
            return self._counted(movement) if walked else None
        bent = _bends(self.step) and abs(movement.t0 - self._ended.get(movement.contact, -1.0)) < _BEND_S
        self._ended[movement.contact] = movement.t1
        rest = isinstance(movement, Stroke) and movement.kind == "stroke" and self._trails.goes_on(movement)
        if bent or rest or self._with_another(movement):
            return None
        return self._counted(movement)

    def _counted(self, movement: Stroke | Hold) -> Repetition:
        self._last = movement
        self._recent.append(movement)
        self.count += 1
        if isinstance(movement, Stroke):
            self._sides[movement.side] = self._sides.get(movement.side, 0) + 1
            self._at_point(movement)
        return Repetition(movement.t1, self.step.id, self.count, self.expected)

    @property
    def short_sides(self) -> list[Side]:
        """The sides that had too few, in a step that asks for so many on each."""
        if self.step.sides != "each" or self._fewest is None:
            return []
        sides: tuple[Side, ...] = ("left", "right")
        return [side for side in sides if self._sides.get(side, 0) < self._fewest]

    def short_of(self) -> int | None:
        """How many there were, if there were any and too few: on the side, or at the point, that has fewest.

        What lies across the line is credited to the side that needs it.
        """
        if self._fewest is None or not self.count:
            return None
        had = self.count
        if self.step.each_point:
            had = min(count for _, _, count in self._points)
        elif self.step.sides == "each":
            left, right = self._sides.get("left", 0), self._sides.get("right", 0)
            lacking = max(self._fewest - left, 0) + max(self._fewest - right, 0)
            had = min(left, right) if lacking > self.count - left - right else self._fewest
        return had if had < self._fewest else None

    def _with_another(self, movement: Stroke | Hold) -> bool:
        """Whether it is the same as one counted before; of two hands, one may be told of twice before the other."""
        for other in self._recent:
            shared = min(other.t1, movement.t1) - max(other.t0, movement.t0)
            shorter = min(other.t1 - other.t0, movement.t1 - movement.t0)
            if shared > 0 and shared >= self._overlap * shorter:
                return True
        return False

    def _at_point(self, movement: Stroke) -> None:
        # A hand that lands, or pushes from one tile onto the next, begins elsewhere than it works.
        x_mm = (movement.x0_mm + movement.x1_mm) / 2
        y_mm = (movement.y0_mm + movement.y1_mm) / 2
        if self._points:
            x, y, count = self._points[-1]
            if hypot(x_mm - x, y_mm - y) < self._same_point_mm:
                self._points[-1] = (x, y, count + 1)
                return
        self._points.append((x_mm, y_mm, 1))


def counts(step: Step, movement: Stroke | Hold) -> bool:
    """Whether a movement is, or is a hand's part of, what the step counts."""
    motion = step.counts
    if isinstance(movement, Hold):
        # A press that lasts is a hold to the analysis, which cannot know how long this step's presses are.
        return motion == "hold" or (motion == "press" and "hold" in step.motions)
    if motion is None:
        return False
    if movement.kind not in SEEN_AS.get(motion, ()):
        return False
    return motion != "stroke" or not step.directions or movement.direction in _working(step)


def small_movements(step: Step) -> frozenset[str]:
    """The kinds of movement that a step takes in place of its strokes; none for a step that counts anything else."""
    if step.counts != "stroke":
        return frozenset()
    return frozenset(kind for motion in step.motions for kind in SEEN_AS.get(motion, ())) - {"stroke"}


def _working(step: Step) -> tuple[Direction, ...]:
    """The directions of a working pass: the first one, and one that it bends into."""
    first, *others = step.directions
    return tuple(step.directions) if len(others) == 1 and others[0] != OPPOSITE[first] else (first,)


def _bends(step: Step) -> bool:
    return step.counts == "stroke" and bool(step.directions) and len(_working(step)) > 1


def expected_repetitions(step: Step, fewest: Limit | None) -> int | None:
    """The fewest repetitions asked for in all, given the fewest by the document; twice that for each side in turn.

    None where nothing is asked for, or so many at each point: how many points there are is not said.
    """
    if fewest is None or step.each_point:
        return None
    return round(fewest.value) * (2 if step.sides == "each" else 1)

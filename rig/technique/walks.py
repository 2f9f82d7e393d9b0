"""Ways made of small movements: thumbs that press or circle their way along the back where they might have stroked.

Some documents leave it open whether a step is done by strokes or by presses and small circles along the same way
(relieving, step 2: "pressing or small circles"). Such a way is one repetition, as a stroke would be. It goes on with
each movement farther along, and begins anew where one falls back. The rule: a stroke ends every way, so that what stray
presses a stroked step shows add nothing to it. Each hand has a way of its own, since a hand's circles may
become certain long after the other's.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from rig.analysis.findings import Side, Stroke
    from rig.technique.routine.routine import Step

LEAST_PLACES = 3
"""Two places may be the ends of anything."""

ONWARD_MM = 15.0
"""A movement this much farther along is at another place: a thumb's breadth."""

LEAST_WAY_MM = 100.0
"""Shorter rows are of some other work; the spine's muscles are 300 mm and more from the sacrum to the neck."""

FALLS_BACK_MM = 60.0
"""Who goes back by less than two tiles' length is still at it, or presses a place again."""

NEARLY_ALL = 0.6
"""A way is complete with so much of the longest one before it: people stop short by a third at most."""


_RECENT = 4
"""Ways that the other hand may have gone, too."""


@dataclass(slots=True)
class _Way:
    """One hand's way so far; `sign` is 0 until it is known which way it goes, `places` 0 before its first movement."""

    sign: int = 0
    start: Stroke | None = None
    far_mm: float = 0.0
    places: int = 0
    longest_mm: float = 0.0
    counted: bool = False


class Walks:
    """Counts the ways of one stretch of a step.

    Args:
        step: what is practised. kinds: of movement that may make a way.
        overlap: two hands' ways are one if they share so much of the shorter one's time.
    """

    def __init__(self, step: Step, kinds: AbstractSet[str], overlap: float) -> None:
        self._kinds = kinds
        self._overlap = overlap
        self._ahead = {"up": 1, "down": -1}.get(step.directions[0] if step.directions else "", 0)
        self._ways: dict[Side, _Way] = {}
        self._done: deque[tuple[float, float]] = deque(maxlen=_RECENT)

    def completes(self, movement: Stroke) -> bool:
        """Whether a movement completes a way that the other hand has not; asked of each movement in turn."""
        if movement.kind == "stroke":
            self._ways.clear()
        if movement.kind not in self._kinds:
            return False
        way = self._ways.setdefault(movement.side, _Way())
        if not self._goes_on(way, movement) or way.start is None:
            return False
        way_mm = abs(way.far_mm - way.start.y0_mm)
        least_mm = max(LEAST_WAY_MM, NEARLY_ALL * way.longest_mm)
        way.longest_mm = max(way.longest_mm, way_mm)
        if way.counted or way.places < LEAST_PLACES or way_mm < least_mm:
            return False
        way.counted = True
        span = way.start.t0, movement.t1
        twice = any(_shared(span, other) >= self._overlap for other in self._done)
        self._done.append(span)
        return not twice

    def _goes_on(self, way: _Way, movement: Stroke) -> bool:
        """Whether a movement is at another place of the same way; else it is at the same, or begins a new one."""
        y_mm = movement.y0_mm
        if way.start is None or way.sign * (y_mm - way.far_mm) < -FALLS_BACK_MM:
            way.start, way.far_mm = movement, y_mm
            way.sign, way.places, way.counted = self._ahead, 1, False
            return False
        if not way.sign and abs(y_mm - way.far_mm) >= ONWARD_MM:
            way.sign = 1 if y_mm > way.far_mm else -1
        if way.sign * (y_mm - way.far_mm) < ONWARD_MM:
            return False
        way.far_mm = y_mm
        way.places += 1
        return True


def _shared(one: tuple[float, float], other: tuple[float, float]) -> float:
    """What part of the shorter of two spans they share."""
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return shared / min(one[1] - one[0], other[1] - other[0])

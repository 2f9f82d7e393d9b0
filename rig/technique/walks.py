"""Ways made of small movements: thumbs that press or circle their way along the back where they might have stroked.

Some documents leave it open whether a step is done by strokes or by presses and small circles along the same way
(relieving, step 2: "pressing or small circles"). Such a way is one repetition, as a stroke would be. It goes on with
each movement farther along, and begins anew where one falls back. The rule: a stroke ends every way, so that what stray
presses a stroked step shows add nothing to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from rig.analysis.findings import Stroke
    from rig.technique.routine import Step

LEAST_PLACES = 3
"""Two places may be the ends of anything."""

ONWARD_MM = 15.0
"""A movement this much farther along is at another place: half a thumb's breadth more than two thumbs differ by."""

LEAST_WAY_MM = 100.0
"""Shorter rows are of some other work; the spine's muscles are 300 mm and more from the sacrum to the neck."""

FALLS_BACK_MM = 60.0
"""Who goes back by less than two tiles' length is still at it, or presses a place again."""

NEARLY_ALL = 0.6
"""A way is complete with so much of the longest one before it: people stop short by a third at most."""


class Walks:
    """Counts the ways of one stretch of a step."""

    def __init__(self, step: Step, kinds: AbstractSet[str]) -> None:
        self._kinds = kinds
        self._ahead = {"up": 1, "down": -1}.get(step.directions[0] if step.directions else "", 0)
        """Which way it should go along the back; 0 for either."""
        self._sign = 0
        self._start = self._far = 0.0
        self._places = 0
        self._longest_mm = 0.0
        self._counted = False

    def completes(self, movement: Stroke) -> bool:
        """Whether a movement completes a way; asked of each movement in turn."""
        if movement.kind == "stroke":
            self._places = 0
        if movement.kind not in self._kinds:
            return False
        y_mm = movement.y0_mm
        if not self._places or self._sign * (y_mm - self._far) < -FALLS_BACK_MM:
            self._start = self._far = y_mm
            self._sign, self._places, self._counted = self._ahead, 1, False
            return False
        if not self._sign and abs(y_mm - self._start) >= ONWARD_MM:
            self._sign = 1 if y_mm > self._start else -1
        if self._sign * (y_mm - self._far) < ONWARD_MM:
            return False
        self._far = y_mm
        self._places += 1
        way_mm = abs(self._far - self._start)
        least_mm = max(LEAST_WAY_MM, NEARLY_ALL * self._longest_mm)
        self._longest_mm = max(self._longest_mm, way_mm)
        if self._counted or self._places < LEAST_PLACES or way_mm < least_mm:
            return False
        self._counted = True
        return True

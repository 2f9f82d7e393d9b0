"""The places at which fingertips pressed, and at how many of them a thing was so.

A fingertip presses one tile or two. Without a calibration a single tile may read half of what it bears, so that what
is said of one place may be the tile's doing; what is so in most places is the hand's. The rule: it depends on the
movements of a step in their order and on nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import hypot
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rig.analysis.findings import Stroke

FEWEST = 2
"""One place may be that of an unlike tile."""


@dataclass(slots=True)
class _Spot:
    x_mm: float
    y_mm: float
    so: bool


@dataclass(slots=True)
class Spots:
    """The places of one step; another step begins anew.

    Args:
        apart_mm: places nearer than this are one.
    """

    apart_mm: float
    _step: str | None = None
    _known: list[_Spot] = field(default_factory=list)

    def mostly(self, step_id: str | None, movement: Stroke, *, so: bool) -> bool:
        """Take in whether something is so of a movement; whether it is so of most places by now, its own included."""
        if step_id != self._step:
            self._step, self._known = step_id, []
        x, y = (movement.x0_mm + movement.x1_mm) / 2, (movement.y0_mm + movement.y1_mm) / 2
        here = next((spot for spot in self._known if hypot(spot.x_mm - x, spot.y_mm - y) < self.apart_mm), None)
        if here is None:
            self._known.append(_Spot(x, y, so))
        else:
            here.so = so
        count = sum(spot.so for spot in self._known)
        return so and count >= FEWEST and 2 * count > len(self._known)

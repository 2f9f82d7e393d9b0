"""The ways of strokes: where a repetition begins and which legs it goes.

A way is in mm beside the line and along it, each leg pressed or light, so that one way serves both sides. The rule:
which way a step takes follows from its directions, its travel and how it says that the hands come back.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from rig.performance.manner import Manner
    from rig.technique.routine.routine import Step

_SHORT_MM = 75.0


@dataclass(frozen=True, slots=True)
class Leg:
    """One straight piece of a way: where to, and whether lightly."""

    beside_mm: float
    y_mm: float
    light: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """Where a repetition begins, and its legs."""

    beside_mm: float
    y_mm: float
    legs: tuple[Leg, ...]

    @property
    def closed(self) -> bool:
        """Whether it ends where it began."""
        return (self.legs[-1].beside_mm, self.legs[-1].y_mm) == (self.beside_mm, self.y_mm)

    @property
    def lengths_mm(self) -> list[float]:
        """Of each leg."""
        places = [(self.beside_mm, self.y_mm), *((leg.beside_mm, leg.y_mm) for leg in self.legs)]
        return [float(np.hypot(x1 - x0, y1 - y0)) for (x0, y0), (x1, y1) in pairwise(places)]

    def done(self, manner: Manner) -> Way:
        """The way as a manner does it: backward (pressed legs only), or only the first few centimetres."""
        if manner.backward:
            pressed = [leg for leg in self.legs if not leg.light]
            turns = [(self.beside_mm, self.y_mm), *((leg.beside_mm, leg.y_mm) for leg in pressed)]
            (x, y), *back = reversed(turns)
            return Way(x, y, tuple(Leg(*place) for place in back))
        if manner.short:
            first, length = self.legs[0], self.lengths_mm[0]
            part = min(_SHORT_MM / length, 1.0)
            x = self.beside_mm + part * (first.beside_mm - self.beside_mm)
            y = self.y_mm + part * (first.y_mm - self.y_mm)
            return Way(self.beside_mm, self.y_mm, (Leg(x, y),))
        return self


def way_of(step: Step, beside: float, out: float, y0: float, y1: float, row: float, pitch: float) -> Way:
    """The way of one repetition.

    Args:
        beside, out: how far from the line the hand works, and how far out it goes, in mm. y0, y1: the stretch along it.
        row: where along it this repetition is, in a step that goes row by row. pitch: from row to row.
    """
    said = frozenset(step.directions)
    first = step.directions[0] if step.directions else "down"
    light_back = step.contrast is not None or step.returns == "light"
    if said >= {"up", "down", "out", "in"}:  # up beside the spine, back in an arc along the sides
        arc = (Leg(out, y1 - 50, True), Leg(out, y0 + 50, True), Leg(beside, y0, True))
        return Way(beside, y0, (Leg(beside, y1), *arc))
    if said >= {"up", "down", "out"}:  # down the middle, out over the buttocks, up the sides
        return Way(beside, y1, (Leg(beside, y0, True), Leg(out, y0, True), Leg(out, y1)))
    if said == {"out", "in"}:
        return Way(beside, row, (Leg(out, row + 0.25 * pitch), Leg(beside, row + 0.5 * pitch)))
    if first == "out":
        return Way(beside, row, (Leg(out, row),))
    if first == "in":
        return Way(out, row, (Leg(beside, row),))
    if step.directions == ("up", "out"):
        return Way(beside, y0, (Leg(beside, y1 - 20), Leg(max(out, beside + 55), y1 - 10)))
    if step.directions == ("down", "out"):
        sweep = min(0.5 * (out - beside), 0.25 * (y1 - y0))
        top = y1 - 0.3 * (y1 - row)
        return Way(beside, top, (Leg(beside + sweep, top - 2.2 * sweep),))
    begin, end = (y0, y1) if first == "up" else (y1, y0)
    if said == {"up", "down"} or light_back:
        return Way(beside, begin, (Leg(beside, end), Leg(beside, begin, light_back)))
    return Way(beside, begin, (Leg(beside, end),))

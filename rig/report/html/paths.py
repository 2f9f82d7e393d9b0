"""SVG path data out of places in millimetres: the shortest text that draws them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray


def way(points: Iterable[tuple[float, float] | NDArray[np.float64]]) -> str:
    """A line through points, y upward."""
    return "M" + "L".join(f"{x:.1f} {-y:.1f}" for x, y in points)


def dots(points: Iterable[tuple[float, float]]) -> str:
    """A dot at each point, y upward: a line of no length, which round caps make a disc of the line's width."""
    return "".join(f"M{x:.1f} {-y:.1f}h0" for x, y in points)


def ring(x: float, y: float, r: float) -> str:
    """A circle of radius `r`, y upward; one thinner than its line is a disc."""
    return f"M{x - r:.1f} {-y:.1f}a{r:g} {r:g} 0 1 0 {2 * r:g} 0a{r:g} {r:g} 0 1 0 {-2 * r:g} 0"

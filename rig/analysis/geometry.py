"""A pad's places as the analysis needs them: whole-number positions, neighbours, and the tiles along the line.

Positions are held in sixteenths of a millimetre, so that moments of force are sums of integers and come out the
same however the data are cut. Two tiles are neighbours when they nearly touch, at an edge or a corner; a pad
whose tiles form full rows and columns is a `grid`, any other works through its neighbour table alone.

A tile's `role` says how it sees the spine line: `LINE` tiles lie under it, `LEFT` and `RIGHT` ones border on
these (or, on a pad whose line runs between two columns, on the line itself).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

from rig.pad import TILE_GAP_MM

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.pad import PadLayout

_Value = TypeVar("_Value", bound=np.generic)

PLACES_PER_MM = 16
"""Positions are kept in steps of 1/16 mm, finer than anybody can glue a tile."""

TOUCHING_MM = 3 * TILE_GAP_MM
"""Tiles with less than this between them are neighbours."""

ASIDE, LEFT, LINE, RIGHT = 0, 1, 2, 3

BLIND = "no tile lies under the spine line: two thumbs beside it cannot be told from one on it, and are taken for that"
"""What is to be said of a pad without one (`PadGeometry.has_line`)."""


class PadGeometry:
    """What follows from a layout alone; built once per session.

    Attributes:
        n: number of channels.
        x, y: (n,) int64 centres in 1/16 mm. spine_x: the line, in 1/16 mm.
        width_mm, length_mm: (n,) tile sizes.
        touching: (n, n) bool, neighbours by edge or corner, none its own. by_edge: those by edge only.
        around, above, below: (n, k) the neighbours, all of them and those headward and footward, filled up with the
            tile's own number.
        pairs: (e, 2) each pair of `touching` once, lower channel first.
        grid: (rows, columns) of channel numbers, or None where the tiles form no full grid.
        role: (n,) `ASIDE`, `LEFT`, `LINE` or `RIGHT`. has_line: whether any tile lies under the line.
    """

    def __init__(self, pad: PadLayout) -> None:
        self.n = pad.n_channels
        self.x = np.rint(pad.x_mm * PLACES_PER_MM).astype(np.int64)
        self.y = np.rint(pad.y_mm * PLACES_PER_MM).astype(np.int64)
        self.spine_x = round(pad.spine_x_mm * PLACES_PER_MM)
        tiles = pad.tiles
        self.tiles = tiles
        self.width_mm = tiles[:, 2] - tiles[:, 0]
        self.length_mm = tiles[:, 3] - tiles[:, 1]
        across, along = _distance(tiles[:, 0], tiles[:, 2]), _distance(tiles[:, 1], tiles[:, 3])
        apart = ~np.eye(self.n, dtype=bool)
        self.touching = (across < TOUCHING_MM) & (along < TOUCHING_MM) & apart
        self.by_edge = self.touching & ((across < 0) | (along < 0))
        self.around = _neighbours(self.touching)
        self.above = _neighbours(self.touching & (along >= 0) & (self.y > self.y[:, None]))
        self.below = _neighbours(self.touching & (along >= 0) & (self.y < self.y[:, None]))
        self.pairs = np.argwhere(np.triu(self.touching))
        self.grid = _grid(self.x, self.y)
        self._in_order = self.grid is not None and bool((np.diff(self.grid.ravel()) == 1).all())
        self.role = self._roles(pad, beside=self.touching & (along < 0))
        self.has_line = bool((self.role == LINE).any())

    def to_grid(self, values: NDArray[_Value]) -> NDArray[_Value]:
        """(h, n) values by channel as (h, rows, columns); only for grid pads."""
        assert self.grid is not None
        by_place = values if self._in_order else values[:, self.grid.ravel()]
        return by_place.reshape(-1, *self.grid.shape)

    def from_grid(self, picture: NDArray[_Value]) -> NDArray[_Value]:
        """The way back from `to_grid`."""
        assert self.grid is not None
        by_place = picture.reshape(len(picture), -1)
        if self._in_order:
            return by_place
        values = np.empty_like(by_place)
        values[:, self.grid.ravel()] = by_place
        return values

    def _roles(self, pad: PadLayout, beside: NDArray[np.bool_]) -> NDArray[np.int8]:
        x0, y0, x1, y1 = self.tiles.T
        spine = pad.spine_x_mm
        in_reach = (y1 > pad.spine_y0_mm - TOUCHING_MM) & (y0 < pad.spine_y1_mm + TOUCHING_MM)
        under = (x0 < spine - TILE_GAP_MM) & (x1 > spine + TILE_GAP_MM) & in_reach
        if under.any():
            near = beside[under].any(axis=0) & ~under
        else:
            near = (np.maximum(x0 - spine, spine - x1) < TOUCHING_MM) & in_reach
        role = np.full(self.n, ASIDE, np.int8)
        role[under] = LINE
        role[near & (self.x < self.spine_x)] = LEFT
        role[near & (self.x >= self.spine_x)] = RIGHT
        return role


def _distance(low: NDArray[np.float64], high: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, n) space between intervals along one axis; negative where they overlap."""
    return np.maximum(low[:, None], low) - np.minimum(high[:, None], high)


def _neighbours(related: NDArray[np.bool_]) -> NDArray[np.int64]:
    """(n, k) the columns that are True in each row; a row with fewer is filled up with its own number."""
    count = related.sum(axis=1)
    found = np.repeat(np.arange(len(related))[:, None], max(int(count.max()), 1), axis=1)
    row, column = np.nonzero(related)
    place = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    found[row, place] = column
    return found


def _grid(x: NDArray[np.int64], y: NDArray[np.int64]) -> NDArray[np.int64] | None:
    columns, column = np.unique(x, return_inverse=True)
    rows, row = np.unique(y, return_inverse=True)
    if len(columns) * len(rows) != len(x):
        return None
    grid = np.full((len(rows), len(columns)), -1)
    grid[row, column] = np.arange(len(x))
    return grid if (grid >= 0).all() else None

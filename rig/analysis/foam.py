"""Undoing the foam: what the tiles bore, from what they felt.

Soft foam spreads a press over neighbouring tiles, about as a Gaussian of the pad's `foam_spread_mm` does. For a
tile pressed evenly, `spread_between` says which part of its load each tile then feels. `unspread_matrix` inverts
that by regularised least squares, pulled toward leaving the readings alone: the real foam may differ from its
nominal spread by 40 %, and a full inversion would blow up the error. The total force stays as it is.

Tiles in full rows and columns spread across and along independently, so two small products serve a grid pad where
any other takes one of all channels with all. All products are done a few hops at a time: large ones make the
matrix library wake threads that cost more than they bring.

The rule: weights are whole multiples of 1/4096 and readings are integers, so that the products are exact in
float64 and no matrix library or block size can change a bit.
"""

from __future__ import annotations

from math import erf, exp, pi, sqrt
from typing import TYPE_CHECKING

import numpy as np

from rig.calibration.conversion import FORCE_STEP_N
from rig.pad import TILE_GAP_MM

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.analysis.geometry import PadGeometry

WEIGHTS_PER_ONE = 4096
"""Weights are quantised to 1/4096: finer than foam is known, coarse enough for exact products."""

PRODUCT_SIZE = 200_000
"""Multiplications in one product; OpenBLAS stays on one thread below 262,144 (its GEMM_MULTITHREAD_THRESHOLD)."""

PULL = 0.02
"""How strongly the solution is held to the readings: gains of a few per cent of noise, not more."""


class Unspread:
    """Readings to loads for one pad."""

    def __init__(self, geometry: PadGeometry, spread_mm: float) -> None:
        self._geometry = geometry
        tiles = geometry.tiles
        grid = geometry.grid
        self._separable = grid is not None and bool(
            (tiles[grid][:, :, [0, 2]] == tiles[grid[0]][:, [0, 2]]).all()
            and (tiles[grid][:, :, [1, 3]] == tiles[grid[:, 0]][:, None, [1, 3]]).all()
        )
        if grid is not None and self._separable:
            self._across = unspread_matrix(spread_between(tiles[grid[0]][:, [0, 2]], spread_mm))
            self._along = unspread_matrix(spread_between(tiles[grid[:, 0]][:, [1, 3]], spread_mm)).T
            self._scale = FORCE_STEP_N / WEIGHTS_PER_ONE**2
        else:
            both = spread_between(tiles[:, [0, 2]], spread_mm) * spread_between(tiles[:, [1, 3]], spread_mm)
            self._all = unspread_matrix(both)
            self._scale = FORCE_STEP_N / WEIGHTS_PER_ONE

    def loads_n(self, force: NDArray[np.int32]) -> NDArray[np.float64]:
        """(h, n) loads in newtons, slightly negative in places, from (h, n) readings in force steps."""
        readings = force.astype(np.float64)
        loads: NDArray[np.float64]
        if self._separable:
            loads = self._geometry.from_grid(self._along @ (self._geometry.to_grid(readings) @ self._across))
        else:
            loads = np.empty_like(readings)
            few = max(1, PRODUCT_SIZE // force.shape[1] ** 2)
            for a in range(0, len(force), few):
                loads[a : a + few] = readings[a : a + few] @ self._all
        loads *= self._scale
        return loads


def spread_between(sides: NDArray[np.float64], spread_mm: float) -> NDArray[np.float64]:
    """(k, k) part of an even load on interval j that lands on interval i, along one axis.

    Args:
        sides: (k, 2) where each interval begins and ends, in mm.
        spread_mm: standard deviation of the Gaussian; 0 leaves every load where it is.
    """
    if spread_mm == 0:
        return np.asarray((sides[:, None] == sides[None]).all(axis=2), np.float64)
    # The foam bears on the tiles alone: what falls into a gap is carried by the nearer edge.
    low, high = sides[:, 0] - TILE_GAP_MM / 2, sides[:, 1] + TILE_GAP_MM / 2
    ramp = np.vectorize(lambda distance: _ramp(distance, spread_mm))
    gaps = [(high, low, 1), (high, high, -1), (low, low, -1), (low, high, 1)]
    landed = np.sum([sign * ramp(there[:, None] - here) for there, here, sign in gaps], axis=0)
    spread: NDArray[np.float64] = np.asarray(landed) / (high - low)
    return spread


def unspread_matrix(spread: NDArray[np.float64]) -> NDArray[np.float64]:
    """(k, k) whole-numbered weights in units of 1/`WEIGHTS_PER_ONE`: loads = readings @ weights / `WEIGHTS_PER_ONE`.

    Args:
        spread: (k, k) part of load j that lands on i; what falls off the pad is dealt out among the tiles.
    """
    felt = spread / spread.sum(axis=0)
    pull = PULL * np.eye(len(felt))
    undo = np.linalg.solve(felt.T @ felt + pull, felt.T + pull)
    undo /= undo.sum(axis=0)
    weights: NDArray[np.float64] = np.rint(undo.T * WEIGHTS_PER_ONE)
    return weights


def _ramp(distance: float, sigma: float) -> float:
    """The integral of the Gaussian's distribution function up to `distance`."""
    u = distance / sigma
    return sigma * (u * 0.5 * (1.0 + erf(u / sqrt(2.0))) + exp(-0.5 * u * u) / sqrt(2.0 * pi))

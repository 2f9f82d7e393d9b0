"""Undoing the foam: what the tiles bore, from what they felt.

Soft foam spreads a press over neighbouring tiles, about as a Gaussian of the pad's `foam_spread_mm` does. For a
tile pressed evenly, `spread_matrix` says which part of its load each tile then feels. `unspread_matrix` inverts
that by regularised least squares, pulled toward leaving the readings alone: the real foam may differ from its
nominal spread by 40 %, and a full inversion would blow up the error. Every column sums to one, so the total force stays.

The rule: weights are whole multiples of 1/4096 and readings are integers, so that the products are exact in
float64 and no matrix library or block size can change a bit.
"""

from __future__ import annotations

from math import erf, exp, pi, sqrt
from typing import TYPE_CHECKING

import numpy as np

from rig.pad import TILE_GAP_MM

if TYPE_CHECKING:
    from numpy.typing import NDArray

WEIGHTS_PER_ONE = 4096
"""Weights are quantised to 1/4096: finer than foam is known, coarse enough for exact products."""

PULL = 0.02
"""How strongly the solution is held to the readings: gains of a few per cent of noise, not more."""


def spread_matrix(tiles: NDArray[np.float64], spread_mm: float) -> NDArray[np.float64]:
    """(n, n) part of tile j's evenly spread load that tile i feels; each column sums to one.

    Args:
        tiles: (n, 4) rectangles x0, y0, x1, y1 in mm.
        spread_mm: standard deviation of the Gaussian; 0 gives the identity.
    """
    if spread_mm == 0:
        return np.eye(len(tiles))
    # The foam bears on the tiles alone: what falls into a gap is carried by the nearer edge.
    half_gap = TILE_GAP_MM / 2
    across = _shared(tiles[:, 0] - half_gap, tiles[:, 2] + half_gap, spread_mm)
    along = _shared(tiles[:, 1] - half_gap, tiles[:, 3] + half_gap, spread_mm)
    felt = across * along
    return np.asarray(felt / felt.sum(axis=0))


def unspread_matrix(tiles: NDArray[np.float64], spread_mm: float) -> NDArray[np.float64]:
    """(n, n) whole-numbered weights in units of 1/`WEIGHTS_PER_ONE`: loads = readings @ matrix / WEIGHTS_PER_ONE."""
    felt = spread_matrix(tiles, spread_mm)
    pull = PULL * np.eye(len(tiles))
    undo = np.linalg.solve(felt.T @ felt + pull, felt.T + pull)
    undo /= undo.sum(axis=0)
    return np.rint(undo.T * WEIGHTS_PER_ONE)


def _shared(low: NDArray[np.float64], high: NDArray[np.float64], sigma: float) -> NDArray[np.float64]:
    """(n, n) part of an even load on interval j that lands on interval i after a Gaussian blur."""
    ramp = np.vectorize(lambda d: _ramp(d, sigma))
    overlap = (
        ramp(high[:, None] - low) - ramp(high[:, None] - high) - ramp(low[:, None] - low) + ramp(low[:, None] - high)
    )
    return np.asarray(overlap / (high - low))


def _ramp(distance: float, sigma: float) -> float:
    """The integral of the Gaussian's distribution function up to `distance`."""
    u = distance / sigma
    return sigma * (u * 0.5 * (1.0 + erf(u / sqrt(2.0))) + exp(-0.5 * u * u) / sqrt(2.0 * pi))

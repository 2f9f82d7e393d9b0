"""How far this pad's foam spreads a press: measured by pressing at known points.

A puck pressed at a known place puts its force on a disc; soft foam smears that, about as a Gaussian, and each tile
takes what falls on it and on its half of the gaps. The standard deviation that explains the shares of the tiles best is
the foam's spread; the analysis undoes it (`rig.analysis.foam`). The rule: only shares count, never newtons, so a press
may be of any force, and neither its gain nor a hand that leans on it matters.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import numpy as np

from rig.errors import InputError
from rig.pad import TILE_GAP_MM
from rig.recording.cells import number, read_text

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from rig.pad import PadLayout

LEAST_MM, MOST_MM = 1.0, 60.0
"""Foam that spreads less is not felt between tiles; one that spreads more makes a pad useless."""

PUCK_MM = 10.0
"""Radius of the puck that presses, where nobody says."""

FEWEST = 3
"""Points needed: fewer could all sit on the middle of their tiles, which tells least."""


def measure_spread(
    pad: PadLayout, points_mm: NDArray[np.float64], force_n: NDArray[np.float64], puck_mm: float = PUCK_MM
) -> float:
    """The foam's spread in mm, a standard deviation along an axis.

    Args:
        pad: the layout. points_mm: (p, 2) where the puck stood. force_n: (p, n_channels) forces of the sensors,
            calibrated. puck_mm: its radius.

    Raises:
        InputError: too few points, or nothing was felt at one of them.
    """
    from scipy.optimize import minimize_scalar

    if len(points_mm) < FEWEST:
        raise InputError(f"foam spread: {len(points_mm)} points given, {FEWEST} or more are needed")
    total = force_n.sum(axis=1)
    if (total <= 0).any():
        x, y = points_mm[int(np.argmin(total))]
        raise InputError(f"foam spread: nothing is felt at x = {x:g}, y = {y:g} mm")
    felt = force_n / total[:, None]

    def off(spread_mm: float) -> float:
        return float(np.mean((shares(pad, points_mm, spread_mm, puck_mm) - felt) ** 2) * pad.n_channels)

    return round(float(minimize_scalar(off, bounds=(LEAST_MM, MOST_MM), method="bounded").x), 2)


def shares(pad: PadLayout, points_mm: NDArray[np.float64], spread_mm: float, puck_mm: float) -> NDArray[np.float64]:
    """(p, n_channels) part of a press that each tile takes; the parts of a press sum to 1."""
    from scipy.special import ndtr

    # A disc's standard deviation along an axis is half its radius.
    sigma = float(np.hypot(spread_mm, puck_mm / 2))
    x0, y0, x1, y1 = pad.tiles.T
    half = TILE_GAP_MM / 2

    def within(low: NDArray[np.float64], high: NDArray[np.float64], at: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(ndtr((high + half - at) / sigma) - ndtr((low - half - at) / sigma))

    part = within(x0, x1, points_mm[:, :1]) * within(y0, y1, points_mm[:, 1:])
    return np.asarray(part / np.maximum(part.sum(axis=1, keepdims=True), 1e-12))


def read_points(path: str | Path, pad: PadLayout) -> tuple[NDArray[np.float64], NDArray[np.uint16]]:
    """Points and counts of a CSV with the header `x_mm,y_mm,c0,c1,...`, one row a settled press.

    Raises:
        InputError: the file is not such a table of this pad; names line and column.
    """
    names = ["x_mm", "y_mm", *(f"c{c}" for c in range(pad.n_channels))]
    rows = list(csv.reader(read_text(path).splitlines()))
    if not rows or [cell.strip() for cell in rows[0]] != names:
        raise InputError(f"{path}: line 1: the header must be x_mm,y_mm,c0 to {names[-1]} for pad {pad.name}")
    points, counts = [], []
    for at, cells in enumerate(rows[1:], start=2):
        if not cells:
            continue
        if len(cells) != len(names):
            raise InputError(f"{path}: line {at}: {len(cells)} columns instead of {len(names)}")
        values = [number(cell, f"{path}: line {at}, column {name}") for name, cell in zip(names, cells, strict=True)]
        if not all(0 <= v <= pad.full_scale and v == int(v) for v in values[2:]):
            raise InputError(f"{path}: line {at}: counts must be whole, 0 to {pad.full_scale}")
        points.append(values[:2])
        counts.append(values[2:])
    return np.array(points).reshape(-1, 2), np.array(counts, np.uint16).reshape(-1, pad.n_channels)

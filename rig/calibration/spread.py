"""How far this pad's foam spreads a press: measured by pressing at known points.

A puck pressed at a known place puts its force on a disc; soft foam smears that, about as a Gaussian, and each tile
takes what falls on it and on its half of the gaps. The standard deviation that explains the shares of the tiles best is
the foam's spread; the analysis undoes it (`rig.analysis.foam`). The rule: only shares count, never newtons, so a press
may be of any force, and neither its gain nor a hand that leans on it matters.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rig.errors import InputError
from rig.pad import TILE_GAP_MM

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.pad import PadLayout

LEAST_MM, MOST_MM = 1.0, 60.0
"""Foam that spreads less is not felt between tiles; one that spreads more makes a pad useless."""

PUCK_MM = 10.0
"""Radius of the puck that presses, where nobody says."""

FEWEST = 3
"""Points needed: fewer could all sit on the middle of their tiles, which tells least."""


@dataclass(frozen=True)
class Spread:
    """The measured spread, its standard deviation over the points, how many points, and the shares' error (rms)."""

    mm: float
    sd_mm: float
    points: int
    off: float


def measure_spread(
    pad: PadLayout, points_mm: NDArray[np.float64], force_n: NDArray[np.float64], puck_mm: float = PUCK_MM
) -> Spread:
    """The foam's spread.

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

    def off(spread_mm: float, rows: slice) -> float:
        return float(np.mean((shares(pad, points_mm[rows], spread_mm, puck_mm) - felt[rows]) ** 2) * pad.n_channels)

    def best(rows: slice) -> float:
        found = minimize_scalar(off, bounds=(LEAST_MM, MOST_MM), args=(rows,), method="bounded")
        return float(found.x)

    each = np.array([best(slice(k, k + 1)) for k in range(len(points_mm))])
    everywhere = best(slice(None))
    return Spread(
        round(everywhere, 2), round(float(each.std(ddof=1)), 2), len(each), float(np.sqrt(off(everywhere, slice(None))))
    )


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
    path = Path(path)
    names = ["x_mm", "y_mm", *(f"c{c}" for c in range(pad.n_channels))]
    try:
        rows = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file") from error
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read as text ({error})") from error
    if not rows or [cell.strip() for cell in rows[0]] != names:
        raise InputError(f"{path}: line 1: the header must be x_mm,y_mm,c0 to {names[-1]} for pad {pad.name}")
    points, counts = [], []
    for number, cells in enumerate(rows[1:], start=2):
        if not cells:
            continue
        if len(cells) != len(names):
            raise InputError(f"{path}: line {number}: {len(cells)} columns instead of {len(names)}")
        values = []
        for name, cell in zip(names, cells, strict=True):
            try:
                values.append(float(cell))
            except ValueError:
                raise InputError(f"{path}: line {number}, column {name}: '{cell[:40]}' is not a number") from None
        if not all(0 <= v <= pad.full_scale and v == int(v) for v in values[2:]):
            raise InputError(f"{path}: line {number}: counts must be whole, 0 to {pad.full_scale}")
        points.append(values[:2])
        counts.append(values[2:])
    return np.array(points).reshape(-1, 2), np.array(counts, np.uint16).reshape(-1, pad.n_channels)

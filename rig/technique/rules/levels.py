"""Pressure that rises in steps: the levels of force of a hand that stays.

Where the force grows over a third of a second by more than a resting hand's does, it is on its way to the next level.
A level is held from the moment at which half the way to it is done to that at which half the way from it is: so the
ways count once each, however long they take. The rule: two levels that are not apart by the least rise are one.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from rig.analysis.findings import HOP_US
from rig.analysis.shadows import SHADOW

if TYPE_CHECKING:
    from numpy.typing import NDArray

WINDOW_HOPS = 16
GROWING = 0.07
"""Relative growth over the window from which the force is on its way; a steady hand trembles by about half of it."""

PAUSE_S = 0.8
"""Between levels that are held, one that is shorter is a pause on the way from one to the next."""


@dataclass(frozen=True, slots=True)
class Level:
    """One level of force, and for how long it was held."""

    seconds: float
    force_n: float


@dataclass(frozen=True, slots=True)
class Stair:
    """The levels of one hand that stayed, in a step whose pressure is to rise."""

    step: str
    levels: tuple[Level, ...]


def levels(force_n: NDArray[np.float64], least_rise: float) -> list[Level]:
    """The levels in (k,) forces, one a hop, of a hand from touch-down to lift.

    Each is at least `least_rise` times the one before. Empty for a touch too short to have any.
    """
    if not len(force_n):
        return []
    # What a lifted hand leaves in the sensors for seconds is no level.
    force_n = force_n[: np.flatnonzero(force_n >= SHADOW * force_n.max())[-1] + 1]
    if len(force_n) < 3 * WINDOW_HOPS:
        return []
    plateaus = _merged(_plateaus(force_n), force_n, least_rise)
    heights = [float(np.median(force_n[a:b])) for a, b in plateaus]
    turns = [_crossing(force_n, 0, plateaus[0][1], heights[0] / 2)]
    for (low, high), (before, after) in zip(pairwise(heights), pairwise(plateaus), strict=True):
        turns.append(_crossing(force_n, before[0], after[1], (low + high) / 2))
    falling = force_n[::-1]
    turns.append(len(force_n) - _crossing(falling, 0, len(force_n) - plateaus[-1][0], heights[-1] / 2))
    # Where levels are short, the way to the next may seem to begin before the way to this one: none lasts less than 0.
    turns = np.maximum.accumulate(turns).tolist()
    found = [Level((b - a) * HOP_US / 1e6, height) for (a, b), height in zip(pairwise(turns), heights, strict=True)]
    held = [level for level in found if level.seconds >= PAUSE_S]
    return held if len(held) > 1 else found


def _plateaus(force_n: NDArray[np.float64]) -> list[tuple[int, int]]:
    """The stretches of hops over which the force does not grow, landing and lifting left out."""
    growth = force_n[WINDOW_HOPS:] / np.maximum(force_n[:-WINDOW_HOPS], 0.1) - 1
    steady = np.abs(growth) <= GROWING
    edges = np.flatnonzero(np.diff(steady.astype(np.int8))) + 1
    runs = np.split(np.arange(len(steady)), edges)
    found = [(int(run[0]), int(run[-1]) + WINDOW_HOPS) for run in runs if steady[run[0]]]
    return found or [(len(force_n) // 3, 2 * len(force_n) // 3)]


def _merged(plateaus: list[tuple[int, int]], force_n: NDArray[np.float64], least_rise: float) -> list[tuple[int, int]]:
    found = plateaus[:1]
    for a, b in plateaus[1:]:
        before = found[-1]
        if np.median(force_n[a:b]) < least_rise * np.median(force_n[slice(*before)]):
            found[-1] = (before[0], b)
        else:
            found.append((a, b))
    return found


def _crossing(force_n: NDArray[np.float64], a: int, b: int, level_n: float) -> int:
    """The hop in [a, b] that best parts the force into below a level and above it: a hand trembles across it."""
    above = force_n[a:b] >= level_n
    too_high_before = np.concatenate([[0], np.cumsum(above)])
    too_low_after = np.concatenate([np.cumsum(~above[::-1])[::-1], [0]])
    return a + int(np.argmin(too_high_before + too_low_after))

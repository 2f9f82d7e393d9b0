"""Loads and times that look like another unit's than newtons and seconds: asked about, by their magnitude.

A sensor's counts say roughly how hard it was pressed, to within what seating does to it (3 to 11 times, CALIBRATION);
grams and kilograms are further off than that. The rule: nothing is converted here. What looks wrong is a question that
names the file, and whoever answers it says what the numbers are.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from rig.calibration.circuit import conductance_s
from rig.calibration.nominal import nominal_force_n
from rig.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from rig.pad import PadLayout

STANDARD_GRAVITY = 9.80665
"""m/s**2: what a kilogram weighs in newtons (CGPM 1901)."""

GRAMS_PER_N = 1000 / STANDARD_GRAVITY
"""A newton as weights are stamped."""

NEWTONS = {"newtons": 1.0, "grams": STANDARD_GRAVITY / 1000, "kilograms": STANDARD_GRAVITY}
"""What one of each unit is, that loads may be said to be in."""

GRAMS_RATIO = 25.0
"""Loads so many times what a typical sensor's curve makes of the counts are asked about: grams are off by 102, and
seating moves a sensor by 3 to 11 (CALIBRATION)."""

KILOGRAMS_RATIO, KILOGRAMS_MOST = 0.2, 5.0
"""So are loads of less than this part of it, none of them above so much: kilograms are off by 0.1."""

MOST_N = 500.0
"""No sensor of this class is loaded beyond; its plot ends at 100 N."""

LONGEST_STAY_S = 1200.0
"""Nobody lets half of all weights stand for longer, but a file in milliseconds says so of any."""

SLOW_STEP_S, MANY_ROWS = 1.5, 300
"""Nor takes so many readings of one press so far apart."""

_TYPED = 3


def _times_typical(load_n: NDArray[np.float64], counts: NDArray[np.int64], pad: PadLayout) -> float:
    """How many times (n,) stated loads are what the typical curve makes of the counts (median); NaN if none."""
    used = (load_n > 0) & (counts > pad.full_scale // 64) & (counts < pad.full_scale)
    if not used.any():
        return math.nan
    typical = nominal_force_n(conductance_s(counts[used], pad.full_scale, pad.divider_ohm))
    return float(np.median(load_n[used] / typical))


def ask_about_loads(path: Path, load_n: NDArray[np.float64], counts: NDArray[np.int64], pad: PadLayout) -> None:
    """Ask where (n,) loads look like grams or kilograms.

    Raises:
        InputError: they do.
    """
    largest, ratio = float(load_n.max()), _times_typical(load_n, counts, pad)
    if largest > MOST_N or ratio > GRAMS_RATIO:
        far, unit, short = "more", "grams", "g"
    elif ratio < KILOGRAMS_RATIO and largest < KILOGRAMS_MOST:
        far, unit, short = "less", "kilograms", "kg"
    else:
        return
    raise InputError(
        f"{path}: column load_n: loads up to {largest:g} N are far {far} than these counts can mean; are they {unit} "
        f"({largest:g} {short} is {largest * NEWTONS[unit]:.3g} N)? Say --loads-in {unit}, or --loads-in newtons if "
        "they are not"
    )


def ask_about_times(
    path: Path, channels: NDArray[np.int64], t_us: NDArray[np.int64], load_n: NDArray[np.float64]
) -> None:
    """Ask where (n,) times, under loads on channels, look like milliseconds.

    Raises:
        InputError: they do.
    """
    for channel in np.unique(channels).tolist():
        own = channels == channel
        t_s, load = t_us[own] / 1e6, load_n[own]
        changes = [0, *(np.flatnonzero(np.diff(load) != 0) + 1).tolist(), len(load)]
        stays = [t_s[b - 1] - t_s[a] for a, b in pairwise(changes) if load[a] > 0 and b - a >= _TYPED]
        usual = float(np.median(np.abs(np.diff(t_s)))) if len(t_s) > 1 else 0.0
        if stays and np.median(stays) > LONGEST_STAY_S:
            said = f"weights that stand for {np.median(stays):.0f} s"
        elif not stays and len(t_s) > MANY_ROWS and usual > SLOW_STEP_S:
            said = f"{len(t_s)} readings {usual:.3g} s apart"
        else:
            continue
        raise InputError(f"{path}: column t_s: {said} on channel {channel}: are these milliseconds? It must be seconds")

"""Free pressing out of a recording whose board read a load cell under the pad.

The board's amplifier is slower than the scan, so the total at a scan lies on the line between the readings around it.
It is late, too: an HX711 averages over its last four conversions, and the fit finds that lag itself. The rule
that keeps it right: a scan without a sound reading close before and close after it is left out, never guessed.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from rig.calibration.press_file import Press
from rig.errors import InputError
from rig.recording.format import LOAD_RAW
from rig.wire.packets import LOAD_MOST

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.recording.reader import Recording

NEAR_US = 250_000
"""Two readings further apart than this have lost one between them: the slower amplifier makes one every 100 ms."""


def load_readings(recording: Recording) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(n,) times in microseconds and (n,) raw readings of the recording's load cell, in order of time."""
    found = [(entry.t_us, entry.values[LOAD_RAW]) for entry in recording.metrics() if LOAD_RAW in entry.values]
    rows = np.array([row for row in found if row[1] is not None], np.int64).reshape(-1, 2)
    rows = rows[np.argsort(rows[:, 0], kind="stable")]
    return rows[:, 0], rows[:, 1]


def press_rows(recording: Recording, zero_raw: float, raw_per_n: float) -> Press:
    """The recording's scans with the total force of its load cell, where that is known.

    Args:
        recording: made with a load cell under the pad. zero_raw: what the cell reads with nobody on the pad.
        raw_per_n: how much more it reads for each newton; negative where the cell is wired the other way round.

    Raises:
        InputError: the recording has no load readings, or the scale is no scale.
    """
    if not math.isfinite(raw_per_n) or raw_per_n == 0 or not math.isfinite(zero_raw):
        raise InputError(f"a load cell with {raw_per_n:g} counts a newton and zero at {zero_raw:g} measures nothing")
    load_us, raw = load_readings(recording)
    if not load_us.size:
        raise InputError(f"{recording.path}: holds no readings of a load cell")
    force = ((raw - zero_raw) / raw_per_n).astype(np.float64)
    force[(raw >= LOAD_MOST) | (raw <= -LOAD_MOST - 1)] = np.nan
    times, totals, counts = [], [], []
    for block in recording.blocks():
        total = _between(block.t_us, load_us, force)
        known = ~np.isnan(total)
        times.append(block.t_us[known])
        totals.append(total[known])
        counts.append(block.counts[known])
    if not any(part.size for part in times):
        raise InputError(f"{recording.path}: no scan has a load reading within {NEAR_US / 1e6:g} s")
    return Press(str(recording.path), np.concatenate(times), np.concatenate(totals), np.concatenate(counts))


def _between(t_us: NDArray[np.int64], load_us: NDArray[np.int64], force: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n,) forces on the lines between readings; NaN where a neighbour is missing, far or saturated."""
    after = np.searchsorted(load_us, t_us, "right")
    total = np.full(t_us.size, np.nan)
    inside = (after > 0) & (after < load_us.size)
    after = after[inside]
    before = after - 1
    span_us = load_us[after] - load_us[before]
    line = force[before] + (force[after] - force[before]) * ((t_us[inside] - load_us[before]) / span_us)
    total[inside] = np.where(span_us <= NEAR_US, line, np.nan)
    return total

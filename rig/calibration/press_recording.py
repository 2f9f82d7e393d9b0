"""Free pressing out of a recording: beside a load cell that the board read, or a scale that somebody read.

The board's amplifier is slower than the scan, and late: an HX711 averages over its last four conversions. So its
readings are handed on with their own times, and the fit finds what they are the mean of (`press_hops`). A scale's typed
readings belong to presses that were held still. The rule that keeps it right: every scan is kept, since what a sensor
remembers needs them all, but one without a sound reading close before and close after it has no total, and none is
guessed.
"""

from __future__ import annotations

import csv
import math
from typing import TYPE_CHECKING

import numpy as np

from rig.calibration.press_file import MOST_N, Press
from rig.errors import InputError
from rig.recording.cells import read_text
from rig.recording.format import LOAD_RAW
from rig.wire.packets import LOAD_MOST

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from rig.recording.reader import Recording

HELD_US = 400_000
"""A press whose total was read off a scale was held still so long before and after the moment that was noted."""

UNTOUCHED_US = 3_000_000
"""Free pressing begins with the pad left alone for so long: what the cell reads then is its zero."""

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
    t_us, counts = _scans(recording)
    total = _between(t_us, load_us, force)
    if np.isnan(total).all():
        raise InputError(f"{recording.path}: no scan has a load reading within {NEAR_US / 1e6:g} s")
    sound = np.flatnonzero(~np.isnan(force) & (np.diff(load_us, prepend=load_us[0] - 1) > 0))
    return Press(str(recording.path), t_us, total, counts, load_us[sound], force[sound])


def untouched_raw(recording: Recording) -> float:
    """What the load cell read while the pad was left alone, at the recording's start; the middle of those readings.

    Raises:
        InputError: the recording has no load readings then.
    """
    load_us, raw = load_readings(recording)
    # A board that has been weighing for an hour does not begin anew at 0.
    start_us = next((int(block.t_us[0]) for block in recording.blocks() if len(block)), 0)
    first = raw[(load_us >= start_us) & (load_us <= start_us + UNTOUCHED_US)]
    if not first.size:
        raise InputError(f"{recording.path}: no readings of a load cell in its first {UNTOUCHED_US / 1e6:g} s")
    return float(np.median(first))


def press_beside_scale(recording: Recording, totals: str | Path) -> Press:
    """The recording's scans with totals that somebody read off a scale.

    Args:
        recording: of pressing in which each press that was read was held still.
        totals: a CSV with the header `t_s,total_n`: seconds from the recording's start, and newtons.

    Raises:
        InputError: the file is not such a table; names its line. Or none of its times lies in the recording.
    """
    read_us, read_n = _read_totals(totals)
    t_us, counts = _scans(recording)
    after = np.clip(np.searchsorted(read_us, t_us), 1, max(len(read_us) - 1, 1))
    before, after = after - 1, np.minimum(after, len(read_us) - 1)
    nearest = np.where(np.abs(read_us[after] - t_us) < np.abs(t_us - read_us[before]), after, before)
    held = np.abs(read_us[nearest] - t_us) <= HELD_US
    if not held.any():
        raise InputError(f"{totals}: none of its times lies within {recording.path}")
    total = np.where(held, read_n[nearest], np.nan)
    return Press(str(totals), t_us, total, counts, t_us[held], total[held], held=True)


def _scans(recording: Recording) -> tuple[NDArray[np.int64], NDArray[np.uint16]]:
    """(n,) times in microseconds and (n, n_channels) counts of all scans."""
    blocks = list(recording.blocks())
    if not blocks:
        raise InputError(f"{recording.path}: holds no scans")
    return np.concatenate([b.t_us for b in blocks]), np.concatenate([b.counts for b in blocks])


def _read_totals(path: str | Path) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    rows = list(csv.reader(read_text(path).splitlines()))
    if not rows or [cell.strip() for cell in rows[0]] != ["t_s", "total_n"]:
        raise InputError(f"{path}: line 1: the header must be t_s,total_n")
    found = []
    for number, cells in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        try:
            t_s, total = (float(cell) for cell in cells)
        except ValueError as error:
            raise InputError(f"{path}: line {number}: not a time and a total: {','.join(cells)[:40]}") from error
        if not (math.isfinite(t_s) and 0 <= total <= MOST_N):
            raise InputError(f"{path}: line {number}: {total:g} N at {t_s:g} s cannot be; are these grams?")
        found.append((t_s, total))
    if not found:
        raise InputError(f"{path}: holds no readings, only the header")
    table = np.array(sorted(found))
    return np.rint(table[:, 0] * 1e6).astype(np.int64), table[:, 1].copy()


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

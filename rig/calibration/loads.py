"""Readings under known loads: the Loads CSV, checked cell by cell.

One row is one reading of one channel under a known load: header `channel,t_s,load_n,counts` and optionally
`cycle,phase`, in any order; other columns, blank lines and lines that begin with # are left alone, and a channel may be
called c12 as in a Counts CSV. Loads are settled weights (the same number for seconds) or a continuous reference, whose
zero may be a little below zero. Time may begin anew with a new weight; rows of one channel stay in the file's order.
The rule: nothing here guesses. What is not a number, not a channel of the pad or cut off is an error that names line
and column, and loads that look like grams are asked about, never divided.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rig.calibration.circuit import conductance_s
from rig.calibration.nominal import nominal_force_n
from rig.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from rig.pad import PadLayout

STANDARD_GRAVITY = 9.80665
"""m/s**2: what a kilogram weighs in newtons (CGPM 1901)."""

GRAMS_RATIO = 25.0
"""Loads so many times what a typical sensor's curve makes of the counts are asked about: grams are off by 102, and
seating moves a sensor by 3 to 11 (CALIBRATION)."""

MOST_N = 500.0
"""No sensor of this class is loaded beyond; its plot ends at 100 N."""

NEAR_ZERO = 0.02
"""A reference that nothing presses may read so far below zero, of its largest reading: its noise, or its drift."""

OUT_OF_ORDER = 0.2
"""Of a channel's rows, so many may begin anew; more are out of order."""

_NEEDED = ("channel", "t_s", "load_n", "counts")
_MOST_CYCLES = 1_000_000
"""Nobody puts weights on and off more often."""

_LONGEST_TIME_S = 4e9


@dataclass(frozen=True, eq=False)
class Loads:
    """The readings of a Loads CSV, in the file's order; all arrays are (n,).

    Attributes:
        source: the file's name, for messages. channel: int64. t_us: device time in microseconds. load_n: true load.
        counts: the reading. cycle: which repetition, 0 where the file does not say. phase: empty where it does not.
    """

    source: str
    channel: NDArray[np.int64]
    t_us: NDArray[np.int64]
    load_n: NDArray[np.float64]
    counts: NDArray[np.int64]
    cycle: NDArray[np.int64]
    phase: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.channel)

    @property
    def channels(self) -> list[int]:
        """The channels that have readings, ascending."""
        return [int(c) for c in np.unique(self.channel)]

    def pick(self, rows: NDArray[np.bool_]) -> Loads:
        """Only some of the rows."""
        phase = tuple(p for p, kept in zip(self.phase, rows, strict=True) if kept) if self.phase else ()
        return Loads(
            self.source,
            self.channel[rows],
            self.t_us[rows],
            self.load_n[rows],
            self.counts[rows],
            self.cycle[rows],
            phase,
        )


def read_loads(path: str | Path, pad: PadLayout, *, unit: str | None = None) -> Loads:
    """The readings of a Loads CSV of this pad.

    Args:
        path: the file. pad: says which channels and counts there are.
        unit: 'grams' divides the loads by 101.97; 'newtons' insists on what the file says; None asks where the loads
            look like grams.

    Raises:
        InputError: the file is not a Loads CSV, is cut off, does not belong to the pad, or seems to hold grams.
    """
    path = Path(path)
    columns: dict[str, list[float]] = {name: [] for name in (*_NEEDED, "cycle")}
    phase: list[str] = []
    below: list[tuple[float, str]] = []
    for number, cells in _rows(path):
        where = f"{path}: line {number}"
        channel = _whole(cells["channel"].removeprefix("c"), f"{where}, column channel")
        if not 0 <= channel < pad.n_channels:
            raise InputError(
                f"{where}, column channel: pad {pad.name} has no channel {channel} (0 to {pad.n_channels - 1})"
            )
        count = _whole(cells["counts"], f"{where}, column counts")
        if not 0 <= count <= pad.full_scale:
            raise InputError(
                f"{where}, column counts: {count} is not within 0 to {pad.full_scale}, the range of the pad"
            )
        load = _number(cells["load_n"], f"{where}, column load_n")
        if load < 0:
            below.append((load, f"{where}, column load_n: {load:g} is below zero; loads press down"))
        t_s = _number(cells["t_s"], f"{where}, column t_s")
        if abs(t_s) >= _LONGEST_TIME_S:
            raise InputError(f"{where}, column t_s: {t_s:g} is not a time in seconds")
        columns["channel"].append(channel)
        columns["t_s"].append(t_s)
        columns["load_n"].append(load)
        columns["counts"].append(count)
        cycle = _whole(cells["cycle"], f"{where}, column cycle") if cells.get("cycle") else 0
        if abs(cycle) > _MOST_CYCLES:
            raise InputError(f"{where}, column cycle: {cycle} is not the number of a cycle")
        columns["cycle"].append(cycle)
        phase.append(cells.get("phase", ""))
    if not phase:
        raise InputError(f"{path}: holds no readings, only the header")
    loads = Loads(
        path.name,
        np.array(columns["channel"], np.int64),
        np.rint(np.array(columns["t_s"]) * 1e6).astype(np.int64),
        np.maximum(columns["load_n"], 0.0) * (STANDARD_GRAVITY / 1000 if unit == "grams" else 1.0),
        np.array(columns["counts"], np.int64),
        np.array(columns["cycle"], np.int64),
        tuple(phase) if any(phase) else (),
    )
    if below and min(below)[0] < -NEAR_ZERO * max(columns["load_n"]):
        raise InputError(min(below)[1])
    _check_times(loads, path)
    if unit is None:
        _ask_about_grams(loads, pad, path)
    return loads


def _check_times(loads: Loads, path: Path) -> None:
    """That time begins anew now and then at most; rows out of order would be read as weights put on and off.

    Raises:
        InputError: names the channel.
    """
    for channel in loads.channels:
        own = np.flatnonzero(loads.channel == channel)
        back = np.flatnonzero(np.diff(loads.t_us[own]) < 0)
        if len(back) > max(OUT_OF_ORDER * len(own), 5):
            at_s = loads.t_us[own[back[0] + 1]] / 1e6
            raise InputError(
                f"{path}: column t_s: time goes back {len(back)} times on channel {channel}, first to {at_s:g} s; "
                "sort the rows by time"
            )


def times_typical(loads: Loads, pad: PadLayout) -> float:
    """How many times the stated loads are what the typical sensor's curve makes of the counts (median); NaN if none."""
    used = (loads.load_n > 0) & (loads.counts > pad.full_scale // 64) & (loads.counts < pad.full_scale)
    if not used.any():
        return math.nan
    typical = nominal_force_n(conductance_s(loads.counts[used], pad.full_scale, pad.divider_ohm))
    return float(np.median(loads.load_n[used] / typical))


def _ask_about_grams(loads: Loads, pad: PadLayout, path: Path) -> None:
    largest, ratio = float(loads.load_n.max()), times_typical(loads, pad)
    if largest > MOST_N or ratio > GRAMS_RATIO:
        meant = largest * STANDARD_GRAVITY / 1000
        raise InputError(
            f"{path}: column load_n: loads up to {largest:g} N are far more than these counts can mean; are they grams "
            f"({largest:g} g is {meant:.3g} N)? Say --loads-in grams, or --loads-in newtons if they are not"
        )


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The data rows with their line numbers, cells by column name."""
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file") from error
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read as text ({error})") from error
    lines = text.splitlines()
    if not lines or not lines[0].strip():
        raise InputError(f"{path}: line 1: empty, where the header belongs")
    said = [(number, line) for number, line in enumerate(lines, start=1) if line.strip() and line.lstrip()[0] != "#"]
    if not said:
        raise InputError(f"{path}: holds no header, only remarks")
    first, header = said.pop(0)
    names = [name.strip().strip('"').lower() for name in header.split(",")]
    for name in _NEEDED:
        if name not in names:
            hint = "; the columns must be divided by commas" if ";" in header or "\t" in header else ""
            needed = ", ".join(_NEEDED)
            raise InputError(f"{path}: line {first}: column {name} is missing (a Loads CSV has {needed}){hint}")
    for at, name in enumerate(names):
        if name in names[:at]:
            raise InputError(f"{path}: line {first}: column {name or at + 1} is there twice")
    numbers = [number for number, _ in said]
    for number, cells in zip(numbers, csv.reader(line for _, line in said), strict=False):
        if len(cells) != len(names):
            where = f"{path}: line {number}"
            if number == len(lines):
                raise InputError(f"{where}: {len(cells)} columns instead of {len(names)}: the file is cut off here")
            raise InputError(f"{where}: {len(cells)} columns instead of {len(names)}")
        yield number, {name: cell.strip() for name, cell in zip(names, cells, strict=True)}


def _number(cell: str, where: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        said = f"'{cell[:40]}' is not a number" if cell else "empty"
        raise InputError(f"{where}: {said}") from None
    if not math.isfinite(value):
        raise InputError(f"{where}: {cell} is not a number")
    return value


def _whole(cell: str, where: str) -> int:
    value = _number(cell, where)
    if value != math.floor(value):
        raise InputError(f"{where}: {cell} is not a whole number")
    return int(value)

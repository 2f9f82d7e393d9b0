"""Readings under known loads: the Loads CSV, checked cell by cell.

One row is one reading of one channel under a known load: header `channel,t_s,load_n,counts` and optionally
`cycle,phase`, in any order; other columns, blank lines and lines that begin with # are left alone, and a channel may be
called c12 as in a Counts CSV. A spreadsheet's semicolons or tabs serve as well as commas, and its numbers may then have
decimal commas. Loads are settled weights (the same number for seconds) or a continuous reference, whose zero may be a
little below zero. Time may begin anew with a new weight; rows of one channel stay in the file's order. The rule:
nothing here guesses. What is not a number, not a channel of the pad or cut off is an error that names line and column,
and numbers that look like another unit's are asked about (`rig.calibration.other_units`), never converted.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rig.calibration.other_units import NEWTONS, ask_about_loads, ask_about_times
from rig.errors import InputError
from rig.recording.cells import number, read_text, time_us, whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from rig.pad import PadLayout

NEAR_ZERO = 0.02
"""A reference that nothing presses may read so far below zero, of its largest reading: its noise, or its drift."""

OUT_OF_ORDER = 0.2
"""Of a channel's rows, so many may begin anew; more are out of order."""

_NEEDED = {"channel": "", "t_s": "seconds", "load_n": "newtons", "counts": ""}
"""The columns and their units."""

_MOST_CYCLES = 1_000_000
"""Nobody puts weights on and off more often."""


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
        unit: 'grams' or 'kilograms' makes newtons of the loads; 'newtons' insists on what the file says; None asks
            where the loads look like another unit's.

    Raises:
        InputError: the file is not a Loads CSV, is cut off, does not belong to the pad, or seems to hold another unit.
    """
    path = Path(path)
    rows: list[tuple[int, int, float, int, int]] = []
    phase: list[str] = []
    below: list[tuple[float, str]] = []
    for line, cells in _rows(path):
        where = f"{path}: line {line}"
        row = _row(cells, where, pad)
        rows.append(row)
        phase.append(cells.get("phase", ""))
        if row[2] < 0:
            below.append((row[2], f"{where}, column load_n: {row[2]:g} is below zero; loads press down"))
    if not rows:
        raise InputError(f"{path}: holds no readings, only the header")
    channel, t_us, load_n, counts, cycle = zip(*rows, strict=True)
    if below and min(below)[0] < -NEAR_ZERO * max(load_n):
        raise InputError(min(below)[1])
    loads = Loads(
        path.name,
        np.array(channel, np.int64),
        np.array(t_us, np.int64),
        np.maximum(load_n, 0.0) * NEWTONS[unit or "newtons"],
        np.array(counts, np.int64),
        np.array(cycle, np.int64),
        tuple(phase) if any(phase) else (),
    )
    _check_times(loads, path)
    ask_about_times(path, loads.channel, loads.t_us, loads.load_n)
    if unit is None:
        ask_about_loads(path, loads.load_n, loads.counts, pad)
    return loads


def _row(cells: dict[str, str], where: str, pad: PadLayout) -> tuple[int, int, float, int, int]:
    """Channel, time, load, counts and cycle of a row; a load may be below zero."""
    channel = whole(cells["channel"].lower().removeprefix("c"), f"{where}, column channel")
    if not 0 <= channel < pad.n_channels:
        raise InputError(
            f"{where}, column channel: pad {pad.name} has no channel {channel} (0 to {pad.n_channels - 1})"
        )
    counts = whole(cells["counts"], f"{where}, column counts")
    if not 0 <= counts <= pad.full_scale:
        raise InputError(f"{where}, column counts: {counts} is not within 0 to {pad.full_scale}, the range of the pad")
    load_n = number(cells["load_n"], f"{where}, column load_n")
    t_us = time_us(cells["t_s"], f"{where}, column t_s")
    cycle = whole(cells["cycle"], f"{where}, column cycle") if cells.get("cycle") else 0
    if abs(cycle) > _MOST_CYCLES:
        raise InputError(f"{where}, column cycle: {cycle} is not the number of a cycle")
    return channel, t_us, load_n, counts, cycle


def _check_times(loads: Loads, path: Path) -> None:
    """That time begins anew now and then at most; rows out of order would be read as weights put on and off.

    Raises:
        InputError: names the channel.
    """
    for channel in loads.channels:
        own = np.flatnonzero(loads.channel == channel)
        if len(own) > 2 and not np.ptp(loads.t_us[own]):
            raise InputError(f"{path}: column t_s: every reading of channel {channel} has the same time")
        back = np.flatnonzero(np.diff(loads.t_us[own]) < 0)
        if len(back) > max(OUT_OF_ORDER * len(own), 5):
            at_s = loads.t_us[own[back[0] + 1]] / 1e6
            raise InputError(
                f"{path}: column t_s: time goes back {len(back)} times on channel {channel}, first to {at_s:g} s; "
                "sort the rows by time"
            )


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The data rows with their line numbers, cells by column name."""
    lines = read_text(path).splitlines()
    if not lines or not lines[0].strip():
        raise InputError(f"{path}: line 1: empty, where the header belongs")
    # A spreadsheet's empty rows still have their dividers.
    said = [(at, line) for at, line in enumerate(lines, start=1) if line.strip(' ,;\t"')]
    said = [(at, line) for at, line in said if not line.lstrip().startswith(("#", "sep="))]
    if not said:
        raise InputError(f"{path}: holds no header, only remarks")
    first, header = said[0]
    divider = ";" if ";" in header else "\t" if "\t" in header else ","
    table = csv.reader((line for _, line in said), delimiter=divider)
    names = [name.strip().lower() for name in next(table)]
    _check_header(names, f"{path}: line {first}")
    for (at, _), row in zip(said[1:], table, strict=False):
        cells = [cell.strip() for cell in row]
        if [cell.lower() for cell in cells] == names:
            continue  # a file put behind another, with its header
        if len(cells) != len(names):
            cut = ": the file is cut off here" if at == len(lines) else ""
            raise InputError(f"{path}: line {at}: {len(cells)} columns instead of {len(names)}{cut}")
        yield at, dict(zip(names, cells if divider == "," else [c.replace(",", ".") for c in cells], strict=True))


def _check_header(names: list[str], where: str) -> None:
    """That every needed column is there, and none twice.

    Raises:
        InputError: says which, and what a column is to hold that is there in another unit.
    """
    for name, unit in _NEEDED.items():
        if name not in names:
            alike = next((n for n in names if n.split("_")[0] == name.split("_")[0]), None)
            hint = f"; there is {alike}, but it must be {name}, in {unit}" if alike and unit else ""
            raise InputError(f"{where}: column {name} is missing (a Loads CSV has {', '.join(_NEEDED)}){hint}")
    for at, name in enumerate(names):
        if name in names[:at]:
            raise InputError(f"{where}: column {name or at + 1} is there twice")

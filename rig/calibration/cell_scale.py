"""What the load cell under a pad reads a newton, learnt from the weights that stand on the sensors anyway.

A weight on a sensor stands on the cell too, so a guided run that notes the cell beside each weight needs no weighing
of the cell. The table grows line by line like the run's own readings. The rule: a cell that does not follow the
weights - not under the pad, wired wrongly, jammed - has no scale, rather than a poor one.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rig.calibration.grown_table import append_rows, replace_rows, take_off_half_line
from rig.errors import InputError
from rig.recording.cells import read_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

LEAST_SPAN_N = 1.0
"""Weights that differ by less say too little of a cell that carries a person."""

MANY = 5
"""With so many readings one may be left out."""

MOST_OFF = 0.02
"""How far the weights may lie beside a straight line, of the largest: a cell's own error is a hundredth of that."""

_HEADER = "t_s,load_n,raw\n"


@dataclass(frozen=True)
class CellReading:
    """What the cell read while a weight (0: none) stood on the pad: the middle of its readings, 24 bits each."""

    t_us: int
    load_n: float
    raw: float


@dataclass(frozen=True)
class CellScale:
    """A cell's straight line: raw = zero_raw + raw_per_n * load; `off` is what is left, of the largest load."""

    raw_per_n: float
    zero_raw: float
    off: float


def cell_scale(readings: Sequence[CellReading]) -> CellScale | None:
    """The scale by least squares, without the reading that fits least; None if the cell does not follow the weights."""
    load = np.array([r.load_n for r in readings])
    raw = np.array([r.raw for r in readings])
    lines = [_line(load, raw)]
    if len(load) >= MANY:
        # One hand that leant on the pad beside the puck must not bend the line, not even under the largest weight.
        apart = ~np.eye(len(load), dtype=bool)
        lines += [_line(load[kept], raw[kept]) for kept in apart]
    found = [line for line in lines if line is not None]
    best = min(found, key=lambda line: line.off, default=None)
    return best if best is not None and best.off <= MOST_OFF else None


def _line(load: NDArray[np.float64], raw: NDArray[np.float64]) -> CellScale | None:
    """The straight line through (n,) loads and raw readings; None where they are too few or the cell is stuck."""
    if len(load) < 2 or np.ptp(load) < LEAST_SPAN_N or np.ptp(raw) == 0:
        return None
    span, zero = (float(v) for v in np.polyfit(load, raw, 1))
    if span == 0:
        return None
    off = float(np.sqrt(np.mean(((raw - zero) / span - load) ** 2)) / np.ptp(load))
    return CellScale(span, zero, off)


def append_cell(path: str | Path, reading: CellReading) -> None:
    """Add a reading to the table, which is made where there is none.

    Raises:
        StorageError: it cannot be written.
    """
    append_rows(path, _HEADER, _row(reading))


def write_cell(path: str | Path, readings: Sequence[CellReading]) -> None:
    """Put these readings in the table's place, whole or not at all.

    Raises:
        StorageError: it cannot be written.
    """
    replace_rows(path, _HEADER, "".join(map(_row, readings)))


def _row(reading: CellReading) -> str:
    return f"{reading.t_us / 1e6:.6f},{reading.load_n:g},{reading.raw:.1f}\n"


def kept_cell(path: str | Path) -> list[CellReading]:
    """The readings of an earlier part of a run; none where there is no file yet. A half line at its end is taken off.

    Raises:
        InputError: the file is not such a table; names the line. StorageError: it ends in half a line and cannot be
            written.
    """
    path = Path(path)
    take_off_half_line(path)
    if not path.is_file():
        return []
    lines = read_text(path).splitlines()
    if lines and lines[0] != _HEADER.strip():
        raise InputError(f"{path}: line 1: the header must be {_HEADER.strip()}")
    found = []
    for number, cells in enumerate(csv.reader(lines[1:]), start=2):
        try:
            t_s, load_n, raw = (float(cell) for cell in cells)
        except ValueError as error:
            raise InputError(
                f"{path}: line {number}: not a time, a load and a reading: {','.join(cells)[:40]}"
            ) from error
        found.append(CellReading(round(t_s * 1e6), load_n, raw))
    return found

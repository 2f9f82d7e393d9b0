"""The rows of a Counts CSV as Blocks, and those of a Marks CSV as events.

numpy parses a few thousand rows at a time; only where it, or a check on the result, finds a fault are the rows read one
by one for its line and column. The rule: nothing is accepted that the pad could not have sent.
"""

from __future__ import annotations

import csv
import math
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import numpy as np

from rig.errors import InputError
from rig.frame import Block
from rig.recording.cells import LONGEST_TIME_S, number, time_us
from rig.recording.format import STEP, Event

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from rig.pad import PadLayout

ROWS_AT_ONCE = 4_096
"""Rows parsed together; the first as many also tell the frame rate."""

LATE_BY = 1.5
"""A time step of more than this many usual ones means that frames are missing between."""

SLOWEST_STEP_US = 1e6
"""Frames further apart show no hand's movement: times in another unit."""

_LONGEST_LINE = 1 << 20


def read_counts(path: str | Path, pad: PadLayout) -> Iterator[Block]:
    """The frames of a Counts CSV in Blocks, in memory that does not grow with the file.

    The usual step is the median of the first `ROWS_AT_ONCE`; one longer than `LATE_BY` of it counts as lost frames.

    Raises:
        InputError: the file is not a Counts CSV of this pad; names line and column.
    """
    path = Path(path)
    names = ["t_s", *(f"c{channel}" for channel in range(pad.n_channels))]
    with _open_text(path) as file:
        _check_header(_first_row(file, path), names, path, pad.name)
        rows = _CountRows(path, names, pad)
        step_us: float | None = None
        previous_us: int | None = None
        for numbers, lines in _pieces(file, path):
            t_us, counts = rows.parse(numbers, lines, previous_us)
            if previous_us is None:
                step_us = float(np.median(np.diff(t_us))) if len(t_us) > 1 else None
                if step_us is not None and step_us > SLOWEST_STEP_US:
                    raise InputError(
                        f"{path}: column t_s: rows {step_us / 1e6:g} s apart; it must be in seconds, not milliseconds"
                    )
            before = t_us[:1] if previous_us is None else np.array([previous_us], np.int64)
            steps = np.diff(t_us, prepend=before)
            lost = np.zeros(len(t_us), np.int64)
            if step_us is not None:
                late = steps > LATE_BY * step_us
                lost[late] = np.rint(steps[late] / step_us).astype(np.int64) - 1
            previous_us = int(t_us[-1])
            yield Block.of(t_us, counts, lost=lost)
        if previous_us is None:
            raise InputError(f"{path}: holds no frames, only the header")


def read_marks(path: str | Path) -> list[Event]:
    """The step events of a Marks CSV.

    Raises:
        InputError: the file is not a Marks CSV; names line and column.
    """
    path = Path(path)
    events: list[Event] = []
    with _open_text(path) as file:
        _check_header(_first_row(file, path), ["t_s", "step"], path, None)
        for numbers, lines in _pieces(file, path):
            for at, line in zip(numbers, lines, strict=True):
                where = f"{path}: line {at}"
                time, step = _cells(line, 2, where)
                t_us = time_us(time, f"{where}, column t_s")
                if events and t_us < events[-1].t_us:
                    raise InputError(f"{where}, column t_s: {time} is before the line above")
                if not step:
                    raise InputError(f"{where}, column step: empty")
                events.append(Event(t_us, STEP, {"step": step}))
    return events


class _CountRows:
    """Parses rows of a Counts CSV that belongs to one pad."""

    def __init__(self, path: Path, names: list[str], pad: PadLayout) -> None:
        self._path = path
        self._names = names
        self._pad = pad
        # Counts as doubles at first: some versions of numpy cut a count of 3.7, or of 65600, to fit an integer.
        self._row = np.dtype([("t_s", np.float64), ("counts", np.float64, (pad.n_channels,))])

    def parse(
        self, numbers: Sequence[int], lines: list[str], previous_us: int | None
    ) -> tuple[NDArray[np.int64], NDArray[np.uint16]]:
        """Times and counts of lines, given their numbers in the file and the time of the frame before."""
        try:
            table = np.loadtxt(lines, delimiter=",", comments=None, dtype=self._row, ndmin=1)
        except ValueError:
            table = self._parse_one_by_one(numbers, lines)
        t_s, counts = table["t_s"], table["counts"]
        sound = (counts >= 0) & (counts <= self._pad.full_scale) & (counts == np.floor(counts))
        if not sound.all() or not (np.abs(t_s) < LONGEST_TIME_S).all():
            self._parse_one_by_one(numbers, lines)
        t_us = np.rint(t_s * 1e6).astype(np.int64)
        before = t_us[0] - 1 if previous_us is None else previous_us
        stuck = np.flatnonzero(np.diff(t_us, prepend=before) <= 0)
        if stuck.size:
            row = int(stuck[0])
            raise InputError(
                f"{self._path}: line {numbers[row]}, column t_s: {t_s[row]:g} does not come after the frame before"
            )
        return t_us, counts.astype(np.uint16)

    def _parse_one_by_one(self, numbers: Sequence[int], lines: list[str]) -> NDArray[np.void]:
        """The same without numpy's parser: takes quoted cells and counts like `12.0`, names the first bad cell."""
        table = np.empty(len(lines), self._row)
        for row, (at, line) in enumerate(zip(numbers, lines, strict=True)):
            where = f"{self._path}: line {at}"
            cells = _cells(line, len(self._names), where)
            table["t_s"][row] = time_us(cells[0], f"{where}, column t_s") / 1e6
            table["counts"][row] = [
                self._count(cell, f"{where}, column {name}")
                for name, cell in zip(self._names[1:], cells[1:], strict=True)
            ]
        return table

    def _count(self, cell: str, where: str) -> int:
        value = number(cell, where)
        if value != math.floor(value):
            raise InputError(f"{where}: {cell} is not a whole number of counts")
        if not 0 <= value <= self._pad.full_scale:
            limits = f"0 to {self._pad.full_scale}, the range of pad {self._pad.name}"
            raise InputError(f"{where}: {cell} is not within {limits}")
        return int(value)


def _open_text(path: Path) -> TextIO:
    try:
        return path.open(encoding="utf-8-sig", newline="")
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from error


def _first_row(file: TextIO, path: Path) -> list[str]:
    try:
        line = file.readline(_LONGEST_LINE)
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not a text file") from error
    if not line.strip():
        raise InputError(f"{path}: empty" if not line else f"{path}: line 1: empty, where the header belongs")
    return [name.strip().strip('"') for name in line.split(",")]


def _pieces(file: TextIO, path: Path) -> Iterator[tuple[Sequence[int], list[str]]]:
    """The lines behind the header a few thousand at a time, with their numbers; empty lines left out."""
    first = 2
    while True:
        try:
            lines = list(islice(file, ROWS_AT_ONCE))
        except (UnicodeDecodeError, OSError) as error:
            raise InputError(f"{path}: not a text file behind line {first - 1}") from error
        if not lines:
            return
        numbers: Sequence[int] = range(first, first + len(lines))
        first += len(lines)
        if "\n" in lines or "\r\n" in lines:
            numbers = [n for n, line in zip(numbers, lines, strict=True) if line.strip()]
            lines = [line for line in lines if line.strip()]
        if lines:
            yield numbers, lines


def _check_header(found: list[str], expected: list[str], path: Path, pad: str | None) -> None:
    if found == expected:
        return
    belongs = f"pad {pad} needs t_s and c0 to {expected[-1]}" if pad is not None else "t_s,step is needed"
    missing = [name for name in expected if name not in found]
    if missing:
        raise InputError(f"{path}: line 1: column {missing[0]} is missing ({belongs})")
    extra = [name for name in found if name not in expected]
    if extra:
        raise InputError(f"{path}: line 1: column {extra[0]} is too many ({belongs})")
    raise InputError(f"{path}: line 1: the columns are not in order, or one is there twice ({belongs})")


def _cells(line: str, n: int, where: str) -> list[str]:
    try:
        cells = next(csv.reader([line]))
    except csv.Error as error:
        raise InputError(f"{where}: not CSV: {error}") from error
    if len(cells) != n:
        raise InputError(f"{where}: {len(cells)} columns instead of {n}")
    return [cell.strip() for cell in cells]

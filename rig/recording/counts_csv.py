"""Counts from elsewhere into a recording, and a recording's counts out again.

A Counts CSV has the header `t_s,c0,c1,...` and one row a frame; a Marks CSV has `t_s,step`, the moment from which a
step is practised. numpy parses a few thousand rows at a time; only where it, or a check on the result, finds a fault
are the rows read one by one for its line and column. The rule: import accepts nothing that the pad could not have
sent, and what it accepts comes out of export as the same numbers.
"""

from __future__ import annotations

import csv
import math
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import msgspec
import numpy as np

from rig.errors import InputError, StorageError
from rig.frame import Block
from rig.pad import PadLayout, parse_pad
from rig.recording.format import STEP, Event, Header
from rig.recording.table import TableWriter
from rig.recording.writer import RecordingWriter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from rig.recording.reader import Recording

ROWS_AT_ONCE = 4_096
"""Rows parsed together; the first as many also tell the frame rate."""

EXPORT_ROWS = 16_384
"""Rows written together: Parquet's row groups, which cost by their number."""

STARTS_AT = "starts_at_us"
"""In the session's details of an imported recording: the time of the first row in the file that it came from."""

LATE_BY = 1.5
"""A time step of more than this many usual ones means that frames are missing between."""

SLOWEST_STEP_US = 1e6
"""Frames further apart show no hand's movement: times in another unit."""

_LONGEST_LINE = 1 << 20
_LONGEST_TIME_S = 4e9  # beyond, seconds as a double no longer tell microseconds apart


def import_counts(
    source: str | Path,
    recording: str | Path,
    header: Header,
    marks: str | Path | None = None,
    *,
    overwrite: bool = False,
) -> None:
    """A Counts CSV (and a Marks CSV) as a recording, which appears only once it is whole.

    Args:
        source: the Counts CSV. Its first row is the recording's start, time 0; what it said then is kept under
            `STARTS_AT` for the way out. The usual step is the median of the first `ROWS_AT_ONCE`, and a longer one than
            `LATE_BY` of it counts as lost frames.
        recording: the file to write; it must not exist unless `overwrite` is set.
        header: what the recording shall say about itself; its pad says which columns and counts are right.
        marks: the Marks CSV; each row becomes an event of the kind `step`.

    Raises:
        InputError: a file is not as described above; names file, line and column.
        StorageError: the recording cannot be written.
    """
    recording = Path(recording)
    pad = parse_pad(header.pad, "the recording's pad")
    if recording.exists() and not overwrite:
        raise InputError(f"{recording}: exists already and is not overwritten; choose another name")
    steps = read_marks(marks) if marks is not None else []
    blocks = read_counts(source, pad)
    first = next(blocks)
    start_us = int(first.t_us[0])
    origin = {"source": "counts-csv", "file": Path(source).name, STARTS_AT: start_us}
    header = msgspec.structs.replace(header, session={**origin, **header.session})
    part = recording.with_name(recording.name + ".part")
    try:
        with RecordingWriter(part, header, overwrite=True) as writer:
            for event in steps:
                # A step marked before the first frame is practised from the first frame on.
                writer.event(max(event.t_us - start_us, 0), event.kind, event.body)
            for block in chain([first], blocks):
                writer.write(replace(block, t_us=block.t_us - start_us))
        if writer.error is not None:
            raise writer.error
        part.replace(recording)
    except OSError as error:
        if isinstance(error, StorageError):
            raise
        raise StorageError(f"{recording}: cannot be written: {error.strerror or error}") from error
    finally:
        part.unlink(missing_ok=True)


def export_counts(recording: Recording, path: str | Path) -> None:
    """A recording's frames as a Counts CSV, or as a Parquet table of the same columns.

    Raises:
        InputError, OperationError, StorageError: as `rig.recording.table.write_table`.
    """
    channels = [f"c{channel}" for channel in range(recording.n_channels)]
    start_us = int(recording.header.session.get(STARTS_AT, 0))
    with TableWriter(path, ["t_s", *channels]) as table:
        for block in recording.blocks(block_frames=EXPORT_ROWS):
            table.write({"t_s": (block.t_us + start_us) / 1e6, **dict(zip(channels, block.counts.T, strict=True))})


def read_counts(path: str | Path, pad: PadLayout) -> Iterator[Block]:
    """The frames of a Counts CSV in Blocks, in memory that does not grow with the file.

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
            for number, line in zip(numbers, lines, strict=True):
                where = f"{path}: line {number}"
                time, step = _cells(line, 2, where)
                t_us = _time_us(time, f"{where}, column t_s")
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
        self._row = np.dtype([("t_s", np.float64), ("counts", np.uint16, (pad.n_channels,))])

    def parse(
        self, numbers: Sequence[int], lines: list[str], previous_us: int | None
    ) -> tuple[NDArray[np.int64], NDArray[np.uint16]]:
        """Times and counts of lines, given their numbers in the file and the time of the frame before."""
        try:
            table = np.loadtxt(lines, delimiter=",", comments=None, dtype=self._row, ndmin=1)
        except ValueError:
            table = self._parse_one_by_one(numbers, lines)
        t_s, counts = table["t_s"], np.ascontiguousarray(table["counts"])
        sound = np.abs(t_s) < _LONGEST_TIME_S
        if not sound.all() or counts.max() > self._pad.full_scale:
            self._parse_one_by_one(numbers, lines)
        t_us = np.rint(t_s * 1e6).astype(np.int64)
        before = t_us[0] - 1 if previous_us is None else previous_us
        stuck = np.flatnonzero(np.diff(t_us, prepend=before) <= 0)
        if stuck.size:
            row = int(stuck[0])
            raise InputError(
                f"{self._path}: line {numbers[row]}, column t_s: {t_s[row]:g} does not come after the frame before"
            )
        return t_us, counts

    def _parse_one_by_one(self, numbers: Sequence[int], lines: list[str]) -> NDArray[np.void]:
        """The same without numpy's parser: takes quoted cells and counts like `12.0`, names the first bad cell."""
        table = np.empty(len(lines), self._row)
        for row, (number, line) in enumerate(zip(numbers, lines, strict=True)):
            where = f"{self._path}: line {number}"
            cells = _cells(line, len(self._names), where)
            table["t_s"][row] = _time_us(cells[0], f"{where}, column t_s") / 1e6
            table["counts"][row] = [
                self._count(cell, f"{where}, column {name}")
                for name, cell in zip(self._names[1:], cells[1:], strict=True)
            ]
        return table

    def _count(self, cell: str, where: str) -> int:
        value = _number(cell, where)
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
    number = 2
    while True:
        try:
            lines = list(islice(file, ROWS_AT_ONCE))
        except (UnicodeDecodeError, OSError) as error:
            raise InputError(f"{path}: not a text file behind line {number - 1}") from error
        if not lines:
            return
        numbers: Sequence[int] = range(number, number + len(lines))
        number += len(lines)
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


def _time_us(cell: str, where: str) -> int:
    value = _number(cell, where)
    if abs(value) >= _LONGEST_TIME_S:
        raise InputError(f"{where}: {cell} is not a time in seconds")
    return round(value * 1e6)


def _number(cell: str, where: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        said = f"'{cell[:40]}' is not a number" if cell else "empty"
        raise InputError(f"{where}: {said}") from None
    if not math.isfinite(value):
        raise InputError(f"{where}: {cell} is not a number")
    return value

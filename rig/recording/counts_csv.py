"""Counts from elsewhere into a recording, and a recording's counts out again.

A Counts CSV has the header `t_s,c0,c1,...` and one row a frame; a Marks CSV has `t_s,step`, the moment from which a
step is practised. The rule: what import accepts (`rig.recording.counts_rows`) comes out of export as the same numbers.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from rig.errors import InputError, StorageError
from rig.pad import parse_pad
from rig.recording.counts_rows import read_counts, read_marks
from rig.recording.table import TableWriter
from rig.recording.writer import RecordingWriter

if TYPE_CHECKING:
    from rig.recording.format import Header
    from rig.recording.reader import Recording

EXPORT_ROWS = 16_384
"""Rows written together: Parquet's row groups, which cost by their number."""

STARTS_AT = "starts_at_us"
"""In the session's details of an imported recording: the time of the first row in the file that it came from."""


def import_counts(source: str | Path, recording: str | Path, header: Header, marks: str | Path | None = None) -> None:
    """A Counts CSV (and a Marks CSV) as a recording, which appears only once it is whole.

    Args:
        source: the Counts CSV. Its first row is the recording's start, time 0; what it said then is kept under
            `STARTS_AT` for the way out.
        recording: the file to write; it must not exist.
        header: what the recording shall say about itself; its pad says which columns and counts are right.
        marks: the Marks CSV; each row becomes an event of the kind `step`.

    Raises:
        InputError: a file is not as described above; names file, line and column.
        StorageError: the recording cannot be written.
    """
    recording = Path(recording)
    pad = parse_pad(header.pad, "the recording's pad")
    if recording.exists():
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
        raise StorageError.writing(recording, error) from error
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

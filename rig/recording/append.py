"""A file that only grows, by whole records, and the MCAP writer on top of it.

Each record goes to the operating system at once: what a write has taken, `kill -9` cannot take back. The rule:
`mark` is the end of the last whole record, and after a failure `undo` cuts the file there, so that it never ends in
half a record.
"""

from __future__ import annotations

import os
from typing import IO, TYPE_CHECKING, cast

import rig
from rig.errors import InputError, StorageError
from rig.recording.block_code import BLOCK_SCHEMA
from rig.recording.format import (
    CHANNEL_IDS,
    FRAMES,
    JSON_TOPICS,
    MCAP_PROFILE,
    METADATA,
    PAD,
    PROFILE,
    ROUTINE,
    Header,
    header_metadata,
    json_schema,
)

if TYPE_CHECKING:
    from pathlib import Path

    from mcap.writer import Writer


class AppendOnly:
    """An unbuffered file for the MCAP writer, which asks for `write` and `tell` only.

    It is no `io` class on purpose: mcap would wrap one in a buffer, whose contents a crash loses.

    Raises:
        InputError: the file exists and `overwrite` is not set.
        StorageError: it cannot be opened for writing.
    """

    def __init__(self, path: Path, overwrite: bool) -> None:
        self._path = path
        self._created = not path.exists()
        flags = os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0) | (os.O_TRUNC if overwrite else os.O_EXCL)
        try:
            self._descriptor = os.open(path, flags, 0o666)
        except FileExistsError as error:
            raise InputError(f"{path}: exists already and is not overwritten; choose another name") from error
        except OSError as error:
            raise StorageError.writing(path, error) from error
        self._size = 0
        self._whole = 0
        self.closed = False

    def write(self, data: bytes) -> int:
        """Append all of `data`, or raise OSError."""
        rest = memoryview(data)
        while rest:
            taken = os.write(self._descriptor, rest)
            self._size += taken
            rest = rest[taken:]
        return len(data)

    def tell(self) -> int:
        """How many bytes were appended."""
        return self._size

    def mark(self) -> None:
        """The file ends with a whole record now."""
        self._whole = self._size

    def undo(self) -> None:
        """Cut what was appended since the last mark."""
        try:
            os.ftruncate(self._descriptor, self._whole)
        except OSError:
            return  # a device, or a disk that is gone: the reader copes with half a record
        self._size = self._whole

    def sync(self) -> None:
        """Wait until the disk has everything."""
        os.fsync(self._descriptor)

    def close(self) -> None:
        """Close the file; harmless when repeated."""
        if not self.closed:
            self.closed = True
            os.close(self._descriptor)

    def abandon(self) -> None:
        """Close the file, and remove it if it was not there before."""
        self.close()
        if self._created:
            self._path.unlink(missing_ok=True)


def begin_recording(file: AppendOnly, header: Header, n_channels: int) -> Writer:
    """The MCAP writer of a new recording, its header, schemas and channels written.

    Raises:
        OSError: the file takes no more.
    """
    from mcap.writer import Writer

    # The writer's signature asks for a whole IO; it uses `write` and `tell`.
    writer = Writer(cast("IO[bytes]", file), use_chunking=False, enable_data_crcs=True)
    writer.start(profile=MCAP_PROFILE, library=f"massage-rig {rig.__version__}")
    _describe(writer, header, n_channels)
    for topic, number in CHANNEL_IDS.items():
        if topic == FRAMES:
            schema = writer.register_schema("rig.Block", "x-text", BLOCK_SCHEMA.encode())
            given = writer.register_channel(topic, "x-rig-block", schema)
        else:
            kind = JSON_TOPICS[topic]
            schema = writer.register_schema(f"rig.{kind.__name__}", "jsonschema", json_schema(kind))
            given = writer.register_channel(topic, "json", schema)
        assert given == number, "mcap numbers channels in the order of their registration"
    # Without its pad a recording means nothing, and one damaged byte would take it: so it is written twice.
    _describe(writer, header, n_channels)
    file.mark()
    return writer


def _describe(writer: Writer, header: Header, n_channels: int) -> None:
    """Write what the recording says about itself; a reader takes whichever copy is sound."""
    writer.add_metadata(METADATA, header_metadata(header, n_channels))
    started_ns = 1000 * round((header.started_s or 0.0) * 1e6)
    texts = ((PAD, "application/toml", header.pad), (PROFILE, "text/plain", header.profile))
    for name, media_type, text in (*texts, (ROUTINE, "application/toml", header.routine)):
        if text is not None:
            writer.add_attachment(started_ns, started_ns, name, media_type, text.encode())

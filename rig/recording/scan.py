"""Finds every sound record of an MCAP file, whatever became of the rest.

The scan walks from record to record. Where one does not check out, it looks byte by byte for the next place at which a
sound record begins (`rig.recording.records`) and reports what lies between as damage. The rule: nothing is skipped in
silence, and memory does not grow with the file.
"""

from __future__ import annotations

import re
import struct
import zlib
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from rig.recording.format import Damage
from rig.recording.records import (
    CHUNK,
    DATA_END,
    FOOTER,
    HEADER,
    LIMITS,
    MAGIC,
    MESSAGE,
    Message,
    is_chunk,
    is_sound,
    read_message,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_FRAMING = struct.Struct("<BQ")
_FOOTER = struct.Struct("<BQQQI")

_MAYBE_RECORD = re.compile(rb"[\x01\x03\x04\x05\x09\x0c\x0f](?s:...)[\x00-\x04]\x00\x00\x00\x00")
"""A known kind and a length below 2**27: where a search is worth a closer look."""

_LONGEST_SUMMARY = 1 << 24
_WINDOW = 1 << 20


class Record(NamedTuple):
    """A sound record: its kind, where its content lies in the file and ends, and the content.

    A message's content is taken apart already, since its check sum is what makes it sound; of a chunk there is none.
    """

    kind: int
    start: int
    end: int
    content: bytes = b""
    message: Message | None = None


class Window:
    """A file seen through a buffer of bounded size."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = file.seek(0, 2)
        self._at = 0
        self._buffer = b""

    def read(self, start: int, n: int) -> bytes:
        """Up to `n` bytes from `start`; fewer only at the file's end."""
        if not self._at <= start <= start + n <= self._at + len(self._buffer):
            self._file.seek(start)
            self._at, self._buffer = start, self._file.read(max(n, _WINDOW))
        offset = start - self._at
        return self._buffer[offset : offset + n]


def scan(window: Window) -> Iterator[Record | Damage]:
    """All sound records of the data in order, and the damage between them; of the summary only its footer.

    The summary repeats what stands before it. Where its check sum holds, the data end where it begins.
    """
    summary = _summary_start(window)
    limit = window.size if summary is None else summary
    at = 0
    if window.read(0, len(MAGIC)) == MAGIC:
        at = len(MAGIC)
    elif window.size:
        at = _next_record(window, 0, limit)
        yield Damage(0, at, "the beginning is damaged")
    while at < limit:
        record = _record_at(window, at, limit)
        if record is None:
            found = _next_record(window, at + 1, limit)
            yield Damage(at, found, "cut off" if found == window.size else "damaged")
            at = found
            continue
        yield record
        at = record.end
        if record.kind == DATA_END and summary is None:
            what = "the closing summary is damaged (it holds no frames)"
            if _begins_another(window, at):
                what = "behind its end stands another recording, or the same again: not read"
            yield Damage(at, window.size, what)
            return
    if summary is not None:
        end = window.size - len(MAGIC)
        yield Record(FOOTER, end - _FOOTER.size, end)


def _begins_another(window: Window, start: int) -> bool:
    """Whether a recording begins somewhere from `start` on."""
    beginning = MAGIC + bytes([HEADER])
    return any(
        beginning in window.read(at, _WINDOW // 2 + len(beginning)) for at in range(start, window.size, _WINDOW // 2)
    )


def _record_at(window: Window, at: int, limit: int) -> Record | None:
    """The record that begins there, if it is sound and ends before `limit`."""
    framing = window.read(at, _FRAMING.size)
    if len(framing) < _FRAMING.size:
        return None
    kind, length = _FRAMING.unpack(framing)
    start = at + _FRAMING.size
    if length > LIMITS.get(kind, -1) or start + length > limit:
        return None
    end = start + int(length)
    if kind == CHUNK:
        return Record(kind, start, end) if is_chunk(window.read(start, min(length, 64)), length) else None
    content = window.read(start, length)
    try:
        if kind == MESSAGE:
            return Record(kind, start, end, message=read_message(content))
        return Record(kind, start, end, content) if is_sound(kind, content) else None
    except ValueError:
        return None


def _next_record(window: Window, start: int, limit: int) -> int:
    """Where the next sound record begins, or `limit`."""
    at = start
    while at < limit:
        text = window.read(at, _WINDOW)
        for candidate in _candidates(text):
            if _record_at(window, at + candidate, limit) is not None:
                return at + candidate
        at += max(len(text) - _FRAMING.size + 1, 1)
    return limit


def _candidates(text: bytes) -> Iterator[int]:
    match = _MAYBE_RECORD.search(text)
    while match is not None:
        yield match.start()
        match = _MAYBE_RECORD.search(text, match.start() + 1)


def _summary_start(window: Window) -> int | None:
    """Where a closed file's summary begins; None where its footer is missing or its check sum does not hold."""
    tail = _FOOTER.size + len(MAGIC)
    ending = window.read(max(window.size - tail, 0), tail)
    if len(ending) < tail or ending[_FOOTER.size :] != MAGIC:
        return None
    kind, length, start, _, crc = _FOOTER.unpack_from(ending)
    size = window.size - start
    if (kind, length) != (FOOTER, _FOOTER.size - _FRAMING.size) or not tail <= size <= _LONGEST_SUMMARY:
        return None
    covered = window.read(start, size - len(MAGIC) - 4)
    return int(start) if zlib.crc32(covered) == crc else None

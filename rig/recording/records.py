"""What an MCAP record holds, taken apart piece by piece, and whether it is sound.

The rule: a record counts only if its check sum holds (or, where MCAP gives it none, if its parts add up to its length
exactly), and no length is believed before it is bounded.
"""

from __future__ import annotations

import struct
import zlib
from typing import NamedTuple

from rig.recording.format import METADATA, TOTALS, message_crc, metadata_is_sound

MAGIC = b"\x89MCAP0\r\n"
HEADER, FOOTER, SCHEMA, CHANNEL, MESSAGE, CHUNK, ATTACHMENT, METADATA_RECORD, DATA_END = 1, 2, 3, 4, 5, 6, 9, 12, 15

LIMITS = {
    HEADER: 1 << 16,
    SCHEMA: 1 << 20,
    CHANNEL: 1 << 16,
    MESSAGE: 1 << 24,
    CHUNK: 1 << 30,
    ATTACHMENT: 1 << 26,
    METADATA_RECORD: 1 << 24,
    DATA_END: 4,
}
"""The longest content of each kind of record that is believed; the writer stays far below."""

_MESSAGE = struct.Struct("<HIQQ")
_CHUNK_TIMES = 28
"""Bytes of a chunk before its compression: two times, its size uncompressed and its check sum."""


class Message(NamedTuple):
    """A sound message: its MCAP channel and its data."""

    channel: int
    data: bytes


def read_message(content: bytes) -> Message:
    """The message in a record's content.

    Raises:
        ValueError: its check sum does not hold.
    """
    if len(content) < _MESSAGE.size:
        raise ValueError("a message that ends early")
    channel, crc, log_time_ns, publish_time_ns = _MESSAGE.unpack_from(content)
    data = content[_MESSAGE.size :]
    if crc != message_crc(channel, log_time_ns, publish_time_ns, data):
        raise ValueError("a message with a wrong check sum")
    return Message(channel, data)


def read_profile(content: bytes) -> str:
    """Which kind of MCAP file a header record says that this is.

    Raises:
        ValueError: the parts do not add up.
    """
    return _Parts(content).text()


def read_texts(content: bytes) -> tuple[str, dict[str, str]]:
    """Name and entries of a metadata record.

    Raises:
        ValueError: the parts do not add up.
    """
    parts = _Parts(content)
    name = parts.text()
    size = parts.number(4)
    if size != parts.left:
        raise ValueError("metadata of a wrong length")
    entries = {}
    while parts.left:
        key = parts.text()
        entries[key] = parts.text()
    return name, entries


def read_attachment(content: bytes) -> tuple[str, bytes]:
    """Name and data of an attachment.

    Raises:
        ValueError: the parts do not add up.
    """
    parts = _Parts(content)
    parts.take(16)
    name = parts.text()
    parts.text()
    data = parts.take(parts.number(8))
    if parts.number(4) != zlib.crc32(content[:-4]) or parts.left:
        raise ValueError("an attachment with a wrong check sum")
    return name, data


def is_sound(kind: int, content: bytes) -> bool:
    """Whether a record's check sum holds or its parts add up; messages are asked by reading them, chunks by `is_chunk`.

    Raises:
        ValueError: a part is longer than the record.
    """
    if kind == ATTACHMENT:
        read_attachment(content)
        return True
    if kind == METADATA_RECORD:
        name, entries = read_texts(content)
        return name not in (METADATA, TOTALS) or metadata_is_sound(entries)
    parts = _Parts(content)
    if kind == HEADER:
        parts.text()
        parts.text()
    elif kind == SCHEMA:
        parts.take(2)
        parts.text()
        parts.text()
        parts.take(parts.number(4))
    elif kind == CHANNEL:
        parts.take(4)
        parts.text()
        parts.text()
        parts.take(parts.number(4))
    elif kind == DATA_END:
        parts.take(4)
    return not parts.left


def is_chunk(beginning: bytes, length: int) -> bool:
    """Whether a chunk's lengths add up; another program has then rewritten the recording."""
    try:
        parts = _Parts(beginning)
        parts.take(_CHUNK_TIMES)
        compression = parts.text()
        size = parts.number(8)
    except ValueError:
        return False
    return size == length - _CHUNK_TIMES - 4 - len(compression) - 8


class _Parts:
    """A record's content, taken apart piece by piece; asking for more than there is raises ValueError."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    @property
    def left(self) -> int:
        return len(self._content) - self._at

    def take(self, n: int) -> bytes:
        if n > self.left:
            raise ValueError("a record that ends early")
        self._at += n
        return self._content[self._at - n : self._at]

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "little")

    def text(self) -> str:
        return self.take(self.number(4)).decode("utf-8")

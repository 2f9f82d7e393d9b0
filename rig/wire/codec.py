"""Packets to bytes on the wire and bodies back to packets, from the table in `rig.wire.packets`.

A packet on the wire is `cobs(body + CRC) + zero`. The rule: the layout of a body is read off the packet's
dataclass and written nowhere else, and reading a body never guesses - what does not fit exactly is a `Reason`.
"""

from __future__ import annotations

import struct
from binascii import crc_hqx
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, TypeVar, get_args, get_type_hints

import numpy as np

from rig.errors import InputError
from rig.wire import cobs
from rig.wire.packets import (
    BOARD_PACKETS,
    COMMANDS,
    FRAME_TYPE,
    PROTOCOL,
    BoardPacket,
    Command,
    ForeignHello,
    Hello,
)
from rig.wire.samples import FrameFormat, pack_samples

if TYPE_CHECKING:
    from rig.frame import Frame

MAX_COMMAND_BODY = 24
"""The longest body from a host, in bytes (PROTOCOL.md)."""

CRC_BYTES = 2

FRAME_STRUCT = struct.Struct("<BBHI")
"""A frame's type, status, seq and ticks: one frame's part of `samples.FRAME_HEAD`."""

P = TypeVar("P", bound=BoardPacket | Command)


class Reason(StrEnum):
    """Why a packet was dropped, in the order in which a receiver finds out."""

    OVERLONG = "overlong"
    UNFINISHED = "unfinished"
    COBS = "cobs"
    CRC = "crc"
    TYPE = "type"
    LENGTH = "length"
    VALUE = "value"
    FORMAT = "format"
    """A whole frame, but no hello has said how its samples lie."""


@dataclass(frozen=True)
class WireField:
    """One field of a body: where it lies, how it is packed (`struct` code) and what it is called."""

    name: str
    at: int
    code: str

    @property
    def size(self) -> int:
        """Bytes on the wire."""
        return struct.calcsize("<" + self.code)


@dataclass(frozen=True)
class Layout(Generic[P]):
    """The body of one kind of packet: its class, its fields after the type byte, and all of it as a `Struct`."""

    packet: type[P]
    fields: tuple[WireField, ...]
    struct: struct.Struct

    @classmethod
    def of(cls, packet: type[P]) -> Layout[P]:
        """Read the layout off a packet's dataclass."""
        hints = get_type_hints(packet, include_extras=True)
        laid = []
        at = 1
        for field in fields(packet):
            code = get_args(hints[field.name])[1]
            laid.append(WireField(field.name, at, code))
            at += laid[-1].size
        return cls(packet, tuple(laid), struct.Struct("<B" + "".join(f.code for f in laid)))

    def pack(self, packet: P) -> bytes:
        """The body; InputError names a field whose value does not fit."""
        return bytes([self.packet.TYPE]) + b"".join(
            self._pack_field(field, getattr(packet, field.name)) for field in self.fields
        )

    def unpack(self, body: bytes) -> P | Reason:
        """The packet that a body of this type stands for."""
        if len(body) != self.struct.size:
            return Reason.LENGTH
        values = []
        for field in self.fields:
            got = struct.unpack_from("<" + field.code, body, field.at)
            if field.code == "16s":
                text = got[0].rstrip(b"\0")
                if not text.isascii():
                    return Reason.VALUE
                values.append(text.decode("ascii"))
            else:
                values.append(got if len(got) > 1 else got[0])
        return self.packet(*values)

    def _pack_field(self, field: WireField, value: Any) -> bytes:
        name = f"{self.packet.__name__}.{field.name}"
        if isinstance(value, str):
            if not value.isascii() or len(value) > field.size or value.endswith("\0"):
                raise InputError(f"{name}: {value!r} is not {field.size} ASCII characters or fewer")
            return value.encode("ascii").ljust(field.size, b"\0")
        try:
            return struct.pack("<" + field.code, *(value if isinstance(value, tuple) else (value,)))
        except struct.error:
            raise InputError(f"{name}: {value!r} does not fit into {field.size} bytes") from None


BOARD_LAYOUTS: dict[int, Layout[BoardPacket]] = {p.TYPE: Layout.of(p) for p in BOARD_PACKETS}
"""What a board sends beside frames, by the body's first byte."""

COMMAND_LAYOUTS: dict[int, Layout[Command]] = {p.TYPE: Layout.of(p) for p in COMMANDS}
"""What a host sends, by the body's first byte."""


def crc(body: bytes) -> int:
    """CRC-16/XMODEM of a body; over body and appended CRC it is 0."""
    return crc_hqx(body, 0)


def seal(body: bytes) -> bytes:
    """The bytes on the wire for a body: CRC, COBS and the ending zero."""
    return cobs.encode(body + crc(body).to_bytes(CRC_BYTES, "big")) + b"\0"


def unseal(packet: bytes) -> bytes | Reason:
    """The body in what lay between two zeros, or why there is none."""
    data = cobs.decode(packet)
    if data is None:
        return Reason.COBS
    if len(data) <= CRC_BYTES:
        return Reason.LENGTH
    return Reason.CRC if crc_hqx(data, 0) else data[:-CRC_BYTES]


def encode(packet: BoardPacket | Command) -> bytes:
    """The bytes on the wire for any packet but a frame; InputError names a field whose value does not fit."""
    layout: Layout[Any] = (BOARD_LAYOUTS if packet.TYPE < 0x80 else COMMAND_LAYOUTS)[packet.TYPE]
    return seal(layout.pack(packet))


def encode_frame(frame: Frame, fmt: FrameFormat) -> bytes:
    """The bytes on the wire for one frame; InputError where its counts do not fit the format."""
    try:
        counts = np.array([frame.counts], np.uint16)
        head = FRAME_STRUCT.pack(FRAME_TYPE, frame.status, frame.seq, frame.ticks)
    except (OverflowError, struct.error) as error:
        raise InputError(f"frame {frame.seq}: {error}") from None
    return seal(head + pack_samples(counts, fmt).tobytes())


def decode_body(body: bytes) -> BoardPacket | ForeignHello | Reason:
    """The packet that a board's body stands for; a frame (type 1) is not one of them and gives `Reason.TYPE`."""
    if body[0] == Hello.TYPE and len(body) > 1 and body[1] != PROTOCOL:
        return ForeignHello(body[1], body)
    layout = BOARD_LAYOUTS.get(body[0])
    return Reason.TYPE if layout is None else layout.unpack(body)


def decode_command(body: bytes) -> Command | Reason:
    """The command that a host's body stands for."""
    layout = COMMAND_LAYOUTS.get(body[0])
    return Reason.TYPE if layout is None else layout.unpack(body)

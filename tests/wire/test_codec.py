from __future__ import annotations

import re
import struct
from binascii import crc_hqx
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig.errors import InputError
from rig.frame import Frame
from rig.wire.codec import (
    BOARD_LAYOUTS,
    COMMAND_LAYOUTS,
    MAX_COMMAND_BODY,
    Layout,
    Reason,
    WireField,
    crc,
    decode_body,
    decode_command,
    encode,
    encode_frame,
    seal,
    unseal,
)
from rig.wire.packets import Cue, ForeignHello, Hello, SetBaud, SetPadId, Start
from rig.wire.samples import FrameFormat
from tests.wire.streams import HELLO

PROTOCOL = Path(__file__).parents[2] / "firmware" / "PROTOCOL.md"
LAYOUTS: list[Layout[Any]] = [*BOARD_LAYOUTS.values(), *COMMAND_LAYOUTS.values()]


def values_of(field: WireField) -> st.SearchStrategy[Any]:
    if field.code == "16s":
        return st.text(st.characters(max_codepoint=127), max_size=16).filter(lambda text: not text.endswith("\0"))
    if field.code == "3B":
        return st.tuples(*[st.integers(0, 255)] * 3)
    bits = 8 * field.size
    low = -(1 << (bits - 1)) if field.code.islower() else 0
    return st.integers(low, low + (1 << bits) - 1)


@st.composite
def packets(draw: st.DrawFn) -> Any:
    layout = draw(st.sampled_from(LAYOUTS))
    return layout.packet(**{field.name: draw(values_of(field)) for field in layout.fields})


@given(packets())
def test_every_packet_comes_back_as_it_was(packet: Any) -> None:
    body = unseal(encode(packet)[:-1])
    assert isinstance(body, bytes)
    again = decode_body(body) if packet.TYPE < 0x80 else decode_command(body)
    if isinstance(packet, Hello) and packet.protocol != 1:
        assert again == ForeignHello(packet.protocol, body)
    else:
        assert again == packet


@given(packets(), st.binary(min_size=1, max_size=3))
def test_a_body_of_another_length_is_refused(packet: Any, more: bytes) -> None:
    body = unseal(encode(packet)[:-1])
    assert isinstance(body, bytes)
    read = decode_body if packet.TYPE < 0x80 else decode_command
    for wrong in (body + more, body[:-1]):
        got = read(wrong) if wrong else Reason.LENGTH
        assert got == Reason.LENGTH or isinstance(got, ForeignHello)


@given(st.binary(min_size=1, max_size=60))
def test_any_body_is_a_packet_or_a_reason(body: bytes) -> None:
    for read in (decode_body, decode_command):
        outcome = read(body)
        if not isinstance(outcome, Reason | ForeignHello):
            assert unseal(encode(outcome)[:-1]) == body


def test_the_types_of_board_and_host_do_not_meet() -> None:
    assert all(code < 0x80 for code in BOARD_LAYOUTS)
    assert all(code >= 0x80 for code in COMMAND_LAYOUTS)
    assert all(layout.struct.size <= MAX_COMMAND_BODY for layout in COMMAND_LAYOUTS.values())


def tables_of_the_protocol() -> dict[int, tuple[int | None, list[tuple[int, int]]]]:
    """From PROTOCOL.md: packet type -> size with CRC where the heading gives it, and each field's place and size."""
    tables: dict[int, tuple[int | None, list[tuple[int, int]]]] = {}
    sizes = {"u8": 1, "u16": 2, "u32": 4, "i32": 4, "u8 x 3": 3, "16 bytes": 16}
    for section in re.split(r"^### ", PROTOCOL.read_text("utf-8"), flags=re.M)[1:]:
        heading = section.splitlines()[0]
        if heading.startswith("0x0") and not heading.startswith("0x01"):
            size = re.search(r"\((\d+) bytes with CRC\)", heading)
            rows = re.findall(r"^\| (\d+) \| ([^|]+?) \|", section, flags=re.M)
            tables[int(heading[:4], 16)] = (
                int(size[1]) if size else None,
                [(int(at), sizes[kind]) for at, kind in rows],
            )
    return tables


def test_the_layouts_are_those_of_the_protocol_page() -> None:
    tables = tables_of_the_protocol()
    assert set(tables) == set(BOARD_LAYOUTS)
    for code, (size, rows) in tables.items():
        layout = BOARD_LAYOUTS[code]
        assert [(field.at, field.size) for field in layout.fields] == rows, layout.packet.__name__
        assert size is None or layout.struct.size + 2 == size


def test_crc_of_the_protocol_page() -> None:
    assert crc(b"123456789") == 0x31C3
    assert crc_hqx(b"123456789\x31\xc3", 0) == 0


@pytest.mark.parametrize(
    ("packet", "field"),
    [
        (SetBaud(0, 1 << 32), "SetBaud.baud"),
        (Cue(256, 1, 100), "Cue.tag"),
        (Cue(0, 1, -1), "Cue.duration_ms"),
        (SetPadId(0, "seventeen letters"), "SetPadId.pad_id"),
        (SetPadId(0, "Rücken"), "SetPadId.pad_id"),
    ],
)
def test_a_value_that_does_not_fit_is_named(packet: Any, field: str) -> None:
    with pytest.raises(InputError, match=re.escape(field)):
        encode(packet)


@pytest.mark.parametrize(
    "frame", [Frame(65_536, 0, 0, (1,)), Frame(0, 1 << 32, 0, (1,)), Frame(0, 0, 256, (1,)), Frame(0, 0, 0, (-1,))]
)
def test_a_frame_that_does_not_fit_is_refused(frame: Frame) -> None:
    with pytest.raises(InputError):
        encode_frame(frame, FrameFormat(1, 10))


def test_a_pad_id_that_is_not_ascii_is_refused() -> None:
    body = bytearray(unseal(encode(HELLO)[:-1]))  # type: ignore[arg-type]  # a Reason would fail the test here
    body[28] = 0xE9
    assert decode_body(bytes(body)) == Reason.VALUE


def test_unsealing_says_what_was_wrong() -> None:
    whole = encode(Start(1))[:-1]
    assert unseal(whole) == struct.pack("BB", 0x82, 1)
    assert unseal(whole[:-1]) == Reason.COBS
    assert unseal(whole[:1] + b"\x83" + whole[2:]) == Reason.CRC
    assert unseal(b"\x01") == Reason.LENGTH
    assert unseal(seal(b"")[:-1]) == Reason.LENGTH

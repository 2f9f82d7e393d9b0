"""The annotated bytes of PROTOCOL.md against `rig.wire`, in both directions."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from rig.frame import Frame
from rig.wire.batch import decode_stream
from rig.wire.codec import BOARD_LAYOUTS, COMMAND_LAYOUTS, CRC_BYTES, Layout, crc, encode, encode_frame
from rig.wire.decoded import Damage
from rig.wire.decoder import CommandDecoder, FrameDecoder
from rig.wire.samples import FrameFormat
from tests.protocol_examples import Example, examples

_LAYOUTS: list[Layout[Any]] = [*BOARD_LAYOUTS.values(), *COMMAND_LAYOUTS.values()]
LAYOUTS = {layout.packet.__name__: layout for layout in _LAYOUTS}
ALL = examples()
PACKETS = [example for example in ALL if example.packet in LAYOUTS]
FRAMES = [example for example in ALL if example.packet == "Frame"]
DROPPED = [example for example in ALL if example.packet == "Dropped"]


def packet_of(example: Example) -> Any:
    return LAYOUTS[example.packet].packet(**example.values)


def frame_of(example: Example) -> tuple[Frame, FrameFormat]:
    values: dict[str, Any] = dict(example.values)
    fmt = FrameFormat(len(values["counts"]), values.pop("adc_bits"))
    return Frame(**values), fmt


def name(example: Example) -> str:
    return example.name


def test_every_packet_has_an_example_and_every_width_of_sample_a_frame() -> None:
    assert {example.packet for example in PACKETS} == set(LAYOUTS)
    assert {example.values["adc_bits"] for example in FRAMES} == {8, 10, 12, 16}
    assert len(PACKETS) + len(FRAMES) + len(DROPPED) == len(ALL)
    assert max(Counter(name(example) for example in ALL).values()) == 1
    assert {example.values["reason"] for example in DROPPED} == {"crc", "cobs", "type", "length"}


@pytest.mark.parametrize("example", PACKETS, ids=name)
def test_a_packet_encodes_to_the_example_and_back(example: Example) -> None:
    assert encode(packet_of(example)) == example.wire
    decoder = CommandDecoder() if example.from_host else FrameDecoder()
    assert decoder.feed(example.wire) == [packet_of(example)]


@pytest.mark.parametrize("example", PACKETS, ids=name)
def test_each_line_of_a_body_is_the_field_that_it_names(example: Example) -> None:
    layout = LAYOUTS[example.packet]
    assert example.body_bytes == layout.pack(packet_of(example))
    assert [row.comment.split()[0].rstrip(":") for row in example.body] == ["type", *(f.name for f in layout.fields)]
    assert [len(row.data) for row in example.body] == [1, *(field.size for field in layout.fields)]


@pytest.mark.parametrize("example", FRAMES, ids=name)
def test_a_frame_encodes_to_the_example_and_back(example: Example) -> None:
    frame, fmt = frame_of(example)
    assert encode_frame(frame, fmt) == example.wire
    for wire in filter(None, (example.wire, example.also)):
        assert FrameDecoder(fmt).feed(wire) == [frame]
        assert decode_stream(wire * 40, fmt)[0].in_order() == [frame] * 40
    assert [row.comment.split()[0] for row in example.body[:4]] == ["type", "status", "seq", "ticks"]


@pytest.mark.parametrize("example", [*PACKETS, *FRAMES], ids=name)
def test_the_crc_is_that_of_the_body(example: Example) -> None:
    assert crc(example.body_bytes).to_bytes(CRC_BYTES, "big") == example.crc_bytes


@pytest.mark.parametrize("example", DROPPED, ids=name)
def test_what_a_receiver_must_drop(example: Example) -> None:
    damage = Damage(0, len(example.wire) - 1, example.values["reason"], noise=True)  # type: ignore[arg-type]  # its word
    assert FrameDecoder().feed(example.wire) == [damage]


def test_the_examples_hold_the_edges_of_cobs() -> None:
    by_name = {example.name: example for example in FRAMES}
    assert by_name["frame-all-zero"].body_bytes.count(0) == 187
    beyond = by_name["frame-beyond-a-full-run"].wire
    assert (beyond[0], 0 in beyond[:-1], len(beyond)) == (255, False, 263)
    exact = by_name["frame-that-is-a-full-run"]
    assert (exact.wire[0], len(exact.wire)) == (255, 256)
    assert exact.also == exact.wire[:-1] + b"\x01\0"

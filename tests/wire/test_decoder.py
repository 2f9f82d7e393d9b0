from __future__ import annotations

import random
import tracemalloc
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rig.frame import Frame
from rig.wire.codec import Reason, encode, encode_frame, seal
from rig.wire.decoded import Damage, Decoded
from rig.wire.decoder import CommandDecoder, FrameDecoder
from rig.wire.packets import Cue, ForeignHello, Start, Stop
from rig.wire.samples import FrameFormat
from rig.wire.splitter import Splitter
from tests.wire.streams import HELLO, STATUS, cut, damage_in, hello_of, same, session, some_frames

FMT = FrameFormat(12, 10)
FORMATS = [FrameFormat(144, 10), FrameFormat(7, 10), FrameFormat(5, 12), FrameFormat(3, 8), FrameFormat(150, 16)]

# Bytes as a line may carry them: mostly noise, with zeros and short valid packets among it.
scraps = st.lists(
    st.binary(max_size=40)
    | st.sampled_from([b"\0", encode(HELLO), encode(hello_of(FMT)), encode(STATUS), encode(Start(1))])
    | st.integers(0, 3).map(lambda seed: encode_frame(some_frames(1, FMT, seed)[0], FMT))
    | st.integers(1, 900).map(lambda n: b"\x55" * n),
    max_size=12,
).map(b"".join)


@pytest.mark.parametrize("fmt", FORMATS, ids=str)
def test_a_clean_stream_comes_out_as_it_was_sent(fmt: FrameFormat) -> None:
    sent = session(60, fmt, seed=fmt.channels)
    decoder = FrameDecoder()
    assert decoder.feed(sent.data) == sent.items
    assert decoder.finish() == []
    counters = decoder.counters
    assert counters.bytes == len(sent.data)
    assert counters.frames == 60
    assert counters.packets == len(sent.items) - 60
    assert (counters.damaged, counters.discarded_bytes, counters.noise, counters.noise_bytes) == (0, 0, 0, 0)


@given(scraps, st.randoms(use_true_random=False))
def test_no_cutting_of_the_bytes_changes_anything(data: bytes, rng: random.Random) -> None:
    whole = FrameDecoder()
    expected = Decoded.join([whole.feed_columns(data), Decoded(damage=tuple(whole.finish()))])
    pieces = FrameDecoder()
    parts = [pieces.feed_columns(piece) for piece in cut(data, rng)]
    assert same(Decoded.join([*parts, Decoded(damage=tuple(pieces.finish()))]), expected)
    assert pieces.counters == whole.counters
    single = FrameDecoder()
    one_by_one = [item for at in range(len(data)) for item in single.feed(data[at : at + 1])]
    assert one_by_one + single.finish() == expected.in_order()


@given(scraps | st.binary(max_size=300))
def test_every_byte_is_accounted_for(data: bytes) -> None:
    """Bytes are in accepted packets, in damage, or are the zeros between; offsets say which."""
    decoder = FrameDecoder()
    decoded = decoder.feed_columns(data)
    rest = decoder.finish()
    ends = [int(end) for columns in decoded.frames for end in columns.end] + [r.end for r in decoded.packets]
    fates = [b""] * len(data)
    for damage in [*decoded.damage, *rest]:
        assert 0 not in data[damage.offset : damage.offset + damage.length]
        for at in range(damage.offset, damage.offset + damage.length):
            fates[at] += b"d"
    for end in ends:
        assert data[end - 1] == 0
        for at in range(data.rfind(0, 0, end - 1) + 1, end - 1):
            fates[at] += b"p"
    assert all(fate == b"" if byte == 0 else len(fate) == 1 for byte, fate in zip(data, fates, strict=True))
    counters = decoder.counters
    assert counters.bytes == len(data)
    assert counters.discarded_bytes + counters.noise_bytes == sum(fate == b"d" for fate in fates)
    assert counters.damaged + counters.noise == len(decoded.damage) + len(rest)
    assert counters.frames + counters.packets == len(ends)


def test_an_endless_packet_is_dropped_as_it_comes_and_counted_once() -> None:
    decoder = FrameDecoder()
    decoder.feed(encode(HELLO))
    piece = b"\xaa" * 1000
    tracemalloc.start()
    try:
        assert not any(decoder.feed(piece) for _ in range(2000))
        assert tracemalloc.get_traced_memory()[1] < 20_000
    finally:
        tracemalloc.stop()
    assert decoder.pending == 2_000_000
    (damage,) = decoder.feed(b"\xaa\0")
    assert damage == Damage(len(encode(HELLO)), 2_000_001, Reason.OVERLONG)
    assert decoder.feed(encode(STATUS)) == [STATUS]
    assert decoder.counters.damaged == 1


def test_the_longest_frame_is_taken_and_one_byte_more_is_not() -> None:
    fmt = FrameFormat(296, 16)
    # Without a zero in it, the encoding is as long as it gets.
    frame = Frame(0x0101, 0x01010101, 1, (0x0101,) * 296)
    assert FrameDecoder(fmt).feed(encode_frame(frame, fmt)) == [frame]
    longest = Splitter().longest
    assert FrameDecoder().feed(b"\x01" * (longest + 1) + b"\0") == [Damage(0, longest + 1, Reason.OVERLONG, noise=True)]
    (damage,) = damage_in(FrameDecoder().feed(b"\x01" * longest + b"\0"))
    assert damage.reason != Reason.OVERLONG


def test_zeros_between_packets_mean_nothing() -> None:
    sent = session(5, FMT, seed=1)
    decoder = FrameDecoder()
    assert decoder.feed(b"\0\0" + b"\0\0".join(sent.pieces)) == sent.items
    assert decoder.counters.damaged == decoder.counters.noise == 0


def test_noise_before_the_first_valid_packet_is_counted_apart() -> None:
    decoder = FrameDecoder()
    items = decoder.feed(b"\x81\x93\0\xfe\xfe" + b"\0" + encode(HELLO) + b"\x07\x09\0")
    assert [type(item).__name__ for item in items] == ["Damage", "Damage", "Hello", "Damage"]
    assert [damage.noise for damage in damage_in(items)] == [True, True, False]
    assert (decoder.counters.noise, decoder.counters.noise_bytes) == (2, 4)
    assert (decoder.counters.damaged, decoder.counters.discarded_bytes) == (1, 2)


def test_frames_need_a_hello_or_a_given_format() -> None:
    frame = some_frames(1, FMT, seed=2)[0]
    packet = encode_frame(frame, FMT)
    assert FrameDecoder(FMT).feed(packet) == [frame]
    (damage,) = damage_in(FrameDecoder().feed(packet))
    assert damage.reason == Reason.FORMAT


def test_a_hello_in_mid_stream_changes_the_format() -> None:
    other = FrameFormat(20, 12)
    first, second = session(10, FMT, seed=3), session(10, other, seed=4)
    stray = encode_frame(some_frames(1, FMT, seed=5)[0], FMT)
    decoder = FrameDecoder()
    items = decoder.feed(first.data + second.data + stray)
    assert items[:-1] == first.items + second.items
    assert isinstance(items[-1], Damage)
    assert items[-1].reason == Reason.LENGTH
    columns = FrameDecoder().feed_columns(first.data + second.data).frames
    assert [c.fmt for c in columns] == [FMT, other]


@pytest.mark.parametrize(("channels", "adc_bits"), [(0, 10), (12, 9), (400, 16)])
def test_after_a_hello_that_promises_the_impossible_no_frame_is_taken(channels: int, adc_bits: int) -> None:
    decoder = FrameDecoder(FMT)
    hello = replace(HELLO, channels=channels, adc_bits=adc_bits)
    items = decoder.feed(encode(hello) + encode_frame(some_frames(1, FMT, seed=6)[0], FMT))
    assert items[0] == hello
    assert isinstance(items[1], Damage)
    assert items[1].reason == Reason.FORMAT


@pytest.mark.parametrize("body", [bytes([2, 2]) + bytes(60), bytes([2, 0]), encode(HELLO)[1:2] + b"\x07"])
def test_a_hello_in_another_version_is_told_apart_from_damage(body: bytes) -> None:
    decoder = FrameDecoder(FMT)
    items = decoder.feed(seal(body) + encode_frame(some_frames(1, FMT, seed=6)[0], FMT))
    assert items[0] == ForeignHello(body[1], body)
    assert [damage.reason for damage in damage_in(items)] == [Reason.FORMAT]


@pytest.mark.parametrize(
    ("packet", "reason"),
    [
        (b"\x09abc\0", Reason.COBS),
        (b"\x03ab\0", Reason.LENGTH),
        (b"\x05abcd\0", Reason.CRC),
        (seal(b"\x7fabc"), Reason.TYPE),
        (encode(Start(3)), Reason.TYPE),
        (seal(b"\x03abc"), Reason.LENGTH),
        (seal(b"\x01abc"), Reason.LENGTH),
    ],
)
def test_each_reason_is_told(packet: bytes, reason: Reason) -> None:
    decoder = FrameDecoder(FMT)
    assert decoder.feed(encode(hello_of(FMT)) + packet)[1:] == [
        Damage(len(encode(hello_of(FMT))), len(packet) - 1, reason)
    ]


def test_a_stream_that_ends_within_a_packet() -> None:
    sent = session(3, FMT, seed=8, others=False)
    decoder = FrameDecoder()
    assert decoder.feed(sent.data[:-4]) == sent.items[:-1]
    last = len(sent.pieces[-1])
    assert decoder.pending == last - 4
    assert decoder.finish() == [Damage(len(sent.data) - last, last - 4, Reason.UNFINISHED)]
    assert decoder.finish() == []


@settings(max_examples=50)
@given(st.lists(st.sampled_from([Start(1), Stop(2), Cue(3, 1, 500)]), max_size=5), scraps)
def test_a_board_hears_the_commands_between_the_noise(commands: list[Start | Stop | Cue], noise: bytes) -> None:
    decoder = CommandDecoder()
    decoder.feed(noise + b"\0")
    assert decoder.feed(b"".join(encode(command) for command in commands)) == commands
    assert damage_in(CommandDecoder().feed(encode(HELLO)))[0].reason == Reason.OVERLONG


def test_only_whole_packets_can_be_passed_over() -> None:
    frame = some_frames(1, FMT, seed=2)[0]
    packet = encode_frame(frame, FMT)
    decoder = FrameDecoder(FMT)
    decoder.pass_over(len(packet), frames=1)
    (columns,) = decoder.feed_columns(packet + packet[:5]).frames
    assert columns.end.tolist() == [2 * len(packet)]
    assert (decoder.counters.frames, decoder.counters.bytes) == (2, 2 * len(packet) + 5)
    with pytest.raises(ValueError, match="whole packets"):
        decoder.pass_over(4 * len(packet))

"""What a bad line costs: at most the packets it touched, and never a wrong frame beyond the CRC's odds."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from itertools import accumulate

import pytest

from rig.frame import Frame
from rig.transport.faults import ByteFaults, FaultRates, misheard
from rig.wire.codec import Reason, crc, encode, encode_frame, unseal
from rig.wire.decoded import Damage
from rig.wire.decoder import FrameDecoder
from rig.wire.samples import FrameFormat
from tests.wire.streams import HELLO, Sent, hello_of, session, some_frames

FMT = FrameFormat(144, 10)

Hit = Callable[[bytes, int, random.Random], bytes]


def lost(data: bytes, at: int, rng: random.Random) -> bytes:
    return data[:at] + data[at + 1 :]


def doubled(data: bytes, at: int, rng: random.Random) -> bytes:
    return data[: at + 1] + data[at:]


def flipped(data: bytes, at: int, rng: random.Random) -> bytes:
    return data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :]


def replaced(data: bytes, at: int, rng: random.Random) -> bytes:
    return data[:at] + rng.randbytes(1) + data[at + 1 :]


def inserted(data: bytes, at: int, rng: random.Random) -> bytes:
    return data[:at] + rng.randbytes(rng.randrange(1, 30)) + data[at:]


HITS: list[Hit] = [lost, doubled, flipped, replaced, inserted]


def untouched(sent: Sent, places: list[int]) -> list[object]:
    """The items of all packets that no place lies in; a packet's zero, the border, belongs to both its neighbours."""
    ends = list(accumulate(len(piece) for piece in sent.pieces))
    kept: list[object] = []
    for item, piece, end in zip(sent.items, sent.pieces, ends, strict=True):
        # The zero before the packet is its border too.
        if not any(end - len(piece) - 1 <= place < end for place in places):
            kept.append(item)
    return kept


def is_in_order(some: Sequence[object], among: Sequence[object]) -> bool:
    rest = iter(among)
    return all(any(item == other for other in rest) for item in some)


@pytest.mark.parametrize("hit", HITS, ids=lambda hit: hit.__name__)
def test_a_hit_costs_at_most_the_packets_it_touches(hit: Hit) -> None:
    rng = random.Random(hit.__name__)
    for seed in range(12):
        sent = session(12, FMT, seed)
        data = sent.data
        places = sorted(rng.sample(range(len(sent.pieces[0]), len(data)), rng.choice((1, 1, 3))), reverse=True)
        for place in places:
            data = hit(data, place, rng)
        decoder = FrameDecoder(FMT)
        items = decoder.feed(data)
        taken = [item for item in items if not isinstance(item, Damage)]
        assert is_in_order(taken, sent.items)
        assert is_in_order(untouched(sent, places), taken)
        if len(taken) < len(sent.items):
            assert decoder.counters.damaged + bool(decoder.pending) > 0


@pytest.mark.parametrize("at", range(0, 400, 7))
def test_a_cut_costs_what_was_cut_through(at: int) -> None:
    sent = session(8, FMT, seed=at, others=False)
    begin, end = 150 + at, 150 + 3 * at
    items = FrameDecoder(FMT).feed(sent.data[:begin] + sent.data[end:])
    taken = [item for item in items if not isinstance(item, Damage)]
    assert is_in_order(taken, sent.items)
    assert is_in_order(untouched(sent, list(range(begin, end))), taken)


def test_two_spliced_streams_lose_the_frame_at_the_seam_alone() -> None:
    a, b = session(10, FMT, seed=1, others=False), session(10, FMT, seed=2, others=False)
    items = FrameDecoder().feed(a.data[:-100] + b.data[len(b.pieces[0]) + 57 :])
    assert [item for item in items if not isinstance(item, Damage)] == a.items[:-1] + b.items[2:]
    assert sum(isinstance(item, Damage) for item in items) == 1


@pytest.mark.parametrize("baud", [115_200, 250_000, 400_000, 1_000_000, 2_000_000])
def test_a_peer_at_the_wrong_baud_is_noise_and_the_right_one_is_heard_at_once(baud: int) -> None:
    sent = session(20, FMT, seed=3)
    decoder = FrameDecoder(FMT)
    items = decoder.feed(misheard(sent.data, baud, 500_000) + b"\0" + sent.data)
    assert [item for item in items if not isinstance(item, Damage)] == sent.items
    assert decoder.counters.noise > 0
    assert decoder.counters.damaged == 0


@pytest.mark.parametrize("seed", range(3))
def test_arbitrary_bytes_never_raise_and_hold_nothing(seed: int) -> None:
    rng = random.Random(seed)
    decoder = FrameDecoder(FrameFormat(2, 8))
    for _ in range(200):
        assert all(isinstance(item, Damage) for item in decoder.feed(rng.randbytes(500)))


def test_a_bad_line_lets_no_wrong_frame_through_beyond_the_odds_of_its_check() -> None:
    """Frames whose payload is scrambled, type and length left right: the CRC alone stands between them and the host."""
    rng = random.Random(20)
    fmt = FrameFormat(8, 8)
    good = [encode_frame(frame, fmt) for frame in some_frames(50, fmt, seed=5, quiet=0)]
    tried = 40_000
    accepted = 0
    decoder = FrameDecoder(fmt)
    for k in range(tried):
        packet = good[k % len(good)]
        first = rng.randrange(3, len(packet) - 3)
        scrambled = bytes(1 + (byte + rng.randrange(254)) % 255 for byte in packet[first:-1])
        if scrambled != packet[first:-1]:
            items = decoder.feed(packet[:first] + scrambled + b"\0")
            accepted += sum(isinstance(item, Frame) for item in items)
    # One in 65,536 by the odds; eight or more would have a chance of one in a million.
    assert accepted < 8
    assert decoder.counters.noise + decoder.counters.damaged + accepted >= tried * 0.99


def test_no_burst_of_up_to_16_bits_and_no_two_flipped_bits_pass() -> None:
    """What the polynomial promises, on the decoded body, for a whole frame."""
    rng = random.Random(4)
    frame = some_frames(1, FMT, seed=9)[0]
    body = unseal(encode_frame(frame, FMT)[:-1])
    assert isinstance(body, bytes)
    whole = int.from_bytes(body + crc(body).to_bytes(2, "big"), "big")
    size = len(body) + 2
    for _ in range(5000):
        burst = rng.randrange(1, 1 << 16) << rng.randrange(size * 8 - 16)
        two = sum(1 << place for place in rng.sample(range(size * 8), 2))
        for error in (burst, two):
            assert crc((whole ^ error).to_bytes(size, "big")) != 0


def test_a_bad_line_over_a_whole_session_is_counted_whole() -> None:
    sent = session(1500, FMT, seed=11, others=False)
    faults = ByteFaults(FaultRates(drop=2e-4, double=2e-4, flip=2e-4, noise=2e-4), seed=12)
    decoder = FrameDecoder()
    items = decoder.feed(encode(hello_of(FMT)) + faults(b"".join(sent.pieces[1:])) + b"\0")
    frames = [item for item in items if isinstance(item, Frame)]
    assert is_in_order(frames, sent.items)
    assert faults.hits > 150
    assert 1500 - len(frames) <= 2 * faults.hits
    assert decoder.counters.frames == len(frames)
    assert decoder.counters.damaged == sum(isinstance(item, Damage) for item in items) > 0
    assert {damage.reason for damage in items if isinstance(damage, Damage)} >= {Reason.CRC, Reason.COBS}


def test_the_hello_is_found_behind_noise_that_runs_into_it() -> None:
    """A board sends a zero before its hello, so that what the line carried before cannot spoil it."""
    for seed in range(20):
        noise = random.Random(seed).randbytes(100)
        items = FrameDecoder().feed(noise + b"\0" + encode(HELLO))
        assert items[-1] == HELLO

"""The many-frames-at-once decoder against the single one: equal to the bit, whatever the stream."""

from __future__ import annotations

import random
from binascii import crc_hqx

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rig.transport.faults import ByteFaults, FaultRates
from rig.wire import batch as batch_module
from rig.wire.batch import BatchDecoder, decode_stream
from rig.wire.codec import encode_frame, seal
from rig.wire.crc_fold import is_intact
from rig.wire.decoded import Decoded
from rig.wire.decoder import FrameDecoder
from rig.wire.samples import FrameFormat
from tests.wire.streams import cut, hello_of, same, session, some_frames

FORMATS = [
    FrameFormat(144, 10),
    FrameFormat(150, 16),
    FrameFormat(256, 12),
    FrameFormat(9, 10),
    FrameFormat(5, 12),
    FrameFormat(3, 8),
    # As long as a hello, which must not hide among frames.
    FrameFormat(36, 8),
    # A body of 252 bytes and 254 with its CRC: the code bytes reach their limit.
    FrameFormat(244, 8),
    FrameFormat(1, 8),
]


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that borders of pieces and of lanes are met often."""
    monkeypatch.setattr(batch_module, "_PIECE", 5000)
    monkeypatch.setattr(batch_module, "_FEW", 2)


def alone(data: bytes, fmt: FrameFormat | None = None) -> tuple[Decoded, FrameDecoder]:
    decoder = FrameDecoder(fmt)
    decoded = decoder.feed_columns(data)
    return Decoded.join([decoded, Decoded(damage=tuple(decoder.finish()))]), decoder


def check(data: bytes, fmt: FrameFormat | None = None) -> Decoded:
    expected, decoder = alone(data, fmt)
    got, counters = decode_stream(data, fmt)
    assert same(got, expected)
    assert counters == decoder.counters
    return got


@pytest.mark.parametrize("fmt", FORMATS, ids=str)
def test_a_clean_stream(fmt: FrameFormat) -> None:
    sent = session(120, fmt, seed=fmt.channels)
    assert check(sent.data).in_order() == sent.items
    assert check(sent.data + sent.data[:-3]).n_frames >= 2 * 120 - 1


@pytest.mark.parametrize("fmt", FORMATS, ids=str)
def test_full_runs_and_frames_without_a_zero(fmt: FrameFormat) -> None:
    rng = random.Random(6)
    frames = some_frames(80, fmt, seed=1, quiet=0)
    pieces = [encode_frame(frame, fmt) for frame in frames]
    # The longer encoding of a packet that ends with a full run is right, too.
    pieces += [seal(b"\x01" * n)[:-1] + b"\x01\0" for n in (252, fmt.body_bytes)]
    rng.shuffle(pieces)
    check(b"".join(pieces), fmt)
    ones = [b"\x01\x01" + bytes([k] * (fmt.body_bytes - 2)) for k in range(1, 60)]
    assert check(b"".join(seal(body) for body in ones), fmt).n_frames == 59


scraps = st.lists(
    st.binary(max_size=60)
    | st.sampled_from([b"\0", *(session(6, fmt, 1).data for fmt in FORMATS[3:7])])
    | st.sampled_from(FORMATS[3:7]).flatmap(lambda fmt: st.integers(0, 9).map(lambda n: session(n, fmt, n).data))
    | st.integers(1, 900).map(lambda n: b"\x55" * n),
    max_size=14,
).map(b"".join)


@settings(max_examples=300)
@given(scraps, st.none() | st.sampled_from(FORMATS[3:7]))
def test_any_bytes(data: bytes, fmt: FrameFormat | None) -> None:
    check(data, fmt)


@settings(max_examples=100)
@given(scraps, st.randoms(use_true_random=False))
def test_no_cutting_of_the_bytes_changes_anything(data: bytes, rng: random.Random) -> None:
    expected, decoder = alone(data)
    pieces = BatchDecoder()
    parts = [pieces.feed(piece) for piece in cut(data, rng)]
    assert same(Decoded.join([*parts, Decoded(damage=tuple(pieces.finish()))]), expected)
    assert pieces.counters == decoder.counters


def test_thousands_of_corruptions() -> None:
    """Streams of all formats, spliced, with hellos in mid-stream, spoilt at every rate from rare to ruinous."""
    spoilt = 0
    for seed in range(60):
        rng = random.Random(seed)
        data = b"".join(
            session(rng.randrange(40), fmt, seed + k).data for k, fmt in enumerate(rng.choices(FORMATS, k=4))
        )
        rate = 10 ** rng.uniform(-4, -2)
        faults = ByteFaults(FaultRates(drop=rate, double=rate, flip=rate, noise=rate), seed)
        check(faults(data)[rng.randrange(300) :], rng.choice([None, *FORMATS]))
        spoilt += faults.hits
    assert spoilt > 5000


def test_the_same_format_again_after_another_one_that_had_no_frames() -> None:
    a, b = session(20, FORMATS[3], 1).data, session(0, FORMATS[4], 2).data
    assert len(check(a + b + a).frames) == 1


def test_a_hello_as_long_as_a_frame_changes_the_format() -> None:
    fmt = FORMATS[6]
    data = session(30, fmt, 1).data + session(30, FORMATS[3], 2).data + session(30, fmt, 3).data
    assert len(seal(bytes(fmt.body_bytes))) == len(session(0, fmt, 1).data)
    assert [columns.fmt for columns in check(data).frames] == [fmt, FORMATS[3], fmt]


def test_hellos_without_frames_and_an_empty_stream() -> None:
    assert check(b"") == Decoded()
    assert check(b"\0" * 20_000) == Decoded()
    assert check(b"\xff" * 20_000).damage[0].length == 20_000


def test_ends_say_which_byte_completed_a_frame() -> None:
    fmt = FORMATS[0]
    sent = session(50, fmt, 3, others=False)
    (columns,) = decode_stream(sent.data)[0].frames
    assert columns.end.tolist() == np.cumsum([len(piece) for piece in sent.pieces])[1:].tolist()
    assert check(sent.data).packets[0].packet == hello_of(fmt)


@pytest.mark.parametrize("size", [3, 4, 15, 16, 17, 18, 31, 32, 33, 64, 127, 128, 129, 190, 255, 298, 602, 5000])
def test_the_folded_crc_is_the_crc(size: int) -> None:
    rng = np.random.default_rng(size)
    packets = rng.integers(0, 256, (300, size), np.uint8)
    for row in packets:
        row[-2:] = list(crc_hqx(row[:-2].tobytes(), 0).to_bytes(2, "big"))
    broken = rng.random(300) < 0.5
    packets[broken, rng.integers(0, size, broken.sum())] ^= rng.integers(1, 256, broken.sum(), np.uint8)
    assert np.array_equal(is_intact(np.ascontiguousarray(packets.T)), ~broken)

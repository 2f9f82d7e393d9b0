from __future__ import annotations

import struct

import numpy as np
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from rig.frame import Block
from rig.recording import block_code
from rig.recording.block_code import BLOCK_SCHEMA, BlockDecoder, BlockEncoder, NewerFormatError, read_head, room_for

INT64 = st.integers(-(2**63), 2**63 - 1)
SMALL = st.integers(-(2**40), 2**40)


@st.composite
def blocks(draw: st.DrawFn) -> Block:
    n = draw(st.integers(1, 60))
    channels = draw(st.integers(1, 20))
    counts = draw(hnp.arrays(np.uint16, (n, channels)))
    # A host clock that is known to the microsecond, or not at all.
    received_us = draw(hnp.arrays(np.float64, n, elements=st.one_of(st.just(np.nan), SMALL.map(float))))
    return Block(
        draw(hnp.arrays(np.int64, n, elements=INT64)),
        counts,
        draw(hnp.arrays(np.uint8, n)),
        draw(hnp.arrays(np.int64, n, elements=st.integers(0, 2**40))),
        received_us / 1e6,
    )


def decoded(data: bytes) -> Block:
    head = read_head(data)
    block = room_for(head.n_frames, head.n_channels)
    BlockDecoder().decode(data, head, block)
    return block


@given(blocks())
@settings(max_examples=150)
def test_what_goes_in_comes_out_to_the_bit(block: Block) -> None:
    data = BlockEncoder().encode(block, 12, 34)
    found, head = decoded(data), read_head(data)
    np.testing.assert_array_equal(found.t_us, block.t_us)
    np.testing.assert_array_equal(found.counts, block.counts)
    np.testing.assert_array_equal(found.status, block.status)
    np.testing.assert_array_equal(found.lost, block.lost)
    np.testing.assert_array_equal(found.received_s, block.received_s)
    assert (head.frames_before, head.lost_before, head.lost) == (12, 34, block.lost.sum())
    assert (head.earliest_us, head.latest_us) == (block.t_us.min(), block.t_us.max())


def stranger_reads(data: bytes) -> tuple[list[list[int]], list[list[int]], list[int]]:
    """A decoder written from the description in the file alone, with no numpy: times, counts by channel, status."""
    magic, version, channels, n = struct.unpack_from("<4sHHI", data)
    assert (magic, version) == (b"RIGB", 1)
    body = zstandard.ZstdDecompressor().decompress(data[60:])
    assert len(body) == struct.unpack_from("<Q", data, 52)[0]

    def unzigzag(z: int) -> int:
        return z >> 1 if z % 2 == 0 else -(z >> 1) - 1

    times = []
    for column in range(3):
        planes = body[24 * n // 3 * column : 24 * n // 3 * (column + 1)]
        numbers = [unzigzag(sum(planes[byte * n + row] << 8 * byte for byte in range(8))) for row in range(n)]
        times.append([(sum(numbers[: row + 1]) + 2**63) % 2**64 - 2**63 for row in range(n)])
    status = list(body[24 * n : 25 * n])
    at = 25 * n
    modes = body[at : at + -(-channels // 8)]
    at += len(modes)
    base = [body[at + k] | body[at + channels + k] << 8 for k in range(channels)]
    at += 2 * channels
    counts = []
    for channel in range(channels):
        series, value = [], base[channel]
        for row in range(n):
            k = channel * n + row
            residual = unzigzag(body[at + k] | body[at + channels * n + k] << 8)
            delta = modes[channel // 8] >> channel % 8 & 1
            value = ((value if delta else base[channel]) + residual) % 2**16
            series.append(value)
        counts.append(series)
    return times, counts, status


def test_the_description_in_the_file_is_enough_to_read_it() -> None:
    rng = np.random.default_rng(5)
    t_us = np.cumsum(rng.integers(4_000, 6_000, 50))
    counts = np.cumsum(rng.integers(-60, 61, (50, 11)), axis=0).astype(np.uint16)  # wraps, and both modes
    counts[:, ::2] = rng.integers(498, 503, (50, 6))
    lost = rng.integers(0, 3, 50)
    received_us = t_us + 10**12 + rng.integers(0, 900, 50)
    block = Block(t_us, counts, rng.integers(0, 32, 50, dtype=np.uint8), lost, received_us / 1e6)
    times, by_channel, status = stranger_reads(BlockEncoder().encode(block, 0, 0))
    assert by_channel == counts.T.tolist()
    assert status == block.status.tolist()
    assert times == [t_us.tolist(), lost.tolist(), (received_us - t_us).tolist()]


def test_the_description_is_there_and_names_every_part() -> None:
    assert BLOCK_SCHEMA.startswith("rig.Block, version 1.")
    assert "{" not in BLOCK_SCHEMA
    for part in ("times", "status", "modes", "base", "residuals", "zigzag", "zstd", "CRC-32"):
        assert part in BLOCK_SCHEMA


@pytest.mark.parametrize("n", [0, block_code.MAX_FRAMES + 1])
def test_a_block_of_no_frames_or_of_too_many_is_refused(n: int) -> None:
    with pytest.raises(ValueError, match="cannot be stored"):
        BlockEncoder().encode(room_for(n, 3), 0, 0)


def test_bad_heads_and_bodies_are_refused_before_anything_is_allocated() -> None:
    block = Block.of(np.arange(9), np.ones((9, 4), np.uint16))
    data = BlockEncoder().encode(block, 0, 0)
    with pytest.raises(ValueError, match="too short"):
        read_head(data[:59])
    with pytest.raises(ValueError, match="not a block"):
        read_head(b"X" + data[1:])
    with pytest.raises(NewerFormatError, match="version 2"):
        read_head(data[:4] + b"\2\0" + data[6:])
    with pytest.raises(ValueError, match="frames of"):
        read_head(data[:8] + b"\xff\xff\xff\xff" + data[12:])
    head = read_head(data)
    with pytest.raises(ValueError, match="decompress"):
        BlockDecoder().decode(data[:60] + b"nonsense", head, room_for(9, 4))
    short = data[:60] + zstandard.compress(b"too little")
    with pytest.raises(ValueError, match="10 bytes instead of"):
        BlockDecoder().decode(short, head, room_for(9, 4))
    bomb = data[:60] + zstandard.compress(bytes(10**8))[:60]
    with pytest.raises(ValueError, match="100000000 bytes instead of"):
        BlockDecoder().decode(bomb, head, room_for(9, 4))

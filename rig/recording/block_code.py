"""How a block of frames becomes bytes, and back, to the bit.

The text below the line is written into each recording as the schema of its frames, so that a file can be read
without this program. The rule that keeps it right: a block stands alone. It needs no other block to be read, so
that damage to one costs that one.
------------------------------------------------------------------------------------------------------------------
rig.Block, version 1. A message of the topic /frames is a head and a body; numbers are little-endian.

Head, 60 bytes:
    at  0  4 bytes  the letters RIGB
    at  4  u16      version, 1
    at  6  u16      n_channels, C
    at  8  u32      n_frames, n (at least 1)
    at 12  i64      earliest time in the block, us
    at 20  i64      latest time in the block, us
    at 28  u64      frames recorded before this block
    at 36  u64      frames lost before this block: the sum of the column lost in all earlier blocks
    at 44  u64      frames lost within it: the sum of its own column lost
    at 52  u64      size of the body before compression, 25 n + ceil(C / 8) + 2 C + 2 C n

The two totals tell how much is missing where earlier blocks can no longer be read.

Body, one zstd frame. Uncompressed it is these parts, one after the other:
    times      24 n bytes  three columns of n 64-bit integers: t_us; lost; received_us - t_us
    status     n bytes     the status byte of each frame
    modes      ceil(C / 8) one bit a channel, channel 0 the lowest bit of the first byte: 1 = delta, 0 = level
    base       2 C bytes   one 16-bit count a channel
    residuals  2 C n bytes n 16-bit numbers a channel, all of channel 0 first

t_us is device time in microseconds from the session's first frame. lost is how many frames are missing right before
this one. received_us is the host's monotonic clock in microseconds; the smallest 64-bit integer stands for "not
known". Columns and numbers are coded in three steps, undone in reverse:
    1. difference: a column of times holds its first number, then differences from the one before. A channel's
       residual is the difference from the count before (mode delta; for the first frame, from base) or from base
       (mode level, smaller where a sensor only makes noise). Differences wrap at 64 and at 16 bits.
    2. zigzag: 0, -1, 1, -2, 2 ... become 0, 1, 2, 3, 4 ..., so that small numbers have empty high bytes:
       z = (d << 1) xor (d >> 63), or d >> 15 for counts, the shift to the right keeping the sign.
       base is not differenced and not zigzagged.
    3. byte planes: all lowest bytes first, then all second bytes, and so on; for times a column at a time, for base and
       for residuals over the whole part.

The message's field `sequence` holds the CRC-32 (as in zlib) of all its other bytes in their order: channel id, log
time, publish time, head, body.
"""

from __future__ import annotations

import struct
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rig.frame import Block

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

BLOCK_SCHEMA = (__doc__ or "").partition("-" * 114 + "\n")[2]
"""The description of the coding that goes into each file (empty where Python strips docstrings)."""

BLOCK_VERSION = 1

MAX_FRAMES = 4096
"""More frames than any sound block holds; bounds what a reader will allocate for one."""

MAX_CHANNELS = 4096
"""More channels than any pad has, for the same reason."""

_HEAD = struct.Struct("<4sHHIqqQQQQ")
_MAGIC = b"RIGB"
_UNKNOWN_US = np.iinfo(np.int64).min
_HOST_LIMIT_S = 9e12  # beyond this, microseconds no longer fit 64 bits

HEAD_SIZE = _HEAD.size


class BlockHead(NamedTuple):
    """What a block says about itself, readable without unpacking it."""

    n_channels: int
    n_frames: int
    earliest_us: int
    latest_us: int
    frames_before: int
    lost_before: int
    lost: int
    body_size: int


class NewerFormatError(ValueError):
    """A block coded by a later version of this program."""


def room_for(n_frames: int, n_channels: int) -> Block:
    """A Block of that size whose contents are yet to be filled in."""
    return Block(
        np.empty(n_frames, np.int64),
        np.empty((n_frames, n_channels), np.uint16),
        np.empty(n_frames, np.uint8),
        np.empty(n_frames, np.int64),
        np.empty(n_frames, np.float64),
    )


class BlockEncoder:
    """Packs frames into messages; holds a compressor, which serves one thread at a time."""

    def __init__(self) -> None:
        import zstandard

        # In noise, matches shorter than seven bytes are chance and cost more than they save: 2 % smaller and a fifth
        # faster on sensors with one count of noise, 2 % larger on quiet ones.
        parameters = zstandard.ZstdCompressionParameters.from_level(1, min_match=7)
        self._compressor = zstandard.ZstdCompressor(compression_params=parameters)

    def encode(self, frames: Block, frames_before: int, lost_before: int) -> bytes:
        """A message's data from 1 to `MAX_FRAMES` frames.

        Args:
            frames: what to pack; `received_s` is kept to the microsecond, all else to the bit.
            frames_before, lost_before: totals over all earlier blocks of the recording.
        """
        n, n_channels = frames.counts.shape
        if not (0 < n <= MAX_FRAMES and 0 < n_channels <= MAX_CHANNELS):
            raise ValueError(f"a block of {n} frames of {n_channels} channels cannot be stored")
        modes, base, residuals = _residuals(frames.counts)
        body = b"".join(
            (
                _time_planes(frames),
                frames.status.tobytes(),
                np.packbits(modes, bitorder="little").tobytes(),
                _planes(base),
                _planes(residuals),
            )
        )
        head = BlockHead(
            n_channels=n_channels,
            n_frames=n,
            earliest_us=int(frames.t_us.min()),
            latest_us=int(frames.t_us.max()),
            frames_before=frames_before,
            lost_before=lost_before,
            lost=int(frames.lost.sum()),
            body_size=len(body),
        )
        return _HEAD.pack(_MAGIC, BLOCK_VERSION, *head) + self._compressor.compress(body)


def read_head(data: bytes) -> BlockHead:
    """The head of a message's data.

    Raises:
        NewerFormatError: a block of a newer version.
        ValueError: this is no block, or one larger than any sound block.
    """
    if len(data) < HEAD_SIZE:
        raise ValueError("too short for a block")
    magic, version, *fields = _HEAD.unpack_from(data)
    if magic != _MAGIC:
        raise ValueError("not a block")
    if version > BLOCK_VERSION:
        raise NewerFormatError(f"a block of version {version}, newer than {BLOCK_VERSION}")
    head = BlockHead(*fields)
    n, n_channels = head.n_frames, head.n_channels
    if not (0 < n <= MAX_FRAMES and 0 < n_channels <= MAX_CHANNELS) or head.body_size != _body_size(n, n_channels):
        raise ValueError(f"a block of {n} frames of {n_channels} channels in {head.body_size} bytes")
    return head


class BlockDecoder:
    """Unpacks messages; holds a decompressor, which serves one thread at a time."""

    def __init__(self) -> None:
        import zstandard

        self._decompressor = zstandard.ZstdDecompressor()
        self._size_of = zstandard.frame_content_size
        self._error = zstandard.ZstdError

    def decode(self, data: bytes, head: BlockHead, into: Block) -> None:
        """Unpack a message's data into a Block (or a view of its rows) of exactly `head.n_frames` frames.

        Raises:
            ValueError: the body does not unpack to what the head says.
        """
        unpack([self.body(data, head)], head.n_frames, into)

    def body(self, data: bytes, head: BlockHead) -> bytes:
        """The body in a message's data, decompressed.

        Raises:
            ValueError: it does not decompress to as many bytes as the head says.
        """
        packed = memoryview(data)[HEAD_SIZE:]
        try:
            # Asked before decompressing, which would believe the frame and allocate what it says.
            size = self._size_of(packed)
            if size != head.body_size:
                raise ValueError(f"a block of {size} bytes instead of {head.body_size}")
            body: bytes = self._decompressor.decompress(packed)
        except self._error as error:
            raise ValueError(f"a block that does not decompress: {error}") from error
        return body


def unpack(bodies: Sequence[bytes], n: int, into: Block) -> None:
    """Undo the coding of `k` bodies of `n` frames each, in the order given, into a Block of exactly their frames.

    A step undone for several blocks at once costs hardly more than for one: 16 blocks of 50 frames take 18 us each,
    where one alone takes 48 (numpy 2.4, 144 channels).
    """
    k, n_channels = len(bodies), into.n_channels
    raw = np.frombuffer(b"".join(bodies), np.uint8).reshape(k, -1)
    ends = list(accumulate((24 * n, n, -(-n_channels // 8), 2 * n_channels)))
    times, status, modes, base, residuals = np.split(raw, ends, axis=1)
    _read_times(times.reshape(k, 3, 8, n), into)
    into.status[:] = status.ravel()
    level = np.unpackbits(modes, axis=1, count=n_channels, bitorder="little") == 0
    zigzag = _from_planes(residuals).reshape(k, n_channels, n)
    into.counts.reshape(k, n, n_channels)[:] = _read_counts(level, _from_planes(base), zigzag).transpose(0, 2, 1)


def _body_size(n: int, n_channels: int) -> int:
    return 25 * n + -(-n_channels // 8) + 2 * n_channels + 2 * n_channels * n


def _residuals(counts: NDArray[np.uint16]) -> tuple[NDArray[np.bool_], NDArray[np.uint16], NDArray[np.uint16]]:
    """Mode (True = delta) and base of each channel, and the zigzagged residuals (n_channels, n)."""
    series = np.ascontiguousarray(counts.T).view(np.int16)
    first = series[:, 0].copy()
    delta = np.empty_like(series)
    delta[:, 0] = 0
    np.subtract(series[:, 1:], series[:, :-1], out=delta[:, 1:])
    n = series.shape[1]
    base = ((counts.sum(axis=0, dtype=np.int64) + n // 2) // n).astype(np.int16)
    level = series - base[:, None]
    use_delta = np.abs(delta).sum(axis=1, dtype=np.int64) <= np.abs(level).sum(axis=1, dtype=np.int64)
    d = np.where(use_delta[:, None], delta, level)
    zigzag = (d << 1) ^ (d >> 15)
    return use_delta, np.where(use_delta, first, base).view(np.uint16), zigzag.view(np.uint16)


def _read_counts(level: NDArray[np.bool_], base: NDArray[np.uint16], zigzag: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """(k, n_channels, n) counts from modes and bases (k, n_channels) and residuals (k, n_channels, n)."""
    residual = (zigzag >> 1) ^ -(zigzag & 1)
    series = np.add.accumulate(residual, axis=2, dtype=np.uint16)
    if level.any():
        series[level] = residual[level]
    series += base[:, :, None]
    return series


def _time_planes(block: Block) -> bytes:
    columns = np.empty((3, len(block.t_us)), np.int64)
    columns[0] = block.t_us
    columns[1] = block.lost
    known = np.abs(block.received_s) < _HOST_LIMIT_S
    if known.all():
        columns[2] = np.rint(block.received_s * 1e6)
    else:
        columns[2] = _UNKNOWN_US
        columns[2][known] = np.rint(block.received_s[known] * 1e6)
    columns[2] -= columns[0]
    columns[:, 1:] -= columns[:, :-1].copy()
    zigzag = (columns << 1) ^ (columns >> 63)
    return zigzag.view(np.uint8).reshape(3, -1, 8).transpose(0, 2, 1).tobytes()


def _read_times(planes: NDArray[np.uint8], into: Block) -> None:
    """Times and losses from planes (k, 3, 8, n)."""
    zigzag = np.ascontiguousarray(planes.transpose(1, 0, 3, 2)).view(np.uint64)[..., 0]
    columns = np.add.accumulate((zigzag >> 1) ^ -(zigzag & 1), axis=2).view(np.int64).reshape(3, -1)
    into.t_us[:] = columns[0]
    into.lost[:] = columns[1]
    received_us = columns[2] + columns[0]
    np.divide(received_us, 1e6, out=into.received_s)
    unknown = received_us == _UNKNOWN_US
    if unknown.any():
        into.received_s[unknown] = np.nan


def _planes(numbers: NDArray[np.uint16]) -> bytes:
    pairs = numbers.view(np.uint8).reshape(-1, 2)
    return pairs[:, 0].tobytes() + pairs[:, 1].tobytes()


def _from_planes(planes: NDArray[np.uint8]) -> NDArray[np.uint16]:
    """(k, m) numbers from (k, 2 m) bytes."""
    low, high = np.split(planes, 2, axis=1)
    numbers = low.astype(np.uint16)
    if high.any():
        numbers |= high.astype(np.uint16) << 8
    return numbers

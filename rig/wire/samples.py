"""How samples of 8, 10, 12 or 16 bits lie in a frame, and the way there and back for many frames at once.

A sample has h = adc_bits - 8 high bits. A group of 8/h samples is their low bytes in order and then one byte of
their high bits, the first sample's lowest; the last group is filled up with zero samples (PROTOCOL.md). The
rule: every shape follows from a `FrameFormat`, which the board announces, so that nothing here knows 144.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from rig.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

ADC_BITS = (8, 10, 12, 16)
"""The widths of a sample that the protocol knows."""

MAX_BODY = 600
"""The longest body from a board, in bytes (PROTOCOL.md)."""

TILE = 512
"""Transposing goes in tiles of this many frames, so that what is read stays in the nearer caches."""

FRAME_HEAD = np.dtype([("type", "u1"), ("status", "u1"), ("seq", "<u2"), ("ticks", "<u4")])
"""A frame's body before its samples."""


@dataclass(frozen=True)
class FrameFormat:
    """What a board announces of its frames: how many samples, and how wide; InputError for what cannot be sent."""

    channels: int
    adc_bits: int

    def __post_init__(self) -> None:
        if self.adc_bits not in ADC_BITS:
            raise InputError(f"adc_bits is {self.adc_bits}, but a sample on the wire has 8, 10, 12 or 16")
        if self.channels < 1:
            raise InputError(f"channels is {self.channels}, but a frame holds at least 1")
        if self.body_bytes > MAX_BODY:
            raise InputError(
                f"channels is {self.channels}: a frame of {self.adc_bits} bits would have {self.body_bytes} bytes, "
                f"and a body has at most {MAX_BODY}"
            )

    @property
    def group(self) -> int:
        """How many samples share a byte of high bits; 1 where there are no high bits."""
        return 8 // (self.adc_bits - 8) if self.adc_bits > 8 else 1

    @property
    def groups(self) -> int:
        """How many groups a frame has, the last one perhaps filled up."""
        return -(-self.channels // self.group)

    @property
    def group_bytes(self) -> int:
        """Bytes of one group."""
        return self.group + (self.adc_bits > 8)

    @property
    def sample_bytes(self) -> int:
        """Bytes of all samples of a frame."""
        return self.groups * self.group_bytes

    @property
    def body_bytes(self) -> int:
        """Bytes of a frame's body, without its CRC."""
        return FRAME_HEAD.itemsize + self.sample_bytes

    @cached_property
    def body(self) -> np.dtype[np.void]:
        """A frame's whole body as a numpy type: the head's fields, and `samples` as bytes."""
        return np.dtype([*FRAME_HEAD.descr, ("samples", "u1", (self.sample_bytes,))])

    @cached_property
    def low_at(self) -> NDArray[np.intp]:
        """(channels,) where each sample's low byte lies among the sample bytes."""
        channel = np.arange(self.channels)
        return channel // self.group * self.group_bytes + channel % self.group

    @cached_property
    def high_at(self) -> NDArray[np.intp]:
        """(channels,) where the byte with each sample's high bits lies; of no meaning for 8 bits."""
        return np.arange(self.channels) // self.group * self.group_bytes + self.group

    @cached_property
    def high_shift(self) -> NDArray[np.uint8]:
        """(channels,) by how many bits each sample's high bits are shifted within their byte."""
        return (np.arange(self.channels) % self.group * (self.adc_bits - 8)).astype(np.uint8)

    @property
    def high_mask(self) -> int:
        """The high bits of one sample, as a number."""
        return (1 << (self.adc_bits - 8)) - 1


def pack_samples(counts: NDArray[np.uint16], fmt: FrameFormat) -> NDArray[np.uint8]:
    """(n, channels) counts as (n, sample_bytes) bytes; InputError where a count needs more bits than there are."""
    if counts.ndim != 2 or counts.shape[1] != fmt.channels:
        raise InputError(f"counts have the shape {counts.shape}, but a frame holds {fmt.channels} channels")
    if counts.size and (int(counts.max()) >> fmt.adc_bits or int(counts.min()) < 0):
        raise InputError(f"counts reach from {counts.min()} to {counts.max()}, but {fmt.adc_bits} bits are sent")
    n = len(counts)
    padded = np.zeros((n, fmt.groups, fmt.group), np.uint16)
    padded.reshape(n, -1)[:, : fmt.channels] = counts
    packed = np.zeros((n, fmt.groups, fmt.group_bytes), np.uint8)
    packed[:, :, : fmt.group] = padded & 0xFF
    if fmt.adc_bits > 8:
        shifts = np.arange(fmt.group, dtype=np.uint16) * np.uint16(fmt.adc_bits - 8)
        packed[:, :, fmt.group] = np.bitwise_or.reduce((padded >> 8) << shifts, axis=2)
    return packed.reshape(n, fmt.sample_bytes)


def unpack_samples(packed: NDArray[np.uint8], fmt: FrameFormat) -> NDArray[np.uint16]:
    """(n, sample_bytes) bytes as (n, channels) counts; the samples that fill up the last group are ignored."""
    low = packed.take(fmt.low_at, axis=1)
    if fmt.adc_bits == 8:
        return low.astype(np.uint16)
    high = packed.take(fmt.high_at, axis=1)
    high >>= fmt.high_shift
    high &= np.uint8(fmt.high_mask)
    counts = np.left_shift(high, 8, dtype=np.uint16)
    counts |= low
    return counts


def unpack_rows(packed: NDArray[np.uint8], fmt: FrameFormat) -> NDArray[np.uint16]:
    """(sample_bytes, n) bytes, byte j of all frames in row j, as (n, channels) counts: for thousands of frames."""
    n = packed.shape[1]
    groups = packed.reshape(fmt.groups, fmt.group_bytes, n)
    counts = np.empty((fmt.groups, fmt.group, n), np.uint16)
    for k in range(fmt.group):
        if fmt.adc_bits > 8:
            high = groups[:, fmt.group] >> np.uint8(k * (fmt.adc_bits - 8))
            high &= np.uint8(fmt.high_mask)
            np.left_shift(high, np.uint16(8), out=counts[:, k])
            counts[:, k] |= groups[:, k]
        else:
            counts[:, k] = groups[:, k]
    return transposed(counts.reshape(-1, n)[: fmt.channels])


def transposed(across: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """A copy of (m, n) as (n, m), in tiles: on whole arrays each element read is another page of memory."""
    m, n = across.shape
    down = np.empty((n, m), np.uint16)
    # Rows a power of two apart would fall on the same few lines of the cache, hence the odd length.
    tile = np.empty((m, TILE + TILE // 16), np.uint16)
    for at in range(0, n, TILE):
        width = min(TILE, n - at)
        tile[:, :width] = across[:, at : at + width]
        down[at : at + width] = tile[:, :width].T
    return down

"""Decoding a captured stream: many frames at once against a loop over frames on the `cobs` package and struct.

Run it: `python -m tests.bench decode`. All decode the same bytes to the same arrays in one run; each is timed
several times in turn and its best time counts, so that a busy computer slows none of them alone.
"""

from __future__ import annotations

import struct
import sys
import time
from binascii import crc_hqx
from typing import TYPE_CHECKING, Any

import numpy as np
from cobs import cobs  # type: ignore[import-untyped]  # it comes without types

from rig.wire.batch import decode_stream
from rig.wire.codec import FRAME_STRUCT, seal
from rig.wire.decoder import FrameDecoder
from rig.wire.packets import FRAME_TYPE
from rig.wire.samples import FrameFormat, pack_samples

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

TARGET = 25.0
FMT = FrameFormat(144, 10)
N_FRAMES = 20_000
ROUNDS = 5

Columns = tuple["NDArray[Any]", ...]
"""seq, ticks, status, counts."""


def stream(pressed: float, seed: int = 1) -> bytes:
    """`N_FRAMES` frames; the share `pressed` of the samples is anything, the others are next to nothing."""
    rng = np.random.default_rng(seed)
    counts = rng.integers(0, 3, (N_FRAMES, FMT.channels), np.uint16)
    under_a_hand = rng.random(counts.shape) < pressed
    counts[under_a_hand] = rng.integers(0, 1024, int(under_a_hand.sum()))
    packed = pack_samples(counts, FMT)
    return b"".join(
        seal(FRAME_STRUCT.pack(FRAME_TYPE, 0, k % 65_536, k * 60_736 % 2**32) + row.tobytes())
        for k, row in enumerate(packed)
    )


def loop(data: bytes) -> Columns:
    """What one would write first: packet by packet, sample by sample in groups that struct takes apart."""
    group = struct.Struct("5B")
    seqs, ticks, statuses, rows = [], [], [], []
    for packet in data.split(b"\0")[:-1]:
        try:
            body = cobs.decode(packet)
        except cobs.DecodeError:
            continue
        if len(body) != 190 or body[0] != FRAME_TYPE or crc_hqx(body, 0):
            continue
        _, status, seq, tick = FRAME_STRUCT.unpack_from(body)
        row: list[int] = []
        for a, b, c, d, high in group.iter_unpack(body[8:188]):
            row += (a | (high & 3) << 8, b | (high & 12) << 6, c | (high & 48) << 4, d | (high & 192) << 2)
        seqs.append(seq)
        ticks.append(tick)
        statuses.append(status)
        rows.append(row)
    return (
        np.array(seqs, np.uint16),
        np.array(ticks, np.uint32),
        np.array(statuses, np.uint8),
        np.array(rows, np.uint16),
    )


def single(data: bytes) -> Columns:
    """The live decoder, fed what a serial port gives at once: two frames or so."""
    decoder = FrameDecoder(FMT)
    found = [decoder.feed_columns(data[at : at + 400]) for at in range(0, len(data), 400)]
    columns = [columns for decoded in found for columns in decoded.frames]
    return (
        np.concatenate([c.seq for c in columns]),
        np.concatenate([c.ticks for c in columns]),
        np.concatenate([c.status for c in columns]),
        np.concatenate([c.counts for c in columns]),
    )


def at_once(data: bytes) -> Columns:
    """The decoder for long streams."""
    (columns,) = decode_stream(data, FMT)[0].frames
    return columns.seq, columns.ticks, columns.status, columns.counts


def best_s(decoders: tuple[Callable[[bytes], Columns], ...], data: bytes) -> list[float]:
    """The shortest time of each, over rounds in which they take turns."""
    best = [float("inf")] * len(decoders)
    for _ in range(ROUNDS):
        for k, decode in enumerate(decoders):
            began = time.perf_counter()
            decode(data)
            best[k] = min(best[k], time.perf_counter() - began)
    return best


def measure(pressed: float) -> float:
    """Print one line of figures and return the ratio of `at_once` to `loop`."""
    data = stream(pressed)
    for a, b, c in zip(loop(data), single(data), at_once(data), strict=True):
        assert np.array_equal(a, b)
        assert np.array_equal(a, c)
    slow, live, fast = best_s((loop, single, at_once), data)
    copy_s = best_copy_s(data)
    print(
        f"  {pressed:4.0%} pressed: loop {N_FRAMES / slow / 1e3:5.1f} k frames/s, live {live / N_FRAMES * 1e6:4.1f} us "
        f"a frame, at once {N_FRAMES / fast / 1e6:4.2f} M frames/s = {slow / fast:4.1f}x "
        f"(limit, copying the bytes: {N_FRAMES / copy_s / 1e6:.0f} M)"
    )
    return slow / fast


def best_copy_s(data: bytes) -> float:
    """How long it takes to read and write the bytes once: no decoder can be quicker."""
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.perf_counter()
        bytearray(data)
        best = min(best, time.perf_counter() - began)
    return best


def main() -> bool:
    """Print the figures for a pad at rest, under two hands and under everything at once; whether they suffice."""
    print(f"decoding {N_FRAMES} frames of {FMT.channels} channels (target: at once >= {TARGET:.0f}x the loop)")
    worst = min(measure(pressed) for pressed in (0.0, 0.15, 1.0))
    print(f"  {'reached' if worst >= TARGET else 'MISSED'}: {worst:.1f}x at the least")
    return worst >= TARGET


if __name__ == "__main__":
    sys.exit(0 if main() else 1)

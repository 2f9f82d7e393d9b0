"""Streams that a board could have sent, with what they hold, for the tests of both decoders."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rig.frame import Frame
from rig.wire.codec import encode, encode_frame
from rig.wire.decoded import Damage, Decoded
from rig.wire.packets import Hello, Load, Reply, SelfTest, StatusReport

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.wire.packets import BoardPacket
    from rig.wire.samples import FrameFormat

HELLO = Hello(
    protocol=1, firmware=(1, 4, 0), board=1, adc_bits=10, prescaler=32, channels=144, muxes=9, extra=2,
    baud=500_000, tick_hz=16_000_000, slot_ticks=416, frame_ticks=60_736, reset_cause=2, flags=6, pad_id="back-144",
)  # fmt: skip

STATUS = StatusReport(
    resets=0, ticks=15_548_416, scans=256, sent=255, overruns=1, late=2, rx_damaged=0, rx_overflow=0,
    bandgap=225, ground=0, idle=560,
)  # fmt: skip

OTHERS: tuple[BoardPacket, ...] = (STATUS, Reply(7, 0x82, 0), SelfTest(9, 0, 1, 225, 0, 5003, 5310), Load(0, 123, -5))


def hello_of(fmt: FrameFormat) -> Hello:
    return replace(HELLO, channels=fmt.channels, adc_bits=fmt.adc_bits)


def some_frames(n: int, fmt: FrameFormat, seed: int, quiet: float = 0.6) -> list[Frame]:
    """`n` frames, `quiet` of whose samples are next to nothing, as on a pad that is pressed in places."""
    rng = np.random.default_rng(seed)
    counts = rng.integers(0, 1 << fmt.adc_bits, (n, fmt.channels))
    counts[rng.random(counts.shape) < quiet] = rng.integers(0, 3)
    first = int(rng.integers(0, 1 << 16))
    return [
        Frame((first + k) % 65_536, (1000 + 60_736 * (first + k)) % 2**32, int(rng.integers(0, 32)), tuple(row))
        for k, row in enumerate(counts.tolist())
    ]


@dataclass(frozen=True)
class Sent:
    """What a board sent: items and the bytes of each, whose concatenation is the stream."""

    items: list[Frame | BoardPacket]
    pieces: list[bytes]

    @property
    def data(self) -> bytes:
        return b"".join(self.pieces)


def session(n: int, fmt: FrameFormat, seed: int, others: bool = True) -> Sent:
    """A hello, then `n` frames with other packets strewn among them."""
    rng = random.Random(seed)
    items: list[Frame | BoardPacket] = [hello_of(fmt)]
    for frame in some_frames(n, fmt, seed):
        items.append(frame)
        if others and rng.random() < 0.1:
            items.append(rng.choice(OTHERS))
    return Sent(items, [encode_frame(i, fmt) if isinstance(i, Frame) else encode(i) for i in items])


def same(a: Decoded, b: Decoded) -> bool:
    """Whether two decodings are equal in every column, packet and damage."""
    return (
        a.packets == b.packets
        and a.damage == b.damage
        and [c.fmt for c in a.frames] == [c.fmt for c in b.frames]
        and all(
            np.array_equal(getattr(x, name), getattr(y, name)) and getattr(x, name).dtype == getattr(y, name).dtype
            for x, y in zip(a.frames, b.frames, strict=True)
            for name in ("seq", "ticks", "status", "counts", "end")
        )
    )


def damage_in(items: Sequence[object]) -> list[Damage]:
    return [item for item in items if isinstance(item, Damage)]


def cut(data: bytes, rng: random.Random, longest: int = 700) -> list[bytes]:
    """`data` in pieces of random lengths, empty ones among them."""
    pieces = []
    at = 0
    while at < len(data):
        size = rng.choice((0, 1, 2, rng.randrange(longest)))
        pieces.append(data[at : at + size])
        at += size
    return pieces

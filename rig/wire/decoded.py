"""What a decoder hands over: frames as columns, other packets, damage - and the counters that account for every byte.

The rule: each byte of a stream is in exactly one accepted packet, in one `Damage`, or is a zero between packets,
so that nothing is lost unseen. Offsets count from the stream's first byte; `end` is the offset behind a packet's zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from rig.frame import Frame

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from rig.wire.codec import Reason
    from rig.wire.packets import BoardPacket, ForeignHello
    from rig.wire.samples import FrameFormat


@dataclass(frozen=True, slots=True, eq=False)
class FrameColumns:
    """`n` frames of one format in order.

    Attributes:
        fmt: how many channels, and how wide they were sent.
        seq: (n,) uint16. ticks: (n,) uint32. status: (n,) uint8. All as in `rig.frame.Frame`.
        counts: (n, channels) uint16.
        end: (n,) int64, the offset in the stream behind each frame's zero.
    """

    fmt: FrameFormat
    seq: NDArray[np.uint16]
    ticks: NDArray[np.uint32]
    status: NDArray[np.uint8]
    counts: NDArray[np.uint16]
    end: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.seq)

    def __getitem__(self, rows: slice | NDArray[np.intp] | NDArray[np.bool_]) -> FrameColumns:
        return FrameColumns(
            self.fmt, self.seq[rows], self.ticks[rows], self.status[rows], self.counts[rows], self.end[rows]
        )

    def frames(self) -> Iterator[Frame]:
        """The rows, one at a time."""
        rows = zip(self.seq.tolist(), self.ticks.tolist(), self.status.tolist(), self.counts.tolist(), strict=True)
        for seq, ticks, status, counts in rows:
            yield Frame(seq, ticks, status, tuple(counts))

    @classmethod
    def join(cls, parts: Sequence[FrameColumns]) -> FrameColumns:
        """The parts as one; at least one is needed, and all are of the first one's format."""
        if len(parts) == 1:
            return parts[0]
        return cls(
            parts[0].fmt,
            np.concatenate([p.seq for p in parts]),
            np.concatenate([p.ticks for p in parts]),
            np.concatenate([p.status for p in parts]),
            np.concatenate([p.counts for p in parts]),
            np.concatenate([p.end for p in parts]),
        )


@dataclass(frozen=True, slots=True)
class Received:
    """A packet that is no frame, and the offset in the stream behind its zero."""

    end: int
    packet: BoardPacket | ForeignHello


@dataclass(frozen=True, slots=True)
class Damage:
    """Bytes that were dropped: where they began, how many (their zero not counted), why.

    `noise` says that nothing valid had been heard before: what a line carries while a board starts.
    """

    offset: int
    length: int
    reason: Reason
    noise: bool = False

    @property
    def end(self) -> int:
        """The offset behind the zero that ended them (or would have, at the end of a stream)."""
        return self.offset + self.length + 1


@dataclass(slots=True)
class Counters:
    """What a decoder has seen: `bytes` fed, what became of them, and what was dropped.

    `damaged` and `discarded_bytes` count from the first valid packet on; `noise` and `noise_bytes` before it.
    """

    bytes: int = 0
    frames: int = 0
    packets: int = 0
    damaged: int = 0
    discarded_bytes: int = 0
    noise: int = 0
    noise_bytes: int = 0

    @property
    def heard(self) -> bool:
        """Whether anything valid has come."""
        return self.frames > 0 or self.packets > 0

    def damage(self, offset: int, length: int, reason: Reason) -> Damage:
        """Count a dropped packet as damage or noise."""
        if self.heard:
            self.damaged += 1
            self.discarded_bytes += length
        else:
            self.noise += 1
            self.noise_bytes += length
        return Damage(offset, length, reason, not self.heard)


@dataclass(frozen=True, slots=True)
class Decoded:
    """What some bytes held.

    Attributes:
        frames: columns in order; neighbours differ in format, so mostly there is one, or none.
        packets: what else came, in order.
        damage: what was dropped, in order.
    """

    frames: tuple[FrameColumns, ...] = ()
    packets: tuple[Received, ...] = ()
    damage: tuple[Damage, ...] = ()

    @property
    def n_frames(self) -> int:
        """How many frames there are, of all formats."""
        return sum(len(columns) for columns in self.frames)

    @classmethod
    def join(cls, parts: Sequence[Decoded]) -> Decoded:
        """What consecutive bytes held, as one."""
        columns = (columns for part in parts for columns in part.frames)
        return cls(
            tuple(FrameColumns.join(list(same)) for _, same in groupby(columns, key=lambda columns: columns.fmt)),
            tuple(received for part in parts for received in part.packets),
            tuple(damage for part in parts for damage in part.damage),
        )

    def in_order(self) -> list[Frame | BoardPacket | ForeignHello | Damage]:
        """Everything as single items, in the order in which the stream held them."""
        items: list[tuple[int, Frame | BoardPacket | ForeignHello | Damage]] = []
        for columns in self.frames:
            items += zip(columns.end.tolist(), columns.frames(), strict=True)
        items += [(received.end, received.packet) for received in self.packets]
        items += [(damage.end, damage) for damage in self.damage]
        items.sort(key=lambda item: item[0])
        return [item for _, item in items]

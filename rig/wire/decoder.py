"""Bytes to frames, packets and damage, a piece at a time: the decoder for a live line.

Bytes go in as they come; whole packets come out, in order, with everything that was dropped. Nothing here does I/O
and nothing raises on noise. The rules: a packet ends at the next zero (`rig.wire.splitter`); it is taken only if
COBS, CRC, type and length agree, the length of a frame with what the last hello announced; and the cutting of the
bytes changes nothing. `rig.wire.batch` does the same for long streams, many frames at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rig.wire.codec import MAX_COMMAND_BODY, Reason, decode_body, decode_command, unseal
from rig.wire.decoded import Counters, Damage, Decoded, FrameColumns, Received
from rig.wire.packets import FRAME_TYPE, ForeignHello, Hello
from rig.wire.samples import unpack_samples
from rig.wire.splitter import Splitter

if TYPE_CHECKING:
    from rig.frame import Frame
    from rig.wire.packets import BoardPacket, Command
    from rig.wire.samples import FrameFormat


class _Gathering:
    """What one call of `feed` has found so far; bodies of frames wait here, to be unpacked all at once."""

    def __init__(self, fmt: FrameFormat | None) -> None:
        self.fmt = fmt
        self.bodies: list[bytes] = []
        self.ends: list[int] = []
        self.columns: list[FrameColumns] = []
        self.packets: list[Received] = []
        self.damage: list[Damage] = []

    def turn_to(self, fmt: FrameFormat | None) -> None:
        """Frames from here on have another format."""
        self._unpack()
        self.fmt = fmt

    def decoded(self) -> Decoded:
        self._unpack()
        return Decoded(tuple(self.columns), tuple(self.packets), tuple(self.damage))

    def _unpack(self) -> None:
        if self.bodies and self.fmt is not None:
            columns = _columns_of(self.bodies, self.ends, self.fmt)
            if self.columns and self.columns[-1].fmt == self.fmt:
                self.columns[-1] = FrameColumns.join([self.columns[-1], columns])
            else:
                self.columns.append(columns)
            self.bodies, self.ends = [], []


def _columns_of(bodies: list[bytes], ends: list[int], fmt: FrameFormat) -> FrameColumns:
    """Checked bodies of frames, all of the format's length, as columns."""
    rows = np.frombuffer(b"".join(bodies), fmt.body)
    return FrameColumns(
        fmt,
        rows["seq"].astype(np.uint16),
        rows["ticks"].astype(np.uint32),
        rows["status"].copy(),
        unpack_samples(rows["samples"], fmt),
        np.array(ends, np.int64),
    )


class FrameDecoder:
    """Decodes what a board sends.

    Parameters:
        fmt: the frames' format where it is known without a hello; each hello in the stream replaces it.

    Attributes:
        fmt: the format now; None until a hello has come, and after one that this host cannot follow.
        counters: what was seen, taken and dropped.
    """

    def __init__(self, fmt: FrameFormat | None = None) -> None:
        self.fmt = fmt
        self.counters = Counters()
        self._splitter = Splitter()

    @property
    def offset(self) -> int:
        """Where in the stream the next byte will be."""
        return self.counters.bytes

    @property
    def pending(self) -> int:
        """Bytes of the packet that is still under way."""
        return self._splitter.pending

    def pass_over(self, to: int, frames: int = 0) -> None:
        """Go on at the offset `to`: packets up to there, `frames` of them frames, were decoded in a quicker way."""
        self._splitter.pass_over(to)
        self.counters.bytes = to
        self.counters.frames += frames

    def feed(self, data: bytes) -> list[Frame | BoardPacket | ForeignHello | Damage]:
        """What `data` completes, one item each, in the order of the stream."""
        return self.feed_columns(data).in_order()

    def feed_columns(self, data: bytes) -> Decoded:
        """What `data` completes, frames as columns: the cheap way for whoever wants arrays anyway."""
        self.counters.bytes += len(data)
        found = _Gathering(self.fmt)
        for start, length, packet in self._splitter.split(data):
            self._take(start, length, packet, found)
        return found.decoded()

    def finish(self) -> list[Damage]:
        """The stream is over: the packet under way, if any, as damage. Bytes after this count as new packets."""
        rest = self._splitter.finish()
        return [] if rest is None else [self.counters.damage(*rest, Reason.UNFINISHED)]

    def _take(self, start: int, length: int, packet: bytes | None, found: _Gathering) -> None:
        body = Reason.OVERLONG if packet is None else unseal(packet)
        outcome: BoardPacket | ForeignHello | Reason
        if isinstance(body, Reason):
            outcome = body
        elif body[0] == FRAME_TYPE:
            if self.fmt is None:
                outcome = Reason.FORMAT
            elif len(body) != self.fmt.body_bytes:
                outcome = Reason.LENGTH
            else:
                self.counters.frames += 1
                found.bodies.append(body)
                found.ends.append(start + length + 1)
                return
        else:
            outcome = decode_body(body)
        if isinstance(outcome, Reason):
            found.damage.append(self.counters.damage(start, length, outcome))
            return
        self.counters.packets += 1
        found.packets.append(Received(start + length + 1, outcome))
        if isinstance(outcome, Hello | ForeignHello):
            fmt = outcome.frame_format if isinstance(outcome, Hello) else None
            if fmt != self.fmt:
                self.fmt = fmt
                found.turn_to(fmt)


class CommandDecoder:
    """Decodes what a host sends: the board's end of the line, for virtual boards and tests."""

    def __init__(self) -> None:
        self.counters = Counters()
        self._splitter = Splitter(MAX_COMMAND_BODY)

    def feed(self, data: bytes) -> list[Command | Damage]:
        """What `data` completes, in order; never raises on noise."""
        self.counters.bytes += len(data)
        items: list[Command | Damage] = []
        for start, length, packet in self._splitter.split(data):
            body = Reason.OVERLONG if packet is None else unseal(packet)
            outcome = body if isinstance(body, Reason) else decode_command(body)
            if isinstance(outcome, Reason):
                items.append(self.counters.damage(start, length, outcome))
            else:
                self.counters.packets += 1
                items.append(outcome)
        return items

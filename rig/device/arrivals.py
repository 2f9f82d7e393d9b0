"""From the bytes of one connection to blocks in session time and the packets between them, all of it counted.

The rule that keeps it right: packets and frames are handled in the order of the stream, because a hello or the answer
to a start between two frames changes what the second one means.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import numpy as np

from rig.frame import Block, Status
from rig.wire.decoder import FrameDecoder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rig.device.records import DeviceCounters
    from rig.device.timeline import Timeline
    from rig.wire.decoded import Decoded, FrameColumns
    from rig.wire.packets import BoardPacket, ForeignHello


class Arrivals:
    """The decoder of one connection, counting into the device's counters."""

    def __init__(self, timeline: Timeline, counters: DeviceCounters) -> None:
        self._timeline = timeline
        self._counters = counters
        self._decoder = FrameDecoder()
        self._damaged = self._noise_bytes = 0

    def decode(self, data: bytes) -> Decoded:
        """What the bytes complete; damage is counted."""
        decoded = self._decoder.feed_columns(data)
        seen = self._decoder.counters
        self._counters.damaged += seen.damaged - self._damaged
        self._counters.noise_bytes += seen.noise_bytes - self._noise_bytes
        self._damaged, self._noise_bytes = seen.damaged, seen.noise_bytes
        return decoded

    def block(self, columns: FrameColumns, received_s: float) -> Block | None:
        """Frames in session time, without those whose counters contradict each other; None if that leaves none."""
        t_us, lost, rows = [], [], []
        for row, (seq, ticks) in enumerate(zip(columns.seq.tolist(), columns.ticks.tolist(), strict=True)):
            placed = self._timeline.place(seq, ticks, received_s)
            if placed is not None:
                t_us.append(placed.t_us)
                lost.append(placed.lost)
                rows.append(row)
        counters = self._counters
        counters.damaged += len(columns) - len(rows)
        if not rows:
            return None
        if len(rows) < len(columns):
            columns = columns[np.array(rows)]
        counters.frames += len(rows)
        counters.lost += sum(lost)
        for status in columns.status.tolist():
            # Most frames have nothing to say, and a plain number is quicker asked than an array or a flag.
            if status:
                counters.overruns += bool(status & Status.OVERRUN)
                counters.late += bool(status & Status.LATE)
        received = np.full(len(rows), received_s)
        return Block(np.array(t_us, np.int64), columns.counts, columns.status, np.array(lost, np.int64), received)


def in_stream_order(decoded: Decoded) -> Iterator[FrameColumns | BoardPacket | ForeignHello]:
    """Frames and other packets as they came, the frames cut where a packet lies between them."""
    packets = deque(decoded.packets)
    for columns in decoded.frames:
        begin = 0
        while packets and packets[0].end < columns.end[-1]:
            row = int(np.searchsorted(columns.end, packets[0].end))
            if row > begin:
                yield columns[begin:row]
                begin = row
            yield packets.popleft().packet
        yield columns[begin:]
    for received in packets:
        yield received.packet

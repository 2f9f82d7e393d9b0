"""Two connected ends in memory: what one writes the other reads, for boards and hosts that share a process.

Like a real line, it has a rate at each end: bytes sent at one and heard at another arrive as a receiver would mishear
them. The rule: an end may be used by one reading and one writing thread at a time, and losing either end is seen by
both, after what was already on its way has been read.
"""

from __future__ import annotations

from threading import Condition
from typing import TYPE_CHECKING

from rig.errors import LinkError
from rig.transport.base import READ_BYTES, Closing
from rig.transport.faults import misheard
from rig.wire.packets import BOOT_BAUD

if TYPE_CHECKING:
    from collections.abc import Callable

    Fault = Callable[[bytes], bytes]


class MemoryTransport(Closing):
    """One end of a pair; made by `pair`.

    Attributes:
        baud: this end's rate.
        fault: what the line does to the bytes that this end sends; may be changed at any time.
        timeout_s: how long a read waits for the first byte; 0 for not at all.
    """

    def __init__(self, name: str, change: Condition, timeout_s: float) -> None:
        self._name = name
        self._change = change
        self._arrived = bytearray()
        self._closed = False
        self._peer = self
        self.timeout_s = timeout_s
        self.baud = BOOT_BAUD
        self.fault: Fault | None = None

    @property
    def name(self) -> str:
        """What it was called when the pair was made."""
        return self._name

    def read(self, max_bytes: int = READ_BYTES) -> bytes:
        """What has come, waiting up to `timeout_s` for the first byte; LinkError once either end is closed."""
        with self._change:
            self._change.wait_for(lambda: self._arrived or self._closed or self._peer._closed, self.timeout_s)
            if self._closed:
                raise LinkError(f"{self._name} is closed")
            if not self._arrived and self._peer._closed:
                raise LinkError(f"{self._name} has lost its other end, {self._peer.name}")
            data = bytes(self._arrived[:max_bytes])
            del self._arrived[:max_bytes]
            return data

    def write(self, data: bytes) -> None:
        """Send all of `data`; LinkError once either end is closed."""
        with self._change:
            if self._closed:
                raise LinkError(f"{self._name} is closed")
            if self._peer._closed:
                raise LinkError(f"{self._name} has lost its other end, {self._peer.name}")
            if self.baud != self._peer.baud:
                data = misheard(data, self.baud, self._peer.baud)
            if self.fault is not None:
                data = self.fault(data)
            self._peer._arrived += data
            self._change.notify_all()

    def set_baud(self, baud: int) -> None:
        """Change this end's rate; the other end then mishears until it follows."""
        self.baud = baud

    def close(self) -> None:
        """Let go: both ends see it."""
        with self._change:
            self._closed = True
            self._change.notify_all()


def pair(timeout_s: float = 0.05, fault: Fault | None = None) -> tuple[MemoryTransport, MemoryTransport]:
    """The host's end and the board's, connected; `fault` is what happens to the bytes on their way to the host."""
    change = Condition()
    ends = MemoryTransport("host", change, timeout_s), MemoryTransport("board", change, timeout_s)
    ends[0]._peer, ends[1]._peer = ends[1], ends[0]
    ends[1].fault = fault
    return ends

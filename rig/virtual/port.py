"""A virtual board on a port inside this program: a Transport without any operating system between.

A read waits on the passed-in clock until the board has something to say, so that the same port serves a live
demo (`SystemClock`) and a test that runs a session in milliseconds (`ManualClock`). As on an Arduino, opening
the port resets the board, and after an unplug every call fails until the port is opened anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.errors import LinkError
from rig.transport.base import READ_BYTES, Closing
from rig.wire.packets import BOOT_BAUD

if TYPE_CHECKING:
    from rig.clock import Clock
    from rig.virtual.board import VirtualBoard

FULL_BUFFER = 65_536
"""Bytes that wait at most for a host that does not read; as in an operating system, what comes then is lost."""


class VirtualPort:
    """A place to plug a board in, which errors call "virtual".

    Args:
        board: what is plugged in. clock: the host's.
        timeout_s: how long a read waits for the first byte. resets: whether opening resets the board.
    """

    def __init__(
        self,
        board: VirtualBoard,
        clock: Clock,
        *,
        timeout_s: float = 0.05,
        resets: bool = True,
    ) -> None:
        self.name = "virtual"
        self.board: VirtualBoard | None = board
        self.clock = clock
        self.timeout_s = timeout_s
        self._resets = resets

    def open(self) -> VirtualTransport:
        """The host's end; LinkError while nothing is plugged in."""
        if self.board is None:
            raise LinkError(f"{self.name}: no such port: the board is not plugged in")
        now_s = self.clock.now_s()
        self.board.step(now_s)
        if self._resets:
            self.board.reset(now_s)
        return VirtualTransport(self, self.board)

    def unplug(self) -> None:
        """Pull the cable; the board loses its power."""
        self.board = None

    def plug(self, board: VirtualBoard) -> None:
        """Plug a board in, perhaps another one; it gets power now."""
        board.reset(self.clock.now_s())
        self.board = board


class VirtualTransport(Closing):
    """The host's end of a `VirtualPort`, as `rig.transport` describes one."""

    def __init__(self, port: VirtualPort, board: VirtualBoard) -> None:
        self._port = port
        self._board: VirtualBoard | None = board
        self._buffer = bytearray()
        self.set_baud(BOOT_BAUD)

    @property
    def name(self) -> str:
        """The port's name."""
        return self._port.name

    def read(self, max_bytes: int = READ_BYTES) -> bytes:
        """Up to `max_bytes`, waiting up to the port's timeout for the first; LinkError after an unplug."""
        board, clock = self._plugged(), self._port.clock
        until_s = clock.now_s() + self._port.timeout_s
        self._take(board)
        while not self._buffer and clock.now_s() < until_s:
            # A tenth of a millisecond, since a wait for what is due already would never end.
            clock.wait_s(min(max(board.next_s() - clock.now_s(), 1e-4), until_s - clock.now_s()))
            self._take(board)
        data = bytes(self._buffer[:max_bytes])
        del self._buffer[:max_bytes]
        return data

    def write(self, data: bytes) -> None:
        """Send to the board."""
        self._plugged().feed(data)

    def set_baud(self, baud: int) -> None:
        """Listen and talk at another rate."""
        self._plugged().host_baud = baud

    def close(self) -> None:
        """Leave the port; the board goes on."""
        self._board = None

    def _plugged(self) -> VirtualBoard:
        if self._board is None:
            raise LinkError(f"{self.name}: the port is closed")
        if self._port.board is not self._board:
            raise LinkError(f"{self.name}: the board was unplugged")
        return self._board

    def _take(self, board: VirtualBoard) -> None:
        self._buffer += board.step(self._port.clock.now_s())
        del self._buffer[FULL_BUFFER:]

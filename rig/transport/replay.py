"""A captured stream of bytes as if a board were sending it, at full speed or in the time that a line would take.

The rule: byte k arrives at an absolute moment after the first read, never after summed waits, so that a slow reader
falls behind by nothing that it does not owe itself. When the stream is over the line is lost, as when a board goes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.errors import InputError, LinkError
from rig.transport.base import READ_BYTES, Closing

if TYPE_CHECKING:
    from rig.clock import Clock

LUMPS_A_SECOND = 1000
"""Paced bytes come in lumps, as through a bridge on full-speed USB, whose frame is 1 ms."""

BITS_A_BYTE = 10
"""Start bit, eight bits of data, stop bit."""


class ReplayTransport(Closing):
    """Plays `data`.

    Parameters:
        data: the bytes. name: what messages call it.
        clock, baud: pace as a line of this baud, by this clock; without them everything is there at once.
        timeout_s: how long a paced read waits for the first byte.
        received: what was written to it, for tests; a recording cannot hear.
    """

    def __init__(
        self,
        data: bytes,
        name: str = "replay",
        *,
        clock: Clock | None = None,
        baud: int | None = None,
        timeout_s: float = 0.05,
    ) -> None:
        if (clock is None) != (baud is None):
            raise InputError("clock and baud pace a replay together; one of them is missing")
        if baud is not None and baud <= 0:
            raise InputError(f"baud is {baud}, but a line has a positive rate")
        self._data = data
        self._name = name
        self._clock = clock
        self._baud = baud
        self._timeout_s = timeout_s
        self._started_s: float | None = None
        self._at = 0
        self._closed = False
        self.received = b""

    @property
    def name(self) -> str:
        """What it was called."""
        return self._name

    def read(self, max_bytes: int = READ_BYTES) -> bytes:
        """The bytes that have come by now; b"" after the timeout; LinkError at the stream's end or once closed."""
        if self._closed:
            raise LinkError(f"{self._name} is closed")
        if self._at >= len(self._data):
            raise LinkError(f"{self._name} is over")
        if self._due() <= self._at:
            self._wait()
        end = max(self._at, min(self._due(), self._at + max_bytes))
        data = self._data[self._at : end]
        self._at = end
        return data

    def write(self, data: bytes) -> None:
        """Keep what the host says; LinkError once closed."""
        if self._closed:
            raise LinkError(f"{self._name} is closed")
        self.received += data

    def set_baud(self, baud: int) -> None:
        """Change nothing: what was captured was captured."""

    def close(self) -> None:
        """No more reads."""
        self._closed = True

    def _due(self) -> int:
        """How many bytes have come by now."""
        if self._clock is None or self._baud is None:
            return len(self._data)
        if self._started_s is None:
            self._started_s = self._clock.now_s()
        # A waited-for moment may come out a rounding error early; it counts all the same.
        lumps = int((self._clock.now_s() - self._started_s) * LUMPS_A_SECOND + 1e-6)
        return min(lumps * self._baud // (BITS_A_BYTE * LUMPS_A_SECOND), len(self._data))

    def _wait(self) -> None:
        """Wait for the lump that brings the next byte, or for the timeout."""
        if self._clock is None or self._baud is None or self._started_s is None:
            return
        lump = -(-(self._at + 1) * BITS_A_BYTE * LUMPS_A_SECOND // self._baud)
        due_s = self._started_s + lump / LUMPS_A_SECOND
        self._clock.wait_s(min(due_s - self._clock.now_s(), self._timeout_s))

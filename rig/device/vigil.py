"""Watches a stream for silence: how long nothing sound has come, what that looks like, and what is due about it.

No I/O: the owner says what it heard and does what is due. The rule that keeps it right: only time spent listening is
silence, since a host that was busy elsewhere has not heard anything either.
"""

from __future__ import annotations

from typing import Literal

STALL_S = 0.5
"""A streaming board that is silent for so long has hung, or been reset without our hearing the hello: it is asked."""

LOST_S = 3.0
"""... and after so long the port is opened anew; a watchdog with a bootloader takes 1.1 s (FIRMWARE.md)."""

Due = Literal["wait", "ask", "reopen"]


class Vigil:
    """The silence since the last sound packet.

    Attributes:
        asks: how often the board has been asked in it.
    """

    def __init__(self) -> None:
        self.heard()

    def heard(self) -> None:
        """Something sound has come."""
        self._silent_s = 0.0
        self._damaged = 0
        self.asks = 0

    def nothing(self, seconds: float, damaged: int) -> Due | None:
        """Listened for so long, and heard only so many damaged packets: what is due; None while all may be well."""
        self._silent_s += seconds
        self._damaged += damaged
        if self._silent_s < STALL_S:
            return None
        if self._silent_s >= LOST_S:
            return "reopen"
        if self._silent_s < STALL_S * (self.asks + 1):
            return "wait"
        self.asks += 1
        return "ask"

    @property
    def looks_like(self) -> str:
        """What the silence is, in words."""
        if not self._damaged:
            return "the board is silent"
        return f"only damaged packets come ({self._damaged}): a bad line, or frames unlike the board's hello"

"""Each transport with its other end, so that one suite can put the same questions to all of them."""

from __future__ import annotations

import os
import select
import tty
from typing import TYPE_CHECKING, Protocol

from rig.clock import ManualClock
from rig.transport.faults import FaultyTransport
from rig.transport.memory import pair
from rig.transport.replay import ReplayTransport
from rig.transport.serial_port import SerialTransport

if TYPE_CHECKING:
    from collections.abc import Callable

    from rig.transport.base import Transport

SHORT_S = 0.02
"""A read's timeout in the tests: a timeout is waited for once or twice a test, never slept away."""


class Setup(Protocol):
    """A transport under test and what its other end can do."""

    transport: Transport

    def send(self, data: bytes) -> None: ...

    def heard(self, n: int) -> bytes: ...

    def hang_up(self) -> None: ...


class MemorySetup:
    def __init__(self) -> None:
        self.transport: Transport
        self.transport, self._far = pair(timeout_s=SHORT_S)

    def send(self, data: bytes) -> None:
        self._far.write(data)

    def heard(self, n: int) -> bytes:
        return self._far.read(n)

    def hang_up(self) -> None:
        self._far.close()


class FaultlessSetup(MemorySetup):
    """The transport with faults, of which there are none."""

    def __init__(self) -> None:
        super().__init__()
        self.transport = FaultyTransport(self.transport)


class SerialSetup:
    """A real pseudo-terminal under pyserial."""

    def __init__(self) -> None:
        self._master, slave = os.openpty()
        tty.setraw(slave)
        self.port = os.ttyname(slave)
        # Kept open until the port is: a pseudo-terminal whose last user leaves loses what was written to it.
        self.transport: Transport = SerialTransport(self.port, timeout_s=SHORT_S)
        os.close(slave)

    def send(self, data: bytes) -> None:
        os.write(self._master, data)

    def heard(self, n: int) -> bytes:
        ready, _, _ = select.select([self._master], [], [], SHORT_S)
        return os.read(self._master, n) if ready else b""

    def hang_up(self) -> None:
        if self._master >= 0:
            os.close(self._master)
            self._master = -1


class ReplaySetup:
    """A stream that grows as the test sends, paced so that it can run dry before it is over."""

    def __init__(self, paced: bool) -> None:
        self.clock = ManualClock()
        self._paced = paced
        self.transport: Transport = ReplayTransport(b"")
        self._sent = b""

    def send(self, data: bytes) -> None:
        self._sent += data
        pace = {"clock": self.clock, "baud": 500_000} if self._paced else {}
        self.transport = ReplayTransport(self._sent, **pace)  # type: ignore[arg-type]  # both or neither

    def heard(self, n: int) -> bytes:
        raise NotImplementedError("a recording cannot hear")

    def hang_up(self) -> None:
        """A stream is over when it is over."""


SETUPS: dict[str, Callable[[], Setup]] = {
    "memory": MemorySetup,
    "faultless": FaultlessSetup,
    "serial": SerialSetup,
    "replay": lambda: ReplaySetup(paced=False),
    "paced replay": lambda: ReplaySetup(paced=True),
}

LIVE = ("memory", "faultless", "serial")
"""Those with someone at the other end, who may be silent, hear, and go."""

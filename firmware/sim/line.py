"""The real firmware behind a `rig.transport.Transport`, in simulated time: whole sessions faster than real time.

`SimLine` is the port and `SimClock` the computer's clock of that world: reading and waiting are what moves it, and
`press` says what the sensors read as it moves. The rule: nothing waits in real time, so that a session through the
real firmware is the same in every run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from firmware.sim.boards import CYCLES_PER_S
from rig.errors import LinkError
from rig.transport.base import READ_BYTES, Closing

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike

    from firmware.sim.simboard import SimBoard

STEP_S = 0.001
"""How often a reader looks and the sensors change; a scan takes 2 to 4 ms."""

_DATE_S = 1_700_000_000.0


class SimClock:
    """A `rig.clock.Clock` whose seconds are the board's."""

    def __init__(self, line: SimLine) -> None:
        self._line = line

    def now_s(self) -> float:
        """Seconds since the board was switched on."""
        return self._line.now_s

    def wait_s(self, seconds: float) -> None:
        """Let the board run for so long."""
        self._line.run_s(seconds)

    def date_s(self) -> float:
        """A date that only the board moves."""
        return _DATE_S + self.now_s()


class SimLine(Closing):
    """The port of `sim`; opening it resets the board as DTR does.

    Parameters:
        sim: the board.
        press: called each STEP_S with the time in seconds; returns each channel's counts. None: `sim.set_counts` rules.
        timeout_s: how long a read waits, in simulated time.
    """

    def __init__(
        self, sim: SimBoard, press: Callable[[float], ArrayLike] | None = None, *, timeout_s: float = 0.05
    ) -> None:
        self.name = f"simulated {sim.board.mcu}"
        self.timeout_s = timeout_s
        self._sim = sim
        self._press = press
        self._came = b""
        self._lost = ""
        sim.receive()
        sim.reset()

    @property
    def now_s(self) -> float:
        """The board's time in seconds."""
        return self._sim.cycle / CYCLES_PER_S

    def run_s(self, seconds: float) -> None:
        """Let the board run, pressed all the while; what it says waits to be read."""
        end = self._sim.cycle + round(seconds * CYCLES_PER_S)
        while self._sim.cycle < end:
            self._step(min(end, self._sim.cycle + round(STEP_S * CYCLES_PER_S)))

    def read(self, max_bytes: int = READ_BYTES) -> bytes:
        """What has come, after at most `timeout_s` of simulated time. LinkError once unplugged or closed."""
        self._check()
        end = self._sim.cycle + round(self.timeout_s * CYCLES_PER_S)
        while not self._came and self._sim.cycle < end:
            self._step(self._sim.cycle + round(STEP_S * CYCLES_PER_S))
        data, self._came = self._came[:max_bytes], self._came[max_bytes:]
        return data

    def write(self, data: bytes) -> None:
        """Queue bytes towards the board. LinkError once unplugged or closed."""
        self._check()
        self._sim.send(data)

    def set_baud(self, baud: int) -> None:
        """The rate of this end; at another one than the board's both hear garbage."""
        self._check()
        self._sim.set_peer_baud(baud)

    def close(self) -> None:
        """Let go of the line; the board runs on."""
        self._lost = self._lost or "closed"

    def unplug(self) -> None:
        """Pull the cable: whoever reads gets a LinkError."""
        self._lost = "unplugged"

    def _check(self) -> None:
        if self._lost:
            raise LinkError(f"{self.name}: the port was {self._lost}")

    def _step(self, until: int) -> None:
        if self._press is not None:
            self._sim.set_counts(self._press(self.now_s))
        self._sim.run_until(until)
        self._came += self._sim.receive()

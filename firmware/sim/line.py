"""The real firmware behind a `rig.transport.base.Transport`, in simulated time: whole sessions faster than real time.

`SimWorld` is the board, the hands on it and the clock on the wall: it is a `rig.clock.Clock`, and reading or waiting is
what moves it. `SimWorld.open` plugs the cable in, as often as one likes. The rule: nothing waits in real time, so that
a session through the real firmware is the same in every run.
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


class SimWorld:
    """A board, what presses it, and their time.

    Parameters:
        sim: the board.
        press: called each STEP_S with the time in seconds; returns each channel's counts. None: `sim.set_counts` rules.
    """

    def __init__(self, sim: SimBoard, press: Callable[[float], ArrayLike] | None = None) -> None:
        self.sim = sim
        self._press = press
        self._line: SimLine | None = None

    def now_s(self) -> float:
        """Seconds since the board was made."""
        return self.sim.cycle / CYCLES_PER_S

    def wait_s(self, seconds: float) -> None:
        """Let the board run for so long, pressed all the while; what it says waits to be read."""
        end = self.sim.cycle + round(seconds * CYCLES_PER_S)
        while self.sim.cycle < end:
            self.step(end)

    def date_s(self) -> float:
        """A date that only the board moves."""
        return _DATE_S + self.now_s()

    def step(self, end: int) -> None:
        """Run for STEP_S, but not beyond the cycle `end`."""
        if self._press is not None:
            self.sim.set_counts(self._press(self.now_s()))
        self.sim.run_until(min(end, self.sim.cycle + round(STEP_S * CYCLES_PER_S)))
        said = self.sim.receive()
        if self._line is not None:
            self._line.came += said

    def open(self, timeout_s: float = 0.05) -> SimLine:
        """Open the port, which resets the board as DTR does. A line that was open before is lost."""
        if self._line is not None:
            self._line.lose("opened elsewhere")
        self.sim.receive()
        self.sim.reset()
        self._line = SimLine(self, timeout_s)
        return self._line

    def unplug(self) -> None:
        """Pull the cable, which switches the board off."""
        if self._line is not None:
            self._line.lose("unplugged")
            self._line = None
        self.sim.power_cycle()


class SimLine(Closing):
    """An open port of a `SimWorld`; a read waits `timeout_s` of simulated time at most."""

    def __init__(self, world: SimWorld, timeout_s: float) -> None:
        self.name = f"simulated {world.sim.board.mcu}"
        self.timeout_s = timeout_s
        self.came = b""
        self._world = world
        self._lost = ""

    def read(self, max_bytes: int = READ_BYTES) -> bytes:
        """What has come, or nothing after the timeout. LinkError once unplugged or closed."""
        self._check()
        end = self._world.sim.cycle + round(self.timeout_s * CYCLES_PER_S)
        while not self.came and self._world.sim.cycle < end:
            self._world.step(end)
        data, self.came = self.came[:max_bytes], self.came[max_bytes:]
        return data

    def write(self, data: bytes) -> None:
        """Queue bytes towards the board. LinkError once unplugged or closed."""
        self._check()
        self._world.sim.send(data)

    def set_baud(self, baud: int) -> None:
        """The rate of this end; at another one than the board's both hear garbage."""
        self._check()
        self._world.sim.set_peer_baud(baud)

    def close(self) -> None:
        """Let go of the port; the board runs on."""
        self.lose("closed")

    def lose(self, why: str) -> None:
        """From now on whoever reads or writes gets a LinkError that says why."""
        self._lost = self._lost or why

    def _check(self) -> None:
        if self._lost:
            raise LinkError(f"{self.name}: the port was {self._lost}")

"""A coached session through the real firmware: hands, sensors, the simulated board, its line, device and coach.

The hands still follow the coach, so what the firmware scans now depends on what the host has heard so far. The rule:
time is the board's, so that a session takes as long as the board's simulation needs and is the same in every run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from firmware.sim.boards import MEGA2560
from firmware.sim.line import SimWorld
from firmware.sim.simboard import SimBoard
from rig.device.device import Device
from tests.session.coached import Session
from tests.session.hands import PAD

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.clock import Clock
    from rig.session.practice import Source
    from tests.session.coached import Counts


class FirmwareSession(Session):
    """A coached session whose source is a `Device` on the simulated board; close it."""

    def _plugged(self, counts: Counts, rate_hz: float, frames: int) -> tuple[Clock, Source]:
        self._sim = SimBoard(MEGA2560)
        world = SimWorld(self._sim, _Pressed(counts, rate_hz))
        self._device = Device(world.open, PAD, world)
        self._device.connect()
        self._device.start()
        return world, self._device

    def close(self) -> None:
        """Unplug."""
        self._device.close()
        self._sim.close()


class _Pressed:
    """What the sensors read at a time; asked for anew only as often as the hands move."""

    def __init__(self, counts: Counts, rate_hz: float) -> None:
        self._counts = counts
        self._rate_hz = rate_hz
        self._row = -1
        self._now: NDArray[np.uint16] = np.zeros(PAD.n_channels, np.uint16)

    def __call__(self, t_s: float) -> NDArray[np.uint16]:
        row = int(t_s * self._rate_hz)
        if row > self._row:
            self._row = row
            self._now = self._counts(np.array([round(row / self._rate_hz * 1e6)]))[0]
        return self._now

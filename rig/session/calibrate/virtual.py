"""A virtual maker: puts the weights on a virtual pad that a calibration asks for, and presses it all over.

For looking at a calibration without a bench, and for testing one. The maker sees what the window shows - the task - and
the sensors and the load cell feel what the hands do. The rule: everything follows from the seed, the board's time and
the tasks; mistakes are made on request only.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Literal

import numpy as np

from rig.virtual.sensors import SensorArray

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.calibration.run_tasks import Task
    from rig.pad import PadLayout
    from rig.session.calibrate.evening import Evening

Mistake = Literal["", "wrong-weight", "wrong-sensor", "wobble", "away"]

CELL_ZERO_RAW, CELL_RAW_PER_N = 84_213, 4_300
"""A 50 kg cell on an HX711 at gain 128, about."""

LIFT_S, LAND_S = 0.8, 0.12
PRESS_S = 1.2
ALONE_S = 3.4
_REMEMBERED = 64
"""Scans of which the load cell, read a little later, still knows the total."""

_PEAK_N = (5.0, 18.0)
"""What the tile in the middle of a press feels: within the weights, as a massage is."""

_WIDE_MM = (12.0, 28.0)
"""From a fingertip to the ball of a hand: the narrower, the more each press tells of its sensor."""


class VirtualMaker:
    """Hands that follow a calibration.

    Args:
        pad: the layout. seed: draws the sensors and the hands.

    Attributes:
        mistake: what the maker does wrong from now on. sensors: what the pad is made of.
    """

    def __init__(self, pad: PadLayout, seed: int = 1) -> None:
        self.mistake: Mistake = ""
        self.sensors = SensorArray.drawn(pad, seed)
        self._pad = pad
        self._reading = self.sensors.reading(seed)
        self._rng = np.random.default_rng(seed)
        self._evening: Evening | None = None
        self._doing: object = None
        self._since_us = 0
        self._felt: deque[tuple[int, float]] = deque(maxlen=_REMEMBERED)
        self._press: tuple[int, NDArray[np.float64]] = (-1, np.zeros(pad.n_channels))

    def follow(self, evening: Evening) -> None:
        """Do what this evening asks from now on."""
        self._evening = evening

    def counts(self, t_us: NDArray[np.int64]) -> NDArray[np.uint16]:
        """(n, n_channels) counts at (n,) ascending microseconds."""
        loads = np.stack([self._loads(int(t)) for t in t_us])
        self._felt.extend(zip(t_us.tolist(), loads.sum(axis=1).tolist(), strict=True))
        return self._reading.counts(t_us / 1e6, loads)

    def cell(self, t_us: NDArray[np.int64]) -> NDArray[np.int64]:
        """(n,) raw readings of the load cell under the pad."""
        noise = self._rng.normal(0, 40, len(t_us))
        felt_us, felt_n = np.array(self._felt or [(0, 0.0)]).T
        felt = np.interp(t_us, felt_us, felt_n)
        return np.asarray(np.rint(CELL_ZERO_RAW + CELL_RAW_PER_N * felt + noise), np.int64)

    def _loads(self, t_us: int) -> NDArray[np.float64]:
        loads = np.zeros(self._pad.n_channels)
        evening = self._evening
        if evening is None or self.mistake == "away":
            return loads
        doing = (evening.stage, evening.guided.left, id(evening.guided))
        if doing != self._doing:
            self._doing, self._since_us = doing, t_us
        since_s = (t_us - self._since_us) / 1e6
        if evening.stage == "press":
            if since_s > ALONE_S:
                loads += self._hands(since_s - ALONE_S, evening)
        elif evening.task is not None and evening.task.channel is not None:
            self._weigh(loads, evening.task, since_s)
        return loads

    def _weigh(self, loads: NDArray[np.float64], task: Task, since_s: float) -> None:
        channel = task.channel
        assert channel is not None
        if task.phase == "condition":
            loads[channel] = task.load_n * np.clip(np.sin(2 * np.pi * since_s / PRESS_S), 0, 1)
            return
        load = task.load_n * (2.5 if self.mistake == "wrong-weight" else 1.0)
        if self.mistake == "wobble":
            load *= 1 + 0.15 * np.sin(2 * np.pi * 3 * since_s)
        if self.mistake == "wrong-sensor":
            channel = (channel + 1) % self._pad.n_channels
        loads[channel] = load * np.clip((since_s - LIFT_S) / LAND_S, 0, 1)

    def _hands(self, since_s: float, evening: Evening) -> NDArray[np.float64]:
        """One press after another where it is asked for, rising and falling."""
        number = int(since_s / PRESS_S)
        if number != self._press[0]:
            self._press = (number, self._spread_over(evening))
        height = np.sin(np.pi * (since_s / PRESS_S - number)) ** 2
        return np.asarray(self._press[1] * height)

    def _spread_over(self, evening: Evening) -> NDArray[np.float64]:
        pad, pressing = self._pad, evening.pressing
        least = pressing.pressed.least if pressing is not None and pressing.pressed is not None else None
        at = least if least is not None else int(self._rng.integers(pad.n_channels))
        x, y = pad.x_mm[at] + self._rng.normal(0, 6), pad.y_mm[at] + self._rng.normal(0, 6)
        share = np.exp(-((pad.x_mm - x) ** 2 + (pad.y_mm - y) ** 2) / (2 * self._rng.uniform(*_WIDE_MM) ** 2))
        return np.asarray(share / share.max() * self._rng.uniform(*_PEAK_N))

"""A calibrated conversion for a virtual pad, without the work of calibrating it.

The sensors' own curves are inverted, and each sensor is then misjudged by a few percent, as a fit misjudges it; their
memory, warmth and noise stay. The rule: a pad and a seed give one conversion.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rig.calibration.conversion import FORCE_STEPS_PER_N
from rig.virtual.severity import draws

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.frame import Block
    from rig.virtual.virtual_pad import VirtualPad

ERROR = 0.05
"""Relative error of a sensor, settled: the target of CALIBRATION."""


class KnownConversion:
    """Counts to newtons of one virtual pad."""

    calibrated = True
    spread_mm: float | None = None
    about = f"the pad's own curves, each sensor off by {ERROR:.0%}"

    def __init__(self, pad: VirtualPad, seed: int) -> None:
        layout, sensors = pad.layout, pad.sensors
        force = np.concatenate([[0.0], np.geomspace(0.01, 150, 700)])
        every = np.repeat(force[:, None], layout.n_channels, axis=1)
        counts = sensors.ratio(sensors.conductance(every)) * (layout.full_scale + 1)
        error = np.exp(draws(seed, "known pad").normal(0, ERROR, layout.n_channels))
        middle = np.arange(layout.full_scale + 1) + 0.5
        columns = [np.interp(middle, counts[:, k], force) * error[k] for k in range(layout.n_channels)]
        self._steps = np.rint(np.stack(columns, axis=1) * FORCE_STEPS_PER_N).astype(np.int32)
        self._channels = np.arange(layout.n_channels)
        self._limit = layout.full_scale - 3

    def push(self, block: Block) -> NDArray[np.int32]:
        """(n, n_channels) forces in steps of 1/1024 N."""
        return np.asarray(self._steps[np.minimum(block.counts, len(self._steps) - 1), self._channels[None, :]])

    def at_least(self, counts: NDArray[np.uint16]) -> NDArray[np.bool_]:
        """True where a reading is at the end of the range."""
        return np.asarray(counts >= self._limit)

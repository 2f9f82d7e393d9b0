"""Sensors that lie, found while the pad is in use; a channel found so is left out from then on.

Judged once per epoch from each sensor's least and largest hop, by what no hand can do:
- `shorted`: every scan at full scale, where the circuit would need hundreds of newtons for that;
- `open`: silent through an epoch while all neighbours bore force throughout: a hand does not spare one tile;
- `stuck`: the very same reading for seconds while neighbours came and went;
- `noisy`: newtons up and down from hop to hop at random, and the neighbours feel nothing of it. Random steps show in
  their differences: the mean step of white noise grows by sqrt(3) = 1.73 from first to second differences, that of a
  hand that vibrates at f by 2 sin(pi f 20 ms), 1.27 at 11 Hz, the fastest vibration there is in massage.
A single hop at the rail is masked at once (`Hops.railed`), so that a short raises no alarm before it is named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rig.analysis.baseline import EPOCH_US
from rig.analysis.findings import Fault, FaultKind
from rig.calibration.conversion import FORCE_STEP_N, FORCE_STEPS_PER_N

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.analysis.geometry import PadGeometry
    from rig.pad import PadLayout

SURELY_LOADED = 2 * FORCE_STEPS_PER_N
"""2 N on a tile through a whole epoch: loaded beyond doubt, whatever the sensor's gain."""

SILENT_PART = 0.01
"""A sensor below this part of its neighbours is silent; foam alone spreads several times more."""

OPEN_EPOCHS = 2
STUCK_EPOCHS = 8
STUCK_MOVES = 3
"""Stuck: 5 s without a single step, while neighbours moved by `SURELY_LOADED` in this many epochs."""

LONE_PART = 3
"""A noisy sensor steps by this many times what its neighbours do from hop to hop."""

ROUGHNESS = 1.5
NOISY_EPOCHS = 3
"""Noisy: second differences over first ones by `ROUGHNESS`, for 2 s."""

LEAST_STUCK = 3 * FORCE_STEPS_PER_N // 10


class Faults:
    """Watches all sensors; `left_out` is (n,) bool, True from the moment a channel is found faulty.

    `any_left_out` says the same of the whole pad: asked hop by hop, it is False in nearly all sessions.
    """

    def __init__(self, pad: PadLayout, geometry: PadGeometry) -> None:
        self._pad = pad
        self._near = geometry.touching
        self._edge = geometry.by_edge.astype(np.float64)
        self._edges = self._edge.sum(axis=1)
        n = geometry.n
        self.left_out = np.zeros(n, bool)
        self.any_left_out = False
        self._silent = np.zeros(n, np.int64)
        self._same = np.full(n, -1, np.int64)
        self._same_for = np.zeros(n, np.int64)
        self._moves = np.zeros(n, np.int64)
        self._noisy_for = np.zeros(n, np.int64)

    def learn(
        self,
        end_us: int,
        low: NDArray[np.int32],
        high: NDArray[np.int32],
        level: NDArray[np.int32],
        railed: NDArray[np.bool_],
        hops: NDArray[np.int32],
    ) -> list[Fault]:
        """Take in one epoch and name the sensors that it convicts.

        Args:
            end_us: the epoch's end.
            low, high, level: (n,) least and largest hop, and baseline, in force steps.
            railed: (n,) every scan of the epoch read full scale.
            hops: (k, n) the epoch's hops.
        """
        found = [self._fault(end_us, int(c), "shorted", 1.0) for c in np.flatnonzero(railed & ~self.left_out)]
        found += self._open(end_us, low - level, high - level)
        found += self._stuck(end_us, low, high)
        found += self._noisy(end_us, high - low, hops)
        return found

    def _open(self, end_us: int, low: NDArray[np.int32], high: NDArray[np.int32]) -> list[Fault]:
        loaded = (low >= SURELY_LOADED) & ~self.left_out
        if np.count_nonzero(loaded) < 3:
            self._silent[:] = 0
            return []
        around = self._edge @ np.where(loaded, low, 0).astype(np.float64) / np.maximum(self._edges, 1)
        enclosed = (self._edge @ loaded.astype(np.float64) >= self._edges) & (self._edges >= 3)
        silent = enclosed & (high < SILENT_PART * around) & ~self.left_out
        self._silent = np.where(silent, self._silent + 1, 0)
        return [
            self._fault(
                end_us, int(c), "open", float(high[c]) * FORCE_STEP_N, float(SILENT_PART * around[c]) * FORCE_STEP_N
            )
            for c in np.flatnonzero(self._silent >= OPEN_EPOCHS)
        ]

    def _stuck(self, end_us: int, low: NDArray[np.int32], high: NDArray[np.int32]) -> list[Fault]:
        same = (low == high) & (low == self._same)
        moved = high - low >= SURELY_LOADED
        self._same = np.where(low == high, low, -1)
        self._same_for = np.where(same, self._same_for + 1, 0)
        self._moves = np.where(same, self._moves, 0)
        if moved.any():
            self._moves += self._near[moved].sum(axis=0)
        stuck = (self._same_for >= STUCK_EPOCHS) & (self._moves >= STUCK_MOVES) & (low >= LEAST_STUCK) & ~self.left_out
        return [
            self._fault(end_us, int(c), "stuck", float(self._same_for[c]) * EPOCH_US / 1e6)
            for c in np.flatnonzero(stuck)
        ]

    def _noisy(self, end_us: int, moved: NDArray[np.int32], hops: NDArray[np.int32]) -> list[Fault]:
        lively = np.flatnonzero((moved >= SURELY_LOADED) & ~self.left_out)
        noisy_for, self._noisy_for = self._noisy_for, np.zeros_like(self._noisy_for)
        if len(lively) == 0 or len(hops) < 3:
            return []
        steps = np.diff(hops[:, lively], axis=0)
        step = np.abs(steps).mean(axis=0)
        roughness = np.abs(np.diff(steps, axis=0)).mean(axis=0) / np.maximum(step, 1.0)
        found = []
        for k in np.flatnonzero(roughness >= ROUGHNESS).tolist():
            channel = int(lively[k])
            around = np.abs(np.diff(hops[:, self._near[channel]], axis=0)).mean(axis=0).max(initial=0.0)
            if step[k] < LONE_PART * around:
                continue
            self._noisy_for[channel] = noisy_for[channel] + 1
            if self._noisy_for[channel] >= NOISY_EPOCHS:
                found.append(self._fault(end_us, channel, "noisy", float(roughness[k])))
        return found

    def _fault(self, t_us: int, channel: int, what: FaultKind, value: float, limit: float | None = None) -> Fault:
        self.left_out[channel] = self.any_left_out = True
        sensor = self._pad.sensors[channel]
        limits = {
            "shorted": (1.0, "of full scale"),
            "open": (limit or 0.0, "N"),
            "noisy": (ROUGHNESS, "second over first differences"),
            "stuck": (STUCK_EPOCHS * EPOCH_US / 1e6, "s"),
        }
        bound, unit = limits[what]
        return Fault(t_us / 1e6, channel, sensor.x_mm, sensor.y_mm, what, value, bound, unit)

"""Sensors that lie, found while the pad is in use; a channel found so is left out from then on.

Judged once per epoch from each sensor's hops, by what no hand can do:
- `shorted`: every scan at full scale, where the circuit would need hundreds of newtons for that;
- `open`: silent while all neighbours bore force, again and again, and never anything else: a hand does not spare one
  tile each time that it passes, and foam alone spreads several times more to it;
- `stuck`: the very same reading for seconds while neighbours came and went, or after a jump while none of them felt
  anything: no hand presses one tile alone, and none without a tremor;
- `noisy`: newtons up and down from hop to hop at random, or a flicker while nobody touches the pad, and the neighbours
  feel nothing of it. Random steps show in their differences: the mean step of white noise grows by sqrt(3) = 1.73 from
  first to second differences, that of a hand that vibrates at f by 2 sin(pi f 20 ms), 1.27 at 11 Hz, the fastest
  vibration there is in massage.
A single hop at the rail is masked at once (`Hops.railed`), so that a short raises no alarm before it is named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rig.analysis.baseline import EPOCH_US, QUIET
from rig.analysis.findings import Fault, FaultKind
from rig.calibration.conversion import FORCE_STEP_N, FORCE_STEPS_PER_N

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.analysis.geometry import PadGeometry
    from rig.pad import PadLayout

SURELY_LOADED = 2 * FORCE_STEPS_PER_N
"""2 N on a tile, or on the mean of several that bear half of it each: loaded beyond doubt, whatever their gains."""

SILENT_PART = 0.01
"""A sensor below this part of its neighbours is silent; foam alone spreads several times more."""

OPEN_HOPS, OPEN_EPOCHS = 25, 2
"""Open: silent in so many hops, half a second, and in so many epochs, with all neighbours loaded."""

STUCK_EPOCHS = 8
STUCK_MOVES = 6
"""Stuck: 5 s without a single step, while neighbours moved by half of `SURELY_LOADED` in this many epochs; by all of
it counts twice."""

STUCK_APART = 12
"""... or lived apart in so many epochs, 8 s: one moved by half a newton, or none felt a thing of what had jumped. Of a
hand, foam brings them something, and of theirs to it."""

STUCK_ALONE = 3
"""... or bore `SURELY_LOADED` without a step, and they nothing, in so many epochs, 2 s: a hand trembles."""

LEAST_AROUND = 3
"""Neighbours by edge that a sensor must have to be told open; one in a corner of the pad has two."""

LONE_PART = 3
"""A noisy sensor steps by this many times what its neighbours do from hop to hop."""

COUNT_PART = 0.02
"""Steps within this part of the force are the ADC's: pressed hard, a count of it is worth that much."""

ROUGHNESS = 1.5
NOISY_EPOCHS = 3
"""Noisy: second differences over first ones by `ROUGHNESS`, for 2 s."""

LEAST_STUCK = 3 * FORCE_STEPS_PER_N // 10


def _mean(values: NDArray[np.int32]) -> NDArray[np.float64]:
    """(n,) of (k, n); numpy's own takes three times as long over so few."""
    return np.asarray(np.add.reduce(values, axis=0, dtype=np.int64) / len(values))


class Faults:
    """Watches all sensors; `left_out` is (n,) bool, True from the moment a channel is found faulty.

    `any_left_out` says the same of the whole pad, for whoever asks hop by hop.
    """

    def __init__(self, pad: PadLayout, geometry: PadGeometry) -> None:
        self._pad = pad
        self._near = geometry.touching
        self._edge = geometry.by_edge.astype(np.float64)
        self._edges = self._edge.sum(axis=1)
        n = geometry.n
        self.left_out = np.zeros(n, bool)
        self.any_left_out = False
        self._silent_hops, self._silent_epochs = np.zeros(n, np.int64), np.zeros(n, np.int64)
        self._same = np.full(n, -1, np.int64)
        self._same_for = np.zeros(n, np.int64)
        self._moves = np.zeros(n, np.int64)
        self._jumped = np.zeros(n, bool)
        self._apart = np.zeros(n, np.int64)
        self._alone = np.zeros(n, np.int64)
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
        found += self._open(end_us, high - level, hops, level)
        found += self._stuck(end_us, low, high, high - level)
        found += self._noisy(end_us, high - low, hops)
        return found

    def _open(
        self, end_us: int, high: NDArray[np.int32], hops: NDArray[np.int32], level: NDArray[np.int32]
    ) -> list[Fault]:
        """Those silent often enough, by the most of each above the baseline, (n,), and the epoch's hops, (k, n)."""
        alive = high >= QUIET
        self._silent_hops[alive] = self._silent_epochs[alive] = 0
        loaded = high >= SURELY_LOADED // 2
        if np.count_nonzero(loaded) < LEAST_AROUND:
            return []
        beset = self._edge @ loaded.astype(np.float64) >= np.maximum(self._edges, LEAST_AROUND)
        found = []
        for channel in np.flatnonzero(~alive & ~self.left_out & beset):
            edge = self._edge[channel] > 0
            beside, own = hops[:, edge] - level[edge], hops[:, channel] - level[channel]
            around_n = beside.mean(axis=1)
            enclosed = (beside >= SURELY_LOADED // 2).all(axis=1) & (around_n >= SURELY_LOADED)
            part = SILENT_PART * around_n
            silent = np.flatnonzero(enclosed & (own < part))
            if not len(silent):
                continue
            self._silent_hops[channel] += len(silent)
            self._silent_epochs[channel] += 1
            if self._silent_hops[channel] >= OPEN_HOPS and self._silent_epochs[channel] >= OPEN_EPOCHS:
                reads, limit = float(own[silent[-1]]), float(part[silent[-1]])
                found.append(self._fault(end_us, int(channel), "open", reads * FORCE_STEP_N, limit * FORCE_STEP_N))
        return found

    def _stuck(
        self, end_us: int, low: NDArray[np.int32], high: NDArray[np.int32], above: NDArray[np.int32]
    ) -> list[Fault]:
        """Those that stand still, by the least and the most of each, and that above the baseline, (n,)."""
        moved = high - low
        self._jumped = np.where(moved > 0, moved >= SURELY_LOADED // 4, self._jumped)
        still = (moved == 0) & (low >= LEAST_STUCK)
        if not still.any():
            # Nearly always: a sensor that feels something moves, and what reads nothing is not stuck.
            self._same.fill(-1)
            return []
        same = still & (low == self._same)
        moves = np.minimum(moved // (SURELY_LOADED // 2), 2)
        self._apart = np.where(same, self._apart, 0)
        self._alone = np.where(same, self._alone, 0)
        for channel in np.flatnonzero(same & (above >= SURELY_LOADED // 4)):
            beside = self._near[channel]
            nothing_around = above[beside].max(initial=0) < QUIET
            moved_around = moved[beside].max(initial=0) >= SURELY_LOADED // 4
            self._apart[channel] += moved_around or (nothing_around and self._jumped[channel])
            self._alone[channel] += nothing_around and above[channel] >= SURELY_LOADED
        self._same = np.where(still, low, -1)
        self._same_for = np.where(same, self._same_for + 1, 0)
        self._moves = np.where(same, self._moves, 0)
        movers = np.flatnonzero(moves)
        if len(movers):
            self._moves += moves[movers] @ self._near[movers]
        proven = (self._moves >= STUCK_MOVES) | (self._apart >= STUCK_APART)
        long = (self._same_for >= STUCK_EPOCHS) & proven
        stuck = (long | (self._alone >= STUCK_ALONE)) & ~self.left_out
        epoch_s = EPOCH_US / 1e6
        return [
            self._fault(
                end_us,
                int(c),
                "stuck",
                float(self._same_for[c]) * epoch_s,
                (STUCK_EPOCHS if long[c] else STUCK_ALONE) * epoch_s,
            )
            for c in np.flatnonzero(stuck)
        ]

    def _noisy(self, end_us: int, moved: NDArray[np.int32], hops: NDArray[np.int32]) -> list[Fault]:
        # Where nobody presses, a flicker is enough; else halos of moving hands would have to be looked at, too.
        least = SURELY_LOADED if moved.max() >= SURELY_LOADED else QUIET
        lively = np.flatnonzero((moved >= least) & ~self.left_out)
        noisy_for, self._noisy_for = self._noisy_for, np.zeros_like(self._noisy_for)
        if len(lively) == 0 or len(hops) < 3:
            return []
        readings = hops[:, lively]
        steps = readings[1:] - readings[:-1]
        step = _mean(np.abs(steps))
        roughness = _mean(np.abs(steps[1:] - steps[:-1])) / np.maximum(step, 1.0)
        found = []
        for k in np.flatnonzero(roughness >= ROUGHNESS).tolist():
            channel = int(lively[k])
            around = np.abs(np.diff(hops[:, self._near[channel]], axis=0)).mean(axis=0).max(initial=0.0)
            if step[k] < max(LONE_PART * around, COUNT_PART * float(hops[:, channel].mean())):
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
            "stuck": (limit or 0.0, "s"),
        }
        bound, unit = limits[what]
        return Fault(t_us / 1e6, channel, sensor.x_mm, sensor.y_mm, what, value, bound, unit)

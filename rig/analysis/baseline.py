"""What each sensor reads with nobody touching the pad: preload under the tile, and its drift.

Causal, and learnt once per epoch of device time, so that no block size matters:
- it falls at once: a reading below it was never a hand;
- it rises slowly after a reading that stays within `QUIET` of it, as drift does;
- it never rises under a hand. Only a force that stayed constant within 2 % for `FROZEN_EPOCHS` is taken for a
  preload after all: a resting hand breathes and trembles by more (physiological tremor and breath move a resting
  hand's force by several per cent), and if one did not, only the rest of this one contact would be missed.

At the start a sensor may be preloaded or pressed. A hand covers a small part of the pad, so the median sensor
is unloaded: who reads much more than that is taken for pressed, and counts from the median.
The rule: forces are whole steps of 1/1024 N; a baseline changes only between epochs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rig.calibration.conversion import FORCE_STEPS_PER_N

if TYPE_CHECKING:
    from numpy.typing import NDArray

EPOCH_US = 640_000
"""How often baselines and faults are looked at: 32 hops."""

QUIET = FORCE_STEPS_PER_N // 10
"""0.1 N: half of what makes an FSR 402 respond at all (its published break force is about 0.2 N)."""

PRESSED = FORCE_STEPS_PER_N // 4
"""0.25 N: with less a tile bears no hand at the start, whatever the others read."""

DRIFT_SHIFT = 3
"""An epoch takes up one eighth of the difference: a time constant of 5 s."""

FROZEN_EPOCHS = 141
"""90 s: half as long again as the longest hold that the routines ask for."""


class Baseline:
    """The unloaded reading of each sensor; `level` is (n,) int32 in force steps."""

    def __init__(self, first: NDArray[np.int32]) -> None:
        middle = np.int32(np.median(first))
        self.level = np.where(first <= np.maximum(2 * middle + QUIET, PRESSED), first, middle).astype(np.int32)
        self._low, self._high = first.copy(), first.copy()
        self._frozen = np.zeros(len(first), np.int64)

    def learn(self, low: NDArray[np.int32], high: NDArray[np.int32]) -> None:
        """Take in one epoch: the least and the largest hop of each sensor, (n,) int32."""
        np.minimum(self._low, low, out=self._low)
        np.maximum(self._high, high, out=self._high)
        moved = self._high - self._low > np.maximum(self._high // 50, QUIET // 4)
        self._low[moved], self._high[moved] = low[moved], high[moved]
        self._frozen += 1
        self._frozen[moved] = 0
        rise = np.maximum(low - self.level, 0)
        quiet = high - self.level < QUIET
        preload = self._frozen >= FROZEN_EPOCHS
        self.level = np.minimum(self.level, low) + np.where(preload, rise, np.where(quiet, rise >> DRIFT_SHIFT, 0))

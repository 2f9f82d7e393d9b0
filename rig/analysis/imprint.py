"""What a session leaves behind of all its hops, for its pictures: force over time in bins, and what each tile bore.

Gathered hop by hop while the session is analysed, in memory that does not grow: the bins are a second long, and
when there are too many of them, each two become one. Gathering 45 minutes of 144 channels took 0.03 s of a core, about
a hundredth of their analysis. The rule: sums are of whole force steps, so an imprint is the same to the bit however the
hops arrive; nothing here feeds the judging.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rig.analysis.findings import HOP_US
from rig.calibration.conversion import FORCE_STEP_N, FORCE_STEPS_PER_N

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.analysis.findings import ContactTable, HopTable

MOST_BINS = 600
"""Ten minutes by the second, and never fewer than 300 bins after that: about one a point on a printed page."""

FIRST_BIN_US = 1_000_000


class Imprint:
    """What one session's pictures are drawn from.

    Args:
        n_channels: of the pad.
        most_bins: an even number; more would be merged.
    """

    def __init__(self, n_channels: int, most_bins: int = MOST_BINS) -> None:
        self._bin_us = FIRST_BIN_US
        self._used = 0
        self._touches = np.zeros(most_bins, np.int64)
        self._sum = np.zeros(most_bins, np.int64)
        self._hardest_n = np.zeros(most_bins)
        self._spine_n = np.zeros(most_bins)
        self._tile_sum = np.zeros(n_channels, np.int64)
        self._tile_peak = np.zeros(n_channels, np.int64)
        self._touched_hops = 0

    def take(self, hops: HopTable, contacts: ContactTable, tile_force: NDArray[np.int32]) -> None:
        """The next hops: their tables, and (h, n_channels) the force on each tile in steps of `FORCE_STEP_N`."""
        if not len(hops.t_us):
            return
        self._make_room(int(hops.t_us[-1]))
        at = hops.t_us // self._bin_us
        self._used = max(self._used, int(at[-1]) + 1)
        np.maximum.at(self._spine_n, at, hops.spine_n)
        if not len(contacts.t_us):
            return
        at = contacts.t_us // self._bin_us
        np.add.at(self._touches, at, 1)
        np.add.at(self._sum, at, np.rint(contacts.force_n * FORCE_STEPS_PER_N).astype(np.int64))
        np.maximum.at(self._hardest_n, at, contacts.force_n)
        touched = np.zeros(len(hops.t_us), bool)
        touched[np.searchsorted(hops.t_us, contacts.t_us)] = True
        borne = tile_force if touched.all() else tile_force[touched]
        self._touched_hops += len(borne)
        self._tile_sum += borne.sum(axis=0, dtype=np.int64)
        np.maximum(self._tile_peak, borne.max(axis=0), out=self._tile_peak)

    @property
    def bin_s(self) -> float:
        """How long a bin is now."""
        return self._bin_us / 1e6

    @property
    def mean_n(self) -> NDArray[np.float64]:
        """(b,) mean force of a contact in each bin; NaN where nothing touched the pad."""
        touches = self._touches[: self._used]
        mean = np.full(self._used, np.nan)
        np.divide(self._sum[: self._used] * FORCE_STEP_N, touches, out=mean, where=touches > 0)
        return mean

    @property
    def hardest_n(self) -> NDArray[np.float64]:
        """(b,) force of the hardest contact in each bin."""
        return self._hardest_n[: self._used].copy()

    @property
    def spine_n(self) -> NDArray[np.float64]:
        """(b,) the most direct force on the spine line in each bin."""
        return self._spine_n[: self._used].copy()

    @property
    def touched_s(self) -> float:
        """Seconds with any contact."""
        return self._touched_hops * HOP_US / 1e6

    @property
    def tile_mean_n(self) -> NDArray[np.float64]:
        """(n_channels,) mean force on each tile over the time with any contact."""
        return np.asarray(self._tile_sum * FORCE_STEP_N / max(self._touched_hops, 1))

    @property
    def tile_peak_n(self) -> NDArray[np.float64]:
        """(n_channels,) the most that each tile bore in a hop with any contact."""
        return np.asarray(self._tile_peak * FORCE_STEP_N)

    def _make_room(self, t_us: int) -> None:
        """Merge bins two by two until an instant has one."""
        while t_us // self._bin_us >= len(self._sum):
            for sums in (self._touches, self._sum):
                _fold(sums, sums[::2] + sums[1::2])
            for peaks in (self._hardest_n, self._spine_n):
                _fold(peaks, np.maximum(peaks[::2], peaks[1::2]))
            self._bin_us *= 2
            self._used = (self._used + 1) // 2


def _fold(bins: NDArray[Any], halves: NDArray[Any]) -> None:
    bins[: len(halves)] = halves
    bins[len(halves) :] = 0

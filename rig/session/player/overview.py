"""A whole session at a glance: force and spine load over time, in so many bins that any screen is served.

A bin holds the highest values within it, so that a thumb on the spine for 50 ms shows in an hour. Bins are whole hops
of device time; their number is bounded, so a long session takes no more memory than a short one. The rule: a bin that
was not reached yet, or in which the pad was not seen, is empty and never zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rig.analysis.findings import HOP_US

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.analysis.findings import HopTable

MOST_BINS = 16_384
"""Of 45 minutes a bin is a sixth of a second; both columns together take 131 kB."""


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """`n` columns of a picture, from left to right.

    Attributes:
        force_n: (n,) float32, the highest force on the whole pad; NaN where nothing was seen (yet).
        spine_n: (n,) float32, the highest direct force on the spine line; NaN likewise.
    """

    force_n: NDArray[np.float32]
    spine_n: NDArray[np.float32]


class Overview:
    """Collects the hops of one session.

    Args:
        first_us, last_us: device time of its first and last frame.
    """

    def __init__(self, first_us: int, last_us: int) -> None:
        hops = (last_us - first_us) // HOP_US + 2
        self.bin_us = HOP_US * -(-hops // MOST_BINS)
        self._first_us = first_us // HOP_US * HOP_US
        bins = (last_us - self._first_us) // self.bin_us + 1
        self._force_n = np.full(bins, np.nan, np.float32)
        self._spine_n = np.full(bins, np.nan, np.float32)

    def take(self, hops: HopTable) -> None:
        """Take in the next hops."""
        rows = (hops.t_us - self._first_us) // self.bin_us
        known = (rows >= 0) & (rows < len(self._force_n))
        for bins, values in ((self._force_n, hops.total_n), (self._spine_n, hops.spine_n)):
            # fmax passes over the NaN of a bin that nothing has reached.
            np.fmax.at(bins, rows[known], values[known].astype(np.float32))

    @property
    def force_peak_n(self) -> float:
        """The highest force so far; 0 before the first hop."""
        return float(np.fmax.reduce(self._force_n, initial=0.0))

    def columns(self, t0_us: float, t1_us: float, n: int) -> Columns:
        """What happened from `t0_us` to `t1_us`, in `n` columns of equal length; what lies outside is empty."""
        edges = (np.linspace(t0_us, t1_us, n + 1) - self._first_us) / self.bin_us
        first = np.floor(edges[:-1]).astype(np.int64)
        # At least the bin that the column lies in, so that no column between two bins is empty.
        stop = np.maximum(np.ceil(edges[1:]).astype(np.int64), first + 1)
        return Columns(_highest(self._force_n, first, stop), _highest(self._spine_n, first, stop))


def _highest(bins: NDArray[np.float32], first: NDArray[np.int64], stop: NDArray[np.int64]) -> NDArray[np.float32]:
    """(n,) the highest of bins[first:stop] for each pair; NaN of nothing."""
    count = len(bins)
    # One empty bin behind the last takes in all that lies outside.
    padded = np.append(bins, np.float32(np.nan))
    pairs = np.stack([np.clip(first, 0, count), np.clip(stop, 0, count)], axis=1).ravel()
    highest: NDArray[np.float32] = np.fmax.reduceat(padded, pairs)[::2]
    outside = (stop <= 0) | (first >= count)
    return np.where(outside, np.float32(np.nan), highest)

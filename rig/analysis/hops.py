"""Scans averaged over hops: the analysis' even step of device time, whatever the board's rate.

A hop is `t_us // HOP_US`. It closes when a scan of a later hop arrives and then holds the mean of its own scans,
rounded down to whole force steps, so that it depends on neither the rate at which blocks arrive nor their size.
Until then scans just wait: a block that closes no hop costs next to nothing, and `expected` says beforehand what
the hop will come to if no more of it follows. A hole in time ends what went before it: `gaps` names the hop after
which the pad was not seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rig.analysis.findings import HOP_US, Gap
from rig.frame import Block

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.calibration.conversion import Conversion

GAP_US = 100_000
"""Lost scans that leave a hole this long are a gap; a shorter one hides no movement of a hand."""

SILENCE_US = 500_000
"""A hole this long is a gap even where no scan is known to be lost: nothing was seen."""


_START = np.zeros(1, np.int64)

FEW_SCANS = 64
"""Scans in a hop up to which they are added scan by scan; more than any board sends."""


@dataclass(frozen=True, slots=True, eq=False)
class Hops:
    """`h` closed hops in order.

    Attributes:
        t_us: (h,) int64, start of each.
        force: (h, n) int32, mean reading in steps of 1/1024 N, nothing subtracted.
        at_least: (h,) bool, some scan of some sensor was at or beyond its range.
        railed: (h, n) bool, every scan of the hop read full scale; None where no sensor did.
        gaps: the row of the first hop after each gap, with the gap.
    """

    t_us: NDArray[np.int64]
    force: NDArray[np.int32]
    at_least: NDArray[np.bool_]
    railed: NDArray[np.bool_] | None
    gaps: list[tuple[int, Gap]]


class HopMaker:
    """Collects scans and gives out closed hops."""

    def __init__(self, conversion: Conversion, full_scale: int) -> None:
        self._conversion = conversion
        self._rail = full_scale - 1
        self._waiting: list[Block] = []
        self._readings: NDArray[np.int32] | None = None
        """The first of the waiting scans, converted; None for none."""
        self._open_hop = -1
        self._last_us: int | None = None
        self._came_us, self._step_us = 0, HOP_US

    @property
    def until_us(self) -> int:
        """Everything before this time has been given out."""
        return max(self._open_hop, 0) * HOP_US

    def push(self, block: Block) -> Hops | None:
        """The hops that this block closes, or None if there are none yet."""
        if len(block) == 0:
            return None
        came_us = int(block.t_us[-1])
        self._step_us, self._came_us = (came_us - self._came_us) // len(block), came_us
        last_hop = came_us // HOP_US
        if self._open_hop < 0:
            self._open_hop = int(block.t_us[0]) // HOP_US
        if last_hop <= self._open_hop:
            self._waiting.append(block)
            return None
        waiting, self._open_hop = self._waiting, last_hop
        if waiting and int(block.t_us[0]) // HOP_US == last_hop:
            # Live, scan by scan, it is always so, and the closed hop is waited for.
            self._waiting = [block]
            return self._closed(Block.join(waiting))
        first_open = int(np.searchsorted(block.t_us, last_hop * HOP_US))
        self._waiting = [block[first_open:]]
        return self._closed(Block.join([*waiting, block[:first_open]]))

    def expected(self) -> NDArray[np.int32] | None:
        """(1, n) the hop that waits, as it will be if it is complete; None where more of its scans should come."""
        if not self._waiting or self._came_us + self._step_us < (self._open_hop + 1) * HOP_US:
            return None
        scans = Block.join(self._waiting)
        self._waiting = [scans]
        self._readings = self._converted(scans)
        return _means(self._readings, _START, np.array([len(scans)]))

    def finish(self) -> Hops | None:
        """The last, still open hop as it stands."""
        if not self._waiting:
            return None
        rest, self._waiting = Block.join(self._waiting), []
        self._open_hop += 1
        return self._closed(rest)

    def _closed(self, scans: Block) -> Hops:
        hop = scans.t_us // HOP_US
        if hop[0] == hop[-1]:
            # Live there is nearly always one, and it is waited for.
            first, number = _START, np.array([len(hop)])
        else:
            first = np.concatenate([_START, np.flatnonzero(hop[1:] > hop[:-1]) + 1])
            number = np.append(first[1:], len(hop)) - first
        force = _means(self._converted(scans), first, number)
        self._readings = None
        beyond = self._conversion.at_least(scans.counts)
        at_least = np.zeros(len(first), bool)
        railed = None
        if beyond.any():
            at_least = np.logical_or.reduceat(beyond.any(axis=1), first)
            railed = np.logical_and.reduceat(scans.counts >= self._rail, first, axis=0)
        return Hops(hop[first] * HOP_US, force, at_least, railed, self._gaps(scans, first))

    def _converted(self, scans: Block) -> NDArray[np.int32]:
        """(k, n) readings of the waiting scans and what follows; each scan is converted once, in its turn."""
        if self._readings is None:
            return self._conversion.push(scans)
        done = len(self._readings)
        if done == len(scans):
            return self._readings
        return np.concatenate([self._readings, self._conversion.push(scans[done:])])

    def _gaps(self, scans: Block, first: NDArray[np.int64]) -> list[tuple[int, Gap]]:
        before = scans.t_us[0] if self._last_us is None else self._last_us
        self._last_us = int(scans.t_us[-1])
        t_us = np.concatenate([[before], scans.t_us])
        hole = t_us[1:] - t_us[:-1]
        if hole.max() < GAP_US:
            return []
        found = []
        for row in np.flatnonzero(((hole >= GAP_US) & (scans.lost > 0)) | (hole >= SILENCE_US)):
            t1_us = int(scans.t_us[row])
            gap = Gap((t1_us - int(hole[row])) / 1e6, t1_us / 1e6, int(scans.lost[row]))
            found.append((int(np.searchsorted(first, row, side="right")) - 1, gap))
        return found


def _means(readings: NDArray[np.int32], first: NDArray[np.int64], number: NDArray[np.int64]) -> NDArray[np.int32]:
    """(h, n) mean of each hop's rows, rounded down; `number` rows from `first` on."""
    total: NDArray[np.signedinteger]
    if len(number) == 1:
        total = readings.sum(axis=0, dtype=np.int64, keepdims=True)
    elif number.max() > FEW_SCANS:
        total = np.add.reduceat(readings, first, axis=0)
    else:
        # The k-th scans of all hops at once: four times as fast as reduceat.
        total = readings[first]
        for k in range(1, int(number.max())):
            longer = number > k
            if longer.all():
                total += readings[first + k]
            else:
                total[longer] += readings[first[longer] + k]
    # Exact: the quotient of whole numbers below 2**31 is never rounded up to the next whole one in float64.
    return (total / number[:, None]).astype(np.int32)

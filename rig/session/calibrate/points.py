"""Weights as points of a sensor's curve: one for each time that a weight stood on it.

The rule: a point is the middle of the later half of its readings, when the weight had settled.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from rig.calibration.circuit import conductance_s

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rig.calibration.run_tasks import Phase, Reading
    from rig.pad import PadLayout


@dataclass(frozen=True)
class Point:
    """A weight that was read: newtons on a channel (0: untouched) and the counts that it settled at."""

    channel: int
    phase: Phase
    cycle: int
    load_n: float
    counts: float

    def siemens(self, pad: PadLayout) -> float:
        """The sensor's conductance; that of the highest sound reading where this one is at full scale."""
        return float(conductance_s(min(self.counts, pad.full_scale - 1), pad.full_scale, pad.divider_ohm))


def points_of(readings: Iterable[Reading]) -> list[Point]:
    """The weights in readings that are in the order in which they were kept."""

    def weight(reading: Reading) -> tuple[int, Phase, int, float]:
        return reading.channel, reading.phase, reading.cycle, reading.load_n

    # The untouched pad is read on many channels in turn, scan by scan.
    ordered = sorted(readings, key=lambda r: (r.phase == "unloaded") * (r.channel + 1))
    return [Point(*key, _settled([r.counts for r in group])) for key, group in groupby(ordered, weight)]


def untouched(points: Sequence[Point], channel: int, pad: PadLayout) -> float:
    """A channel's conductance untouched, as read last; 0 where it never was."""
    resting = [p for p in points if p.channel == channel and p.load_n == 0]
    return resting[-1].siemens(pad) if resting else 0.0


def _settled(counts: Sequence[int]) -> float:
    return float(np.median(counts[len(counts) // 2 :]))

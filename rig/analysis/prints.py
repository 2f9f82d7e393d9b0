"""What a hand's contact measures: how wide and how long it lies, what that says of the hand, and whether it is one.

A print is measured over one movement, by the median of its extents while the hand bears at least half of the most that
it comes to. What it says is bounded by the tiles: nothing is seen smaller than a tile, a contact at the pad's edge may
go on beyond it, and between the classes there is room for doubt. Beside a heavy hand, foam and tiles of unlike gain
leave faint contacts that no hand made. The rule: a print depends on the samples of its own span, and these are kept
until what they belong to has been told, however they arrive.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.analysis.findings import ContactSize
    from rig.pad import PadLayout

FAINT, BESIDE_MM, STAYS_MM = 0.2, 150.0, 60.0
"""A contact with less than the first of the force of one within the second is that one's edge, unless it goes its own
way by more than the third: up to 0.16 of the force and 130 mm off were seen on pads without a calibration, jumping from
tile to tile. Two hands at work differ by less, or one of them rests."""

SMALL_MM2 = 2_200.0
"""The most that fingertips, a thumb or the heel of a hand cover: 23 by 48 mm, 10 by 90 mm and 42 by 46 mm were measured
of them, foam undone."""

HAND_MM2 = 2 * SMALL_MM2
"""The least of a flat hand: fingertips in a row, laid aslant, measure up to 41 cm2."""

MOST_HAND_MM2 = 20_000.0
"""More than 10 by 20 cm is no single hand."""

FOREARM_MM, SLENDER = 85.0, 1.9
"""A forearm is longer than the first, and by the second longer than broad (90 by 48 mm at least on the virtual pad,
where a palm had up to 1.8). One that lies aslant measures as a hand."""

EDGE = 0.25
"""A contact that comes within this part of a tile of the pad's edge may go on beyond it."""

THICK_US, EVERY_US = 60_000_000, 100_000
"""Of a touch that has lasted for the first, only a sample in so long is kept, so that it takes little memory."""

_T, _X, _Y, _FORCE, _WIDTH, _LENGTH, _FAINT, _DX, _DY = range(9)


@dataclass(frozen=True, slots=True)
class Print:
    """The print of a hand over a span: extents in mm, what they say (None: they do not tell), whether it is no hand."""

    width_mm: float
    length_mm: float
    size: ContactSize | None
    faint: bool


@dataclass(slots=True)
class Prints:
    """The samples of one touch that are still to be measured."""

    _parts: list[NDArray[np.float64]] = field(default_factory=list)
    _thin_us: float | None = None

    def add(self, path: NDArray[np.float64]) -> None:
        """The next (9, k) samples: time, x, y, force, width, length, and of `faint_ones`."""
        if not path.shape[1]:
            return
        if self._thin_us is None:
            self._thin_us = float(path[_T, 0]) + THICK_US
        if path[_T, -1] > self._thin_us:
            path = path[:, (path[_T] <= self._thin_us) | (path[_T] % EVERY_US == 0)]
        self._parts.append(path)

    def between(self, t0_us: float, t1_us: float) -> NDArray[np.float64]:
        """(9, n) the samples of a span; those nearest to it where it has none."""
        path = np.concatenate(self._parts, axis=1)
        self._parts = [path]
        first, last = np.searchsorted(path[_T], (t0_us, t1_us))
        first = min(int(first), path.shape[1] - 1)
        return path[:, first : max(int(last), first + 1)]

    def forget(self, until_us: float) -> None:
        """What came before has been told; the last sample stays."""
        path = np.concatenate(self._parts, axis=1)
        self._parts = [path[:, min(int(np.searchsorted(path[_T], until_us)), path.shape[1] - 1) :]]


class PrintReader:
    """Reads prints on one pad."""

    def __init__(self, pad: PadLayout) -> None:
        tiles = pad.tiles
        self._tile = np.median(tiles[:, 2:] - tiles[:, :2], axis=0)
        self._low = tiles[:, :2].min(axis=0) + EDGE * self._tile
        self._high = tiles[:, 2:].max(axis=0) - EDGE * self._tile

    def read(self, path: NDArray[np.float64]) -> Print:
        """The print over (9, n) samples, n > 0."""
        borne = path[[_X, _Y, _WIDTH, _LENGTH]][:, path[_FORCE] >= path[_FORCE].max() / 2]
        borne.sort(axis=1)
        x, y, width, length = borne[:, borne.shape[1] // 2].tolist()
        return Print(width, length, self.size_of(x, y, width, length), is_faint(path))

    def size_of(self, x_mm: float, y_mm: float, width_mm: float, length_mm: float) -> ContactSize | None:
        """What the extents of a contact at a place say of the hand; None where they do not tell."""
        centre, half = np.array([x_mm, y_mm]), np.array([width_mm, length_mm]) / 2
        if (centre - half < self._low).any() or (centre + half > self._high).any():
            return None
        across, along = np.maximum(2 * half, self._tile).tolist()
        longer, shorter = max(width_mm, length_mm), min(width_mm, length_mm)
        if across * along <= SMALL_MM2:
            return "small"
        if longer >= FOREARM_MM and longer >= SLENDER * shorter and shorter >= min(self._tile):
            return "forearm"
        return "hand" if HAND_MM2 <= width_mm * length_mm <= MOST_HAND_MM2 else None


def is_faint(path: NDArray[np.float64]) -> bool:
    """Whether (9, n) samples are no hand's, for the most part."""
    if 2 * np.count_nonzero(path[_FAINT]) <= path.shape[1]:
        return False
    apart = np.ptp(path[_DX : _DY + 1, path[_FAINT] > 0], axis=1)
    return bool(apart @ apart < STAYS_MM * STAYS_MM)


def faint_ones(
    t_us: NDArray[np.int64], x_mm: NDArray[np.float64], y_mm: NDArray[np.float64], force_n: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(3, m) whether each contact, hop after hop, may be but the edge of the heaviest one of its hop, and x and y from
    that one in mm."""
    hop = np.cumsum(np.diff(t_us, prepend=t_us[:1]) != 0)
    if not len(hop) or hop[-1] + 1 == len(hop):
        return np.zeros((3, len(hop)))
    order = np.lexsort((-force_n, hop))
    heaviest = order[np.searchsorted(hop[order], np.arange(hop[-1] + 1))][hop]
    dx, dy = x_mm - x_mm[heaviest], y_mm - y_mm[heaviest]
    return np.stack([(force_n < FAINT * force_n[heaviest]) & (dx * dx + dy * dy < BESIDE_MM * BESIDE_MM), dx, dy])

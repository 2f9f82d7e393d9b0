"""What the doctor looks at: counts at rest and while somebody presses, boiled down once for all verdicts.

Noise is judged on single scans; everything about movement on means of `BIN_SCANS` scans, which takes the noise out
and leaves a hand's movement in. The rule that keeps the verdicts honest: a channel that no press has reached is
neither healthy nor faulty, and is listed as not reached.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Set

    from numpy.typing import NDArray

    from rig.pad import PadLayout

BIN_SCANS = 24
"""About a tenth of a second at the default rate: a slow hand moves a centimetre in it."""

PRESSED_SHARE = 0.04
"""A rise of this share of full scale is a press; foam settling and drift stay below a percent."""

COVERED_SHARE = 0.85
"""With less of the pad pressed, what did not rise was perhaps not pressed."""

NEIGHBOUR_GAP_MM = 10.0
"""Tiles whose facing sides are no further apart than this are neighbours."""


@dataclass(frozen=True)
class Evidence:
    """Counts of one examination.

    Attributes:
        pad: the layout that the board claims to be.
        rest: (n, n_channels) counts with nothing on the pad, a second of them or more.
        pressed: (m, n_channels) counts while one hand stroked slowly over all of the pad; m may be 0.
    """

    pad: PadLayout
    rest: NDArray[np.uint16]
    pressed: NDArray[np.uint16]

    @classmethod
    def of(cls, pad: PadLayout, rest: NDArray[np.uint16], pressed: NDArray[np.uint16] | None = None) -> Evidence:
        """The evidence, `pressed` left out where nobody pressed."""
        return cls(pad, rest, np.zeros((0, pad.n_channels), np.uint16) if pressed is None else pressed)

    @cached_property
    def low(self) -> NDArray[np.int64]:
        """(n_channels,) the smallest count of each channel."""
        low: NDArray[np.int64] = np.concatenate([self.rest, self.pressed]).min(axis=0).astype(np.int64)
        return low

    @cached_property
    def high(self) -> NDArray[np.int64]:
        """(n_channels,) the largest count of each channel."""
        high: NDArray[np.int64] = np.concatenate([self.rest, self.pressed]).max(axis=0).astype(np.int64)
        return high

    @cached_property
    def peak(self) -> NDArray[np.float64]:
        """(n_channels,) the largest mean of `BIN_SCANS` scans: what a channel reads at most, noise apart."""
        return self.bins.max(axis=0) if len(self.bins) else self.high.astype(np.float64)

    @cached_property
    def swing(self) -> float:
        """Counts rms by which all channels swing together from scan to scan at rest: hum, but no sensor's noise."""
        if len(self.rest) < 2:
            return 0.0
        steps = np.diff(np.median(self.rest, axis=1))
        return float(np.sqrt(np.mean(steps**2) / 2))

    @cached_property
    def level(self) -> NDArray[np.float64]:
        """(n_channels,) median count at rest."""
        level: NDArray[np.float64] = np.median(self.rest, axis=0)
        return level

    @cached_property
    def noise(self) -> NDArray[np.float64]:
        """(n_channels,) counts rms at rest: of the differences from scan to scan, so that slow drift does not count."""
        if len(self.rest) < 2:
            return np.zeros(self.pad.n_channels)
        steps = np.diff(self.rest.astype(np.float64), axis=0)
        noise: NDArray[np.float64] = np.sqrt(np.mean(steps**2, axis=0) / 2)
        return noise

    @cached_property
    def bins(self) -> NDArray[np.float64]:
        """(bins, n_channels) means of the counts over `BIN_SCANS` scans, at rest and pressed."""
        return np.concatenate([_binned(self.rest), _binned(self.pressed)])

    @cached_property
    def rise(self) -> NDArray[np.float64]:
        """(bins, n_channels) the pressed bins above the level at rest, never negative."""
        return np.maximum(_binned(self.pressed) - self.level, 0.0)

    @cached_property
    def moved(self) -> NDArray[np.bool_]:
        """(n_channels,) channels that rose by a press."""
        moved: NDArray[np.bool_] = self.rise.max(axis=0, initial=0.0) >= PRESSED_SHARE * self.pad.full_scale
        return moved

    def reached(self, explained: Set[int] = frozenset()) -> NDArray[np.bool_]:
        """(n_channels,) channels that must have been pressed: they rose, or all their neighbours but one did.

        The second holds only where nearly the whole pad was pressed, since the hand may have turned round beside a
        channel. `explained` channels are faulty anyway and count neither way.
        """
        judged = np.ones(self.pad.n_channels, bool)
        judged[list(explained)] = False
        if not judged.any() or self.moved[judged].mean() < COVERED_SHARE:
            return self.moved
        beside = neighbours(self.pad) & judged
        enough = np.maximum(beside.sum(axis=1) - 1, 2)
        reached: NDArray[np.bool_] = self.moved | ((beside & self.moved).sum(axis=1) >= enough)
        return reached

    @cached_property
    def rests_above_zero(self) -> bool:
        """Whether this pad reads above zero at rest, so that a zero means something even without a press."""
        return bool((self.level >= 2).mean() > 0.8)


def _binned(counts: NDArray[np.uint16]) -> NDArray[np.float64]:
    n = len(counts) // BIN_SCANS
    means: NDArray[np.float64] = counts[: n * BIN_SCANS].reshape(n, BIN_SCANS, counts.shape[1]).mean(axis=1)
    return means


def neighbours(pad: PadLayout) -> NDArray[np.bool_]:
    """(n_channels, n_channels) True where two tiles face each other across a gap."""
    x0, y0, x1, y1 = pad.tiles.T
    apart_x = np.maximum(x0[:, None] - x1, x0 - x1[:, None])
    apart_y = np.maximum(y0[:, None] - y1, y0 - y1[:, None])
    facing = ((apart_x < 0) & (apart_y <= NEIGHBOUR_GAP_MM)) | ((apart_y < 0) & (apart_x <= NEIGHBOUR_GAP_MM))
    near: NDArray[np.bool_] = facing & ~np.eye(pad.n_channels, dtype=bool)
    return near

"""Free pressing on the grid of hops, beside the readings of a reference that is late, and slow.

A load-cell amplifier answers after a while and with the mean of a while: an HX711 settles in four conversions, 50 ms at
80 readings a second and 400 ms at 10 (its data sheet). So what the sensors felt is averaged over the same while before
it is held against a reading; a moving press is then no contradiction. The rule: each reading counts once, at the hop
that it belongs to, and a scan between readings is never given a total that was guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rig.calibration.memory import HOP_US
from rig.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.interpolate import PchipInterpolator

    from rig.calibration.press_file import Press

LONGEST_LAG_S = 0.5
"""A reference that answers later than this is none."""

WINDOWS = (1, 2, 4, 8, 16, 24)
"""Hops that a reference may average over: up to 0.6 s, longer where scans are slower than hops."""

APART = 4
"""Rows so many hops apart, 0.1 s, are looked at; those in between tell the same again."""

ALIKE = 1.1
"""How much further from 1 a correlation may be and still be next to the best: beside an HX711 at 80 readings a second
the right window's was, on two of six virtual pads, by 1.006 and 1.014 times."""

TYPED_US = 1_000_000
"""Readings further apart than this were read off a scale and typed."""

_HOP_S = HOP_US / 1e6
_PACED_OVER = 8


@dataclass(frozen=True)
class Reference:
    """How a reference reads: `lag_s` late, the mean of `window` hops."""

    lag_s: float
    window: int


@dataclass(frozen=True, eq=False)
class Hops:
    """The first scan of each hop, and the reference's readings.

    Attributes:
        hop, moved: (h,) number of each hop, and hops since the one before. counts: (h, n). t_s: (h,) seconds.
        read_s: (r,) when the reference was read. line: the smooth line through its readings, newtons over seconds.
        held: whether it read presses that were held still; somebody who types cannot do otherwise.
    """

    hop: NDArray[np.int64]
    moved: NDArray[np.int64]
    counts: NDArray[np.int64]
    t_s: NDArray[np.float64]
    read_s: NDArray[np.float64]
    line: PchipInterpolator
    held: bool

    @classmethod
    def of(cls, press: Press) -> Hops:
        """The hops of a pressing.

        Raises:
            InputError: its reference has fewer than two readings.
        """
        from scipy.interpolate import PchipInterpolator

        hop = press.t_us // HOP_US
        moved = np.diff(hop, prepend=hop[0] - 1)
        first = np.flatnonzero(moved > 0)
        read_us, read_n = press.readings
        if len(read_us) < 2:
            raise InputError(f"{press.source}: the total was read {len(read_us)} times")
        # Peaks of a slow reference are not cut off, and steps do not ring.
        line = PchipInterpolator(read_us / 1e6, read_n, extrapolate=False)
        held = press.held or float(np.median(np.diff(read_us))) > TYPED_US
        t_s = press.t_us[first] / 1e6
        return cls(hop[first], moved[first], press.counts[first].astype(np.int64), t_s, read_us / 1e6, line, held)

    @property
    def pace_s(self) -> float:
        """The usual time from one of these scans to the next: a hop, or longer where scans are slower."""
        # Over some hops: at 50 scans a second one follows the other after 20 or 40 ms, and none after 25.
        over = min(_PACED_OVER, len(self.t_s) - 1)
        return float(np.median(self.t_s[over:] - self.t_s[:-over])) / over if over > 0 else _HOP_S

    @property
    def spacing_s(self) -> float:
        """The usual time from one reading of the reference to the next."""
        return float(np.median(np.diff(self.read_s)))

    def total_at(self, lag_s: float) -> NDArray[np.float64]:
        """(h,) the total that was read `lag_s` after each hop; NaN where no reading is near."""
        at = self.t_s + lag_s
        total = self.line(at)
        after = np.clip(np.searchsorted(self.read_s, at), 1, len(self.read_s) - 1)
        apart_s = np.minimum(np.abs(self.read_s[after] - at), np.abs(at - self.read_s[after - 1]))
        # Half a hop is as near as a hop can be asked to lie; where scans do not fall on hops, half of what parts them.
        # At 50 scans a second that is 20 ms, and each fourth time 40: presses held still are read there, too.
        parted_s = float(np.quantile(np.diff(self.t_s), 0.9 if self.held else 0.5)) if len(self.t_s) > 1 else _HOP_S
        total[apart_s > 0.5 * max(_HOP_S, parted_s)] = np.nan
        return np.asarray(total)

    def rate_at(self, lag_s: float) -> NDArray[np.float64]:
        """(h,) newtons a second by which the total was changing, `lag_s` after each hop; NaN outside its readings."""
        return np.asarray(self.line(self.t_s + lag_s, nu=1))

    def whole(self, window: int) -> NDArray[np.bool_]:
        """(h,) whether there is a hop for each place in the window that ends there."""
        out = np.zeros(len(self.hop), bool)
        begins = self.t_s[: max(len(self.hop) - window + 1, 0)]
        out[window - 1 :] = self.t_s[window - 1 :] - begins < (window - 0.5) * self.pace_s
        return out

    def thinned(self, rows: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """(h,) some of the rows: the first in each stretch of `APART` hops."""
        at = np.flatnonzero(rows)
        kept = np.zeros(len(rows), bool)
        kept[at[np.diff(self.hop[at] // APART, prepend=-1) != 0]] = True
        return kept


def windowed(values: NDArray[np.float64], window: int) -> NDArray[np.float64]:
    """Mean over each row and the `window` - 1 before it, along the first axis; (h - window + 1, ...)."""
    if window == 1:
        return values
    through = np.cumsum(np.concatenate([np.zeros((1, *values.shape[1:])), values]), axis=0)
    return np.asarray((through[window:] - through[:-window]) / window)


def references_of(hops: Hops, felt_n: NDArray[np.float64]) -> list[Reference]:
    """How the reference may read, best first: by its correlation with (h,) the sum of what the sensors felt.

    Windows whose best correlations are next to alike are all given, since uneven sensors hide which it is; but none
    that would have to answer before what it is the mean of is over.
    """
    if hops.held:
        return [Reference(0.0, 1)]
    # Half a hop apart: a window of two hops is late by as much.
    lags = np.arange(-8, round(2 * LONGEST_LAG_S / _HOP_S) + 1) * (_HOP_S / 2)
    whole = [hops.whole(window) for window in WINDOWS]
    means = [windowed(felt_n, window) for window in WINDOWS]
    unlike = np.full((len(WINDOWS), len(lags)), np.inf)
    for k, lag in enumerate(lags.tolist()):
        total = hops.total_at(lag)
        for w, window in enumerate(WINDOWS):
            known = np.flatnonzero(np.isfinite(total) & whole[w])
            felt = means[w][known - window + 1]
            if len(known) > 20 and np.std(total[known]) > 0 and np.std(felt) > 0:
                unlike[w, k] = 1 - np.corrcoef(total[known], felt)[0, 1]
    best, lag_s = unlike.min(axis=1), lags[unlike.argmin(axis=1)]
    if not np.isfinite(best).any():
        return [Reference(0.0, 1)]
    order = [int(w) for w in np.argsort(best) if best[w] <= ALIKE * best.min()]
    alike = order[:1] + [w for w in order[1:] if lag_s[w] >= 0]
    return [Reference(float(lag_s[w]), WINDOWS[w]) for w in alike]

"""How well a model does on trials that it has not seen, and the two plain fits that it must beat.

Trials are left out one at a time where there are few, and by tenths where there are many. The rule: everything is
told by the same trials in the same folds, so that two models' errors differ by the models alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rig.calibration.model import Choice, Rows, fit_rows, predict

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

ONE_BY_ONE = 40
"""Up to so many trials each is left out alone."""

FOLDS = 10


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Errors on trials left out: (n,) relative error of each row, and (t,) of each trial (NaN where it has no rows)."""

    row_error: NDArray[np.float64]
    trial_error: NDArray[np.float64]
    trial_sd: NDArray[np.float64]

    def rms(self, trials: NDArray[np.bool_] | None = None) -> float:
        """Root mean square error of reading over trials, within-trial errors included; NaN where there are none."""
        square = self.trial_error**2 + self.trial_sd**2
        return _root_mean(square if trials is None else square[trials])

    def median(self, trials: NDArray[np.bool_] | None = None) -> float:
        """Median error of reading over trials; NaN where there are none."""
        size = np.abs(self.trial_error if trials is None else self.trial_error[trials])
        size = size[np.isfinite(size)]
        return float(np.median(size)) if size.size else float("nan")


def _folds_of(trial: NDArray[np.int64]) -> NDArray[np.int64]:
    """(n,) the fold of each row: its trial's own, or one of ten in turn."""
    present = np.unique(trial)
    order = np.zeros(int(trial.max(initial=0)) + 1, np.int64)
    # Trials come in order of channel and load; a seeded shuffle keeps any fold from being one load only.
    order[present] = np.random.default_rng(len(present)).permutation(len(present))
    fold = order[trial]
    return fold if len(present) <= ONE_BY_ONE else fold % FOLDS


def held_out(rows: Rows, terms: NDArray[np.float64], choice: Choice, left_out: NDArray[np.bool_]) -> HeldOut:
    """The model's errors on each trial when fitted without it.

    Args:
        rows, terms: as for `fit_rows`. choice: what is switched on.
        left_out: (t,) trials that are judged but never fitted to.
    """

    def fit(train: NDArray[np.bool_]) -> Callable[[NDArray[np.bool_]], NDArray[np.float64]]:
        fitted = fit_rows(rows.pick(train), terms[train], choice)
        return lambda test: predict(fitted, rows.pick(test), terms[test])

    return _by_folds(rows, left_out, fit)


def held_out_power(rows: Rows, left_out: NDArray[np.bool_]) -> HeldOut:
    """A plain power law of conductance for each sensor (ln F linear in ln G), least squares."""

    def fit(train: NDArray[np.bool_]) -> Callable[[NDArray[np.bool_]], NDArray[np.float64]]:
        lines = _lines(rows, train, np.log(rows.net_s), rows.ln_f)
        return lambda test: _along(lines, rows.channel[test], np.log(rows.net_s[test]))

    return _by_folds(rows, left_out, fit)


def held_out_linear(rows: Rows, counts: NDArray[np.int64], left_out: NDArray[np.bool_]) -> HeldOut:
    """The naive fit: force linear in the reading's voltage, for each sensor, least squares."""
    volts = counts.astype(np.float64)

    def fit(train: NDArray[np.bool_]) -> Callable[[NDArray[np.bool_]], NDArray[np.float64]]:
        lines = _lines(rows, train, volts, np.exp(rows.ln_f))
        return lambda test: np.log(np.maximum(_along(lines, rows.channel[test], volts[test]), 1e-3))

    return _by_folds(rows, left_out, fit)


def _by_folds(
    rows: Rows,
    left_out: NDArray[np.bool_],
    fit: Callable[[NDArray[np.bool_]], Callable[[NDArray[np.bool_]], NDArray[np.float64]]],
) -> HeldOut:
    fold = _folds_of(rows.trial)
    error = np.full(len(rows.trial), np.nan)
    usable = ~left_out[rows.trial]
    for k in np.unique(fold):
        test = fold == k
        train = ~test & usable
        # A sensor that only the held-out trial knows cannot be predicted.
        test &= np.isin(rows.channel, rows.channel[train])
        if test.any():
            error[test] = np.expm1(fit(train)(test) - rows.ln_f[test])
    n = len(left_out)
    known = np.isfinite(error)
    count = np.bincount(rows.trial[known], minlength=n).astype(np.float64)
    count[count == 0] = np.nan
    mean = np.bincount(rows.trial[known], error[known], minlength=n) / count
    square = np.bincount(rows.trial[known], error[known] ** 2, minlength=n) / count
    return HeldOut(error, mean, np.sqrt(np.maximum(square - mean**2, 0.0)))


def _lines(
    rows: Rows, train: NDArray[np.bool_], x: NDArray[np.float64], y: NDArray[np.float64]
) -> dict[int, tuple[float, float]]:
    """Offset and slope of y over x for each channel."""
    out = {}
    for c in np.unique(rows.channel[train]):
        at = train & (rows.channel == c)
        weight = 1.0 / np.bincount(rows.trial[at])[rows.trial[at]]
        x0, y0 = np.average(x[at], weights=weight), np.average(y[at], weights=weight)
        square = float((weight * (x[at] - x0) ** 2).sum())
        slope = float((weight * (x[at] - x0) * (y[at] - y0)).sum()) / square if square > 0 else 0.0
        out[int(c)] = (float(y0 - slope * x0), slope)
    return out


def _along(
    lines: dict[int, tuple[float, float]], channel: NDArray[np.int64], x: NDArray[np.float64]
) -> NDArray[np.float64]:
    offset = np.array([lines[int(c)][0] for c in channel])
    slope = np.array([lines[int(c)][1] for c in channel])
    return offset + slope * x


def _root_mean(square: NDArray[np.float64]) -> float:
    square = square[np.isfinite(square)]
    return float(np.sqrt(square.mean())) if square.size else float("nan")

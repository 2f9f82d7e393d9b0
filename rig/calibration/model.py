"""The whole model of a pad's sensors, fitted to readings: static curves plus what the sensors remember.

The two are fitted in turns: curves to trials with the memory taken off, then the memory's coefficients, pooled over
all sensors, by ridge regression to what the curves leave. The rule: a memory is judged on trials that were left out,
and switches itself off where it does not help there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rig.calibration.memory import TAUS_S, WIDTHS
from rig.calibration.static_fit import TRIAL_SD, Points, StaticFit, fit_static

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.calibration.readings import Readings

N_TERMS = len(TAUS_S) + len(WIDTHS)

COEFFICIENT_SD = 0.05
"""Prior on each memory coefficient: hysteresis of 10 % and creep of 5 % a decade are made of a few of these."""

SMALL_N = 0.3
"""Below about this load a point's weight falls: the foam's own weight and its drift are a tenth of it."""

_PRESS_STEP = 0.35
_TURNS = 2


@dataclass(frozen=True)
class Choice:
    """What of the model is switched on: creep, hysteresis, and which channels correct the shape on their own."""

    creep: bool = False
    plays: bool = False
    own: frozenset[int] = frozenset()

    @property
    def columns(self) -> NDArray[np.int64]:
        """Which memory terms take part."""
        k = len(TAUS_S)
        on = [i for i in range(N_TERMS) if (self.creep if i < k else self.plays)]
        return np.array(on, np.int64)


@dataclass(frozen=True, eq=False)
class Fitted:
    """Curves and memory coefficients (all terms, zero where switched off)."""

    static: StaticFit
    coefficients: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows of readings that are fitted: arrays are (n,).

    Attributes:
        channel, trial, ln_f: as in the readings. net_s: conductance beyond the unloaded one. weight: each trial's sum
            to at most 1. at: their place in the readings. n_channels: of the pad.
    """

    channel: NDArray[np.int64]
    trial: NDArray[np.int64]
    ln_f: NDArray[np.float64]
    net_s: NDArray[np.float64]
    weight: NDArray[np.float64]
    at: NDArray[np.int64]
    settled: NDArray[np.bool_]
    n_channels: int

    def pick(self, kept: NDArray[np.bool_]) -> Rows:
        """Only some of the rows."""
        return Rows(
            self.channel[kept],
            self.trial[kept],
            self.ln_f[kept],
            self.net_s[kept],
            self.weight[kept],
            self.at[kept],
            self.settled[kept],
            self.n_channels,
        )


def fitted_rows(readings: Readings, net_s: NDArray[np.float64], n_channels: int) -> Rows:
    """The rows that belong to a trial and tell something; net_s is (n,) in siemens, NaN where saturated."""
    with np.errstate(invalid="ignore"):
        at = np.flatnonzero((readings.trial >= 0) & (net_s > 0) & (readings.load_n > 0))
    trial, load = readings.trial[at], readings.load_n[at]
    weight = load**2 / (load**2 + SMALL_N**2)
    count = np.bincount(trial, minlength=len(readings.trials))
    settled = np.array([t.settled for t in readings.trials] or [False])
    return Rows(
        readings.channel[at],
        trial,
        np.log(load),
        net_s[at],
        weight / count[trial],
        at,
        settled[trial] if len(at) else np.zeros(0, bool),
        n_channels,
    )


def fit_rows(rows: Rows, terms: NDArray[np.float64], choice: Choice) -> Fitted:
    """The model for rows and their (n, `N_TERMS`) memory terms."""
    columns = choice.columns
    coefficients = np.zeros(N_TERMS)
    static = fit_static(points_of(rows, np.zeros(len(rows.trial))), rows.n_channels, choice.own)
    if not len(columns):
        return Fitted(static, coefficients)
    x = terms[:, columns]
    for _ in range(_TURNS):
        left = rows.ln_f - static.curves.ln_force(rows.net_s, rows.channel)
        normal = x.T @ (rows.weight[:, None] * x) + (TRIAL_SD / COEFFICIENT_SD) ** 2 * np.eye(len(columns))
        coefficients[columns] = np.linalg.solve(normal, x.T @ (rows.weight * left))
        static = fit_static(points_of(rows, terms @ coefficients), rows.n_channels, choice.own)
    return Fitted(static, coefficients)


def predict(fitted: Fitted, rows: Rows, terms: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n,) ln F that the model gives for rows."""
    return fitted.static.curves.ln_force(rows.net_s, rows.channel) + terms @ fitted.coefficients


def points_of(rows: Rows, memory: NDArray[np.float64]) -> Points:
    """The rows gathered into points: one for a weight's trial, one a stretch of like loads in a press."""
    step = np.where(rows.settled, 0, np.rint(rows.ln_f / _PRESS_STEP)).astype(np.int64)
    key = rows.trial * 1000 + (step + 500)
    _, first, group = np.unique(key, return_index=True, return_inverse=True)
    weight = np.asarray(np.bincount(group, rows.weight), np.float64)

    def mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.bincount(group, rows.weight * values) / weight, np.float64)

    return Points(rows.channel[first], mean(np.log(rows.net_s)), mean(rows.ln_f - memory), weight, rows.trial[first])

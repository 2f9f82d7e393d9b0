"""Fitting the static curves: gain and exponent of each sensor, and the shape that all of them share.

Works in turns: the shape given the sensors (a penalised spline, its smoothness that of real force curves), then each
sensor given the shape (a straight line with the population as prior). An exponent of its own is for sensors with five
or more well spread loads; others are held to the population's, because freeing it on few points makes it worse
(CALIBRATION). The rule: a point is one trial or a part of one, and every trial weighs the same, however long.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rig.calibration.curve import LEAST_SLOPE, Curves, Own, Shape

if TYPE_CHECKING:
    from numpy.typing import NDArray

TRIAL_SD = 0.03
"""How well one trial repeats, in ln F: about the maker's +-2 % a part, and creep."""

CURVATURE = 0.35
"""Typical bend of the shape, in ln F per unit of z squared: from proportional to a slope of 2 over three e-folds."""

EXPONENT_SD = 0.05
"""Spread of exponents over a population, where the pad itself does not tell."""

FREE_EXPONENT_SD = 0.2
"""The prior on the exponent of a sensor that has enough loads to speak for itself."""

SPREAD_LEVELS, SPREAD_RATIO = 5, 4.0
"""Well spread: five loads or more, the largest at least four times the smallest."""

OUTLIER = 1.345
"""Huber's constant: 95 % efficient on Gaussian data (Huber 1981)."""

_TURNS = 4
_INTERVALS = 8
_TABLE = 33


@dataclass(frozen=True, eq=False)
class Points:
    """What the static fit sees: (n,) channel, ln G, ln F (memory taken off), weight, and trial of each point."""

    channel: NDArray[np.int64]
    ln_g: NDArray[np.float64]
    ln_f: NDArray[np.float64]
    weight: NDArray[np.float64]
    trial: NDArray[np.int64]

    def pick(self, rows: NDArray[np.bool_] | NDArray[np.int64]) -> Points:
        """Only some of the points."""
        return Points(self.channel[rows], self.ln_g[rows], self.ln_f[rows], self.weight[rows], self.trial[rows])


@dataclass(frozen=True, eq=False)
class StaticFit:
    """The curves, and what the population looks like: middle of b, spread of a and b (standard deviations)."""

    curves: Curves
    exponent: float
    gain_sd: float
    exponent_sd: float


def fit_static(points: Points, n_channels: int, own: frozenset[int] = frozenset()) -> StaticFit:
    """The static curves for points of some of the pad's channels.

    Args:
        points: at least one. n_channels: sensors without points get the population's middle.
        own: channels that get a correction of their own.
    """
    present = np.unique(points.channel)
    spread = {int(c) for c in present if well_spread(points.ln_f[points.channel == c])}
    middle = _common_exponent(points)
    a, b = np.zeros(n_channels), np.full(n_channels, middle)
    for c in present:
        at = points.channel == c
        a[c] = np.average(points.ln_g[at] - middle * points.ln_f[at], weights=points.weight[at])
    shape = Shape(np.array([-1.0, 1.0]), np.array([-1.0, 1.0]))
    trust = np.ones(len(points.weight))
    for turn in range(_TURNS):
        z = (points.ln_g - a[points.channel]) / b[points.channel]
        shape = _fit_shape(z, points.ln_f, points.weight * trust)
        residual = points.ln_f - shape.at(z)
        if turn:
            trust = _huber(residual)
        target = shape.inverse(points.ln_f)
        for c in present:
            at = points.channel == c
            prior = FREE_EXPONENT_SD if int(c) in spread else EXPONENT_SD
            a[c], b[c] = _line(target[at], points.ln_g[at], (points.weight * trust)[at], middle, prior)
    fitted = np.array(sorted(spread), np.int64)
    gain_sd = float(np.std(a[present], ddof=1)) if len(present) > 2 else 0.25
    exponent_sd = float(np.std(b[fitted], ddof=1)) if len(fitted) > 2 else EXPONENT_SD
    a[np.setdiff1d(np.arange(n_channels), present)] = np.median(a[present])
    corrections = {c: _own(points.pick(points.channel == c), a[c], b[c], shape) for c in sorted(own)}
    return StaticFit(Curves(a, b, shape, corrections), middle, gain_sd, exponent_sd)


def well_spread(ln_f: NDArray[np.float64]) -> bool:
    """Whether the loads (given as ln F) may decide a sensor's own exponent."""
    levels = np.unique(np.round(ln_f / 0.15))
    return len(levels) >= SPREAD_LEVELS and float(np.ptp(ln_f)) >= np.log(SPREAD_RATIO)


def _common_exponent(points: Points) -> float:
    """The slope of ln G over ln F within sensors; 1 where no sensor has two loads."""
    product = square = 0.0
    for c in np.unique(points.channel):
        at = points.channel == c
        w = points.weight[at]
        df = points.ln_f[at] - np.average(points.ln_f[at], weights=w)
        dg = points.ln_g[at] - np.average(points.ln_g[at], weights=w)
        product += float((w * df * dg).sum())
        square += float((w * df * df).sum())
    return float(np.clip(product / square, 0.4, 2.5)) if square > 1e-3 else 1.0


def _fit_shape(z: NDArray[np.float64], ln_f: NDArray[np.float64], weight: NDArray[np.float64]) -> Shape:
    from scipy.interpolate import BSpline

    low, high = float(z.min()), float(z.max())
    span = max(high - low, 0.2)
    step = span / _INTERVALS
    knots = low + step * np.arange(-3, _INTERVALS + 4)
    basis = BSpline.design_matrix(np.clip(z, low, low + span * (1 - 1e-12)), knots, 3).toarray()
    bend = np.diff(np.eye(basis.shape[1]), n=2, axis=0)
    stiffness = (TRIAL_SD / (CURVATURE * step**2)) ** 2
    table = np.linspace(low, low + span, _TABLE)
    while True:
        normal = basis.T @ (weight[:, None] * basis) + stiffness * bend.T @ bend
        # A whiff of "ln F = z" holds what neither data nor smoothness decide (a single load).
        greville = np.array([knots[k + 1 : k + 4].mean() for k in range(basis.shape[1])])
        normal += 1e-6 * np.eye(len(normal))
        coefficients = np.linalg.solve(normal, basis.T @ (weight * ln_f) + 1e-6 * greville)
        ln_force = np.asarray(BSpline(knots, coefficients, 3)(table))
        if np.diff(ln_force).min() >= LEAST_SLOPE * span / (_TABLE - 1) or stiffness > 1e9:
            break
        stiffness *= 4  # not monotone: the data are too rough for so free a curve
    if np.diff(ln_force).min() <= 0:
        ln_force = table + float(np.average(ln_f - z, weights=weight))
    return Shape(table, ln_force)


def _line(
    z: NDArray[np.float64], ln_g: NDArray[np.float64], weight: NDArray[np.float64], middle: float, prior_sd: float
) -> tuple[float, float]:
    """The a and b of ln G = a + b z, with b held to the population's middle as far as the points leave it open."""
    total = max(float(weight.sum()), 1e-9)
    z0, g0 = float((weight * z).sum() / total), float((weight * ln_g).sum() / total)
    hold = (middle * TRIAL_SD / prior_sd) ** 2
    square = float((weight * (z - z0) ** 2).sum())
    product = float((weight * (z - z0) * (ln_g - g0)).sum())
    b = float(np.clip((product + hold * middle) / (square + hold), 0.4 * middle, 2.5 * middle))
    return g0 - b * z0, b


def _own(points: Points, a: float, b: float, shape: Shape) -> Own:
    """A correction at each load level, as far as its trials outweigh their scatter, kept monotone."""
    z = (points.ln_g - a) / b
    residual = points.ln_f - shape.at(z)
    order = np.argsort(points.ln_f)
    groups = np.split(order, np.flatnonzero(np.diff(points.ln_f[order]) > 0.1) + 1)
    at = np.array([np.median(z[g]) for g in groups])
    added = np.array([_middle(residual[g], points.weight[g]) for g in groups])
    rising = np.concatenate([[True], np.diff(np.maximum.accumulate(at)) > 1e-3])
    at, added = at[rising], added[rising]
    total = np.maximum.accumulate(shape.at(at) + added)
    return Own(at, total - shape.at(at))


def _middle(values: NDArray[np.float64], weight: NDArray[np.float64]) -> float:
    """A mean that a single stray trial cannot carry away."""
    centre = float(np.median(values))
    trust = weight * np.minimum(1.0, TRIAL_SD / np.maximum(np.abs(values - centre), 1e-9)) ** 2
    return float((trust * values).sum() / trust.sum())


def _huber(residual: NDArray[np.float64]) -> NDArray[np.float64]:
    scale = max(1.4826 * float(np.median(np.abs(residual))), 0.01)
    return np.minimum(1.0, OUTLIER * scale / np.maximum(np.abs(residual), 1e-12))

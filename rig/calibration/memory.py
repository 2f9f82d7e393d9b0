"""What a sensor remembers: creep as low-passes, hysteresis as play operators, run causally on a grid of device time.

A force-sensitive resistor reads low on the way up, high on the way down, and creeps while a load stands. Both are
followed in the compressed static force x = ln(1 + F / 0.5 N): a low-pass of x for each time constant, and a play
operator for each width (p follows x but stays up to the width behind it; a sum of them is a Prandtl-Ishlinskii
model). What is fitted is ln F = ln F_static + sum c_k (x - lowpass_k) + sum h_j (x - play_j) / width_j.

The states move once a hop of 25 ms of device time, at the first scan of the hop, and hold through its other scans, so
nothing waits for a scan to come and the frame rate does not matter. The rule: one update takes the same elementwise
+ * min max whether it is asked for alone or among many, so no result depends on how scans are grouped.
"""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

HOP_US = 25_000
"""A quarter of the shortest time constant."""

REFERENCE_N = 0.5
"""Below about this force a sensor's relative error says little; x is linear below and logarithmic above."""

TAUS_S = (0.1, 0.4, 1.6, 6.0, 30.0)
"""Time constants of the creep: 0.1 to 30 s, each about four times the one before."""

WIDTHS = (0.06, 0.18, 0.45, 1.0)
"""Widths of the play operators in x: from a tremor to most of a stroke."""

_GAPS_REMEMBERED = 64


def compressed(force_n: NDArray[np.float64]) -> NDArray[np.float64]:
    """The coordinate x of static forces in newtons, any shape; 0 at rest."""
    return np.asarray(np.log1p(np.maximum(force_n, 0.0) / REFERENCE_N))


class MemoryStates:
    """The states of n sensors from rest, for some time constants (s) and play widths (of x).

    Kept is what each state leaves of x, times a scale of its own: with dx the change of x since the last hop, a
    low-pass leaves keep * left + dx, and a play operator leaves left + dx cut to within its width.
    """

    def __init__(self, n: int, taus_s: tuple[float, ...], widths: tuple[float, ...], scale: tuple[float, ...]) -> None:
        """`scale` has one factor a time constant, then one a width."""
        self._left = np.zeros((len(taus_s) + len(widths), n))
        self._plays = self._left[len(taus_s) :]
        self._faded = np.empty_like(self._left)
        self._before = np.zeros(n)
        self._taus, self._n_plays = taus_s, len(widths)
        self._scale = np.repeat(np.array(scale)[:, None], n, axis=1)
        self._most = np.abs(self._scale[len(taus_s) :]) * np.array(widths)[:, None]
        self._least = -self._most
        self._keep: dict[int, NDArray[np.float64]] = {}

    def run(self, x: NDArray[np.float64], hops: list[int]) -> NDArray[np.float64]:
        """(h, k + j, n) what each state leaves of (h, n) compressed forces, each so many hops after the one before.

        In between the last x is held. Scaled; at least one row; to be read before the next run.
        """
        out: NDArray[np.float64] = np.multiply(np.diff(x, axis=0, prepend=self._before[None])[:, None], self._scale)
        left, faded, least, most = self._left, self._faded, self._least, self._most
        for row, plays, gone in zip(out, out[:, len(self._taus) :], hops, strict=True):
            np.multiply(left, self._kept(gone), out=faded)
            np.add(row, faded, out=row)
            np.maximum(plays, least, out=plays)
            np.minimum(plays, most, out=plays)
            left = row
        self._left[:], self._before = left, x[-1]
        return out

    def step(self, x: NDArray[np.float64], hops: int) -> NDArray[np.float64]:
        """(k + j, n) as `run`, for (n,) compressed forces of one hop: live, each call of numpy's is waited for.

        To be read before the next step.
        """
        left, plays = self._left, self._plays
        np.multiply(left, self._kept(hops), out=left)
        np.multiply(x - self._before, self._scale, out=self._faded)
        np.add(left, self._faded, out=left)
        np.maximum(plays, self._least, out=plays)
        np.minimum(plays, self._most, out=plays)
        self._before = x
        return left

    def _kept(self, hops: int) -> NDArray[np.float64]:
        """(k + j, 1) the part of what each state leaves that is still left so many hops later."""
        keep = self._keep.get(hops)
        if keep is None:
            gone_s = hops * HOP_US / 1e6
            keep = np.array([exp(-gone_s / tau) for tau in self._taus] + [1.0] * self._n_plays).reshape(-1, 1)
            if len(self._keep) < _GAPS_REMEMBERED:
                self._keep[hops] = keep
        return keep


def terms_scale(taus_s: tuple[float, ...], widths: tuple[float, ...]) -> tuple[float, ...]:
    """The scale that leaves terms within -1 and 1 of a play's width: those that fitted coefficients multiply."""
    return (*(1.0 for _ in taus_s), *(1 / width for width in widths))


def left_over(
    x: NDArray[np.float64], hops: NDArray[np.int64], taus_s: tuple[float, ...], widths: tuple[float, ...]
) -> NDArray[np.float64]:
    """(h, k + j, n) the terms that the coefficients multiply.

    For (h, n) compressed forces and (h,) hops since the last. The plays' terms are divided by their
    widths, so all of them lie within -1 and 1.
    """
    return MemoryStates(x.shape[1], taus_s, widths, terms_scale(taus_s, widths)).run(x, hops.tolist())

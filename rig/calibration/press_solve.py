"""Solving for all sensors at once: Gauss-Newton steps towards sensors whose forces add up to the total.

A step moves every sensor's gain and exponent, the reference's lag, and - where `pooled` - the pad's shape and the
memory's coefficients, each held to what the weights said as firmly as the weights knew it (`press_prior`). A full step
may overshoot where little force is felt, since forces are exponentials of the shape; taken all the same, such steps
swung from one side to the other, and the last left an untouched pad at 2 N. The rule: a step is taken only as far as it
makes the fit better, and the prior is always about where the weights left everything.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from rig.calibration.circuit import conductance_s
from rig.calibration.curve import Shape
from rig.calibration.memory import TAUS_S, WIDTHS, MemoryStates, compressed, terms_scale
from rig.calibration.model import N_TERMS
from rig.calibration.press_hops import LONGEST_LAG_S, windowed
from rig.calibration.press_prior import prior_of, start_of
from rig.calibration.profiled import static_table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.calibration.press_hops import Hops, Reference
    from rig.calibration.press_prior import State
    from rig.calibration.profile import Profile
    from rig.pad import PadLayout

REFERENCE_SD_N, REFERENCE_SD = 0.1, 0.015
"""What the total is off by in one row, in newtons and relative: the reference, the foam's edges, what no model has."""

FAR = 2.0
"""A row that is off by more standard deviations than this pulls no harder."""

ALIKE_ROWS = 3.0
"""Neighbouring rows err alike: so many of them count as one."""

FASTER = 2.0
"""Creep faster than so many times what the reference takes is not learnt from it: it looks like the reference's own
smear, and would undo that instead."""

LOUD_N = 2.0
"""Errors of the total are told where it is above this."""

_RISE = 1e-3
_CHUNK = 1000
_MODES = 10
_MIDDLE_N = 5.0
_HALVINGS = 5


class Equations:
    """What one pressing says of one profile's sensors.

    Args:
        base: the profile by weights. pad: the layout. hops: the pressing.
        reference: how the total was read.

    Attributes:
        start: where the profile's parameters begin. usable: (h,) hops that end a whole window without saturation.
    """

    def __init__(self, base: Profile, pad: PadLayout, hops: Hops, reference: Reference) -> None:
        self._base, self._pad, self._hops, self._window = base, pad, hops, reference.window
        self.start = start_of(base, reference.lag_s)
        # One that answers within the hop that it reads takes no time at all.
        slow_s = max((reference.window - 1) * hops.pace_s, hops.spacing_s)
        creep = [tau > FASTER * slow_s and not hops.held for tau in TAUS_S]
        self._taught = np.array([not hops.held, *creep] + [True] * len(WIDTHS))
        full = np.asarray((hops.counts >= pad.full_scale).any(axis=1), np.float64)
        self.usable = hops.whole(self._window)
        self.usable[self._window - 1 :] &= windowed(full, self._window) == 0

    def follow(self, state: State) -> NDArray[np.float32]:
        """(h, N_TERMS, n) memory terms of every hop; single precision, since they only enter sums."""
        tables, hops = self.tables(state), self._hops
        states = MemoryStates(self._pad.n_channels, TAUS_S, WIDTHS, terms_scale(TAUS_S, WIDTHS))
        out = np.empty((len(hops.hop), N_TERMS, self._pad.n_channels), np.float32)
        for a in range(0, len(out), _CHUNK):
            part = slice(a, a + _CHUNK)
            x = tables.x.take(hops.counts[part] + tables.offset)
            out[part] = states.run(x, hops.moved[part].tolist())
        return out

    def tables(self, state: State) -> Tables:
        """What each count of each sensor means."""
        return Tables(self._base, state, self._pad)

    def felt(self, state: State, terms: NDArray[np.float32] | None = None) -> NDArray[np.float64]:
        """(h,) the sum of all sensors' forces at each hop, in newtons; without terms, by the curves alone."""
        tables, counts = self.tables(state), self._hops.counts
        parts = []
        for a in range(0, len(counts), _CHUNK):
            force = tables.force.take(counts[a : a + _CHUNK] + tables.offset)
            if terms is not None:
                force *= np.exp(np.einsum("hkn,k->hn", terms[a : a + _CHUNK], state.memory))
            parts.append(force.sum(axis=1))
        return np.concatenate(parts)

    def rows(self, lag_s: float, among: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Those of (h,) hops that a reading of the total belongs to, far enough apart; in order."""
        known = np.isfinite(self._hops.total_at(lag_s)) & np.isfinite(self._hops.rate_at(lag_s))
        return np.flatnonzero(self._hops.thinned(self.usable & among & known))

    def error(self, state: State, terms: NDArray[np.float32], among: NDArray[np.bool_]) -> float:
        """Root mean square error of the total, of reading, where it is above `LOUD_N`."""
        total = self._hops.total_at(state.lag_s)
        at = self.rows(state.lag_s, among)
        at = at[total[at] > LOUD_N]
        if not len(at):
            return float("inf")
        felt = windowed(self.felt(state, terms), self._window)[at - self._window + 1]
        return float(np.sqrt(np.mean((felt / total[at] - 1) ** 2)))

    def step(
        self, state: State, terms: NDArray[np.float32], among: NDArray[np.bool_], *, pooled: bool
    ) -> tuple[State, NDArray[np.float64]]:
        """One Gauss-Newton step: the new state, and (n,) standard deviation of each sensor's ln force about 5 N.

        A step that would fit worse is halved until it does not, or not taken.
        """
        n, tables = self._pad.n_channels, self.tables(state)
        middle = float(state.shape.inverse(np.array([np.log(_MIDDLE_N)]))[0])
        nodes = np.linspace(state.shape.z[0], state.shape.z[-1], _MODES)
        size = 2 * n + 1 + (_MODES + N_TERMS if pooled else 0)
        total, rate = self._hops.total_at(state.lag_s), self._hops.rate_at(state.lag_s)
        normal, right = np.zeros((size, size)), np.zeros(size)
        at = self.rows(state.lag_s, among)
        many = _CHUNK if self._window == 1 else _CHUNK // 4
        for a in range(0, len(at), many):
            part = at[a : a + many]
            # A window needs every hop in it; a reference that answers at once only its own.
            span = part if self._window == 1 else np.arange(part[0] - self._window + 1, part[-1] + 1)
            felt, design = self._design(span, state, terms, tables, middle, nodes if pooled else None)
            if self._window > 1:
                felt, design = (windowed(v, self._window)[part - part[0]] for v in (felt, design))
            design[:, 2 * n] = -rate[part]
            residual = total[part] - felt
            sd = _sd(total[part])
            trust = np.minimum(1.0, FAR * sd / np.maximum(np.abs(residual), 1e-9)) / (sd**2 * ALIKE_ROWS)
            weighted = design * trust[:, None]
            normal += weighted.T @ design
            right += weighted.T @ residual
        prior = prior_of(self._base, self.start, nodes, self._taught)[:size, :size]
        covariance = np.linalg.inv(normal + prior)
        change = covariance @ (right - prior @ self._away(state, middle, nodes)[:size])
        steep = float(state.shape.slope(np.array([middle]))[0])

        def cost(tried: State) -> float:
            away = self._away(tried, middle, nodes)[:size]
            return len(at) * self.unlike(tried, terms, among) + 0.5 * float(away @ prior @ away)

        before, taken = cost(state), state
        for halvings in range(_HALVINGS):
            tried = self._moved(state, 0.5**halvings * change, middle, nodes, pooled=pooled)
            if cost(tried) < before:
                taken = tried
                break
        return taken, np.sqrt(np.diag(covariance)[:n]) * steep / taken.b

    def _moved(
        self, state: State, change: NDArray[np.float64], middle: float, nodes: NDArray[np.float64], *, pooled: bool
    ) -> State:
        """The state with each parameter changed, in the prior's order."""
        n = len(state.a)
        b = np.clip(state.b + change[n : 2 * n], 0.5 * self.start.b, 2.0 * self.start.b)
        lag_s = float(np.clip(state.lag_s + change[2 * n], -LONGEST_LAG_S, LONGEST_LAG_S))
        stepped = replace(state, a=state.a + change[:n] - middle * (b - state.b), b=b, lag_s=lag_s)
        if not pooled:
            return stepped
        added = np.interp(state.shape.z, nodes, change[2 * n + 1 : 2 * n + 1 + _MODES])
        # By steps that survive the rounding in a profile's file.
        steps = _RISE * np.arange(len(added))
        rising = np.maximum.accumulate(state.shape.ln_force + added - steps) + steps
        return replace(stepped, shape=Shape(state.shape.z, rising), memory=state.memory + change[2 * n + 1 + _MODES :])

    def _away(self, state: State, middle: float, nodes: NDArray[np.float64]) -> NDArray[np.float64]:
        """How far each parameter is from where the weights left it, in the prior's order."""
        start = self.start
        shift_b = state.b - start.b
        bent = state.shape.at(nodes) - start.shape.at(nodes)
        shift_a = state.a - start.a + middle * shift_b
        return np.concatenate([shift_a, shift_b, [state.lag_s - start.lag_s], bent, state.memory - start.memory])

    def unlike(self, state: State, terms: NDArray[np.float32], among: NDArray[np.bool_]) -> float:
        """What steps lower: half the squared error of a row in standard deviations, less for one far off; the mean."""
        at, total = self.rows(state.lag_s, among), self._hops.total_at(state.lag_s)
        if not len(at):
            return float("inf")
        off = windowed(self.felt(state, terms), self._window)[at - self._window + 1] - total[at]
        sds = np.abs(off) / _sd(total[at])
        return float(np.mean(np.where(sds < FAR, 0.5 * sds**2, FAR * (sds - 0.5 * FAR)))) / ALIKE_ROWS

    def _design(
        self,
        span: NDArray[np.int64],
        state: State,
        terms: NDArray[np.float32],
        tables: Tables,
        middle: float,
        nodes: NDArray[np.float64] | None,
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(s,) the sum felt at some hops, and (s, size) its change with each parameter; the lag's is left zero."""
        n = self._pad.n_channels
        place = self._hops.counts[span] + tables.offset
        force = tables.force.take(place) * np.exp(np.einsum("hkn,k->hn", terms[span], state.memory))
        by_gain, z = force * tables.by_gain.take(place), tables.z.take(place)
        design = np.zeros((len(span), 2 * n + 1 + (0 if nodes is None else _MODES + N_TERMS)))
        design[:, :n] = by_gain
        design[:, n : 2 * n] = by_gain * (z - middle)
        if nodes is not None:
            for k in range(_MODES):
                design[:, 2 * n + 1 + k] = (force * np.interp(z, nodes, np.eye(_MODES)[k])).sum(axis=1)
            design[:, 2 * n + 1 + _MODES :] = np.einsum("hn,hkn->hk", force, terms[span])
        return force.sum(axis=1), design


class Tables:
    """Per channel and count, for one state of the parameters: force, z, slope; as flat arrays to take from."""

    def __init__(self, base: Profile, state: State, pad: PadLayout) -> None:
        n, states = pad.n_channels, pad.full_scale + 1
        sensors = tuple(
            msgspec.structs.replace(s, ln_gain=float(state.a[s.channel]), exponent=float(state.b[s.channel]))
            for s in base.sensors
        )
        shape = state.shape
        current = msgspec.structs.replace(
            base, sensors=sensors, shape_z=tuple(shape.z.tolist()), shape_ln_n=tuple(shape.ln_force.tolist())
        )
        force = static_table(current, pad)
        siemens = conductance_s(np.minimum(np.arange(states), pad.full_scale - 1), pad.full_scale, pad.divider_ohm)
        resting = conductance_s(base.unloaded_counts, pad.full_scale, pad.divider_ohm)
        net = np.maximum(siemens[None] - resting[:, None], 1e-12)
        z = (np.log(net) - state.a[:, None]) / state.b[:, None]
        slope = shape.slope(z)
        self.force, self.z = force.ravel(), z.ravel()
        self.by_gain = (-slope / state.b[:, None]).ravel()
        self.x = compressed(force).ravel()
        self.offset = np.arange(n) * states


def _sd(total_n: NDArray[np.float64]) -> NDArray[np.float64]:
    """What totals are off by, one standard deviation, in newtons."""
    return np.asarray(np.hypot(REFERENCE_SD_N, REFERENCE_SD * np.maximum(total_n, 0.0)))

"""Solving for all sensors at once: Gauss-Newton steps towards sensors whose forces add up to the total.

A step moves every sensor's gain and exponent, the reference's lag, and - where `pooled` - the pad's shape and the
memory's coefficients, each held to what the weights said as firmly as the weights knew it. The rule: the prior is
always about where the weights left everything, however many steps are taken.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from rig.calibration.circuit import conductance_s
from rig.calibration.curve import Shape
from rig.calibration.memory import TAUS_S, WIDTHS, MemoryStates, compressed, terms_scale
from rig.calibration.model import COEFFICIENT_SD, N_TERMS
from rig.calibration.press_hops import LONGEST_LAG_S, windowed
from rig.calibration.profiled import static_table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.calibration.press_hops import Hops, Reference
    from rig.calibration.profile import Profile
    from rig.pad import PadLayout

REFERENCE_SD_N, REFERENCE_SD = 0.1, 0.015
"""What the total is off by in one row, in newtons and relative: the reference, the foam's edges, what no model has."""

ALIKE_ROWS = 3.0
"""Neighbouring rows err alike: so many of them count as one."""

SHAPE_SD, SHAPE_SD_N = 0.05, 0.05
"""How far pressing may move the shape that the weights gave: in ln F, and in newtons, since few weighed sensors say
little of how a pad's sensors begin to respond."""

ALIKE_Z = 0.7
"""How far along z the shape moves together."""

COMMON_SD = 0.1
"""What hands read beside settled weights, in ln of conductance and on all sensors alike: some of their force falls
into gaps, and no press lasts as long as a weight. So weighed sensors may follow the others, all together."""

LAG_SD_S = 0.05

FASTER = 2.0
"""Creep faster than so many times what the reference takes is not learnt from it: it looks like the reference's own
smear, and would undo that instead."""

_FIXED = 1e-4

BELOW = 2.0
"""So far below the smallest weight, in z, the shape is let bend: what 144 sensors still feel a little of after a press
is newtons in all, and else it would bend the shape where it matters."""

LOUD_N = 2.0
"""Errors of the total are told where it is above this."""

_RISE = 1e-3
_CHUNK = 1000
_MODES = 10
_MIDDLE_N = 5.0


@dataclass(frozen=True, eq=False)
class State:
    """Parameters under way: (n,) a, b; shape; (N_TERMS,) coefficients of the memory; the reference's lag."""

    a: NDArray[np.float64]
    b: NDArray[np.float64]
    shape: Shape
    memory: NDArray[np.float64]
    lag_s: float = 0.0


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
        self.start = _start(base, reference.lag_s)
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
        """One Gauss-Newton step: the new state, and (n,) standard deviation of each sensor's ln force about 5 N."""
        n, start, tables = self._pad.n_channels, self.start, self.tables(state)
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
            sd = np.hypot(REFERENCE_SD_N, REFERENCE_SD * np.maximum(total[part], 0.0))
            trust = np.minimum(1.0, 2.0 * sd / np.maximum(np.abs(residual), 1e-9)) / (sd**2 * ALIKE_ROWS)
            weighted = design * trust[:, None]
            normal += weighted.T @ design
            right += weighted.T @ residual
        prior = _prior(self._base, start, nodes, self._taught)[:size, :size]
        shift_b = state.b - start.b
        shift_a = state.a - start.a + middle * shift_b
        bent = state.shape.at(nodes) - start.shape.at(nodes)
        moved = np.concatenate([shift_a, shift_b, [state.lag_s - start.lag_s], bent, state.memory - start.memory])
        covariance = np.linalg.inv(normal + prior)
        change = covariance @ (right - prior @ moved[:size])
        b = np.clip(state.b + change[n : 2 * n], 0.5 * start.b, 2.0 * start.b)
        a_ = state.a + change[:n] - middle * (b - state.b)
        lag_s = float(np.clip(state.lag_s + change[2 * n], -LONGEST_LAG_S, LONGEST_LAG_S))
        steep = float(state.shape.slope(np.array([middle]))[0])
        sd_force = np.sqrt(np.diag(covariance)[:n]) * steep / b
        stepped = replace(state, a=a_, b=b, lag_s=lag_s)
        if pooled:
            added = np.interp(state.shape.z, nodes, change[2 * n + 1 : 2 * n + 1 + _MODES])
            # By steps that survive the rounding in a profile's file.
            steps = _RISE * np.arange(len(added))
            rising = np.maximum.accumulate(state.shape.ln_force + added - steps) + steps
            stepped = replace(
                stepped, shape=Shape(state.shape.z, rising), memory=state.memory + change[2 * n + 1 + _MODES :]
            )
        return stepped, sd_force

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


def _start(profile: Profile, lag_s: float) -> State:
    """Where a profile begins: its own numbers, and its shape continued below the smallest weight."""
    curves, memory = profile.curves, np.zeros(N_TERMS)
    for tau, value in zip(profile.memory.tau_s, profile.memory.creep, strict=True):
        if tau in TAUS_S:
            memory[TAUS_S.index(tau)] = value
    for width, value in zip(profile.memory.width, profile.memory.hysteresis, strict=True):
        if width in WIDTHS:
            memory[len(TAUS_S) + WIDTHS.index(width)] = value
    shape = curves.shape
    below = shape.z[0] - np.arange(BELOW, 0, -0.25)
    longer = Shape(np.concatenate([below, shape.z]), np.concatenate([shape.at(below), shape.ln_force]))
    return State(curves.a, curves.b, longer, memory, lag_s)


def _prior(base: Profile, start: State, nodes: NDArray[np.float64], taught: NDArray[np.bool_]) -> NDArray[np.float64]:
    """(size, size) how firmly each parameter is held to its start: gains, exponents, lag, shape at nodes, memory.

    `taught` says for the lag and each term of the memory whether the pressing can tell it.
    """
    by_weight = np.array([s.method == "weights" for s in base.sensors])
    error = np.array([s.uncertainty * s.exponent for s in base.sensors])
    memory_sd = np.where(taught[1:], COEFFICIENT_SD, _FIXED)
    gain = np.where(by_weight, np.clip(error, 0.02, 0.1), max(base.gain_spread, 0.15))
    exponent = np.where(by_weight, 0.02, max(base.exponent_spread, 0.03))
    sd = np.concatenate([gain, exponent, [LAG_SD_S if taught[0] else _FIXED], np.ones(len(nodes)), memory_sd])
    prior = np.diag(sd**-2.0)
    weighed = np.flatnonzero(by_weight)
    prior[np.ix_(weighed, weighed)] = np.linalg.inv(np.diag(gain[weighed] ** 2) + COMMON_SD**2)
    bend = np.hypot(SHAPE_SD, SHAPE_SD_N / np.exp(start.shape.at(nodes)))
    together = np.exp(-0.5 * ((nodes[:, None] - nodes) / ALIKE_Z) ** 2) + 1e-3 * np.eye(len(nodes))
    own = slice(2 * len(gain) + 1, 2 * len(gain) + 1 + len(nodes))
    prior[own, own] = np.linalg.inv(np.outer(bend, bend) * together)
    return prior

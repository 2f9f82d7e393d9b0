"""Free pressing: all sensors at once from the total force alone.

While somebody massages the pad, a reference under it reads the total. With F_i the force that sensor i would report,
sum_i F_i = total at every instant; ten minutes of that hold far more equations than a pad has gains. Solved here by
Gauss-Newton steps over every sensor's gain and exponent, the pad's shape and the memory's coefficients together, each
held to what the weights said as firmly as the weights knew it. The rule: sensors that were not pressed enough lean
on the population's numbers and are named, and whatever does not lower the error on stretches left out is not taken.

A load-cell amplifier answers late (an HX711 settles in 50 ms at 80 readings a second, 400 ms at 10: its data sheet), so
the reference's lag is found first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from rig.calibration.circuit import conductance_s
from rig.calibration.curve import Shape
from rig.calibration.fit import DECIMALS, memory_fit, rounded
from rig.calibration.memory import HOP_US, TAUS_S, WIDTHS, MemoryStates, compressed
from rig.calibration.model import COEFFICIENT_SD, N_TERMS
from rig.calibration.profile import LeftOut, Profile
from rig.calibration.profiled import static_table
from rig.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.calibration.press_file import Press
    from rig.calibration.profile import SensorFit
    from rig.pad import PadLayout

REFERENCE_SD_N, REFERENCE_SD = 0.1, 0.015
"""What the total is off by in one row, in newtons and relative: the reference, the foam's edges, what no model has."""

ALIKE_ROWS = 3.0
"""Neighbouring rows, `_ROWS_APART` hops apart, err alike: so many of them count as one."""

SHAPE_SD = 0.05
"""How far pressing may move the shape that the weights gave, in ln F."""

ENOUGH_N, ENOUGH_S = 1.0, 3.0
"""Pressed enough: at least so hard for so long."""

ENOUGH_SD = 0.08
"""And its force then known to this, one standard deviation relative."""

RESTING_N = 0.3
"""Below this total nobody touches the pad."""

LONGEST_LAG_S = 0.5
LAG_SD_S, LAG_STEP_S = 0.05, 0.01
STRETCH_S = 12.0
_ROWS_APART = 4
_CHUNK = 1000
_TURNS = 3
_MODES = 7


@dataclass(frozen=True, eq=False)
class Pressed:
    """What free pressing gave: the new profile, and errors of the total on stretches left out.

    before, after: root mean square of reading where the total is above 2 N, by the profile without and with it.
    weak: channels not pressed enough. lag_s: of the reference.
    """

    profile: Profile
    before: float
    after: float
    weak: tuple[int, ...]
    lag_s: float


@dataclass(frozen=True, eq=False)
class _State:
    """Parameters under way: (n,) a, b; shape; (N_TERMS,) coefficients; lag of the reference."""

    a: NDArray[np.float64]
    b: NDArray[np.float64]
    shape: Shape
    memory: NDArray[np.float64]
    lag_s: float = 0.0


def refine(profile: Profile, press: Press, pad: PadLayout) -> Pressed:
    """The profile with every sensor's numbers from free pressing.

    Raises:
        InputError: too little pressing to tell anything.
    """
    hops = _Hops.of(press)
    base = msgspec.structs.replace(profile, sensors=_resting(profile, press))
    lag_s = _lag_s(base, pad, hops)
    total = hops.total_at(lag_s)
    known = np.isfinite(total) & ~(hops.counts >= pad.full_scale).any(axis=1)
    known &= np.arange(len(total)) % _ROWS_APART == 0
    if known.sum() < 100 or np.nanmax(total[known]) < 2 * ENOUGH_N:
        raise InputError(f"{press.source}: too little pressing: under {ENOUGH_S:g} s above {2 * ENOUGH_N:g} N")
    stretch = (hops.hop * HOP_US // round(STRETCH_S * 1e6)) % 5
    test, train = known & (stretch == 4), known & (stretch != 4)
    start = replace(_start(base), lag_s=lag_s)
    options: list[tuple[float, bool]] = []
    fits: dict[bool, _State] = {}
    state, before = start, float("inf")
    for free in (False, True):
        # What the sensors remember depends little on the parameters: each round follows it once.
        terms = _walk(_Tables(base, state, pad), hops)
        if not free:
            before = _error(base, start, pad, hops, terms, test)
        for _ in range(_TURNS):
            state, _ = _step(base, start, state, pad, hops, terms, train, pooled=free)
        fits[free] = state
        options.append((_error(base, state, pad, hops, terms, test), free))
    after, free = min(options)
    terms = _walk(_Tables(base, fits[free], pad), hops)
    state, sd = _step(base, start, fits[free], pad, hops, terms, known, pooled=free)
    return _pressed(base, state, sd, pad, hops, before, after, free)


@dataclass(frozen=True, eq=False)
class _Hops:
    """The first scan of each hop: (h,) hop number and hops since the last, (h, n) counts; and the total's readings."""

    hop: NDArray[np.int64]
    moved: NDArray[np.int64]
    counts: NDArray[np.int64]
    t_s: NDArray[np.float64]
    read_s: NDArray[np.float64]
    read_n: NDArray[np.float64]

    @classmethod
    def of(cls, press: Press) -> _Hops:
        hop = press.t_us // HOP_US
        moved = np.diff(hop, prepend=hop[0] - 1)
        first = np.flatnonzero(moved > 0)
        fresh = np.isfinite(press.total_n)
        values = press.total_n[fresh]
        changed = np.diff(values, prepend=np.nan) != 0
        if changed.mean() < 0.5:  # the reference is slower than the scans: its repeats are no readings
            fresh[np.flatnonzero(fresh)[~changed]] = False
        t_s = press.t_us / 1e6
        return cls(
            hop[first], moved[first], press.counts[first].astype(np.int64), t_s[first], t_s[fresh], press.total_n[fresh]
        )

    def total_at(self, lag_s: float) -> NDArray[np.float64]:
        """(h,) the total at each hop, from the reference read `lag_s` later; NaN where it was silent for long."""
        at = self.t_s + lag_s
        total = np.interp(at, self.read_s, self.read_n, left=np.nan, right=np.nan)
        after = np.clip(np.searchsorted(self.read_s, at), 1, len(self.read_s) - 1)
        usual = float(np.median(np.diff(self.read_s))) if len(self.read_s) > 1 else 1.0
        silent = self.read_s[after] - self.read_s[after - 1] > max(3 * usual, 2 * HOP_US / 1e6)
        near = np.minimum(np.abs(self.read_s[after] - at), np.abs(at - self.read_s[after - 1])) < HOP_US / 1e6
        total[silent & ~near] = np.nan
        return np.asarray(total)


def _resting(profile: Profile, press: Press) -> tuple[SensorFit, ...]:
    """The sensors with the unloaded readings of the untouched pad, where the pressing has pauses."""
    resting = press.total_n < RESTING_N
    if resting.sum() < 20:
        return profile.sensors
    counts = np.median(press.counts[resting], axis=0)
    # A weight's own unloaded reading stays: it belongs to the numbers fitted with it.
    return tuple(
        s if s.method == "weights" else msgspec.structs.replace(s, unloaded_counts=float(counts[s.channel]))
        for s in profile.sensors
    )


def _start(profile: Profile) -> _State:
    curves, memory = profile.curves, np.zeros(N_TERMS)
    for tau, value in zip(profile.memory.tau_s, profile.memory.creep, strict=True):
        if tau in TAUS_S:
            memory[TAUS_S.index(tau)] = value
    for width, value in zip(profile.memory.width, profile.memory.hysteresis, strict=True):
        if width in WIDTHS:
            memory[len(TAUS_S) + WIDTHS.index(width)] = value
    return _State(curves.a, curves.b, curves.shape, memory)


class _Tables:
    """Per channel and count, for one state of the parameters: force, z, slope; as flat arrays to take from."""

    def __init__(self, base: Profile, state: _State, pad: PadLayout) -> None:
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


def _walk(tables: _Tables, hops: _Hops) -> NDArray[np.float32]:
    """(h, N_TERMS, n) memory terms of every hop; single precision, since they only enter sums."""
    n = hops.counts.shape[1]
    states = MemoryStates(n, TAUS_S, WIDTHS)
    out = np.empty((len(hops.hop), N_TERMS, n), np.float32)
    scale = np.concatenate([np.ones(len(TAUS_S)), 1 / np.array(WIDTHS)])[:, None]
    for a in range(0, len(out), _CHUNK):
        part = slice(a, a + _CHUNK)
        x = tables.x.take(hops.counts[part] + tables.offset)
        np.multiply(states.run(x, hops.moved[part].tolist()), scale, out=out[part], casting="same_kind")
    return out


def _forces(
    tables: _Tables, hops: _Hops, terms: NDArray[np.float32], memory: NDArray[np.float64], rows: NDArray[np.int64]
) -> NDArray[np.float64]:
    place = hops.counts[rows] + tables.offset
    return np.asarray(tables.force.take(place) * np.exp(np.einsum("hkn,k->hn", terms[rows], memory)))


def _lag_s(base: Profile, pad: PadLayout, hops: _Hops) -> float:
    """How much later the reference shows what the sensors feel; by the best correlation of the sums."""
    tables = _Tables(base, _start(base), pad)
    felt = tables.force.take(hops.counts + tables.offset).sum(axis=1)
    tried = np.arange(-4, round(LONGEST_LAG_S * 1e6 / HOP_US)) * (HOP_US / 1e6)
    unlike = np.full(len(tried), np.inf)
    for k, lag in enumerate(tried):
        total = hops.total_at(float(lag))
        known = np.isfinite(total)
        if known.sum() > 50 and np.std(total[known]) > 0 and np.std(felt[known]) > 0:
            unlike[k] = 1 - np.corrcoef(total[known], felt[known])[0, 1]
    # No lag unless one explains clearly more; the fit finds the rest.
    good = tried[unlike <= 1.1 * unlike.min()]
    return float(good[np.argmin(np.abs(good))]) if good.size else 0.0


def _error(
    base: Profile,
    state: _State,
    pad: PadLayout,
    hops: _Hops,
    terms: NDArray[np.float32],
    rows: NDArray[np.bool_],
) -> float:
    """Root mean square error of the total, of reading, where it is above 2 N."""
    tables, total = _Tables(base, state, pad), hops.total_at(state.lag_s)
    with np.errstate(invalid="ignore"):
        at = np.flatnonzero(rows & (total > 2.0))
    if not len(at):
        return float("inf")
    felt = _forces(tables, hops, terms, state.memory, at).sum(axis=1)
    return float(np.sqrt(np.mean((felt / total[at] - 1) ** 2)))


def _step(
    base: Profile,
    start: _State,
    state: _State,
    pad: PadLayout,
    hops: _Hops,
    terms: NDArray[np.float32],
    rows: NDArray[np.bool_],
    *,
    pooled: bool,
) -> tuple[_State, NDArray[np.float64]]:
    """One Gauss-Newton step: the new state, and (n,) standard deviation of each sensor's ln force about 5 N."""
    tables, n = _Tables(base, state, pad), pad.n_channels
    middle = float(state.shape.inverse(np.array([np.log(5.0)]))[0])
    nodes = np.linspace(state.shape.z[0], state.shape.z[-1], _MODES)
    extra = _MODES + N_TERMS if pooled else 0
    size = 2 * n + 1 + extra
    total = hops.total_at(state.lag_s)
    rate = (hops.total_at(state.lag_s + LAG_STEP_S) - hops.total_at(state.lag_s - LAG_STEP_S)) / (2 * LAG_STEP_S)
    rows = rows & np.isfinite(total) & np.isfinite(rate)
    shape_at = 2 * n + 1
    normal, right = np.zeros((size, size)), np.zeros(size)
    at = np.flatnonzero(rows)
    for a in range(0, len(at), _CHUNK):
        part = at[a : a + _CHUNK]
        place = hops.counts[part] + tables.offset
        force = _forces(tables, hops, terms, state.memory, part)
        by_gain = force * tables.by_gain.take(place)
        z = tables.z.take(place)
        design = np.empty((len(part), size))
        design[:, :n] = by_gain
        design[:, n : 2 * n] = by_gain * (z - middle)
        design[:, 2 * n] = -rate[part]
        if pooled:
            for k in range(_MODES):
                hat = np.interp(z, nodes, np.eye(_MODES)[k])
                design[:, shape_at + k] = (force * hat).sum(axis=1)
            design[:, shape_at + _MODES :] = np.einsum("hn,hkn->hk", force, terms[part])
        residual = total[part] - force.sum(axis=1)
        sd = np.hypot(REFERENCE_SD_N, REFERENCE_SD * np.maximum(total[part], 0.0))
        trust = np.minimum(1.0, 2.0 * sd / np.maximum(np.abs(residual), 1e-9)) / (sd**2 * ALIKE_ROWS)
        weighted = design * trust[:, None]
        normal += weighted.T @ design
        right += weighted.T @ residual
    # The prior, about where the weights left everything.
    sd_a, sd_b = _prior_sds(base)
    lag, modes, memory_sd = np.array([LAG_SD_S]), np.full(_MODES, SHAPE_SD), np.full(N_TERMS, COEFFICIENT_SD)
    prior = np.concatenate([sd_a, sd_b, lag, modes, memory_sd])[:size] ** -2
    shift_b = state.b - start.b
    shift_a = state.a - start.a + middle * shift_b
    shift_lag = np.array([state.lag_s - start.lag_s])
    moved = np.concatenate([shift_a, shift_b, shift_lag, np.zeros(_MODES), state.memory - start.memory])[:size]
    normal[np.diag_indices(size)] += prior
    covariance = np.linalg.inv(normal)
    change = covariance @ (right - prior * moved)
    b = np.clip(state.b + change[n : 2 * n], 0.5 * start.b, 2.0 * start.b)
    a = state.a + change[:n] - middle * (b - state.b)
    shape, memory = state.shape, state.memory
    if pooled:
        added = np.interp(shape.z, nodes, change[shape_at : shape_at + _MODES])
        rising = np.maximum.accumulate(shape.ln_force + added + 1e-6 * np.arange(len(shape.z)))
        shape, memory = Shape(shape.z, rising), memory + change[shape_at + _MODES :]
    steep = float(shape.slope(np.array([middle]))[0])
    sd_force = np.sqrt(np.diag(covariance)[:n]) * steep / b
    lag_s = float(np.clip(state.lag_s + change[2 * n], -LONGEST_LAG_S, LONGEST_LAG_S))
    return _State(a, b, shape, memory, lag_s), sd_force


def _prior_sds(base: Profile) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(n,) how firmly the weights hold each sensor's a and b."""
    by_weight = np.array([s.method == "weights" for s in base.sensors])
    error = np.array([s.uncertainty * s.exponent for s in base.sensors])
    gain = np.where(by_weight, np.clip(error, 0.02, 0.1), max(base.gain_spread, 0.15))
    exponent = np.where(by_weight, 0.02, max(base.exponent_spread, 0.03))
    return gain, exponent


def _pressed(
    base: Profile,
    state: _State,
    sd: NDArray[np.float64],
    pad: PadLayout,
    hops: _Hops,
    before: float,
    after: float,
    free: bool,
) -> Pressed:
    tables = _Tables(base, state, pad)
    force = tables.force.take(hops.counts + tables.offset)
    seconds = (force > ENOUGH_N).sum(axis=0) * HOP_US / 1e6
    top = np.quantile(force, 0.999, axis=0)
    weak, sensors, left_out = [], [], list(base.left_out)
    floor = max(base.held_out.of_reading or 0.0, 0.02)
    for s in base.sensors:
        c = s.channel
        if s.method == "dead":
            sensors.append(s)
            continue
        if s.method == "population" and (seconds[c] < ENOUGH_S or sd[c] > ENOUGH_SD):
            weak.append(c)
            why = f"pressed above {ENOUGH_N:g} N for {seconds[c]:.1f} s of {ENOUGH_S:g}, known to {100 * sd[c]:.0f} %"
            left_out.append(LeftOut(f"channel {c}", f"not pressed enough: {why}; it leans on the population's numbers"))
        numbers = msgspec.structs.replace(
            s,
            ln_gain=round(float(state.a[c]), DECIMALS),
            exponent=round(float(state.b[c]), DECIMALS),
            method=s.method if s.method == "weights" else "pressing",
            uncertainty=round(float(np.hypot(sd[c], floor)), DECIMALS),
            range_n=(s.range_n[0], max(s.range_n[1], round(float(top[c]), 2)))
            if s.method == "weights"
            else (s.range_n[0], max(base.range_n[1], round(float(top[c]), 2))),
        )
        sensors.append(numbers)
    memory = base.memory
    if free:
        memory = memory_fit(state.memory, np.arange(N_TERMS), "free pressing")
    added = f"free pressing over {len(base.sensors) - len(weak)} sensors, reference lag {1e3 * state.lag_s:.0f} ms"
    warnings = tuple(w for w in base.warnings if "settled weights only" not in w)
    profile = msgspec.structs.replace(
        base,
        sensors=tuple(sensors),
        shape_z=rounded(state.shape.z),
        shape_ln_n=rounded(state.shape.ln_force),
        memory=memory,
        method=f"{base.method}; {added}",
        left_out=tuple(left_out),
        warnings=warnings,
        # Less than a minute of pressing leaves no stretch to judge by.
        total=(round(before, DECIMALS), round(after, DECIMALS)) if np.isfinite(after) else None,
    )
    return Pressed(profile, before, after, tuple(weak), state.lag_s)

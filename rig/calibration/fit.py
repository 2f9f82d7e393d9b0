"""Fitting known loads on some sensors: which trials count, and how much of the model they bear.

Trials that contradict their own kind are set aside by name. The rule: the memory, and a sensor's own correction of the
pad's shape, are kept only where trials left out are told better by them. `rig.calibration.fitted_profile` makes a
profile of what comes out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import log
from typing import TYPE_CHECKING

import numpy as np

from rig.calibration.circuit import counts_for
from rig.calibration.held_out import HeldOut, held_out
from rig.calibration.memory import TAUS_S, WIDTHS
from rig.calibration.model import Choice, Fitted, Rows, fit_rows, fitted_rows, predict
from rig.calibration.profile import LeftOut
from rig.calibration.readings import Readings, net_conductance, readings_of, unloaded_conductance
from rig.calibration.static_fit import well_spread
from rig.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.calibration.loads import Loads
    from rig.pad import PadLayout

STRANGE = 0.12
"""A trial is strange where it is off by this and by `STRANGE_SDS` of what trials are usually off by; the maker's
repeatability of one part is 2 %, an off-centre puck shows more."""

STRANGE_SDS = 4.0

STRANGE_N = 0.1
"""And by so many newtons: what the foam's own weight and its drift may do to a small load."""

WORTH = 0.98
"""A part of the model stays if it brings the error on left-out trials below this of what it was without it."""

OWN_WORTH = 0.85
"""The same for a sensor's own correction of the shape, which has more freedom."""

FALLING, BEYOND_PLAY_N = 0.05, 1.0
"""Hysteresis is told by loads that were reached from above: this part of those beyond the widest play at the least.
Where every weight is put on an empty sensor, its terms only bend the curve, and a moving load then reads worse: by
4.0 % instead of 3.8 % over 18 fits of sensors whose hysteresis follows another law."""

RESPONDS_N = 0.5
"""A sensor that shows nothing under so much is dead."""

RESPONDS_COUNTS = 3


@dataclass(frozen=True, eq=False)
class LoadsFit:
    """What known loads alone give, before it becomes a profile.

    Attributes:
        rows, readings: what was fitted. fitted: the model. choice: what of it is on. errors: on left-out trials,
            strange ones judged too. strange: (t,) trials set aside. unloaded_s: (n_channels,) siemens, and
            unloaded_known: where it was read. dead: channels. left_out: what was not used, and why.
    """

    readings: Readings
    rows: Rows
    fitted: Fitted
    choice: Choice
    errors: HeldOut
    strange: NDArray[np.bool_]
    unloaded_s: NDArray[np.float64]
    unloaded_known: NDArray[np.bool_]
    dead: frozenset[int]
    left_out: tuple[LeftOut, ...]


def fit_loads(loads: Loads, pad: PadLayout) -> LoadsFit:
    """The model of the sensors that were loaded.

    Raises:
        InputError: no sensor was loaded with anything that it responded to.
    """
    readings = readings_of(loads)
    unloaded_s, known = unloaded_conductance(readings, pad)
    net = net_conductance(readings.counts, readings.channel, unloaded_s, pad)
    left_out: list[LeftOut] = []
    dead = _dead(readings, unloaded_s, pad, left_out)
    saturated = int(np.isnan(net).sum())
    if saturated:
        left_out.append(LeftOut(f"{saturated} readings at full scale", "a saturated reading is only a lower bound"))
    net[np.isin(readings.channel, sorted(dead))] = np.nan
    rows = fitted_rows(readings, net, pad.n_channels)
    if not len(rows.trial):
        why = f": {left_out[0].what} {left_out[0].why}" if left_out else ""
        raise InputError(f"{loads.source}: no channel responds to any load above {RESPONDS_N:g} N{why}")
    terms = _terms(readings, rows, net)
    strange = _strange_trials(readings, rows, terms)
    for k in np.flatnonzero(strange.marked):
        why = f"reads {100 * strange.error[k]:+.0f} % against its siblings"
        left_out.append(LeftOut(readings.trials[k].name, why))
    choice = _choose(rows, terms, strange.marked)
    kept = ~strange.marked[rows.trial]
    fitted = fit_rows(rows.pick(kept), terms[kept], choice)
    errors = held_out(rows, terms, choice, strange.marked)
    return LoadsFit(
        readings,
        rows,
        fitted,
        choice,
        errors,
        strange.marked,
        unloaded_s,
        known,
        frozenset(dead),
        tuple(left_out),
    )


def _terms(readings: Readings, rows: Rows, net: NDArray[np.float64]) -> NDArray[np.float64]:
    """The memory terms of the rows, by static forces fitted without memory."""
    none = np.zeros((len(rows.trial), len(TAUS_S) + len(WIDTHS)))
    static = fit_rows(rows, none, Choice()).static.curves
    reachable = float(np.exp(rows.ln_f.max())) * 1.5
    force = np.nan_to_num(static.force_n(np.nan_to_num(net), readings.channel), posinf=reachable)
    force[np.isnan(net)] = 0.0
    return readings.terms(np.minimum(force, reachable), TAUS_S, WIDTHS)[rows.at]


@dataclass(frozen=True, eq=False)
class _Strange:
    marked: NDArray[np.bool_]
    error: NDArray[np.float64]


def _strange_trials(readings: Readings, rows: Rows, terms: NDArray[np.float64]) -> _Strange:
    """Trials that are off by far more than the others, told by a robust fit and by the same weight's other trials."""
    n = len(readings.trials)
    levels = frozenset(c for c in np.unique(rows.channel).tolist() if _repeated(rows, c))
    fitted = fit_rows(rows, terms, Choice(plays=True, own=levels))
    off = predict(fitted, rows, terms) - rows.ln_f
    mean = np.bincount(rows.trial, off, minlength=n) / np.maximum(np.bincount(rows.trial, minlength=n), 1)
    present = np.bincount(rows.trial, minlength=n) > 0
    # What all trials of one weight on one sensor have in common is the curve's affair, not a trial's.
    for key in {(t.channel, t.load_n) for t in readings.trials if t.settled}:
        siblings = np.array([present[k] and (t.channel, t.load_n) == key for k, t in enumerate(readings.trials)])
        if siblings.sum() >= 3:
            mean[siblings] -= np.median(mean[siblings])
    sd = 1.4826 * float(np.median(np.abs(mean[present])))
    loads = np.array([t.load_n for t in readings.trials])
    marked = present & (np.abs(mean) > np.maximum(max(STRANGE, STRANGE_SDS * sd), STRANGE_N / loads))
    if marked.sum() > 0.25 * present.sum():
        marked[:] = False  # not strange trials but a strange model: none of them is the odd one out
    return _Strange(marked, np.expm1(mean))


def _repeated(rows: Rows, channel: int) -> bool:
    """Whether a channel has well spread weights, most of them more than once."""
    at = (rows.channel == channel) & rows.settled
    if not at.any() or not well_spread(rows.ln_f[at]):
        return False
    trials, first = np.unique(rows.trial[at], return_index=True)
    levels = np.unique(np.round(rows.ln_f[at][first], 3))
    return len(trials) >= 2 * len(levels)


def _choose(rows: Rows, terms: NDArray[np.float64], strange: NDArray[np.bool_]) -> Choice:
    """What of the model is on: each part only if it lowers the error on left-out trials."""
    plain = held_out(rows, terms, Choice(), strange)
    best = plain.rms(~strange)
    if np.isnan(best):
        return Choice()
    own = _own_curves(rows, terms, strange, Choice(), plain)
    if own:
        best = held_out(rows, terms, Choice(own=own), strange).rms(~strange)
    choice = Choice(own=own)
    parts = []
    far = rows.ln_f > log(BEYOND_PLAY_N)
    if (terms[far, -1] < 0).sum() > FALLING * far.sum():
        parts.append(Choice(plays=True, own=own))
    if not rows.settled.all():
        # Settled weights alone do not tell creep: what it fitted to them did harm on another day's weights.
        parts.append(Choice(creep=True, plays=True, own=own))
    for tried in parts:
        error = held_out(rows, terms, tried, strange).rms(~strange)
        if error < WORTH * best:
            best, choice = error, tried
    # With the memory taken off, more sensors may show a curve of their own.
    alike = replace(choice, own=frozenset())
    again = replace(choice, own=_own_curves(rows, terms, strange, alike, held_out(rows, terms, alike, strange)))
    if again.own != own and held_out(rows, terms, again, strange).rms(~strange) < best:
        return again
    return choice


def _own_curves(
    rows: Rows, terms: NDArray[np.float64], strange: NDArray[np.bool_], choice: Choice, pooled: HeldOut
) -> frozenset[int]:
    """The sensors that do clearly better with a correction of their own."""
    able = [c for c in np.unique(rows.channel).tolist() if well_spread(rows.ln_f[rows.channel == c])]
    if not able:
        return frozenset()
    freed = held_out(rows, terms, replace(choice, own=frozenset(able)), strange)
    channel_of = np.full(len(strange), -1, np.int64)
    channel_of[rows.trial] = rows.channel
    return frozenset(
        c
        for c in able
        if freed.rms(~strange & (channel_of == c)) < OWN_WORTH * pooled.rms(~strange & (channel_of == c))
    )


def _dead(readings: Readings, unloaded_s: NDArray[np.float64], pad: PadLayout, left_out: list[LeftOut]) -> set[int]:
    """Channels that do not respond to loads that every sensor feels."""
    dead = set()
    resting = counts_for(unloaded_s, pad.full_scale, pad.divider_ohm)
    for c in np.unique(readings.channel).tolist():
        pressed = (readings.channel == c) & (readings.load_n >= RESPONDS_N) & (readings.trial >= 0)
        if pressed.any() and np.median(readings.counts[pressed]) < resting[c] + RESPONDS_COUNTS:
            dead.add(c)
            falls = np.median(readings.counts[pressed]) < resting[c] - RESPONDS_COUNTS
            does = "falls under" if falls else "does not respond to"
            wrong = "; sensor and resistor are the other way round" if falls else ""
            left_out.append(LeftOut(f"channel {c}", f"{does} loads up to {readings.load_n[pressed].max():g} N{wrong}"))
    return dead

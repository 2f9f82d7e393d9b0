"""Loads cut into trials and laid on the grid of hops, so that fitting sees what a conversion would have seen.

A *trial* is one weight put on one sensor once, or one press of a continuous reference. A *run* is a stretch of one
channel's readings on one clock; each starts at rest. Where readings pause and the load has changed, or pause for
long, the weight was lifted in between. The rule: every hop is represented by its first reading, exactly as in a
conversion.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rig.calibration.circuit import conductance_s
from rig.calibration.memory import HOP_US, compressed, left_over
from rig.calibration.other_units import GRAMS_PER_N

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.calibration.loads import Loads
    from rig.pad import PadLayout

WEIGHTS_AT_MOST = 40
"""More different loads than this on one channel are a continuous reference, not weights."""

SETTLE_US = 500_000
"""A weight's first half second is the hand that puts it down."""

LIFT_US = 200_000
"""Its last fifth of a second may be the hand that takes it away."""

LEAST_N = 0.05
"""Smaller loads are not fitted: an FSR does not respond to them yet."""

LONG_PAUSE = 10.0
"""A second without readings is a pause, and so many times the usual step where readings are typed."""

_PAUSE_US = 1_000_000
_NEW_RUN_US = 60_000_000
_PRESS_US = 10_000_000
_LIFTED, _BEFORE = -2, -1


@dataclass(frozen=True)
class Trial:
    """One weight on one sensor once, or one press: `load_n` is the weight, or the press's mean load."""

    channel: int
    cycle: int
    load_n: float
    settled: bool

    @property
    def name(self) -> str:
        """What people call it; a weight is named in grams too, as it is stamped."""
        load = f"{self.load_n:.4g} N ({self.load_n * GRAMS_PER_N:.1f} g)" if self.settled else "press"
        return f"channel {self.channel}, cycle {self.cycle}, {load}"


@dataclass(frozen=True, eq=False)
class Readings:
    """Readings one hop apart; arrays are (n,) unless said otherwise.

    Attributes:
        channel: int64. load_n: true load. counts: the reading. trial: number in `trials`, -1 where nothing rests on
            the sensor or a weight has just been put down.
        trials: what there is. unloaded: (n,) True where the load is zero.
        grid: (h, r) row of each hop of each run, `_LIFTED` and `_BEFORE` where there is none.
        place: (n, 2) hop and run of each row. cycles: whether the file tells them; else they are counted.
    """

    channel: NDArray[np.int64]
    load_n: NDArray[np.float64]
    counts: NDArray[np.int64]
    trial: NDArray[np.int64]
    trials: tuple[Trial, ...]
    grid: NDArray[np.int64]
    place: NDArray[np.int64]
    cycles: bool

    @property
    def unloaded(self) -> NDArray[np.bool_]:
        """Rows without load; a reference that nothing presses is not quite at zero."""
        return self.load_n < LEAST_N

    def terms(
        self, static_n: NDArray[np.float64], taus_s: tuple[float, ...], widths: tuple[float, ...]
    ) -> NDArray[np.float64]:
        """(n, k + j) memory terms of each row, given the rows' static forces."""
        force = np.append(static_n, [0.0, 0.0])
        x = compressed(force[self.grid])
        out = left_over(x, np.ones(len(x), np.int64), taus_s, widths)
        return np.asarray(out[self.place[:, 0], :, self.place[:, 1]])


def readings_of(loads: Loads) -> Readings:
    """The readings of Loads on the grid of hops."""
    channel, load, counts, trial, place = [], [], [], [], []
    runs: list[NDArray[np.int64]] = []
    trials: list[Trial] = []
    rows_so_far = 0
    for number in loads.channels:
        own = np.flatnonzero(loads.channel == number)
        settled = len(np.unique(loads.load_n[own][loads.load_n[own] > 0])) <= WEIGHTS_AT_MOST
        marks = _trials(loads, own, number, settled=settled, trials=trials)
        t_us = loads.t_us[own]
        long_us = _long_pause_us(t_us)
        breaks = np.flatnonzero((np.diff(t_us) < 0) | (np.diff(t_us) > _NEW_RUN_US)) + 1
        for part in np.split(np.arange(len(own)), breaks):
            hop = (t_us[part] - t_us[part[0]]) // HOP_US
            first = np.flatnonzero(np.diff(hop, prepend=-1) > 0)
            at, kept = hop[first], part[first]
            line = np.full(int(at[-1]) + 1, _BEFORE, np.int64)
            line[at] = np.arange(len(kept))
            line = np.maximum.accumulate(line) + rows_so_far
            rows = own[kept]
            moved = (np.diff(loads.load_n[rows]) != 0) | (np.diff(t_us[kept]) > long_us)
            for k in np.flatnonzero(moved & (np.diff(at) * HOP_US > _PAUSE_US)):
                line[at[k] + 1 : at[k + 1]] = _LIFTED
            place.append(np.column_stack([at, np.full(len(at), len(runs))]))
            runs.append(line)
            channel.append(loads.channel[rows])
            load.append(loads.load_n[rows])
            counts.append(loads.counts[rows])
            trial.append(marks[kept])
            rows_so_far += len(kept)
    grid = np.full((max(len(line) for line in runs), len(runs)), _BEFORE, np.int64)
    for column, line in enumerate(runs):
        grid[: len(line), column] = line
    join = np.concatenate
    cycles = bool(loads.cycle.any())
    return Readings(join(channel), join(load), join(counts), join(trial), tuple(trials), grid, join(place), cycles)


def _trials(loads: Loads, own: NDArray[np.int64], number: int, settled: bool, trials: list[Trial]) -> NDArray[np.int64]:
    """Which trial each of a channel's rows belongs to; appends the trials found."""
    load, cycle, t_us = loads.load_n[own], loads.cycle[own], loads.t_us[own]
    pressed = load >= LEAST_N if settled else load > max(LEAST_N, 0.02 * float(load.max()))
    new = np.ones(len(own), bool)
    new[1:] = (np.diff(cycle) != 0) | (np.diff(pressed.astype(int)) != 0)
    # Time that begins anew is a new press, unless the file says that it is the same weight of the same cycle.
    new[1:] |= ((np.diff(load) != 0) | (np.diff(t_us) > _long_pause_us(t_us))) if settled else (np.diff(t_us) < 0)
    if settled and not cycle.any():
        new[1:] |= np.diff(t_us) < 0
    marks = np.full(len(own), -1, np.int64)
    counted: dict[float, int] = {}
    for part in np.split(np.arange(len(own)), np.flatnonzero(new)[1:]):
        if not pressed[part[0]]:
            continue
        for piece in _settled(t_us, part) if settled else _pieces(t_us, part):
            mean = float(load[piece].mean())
            alike = mean if settled else 0.0
            counted[alike] = counted.get(alike, 0) + 1
            marks[piece] = len(trials)
            trials.append(Trial(number, int(cycle[piece[0]]) or counted[alike], mean, settled))
    return marks


def _long_pause_us(t_us: NDArray[np.int64]) -> float:
    """A pause in which a weight was lifted, even where the same one comes back: long beside the usual step."""
    return max(_PAUSE_US, LONG_PAUSE * float(np.median(np.abs(np.diff(t_us))))) if len(t_us) > 1 else _PAUSE_US


def _settled(t_us: NDArray[np.int64], part: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """The rows of one weight between its settling and its lifting; at least a quarter of its stay."""
    since = np.abs(t_us[part] - t_us[part[0]])
    lasted = int(since.max())
    settled = part[(since >= min(SETTLE_US, lasted // 2)) & (since <= lasted - min(LIFT_US, lasted // 4))]
    # A few scattered readings have no middle; the last is the most settled.
    return [settled if len(settled) else part[-1:]]


def _pieces(t_us: NDArray[np.int64], part: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """A long press as several trials, so that leaving one out leaves something in."""
    cuts = np.arange(t_us[part[0]] + _PRESS_US, t_us[part[-1]], _PRESS_US)
    return [piece for piece in np.split(part, np.searchsorted(t_us[part], cuts)) if len(piece)]


def net_conductance(
    counts: NDArray[np.int64], channel: NDArray[np.int64], unloaded_s: NDArray[np.float64], pad: PadLayout
) -> NDArray[np.float64]:
    """(n,) conductance beyond the unloaded one in siemens; NaN at full scale, where a reading tells nothing."""
    siemens = conductance_s(counts, pad.full_scale, pad.divider_ohm)
    net = np.maximum(siemens - unloaded_s[channel], 0.0)
    return np.where(np.isfinite(siemens), net, np.nan)


def unloaded_conductance(readings: Readings, pad: PadLayout) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """(n_channels,) median unloaded conductance in siemens, zero where never read, and where it was read."""
    out, known = np.zeros(pad.n_channels), np.zeros(pad.n_channels, bool)
    for number in np.unique(readings.channel[readings.unloaded]).tolist():
        resting = readings.counts[readings.unloaded & (readings.channel == number)]
        out[number] = float(conductance_s(np.median(resting), pad.full_scale, pad.divider_ohm))
        known[number] = True
    return out, known

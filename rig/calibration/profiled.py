"""Counts to newtons by a pad's own profile.

Each sensor has a table of static forces over all its counts; what it remembers is one factor a sensor, moved once a
hop of 25 ms by the hop's first scan (`rig.calibration.memory`). So a scan costs a look-up and a product. The rule:
tables are built once per session, the factor is quantised and looked up too, and everything else is elementwise, so
that no block size and no library can change a bit.

Above its calibrated range, or where one count is worth more than 2 % of the force, a sensor's table stays level and
`at_least` says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rig.calibration.circuit import conductance_s
from rig.calibration.conversion import FORCE_STEPS_PER_N
from rig.calibration.memory import HOP_US, MemoryStates, compressed, terms_scale

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.calibration.profile import Profile
    from rig.frame import Block
    from rig.pad import PadLayout

COARSEST_COUNT = 0.02
"""The largest part of a force that one count may be worth (CALIBRATION: ADC step > 2 % of reading)."""

BEYOND_RANGE = 1.1
"""How far above the largest calibration load a number is still given: the presses that condition a pad, 110 %."""

MEMORY_STEPS = 4096
"""Steps of the memory's factor in an e-fold: 0.024 %."""

_MOST_MEMORY = 0.5
"""The memory changes a force by at most so much in its logarithm; real ones stay below 0.15."""

_HOPS_AT_ONCE = 4096


class ProfiledConversion:
    """Counts to newtons for one session; `push` takes its Blocks in order.

    Args:
        profile: the pad's own, as it reads today. pad: the layout.
        session_gain: the day's gain that it was shifted by (`rig.calibration.day_gain`), to be said in `about`.
        trusted: False where the profile's check failed: the forces are then relative and `calibrated` is False.
        reason: what to say about it in `about`.
    """

    def __init__(
        self, profile: Profile, pad: PadLayout, session_gain: float = 1.0, *, trusted: bool = True, reason: str = ""
    ) -> None:
        self.calibrated = trusted
        # A foam that may have been changed is not undone by what was measured on the old one.
        self.spread_mm = profile.spread_mm if trusted else None
        self.about = about(profile, session_gain, trusted=trusted, reason=reason)
        force = static_table(profile, pad)
        self.limit_counts = limits(profile, pad, force)
        """(n_channels,) the lowest reading of each sensor that is only a lower bound."""
        counts = np.arange(pad.full_scale + 1)
        self._states_per = pad.full_scale + 1
        level = np.minimum(counts, np.maximum(self.limit_counts, 0)[:, None])
        force = np.take_along_axis(force, level, axis=1)
        self._x = compressed(force).ravel()
        # With half a step more, so that cutting off rounds; a sensor at rest stays at none.
        self._steps = (force * FORCE_STEPS_PER_N + 0.5).ravel()
        memory = profile.memory
        by_term = zip((*memory.creep, *memory.hysteresis), terms_scale(memory.tau_s, memory.width), strict=True)
        scale = tuple(MEMORY_STEPS * coefficient * of_term for coefficient, of_term in by_term)
        self._states = MemoryStates(pad.n_channels, memory.tau_s, memory.width, scale) if scale else None
        reach = round(_MOST_MEMORY * MEMORY_STEPS)
        self._factors = np.exp(np.arange(-reach, reach + 1) / MEMORY_STEPS)
        self._middle = reach + 0.5
        self._offset = np.arange(pad.n_channels) * self._states_per
        self._highest = np.array(pad.full_scale)
        self._hop: int | None = None
        self._factor = np.ones(pad.n_channels)

    def push(self, block: Block) -> NDArray[np.int32]:
        """(n, n_channels) forces in steps of 1/1024 N; counts above full scale read as full scale."""
        place = block.counts.astype(np.intp)
        np.minimum(place, self._highest, out=place)
        place += self._offset
        steps: NDArray[np.float64] = self._steps.take(place)
        if self._states is not None:
            self._remember(self._states, block.t_us.tolist(), place, steps)
        return steps.astype(np.int32)

    def at_least(self, counts: NDArray[np.uint16]) -> NDArray[np.bool_]:
        """True, shaped as (..., n_channels) counts, where a reading is at or beyond its sensor's range."""
        return np.asarray(counts >= self.limit_counts)

    def _remember(
        self, states: MemoryStates, t_us: list[int], place: NDArray[np.int64], steps: NDArray[np.float64]
    ) -> None:
        """Put the memory's factor on (n, n_channels) steps of scans at n times; moves the states.

        Live a block is a few scans, which are waited for: plain loops over them cost less than more of numpy's calls.
        """
        begun, gone = [], []
        for row, t in enumerate(t_us):
            hop = t // HOP_US
            if self._hop is None or hop > self._hop:
                gone.append(1 if self._hop is None else hop - self._hop)
                begun.append(row)
                self._hop = hop
        edges = [*begun, len(t_us)]
        if edges[0]:
            steps[: edges[0]] *= self._factor
        if len(begun) == 1:
            self._factor = self._factors_of(states.step(self._x.take(place[begun[0]]), gone[0])[None])[0]
            steps[begun[0] :] *= self._factor
            return
        for a in range(0, len(begun), _HOPS_AT_ONCE):
            part = slice(a, a + _HOPS_AT_ONCE)
            factors = self._factors_of(states.run(self._x.take(place[begun[part]]), gone[part]))
            for k, factor in enumerate(factors, start=a):
                steps[edges[k] : edges[k + 1]] *= factor
            self._factor = factors[-1]

    def _factors_of(self, left: NDArray[np.float64]) -> NDArray[np.float64]:
        """(h, n_channels) factors from (h, k, n_channels) what the states leave; the terms are added in their order."""
        places = np.add.reduce(left, axis=1, initial=self._middle).astype(np.intp)
        return np.asarray(self._factors.take(places, mode="clip"))


def about(profile: Profile, session_gain: float, *, trusted: bool = True, reason: str = "") -> str:
    """One line for people: which profile, from when, how far to trust it."""
    error = profile.held_out.of_reading
    good = f", {100 * error:.1f} % of reading on loads left out" if error is not None else ""
    gain = f", check weight x{session_gain:.3f}" if session_gain != 1.0 else ""
    line = (
        f"profile of {profile.pad}, {profile.made[:10]}, {profile.range_n[0]:.2g}-{profile.range_n[1]:.3g} N a sensor"
    )
    if not trusted:
        return f"relative forces, not newtons: {reason or 'the profile is not valid'} ({line})"
    return f"{line}{good}{gain}{'; doubtful: ' + reason if reason else ''}"


def static_table(profile: Profile, pad: PadLayout) -> NDArray[np.float64]:
    """(n_channels, full_scale + 1) static newtons of each sensor at each count; full scale reads as one below.

    Forces never fall with counts; dead sensors are zero.
    """
    counts = np.minimum(np.arange(pad.full_scale + 1), pad.full_scale - 1)
    siemens = conductance_s(counts, pad.full_scale, pad.divider_ohm)
    resting = conductance_s(profile.unloaded_counts, pad.full_scale, pad.divider_ohm)
    net = np.maximum(siemens[None, :] - resting[:, None], 0.0)
    channel = np.repeat(np.arange(pad.n_channels), len(counts))
    force = profile.curves.force_n(net.ravel(), channel).reshape(net.shape)
    force[profile.dead] = 0.0
    return np.maximum.accumulate(force, axis=1)


def limits(profile: Profile, pad: PadLayout, force: NDArray[np.float64]) -> NDArray[np.int64]:
    """(n_channels,) the lowest count of each sensor that only bounds its force, given its table of static forces."""
    top = np.array([s.range_n[1] for s in profile.sensors]) * BEYOND_RANGE
    step = np.diff(force, axis=1, append=np.inf)
    coarse = (np.arange(force.shape[1]) > pad.full_scale / 2) & (step > COARSEST_COUNT * force)
    coarse[:, -1] = True
    beyond = force >= top[:, None]
    limit = np.argmax(coarse | beyond, axis=1)
    limit[profile.dead] = pad.full_scale
    return np.asarray(limit, np.int64)

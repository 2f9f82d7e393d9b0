"""Free pressing: all sensors at once from the total force alone.

While somebody massages the pad, a reference under it reads the total. With F_i the force that sensor i would report,
sum_i F_i = total at every instant; ten minutes of that hold far more equations than a pad has gains. How the
reference reads is found first (`rig.calibration.press_hops`), then every sensor's gain and exponent, the pad's shape
and the memory's coefficients are solved for together (`rig.calibration.press_solve`). The rule: sensors that were not
pressed enough lean on the population's numbers and are named, and whatever does not lower the error on stretches left
out is not taken.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from rig.calibration.fitted_profile import DECIMALS, memory_fit, rounded
from rig.calibration.memory import HOP_US
from rig.calibration.model import N_TERMS
from rig.calibration.other_units import GRAMS_RATIO, KILOGRAMS_RATIO
from rig.calibration.press_hops import Hops, Reference, references_of
from rig.calibration.press_solve import Equations
from rig.calibration.profile import LeftOut, Profile
from rig.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.calibration.press_file import Press
    from rig.calibration.press_prior import State
    from rig.calibration.profile import SensorFit
    from rig.pad import PadLayout

ENOUGH_SD = 0.08
"""Pressed enough: a sensor's force is known to this, one standard deviation relative. What the fit says of itself is
true: on 12 pressings of virtual pads, 45 s to 6 minutes, sensors that it knew to 6 to 8 % were off by 7 %."""

ENOUGH_N = 1.0
"""A sensor counts as pressed from here on."""

RESTING_N = 0.3
"""Below this total nobody touches the pad."""

FEWEST = 30
"""Readings of the total that say anything of a pad."""

STRETCH_S = 12.0
"""Every fifth stretch of so long is left out, to judge by."""

_TURNS = 3


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


def refine(profile: Profile, press: Press, pad: PadLayout) -> Pressed:
    """The profile with every sensor's numbers from free pressing.

    Raises:
        InputError: too little pressing to tell anything.
    """
    if not len(press):
        raise InputError(f"{press.source}: holds no scans")
    hops = Hops.of(press)
    base = msgspec.structs.replace(profile, sensors=_resting(profile, press))
    everywhere = np.ones(len(hops.hop), bool)
    test = (hops.hop * HOP_US // round(STRETCH_S * 1e6)) % 5 == 4
    begun = _begun(base, pad, hops, ~test)
    equations, state = begun[0]
    at = equations.rows(state.lag_s, everywhere)
    _ask_about_units(press.source, hops.total_at(state.lag_s)[at], equations.felt(equations.start)[at])
    if len(at) < FEWEST or hops.total_at(state.lag_s)[at].max() < 2 * ENOUGH_N:
        raise InputError(
            f"{press.source}: too little pressing: the total is known {len(at)} times, "
            f"at least {FEWEST} are needed, some of them above {2 * ENOUGH_N:g} N"
        )
    before = equations.error(equations.start, equations.follow(equations.start), test)
    fits: list[tuple[float, Equations, State, bool]] = []
    for equations, start in begun:
        state = start
        for free in (False, True):
            # What the sensors remember depends little on the parameters: each round follows it once.
            terms = equations.follow(state)
            for _ in range(_TURNS):
                state, _ = equations.step(state, terms, ~test, pooled=free)
            # As the fit counts them: a few rows that all get wrong do not outvote the others.
            fits.append((equations.unlike(state, terms, test), equations, state, free))
    _, equations, state, free = min(fits, key=lambda fit: fit[0])
    terms = equations.follow(state)
    after = equations.error(state, terms, test)
    state, sd = equations.step(state, terms, everywhere, pooled=free)
    return _pressed(base, equations, state, sd, hops, (before, after), free=free)


def _ask_about_units(source: str, total_n: NDArray[np.float64], felt_n: NDArray[np.float64]) -> None:
    """Ask where (r,) totals are so far from what was felt at the same moments that they look like another unit's.

    Raises:
        InputError: they do.
    """
    loud = felt_n > 2 * ENOUGH_N
    ratio = float(np.median(total_n[loud] / felt_n[loud])) if loud.any() else 1.0
    if not KILOGRAMS_RATIO < ratio < GRAMS_RATIO:
        unit = "grams" if ratio > 1 else "kilograms"
        raise InputError(f"{source}: column total_n: {ratio:.2g} times what the sensors felt; are these {unit}?")


def _begun(base: Profile, pad: PadLayout, hops: Hops, train: NDArray[np.bool_]) -> list[tuple[Equations, State]]:
    """The equations with their reference, and where to go on from; each way that the reference may read, best first.

    Uneven sensors hide how the reference reads: it is looked at again once they have been made somewhat even.
    """
    reference = Reference(0.0, 1)
    equations = Equations(base, pad, hops, reference)
    state = equations.start
    for turn in range(_TURNS):
        terms = equations.follow(state)
        found = references_of(hops, equations.felt(state, terms))
        if turn and found[0].window == reference.window:
            break
        reference = found[0]
        equations = Equations(base, pad, hops, reference)
        state = replace(state, lag_s=reference.lag_s)
        state, _ = equations.step(state, terms, train, pooled=False)
    others = [(Equations(base, pad, hops, one), replace(state, lag_s=one.lag_s)) for one in found[1:]]
    return [(equations, state), *others]


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


def _pressed(
    base: Profile,
    equations: Equations,
    state: State,
    sd: NDArray[np.float64],
    hops: Hops,
    errors: tuple[float, float],
    *,
    free: bool,
) -> Pressed:
    tables = equations.tables(state)
    force = tables.force.take(hops.counts + tables.offset)
    seconds = (force > ENOUGH_N).sum(axis=0) * hops.pace_s
    top = np.quantile(force, 0.999, axis=0)
    weak, sensors, left_out = [], [], list(base.left_out)
    floor = max(base.held_out.of_reading or 0.0, 0.02)
    for s in base.sensors:
        c = s.channel
        if s.method == "dead":
            sensors.append(s)
            continue
        if s.method == "population" and sd[c] > ENOUGH_SD:
            weak.append(c)
            why = f"above {ENOUGH_N:g} N for {seconds[c]:.1f} s, known to {100 * sd[c]:.0f} %"
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
        total=(round(errors[0], DECIMALS), round(errors[1], DECIMALS)) if np.isfinite(errors[1]) else None,
    )
    return Pressed(profile, *errors, tuple(weak), state.lag_s)

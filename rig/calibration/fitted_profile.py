"""What a fit of known loads comes to as a profile: its numbers rounded, its errors told, its doubts in sentences.

Sensors without weights take the population's numbers until free pressing (`rig.calibration.press`) gives them their
own. The rule: every figure of error in a profile was made on trials that the fit had not seen, with the naive fits told
by the same trials.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rig import __version__
from rig.calibration.circuit import counts_for
from rig.calibration.held_out import held_out_linear, held_out_power
from rig.calibration.memory import TAUS_S, WIDTHS
from rig.calibration.profile import FORMAT, SCHEMA, Conditions, Errors, MemoryFit, Profile, SensorFit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.calibration.fit import LoadsFit
    from rig.calibration.profile import Method
    from rig.pad import PadLayout

DECIMALS = 5
"""Of parameters in a profile: a part in 100,000, far below what a sensor repeats to."""

USUAL = 0.05
"""The error of reading where too few trials could be left out to tell it."""


def profile_of(found: LoadsFit, pad: PadLayout, made: str, conditions: Conditions | None = None) -> Profile:
    """The profile that known loads alone give; sensors without loads get the population's numbers.

    Args:
        found: of `rig.calibration.fit.fit_loads`. pad: the layout. made: ISO 8601 date with time zone.
        conditions: what else is known.
    """
    rows, static, sound = found.rows, found.fitted.static, ~found.strange
    range_n = _span(np.exp(rows.ln_f[sound[rows.trial]]))
    linear = held_out_linear(rows, found.readings.counts[rows.at], found.strange).rms(sound)
    power = held_out_power(rows, found.strange).rms(sound)
    return Profile(
        schema=SCHEMA,
        format=FORMAT,
        pad=pad.name,
        adc_bits=pad.adc_bits,
        divider_ohm=pad.divider_ohm,
        made=made,
        software=f"massage-rig {__version__}",
        method=_method(found),
        conditions=conditions or Conditions(foam_spread_mm=pad.foam_spread_mm),
        range_n=range_n,
        held_out=_errors(found, sound, range_n[1]),
        linear=None if np.isnan(linear) else round(linear, DECIMALS),
        power=None if np.isnan(power) else round(power, DECIMALS),
        shape_z=rounded(static.curves.shape.z),
        shape_ln_n=rounded(static.curves.shape.ln_force),
        gain_spread=round(static.gain_sd, DECIMALS),
        exponent_spread=round(static.exponent_sd, DECIMALS),
        memory=memory_fit(found.fitted.coefficients, found.choice.columns, "the loads"),
        sensors=_sensors(found, pad, range_n),
        left_out=found.left_out,
        warnings=_warnings(found),
    )


def _sensors(found: LoadsFit, pad: PadLayout, range_n: tuple[float, float]) -> tuple[SensorFit, ...]:
    """Every sensor's numbers, and how far to trust them; `range_n` is that of all loads."""
    rows, static, sound = found.rows, found.fitted.static, ~found.strange
    used, load = sound[rows.trial], np.exp(rows.ln_f)
    channel_of = np.zeros(len(sound), np.int64)
    channel_of[rows.trial] = rows.channel
    resting = _resting_counts(found, pad)
    usual = found.errors.rms(sound)
    usual = USUAL if np.isnan(usual) else usual
    stranger = float(np.hypot(static.gain_sd / static.exponent, usual))
    sensors = []
    for c in range(pad.n_channels):
        weighed = used & (rows.channel == c)
        method: Method = "dead" if c in found.dead else "weights" if weighed.any() else "population"
        told = _errors(found, sound & (channel_of == c), range_n[1]) if weighed.any() else Errors()
        near = told.of_reading if told.of_reading is not None and told.trials >= 4 else usual
        own = static.curves.own.get(c)
        sensors.append(
            SensorFit(
                channel=c,
                ln_gain=round(float(static.curves.a[c]), DECIMALS),
                exponent=round(float(static.curves.b[c]), DECIMALS),
                unloaded_counts=round(float(resting[c]), 3),
                method=method,
                uncertainty=round({"weights": near, "population": stranger}.get(method, 1.0), DECIMALS),
                range_n=_span(load[weighed]) if weighed.any() else range_n,
                held_out=told,
                own_z=rounded(own.z) if own else (),
                own_added=rounded(own.added) if own else (),
            )
        )
    return tuple(sensors)


def _span(load_n: NDArray[np.float64]) -> tuple[float, float]:
    """The smallest and the largest load, in newtons."""
    return round(float(load_n.min()), DECIMALS), round(float(load_n.max()), DECIMALS)


def rounded(values: NDArray[np.float64]) -> tuple[float, ...]:
    """Numbers as a profile holds them."""
    return tuple((np.round(values, DECIMALS) + 0.0).tolist())  # no "-0.0"


def memory_fit(coefficients: NDArray[np.float64], columns: NDArray[np.int64], source: str) -> MemoryFit:
    """The memory's coefficients as a profile holds them; only the columns that are on."""
    if not len(columns):
        return MemoryFit()
    k = len(TAUS_S)
    creep, plays = [c for c in columns if c < k], [c - k for c in columns if c >= k]
    return MemoryFit(
        tau_s=tuple(TAUS_S[c] for c in creep),
        creep=rounded(coefficients[creep]),
        width=tuple(WIDTHS[c] for c in plays),
        hysteresis=rounded(coefficients[[k + c for c in plays]]),
        learned_from=source,
    )


def _errors(found: LoadsFit, trials: NDArray[np.bool_], full_scale_n: float) -> Errors:
    """The errors on some (t,) trials; `full_scale_n` is the largest load of all."""
    errors, rows = found.errors, found.rows
    at = trials[rows.trial] & np.isfinite(errors.row_error)
    if not at.any():
        return Errors()
    off_n = errors.row_error[at] * np.exp(rows.ln_f[at])
    return Errors(
        of_reading=round(errors.rms(trials), DECIMALS),
        median=round(errors.median(trials), DECIMALS),
        of_full_scale=round(float(np.sqrt((off_n**2).mean())) / full_scale_n, DECIMALS),
        trials=int(np.isfinite(errors.trial_error[trials]).sum()),
    )


def _resting_counts(found: LoadsFit, pad: PadLayout) -> NDArray[np.float64]:
    """(n_channels,) unloaded reading: as read, or the middle of the sensors that were read."""
    siemens = found.unloaded_s.copy()
    if found.unloaded_known.any():
        siemens[~found.unloaded_known] = np.median(siemens[found.unloaded_known])
    return counts_for(siemens, pad.full_scale, pad.divider_ohm)


def _method(found: LoadsFit) -> str:
    parts = ["pooled monotone curve"]
    if found.choice.own:
        parts.append(f"own curves of {len(found.choice.own)} sensors")
    if found.choice.plays:
        parts.append("hysteresis")
    if found.choice.creep:
        parts.append("creep")
    return ", ".join(parts)


def _warnings(found: LoadsFit) -> tuple[str, ...]:
    said = []
    if found.rows.settled.all():
        said.append(
            "fitted to settled weights only: a moving load may read up to a tenth low; free pressing with a reference "
            "under the pad (--press) teaches it"
        )
    if not found.unloaded_known.any():
        said.append("no unloaded reading in the loads: the sensors are taken to rest at zero counts")
    by_cycle: dict[tuple[int, int], set[float]] = {}
    for t in found.readings.trials:
        # Counted cycles tell nothing: going up and down, the largest weight stands half as often as the others.
        if t.settled and found.readings.cycles:
            by_cycle.setdefault((t.channel, t.cycle), set()).add(t.load_n)
    for c in sorted({c for c, _ in by_cycle}):
        cycles = {cycle: loads for (of, cycle), loads in by_cycle.items() if of == c}
        most = set().union(*cycles.values())
        short = [cycle for cycle, loads in cycles.items() if len(loads) < len(most)]
        if short and len(cycles) > 1 and len(short) < len(cycles):
            missing = ", ".join(f"{v:.4g}" for v in sorted(most - cycles[short[0]]))
            said.append(f"channel {c}, cycle {short[0]} lacks the loads {missing} N that other cycles have: cut off?")
    return tuple(said)

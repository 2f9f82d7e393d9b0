"""Whether a profile holds today: valid, doubtful or invalid, and why; and the session's gain from a check weight.

Three kinds of evidence: what the files say (pad, circuit, foam, age), what the untouched pad reads, and what known
weights read (`rig.calibration.check_weights`). The rules are CALIBRATION.md's; among them, a profile of another day
without any check weight is refused, since sensors moved by 23 to 46 % overnight in the recordings listed there. The
rule: an invalid profile gives no newtons; whoever uses one goes through `conversion_of`, whose forces are then
relative and say so.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from rig.calibration.check_weights import by_rest, by_step, by_weights
from rig.calibration.circuit import conductance_s
from rig.calibration.day_gain import day_gains, shifted
from rig.calibration.profiled import ProfiledConversion
from rig.calibration.readings import readings_of
from rig.calibration.verdict import SHADE, Reason, State, Verdict, WeightRead, named
from rig.calibration.weight_reads import read_weights
from rig.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from rig.calibration.loads import Loads
    from rig.calibration.profile import Profile
    from rig.calibration.readings import Readings
    from rig.pad import PadLayout

UNLOADED_DOUBT_N, UNLOADED_MOST_N = 0.15, 0.5
"""How far the untouched reading may have moved, as force: a foam that lies differently, and one that presses."""

GAIN_DECIMALS = 5
"""Of gains in a verdict: a part in 100,000, far below what a sensor repeats to."""

POOR = 0.15
"""A profile that tells weights left out to no better than this holds a wrong weight or a loose sensor: usual are 2 to
5 %."""

SPOTS = 3
"""Sensors that a check weight must have stood on to tell how the pad moved overnight (CALIBRATION.md). Each moves by
itself, too; of one alone nobody knows which it was: sound as it read, it left the total off by 4 %."""

SAME_DAY_S = 16 * 3600.0
"""A profile serves so long without a check weight: the day it was made on."""


def check(profile: Profile, pad: PadLayout, now: datetime, loads: Loads | None = None) -> Verdict:
    """Judge a profile.

    Args:
        profile, pad: what is to be used together. now: the session's date and time, with time zone.
        loads: today's check: rows without load are the untouched pad, the others check weights.
    """
    reasons = [*_by_file(profile, pad), *_by_age(profile, now, checked=loads is not None), *_by_held_out(profile)]
    weights: dict[int, WeightRead] = {}
    own: dict[int, float] = {}
    gain, off = 1.0, None
    if loads is not None and not any(r.state == "invalid" for r in _by_file(profile, pad)):
        readings = readings_of(loads)
        reasons += _by_unloaded(profile, pad, readings)
        weights = read_weights(profile, pad, readings)
        if weights:
            said = by_weights(profile, weights)
            reasons += [*said.reasons, *by_step(pad, readings)]
            if said.sound:
                gain, own = day_gains(profile, pad, readings, said.sound, said.odd)
                off = _off(read_weights(shifted(profile, gain, {}), pad, readings), said.sound)
                bore = [weights[k].channel for k in said.sound]
                reasons += by_rest(profile, off, bore)
                if _another_day(profile, now):
                    reasons += _by_spots(profile, sorted(set(bore)))
        else:
            reasons.append(Reason("doubtful", "no check weight: only the untouched pad was looked at"))
            if _another_day(profile, now):
                reasons.append(_UNCHECKED)
    state: State = max((r.state for r in reasons), key=lambda s: SHADE[s], default="valid")
    ordered = tuple(sorted(reasons, key=lambda r: -SHADE[r.state]))
    return Verdict(
        state,
        ordered,
        round(gain, GAIN_DECIMALS),
        tuple(weights.values()),
        off,
        now.isoformat(timespec="seconds"),
        tuple((c, round(g, GAIN_DECIMALS)) for c, g in own.items()),
    )


def conversion_of(profile: Profile, pad: PadLayout, verdict: Verdict) -> ProfiledConversion:
    """The conversion that a verdict allows: newtons by the session's gain, or relative forces that say why."""
    trusted = verdict.state != "invalid"
    reason = "" if verdict.state == "valid" else verdict.why
    today = shifted(profile, verdict.session_gain, dict(verdict.own_gains))
    return ProfiledConversion(today, pad, verdict.session_gain, trusted=trusted, reason=reason)


def _off(weights: Mapping[int, WeightRead], sound: Collection[int]) -> float:
    """Root mean square error of reading of the sound weights."""
    ratio = np.array([weights[k].read_n / weights[k].load_n for k in sorted(sound)])
    return float(np.sqrt(((ratio - 1) ** 2).mean()))


_UNCHECKED = Reason(
    "invalid", "of another day and no check weight today: sensors move overnight; run rig calibrate check"
)


def _by_file(profile: Profile, pad: PadLayout) -> list[Reason]:
    facts = (
        ("pad", profile.pad, pad.name),
        ("ADC bits", profile.adc_bits, pad.adc_bits),
        ("divider ohm", profile.divider_ohm, pad.divider_ohm),
        ("number of sensors", len(profile.sensors), pad.n_channels),
        ("foam spread mm", profile.conditions.foam_spread_mm, pad.foam_spread_mm),
    )
    return [
        Reason("invalid", f"{what} is {now:g}, the profile was made with {then:g}")
        if not isinstance(now, str) and not isinstance(then, str)
        else Reason("invalid", f"{what} is {now}, the profile was made with {then}")
        for what, then, now in facts
        if then != now
    ]


def _by_age(profile: Profile, now: datetime, *, checked: bool) -> list[Reason]:
    days = _age_s(profile, now) / 86400
    if days > profile.valid_days:
        return [Reason("invalid", f"{days:.0f} days old, valid for {profile.valid_days:g}: foam and sensors have aged")]
    return [_UNCHECKED] if not checked and _another_day(profile, now) else []


def _by_held_out(profile: Profile) -> list[Reason]:
    off = profile.held_out.of_reading
    if off is None or off <= POOR:
        return []
    return [
        Reason("doubtful", f"weights left out are told to {100 * off:.0f} % only: a wrong weight, or a loose sensor")
    ]


def _by_spots(profile: Profile, bore: list[int]) -> list[Reason]:
    if len(bore) >= min(SPOTS, int((~profile.dead).sum())):
        return []
    what = f"of another day, and a check weight on {named(bore)} only: sensors move each by itself; take {SPOTS} spots"
    return [Reason("doubtful", what, tuple(bore))]


def _another_day(profile: Profile, now: datetime) -> bool:
    return abs(_age_s(profile, now)) > SAME_DAY_S


def _age_s(profile: Profile, now: datetime) -> float:
    try:
        made = datetime.fromisoformat(profile.made)
    except ValueError as error:
        raise InputError(f"profile of {profile.pad}: made: '{profile.made}' is not a date") from error
    made = made if made.tzinfo else made.replace(tzinfo=UTC)
    return (now - made).total_seconds()


def _by_unloaded(profile: Profile, pad: PadLayout, readings: Readings) -> list[Reason]:
    doubtful, wrong = [], []
    for c in np.unique(readings.channel[readings.unloaded]).tolist():
        if profile.sensors[c].method == "dead":
            continue
        resting = float(np.median(readings.counts[readings.unloaded & (readings.channel == c)]))
        moved_n = abs(
            _as_force(profile, pad, c, resting) - _as_force(profile, pad, c, profile.sensors[c].unloaded_counts)
        )
        if moved_n > UNLOADED_MOST_N:
            wrong.append(c)
        elif moved_n > UNLOADED_DOUBT_N:
            doubtful.append(c)
    out = []
    if wrong:
        moved = f"the untouched reading of {named(wrong)} has moved by more than {UNLOADED_MOST_N:g} N"
        what = f"{moved}: foam or mounting changed"
        out.append(Reason("invalid", what, tuple(wrong)))
    if doubtful:
        what = f"the untouched reading of {named(doubtful)} has moved by more than {UNLOADED_DOUBT_N:g} N"
        out.append(Reason("doubtful", what, tuple(doubtful)))
    return out


def _as_force(profile: Profile, pad: PadLayout, channel: int, counts: float) -> float:
    """Newtons that this reading would mean on a sensor without any unloaded reading."""
    siemens = conductance_s(min(counts, pad.full_scale - 1), pad.full_scale, pad.divider_ohm)
    return float(profile.curves.force_n(np.atleast_1d(siemens), np.array([channel]))[0])

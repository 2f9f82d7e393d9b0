"""What check weights say of a profile: the session's gain, and everything that one gain cannot repair.

Dead sensors, swapped wires, a first press after a rest, sensors that went their own way, a curve that is not the
profile's any more. The rule: a sensor is judged against what the profile knew of it, so one that only has the
population's numbers may be off by twice its own uncertainty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rig.calibration.circuit import conductance_s
from rig.calibration.readings import net_conductance
from rig.calibration.verdict import Reason, WeightRead, named

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.calibration.profile import Profile
    from rig.calibration.readings import Readings
    from rig.pad import PadLayout

OVERALL, ON_A_SENSOR = 0.05, 0.10
"""How far a check weight may be off, overall and on one sensor (CALIBRATION.md)."""

GAIN_MOST = 0.15
"""Beyond this overall change one gain cannot be trusted to repair a pad: something was rebuilt, or replaced."""

FIRST_PRESS = 0.05
"""A first press that differs more than this from the next followed a rest; the second reads +9 % (CALIBRATION.md)."""

COARSE = 0.02
"""One count may be worth this part of a reading (CALIBRATION.md)."""

CURVE = 0.12
"""How much small and large check weights may disagree before the curve itself is another: foam or mounting."""


def forces(profile: Profile, pad: PadLayout, readings: Readings) -> NDArray[np.float64]:
    """(n,) newtons that the profile makes of readings, memory included; NaN at full scale."""
    unloaded = conductance_s(profile.unloaded_counts, pad.full_scale, pad.divider_ohm)
    net = net_conductance(readings.counts, readings.channel, unloaded, pad)
    static = profile.curves.force_n(np.nan_to_num(net), readings.channel)
    memory = profile.memory
    terms = readings.terms(static, memory.tau_s, memory.width)
    coefficients = np.array([*memory.creep, *memory.hysteresis])
    force = static * np.exp(terms @ coefficients) if len(coefficients) else static
    return np.where(np.isnan(net), np.nan, force)


def read_weights(profile: Profile, pad: PadLayout, readings: Readings) -> list[WeightRead]:
    """What the profile makes of each weight, once it has settled."""
    force = forces(profile, pad, readings)
    out = []
    for k, trial in enumerate(readings.trials):
        rows = readings.trial == k
        if rows.any():
            # The later half of a weight's stay: it has settled by then.
            later = force[rows][rows.sum() // 2 :]
            read = float(np.nanmean(later)) if np.isfinite(later).any() else float("inf")
            out.append(WeightRead(trial.channel, trial.load_n, read))
    return out


def by_weights(profile: Profile, weights: list[WeightRead]) -> tuple[float, float | None, list[Reason]]:
    """The session's gain, the error that it leaves, and what the weights say."""
    reasons: list[Reason] = []
    silent = sorted({w.channel for w in weights if w.load_n >= 0.5 and w.read_n < 0.2 * w.load_n})
    if silent:
        what = f"hardly any response to the weight on {named(silent)}: dead, or wired to another input"
        reasons.append(Reason("invalid", what, tuple(silent)))
    live = [
        w for w in weights if w.channel not in silent and w.read_n > 0 and profile.sensors[w.channel].method != "dead"
    ]
    if not live:
        return 1.0, None, reasons
    within = [w for w in live if profile.range_n[0] * 0.8 <= w.load_n <= profile.range_n[1] * 1.1]
    if not within:
        top = f"{profile.range_n[0]:g} to {profile.range_n[1]:g} N"
        reasons.append(Reason("doubtful", f"the check weights lie outside the calibrated range, {top}"))
        within = live
    live, told = _after_first(within)
    reasons += told
    by_sensor = {
        c: float(np.median([np.log(w.read_n / w.load_n) for w in live if w.channel == c]))
        for c in {w.channel for w in live}
    }
    overall = float(np.median(list(by_sensor.values())))
    gain = float(np.exp(-overall))
    swapped = _swapped(by_sensor, overall, profile, live)
    for a, b in swapped:
        reasons.append(Reason("invalid", f"channels {a} and {b} read as if they were swapped", (a, b)))
    pct = 100 * np.expm1(overall)
    if abs(np.expm1(overall)) > GAIN_MOST:
        what = f"the check weights read {pct:+.0f} % overall, more than one gain repairs: calibrate anew"
        reasons.append(Reason("invalid", what))
    elif abs(np.expm1(overall)) > OVERALL:
        what = f"the check weights read {pct:+.1f} % overall, repaired by one gain; a second weight should confirm it"
        reasons.append(Reason("doubtful", what))
    odd = sorted(c for c, off in by_sensor.items() if abs(np.expm1(off - overall)) > _allowed(profile, c))
    if odd:
        worst = max(abs(np.expm1(by_sensor[c] - overall)) for c in odd)
        many = len(odd) > 1 and len(odd) >= 0.3 * len(by_sensor)
        what = f"{named(odd)} {'is' if len(odd) == 1 else 'are'} off by up to {100 * worst:.0f} % beside the others"
        reasons.append(
            Reason(
                "invalid" if many or worst > 2 * max(_allowed(profile, c) for c in odd) else "doubtful",
                what,
                tuple(odd),
            )
        )
    bend = _bend(live)
    if abs(bend) > CURVE:
        what = f"small and large weights disagree by {100 * abs(bend):.0f} %: foam or mounting has changed"
        reasons.append(Reason("invalid", what))
    left = np.array([np.expm1(np.log(w.read_n / w.load_n) - overall) for w in live])
    return gain, float(np.sqrt((left**2).mean())), reasons


def _allowed(profile: Profile, channel: int) -> float:
    return max(ON_A_SENSOR, 2 * profile.sensors[channel].uncertainty)


def _after_first(weights: list[WeightRead]) -> tuple[list[WeightRead], list[Reason]]:
    """The weights without first presses that read unlike the same weight's next ones, and what to say of those."""
    kept, rested = list(weights), []
    for c in sorted({w.channel for w in weights}):
        own = [w for w in weights if w.channel == c]
        # Only the same weight put on again: on a staircase, hysteresis alone tells up from down.
        again = own[1] if len(own) > 1 and own[1].load_n == own[0].load_n else None
        if again is not None and abs(own[0].read_n / again.read_n - 1) > FIRST_PRESS:
            kept.remove(own[0])
            rested.append(c)
    if not rested:
        return kept, []
    what = f"the first press on {named(rested)} after a rest reads unlike the next and was left aside"
    return kept, [Reason("doubtful", what, tuple(rested))]


def _swapped(
    by_sensor: dict[int, float], overall: float, profile: Profile, weights: list[WeightRead]
) -> list[tuple[int, int]]:
    """Pairs of channels that are both off and both right once exchanged."""
    off = {c: v - overall for c, v in by_sensor.items() if abs(v - overall) > 0.7 * ON_A_SENSOR}
    pairs = []
    sensors = profile.sensors
    load = float(np.median([w.load_n for w in weights]))
    z = float(profile.curves.shape.inverse(np.array([np.log(load)]))[0])

    def would_add(of: int, by: int) -> float:
        """Change of ln F when sensor `by`'s numbers read what sensor `of`'s did."""
        a, b = sensors[of], sensors[by]
        steep = float(profile.curves.shape.slope(np.array([z]))[0])
        return (a.ln_gain + a.exponent * z - b.ln_gain - b.exponent * z) / b.exponent * steep

    for a in sorted(off):
        for b in sorted(off):
            if a < b and off[a] * off[b] < 0:
                after = abs(off[a] + would_add(a, b)), abs(off[b] + would_add(b, a))
                if max(after) < OVERALL and max(after) < 0.5 * min(abs(off[a]), abs(off[b])):
                    pairs.append((a, b))
    return pairs


def _bend(weights: list[WeightRead]) -> float:
    """How much the largest weights read beside the smallest, in ln F, over the same sensors; 0 where only one load."""
    slopes = []
    for c in {w.channel for w in weights}:
        load = np.log([w.load_n for w in weights if w.channel == c])
        off = np.log([w.read_n / w.load_n for w in weights if w.channel == c])
        if np.ptp(load) > np.log(2):
            slopes.append(float(np.polyfit(load, off, 1)[0] * np.ptp(load)))
    return float(np.median(slopes)) if slopes else 0.0


def by_step(pad: PadLayout, readings: Readings) -> list[Reason]:
    """Whether the weights read where one count is worth little enough."""
    loaded = readings.trial >= 0
    counts = readings.counts[loaded]
    worth = pad.full_scale / np.maximum(counts * (pad.full_scale - counts).astype(np.float64), 1e-9)
    coarse = sorted({int(c) for c in readings.channel[loaded][worth > COARSE]})
    if not coarse:
        return []
    what = f"a check weight on {named(coarse)} reads so near an end of the scale that one count is over 2 % of it"
    return [Reason("doubtful", what, tuple(coarse))]

"""What check weights say of a profile: everything that one gain for the day cannot repair.

Dead sensors, swapped wires, a first press after a rest, sensors that went their own way, a curve that is not the
profile's any more. The rule: a sensor is judged against what the profile knew of it, so one that only has the
population's numbers may be off by twice its own uncertainty.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rig.calibration.verdict import Reason, named

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from rig.calibration.profile import Profile
    from rig.calibration.readings import Readings
    from rig.calibration.verdict import WeightRead
    from rig.pad import PadLayout

OVERALL, ON_A_SENSOR = 0.05, 0.10
"""How far a check weight may be off, overall and on one sensor (CALIBRATION.md)."""

GAIN_MOST = 0.15
"""Beyond this overall change one gain cannot be trusted to repair a pad: something was rebuilt, or replaced."""

FIRST_PRESS = 0.05
"""A first press that differs more than this from the next followed a rest; the second reads +9 % (CALIBRATION.md)."""

COARSE = 0.02
"""One count may be worth this part of a reading (CALIBRATION.md)."""

SMALL_N = 2.0
"""Below this a weight says little of the pad: the foam's own weight is a tenth of it, and errors are promised above."""

CURVE = 0.12
"""How much small and large check weights may disagree before the curve itself is another: foam or mounting."""


@dataclass(frozen=True)
class WeightsSay:
    """What check weights say: reasons, the trials that are sound to go by, and sensors that went their own way."""

    reasons: list[Reason]
    sound: frozenset[int]
    odd: frozenset[int]


def by_weights(profile: Profile, weights: Mapping[int, WeightRead]) -> WeightsSay:
    """Judge the weights, given by trial."""
    reasons: list[Reason] = []
    silent = sorted({w.channel for w in weights.values() if w.load_n >= 0.5 and w.read_n < 0.2 * w.load_n})
    if silent:
        what = f"hardly any response to the weight on {named(silent)}: dead, or wired to another input"
        reasons.append(Reason("invalid", what, tuple(silent)))
    full = sorted({w.channel for w in weights.values() if np.isinf(w.read_n)})
    if full:
        what = f"{named(full)} at full scale under the check weight: take a smaller one"
        reasons.append(Reason("doubtful", what, tuple(full)))
    live = {
        k: w
        for k, w in weights.items()
        if w.channel not in silent and 0 < w.read_n < np.inf and profile.sensors[w.channel].method != "dead"
    }
    if not live:
        return WeightsSay(reasons, frozenset(), frozenset())
    within = {k: w for k, w in live.items() if profile.range_n[0] * 0.8 <= w.load_n <= profile.range_n[1] * 1.1}
    if not within:
        top = f"{profile.range_n[0]:g} to {profile.range_n[1]:g} N"
        reasons.append(Reason("doubtful", f"the check weights lie outside the calibrated range, {top}"))
        within = live
    if max(w.load_n for w in within.values()) < SMALL_N:
        reasons.append(Reason("doubtful", f"no check weight of {SMALL_N:g} N or more: smaller ones say little"))
    sound, told = _after_first(within)
    kept = list(sound.values())
    by_sensor = {
        c: float(np.median([np.log(w.read_n / w.load_n) for w in kept if w.channel == c]))
        for c in {w.channel for w in kept}
    }
    overall = float(np.median(list(by_sensor.values())))
    odd = sorted(c for c, off in by_sensor.items() if abs(np.expm1(off - overall)) > _allowed(profile, c))
    reasons += [*told, *_by_swapping(profile, kept, by_sensor, overall), *_by_overall(overall)]
    reasons += [*_by_odd(profile, odd, by_sensor, overall), *_by_bend(kept)]
    return WeightsSay(reasons, frozenset(sound), frozenset(odd))


def by_rest(profile: Profile, off: float, channels: Collection[int]) -> list[Reason]:
    """Whether the sound weights on some channels read right after the day's gains, `off` root mean square."""
    known = float(np.sqrt(np.mean([profile.sensors[c].uncertainty ** 2 for c in channels])))
    if off <= max(ON_A_SENSOR, known):
        return []
    what = f"the check weights disagree: after the day's gain they are still off by {100 * off:.0f} %: calibrate anew"
    return [Reason("invalid", what)]


def _by_overall(overall: float) -> list[Reason]:
    off = np.expm1(overall)
    if abs(off) > GAIN_MOST:
        what = f"the check weights read {100 * off:+.0f} % overall, more than one gain repairs: calibrate anew"
        return [Reason("invalid", what)]
    if abs(off) > OVERALL:
        repaired = "repaired by one gain; a second weight should confirm it"
        return [Reason("doubtful", f"the check weights read {100 * off:+.1f} % overall, {repaired}")]
    return []


def _by_odd(profile: Profile, odd: list[int], by_sensor: Mapping[int, float], overall: float) -> list[Reason]:
    if not odd:
        return []
    worst = max(abs(np.expm1(by_sensor[c] - overall)) for c in odd)
    many = len(odd) > 1 and len(odd) >= 0.3 * len(by_sensor)
    what = f"{named(odd)} {'is' if len(odd) == 1 else 'are'} off by up to {100 * worst:.0f} % beside the others"
    far = worst > 2 * max(_allowed(profile, c) for c in odd)
    return [Reason("invalid" if many or far else "doubtful", what, tuple(odd))]


def _allowed(profile: Profile, channel: int) -> float:
    return max(ON_A_SENSOR, 2 * profile.sensors[channel].uncertainty)


def _after_first(weights: Mapping[int, WeightRead]) -> tuple[dict[int, WeightRead], list[Reason]]:
    """The weights without first presses that read unlike the same weight's next ones, and what to say of those."""
    kept, rested = dict(weights), []
    for c in sorted({w.channel for w in weights.values()}):
        own = [k for k, w in weights.items() if w.channel == c]
        # Only the same weight put on again: on a staircase, hysteresis alone tells up from down.
        if len(own) < 2 or weights[own[0]].load_n != weights[own[1]].load_n:
            continue
        if abs(weights[own[0]].read_n / weights[own[1]].read_n - 1) > FIRST_PRESS:
            del kept[own[0]]
            rested.append(c)
    if not rested:
        return kept, []
    what = f"the first press on {named(rested)} after a rest reads unlike the next and was left aside"
    return kept, [Reason("doubtful", what, tuple(rested))]


def _by_swapping(
    profile: Profile, weights: list[WeightRead], by_sensor: Mapping[int, float], overall: float
) -> list[Reason]:
    """Pairs of channels that are both off and both right once exchanged."""
    off = {c: v - overall for c, v in by_sensor.items() if abs(v - overall) > 0.7 * ON_A_SENSOR}
    said = []
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
                    said.append(Reason("invalid", f"channels {a} and {b} read as if they were swapped", (a, b)))
    return said


def _by_bend(weights: list[WeightRead]) -> list[Reason]:
    """Whether the largest weights read otherwise beside the smallest, in ln F, over the same sensors."""
    slopes = []
    for c in {w.channel for w in weights}:
        load = np.log([w.load_n for w in weights if w.channel == c])
        off = np.log([w.read_n / w.load_n for w in weights if w.channel == c])
        if np.ptp(load) > np.log(2):
            slopes.append(float(np.polyfit(load, off, 1)[0] * np.ptp(load)))
    bend = abs(float(np.median(slopes))) if slopes else 0.0
    if bend <= CURVE:
        return []
    return [Reason("invalid", f"small and large weights disagree by {100 * bend:.0f} %: foam or mounting has changed")]


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

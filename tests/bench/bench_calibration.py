"""How good newtons get, on sensors drawn anew in every run, beside the naive fits on the same data; and how fast.

Run it: `python -m tests.bench calibration`, or `python -m tests.bench.bench_calibration [SEED]`. Two families of
sensors: those of `rig.virtual` and those of the calibration's tests; the physics of neither is the fitted model's. Each
figure is the root mean square error where the true load is above 2 N, as the median and the worst over the draws; full
scale is 20 N. A target is held to the median. Naive fits see the same readings: force linear in the voltage, and a
power law of conductance for each sensor. The centre of pressure is that of one hand gliding over the foam of pads
drawn anew, beside the mean of the sensors' places weighted by their counts. Times are processor time.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rig.calibration.check import check
from rig.calibration.circuit import conductance_s, counts_for
from rig.calibration.day_gain import shifted
from rig.calibration.fit import fit_loads
from rig.calibration.fitted_profile import profile_of
from rig.calibration.held_out import held_out_linear, held_out_power
from rig.calibration.making import make_profile
from rig.calibration.nominal import NominalConversion
from rig.calibration.press import refine
from rig.calibration.press_file import Press
from rig.calibration.profile import Conditions, load_profile
from rig.calibration.profiled import ProfiledConversion
from rig.calibration.readings import readings_of
from rig.calibration.weight_reads import read_weights
from rig.frame import Block
from rig.pad import load_pad
from rig.virtual.sensors import SensorArray
from rig.virtual.virtual_pad import VirtualPad
from tests.bench.calibrated_pace import batch, live_us
from tests.calibration.centre import glide, naively_off_mm, off_mm, peaks, pitch_mm
from tests.calibration.example import Tiles, points_at
from tests.calibration.example import pressed as hands_on
from tests.calibration.weighing import (
    HZ,
    WEIGHTS_N,
    checked,
    families,
    loads_of,
    massage,
    off,
    read,
    small_pad,
    strokes,
    weighed,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

    from rig.calibration.profile import Profile
    from rig.pad import PadLayout
    from tests.calibration.weighing import Reads, Sensors

DRAWS, DAYS, PADS = 4, 12, 3
OWN_OVERNIGHT = 0.015
"""How far each sensor's conductance moves by itself overnight, beside the 7 % that all share; no gain repairs it."""
MADE = "2026-01-05T10:00:00+00:00"
MOVING_TARGET, FULL_TARGET, SETTLED_TARGET, TOTAL_TARGET, NEXT_DAY_TARGET = 4.0, 2.0, 2.5, 1.5, 3.0
CENTRE_TARGET = 0.2
FIT_TARGET_S, LIVE_TARGET_US, BATCH_TARGET = 10.0, 25.0, 2_000.0
RATE_HZ = 200
CHECK_N = 8.0
UNTOUCHED_S = 5.0
THUMB_MM = 9


def newtons(profile: Profile, pad: PadLayout, t_s: Floats, counts: NDArray[np.uint16]) -> Floats:
    """(n, n_channels) forces of one run."""
    block = Block.of(np.rint(t_s * 1e6).astype(np.int64), counts)
    return np.asarray(ProfiledConversion(profile, pad).push(block) / 1024)


def naive(counts: Floats, true_n: Floats, pad: PadLayout) -> tuple[Floats, Floats]:
    """Offset and slope of each column: linear in counts (force), and of the power law (ln F over ln G)."""
    used = true_n > 0.3
    linear, power = [], []
    for c in range(counts.shape[1]):
        at = used[:, c]
        linear.append(np.polyfit(counts[at, c], true_n[at, c], 1))
        siemens = conductance_s(np.clip(counts[at, c], 1, pad.full_scale - 1), pad.full_scale, pad.divider_ohm)
        power.append(np.polyfit(np.log(siemens), np.log(true_n[at, c]), 1))
    return np.array(linear).T, np.array(power).T


def naively(fits: tuple[Floats, Floats], counts: Floats, pad: PadLayout) -> tuple[Floats, Floats]:
    """Forces by the two naive fits."""
    (slope, offset), (exponent, gain) = fits
    siemens = conductance_s(np.clip(counts, 1, pad.full_scale - 1), pad.full_scale, pad.divider_ohm)
    return np.maximum(counts * slope + offset, 0), np.exp(np.log(siemens) * exponent + gain)


def moving(sensors: Sensors, seed: int) -> tuple[list[float], float]:
    """Errors of reading (ours, linear, power) and ours of full scale, %: moving loads on a load cell, four sensors."""
    pad, channels = sensors.pad, [1, 5, 6, 10]
    t_s = np.arange(0, 240, 1 / HZ)
    load = np.zeros((len(t_s), pad.n_channels))
    load[200:, channels] = strokes(seed, t_s[200:], len(channels))
    counts = read(sensors.reading(seed), t_s, load)
    train = t_s < 180
    own, true = counts[:, channels].astype(np.float64), load[:, channels]
    found = profile_of(
        fit_loads(loads_of(channels, t_s[train], true[train], counts[train][:, channels]), pad), pad, MADE
    )
    ours = newtons(found, pad, t_s, counts)[:, channels]
    linear, power = naively(naive(own[train], true[train], pad), own, pad)
    of_reading = [100 * off(given[~train], true[~train])[0] for given in (ours, linear, power)]
    return of_reading, 100 * off(ours[~train], true[~train])[1]


def settled(sensors: Sensors, seed: int) -> list[float]:
    """Errors of reading on weights left out, %: ours, linear, power."""
    found = fit_loads(weighed(sensors, [1, 5, 6, 10], seed), sensors.pad)
    above = np.array([t.load_n >= 2 for t in found.readings.trials]) & ~found.strange
    counts = found.readings.counts[found.rows.at]
    naive_fits = (held_out_linear(found.rows, counts, found.strange), held_out_power(found.rows, found.strange))
    return [100 * errors.rms(above) for errors in (found.errors, *naive_fits)]


def next_day(sensors: Sensors, seed: int) -> list[float]:
    """Errors of settled loads of 3, 5 and 12 N the day after, %.

    With one check weight on three sensors: on those and on three that bore none; without any check; and what those
    three would be off by if the change that all share were known exactly.
    """
    pad, channels, rng = sensors.pad, [1, 5, 6, 10, 3, 8], np.random.default_rng(seed)
    profile = profile_of(fit_loads(weighed(sensors, channels, seed), pad), pad, MADE)
    # Overnight: all sensors together, and each a little by itself (room, humidity, seating).
    shared = rng.normal(0, 0.07)
    overnight = np.exp(shared + rng.normal(0, OWN_OVERNIGHT, pad.n_channels))
    # It moves what a sensor conducts, or how a force reaches it: no gain can be right for both.
    slept = Slept(sensors, 1.0, overnight) if seed % 2 else Slept(sensors, overnight, 1.0)
    today = checked(slept, channels, seed + 5, (CHECK_N, 3.0, 5.0, 12.0))
    now = datetime.fromisoformat(MADE) + timedelta(days=1)
    verdict = check(profile, pad, now, today.pick((today.cycle <= 1) & np.isin(today.channel, channels[:3])))
    mended = shifted(profile, verdict.session_gain, dict(verdict.own_gains))
    known, force = (shifted(profile, float(np.exp(-shared)), {}), 1.0) if seed % 2 else (profile, np.exp(shared))
    errors = []
    for reading, scale, among in (
        (mended, 1.0, channels[:3]),
        (mended, 1.0, channels[3:]),
        (profile, 1.0, channels),
        (known, force, channels[3:]),
    ):
        read_n = read_weights(reading, pad, readings_of(today)).values()
        ratio = np.array([w.read_n / w.load_n for w in read_n if w.load_n != CHECK_N and w.channel in among]) / scale
        errors.append(100 * float(np.sqrt(np.mean((ratio - 1) ** 2))))
    return errors


@dataclass(frozen=True, eq=False)
class Slept:
    """Sensors the day after: factors on the force that reaches each, and on what it conducts."""

    sensors: Sensors
    force: Floats | float
    conductance: Floats | float

    @property
    def pad(self) -> PadLayout:
        return self.sensors.pad

    def reading(self, seed: int) -> Reads:
        return _SleptReading(self, self.sensors.reading(seed))


@dataclass(frozen=True, eq=False)
class _SleptReading:
    slept: Slept
    run: Reads

    def counts(self, t_s: Floats, load_n: Floats) -> NDArray[np.uint16]:
        full, ohm = self.slept.pad.full_scale, self.slept.pad.divider_ohm
        read_counts = self.run.counts(t_s, load_n * self.slept.force)
        siemens = conductance_s(np.minimum(read_counts, full - 1), full, ohm) * self.slept.conductance
        return np.rint(counts_for(siemens, full, ohm)).astype(np.uint16)


def pressed(seed: int) -> tuple[float, float, float, float, float, float]:
    """Total over ten or more sensors, % of reading: with pressing, by weights; the fit's seconds; weak sensors.

    And the part of the total, in %, on sensors that bear less than the smallest weight; and what those read of it.
    """
    pad = load_pad("back-144")
    sensors = SensorArray.drawn(pad, seed)
    weights = profile_of(fit_loads(weighed(sensors, [10, 40, 75, 100], seed), pad), pad, MADE)
    t_s = np.arange(0, 600, 1 / RATE_HZ)
    load = massage(pad, seed + 1, t_s) * (t_s > UNTOUCHED_S)[:, None]
    counts = read(sensors.reading(seed + 2), t_s, load)
    total = load.sum(axis=1) + 0.02 * np.random.default_rng(seed).standard_normal(len(t_s))
    began = time.process_time()
    found = refine(weights, Press("press", np.rint(t_s * 1e6).astype(np.int64), total, counts), pad)
    fit_s = time.process_time() - began
    t_s = t_s[: 60 * RATE_HZ]
    load = massage(pad, seed + 9, t_s, wide_mm=45)
    counts = read(sensors.reading(seed + 10), t_s, load)
    at = (load > 0.5).sum(axis=1) >= 10
    true = load[at].sum(axis=1)
    ours, by_weights = (newtons(p, pad, t_s, counts)[at] for p in (found.profile, weights))
    errors = [100 * float(np.sqrt(np.mean((n.sum(axis=1) / true - 1) ** 2))) for n in (ours, by_weights)]
    thin = load[at] < WEIGHTS_N[0]
    thinly = 100 * float(load[at][thin].sum() / true.sum()), 100 * float(ours[thin].sum() / load[at][thin].sum())
    return errors[0], errors[1], fit_s, float(len(found.weak)), *thinly


def centre(seed: int) -> tuple[float, float, float]:
    """How far the centre of one gliding hand is off, in pitches: by a fitted profile, uncalibrated, and naively."""
    pad = load_pad("back-144")
    made = VirtualPad.drawn(pad, seed)
    pressing = hands_on(made, seed + 1, 150.0, 40, 1.0)
    t_us = np.rint(pressing.t_s * 1e6).astype(np.int64)
    press = Press("press", t_us, pressing.total_n, pressing.counts)
    loads = weighed(Tiles(made), [12, 60, 132], seed, cycles=1)
    profile = make_profile(loads, pad, MADE, Conditions(), press, points_at(made, seed + 3))
    frames, truth = glide(made, seed + 4, 30.0)
    ours = off_mm(pad, ProfiledConversion(profile, pad), frames, truth)
    uncalibrated = off_mm(pad, NominalConversion(pad), frames, truth)
    ours, uncalibrated, naive_mm = (v / pitch_mm(pad) for v in (ours, uncalibrated, naively_off_mm(pad, frames, truth)))
    return ours, uncalibrated, naive_mm


def told(name: str, values: list[float], target: float, others: str = "") -> bool:
    """One line: median and worst over the draws, against the target; whether the median reaches it."""
    middle, worst = float(np.median(values)), max(values)
    how = "reached" if worst <= target else "reached by the median" if middle <= target else "MISSED"
    print(f"  {name}: {middle:.1f} %, worst {worst:.1f} % (target <= {target:g} %: {how}){others}")
    return middle <= target


def beside(rows: list[list[float]]) -> str:
    """The naive fits as multiples of ours."""
    ours, linear, power = np.median(np.array(rows), axis=0)
    return f"; linear in voltage {linear / ours:.0f} times that, power law {power / ours:.1f} times"


def forces(seed: int) -> bool:
    """Print how good single sensors get; whether the targets were met."""
    pad, met = small_pad(), []
    for family in ("virtual", "strange"):
        draws = [families(pad, seed + k)[family] for k in range(DRAWS)]
        print(f" {family} sensors")
        moves = [moving(s, seed + k) for k, s in enumerate(draws)]
        others = beside([m[0] for m in moves])
        met.append(told("one sensor, moving load, of reading", [m[0][0] for m in moves], MOVING_TARGET, others))
        met.append(told("one sensor, moving load, of full scale", [m[1] for m in moves], FULL_TARGET))
        rests = [settled(s, seed + k) for k, s in enumerate(draws)]
        met.append(told("one sensor, settled", [r[0] for r in rests], SETTLED_TARGET, beside(rests)))
        days = [next_day(families(pad, seed + k)[family], seed + k) for k in range(DAYS)]
        without = float(np.median([d[2] for d in days]))
        others = f"; without {without:.1f} %: refused"
        met.append(told("next day, sensors that bore the check weight", [d[0] for d in days], NEXT_DAY_TARGET, others))
        known = [d[3] for d in days]
        floor = f"; the floor, were the common change known exactly: {np.median(known):.1f} %, worst {max(known):.1f} %"
        met.append(told("next day, the others", [d[1] for d in days], NEXT_DAY_TARGET, floor))
    return all(met)


def pads(seed: int) -> bool:
    """Print what free pressing and a measured foam bring; whether the targets were met."""
    presses = [pressed(seed + k) for k in range(PADS)]
    alone = float(np.median([p[1] for p in presses]))
    weak = ", ".join(f"{p[3]:.0f}" for p in presses)
    print(" back-144, four sensors weighed, ten minutes of free pressing at 200 Hz")
    others = f"; by the weights alone {alone:.1f} %; sensors not pressed enough: {weak}"
    total = told("total over ten or more sensors", [p[0] for p in presses], TOTAL_TARGET, others)
    thin, felt = (float(np.median([p[k] for p in presses])) for k in (4, 5))
    print(
        f"    its floor: {thin:.0f} % of it is on sensors that bear less than the smallest weight, "
        f"{WEIGHTS_N[0]:g} N; they read {felt:.0f} % of that"
    )
    fit_s = max(p[2] for p in presses)
    print(f"  fit: {fit_s:.1f} s (target < {FIT_TARGET_S:g} s: {reached(fit_s < FIT_TARGET_S)})")
    ours, uncalibrated, naive_off = (float(v) for v in np.median([centre(seed + k) for k in range(3)], axis=0))
    print(
        f"  centre of pressure on foam: {ours:.2f} of the pitch (target <= {CENTRE_TARGET:g}: "
        f"{reached(ours <= CENTRE_TARGET)}); uncalibrated {uncalibrated / ours:.1f} times that, "
        f"linear in voltage {naive_off / ours:.1f} times"
    )
    for name, radius_mm in (("a hand", None), ("a thumb", THUMB_MM)):
        drawn = [VirtualPad.drawn(load_pad("back-144"), seed + k) for k in range(PADS)]
        felt, told_as, undone = np.median([peaks(made, seed + k, radius_mm) for k, made in enumerate(drawn)], axis=0)
        print(
            f"  the strongest tile under {name}: told {100 * (told_as - 1):+.0f} %; through foam "
            f"{100 * (felt - 1):+.0f} %, with its spread all undone {100 * (undone - 1):+.0f} %"
        )
    return total and fit_s < FIT_TARGET_S and ours <= CENTRE_TARGET


def pace() -> bool:
    """Print what applying the worked example's profile costs; whether the targets were met."""
    profile = load_profile(Path("calibration", "example_profile.json"))
    added_us, call_us, session_us = live_us(profile)
    times = batch(profile)
    cheap = max(added_us, call_us) < LIVE_TARGET_US
    print(
        f"  live: {added_us:.1f} us a frame more processor time in a paced session of 144 sensors, "
        f"{call_us:.1f} us in the call itself (target < {LIVE_TARGET_US:g} us: {reached(cheap)}); "
        f"the session without it takes {session_us:.0f} us a frame"
    )
    print(f"  batch: {times:,.0f}x real time (target >= {BATCH_TARGET:g}: {reached(times >= BATCH_TARGET)})")
    return cheap and times >= BATCH_TARGET


def reached(met: bool) -> str:
    """The word for a target."""
    return "reached" if met else "MISSED"


def main(seed: int | None = None) -> bool:
    """Print the figures; whether the targets were met."""
    seed = int(time.time()) % 1_000_000 if seed is None else seed
    print(f"calibration, seed {seed}, {DRAWS} draws of each family ({DAYS} for the next day), 10 bit")
    met = [forces(seed), pads(seed)]
    met.append(pace())
    return all(met)


if __name__ == "__main__":
    sys.exit(0 if main(int(sys.argv[1]) if len(sys.argv) > 1 else None) else 1)

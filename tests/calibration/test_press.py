from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rig.calibration.fit import fit_loads
from rig.calibration.fitted_profile import profile_of
from rig.calibration.press import refine
from rig.calibration.press_file import Press
from rig.calibration.press_hops import Hops, Reference, references_of, windowed
from rig.calibration.press_solve import Equations
from rig.calibration.profiled import ProfiledConversion
from rig.calibration.readings import readings_of
from rig.calibration.weight_reads import read_weights
from rig.errors import InputError
from rig.frame import Block
from tests.calibration.weighing import HZ, checked, families, massage, read, small_pad, weighed

if TYPE_CHECKING:
    from rig.calibration.profile import Profile


PAD = small_pad(6, 4)
MADE = "2026-01-05T10:00:00+00:00"
T_S = np.arange(0, 150, 1 / HZ)


@cache
def weights_only(family: str, seed: int) -> Profile:
    return profile_of(fit_loads(weighed(families(PAD, seed)[family], [2, 9, 15, 20], seed, cycles=1), PAD), PAD, MADE)


def pressing(family: str, seed: int, *, lag_s: float = 0.0, hz: float = HZ, off_limits: tuple[int, ...] = ()) -> Press:
    """Two and a half minutes all over the pad, beside a reference that answers late and so many times a second."""
    load = massage(PAD, seed + 1, T_S)
    load[:, off_limits] = 0.0
    counts = read(families(PAD, seed)[family].reading(seed + 2), T_S, load)
    total = np.interp(T_S - lag_s, T_S, load.sum(axis=1)) + 0.02 * np.random.default_rng(seed).standard_normal(len(T_S))
    held = (np.arange(len(T_S)) // (HZ / hz)).astype(int)
    total = total[np.searchsorted(held, held)]
    return Press("press.csv", np.rint(T_S * 1e6).astype(np.int64), total, counts)


def total_off(profile: Profile, family: str, seed: int) -> float:
    """Error of the total over ten or more loaded sensors, in another session."""
    t_s = T_S[: 40 * HZ]
    load = massage(PAD, seed + 50, t_s, wide_mm=45.0)
    counts = read(families(PAD, seed)[family].reading(seed + 51), t_s, load)
    found = ProfiledConversion(profile, PAD).push(Block.of(np.rint(t_s * 1e6).astype(np.int64), counts)) / 1024
    at = (load > 0.5).sum(axis=1) >= 10
    assert at.mean() > 0.2
    return float(np.sqrt(np.mean((found[at].sum(axis=1) / load[at].sum(axis=1) - 1) ** 2)))


@pytest.mark.parametrize(("family", "seed"), [("virtual", 41), ("strange", 42), ("virtual", 43)])
def test_pressing_brings_the_total_right(family: str, seed: int) -> None:
    before = weights_only(family, seed)
    found = refine(before, pressing(family, seed), PAD)
    assert found.after < 0.5 * found.before
    assert total_off(found.profile, family, seed) < min(0.03, 0.6 * total_off(before, family, seed))
    assert sum(s.method == "pressing" for s in found.profile.sensors) >= 16


@pytest.mark.parametrize(("family", "seed"), [("strange", 42), ("virtual", 45)])
def test_no_step_makes_the_fit_worse(family: str, seed: int) -> None:
    """Full Gauss-Newton steps swing where little force is felt: on `strange` the fourth did 13 % of harm."""
    hops = Hops.of(pressing(family, seed))
    equations = Equations(weights_only(family, seed), PAD, hops, Reference(0.0, 1))
    state, everywhere, errors = equations.start, np.ones(len(hops.hop), bool), []
    terms = equations.follow(state)
    for _ in range(7):
        errors.append(equations.error(state, terms, everywhere))
        state, _ = equations.step(state, terms, everywhere, pooled=True)
    assert errors[-1] < 0.02
    assert all(after < 1.02 * before for before, after in pairwise(errors))


def test_the_references_lag_is_found() -> None:
    found = refine(weights_only("virtual", 41), pressing("virtual", 41, lag_s=0.12, hz=20), PAD)
    assert found.lag_s == pytest.approx(0.12, abs=0.03)


@pytest.mark.parametrize(("hz", "pace_s"), [(200, 0.025), (100, 0.025), (50, 0.025), (30, 1 / 30), (20, 0.05)])
def test_a_slow_reference_is_averaged_over_whole_windows_at_any_scan_rate(hz: int, pace_s: float) -> None:
    """At 50 scans a second the first scans of hops lie 20 or 40 ms apart; once no window of 0.4 s was whole there."""
    t_us = np.rint(np.arange(0, 20 * hz) * 1e6 / hz).astype(np.int64)
    total = 10 + np.sin(t_us / 1e6)
    hops = Hops.of(Press("x", t_us, total, np.zeros((len(t_us), 1), np.uint16)))
    assert hops.pace_s == pytest.approx(pace_s, rel=0.02)
    assert hops.whole(8).mean() > 0.95


@pytest.mark.parametrize("window", [1, 2])
def test_windows_that_look_alike_are_all_given_but_none_that_answers_early(window: int) -> None:
    rng, t_us = np.random.default_rng(window), np.arange(2400) * 25_000
    felt = 10 + np.convolve(rng.standard_normal(2439), np.hanning(40), "valid")
    total = np.concatenate([felt[: window - 1], windowed(felt, window)])
    hops = Hops.of(Press("x", t_us, total, np.zeros((len(t_us), 1), np.uint16)))
    # Sensors that are uneven: what is felt is off by more than the windows differ.
    found = references_of(hops, felt * (1 + 0.02 * np.convolve(rng.standard_normal(2449), np.hanning(50), "valid")))
    assert window in {one.window for one in found}
    assert all(one.lag_s >= 0 for one in found[1:])


def test_a_slow_reference_is_no_creep() -> None:
    """An HX711 at ten readings a second, each the mean of its last 0.4 s: as good as one that answers at once."""
    prompt = pressing("virtual", 41)
    every, mean = HZ // 10, 2 * HZ // 5
    through = np.concatenate([[0.0], np.cumsum(prompt.total_n)])
    ready = np.arange(mean, len(T_S), every)
    read_n = (through[ready + 1] - through[ready + 1 - mean]) / mean
    between = np.interp(T_S, T_S[ready], read_n)
    slow = Press("press.csv", prompt.t_us, between, prompt.counts, prompt.t_us[ready], read_n)
    found = refine(weights_only("virtual", 41), slow, PAD)
    assert total_off(found.profile, "virtual", 41) < 0.02
    assert all(abs(c) < 0.05 for c in found.profile.memory.creep)


def test_sensors_that_nobody_pressed_are_named() -> None:
    found = refine(weights_only("virtual", 41), pressing("virtual", 41, off_limits=(0, 13)), PAD)
    assert {0, 13} <= set(found.weak)
    told = [entry for entry in found.profile.left_out if "not pressed enough" in entry.why]
    assert any(entry.what == "channel 13" for entry in told)
    assert found.profile.sensors[13].uncertainty > 0.1


def test_force_that_falls_into_gaps_is_learnt_alike_by_all_sensors() -> None:
    """Else a check weight on a weighed sensor would contradict one on a pressed sensor, on the same day."""
    press = pressing("virtual", 42)
    gaps = Press("press.csv", press.t_us, 1.1 * press.total_n, press.counts)
    made = refine(weights_only("virtual", 42), gaps, PAD).profile
    today = checked(families(PAD, 42)["virtual"], list(range(PAD.n_channels)), 5, (5.0,))
    off: dict[bool, list[float]] = {True: [], False: []}
    for weight in read_weights(made, PAD, readings_of(today)).values():
        off[made.sensors[weight.channel].method == "weights"].append(weight.read_n / weight.load_n)
    by_weights, by_pressing = (float(np.median(v)) for v in off.values())
    assert by_weights == pytest.approx(by_pressing, rel=0.02)
    assert by_pressing > 1.06


@pytest.mark.parametrize(("unit_n", "said"), [(9.80665, "kilograms"), (0.00980665, "grams")])
def test_totals_in_another_unit_are_asked_about(unit_n: float, said: str) -> None:
    press = pressing("virtual", 41)
    other = Press("press.csv", press.t_us, press.total_n / unit_n, press.counts)
    with pytest.raises(InputError, match=rf"press\.csv: column total_n: .* are these {said}"):
        refine(weights_only("virtual", 41), other, PAD)


def test_too_little_pressing_is_an_error() -> None:
    press = pressing("virtual", 41)
    short = Press("press.csv", press.t_us[:50], press.total_n[:50], press.counts[:50])
    with pytest.raises(InputError, match=r"press\.csv: too little"):
        refine(weights_only("virtual", 41), short, PAD)

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rig.device.clockfit import MAX_SKEW, WINDOW, ClockFit

PERIOD_US = 3848


def arrivals(rng: np.random.Generator, t_us: np.ndarray, skew: float, offset_s: float, jitter_s: float) -> np.ndarray:
    """What a host would note: the true line, a least delay, and a tail that only ever delays; in order."""
    late = rng.exponential(jitter_s, len(t_us))
    return np.maximum.accumulate(offset_s + t_us / 1e6 * (1 + skew) + late)


def fitted(t_us: np.ndarray, received_s: np.ndarray) -> ClockFit:
    fit = ClockFit()
    for t, r in zip(t_us.tolist(), received_s.tolist(), strict=True):
        fit.push(t, r)
    return fit


@settings(max_examples=40)
@given(
    seed=st.integers(0, 2**32 - 1),
    ppm=st.floats(-500, 500),
    offset_s=st.floats(-1e5, 1e5),
    jitter_ms=st.floats(0.05, 5),
    stall_s=st.floats(0, 3),
)
def test_true_skew_and_offset_are_recovered_through_jitter_and_a_stall(
    seed: int, ppm: float, offset_s: float, jitter_ms: float, stall_s: float
) -> None:
    rng = np.random.default_rng(seed)
    t_us = np.arange(0, 20_000_000, 4 * PERIOD_US)
    received = arrivals(rng, t_us, ppm * 1e-6, offset_s, jitter_ms / 1e3)
    begin_s = offset_s + 12.0
    stalled = (received > begin_s) & (received < begin_s + stall_s)
    received = np.where(stalled, begin_s + stall_s, received)

    fit = fitted(t_us, received)

    # 65 arrivals a second: the least of them is late by 1/65 of the mean delay on average.
    slack_s = jitter_ms / 1e3 * 0.25
    assert fit.skew == pytest.approx(ppm * 1e-6, abs=2 * slack_s / 10)
    for t in (0, 10_000_000, 20_000_000):
        assert fit.host_s(t) == pytest.approx(offset_s + t / 1e6 * (1 + ppm * 1e-6), abs=2 * slack_s + 1e-6)
    assert (received - [fit.host_s(t) for t in t_us.tolist()]).min() > -2e-5, "the line lies under every arrival"


@given(
    seed=st.integers(0, 2**32 - 1),
    host=st.lists(st.floats(0, 1e4), min_size=2, max_size=20),
    n=st.integers(1, 300),
)
def test_both_directions_are_monotone_and_invert_each_other(seed: int, host: list[float], n: int) -> None:
    rng = np.random.default_rng(seed)
    t_us = np.cumsum(rng.integers(1, 200_000, n))
    fit = fitted(t_us, arrivals(rng, t_us, float(rng.uniform(-0.02, 0.02)), 7.0, 0.05))

    device = [fit.device_us(h) for h in sorted(host)]

    assert device == sorted(device)
    assert [fit.host_s(t) for t in device] == pytest.approx(sorted(host), abs=2e-6)
    assert abs(fit.skew) <= MAX_SKEW


def test_a_stall_at_the_very_end_moves_nothing() -> None:
    t_us = np.arange(0, 30_000_000, PERIOD_US)
    received = 5.0 + t_us / 1e6 * 1.0001 + 0.0005
    late = np.where(t_us > 27_000_000, received[-1] + 2.0, received)

    assert fitted(t_us, late).host_s(40_000_000) == pytest.approx(fitted(t_us, received).host_s(40_000_000), abs=1e-4)


def test_a_drift_is_followed_because_old_arrivals_are_forgotten() -> None:
    t_us = np.arange(0, 3 * WINDOW * 1_000_000, 50_000)
    ppm = np.where(t_us < WINDOW * 1_000_000, 100e-6, -50e-6)
    received = np.cumsum(0.05 * (1 + ppm)) + 3.0

    assert fitted(t_us, received).skew == pytest.approx(-50e-6, abs=1e-8)


def test_a_computer_that_slept_starts_the_fit_anew() -> None:
    fit = fitted(np.arange(0, 5_000_000, 10_000), np.arange(0, 5, 0.01) + 100.0)

    fit.push(65_000_000, 105.0)  # the board ran on for a minute, the host's monotonic clock did not

    assert fit.host_s(65_000_000) == pytest.approx(105.0)
    assert fit.host_s(66_000_000) == pytest.approx(106.0)


def test_a_new_fit_may_start_from_what_the_last_one_found() -> None:
    fit = ClockFit(skew=2e-4)

    fit.push(0, 50.0)

    assert fit.host_s(10_000_000) == pytest.approx(60.002)


def test_without_any_arrival_there_is_no_answer() -> None:
    with pytest.raises(ValueError, match="no frame"):
        ClockFit().host_s(0)

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig.gui.time_scale import TICKS_S, Scale, clock_text


@pytest.mark.parametrize(
    ("t_s", "digits", "said"),
    [(0, 0, "0:00"), (75.04, 0, "1:15"), (75.04, 1, "1:15.0"), (59.96, 1, "1:00.0"), (3661.5, 3, "1:01:01.500")],
)
def test_moments_as_people_read_them(t_s: float, digits: int, said: str) -> None:
    assert clock_text(t_s * 1e6, digits) == said


@given(st.integers(0, 10**10), st.integers(1, 10**10), st.floats(0, 1))
def test_a_pixels_moment_is_at_that_pixel(t0_us: int, span_us: int, share: float) -> None:
    scale = Scale(t0_us, t0_us + span_us, 60.0, 900.0)
    x = 60.0 + 900.0 * share
    assert abs(scale.x_of(scale.t_of(x)) - x) <= 900.0 / span_us + 1e-6


@given(st.integers(0, 10**10), st.integers(10**6, 10**10), st.integers(100, 3000))
def test_ticks_are_apart_in_view_and_at_times_people_count_in(t0_us: int, span_us: int, width: int) -> None:
    scale = Scale(t0_us, t0_us + span_us, 0.0, float(width))
    ticks = scale.ticks_s(90.0)
    assert all(t0_us / 1e6 - 1e-6 <= t <= (t0_us + span_us) / 1e6 + 1e-6 for t in ticks)
    for before, after in pairwise(ticks):
        assert min(abs(after - before - step) for step in TICKS_S) < 1e-6
        assert scale.x_of(after * 1e6) - scale.x_of(before * 1e6) >= 89.9

"""Squeezes without letting go told from holds, strokes and circles whose force swells; their number and their rate."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig.analysis.findings import HOP_US
from rig.analysis.pulses import find_pulses, squeezed
from tests.analysis.plain_pad import PALM, THUMB, Patch, findings_of

if TYPE_CHECKING:
    from tests.analysis.plain_pad import Times, Touch


def swelling(
    count: int, period_s: float, eased: float, *, onward_mm: float = 0.0, held: float = 0.0, noise: float = 0.0
) -> np.ndarray:
    """(6, n) samples of a hand that bears down `count` times, eases to a part of its force, and may hold in between."""
    t_us = np.arange(round(count * period_s * 1e6 / HOP_US) + 1) * HOP_US
    turn = t_us / 1e6 / period_s
    up = np.clip((0.5 - 0.5 * np.cos(2 * np.pi * turn)) * (1 + held), 0, 1)
    force = 14 * (eased + (1 - eased) * up) * (1 + noise * np.random.default_rng(count).normal(0, 1, len(t_us)))
    extent = np.full(len(t_us), 60.0)
    return np.array([t_us, onward_mm * turn, np.zeros(len(t_us)), force, extent, extent])


@given(
    st.integers(3, 9),
    st.floats(0.55, 2.5),
    st.floats(0.0, 0.4),
    st.floats(0, 25),
    st.floats(0, 1.5),
    st.floats(0, 0.03),
)
def test_as_many_pulses_as_were_made_and_evenly(
    count: int, period_s: float, eased: float, onward_mm: float, held: float, noise: float
) -> None:
    path = swelling(count, period_s, eased, onward_mm=onward_mm, held=held, noise=noise)
    pulses = find_pulses(path)
    assert len(pulses) == count
    starts = path[0, [one.start for one in pulses]] / 1e6
    assert np.diff(starts) == pytest.approx([period_s] * (count - 1), abs=0.12 * period_s + 0.02)
    assert all(one.start < one.peak <= one.stop for one in pulses)
    assert all(a.stop <= b.start for a, b in pairwise(pulses))
    assert squeezed(path, pulses)
    path[4:] = 30.0
    assert not squeezed(path, pulses)


@given(
    st.integers(1, 8),
    st.sampled_from([{"eased": 0.6}, {"period_s": 6.5}, {"period_s": 0.3}, {"onward_mm": 45.0}]),
    st.floats(0, 0.03),
)
def test_breath_vibration_and_a_stroke_are_none(count: int, other: dict[str, float], noise: float) -> None:
    usual = {"period_s": 1.2, "eased": 0.2, "noise": noise}
    assert find_pulses(swelling(count, **(usual | other))) == []


def test_two_are_two_only_where_the_hand_hardly_held_on() -> None:
    assert len(find_pulses(swelling(2, 1.2, 0.2))) == 2
    assert find_pulses(swelling(2, 1.2, 0.45)) == []
    assert find_pulses(swelling(1, 1.2, 0.1)) == []


def test_stairs_and_a_hand_that_tires_have_no_pulses() -> None:
    path = swelling(1, 15.0, 1.0)
    for force in (8 + 4 * (path[0] // 5e6), np.linspace(25, 5, path.shape[1]), np.zeros(path.shape[1])):
        path[3] = force
        assert find_pulses(path) == []
    assert find_pulses(path[:, :1]) == find_pulses(path[:, :0]) == []


def kneaded(seed: int, count: int, period_s: float, eased: float, onward_mm: float = 0.0) -> tuple[Patch, float]:
    """A palm that bears down again and again without leaving the back, in place or moving out; and when it is done."""
    rng = np.random.default_rng(seed)
    x0, y0, force_n, end = rng.uniform(55, 70), rng.uniform(100, 400), rng.uniform(9, 24), 0.5 + count * period_s

    def course(t: Times) -> Touch:
        turn = np.clip((t - 0.5) / period_s, 0, count)
        on = np.clip(np.minimum(t - 0.4, end + 0.1 - t) / 0.1, 0, 1)
        force = force_n * (eased + (1 - eased) * (0.5 - 0.5 * np.cos(2 * np.pi * turn)))
        return x0 + onward_mm * turn, np.full_like(t, y0), on * force

    return Patch(course, *PALM), end


@pytest.mark.parametrize("onward_mm", [0.0, 16.0])
@pytest.mark.parametrize("eased", [0.12, 0.25, 0.4])
def test_squeezes_that_do_not_let_go_are_counted_and_have_their_rate(eased: float, onward_mm: float) -> None:
    for seed in range(4):
        period_s = float(np.random.default_rng(seed).uniform(0.8, 2.2))
        hand, end = kneaded(seed, 5, period_s, eased, onward_mm)
        result = findings_of([hand], end + 0.5, 50.0, seed)
        assert [s.kind for s in result.strokes] == ["squeeze"] * 5
        assert result.holds == []
        assert len(result.beats) == 5
        (rhythm,) = result.rhythms
        assert rhythm.rate_per_min == pytest.approx(60 / period_s, rel=0.02)


def test_a_thumb_that_stays_presses() -> None:
    hand, end = kneaded(1, 6, 1.0, 0.2)
    result = findings_of([Patch(hand.course, *THUMB)], end + 0.5, 50.0, 1)
    assert [s.kind for s in result.strokes] == ["press"] * 6


def pushed(y_mm: float, period_s: float, eased: float, count: int = 5) -> tuple[Patch, float]:
    """A finger that stays: pushed upward harder and harder, and drawn back more lightly; and when it is done."""
    end = 0.5 + count * period_s

    def course(t: Times) -> Touch:
        turn = np.clip((t - 0.5) / period_s, 0, count) % 1.0
        up = np.minimum(turn / 0.6, (1 - turn) / 0.4)
        on = np.clip(np.minimum(t - 0.4, end + 0.1 - t) / 0.1, 0, 1)
        force = 26 * (eased + (1 - eased) * np.sin(np.pi * np.clip(turn / 0.75, 0, 1)))
        return np.full_like(t, 31.0), y_mm + 20 * (up - 0.5), on * force

    return Patch(course, 15.0, 18.0), end


@pytest.mark.parametrize("eased", [0.12, 0.3])
def test_pushes_of_a_finger_that_stays_are_presses_wherever_the_tiles_end(eased: float) -> None:
    for number, y_mm in enumerate(np.arange(98.0, 139.0, 4.0).tolist()):
        hand, end = pushed(y_mm, 0.85 + 0.03 * number, eased)
        result = findings_of([hand], end + 0.5, 50.0, 3)
        assert [s.kind for s in result.strokes] == ["press"] * 5
        assert result.holds == []


def test_a_hand_that_rubs_as_little_without_easing_rubs() -> None:
    def course(t: Times) -> Touch:
        turn = np.clip((t - 0.5) / 0.9, 0, 8)
        on = np.clip(np.minimum(t - 0.4, 7.8 - t) / 0.1, 0, 1)
        return np.full_like(t, 90.0), 200 - 25 * np.cos(2 * np.pi * turn), on * 14.0

    for seed in range(3):
        strokes = findings_of([Patch(course, *PALM)], 8.5, 50.0, seed).strokes
        assert {s.kind for s in strokes} == {"to-and-fro"}
        assert len(strokes) == 8


def test_a_resting_hand_that_breathes_is_one_hold() -> None:
    for seed in range(4):
        hand, end = kneaded(seed, 5, 3.2, 0.62)
        result = findings_of([hand], end + 0.5, 50.0, seed)
        assert result.strokes == []
        assert len(result.holds) == 1


@pytest.mark.parametrize(("speed_mm_s", "period_s"), [(60.0, 1.0), (120.0, 0.7), (45.0, 1.5)])
def test_a_stroke_whose_force_swells_is_one_stroke(speed_mm_s: float, period_s: float) -> None:
    def course(t: Times) -> Touch:
        u = np.clip(t - 0.5, 0, 300 / speed_mm_s)
        on = np.clip(np.minimum(t - 0.5, 0.5 + 300 / speed_mm_s - t) / 0.1, 0, 1)
        return np.full_like(t, 70.0), 60 + speed_mm_s * u, on * (9 - 6 * np.cos(2 * np.pi * u / period_s))

    for seed in range(3):
        (stroke,) = findings_of([Patch(course, *PALM)], 1.0 + 300 / speed_mm_s, 50.0, seed).strokes
        assert (stroke.kind, stroke.direction) == ("stroke", "up")


def test_circles_whose_force_swells_are_circles() -> None:
    def course(t: Times) -> Touch:
        turn = 2 * np.pi * np.clip((t - 0.5) / 1.4, 0, 5)
        on = np.clip(np.minimum(t - 0.5, 7.5 - t) / 0.1, 0, 1)
        return 85 + 30 * np.cos(turn), 250 + 30 * np.sin(turn), on * (10 - 6 * np.cos(turn))

    for seed in range(3):
        assert {s.kind for s in findings_of([Patch(course, *PALM)], 8.0, 50.0, seed).strokes} == {"circle"}

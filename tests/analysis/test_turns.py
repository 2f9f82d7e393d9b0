"""Turns counted by their swings: known circles, however they begin, drift, are flattened and are cut."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig.analysis.findings import HOP_US
from rig.analysis.turns import LONGEST_SAMPLES, Turn, Turns


def circling(
    turns: float,
    period_s: float = 1.2,
    radius_mm: float = 13.0,
    phase: float = 0.0,
    drift_mm: float = 0.0,
    flat: float = 1.0,
) -> np.ndarray:
    """(4, n) samples of a circling hand: time, x, y, force."""
    t_us = np.arange(round(turns * period_s * 1e6 / HOP_US) + 1) * HOP_US
    turned = 2 * np.pi * (t_us / 1e6 / period_s + phase)
    drifted = drift_mm * t_us / 1e6 / period_s
    x, y = radius_mm * flat * np.cos(turned), radius_mm * np.sin(turned) + drifted
    return np.array([t_us, x, y, np.full(len(t_us), 10.0)])


def counted(path: np.ndarray, cuts: list[int] | None = None) -> list[Turn]:
    turns, found = Turns(), []
    turns.going = True
    edges = [0, *sorted(set(cuts or [])), path.shape[1]]
    for a, b in itertools.pairwise(edges):
        if a < b:
            turns.add(path[:, a:b])
            found += turns.told_until(int(path[0, b - 1]), over=False)
    return found + turns.told_until(int(path[0, -1]), over=True)


@pytest.mark.parametrize("phase", [0.0, 0.1, 0.25, 0.4, 0.5, 0.8])
@pytest.mark.parametrize("drift_mm", [0.0, 10.0])
def test_as_many_turns_as_were_made_wherever_they_begin(phase: float, drift_mm: float) -> None:
    for turns in (1, 2, 4, 7):
        found = counted(circling(turns, phase=phase, drift_mm=drift_mm))
        assert len(found) == turns
        assert all(a.t1_us == b.t0_us for a, b in itertools.pairwise(found))


def test_a_turn_lasts_its_period_though_one_axis_hardly_swings() -> None:
    found = counted(circling(6, period_s=1.5, flat=0.2))
    assert len(found) == 6
    assert [t.t1_us - t.t0_us for t in found[1:-1]] == pytest.approx([1.5e6] * 4, abs=2 * HOP_US)


def test_the_length_is_that_of_the_circle() -> None:
    middle = counted(circling(5, radius_mm=30.0))[2]
    assert middle.length_mm == pytest.approx(2 * np.pi * 30.0, rel=0.02)
    assert (middle.force_mean, middle.force_peak) == (10.0, 10.0)


def test_tremor_is_no_turn() -> None:
    assert not counted(circling(20, period_s=0.12, radius_mm=1.0))


def test_a_hand_that_speeds_up_is_followed() -> None:
    slow, quick = circling(3, period_s=3.0), circling(8, period_s=0.8, flat=0.2)
    quick[0] += slow[0, -1] + HOP_US
    assert len(counted(np.concatenate([slow, quick], axis=1), list(range(5, 770, 5)))) in {10, 11, 12}


def test_circling_for_long_takes_no_memory_and_loses_no_turn() -> None:
    path = circling(300, period_s=1.3, drift_mm=0.3)
    turns = Turns()
    turns.going, found = True, []
    for a in range(0, path.shape[1], 50):
        turns.add(path[:, a : a + 50])
        found += turns.told_until(int(path[0, min(a + 49, path.shape[1] - 1)]), over=False)
        assert turns.kept <= 2 * LONGEST_SAMPLES
    found += turns.told_until(int(path[0, -1]), over=True)
    assert len(found) == 300


@given(
    st.integers(1, 6),
    st.floats(0.7, 3.0),
    st.floats(0, 1),
    st.floats(-9, 9),
    st.lists(st.integers(1, 200), max_size=6),
)
def test_however_samples_are_cut_the_turns_are_the_same_once_told(
    turns: int, period_s: float, phase: float, drift_mm: float, cuts: list[int]
) -> None:
    path = circling(turns, period_s, phase=phase, drift_mm=drift_mm)
    turns_of = Turns()
    turns_of.going = True
    for a, b in zip([0, *sorted(cuts)], [*sorted(cuts), path.shape[1]], strict=True):
        turns_of.add(path[:, a:b])
    assert turns_of.told_until(int(path[0, -1]), over=True) == counted(path)


@given(
    st.lists(st.tuples(st.integers(0, 40), st.booleans(), st.integers(0, 60)), max_size=25), st.integers(0, 2**32 - 1)
)
def test_no_path_and_no_question_about_it_is_too_much(asked: list[tuple[int, bool, int]], seed: int) -> None:
    rng = np.random.default_rng(seed)
    turns, now, found = Turns(), 0, []
    for number, over, back in asked:
        steps = rng.normal(0, 8, (2, number)).cumsum(axis=1)
        t_us = (now + np.arange(number)) * HOP_US
        turns.add(np.array([t_us, *steps, np.full(number, 5.0)]))
        now += number
        turns.going = True
        found += turns.told_until((now - back) * HOP_US, over=over)
        if over:
            turns.forget((now - back) * HOP_US)
    assert all(turn.t0_us < turn.t1_us for turn in found)

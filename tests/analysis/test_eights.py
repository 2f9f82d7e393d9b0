"""Figures of eight told from all else that swings: flat and tall, lying and standing, uneven, drifting."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig.analysis.analysis import Analysis
from rig.analysis.eights import Eights
from rig.analysis.findings import HOP_US
from rig.analysis.passes import PathFollower
from rig.analysis.turns import Turn
from rig.analysis.ways import Pass
from rig.calibration.nominal import NominalConversion
from tests.analysis.plain_pad import HEEL, PALM, Bench, Patch, findings_of, pad_named, sweep

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.analysis.plain_pad import Course, Times, Touch


def drawn(
    figures: float,
    period_s: float = 5.0,
    across_mm: float = 100.0,
    along_mm: float = 60.0,
    phase: float = 0.0,
    drift_mm: float = 0.0,
    uneven: float = 0.0,
) -> np.ndarray:
    """(4, n) samples of a hand that draws eights: time, x, y, force."""
    t_us = np.arange(round(figures * period_s * 1e6 / HOP_US) + 1) * HOP_US
    turned = 2 * np.pi * (t_us / 1e6 / period_s + phase)
    x = across_mm * np.sin(turned)
    y = along_mm * np.sin(2 * turned) * (1 + uneven * np.sin(turned)) + drift_mm * t_us / 1e6 / period_s
    return np.array([t_us, x, y, np.full(len(t_us), 8.0)])


def told(path: np.ndarray, cuts: list[int] | None = None) -> list[Turn | Pass]:
    """What is told of a path, its passes taken as they become certain, however its samples arrive."""
    follower, eights, found = PathFollower(1), Eights(), []
    edges = [0, *sorted(set(cuts or [])), path.shape[1]]
    for a, b in itertools.pairwise(edges):
        rows = path[:, a:b]
        for one in follower.push(rows[0].astype(np.int64), rows[1], rows[2], rows[3], np.zeros(b - a, bool)):
            if isinstance(one, Pass):
                found += eights.take(one, path[:, :b])
    for one in follower.finish(int(path[0, -1])):
        found += eights.take(one, path)
    return found


def eights_in(found: list[Turn | Pass]) -> list[Turn]:
    return [one for one in found if isinstance(one, Turn)]


@pytest.mark.parametrize("along_mm", [25.0, 40.0, 50.0, 60.0, 75.0])
@pytest.mark.parametrize("phase", [0.0, 0.1, 0.25, 0.4, 0.5, 0.7, 0.9])
def test_as_many_as_were_drawn_wherever_they_begin(along_mm: float, phase: float) -> None:
    for figures in (1, 2, 5):
        for lying in (True, False):
            path = drawn(figures, along_mm=along_mm, phase=phase)
            found = told(path if lying else path[[0, 2, 1, 3]])
            assert len(eights_in(found)) == len(found) == figures
            assert all(a.t1_us == b.t0_us for a, b in itertools.pairwise(found))


@pytest.mark.parametrize("per_minute", [4.0, 9.0, 20.0])
def test_each_lasts_its_period_and_is_as_long_as_its_way(per_minute: float) -> None:
    found = eights_in(told(drawn(5, 60 / per_minute, along_mm=70, uneven=0.3, drift_mm=8)))
    assert [t.t1_us - t.t0_us for t in found] == pytest.approx([60e6 / per_minute] * 5, rel=0.06)
    path = drawn(1, along_mm=70, uneven=0.3, drift_mm=8)
    way_mm = float(np.hypot(*np.diff(path[1:3], axis=1)).sum())
    assert [t.length_mm for t in found] == pytest.approx([way_mm] * 5, rel=0.05)


@given(
    st.integers(1, 6),
    st.floats(3.0, 15.0),
    st.floats(80, 110),
    st.floats(30, 76),
    st.floats(0, 1),
    st.floats(-10, 10),
    st.floats(-0.3, 0.3),
    st.lists(st.integers(1, 900), max_size=6),
)
def test_any_hand_that_draws_them_and_any_cut(
    figures: int,
    period_s: float,
    across_mm: float,
    along_mm: float,
    phase: float,
    drift_mm: float,
    uneven: float,
    cuts: list[int],
) -> None:
    path = drawn(figures, period_s, across_mm, along_mm, phase, drift_mm, uneven)
    found = told(path)
    assert abs(len(eights_in(found)) - figures) <= 1
    assert figures < 2 or eights_in(found)
    assert told(path, [cut for cut in cuts if cut < path.shape[1]]) == found


def arc(t: np.ndarray) -> np.ndarray:
    return np.array([90 * np.sin(t), 40 * np.cos(2 * t)])


def circle(t: np.ndarray) -> np.ndarray:
    return np.array([60 * np.sin(t), 70 * np.cos(t)])


def aslant(t: np.ndarray) -> np.ndarray:
    return np.array([80 * np.sin(t), 70 * np.sin(t)])


def zigzag(t: np.ndarray) -> np.ndarray:
    return np.array([50 * np.sin(t), 12 * t])


@pytest.mark.parametrize("way", [arc, circle, aslant, zigzag])
@pytest.mark.parametrize("phase", [0.0, 0.9, 2.2, 4.0])
def test_what_else_swings_is_no_eight_and_no_pass_of_it_is_lost(
    way: Callable[[np.ndarray], np.ndarray], phase: float
) -> None:
    t_us = np.arange(900) * HOP_US
    path = np.array([t_us, *way(2 * np.pi * t_us / 4e6 + phase), np.full(len(t_us), 8.0)])
    follower = PathFollower(1)
    seen = follower.push(t_us, path[1], path[2], path[3], np.zeros(len(t_us), bool))
    passes = [one for one in [*seen, *follower.finish(int(t_us[-1]))] if isinstance(one, Pass)]
    assert told(path) == passes


def test_what_came_before_and_after_is_told_as_what_it_was() -> None:
    up = np.linspace(-260, 0, 150)
    sweep_up = np.array([np.arange(150) * HOP_US, np.zeros(150), up, np.full(150, 8.0)])
    eights, down = drawn(4, along_mm=70), sweep_up[:, ::-1] * [[-1], [1], [1], [1]]
    parts, t_us = [], 0.0
    for part in (sweep_up, eights, down):
        parts.append(part + np.array([[t_us - part[0, 0]], [0], [0], [0]]))
        t_us = parts[-1][0, -1] + HOP_US
    found = told(np.concatenate(parts, axis=1))
    assert [isinstance(one, Turn) for one in found] == [False, True, True, True, True, False]
    first, last = found[0], found[-1]
    assert isinstance(first, Pass)
    assert isinstance(last, Pass)
    assert first.y0 == -260
    assert last.y1 == -260


def test_a_path_with_holes_and_leaps_asks_for_nothing_that_is_not_there() -> None:
    rng = np.random.default_rng(5)
    for _ in range(60):
        steps = rng.normal(0, rng.choice([3, 15, 40]), (2, 300)).cumsum(axis=1) * (rng.random((2, 1)) < 0.9)
        t_us = np.cumsum(rng.choice([HOP_US, HOP_US, 40 * HOP_US], 300, p=[0.5, 0.48, 0.02]))
        found = told(np.array([t_us, *steps, np.full(300, 5.0)]), sorted(rng.integers(1, 300, 5).tolist()))
        assert all(one.t0_us < one.t1_us for one in eights_in(found))


def five_eights(across: float, along: float, y0: float, phase: float, period_s: float, *, stands: bool) -> Course:
    """Five of them, `stands` on end or lying, from half a second on."""

    def course(t: Times) -> Touch:
        turn = 2 * np.pi * (np.clip((t - 0.5) / period_s, 0, 5) + phase)
        on = np.clip(np.minimum(t - 0.5, 0.5 + 5 * period_s - t) / 0.15, 0, 1)
        one, two = across * np.sin(turn), along * np.sin(2 * turn)
        return (two, y0 - 60 + one, 9 * on) if stands else (one, y0 + two, 9 * on)

    return course


def test_tall_eights_on_the_pad_have_their_count_and_their_rate() -> None:
    right = 0
    for seed in range(8):
        rng = np.random.default_rng(seed)
        across, along, y0 = rng.uniform(75, 105), rng.uniform(50, 76), rng.uniform(280, 330)
        phase, period_s, stands = rng.choice([0.0, 0.5, rng.random()]), rng.uniform(3.2, 7), seed % 4 == 3
        course = five_eights(across, along, y0, phase, period_s, stands=stands)
        result = findings_of([Patch(course, *(HEEL if seed % 2 else PALM))], 1 + 5 * period_s, 50.0, seed)
        right += [s.kind for s in result.strokes] == ["figure-eight"] * 5
        if len(result.rhythms) == 1:
            assert result.rhythms[0].rate_per_min == pytest.approx(60 / period_s, rel=0.03)
    assert right >= 7


def waits_s(path: np.ndarray) -> float:
    """How long the pass that waits longest is held back."""
    follower, eights, ends, longest = PathFollower(1), Eights(), {}, 0.0
    for a in range(0, path.shape[1], 5):
        rows = path[:, a : a + 5]
        for one in follower.push(rows[0].astype(np.int64), rows[1], rows[2], rows[3], np.zeros(rows.shape[1], bool)):
            if isinstance(one, Pass):
                ends[id(one)] = one
                for each in eights.take(one, path[:, : a + 5]):
                    ends.pop(id(each), None)
        longest = max([longest, *((path[0, min(a + 4, path.shape[1] - 1)] - one.certain_us) for one in ends.values())])
    return longest / 1e6


def test_no_pass_waits_for_longer_than_it_may_be_part_of_an_eight() -> None:
    t_s = np.arange(4000) * HOP_US / 1e6
    rng = np.random.default_rng(2)
    # An arc to and fro, one way aslant and then a rest, one way aslant and then a hand that fidgets.
    there = np.clip(t_s / 2, 0, 1)
    fidgets = there + np.where(t_s > 2, 0.08 * np.sin(2 * np.pi * t_s), 0.0)
    for along, across, least in (
        (90 * np.sin(1.5 * t_s), 40 * np.cos(3 * t_s), 9.0),
        (130 * there, 90 * there + rng.normal(0, 0.5, len(t_s)), 0.0),
        (130 * fidgets, 90 * fidgets, 33.0),
    ):
        path = np.array([np.arange(4000) * HOP_US, along, across, np.full(4000, 8.0)])
        assert waits_s(path) <= least + 0.1


def test_long_strokes_are_told_as_soon_as_they_are_over() -> None:
    pad = pad_named("back-144")
    analysis = Analysis(pad, NominalConversion(pad))
    ways = [((60, 40), (60, 400)), ((60, 400), (60, 40))] * 2
    hands = [Patch(sweep(a, b, 12, 0.5 + 2 * k, 2.5 + 2 * k, rise=1e-3), *PALM) for k, (a, b) in enumerate(ways)]
    block = Bench(pad).block(9.5, hands, 100.0)
    when = []
    for start in range(0, len(block), 10):
        when += [start / 100 - s.t1 for s in analysis.push(block[start : start + 10]).strokes]
    assert len(when) == 4
    assert max(when) < 0.7

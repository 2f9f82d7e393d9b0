"""Journeys on the pad come back as strokes, circles, rubbing, presses and holds, with their rhythm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from rig.analysis.passes import PathFollower
from rig.analysis.ways import Pass
from tests.analysis.plain_pad import (
    HEEL,
    PALM,
    THUMB,
    Patch,
    circle,
    findings_of,
    pad_named,
    rubbing,
    still,
    sweep,
)

if TYPE_CHECKING:
    from tests.analysis.plain_pad import Times, Touch

PAD = pad_named("back-144")


WAYS: dict[str, tuple[tuple[float, float], tuple[float, float]]] = {
    "up": ((60, 40), (60, 420)),
    "down": ((-70, 420), (-55, 60)),
    "out": ((40, 200), (130, 230)),
    "in": ((-130, 300), (-40, 300)),
}


@pytest.mark.parametrize("rate_hz", [24.0, 200.0, 760.0])
@pytest.mark.parametrize("way", list(WAYS))
@pytest.mark.parametrize("pad_name", ["back-144", "back-96"])
def test_direction_length_and_speed(way: str, rate_hz: float, pad_name: str) -> None:
    start, end = WAYS[way]
    if pad_name == "back-96":
        start, end = (start[0] * 0.8, start[1]), (end[0] * 0.8, end[1])
    result = findings_of([Patch(sweep(start, end, 12, 0.5, 2.5), *HEEL)], 3.0, rate_hz, pad_name=pad_name)
    (stroke,) = result.strokes
    true_mm = np.hypot(end[0] - start[0], end[1] - start[1])
    assert (stroke.kind, stroke.direction) == ("stroke", way)
    assert stroke.side == ("right" if start[0] > 0 else "left")
    assert stroke.length_mm == pytest.approx(true_mm, abs=14)
    assert stroke.speed_cm_s == pytest.approx(true_mm / 20, rel=0.07, abs=0.7)
    assert abs(stroke.t0 - 0.5) < 0.1
    assert abs(stroke.t1 - 2.5) < 0.1
    assert stroke.force_mean_n == pytest.approx(12, rel=0.15)
    assert stroke.zone is not None


@pytest.mark.parametrize("period_s", [0.9, 2.3, 6.1])
def test_the_rate_of_repeated_strokes_is_within_two_per_cent(period_s: float) -> None:
    starts = [0.3 + k * period_s for k in range(7)]
    hands = [Patch(sweep((50, 40), (50, 360), 12, t, t + 0.7 * period_s), *PALM) for t in starts]
    result = findings_of(hands, starts[-1] + period_s)
    (rhythm,) = result.rhythms
    assert rhythm.rate_per_min == pytest.approx(60 / period_s, rel=0.02)
    assert rhythm.beats == 7
    assert rhythm.regularity_cv < 0.05
    assert [b.t for b in result.beats] == pytest.approx(starts, abs=0.08)


def test_a_stumbling_rhythm_reads_irregular() -> None:
    starts = np.cumsum([0.3, 1.2, 2.2, 1.0, 1.9, 1.1, 2.4])
    hands = [Patch(sweep((50, 40), (50, 300), 12, t, t + 0.8), *PALM) for t in starts]
    (rhythm,) = findings_of(hands, float(starts[-1]) + 1.5).rhythms
    assert rhythm.regularity_cv > 0.25


def test_strokes_up_and_back_without_lifting_are_told_apart_with_their_forces() -> None:
    hands = []
    for k in range(3):
        hands.append(Patch(sweep((60, 40), (60, 400), 16, 0.5 + 4 * k, 2.5 + 4 * k, rise=1e-3), *PALM))
        hands.append(Patch(sweep((60, 400), (60, 40), 8, 2.5 + 4 * k, 4.5 + 4 * k, rise=1e-3), *PALM))
    result = findings_of(hands, 13.5)
    assert [s.direction for s in result.strokes] == ["up", "down"] * 3
    assert len({s.contact for s in result.strokes}) == 1
    for stroke in result.strokes:
        assert stroke.force_mean_n == pytest.approx(16 if stroke.direction == "up" else 8, rel=0.2)
    assert len(result.rhythms) <= 1


def test_two_hands_at_once_are_two_strokes_of_one_rhythm() -> None:
    hands = [
        Patch(sweep((s * 48, 40), (s * 48, 380), 14, 0.4 + 2 * k, 1.9 + 2 * k), *PALM)
        for k in range(5)
        for s in (-1, 1)
    ]
    result = findings_of(hands, 11)
    assert sorted(s.side for s in result.strokes) == ["left"] * 5 + ["right"] * 5
    assert {s.direction for s in result.strokes} == {"up"}
    assert len(result.rhythms) == 1
    assert result.rhythms[0].rate_per_min == pytest.approx(30, rel=0.02)


@pytest.mark.parametrize(("radius", "turns"), [(30, 4), (55, 3)])
def test_circles_are_counted_turn_by_turn(radius: float, turns: int) -> None:
    result = findings_of([Patch(circle(85, 300, radius, 14, 0.5, 0.5 + 1.5 * turns, turns), *HEEL)], 1 + 1.5 * turns)
    circles = [s for s in result.strokes if s.kind == "circle"]
    assert turns - 1 <= len(circles) <= turns
    assert np.mean([s.length_mm for s in circles]) == pytest.approx(2 * np.pi * radius, rel=0.2)


def test_quick_rubbing_is_to_and_fro() -> None:
    result = findings_of([Patch(rubbing((60, 150), (60, 270), 10, 0.5, 6.5, cycles=7), *PALM)], 7)
    kinds = [s.kind for s in result.strokes]
    assert kinds.count("to-and-fro") >= 6
    assert len(kinds) <= 8
    assert result.rhythms[0].rate_per_min == pytest.approx(70, rel=0.02)


def test_presses_and_holds() -> None:
    hands = [Patch(still(-60, 100 + 80 * k, 9, 0.5 + 1.1 * k, 1.1 + 1.1 * k), *THUMB) for k in range(4)]
    result = findings_of([*hands, Patch(still(60, 200, 7, 1.0, 6.0), *PALM)], 6.5)
    presses = [s for s in result.strokes if s.kind == "press"]
    assert [round(s.y0_mm / 80 - 1.25) for s in presses] == [0, 1, 2, 3]
    for press in presses:
        assert press.t1 - press.t0 == pytest.approx(0.6, abs=0.06)
        assert (press.direction, press.side) == ("none", "left")
    (hold,) = result.holds
    assert hold.t1 - hold.t0 == pytest.approx(5, abs=0.1)
    assert (hold.x_mm, hold.y_mm) == pytest.approx((60, 200), abs=8)
    assert hold.force_mean_n == pytest.approx(7, rel=0.15)


def test_a_rest_before_and_after_is_no_part_of_the_stroke() -> None:
    def course(t: Times) -> Touch:
        u = np.clip((t - 3) / 2, 0, 1)
        on = np.clip(np.minimum(t - 0.5, 8 - t) / 0.1, 0, 1)
        return np.full_like(t, 60.0), 60 + 300 * (1 - np.cos(np.pi * u)) / 2, 10 * on

    result = findings_of([Patch(course, *HEEL)], 8.5)
    (stroke,) = result.strokes
    assert (stroke.t0, stroke.t1) == pytest.approx((3, 5), abs=0.2)
    assert stroke.speed_cm_s == pytest.approx(15, rel=0.1)
    assert [round(h.t0, 1) for h in result.holds] == pytest.approx([0.5, 5.0], abs=0.3)


def test_a_push_in_place_is_one_press_however_its_centre_wanders() -> None:
    def push(t: Times) -> Touch:
        u = np.clip((t - 0.5) / 0.8, 0, 1)
        on = np.clip(np.minimum(t - 0.5, 1.3 - t) / 0.15, 0, 1)
        return np.full_like(t, 33.0), 110 + 16 * np.sin(np.pi * u), 18 * on

    for seed in range(12):
        (press,) = findings_of([Patch(push, *THUMB)], 2.0, seed=seed).strokes
        assert (press.kind, press.direction) == ("press", "none")
        assert press.t1 - press.t0 == pytest.approx(0.8, abs=0.08)


def test_a_landing_that_rolls_and_a_shadow_that_creeps_are_no_strokes() -> None:
    def rolled(t: Times) -> Touch:
        y = np.interp(t, [0.5, 0.7, 2.7], [76, 50, 380])
        return np.full_like(t, 60.0), y, 12 * np.clip(np.minimum(t - 0.5, 2.7 - t) / 0.2, 0, 1)

    shadow = Patch(sweep((60, 380), (60, 300), 0.7, 2.9, 6.0), *PALM)
    for seed in range(6):
        result = findings_of([Patch(rolled, *HEEL), shadow], 6.5, seed=seed)
        assert [(s.kind, s.direction) for s in result.strokes] == [("stroke", "up")]
        assert len(result.beats) == 1
        assert result.holds == []


def test_force_along_a_stroke_in_eight_parts() -> None:
    def leaning(t: Times) -> Touch:
        u = np.clip((t - 0.3) / 4, 0, 1)
        on = (t >= 0.3) & (t < 4.3)
        return np.full_like(t, 60.0), 20 + 400 * u, np.where(on, 8 + 8 * u, 0.0)

    (stroke,) = findings_of([Patch(leaning, *HEEL)], 5.0).strokes
    assert len(stroke.force_parts_n) == 8
    assert stroke.force_parts_n == pytest.approx([8.5 + k for k in range(8)], rel=0.2)
    assert np.mean(stroke.force_parts_n) == pytest.approx(stroke.force_mean_n, rel=0.05)


def test_a_heading_is_told_on_the_way_and_again_after_a_turn() -> None:
    hands = [
        Patch(sweep((60, 40), (60, 400), 14, 0.5, 4.5, rise=1e-3), *PALM),
        Patch(sweep((60, 400), (60, 40), 14, 4.5, 8.5, rise=1e-3), *PALM),
    ]
    result = findings_of(hands, 9.0)
    assert [h.direction for h in result.headings] == ["up", "down"]
    for heading, stroke in zip(result.headings, result.strokes, strict=True):
        assert heading.contact == stroke.contact
        assert heading.t0 == stroke.t0
        assert heading.t < stroke.t1 - 1.5
        assert 70 <= heading.length_mm < 90
        assert heading.side == "right"
        assert heading.force_n == pytest.approx(14, rel=0.2)


def test_circles_and_rubbing_have_no_heading() -> None:
    assert findings_of([Patch(circle(85, 300, 55, 14, 0.5, 6.5, 4), *HEEL)], 7.0).headings == []
    assert findings_of([Patch(rubbing((60, 150), (60, 270), 10, 0.5, 6.5, cycles=7), *PALM)], 7).headings == []


def eight(turns: int, period_s: float, seed: int) -> tuple[Patch, float]:
    rng = np.random.default_rng(seed)
    across, along, y0 = rng.uniform(80, 105), rng.uniform(34, 46), rng.uniform(280, 340)
    end = 0.5 + turns * period_s

    def course(t: Times) -> Touch:
        turn = 2 * np.pi * np.clip((t - 0.5) / period_s, 0, turns)
        on = np.clip(np.minimum(t - 0.5, end - t) / 0.15, 0, 1)
        return across * np.sin(turn), y0 + along * np.sin(2 * turn), 9 * on

    return Patch(course, 70, 90), end


def test_figures_of_eight_are_told_and_counted() -> None:
    right = 0
    for seed in range(10):
        hand, end = eight(4, 2.6, seed)
        kinds = [s.kind for s in findings_of([hand], end + 0.5, seed=seed).strokes]
        assert set(kinds) <= {"figure-eight", "stroke"}
        right += kinds.count("figure-eight") == 4
    assert right >= 9


@pytest.mark.parametrize("radius", [11, 14])
def test_small_circles_of_a_thumb_are_counted_where_they_travel(radius: float) -> None:
    counts = []
    for seed in range(10):

        def course(t: Times) -> Touch:
            turn = 2 * np.pi * np.clip((t - 0.5) / 1.2, 0, 4)
            on = np.clip(np.minimum(t - 0.5, 5.3 - t) / 0.15, 0, 1)
            return 40 - radius * np.cos(turn), 60 + 2 * turn + radius * np.sin(turn), 12 * on

        kinds = [s.kind for s in findings_of([Patch(course, *THUMB)], 6.0, seed=seed).strokes]
        counts.append(kinds.count("circle"))
        assert "to-and-fro" not in kinds
    assert 3.4 <= np.mean(counts) <= 4.2


def test_strokes_slowly_across_and_back_are_no_figure_of_eight() -> None:
    for seed in range(4):
        hands = [
            Patch(sweep((-80, 300), (80, 320), 12, 0.5 + 3 * k, 2 + 3 * k, rise=1e-3), *PALM) for k in range(3)
        ] + [Patch(sweep((80, 320), (-80, 300), 12, 2 + 3 * k, 3.5 + 3 * k, rise=1e-3), *PALM) for k in range(3)]
        assert {s.kind for s in findings_of(hands, 10.0, seed=seed).strokes} == {"stroke"}


def test_a_long_rest_is_one_hold_though_the_hand_wanders() -> None:
    def resting(t: Times) -> Touch:
        wander = 2 * np.sin(2 * np.pi * t / 7.3)
        on = np.clip(np.minimum(t - 0.5, 30.5 - t) / 0.3, 0, 1)
        return 70 + wander, 205 + 7 * np.sin(2 * np.pi * t / 5.1), 6 * on

    for seed in range(3):
        (hold,) = (result := findings_of([Patch(resting, *PALM)], 31.5, rate_hz=50.0, seed=seed)).holds
        assert (hold.t0, hold.t1) == pytest.approx((0.5, 30.5), abs=0.15)
        assert hold.force_mean_n == pytest.approx(6, rel=0.2)
        assert result.strokes == []


def test_a_hand_that_lifts_as_its_rest_becomes_known_has_rested_until_then() -> None:
    """The centre settles by a little more than a turn, stays, and the last sample ends both the rest and the touch."""
    follower = PathFollower(1)
    t_us = np.arange(0, 6_300_000, 20_000)
    y = np.interp(t_us / 1e6, [0.0, 0.3, 0.5, 1.0, 6.3], [0.0, 17.0, 17.0, 7.3, 7.3])
    y[-1] = 6.5
    passes = follower.push(t_us, np.zeros(len(t_us)), y, np.full(len(t_us), 10.0), np.zeros(len(t_us), bool))
    passes += follower.finish(6_400_000)
    last = passes[-1]
    assert isinstance(last, Pass)
    assert last.last
    assert last.t1_us >= 6_200_000

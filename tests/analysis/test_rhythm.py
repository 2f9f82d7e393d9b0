"""What beats one time: like movements, in one place, without a break."""

from __future__ import annotations

import pytest

from rig.analysis.findings import Rhythm, Stroke, StrokeKind
from rig.analysis.rhythm import LEAST_BEATS, RhythmKeeper


def movement(t0: float, kind: StrokeKind, *, y_mm: float = 100.0, contact: int = 1) -> Stroke:
    direction = {"stroke": "up", "squeeze": "out"}.get(kind, "none")
    return Stroke(
        t0=t0, t1=t0 + 0.5, kind=kind, direction=direction, side="left", zone=None, length_mm=30.0, speed_cm_s=6.0,  # type: ignore[arg-type]  # one of the directions
        force_mean_n=10.0, force_peak_n=12.0, x0_mm=-60.0, y0_mm=y_mm, x1_mm=-60.0, y1_mm=y_mm + 30, contact=contact,
    )  # fmt: skip


def told(movements: list[Stroke]) -> list[Rhythm]:
    keeper, found = RhythmKeeper(), []
    for each in movements:
        found += keeper.take(each, each.t1)[1]
    return found + keeper.finish()


def test_going_on_in_another_place_begins_a_new_rhythm() -> None:
    here = [movement(1 + k, "to-and-fro") for k in range(8)]
    there = [movement(10 + k, "to-and-fro", y_mm=250, contact=2) for k in range(8)]
    assert [(r.beats, r.rate_per_min, r.regularity_cv) for r in told(here + there)] == [(8, 60, 0), (8, 60, 0)]


def test_the_same_break_in_one_place_is_an_uneven_beat() -> None:
    (rhythm,) = told([movement(1 + k, "to-and-fro") for k in (0, 1, 2, 3, 4, 6, 7, 8)])
    assert rhythm.beats == 8
    assert rhythm.regularity_cv > 0.2


@pytest.mark.parametrize("late_s", [0.0, 0.4])
def test_two_hands_in_two_places_beat_one_time(late_s: float) -> None:
    by_turns = [
        movement(1 + k + late_s * (k % 2), "circle", y_mm=100 + 150 * (k % 2), contact=1 + k) for k in range(10)
    ]
    (rhythm,) = told(by_turns)
    assert rhythm.beats == 10


def test_strokes_may_begin_anywhere() -> None:
    strokes = [
        movement(1 + k + (k > 3), "stroke", y_mm=100 + 60 * (k % 3), contact=1 + k) for k in range(LEAST_BEATS * 2)
    ]
    assert len(told(strokes)) == 1


def test_squeezes_that_show_as_presses_now_and_then_lose_no_beat() -> None:
    kinds: list[StrokeKind] = ["squeeze", "squeeze", "press", "squeeze", "press", "squeeze"]
    (rhythm,) = told([movement(1 + 1.3 * k, kind) for k, kind in enumerate(kinds)])
    assert rhythm.beats == 6
    assert rhythm.rate_per_min == pytest.approx(60 / 1.3)


def test_a_beat_that_is_told_late_takes_its_place() -> None:
    strokes = [movement(1 + k, "stroke") for k in (0, 2, 1, 3, 5, 4)]
    (rhythm,) = told(strokes)
    assert (rhythm.t0, rhythm.t1, rhythm.beats, rhythm.rate_per_min, rhythm.regularity_cv) == (1, 6, 6, 60, 0)

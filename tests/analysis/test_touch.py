"""Vibration told from tremor, kneading and rest, with its rate; squeezes told from presses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from rig.analysis.touch import LONGEST_SAMPLES, Touch
from tests.analysis.plain_pad import PALM, THUMB, Patch, findings_of, still

if TYPE_CHECKING:
    from tests.analysis.plain_pad import Times
    from tests.analysis.plain_pad import Touch as Touched


def shaken(rate_hz: float, sway_mm: float, swell: float, t1: float = 3.5) -> Patch:
    def course(t: Times) -> Touched:
        turn = 2 * np.pi * rate_hz * (t - 0.5)
        on = np.clip(np.minimum(t - 0.5, t1 - t) / 0.2, 0, 1)
        force = 9 * on * (1 + swell * np.sin(turn))
        return np.full_like(t, 70.0), 205 + sway_mm * np.sin(turn), force

    return Patch(course, *PALM)


@pytest.mark.parametrize("rate_hz", [3.0, 5.5, 8.3, 11.0])
@pytest.mark.parametrize(("sway_mm", "swell"), [(2.0, 0.2), (0.5, 0.15), (2.5, 0.0)])
def test_vibration_has_its_rate_and_its_times(rate_hz: float, sway_mm: float, swell: float) -> None:
    for seed in range(2):
        result = findings_of([shaken(rate_hz, sway_mm, swell)], 4.0, seed=seed)
        (vibration,) = result.strokes
        assert vibration.kind == "vibration"
        assert vibration.rate_hz == pytest.approx(rate_hz, rel=0.02)
        assert (vibration.t0, vibration.t1) == pytest.approx((0.5, 3.5), abs=0.5)
        assert vibration.force_mean_n == pytest.approx(9, rel=0.2)
        assert result.holds == []


@pytest.mark.parametrize("rate_hz", [6.0, 9.0, 12.0])
def test_tremor_is_no_vibration(rate_hz: float) -> None:
    for seed in range(2):
        result = findings_of([shaken(rate_hz, 0.8, 0.03)], 4.0, seed=seed)
        assert [s.kind for s in result.strokes] == ["press"] or (result.strokes == [] and len(result.holds) == 1)


def test_a_resting_hand_that_trembles_for_a_second_rests() -> None:
    def course(t: Times) -> Touched:
        on = np.clip(np.minimum(t - 0.5, 20.5 - t) / 0.2, 0, 1)
        tremble = np.clip(np.minimum(t - 12.0, 13.3 - t) / 0.1, 0, 1) * np.sin(2 * np.pi * 6.5 * t)
        return np.full_like(t, 70.0), 205 + 2.0 * tremble, 9 * on * (1 + 0.2 * tremble)

    result = findings_of([Patch(course, *PALM)], 21.0, seed=1)
    assert result.strokes == []
    (hold,) = result.holds
    assert hold.t1 - hold.t0 == pytest.approx(20.0, abs=0.3)


@pytest.mark.parametrize("rate_hz", [0.7, 1.2, 1.8])
def test_kneading_without_a_lift_is_no_vibration(rate_hz: float) -> None:
    for seed in range(2):
        assert "vibration" not in {
            s.kind for s in findings_of([shaken(rate_hz, 5.0, 0.5, t1=6.5)], 7.0, seed=seed).strokes
        }


def grip(x_mm: float, y_mm: float, way: int, t0: float) -> Patch:
    def course(t: Times) -> Touched:
        u = np.clip((t - t0) / 0.9, 0, 1)
        closed = np.sin(np.pi * u) ** 2
        return np.full_like(t, x_mm), y_mm + way * (24 - 9 * closed), 6 * closed

    return Patch(course, *THUMB)


def test_grips_are_squeezes_and_thumbs_are_presses() -> None:
    # On a row: between two rows each half of a grip stays on its own, and it may close unseen.
    kinds = []
    for seed in range(4):
        hands = [grip(60.0 + 12 * k, 380 + seed, way, 0.5 + 1.4 * k) for k in range(4) for way in (-1, 1)]
        thumbs = [Patch(still(-60, 110 + 70 * k, 12, 0.5 + 1.4 * k, 1.4 + 1.4 * k), *THUMB) for k in range(4)]
        kinds += [(s.side, s.kind) for s in findings_of([*hands, *thumbs], 6.5, seed=seed).strokes]
    assert kinds.count(("right", "squeeze")) >= 15
    assert kinds.count(("left", "press")) == 16
    assert len(kinds) <= 32


def test_of_a_long_touch_only_the_beginning_is_kept_however_it_arrives() -> None:
    path = np.random.default_rng(0).random((6, LONGEST_SAMPLES + 500))
    whole, pieces = Touch(), Touch()
    whole.add(path)
    for start in range(0, path.shape[1], 7):
        pieces.add(path[:, start : start + 7])
    assert whole.samples().shape == (6, LONGEST_SAMPLES)
    assert whole.samples().tobytes() == pieces.samples().tobytes()

"""Beats that are uneven, and beats that only pause, change sides, or were misread once."""

from __future__ import annotations

from itertools import accumulate, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig.technique.rules.uneven import uneven_beats
from tests.technique.judging import of_kind
from tests.technique.script import Script, stroke


def beaten(*periods: float) -> list[float]:
    return [1.0, *accumulate(periods, initial=1.0)][1:]


def uneven(*periods: float, elsewhere: tuple[float, ...] = (), rests: bool = False) -> bool:
    """Whether any beat of these shows the beat to be uneven."""
    beats = beaten(*periods)
    return any(
        uneven_beats(beats[:n], 5, 0.25, pause=2.5, elsewhere=elsewhere, rests=rests) for n in range(1, len(beats) + 1)
    )


class TestUneven:
    @pytest.mark.parametrize(
        "periods",
        [
            (1.3, 3.7, 1.4, 3.5, 3.9, 1.3),  # long ones of nearly three short ones
            (0.8, 2.2, 0.8, 2.1, 2.2, 0.8),
            (1, 2, 1, 2),
            (1, 3, 1, 3, 1, 1),
            (1, 3.3, 1, 3.3, 1, 3.3),
            (15, 33, 33, 15, 34),  # long strokes, slowly
            (2.2, 9.4, 8.9, 9.0, 5.6, 9.0),
            (1, 1, 1, 1, 2, 1, 0.5, 1.6),
        ],
    )
    def test_long_and_short(self, periods: tuple[float, ...]) -> None:
        assert uneven(*periods)
        assert uneven(*periods[::-1])

    @pytest.mark.parametrize(
        "periods",
        [
            (1, 1.1, 0.9, 1, 1.1, 0.9),
            (1, 1, 1, 6, 1, 1, 1, 1),  # a pause
            (1, 1, 4, 1.1, 1, 3.5, 1, 0.9, 4, 1, 1),  # sets of three
            (5, 5, 30, 5, 40, 5, 5),  # oil
            (1, 1, 1, 2, 1, 1, 1),  # one beat missed
            (0.3, 1, 1, 1, 1, 1),  # one seen too early
            (1, 1, 1, 0.4, 0.6, 1, 1),  # one seen where none was
            (1, 1.3, 0.7, 1, 1, 1),
            (1, 3),
            (1, 3, 1),
        ],
    )
    def test_even_but_for_what_a_hand_or_an_eye_does_once(self, periods: tuple[float, ...]) -> None:
        assert not uneven(*periods)
        assert not uneven(*periods[::-1])

    def test_whichever_way_long_and_short_ones_follow(self) -> None:
        missed = [p for p in set(permutations((0.62, 0.62, 0.62, 1.36, 1.36, 1.36, 1.36))) if not uneven(*p)]
        assert missed == []

    def test_work_on_the_other_side_is_no_long_beat(self) -> None:
        periods = (1.0, 1.0, 3.5, 1.0, 3.5, 1.0, 1.0, 3.5, 1.0)
        beats = beaten(*periods)
        there = tuple(t0 + k for t0, period in zip(beats, periods, strict=False) if period > 2 for k in (1.2, 2.2))
        assert uneven(*periods)
        assert not uneven(*periods, elsewhere=there)

    def test_the_other_hand_at_the_same_beat_is_no_change_of_sides(self) -> None:
        periods = (1.3, 3.7, 1.4, 3.5, 3.9, 1.3)
        assert uneven(*periods, elsewhere=tuple(beat + 0.05 for beat in beaten(*periods)))
        assert uneven(*periods, elsewhere=tuple(beat - 0.05 for beat in beaten(*periods)))

    def test_rests_of_whole_beats(self) -> None:
        assert uneven(1, 1, 2, 1, 1, 2, 1, 1)
        assert not uneven(1, 1, 2, 1, 1, 2, 1, 1, rests=True)
        # Who rests at every other beat beats unevenly.
        assert uneven(1, 1, 2, 1, 2, 1, 2, rests=True)

    @given(st.lists(st.floats(0.92, 1.08), min_size=1, max_size=30), st.integers(0, 29), st.floats(1.8, 2.2))
    def test_even_beats_of_which_one_was_missed(self, periods: list[float], where: int, missed: float) -> None:
        periods[where % len(periods)] *= missed
        assert not uneven(*periods)


class TestJudged:
    @staticmethod
    def circles(*periods: float, **more: object) -> list[object]:
        fields = {"kind": "circle", "direction": "none", "x0_mm": 100.0, "x1_mm": 100.0, "y0_mm": 330.0, "y1_mm": 330.0}
        return [stroke(t0=t0, t1=t0 + 0.8, **{**fields, **more}) for t0 in beaten(*periods)]

    def test_circles_of_long_and_short_ones(self) -> None:
        script = Script(30)
        script.strokes = self.circles(1.3, 3.7, 1.4, 3.5, 3.9, 1.3)  # type: ignore[assignment]
        (flag,) = of_kind("irregular", script, "relieving.4")
        assert flag.t1 is not None
        assert (flag.t0, round(flag.t1, 6), flag.limit) == (1.0, 10.9, 0.25)
        assert flag.value == pytest.approx(0.526, abs=0.001)

    def test_three_on_one_side_and_three_on_the_other_are_even(self) -> None:
        script = Script(60)
        for n in range(6):
            t0, side = 8.0 * n, 1 if n % 2 else -1
            spots = {"x0_mm": 100.0 * side, "x1_mm": 100.0 * side, "side": "right" if side > 0 else "left"}
            fields = {"kind": "circle", "direction": "none", "y0_mm": 330.0, "y1_mm": 330.0, "contact": 1}
            script.strokes += [stroke(t0=t0 + 2.0 * k, t1=t0 + 2.0 * k + 1.9, **fields, **spots) for k in range(3)]
        assert of_kind("irregular", script, "relieving.4") == []

    def test_a_movement_that_is_told_late_takes_its_place(self) -> None:
        script = Script(30)
        script.strokes = self.circles(2, 2, 2, 2, 2, 2)  # type: ignore[assignment]
        first, late = script.strokes[3:5]
        script.strokes[3:5] = [late, first]
        assert of_kind("irregular", script, "relieving.4") == []

    def test_the_documented_way_back_beats_too(self) -> None:
        script = Script(120)
        for k, t0 in enumerate(beaten(5.5, 12.7, 5.5, 12.8, 13.7, 5.1)):
            script.strokes.append(stroke(t0=t0, t1=t0 + 3, direction="down", y0_mm=350.0, y1_mm=50.0))
            script.strokes.append(stroke(t0=1.0 + 9.2 * k + 4.0, t1=1.0 + 9.2 * k + 7.0, force_mean_n=20.0))
        script.strokes.sort(key=lambda s: s.t1)
        assert of_kind("irregular", script, "relieving.8") != []
        assert of_kind("irregular", script, "therapeutic.6") == []

    def test_a_way_seen_in_two_pieces_is_one_beat(self) -> None:
        script = Script(60)
        for k in range(6):
            t0 = 1 + 7.2 * k
            script.strokes.append(stroke(t0=t0, t1=t0 + 1.3, y0_mm=-40.0, y1_mm=157.0))
            script.strokes.append(stroke(t0=t0 + 1.32, t1=t0 + 2.7, y0_mm=166.0, y1_mm=412.0))
        assert of_kind("irregular", script, "therapeutic.6") == []

"""How forces go from stroke to stroke, along one, and from hand to hand: each rule broken and kept."""

from __future__ import annotations

import pytest

from tests.technique.judging import of_kind, passes
from tests.technique.script import Script, stroke


class TestContrast:
    def test_a_way_back_as_heavy_as_the_way_up(self) -> None:
        (flag, _) = of_kind("contrast", passes(12.0, 13.0, back=14.0), "relieving.1")
        assert (flag.value, flag.limit, flag.unit, flag.t0) == (14.0, 12.0, "N", 5.5)
        assert "step 1" in flag.source

    def test_a_lighter_way_back(self) -> None:
        assert of_kind("contrast", passes(12.0, 13.0, back=6.0), "relieving.1") == []

    def test_the_pull_is_compared_with_the_way_down_before_it(self) -> None:
        script = Script(20)
        script.strokes = [
            stroke(direction="down", t0=1, t1=5, y0_mm=350.0, y1_mm=50.0, force_mean_n=15.0),
            stroke(direction="up", t0=6, t1=10, force_mean_n=11.0),
        ]
        (flag,) = of_kind("contrast", script, "relieving.8")
        assert (flag.value, flag.limit) == (15.0, 11.0)
        assert "the firm part is the pull" in flag.source

    def test_each_side_is_compared_with_itself(self) -> None:
        script = passes(12.0, back=6.0)
        script.strokes += passes(5.0, back=3.0, side="left").strokes
        assert of_kind("contrast", script, "backpain.2") == []

    def test_a_step_without_a_contrast_has_none(self) -> None:
        assert of_kind("contrast", passes(12.0, back=14.0), "reflex.2") == []


class TestFading:
    def test_a_stroke_heavier_than_the_one_before(self) -> None:
        (flag,) = of_kind("contrast", passes(8.0, 6.0, 7.0, 5.0), "relieving.12")
        assert (flag.value, flag.limit) == (7.0, 6.0)

    def test_lighter_and_lighter(self) -> None:
        assert of_kind("contrast", passes(8.0, 7.0, 6.0, 5.0), "relieving.12") == []

    def test_a_piece_of_a_stroke_is_not_compared(self) -> None:
        script = passes(8.0, 7.0)
        script.strokes.append(stroke(t0=17, t1=18, force_mean_n=9.0, length_mm=100.0))
        assert of_kind("contrast", script, "relieving.12") == []


class TestEvenness:
    EVEN = (5.0, 12.0, 12.5, 13.0, 12.0, 12.0, 12.5, 4.0)

    def test_force_that_grows_along_the_stroke(self) -> None:
        script = Script(9)
        script.strokes = [stroke(force_parts_n=(5.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 6.0))]
        (flag,) = of_kind("uneven", script, "backpain.1")
        assert flag.value == pytest.approx(14 / 9)
        assert (flag.limit, flag.unit) == (1.4, "ratio")
        assert "effleurage" in flag.source

    def test_landing_and_lifting_are_not_uneven(self) -> None:
        script = Script(9)
        script.strokes = [stroke(force_parts_n=self.EVEN)]
        assert of_kind("uneven", script, "backpain.1") == []

    def test_one_hand_heavier_than_the_other(self) -> None:
        script = Script(9)
        script.strokes = [stroke(force_mean_n=12.0), stroke(t0=1.1, t1=6.1, side="left", force_mean_n=18.0)]
        (flag,) = of_kind("uneven", script, "therapeutic.6")
        assert (flag.side, flag.value) == ("left", 1.5)

    def test_hands_in_turn_are_not_compared(self) -> None:
        script = Script(19)
        script.strokes = [stroke(force_mean_n=12.0), stroke(t0=7, t1=12, side="left", force_mean_n=18.0)]
        assert of_kind("uneven", script, "therapeutic.6") == []

    def test_without_a_calibration_a_few_sensors_say_little(self) -> None:
        script = Script(9)
        script.strokes = [stroke(force_parts_n=(5.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 6.0))]
        assert of_kind("uneven", script, "backpain.1", calibrated=False) == []

    @pytest.mark.parametrize(("neck_n", "found"), [(20.0, 0), (26.0, 1)])
    def test_the_neck_gets_less(self, neck_n: float, found: int) -> None:
        script = Script(9)
        parts = (*[24.0] * 5, neck_n, neck_n, neck_n)
        script.strokes = [stroke(x0_mm=30.0, x1_mm=30.0, y0_mm=300.0, y1_mm=540.0, force_parts_n=parts)]
        flags = of_kind("contrast", script, "therapeutic.4")
        assert len(flags) == found
        assert all(f.value == 26.0 and f.limit == pytest.approx(21.6) and "neck" in f.source for f in flags)
        assert of_kind("contrast", script, "therapeutic.4", calibrated=False) == [], "other sensors, not calibrated"

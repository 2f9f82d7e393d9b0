"""How often, where along and in which order: each rule broken and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rig.technique.judge import Judge
from rig.technique.timeline import Mark, Timeline
from tests.technique.judging import PAD, ROUTINES, judged, of_kind, passes
from tests.technique.script import Script, stroke

if TYPE_CHECKING:
    from rig.technique.flags import Flag


class TestCounts:
    def test_too_few(self) -> None:
        (flag,) = of_kind("missing-reps", passes(12.0, 12.0), "relieving.2")
        assert (flag.value, flag.limit, flag.unit, flag.t0) == (2.0, 5.0, "times", 12.5)

    def test_enough_on_one_side_only(self) -> None:
        script = Script(60)
        circle = {"kind": "circle", "direction": "none", "x0_mm": 90.0, "x1_mm": 90.0, "y0_mm": 300.0, "y1_mm": 300.0}
        script.strokes = [stroke(t0=3.0 * k, t1=3.0 * k + 2, **circle) for k in range(6)]
        script.strokes += [stroke(t0=20 + 3.0 * k, t1=22 + 3.0 * k, side="left", **circle) for k in range(3)]
        (flag,) = of_kind("missing-reps", script, "relieving.4")
        assert (flag.value, flag.limit) == (3.0, 4.0)

    @pytest.mark.parametrize(("at_second", "found"), [(5, []), (3, [3.0])])
    def test_so_many_at_each_point(self, at_second: int, found: list[float]) -> None:
        script = Script(60)
        for point, count in enumerate((5, at_second)):
            y = 100.0 + 80 * point
            script.strokes += [
                stroke(t0=20 * point + k, t1=20 * point + k + 0.7, kind="press", y0_mm=y, y1_mm=y, force_peak_n=30.0)
                for k in range(count)
            ]
        assert [f.value for f in of_kind("missing-reps", script, "therapeutic.5")] == found

    def test_the_first_of_a_hand_that_lands_is_at_the_same_point(self) -> None:
        script = Script(60)
        ways = [(148.0, 188.0), (166.0, 200.0), (170.0, 200.0), (166.0, 194.0), (167.0, 192.0)]
        script.strokes = [
            stroke(t0=k, t1=k + 0.7, kind="press", direction="none", y0_mm=y0, y1_mm=y1, force_peak_n=30.0)
            for k, (y0, y1) in enumerate([*ways, *((y0 + 80, y1 + 80) for y0, y1 in ways)])
        ]
        assert of_kind("missing-reps", script, "therapeutic.5") == []

    def test_a_step_is_over_when_the_next_one_is_under_way(self) -> None:
        script = passes(12.0, 12.0, 12.0, 12.0)
        marks = Mark(0, "relieving.2"), Mark(24_000_000, "relieving.1")
        judge = Judge(PAD, Timeline(marks), ROUTINES["relieving"])
        early, late = script.cut((1500,))
        assert not [e for e in judge.push(early) if e.flag.kind == "missing-reps"]
        assert [e.flag.value for e in judge.push(late) if e.over and e.flag.kind == "missing-reps"] == [2.0]

    def test_nothing_seen_is_not_too_few(self) -> None:
        assert of_kind("missing-reps", Script(9).touch(1, 8, 12.0), "relieving.2") == []


class TestTravel:
    def circles(self, *ys: float) -> Script:
        script = Script(60)
        ring = {"kind": "circle", "direction": "none", "x0_mm": 70.0, "x1_mm": 70.0}
        script.strokes = [stroke(t0=3.0 * k, t1=3.0 * k + 2, y0_mm=y, y1_mm=y, **ring) for k, y in enumerate(ys)]
        return script

    def test_circles_that_climb_down(self) -> None:
        (flag,) = of_kind("wrong-direction", self.circles(300, 270, 240, 210, 180), "therapeutic.2")
        assert (flag.value, flag.limit, flag.unit) == (-120.0, 0.0, "mm")

    def test_circles_that_climb_and_begin_again(self) -> None:
        assert of_kind("wrong-direction", self.circles(30, 90, 150, 210, 30, 90, 150), "therapeutic.2") == []

    def test_circles_that_stay(self) -> None:
        assert of_kind("wrong-direction", self.circles(100, 95, 101, 96, 99, 94), "therapeutic.2") == []


def test_a_stroke_beyond_the_end_line() -> None:
    script = Script(9)
    script.strokes = [stroke(y1_mm=330.0)]
    (flag,) = of_kind("wrong-place", script, "therapeutic.6")
    assert (flag.value, flag.limit) == (70.0, 30.0)
    assert "shoulder blades" in flag.source
    script.strokes = [stroke(y1_mm=270.0)]
    assert of_kind("wrong-place", script, "therapeutic.6") == []


class TestOrder:
    def touches(self, *spans: tuple[float, float]) -> Script:
        script = Script(60)
        for t0, t1 in spans:
            script.touch(t0, t1, 5.0)
        return script

    def order_flags(self, script: Script, *marks: Mark) -> list[Flag]:
        return [flag for flag in judged(script, *marks) if flag.kind == "out-of-order"]

    def in_turn(self, *numbers: int) -> list[Flag]:
        marks = [Mark(20_000_000 * k, f"backpain.{number}") for k, number in enumerate(numbers)]
        script = Script(20.0 * len(numbers))
        for k in range(len(numbers)):
            script.touch(20.0 * k + 1, 20.0 * k + 5, 5.0)
        return [flag for flag in judged(script, *marks) if flag.kind == "out-of-order"]

    def test_a_step_that_comes_too_early(self) -> None:
        (flag,) = self.in_turn(1, 4, 2, 3)  # vibration before the kneading
        assert (flag.step, flag.value, flag.limit) == ("backpain.4", 2.0, 3.0)
        assert flag.t0 == pytest.approx(22.0)  # when it was begun
        assert flag.t1 == pytest.approx(42.0)  # when that showed
        assert "backpain.2 comes before backpain.4" in flag.source

    def test_a_step_that_comes_too_late(self) -> None:
        (flag,) = self.in_turn(2, 3, 4, 1)
        assert (flag.step, flag.value, flag.limit) == ("backpain.1", 4.0, 1.0)
        assert (flag.t0, flag.t1) == pytest.approx((62.0, 62.0))

    def test_from_back_to_front(self) -> None:
        assert [flag.step for flag in self.in_turn(4, 3, 2, 1)] == ["backpain.4", "backpain.3", "backpain.2"]

    def test_the_right_order_and_a_second_time(self) -> None:
        marks = [Mark(20_000_000 * k, step) for k, step in enumerate(("backpain.1", "backpain.2", "backpain.1"))]
        assert self.order_flags(self.touches((1, 5), (21, 25), (41, 45)), *marks) == []

    def test_a_step_left_out_or_only_passed_over(self) -> None:
        marks = Mark(0, "backpain.4"), Mark(20_000_000, "backpain.2")
        assert self.order_flags(self.touches((1, 1.5), (21, 25)), *marks) == []
        assert self.order_flags(self.touches((21, 25)), Mark(0, "backpain.4")) == []

    def points(self, *numbers: int) -> Script:
        script = Script(60)
        points = ROUTINES["reflex"].step("reflex.5").points
        for k, number in enumerate(numbers):
            x, y = points[number - 1].x_mm, points[number - 1].y_mm
            place = {"x0_mm": x, "x1_mm": x, "y0_mm": y, "y1_mm": y, "length_mm": 0.0}
            script.strokes.append(stroke(t0=2.0 * k + 1, t1=2.0 * k + 2, kind="press", direction="none", **place))
        return script

    def test_the_twelve_points(self) -> None:
        assert self.order_flags(self.points(*range(1, 13)), Mark(0, "reflex.5")) == []
        flags = self.order_flags(self.points(1, 2, 3, 7, 4, 5, 12), Mark(0, "reflex.5"))
        assert [(f.value, f.limit) for f in flags] == [(4.0, 7.0)]

    def test_the_way_back_runs_backward(self) -> None:
        def scene(*kinds: str) -> Script:
            script = Script(60)
            for k, kind in enumerate(kinds):
                way: dict[str, Any] = {"kind": "circle", "direction": "none"} if kind == "o" else {}
                script.strokes.append(stroke(t0=3.0 * k, t1=3.0 * k + 2, **way))
            return script

        assert self.order_flags(scene("o", "o", "up", "up"), Mark(0, "therapeutic.8")) == []
        (flag,) = self.order_flags(scene("up", "up", "o", "o"), Mark(0, "therapeutic.8"))
        assert (flag.value, flag.limit) == (1.0, 3.0)

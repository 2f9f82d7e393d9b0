"""What a step asks for, judged on findings written by hand: each rule broken and kept."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rig.analysis.findings import HOP_US, ContactTable
from rig.pad import load_pad
from rig.technique.breath import inhaled_share
from rig.technique.flags import Flag, report_order
from rig.technique.judge import Judge
from rig.technique.levels import levels
from rig.technique.loading import load_routine
from rig.technique.stays import Stay, Stays
from rig.technique.timeline import Mark, Pacer, Timeline
from tests.technique.script import Script, stroke

PAD = load_pad("back-144")
NAMES = ("backpain", "contact", "reflex", "relieving", "therapeutic")
ROUTINES = {name: load_routine(name, PAD) for name in NAMES}


def judged(script: Script, *marks: Mark, cuts: tuple[int, ...] = (), calibrated: bool = True) -> list[Flag]:
    step = next(mark.step for mark in marks if mark.step is not None)
    judge = Judge(PAD, Timeline(marks), ROUTINES[step.split(".")[0]], calibrated=calibrated)
    events = [event for push in script.cut(cuts) for event in judge.push(push)] + judge.finish()
    return sorted((event.flag for event in events if event.over), key=report_order)


def of_kind(kind: str, script: Script, step: str, **more: Any) -> list[Flag]:
    return [flag for flag in judged(script, Mark(0, step), **more) if flag.kind == kind]


def passes(*forces: float, back: float | None = None, side: str = "right", length_mm: float = 300.0) -> Script:
    """Upward passes of 4 s with these forces, each with a way back of this force."""
    script = Script(12.0 * len(forces))
    for k, force in enumerate(forces):
        t0 = 12.0 * k + 0.5
        script.strokes.append(stroke(t0=t0, t1=t0 + 4, force_mean_n=force, side=side, length_mm=length_mm))
        if back is not None:
            down = {"direction": "down", "y0_mm": 350.0, "y1_mm": 50.0}
            script.strokes.append(stroke(t0=t0 + 5, t1=t0 + 9, force_mean_n=back, side=side, **down))
    return script


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

    def test_a_step_is_over_when_the_next_one_is_under_way(self) -> None:
        script = passes(12.0, 12.0, 12.0, 12.0)
        marks = Mark(0, "relieving.2"), Mark(24_000_000, "relieving.1")
        judge = Judge(PAD, Timeline(marks), ROUTINES["relieving"])
        early, late = script.cut((1500,))
        assert not [e for e in judge.push(early) if e.flag.kind == "missing-reps"]
        assert [e.flag.value for e in judge.push(late) if e.over and e.flag.kind == "missing-reps"] == [2.0]

    def test_nothing_seen_is_not_too_few(self) -> None:
        assert of_kind("missing-reps", Script(9).touch(1, 8, 12.0), "relieving.2") == []


class TestRate:
    @pytest.mark.parametrize(("period", "found"), [(0.5, "too-fast"), (0.9, None), (1.7, "too-slow")])
    def test_friction(self, period: float, found: str | None) -> None:
        script = Script(30)
        rub = {"kind": "to-and-fro", "direction": "none"}
        script.strokes = [stroke(t0=1 + period * k, t1=1 + period * (k + 1), **rub) for k in range(12)]
        flags = [f for f in judged(script, Mark(0, "relieving.9")) if f.kind in {"too-fast", "too-slow"}]
        assert {f.kind for f in flags} == ({found} if found else set())
        assert all(f.unit == "Hz" and f.value == pytest.approx(1 / period) for f in flags)
        assert all("frictions" in f.source for f in flags)

    def test_one_movement_of_the_step_before_is_no_beat_of_this_one(self) -> None:
        script = Script(30)
        circle = {"kind": "circle", "direction": "none"}
        script.strokes = [stroke(t0=1.0, t1=2.6, y0_mm=150.0, y1_mm=150.0, **circle)]
        here = {"y0_mm": -10.0, "y1_mm": -10.0, "contact": 2}
        script.strokes += [stroke(t0=4.0 + 1.2 * k, t1=5.2 + 1.2 * k, **circle, **here) for k in range(8)]
        assert of_kind("irregular", script, "therapeutic.low") == []

    def test_a_hand_that_is_seen_late_is_not_fast(self) -> None:
        script = Script(30)
        rub = {"kind": "to-and-fro", "direction": "none"}
        script.strokes = [stroke(t0=1.0, t1=1.52, **rub)]
        script.strokes += [stroke(t0=1.52 + 0.85 * k, t1=2.37 + 0.85 * k, **rub) for k in range(8)]
        assert not [f for f in judged(script, Mark(0, "relieving.9")) if f.kind == "too-fast"]

    def test_a_breath_too_fast(self) -> None:
        script = Script(60)
        script.strokes = [stroke(t0=4.0 * k, t1=4.0 * k + 1.9) for k in range(6)]
        flags = of_kind("too-fast", script, "reflex.2")
        assert {(f.value, f.limit, f.unit) for f in flags if f.unit == "1/min"} == {(15.0, 10.0, "1/min")}


class TestHolds:
    @pytest.mark.parametrize(("seconds", "found"), [(2.0, 2), (2.95, 0), (3.5, 0)])
    def test_hands_that_leave_too_soon(self, seconds: float, found: int) -> None:
        script = Script(12)
        for contact, y in ((1, 0.0), (2, 440.0)):
            script.touch(1.0, 1.0 + seconds, 5.0, x_mm=0.0, contact=contact, y_mm=y)
        flags = of_kind("hold-short", script, "contact.1")
        assert len(flags) == found
        assert all((f.limit, f.unit) == (3.0, "s") and f.value == pytest.approx(2.0) for f in flags)

    def test_a_hand_that_is_lost_for_a_moment_has_stayed(self) -> None:
        script = Script(12)
        script.touch(1.0, 3.0, 5.0, x_mm=0.0, y_mm=0.0).touch(3.2, 6.0, 5.0, x_mm=4.0, contact=2, y_mm=3.0)
        assert of_kind("hold-short", script, "contact.1") == []

    def test_a_hand_beside_its_point(self) -> None:
        script = Script(12).touch(1.0, 6.0, 5.0, x_mm=0.0, y_mm=0.0)
        script.touch(1.0, 6.0, 5.0, x_mm=90.0, contact=2, y_mm=420.0)
        (flag,) = of_kind("wrong-place", script, "contact.1")
        assert flag.value == pytest.approx(np.hypot(90, 20))

    def test_a_stretch_that_is_hardly_a_touch(self) -> None:
        script = Script(12).touch(1.0, 6.0, 4.0, x_mm=70.0, y_mm=0.0)
        (flag,) = of_kind("too-light", script, "contact.3")
        assert (flag.value, flag.limit) == (4.0, 10.0)

    def test_two_hands_may_rest_on_the_line_and_a_third_may_not(self) -> None:
        script = Script(12).on_spine(1.0, 6.0, 16.0)
        for contact, y in ((1, 0.0), (2, 440.0)):
            script.touch(1.0, 6.0, 8.0, x_mm=0.0, contact=contact, y_mm=y)
        assert of_kind("spine-pressure", script, "contact.1") == []
        script.touch(3.0, 4.0, 5.0, x_mm=0.0, contact=3, y_mm=200.0)
        (flag,) = of_kind("spine-pressure", script, "contact.1")
        assert (flag.t0, flag.value, flag.limit) == (3.0, 5.0, 2.0)


def stairs(*steps: tuple[float, float], landing_s: float = 0.4) -> list[float]:
    """Forces a hop: to each force in `landing_s`, the whole step so many seconds long; then lifted."""
    forces, now = [], 0.0
    for force, seconds in [*steps, (0.0, landing_s)]:
        ramp = round(landing_s * 1e6 / HOP_US)
        forces += np.linspace(now, force, ramp + 1)[1:].tolist()
        forces += [force] * (round(seconds * 1e6 / HOP_US) - ramp)
        now = force
    return forces


class TestLevels:
    @given(
        st.lists(st.floats(2.0, 7.0), min_size=1, max_size=4),
        st.floats(5.0, 15.0),
        st.floats(1.35, 1.8),
        st.integers(0, 99),
    )
    @settings(max_examples=60, deadline=None)
    def test_each_is_held_as_long_as_it_was(self, held: list[float], first: float, rise: float, seed: int) -> None:
        forces = np.array(stairs(*[(first * rise**k, seconds) for k, seconds in enumerate(held)]))
        tremor = 1 + 0.01 * np.random.default_rng(seed).standard_normal(len(forces))
        found = levels(forces * tremor, 1.25)
        assert [level.seconds for level in found] == pytest.approx(held, abs=0.1)
        assert [level.force_n for level in found] == pytest.approx(
            [first * rise**k for k in range(len(held))], rel=0.05
        )

    def scene(self, *steps: tuple[float, float]) -> Script:
        script = Script(40)
        for k, force in enumerate(stairs(*steps)):
            script.touch(1 + k * 0.02, 1.02 + k * 0.02, force, x_mm=60.0, y_mm=100.0)
        return script

    def test_each_level_is_held_for_its_time(self) -> None:
        assert judged(self.scene((8, 5), (13, 5), (20, 5)), Mark(0, "therapeutic.7")) == []
        (flag,) = judged(self.scene((8, 5), (13, 2), (20, 5)), Mark(0, "therapeutic.7"))
        assert (flag.kind, flag.limit) == ("hold-short", 4.0)
        assert flag.value == pytest.approx(2.0, abs=0.1)

    def test_pressure_that_does_not_rise(self) -> None:
        (flag,) = judged(self.scene((8, 5)), Mark(0, "therapeutic.7"))
        assert (flag.kind, flag.value, flag.limit) == ("contrast", 1.0, 1.25)


class TestBreath:
    SIX = Pacer(2_000_000, 6.0)

    def strokes(self, *spans: tuple[float, float, str]) -> Script:
        script = Script(60)
        script.strokes = [stroke(t0=t0, t1=t1, direction=way) for t0, t1, way in spans]
        return script

    def breath_flags(self, script: Script, pacer: Pacer | None) -> list[Flag]:
        return [f for f in judged(script, Mark(0, "reflex.2", pacer)) if f.kind == "breath"]

    def test_up_with_the_breath_in_and_down_with_the_breath_out(self) -> None:
        with_it = self.strokes((2.2, 6.5, "up"), (7.3, 11.8, "down"), (12.5, 17.5, "up"))
        assert self.breath_flags(with_it, self.SIX) == []
        against = self.strokes((7.5, 11.5, "up"), (12.5, 16.5, "down"))
        flags = self.breath_flags(against, self.SIX)
        assert [(f.t0, f.limit) for f in flags] == [(7.5, 0.5), (12.5, 0.5)]
        assert [f.value for f in flags] == pytest.approx([0.0, 0.0], abs=1e-9)
        assert "item 3" in flags[0].source

    def test_without_a_pacer_it_is_not_judged(self) -> None:
        assert self.breath_flags(self.strokes((7.5, 11.5, "up")), None) == []

    @given(st.floats(0, 1e3), st.floats(0.01, 100), st.floats(4, 10), st.integers(0, 10**9))
    def test_what_is_not_breathed_in_is_breathed_out(self, t0: float, span: float, rate: float, t_us: int) -> None:
        pacer, later = Pacer(t_us, rate), Pacer(t_us + round(30e6 / rate), rate)
        share = inhaled_share(pacer, t0, t0 + span)
        assert -1e-6 <= share <= 1 + 1e-6
        assert share + inhaled_share(later, t0, t0 + span) == pytest.approx(1.0, abs=1e-3)

    def test_a_mark_keeps_its_pacer_in_a_recording(self) -> None:
        for mark in (Mark(5, "reflex.2", self.SIX), Mark(7, None)):
            assert Mark.of_event(mark.t_us, mark.event_body()) == mark


class TestVibration:
    def scene(self, rate_hz: float, swell: float) -> Script:
        script = Script(12)
        t = np.arange(1, 5, 0.02)
        ramp = np.clip(np.minimum(t - 1, 5 - t) / 0.3, 0.05, 1)
        forces = 12 * ramp * (1 + swell * np.sin(2 * np.pi * rate_hz * t))
        for at, force in zip(t.tolist(), forces.tolist(), strict=True):
            script.touch(at, at + 0.02, force, x_mm=60.0)
        return script

    @pytest.mark.parametrize(("rate_hz", "found"), [(1.5, "too-slow"), (3.3, None), (10.5, None), (17.0, "too-fast")])
    def test_its_rate(self, rate_hz: float, found: str | None) -> None:
        flags = judged(self.scene(rate_hz, 0.25), Mark(0, "backpain.4"))
        assert [f.kind for f in flags] == ([found] if found else [])
        assert all(f.value == pytest.approx(rate_hz, rel=0.02) and "McCarren" in f.source for f in flags)

    def test_a_hand_that_only_rests_has_no_rate(self) -> None:
        assert judged(self.scene(17.0, 0.03), Mark(0, "backpain.4")) == []


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

    def test_a_step_that_comes_too_late(self) -> None:
        marks = Mark(0, "backpain.4"), Mark(20_000_000, "backpain.2")
        (flag,) = self.order_flags(self.touches((1, 5), (21, 25)), *marks)
        assert (flag.step, flag.value, flag.limit) == ("backpain.2", 2.0, 1.0)
        assert flag.t0 == pytest.approx(22.0)
        assert "backpain.2 comes before backpain.4" in flag.source

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


class TestLifted:
    def test_both_hands_off_between_two_strokes(self) -> None:
        (flag,) = of_kind("lifted", Script(20).touch(1, 4, 5.0).touch(5, 9, 5.0, contact=2), "relieving.12")
        assert (flag.t0, flag.t1, flag.value, flag.limit, flag.unit) == (4.0, 5.0, 1.0, 0.5, "s")

    def test_hand_over_hand(self) -> None:
        assert of_kind("lifted", Script(20).touch(1, 4, 5.0).touch(3.8, 9, 5.0, contact=2), "relieving.12") == []

    def test_a_hole_in_the_signal_is_nobodys_lifting(self) -> None:
        script = Script(20).touch(1, 4, 5.0).touch(5, 9, 5.0, contact=2)
        script.missing[script.rows(4, 5)] = True
        assert of_kind("lifted", script, "relieving.12") == []

    def test_elsewhere_hands_may_leave(self) -> None:
        assert of_kind("lifted", Script(20).touch(1, 4, 5.0).touch(5, 9, 5.0, contact=2), "relieving.1") == []


def everything(seed: int) -> tuple[Script, list[Mark]]:
    """A session with something for each rule."""
    rng = np.random.default_rng(seed)
    script = Script(80)
    steps = ["contact.1", "contact.3", "contact.2"]
    if seed % 2:
        steps = ["therapeutic.7", "therapeutic.6", "therapeutic.4"]
    marks = [Mark(int(25e6 * k), step) for k, step in enumerate(steps)]
    for contact in range(1, 14):
        t0, x, y = rng.uniform(0, 70), rng.uniform(-90, 90), rng.uniform(0, 440)
        for k, force in enumerate(stairs((rng.uniform(2, 10), 2.0), (rng.uniform(8, 20), rng.uniform(1.5, 5)))):
            script.touch(t0 + k * 0.02, t0 + k * 0.02 + 0.02, force, x, contact, 40.0, y)
    for _ in range(30):
        t0, side = rng.uniform(0, 70), str(rng.choice(["left", "right"]))
        parts = tuple(rng.uniform(10, 20, 8).tolist())
        script.strokes.append(stroke(t0=t0, t1=t0 + rng.uniform(1, 5), side=side, force_parts_n=parts))
    script.strokes.sort(key=lambda s: s.t1)
    script.missing[rng.random(len(script.missing)) < 0.005] = True
    return script, marks


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.lists(st.integers(0, 4000), max_size=60))
def test_the_flags_are_the_same_to_the_bit_however_findings_are_cut(seed: int, cuts: list[int]) -> None:
    script, marks = everything(seed)
    whole = judged(script, *marks)
    assert whole, "nothing to compare"
    assert judged(script, *marks, cuts=tuple(cuts)) == whole
    if seed % 5 == 0:
        assert judged(script, *marks, cuts=tuple(range(4000))) == whole


def test_a_stay_that_goes_on_under_another_number_is_one_stay() -> None:
    def table(contact: int, t0: int, hops: int) -> ContactTable:
        t_us, ones = (t0 + np.arange(hops)) * HOP_US, np.ones(hops)
        return ContactTable(t_us, np.full(hops, contact), ones, ones, 5 * ones, ones, ones, ones)

    def seen(*tables: ContactTable) -> list[Stay]:
        stays = Stays()
        found = []
        for each in tables:
            found += stays.push(each, np.zeros(len(each.t_us), np.int64), int(each.t_us[-1]))
        return found + stays.finish()

    assert [stay.seconds for stay in seen(table(1, 0, 50), table(2, 60, 50))] == [pytest.approx(110 * 0.02)]
    assert [stay.seconds for stay in seen(table(1, 0, 50), table(2, 70, 50))] == [pytest.approx(1.0)] * 2

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rig.analysis.findings import Fault, Gap
from rig.technique.flags import Flag, FlagEvent, report_order
from rig.technique.judge import Judge
from rig.technique.timeline import Mark, Timeline
from tests.technique.judging import PAD, ROUTINES
from tests.technique.script import Script, stroke

if TYPE_CHECKING:
    from collections.abc import Sequence


def judged(
    script: Script,
    step: str | None = None,
    *,
    calibrated: bool = True,
    cuts: Sequence[int] = (),
    marks: Sequence[Mark] | None = None,
    level: str | None = None,
) -> list[FlagEvent]:
    routine = ROUTINES[step.split(".")[0]].at_level(level) if step is not None else None
    timeline = Timeline(marks if marks is not None else [Mark(0, step)])
    judge = Judge(PAD, timeline, routine, calibrated=calibrated)
    return [event for push in script.cut(cuts) for event in judge.push(push)] + judge.finish()


def flags(events: list[FlagEvent]) -> list[Flag]:
    """The closed flags; each must have been raised before."""
    raised = [(e.flag.kind, e.flag.t0) for e in events if not e.over]
    closed = [e.flag for e in events if e.over]
    assert sorted(raised) == sorted((f.kind, f.t0) for f in closed)
    assert all(f.t1 is not None and f.t1 >= f.t0 and f.source and f.unit is not None for f in closed)
    return sorted(closed, key=report_order)


def kinds(script: Script, step: str | None = None, *, calibrated: bool = True, level: str | None = None) -> list[str]:
    """What is flagged, but for a count: a script of a few movements is always too short for one."""
    found = flags(judged(script, step, calibrated=calibrated, level=level))
    return [f.kind for f in found if f.kind != "missing-reps"]


class TestSpine:
    @pytest.mark.parametrize("step", [None, "relieving.1", "therapeutic.5", "reflex.3", "backpain.2", "contact.2"])
    def test_six_newtons_are_flagged_within_a_quarter_second_where_the_line_is_to_be_avoided(
        self, step: str | None
    ) -> None:
        events = judged(Script(5).on_spine(1.0, 2.0, 6.0), step)
        (flag,) = flags(events)
        assert flag.kind == "spine-pressure"
        assert (flag.t0, flag.t1, flag.value, flag.limit, flag.unit) == (1.0, 2.0, 6.0, 2.0, "N")
        assert (flag.side, flag.x_mm, flag.y_mm, flag.step) == ("centre", 0.0, 120.0, step)
        assert events[0].t_us <= 1_250_000

    @pytest.mark.parametrize("step", ["relieving.3", "relieving.8", "relieving.12", "relieving.13", "contact.1"])
    def test_a_light_touch_is_allowed_where_the_document_leads_the_hands_along_the_line(self, step: str) -> None:
        assert kinds(Script(5).on_spine(1.0, 2.0, 8.0), step) == []
        assert kinds(Script(5).on_spine(1.0, 2.0, 12.0), step) == ["spine-pressure"]

    def test_the_light_minimum_itself_is_no_pressure(self) -> None:
        assert kinds(Script(5).on_spine(1.0, 2.0, 2.0)) == []

    def test_a_brush_across_the_line_is_no_pressure(self) -> None:
        assert kinds(Script(5).on_spine(1.0, 1.14, 30.0)) == []

    def test_missing_calibration_is_no_excuse_on_the_line(self) -> None:
        (flag,) = flags(judged(Script(5).on_spine(1.0, 2.0, 2.5), calibrated=False))
        assert flag.limit == 2.0
        assert not flag.calibrated

    def test_the_source_names_the_document_and_where_the_number_comes_from(self) -> None:
        (flag,) = flags(judged(Script(5).on_spine(1.0, 2.0, 6.0), "relieving.1"))
        assert "relieving, closing notes" in flag.source
        assert "own choice" in flag.source

    def test_the_policy_is_that_of_the_step_at_each_moment(self) -> None:
        script = Script(20).on_spine(1.0, 2.0, 6.0).on_spine(11.0, 12.0, 6.0)
        marks = [Mark(0, "relieving.3"), Mark(10_000_000, "relieving.4")]
        assert [f.t0 for f in flags(judged(script, "relieving.1", marks=marks))] == [11.0]


class TestForce:
    def test_above_the_band_of_the_step(self) -> None:
        (flag,) = flags(judged(Script(5).touch(1.0, 3.0, 26.0), "relieving.1"))
        assert (flag.kind, flag.value, flag.limit, flag.side) == ("too-hard", 26.0, 20.0, "right")
        assert "step 1" in flag.source

    def test_the_ceiling_holds_everywhere(self) -> None:
        assert kinds(Script(5).touch(1.0, 3.0, 95.0)) == ["too-hard"]
        assert kinds(Script(5).touch(1.0, 3.0, 85.0)) == []

    def test_a_bump_is_not_hard(self) -> None:
        assert kinds(Script(5).touch(1.0, 1.1, 60.0), "relieving.1") == []

    def test_without_a_calibration_the_limit_is_wider_and_says_so(self) -> None:
        assert kinds(Script(5).touch(1.0, 3.0, 31.0), "relieving.1", calibrated=False) == []
        (flag,) = flags(judged(Script(5).touch(1.0, 3.0, 33.0), "relieving.1", calibrated=False))
        assert flag.limit == pytest.approx(32.0)
        assert not flag.calibrated
        assert "not calibrated" in flag.source

    def test_without_a_calibration_the_ceiling_stays(self) -> None:
        (flag,) = flags(judged(Script(5).touch(1.0, 3.0, 95.0), calibrated=False))
        assert flag.limit == 90.0

    def test_both_hands_in_one_contact_across_the_line_may_press_twice_as_hard(self) -> None:
        together = Script(5).touch(1.0, 3.0, 36.0, x_mm=5.0, width_mm=120.0)
        assert kinds(together, "relieving.1") == []
        assert kinds(Script(5).touch(1.0, 3.0, 36.0, x_mm=70.0, width_mm=80.0), "relieving.1") == ["too-hard"]

    def test_a_reinforced_hand_across_the_line_is_one_hand(self) -> None:
        assert kinds(Script(5).touch(1.0, 3.0, 36.0, x_mm=5.0, width_mm=80.0), "relieving.3") == ["too-hard"]

    def test_the_harder_of_two_hands_is_told(self) -> None:
        script = Script(5).touch(1.0, 3.0, 12.0, x_mm=-40.0).touch(1.0, 3.0, 30.0, x_mm=40.0, contact=2)
        (flag,) = flags(judged(script, "relieving.1"))
        assert (flag.side, flag.value) == ("right", 30.0)

    def test_a_reading_at_the_end_of_the_range_is_told_as_at_least(self) -> None:
        script = Script(5).touch(1.0, 3.0, 95.0)
        script.at_least[:] = True
        (flag,) = flags(judged(script))
        assert flag.at_least

    def test_too_light_where_a_pressed_pass_is_asked_for(self) -> None:
        script = Script(9)
        script.strokes = [stroke(force_mean_n=5.0)]
        assert kinds(script, "backpain.1") == ["too-light"]
        assert kinds(script, "relieving.1") == []

    def test_the_light_way_back_is_not_too_light(self) -> None:
        script = Script(9)
        script.strokes = [stroke(force_mean_n=5.0, direction="down", y0_mm=350.0, y1_mm=50.0)]
        assert kinds(script, "therapeutic.1") == []


class TestDirection:
    DOWN = stroke(direction="down", y0_mm=350.0, y1_mm=50.0)

    @pytest.mark.parametrize("step", ["relieving.2", "relieving.12", "therapeutic.6", "backpain.1", "contact.2"])
    def test_down_is_wrong_where_the_document_goes_up(self, step: str) -> None:
        script = Script(9)
        script.strokes = [stroke(direction="down", y0_mm=350.0, y1_mm=50.0, speed_cm_s=5.0, force_mean_n=12.0)]
        found = [f for f in flags(judged(script, step)) if f.kind == "wrong-direction"]
        assert len(found) == 1
        assert (found[0].value, found[0].limit, found[0].unit) == (-300.0, 0.0, "mm")

    @pytest.mark.parametrize("step", ["relieving.1", "relieving.11", "therapeutic.1", "reflex.2", "backpain.2"])
    def test_down_is_right_where_the_document_goes_up_and_back(self, step: str) -> None:
        script = Script(9)
        script.strokes = [self.DOWN]
        assert "wrong-direction" not in kinds(script, step)

    def test_up_is_wrong_where_the_document_works_from_top_to_bottom(self) -> None:
        script = Script(9)
        script.strokes = [stroke()]
        assert kinds(script, "reflex.1") == ["wrong-direction"]

    def test_inward_is_wrong_where_the_document_goes_out(self) -> None:
        script = Script(9)
        script.strokes = [stroke(direction="in", x0_mm=-140.0, x1_mm=-40.0, y0_mm=200.0, y1_mm=200.0)]
        (flag,) = flags(judged(script, "reflex.4"))
        assert (flag.kind, flag.value) == ("wrong-direction", -100.0)

    def test_hands_that_glide_back_without_weight_make_no_pass(self) -> None:
        script = Script(9)
        script.strokes = [stroke(direction="down", force_mean_n=1.5, speed_cm_s=30.0)]
        assert kinds(script, "relieving.2") == []

    def test_a_light_way_back_is_allowed_where_the_document_speaks_of_one(self) -> None:
        script = Script(9)
        script.strokes = [stroke(direction="down", force_mean_n=6.0, speed_cm_s=30.0)]
        assert kinds(script, "backpain.1") == []

    def test_a_hand_that_settles_has_no_direction(self) -> None:
        script = Script(9)
        script.strokes = [stroke(direction="down", length_mm=30.0)]
        assert kinds(script, "relieving.2") == []

    def test_a_shadow_of_a_contact_is_no_movement(self) -> None:
        script = Script(9)
        script.strokes = [stroke(force_mean_n=0.7, speed_cm_s=30.0, x0_mm=40.0, y0_mm=520.0, x1_mm=40.0, y1_mm=560.0)]
        assert kinds(script, "backpain.1") == []

    def test_nothing_is_wrong_without_a_step(self) -> None:
        script = Script(9)
        script.strokes = [self.DOWN, stroke(speed_cm_s=60.0)]
        assert kinds(script) == []


class TestTempo:
    @pytest.mark.parametrize(
        ("speed", "found"), [(0.9, ["too-slow"]), (1.1, []), (6.0, []), (9.9, []), (10.3, []), (10.5, ["too-fast"])]
    )
    def test_slow_is_one_to_ten(self, speed: float, found: list[str]) -> None:
        script = Script(9)
        script.strokes = [stroke(speed_cm_s=speed)]
        assert kinds(script, "relieving.1") == found

    def test_the_flag_says_what_was_measured_and_who_says_so(self) -> None:
        script = Script(9)
        script.strokes = [stroke(speed_cm_s=22.0)]
        (flag,) = flags(judged(script, "relieving.1"))
        assert (flag.value, flag.limit, flag.unit) == (22.0, 10.0, "cm/s")
        assert "step 1" in flag.source
        assert "Loken 2009" in flag.source

    def test_a_step_without_a_tempo_is_not_judged_by_one(self) -> None:
        script = Script(9)
        script.strokes = [stroke(speed_cm_s=22.0)]
        assert kinds(script, "relieving.2") == []

    def test_a_short_pass_says_less_about_its_speed(self) -> None:
        script = Script(9)
        script.strokes = [stroke(speed_cm_s=11.0, length_mm=60.0)]
        assert kinds(script, "relieving.1") == []
        script.strokes = [stroke(speed_cm_s=13.0, length_mm=60.0)]
        assert kinds(script, "relieving.1") == ["too-fast"]

    def test_levels_move_the_band(self) -> None:
        script = Script(9)
        script.strokes = [stroke(speed_cm_s=9.5)]
        assert kinds(script, "relieving.1", level="strict") == ["too-fast"]
        script.strokes = [stroke(speed_cm_s=12.0)]
        assert kinds(script, "relieving.1", level="gentle") == []

    @pytest.mark.parametrize(
        ("step", "periods", "found"),
        [
            ("relieving.1", [5, 5, 5, 5, 5, 5], []),
            ("relieving.1", [5, 6, 4.5, 5, 6, 4.2], []),
            ("relieving.1", [4, 7, 4, 8], ["irregular"]),
            ("relieving.1", [4, 7, 4], []),
            ("relieving.1", [4, 7, 4, 8, 5, 5, 5, 5, 5, 5], ["irregular"]),
            ("relieving.1", [4, 7, 4, 8, 4, 7, 4, 8], ["irregular", "irregular"]),
            ("relieving.1", [5, 5, 5, 30, 5, 5, 5, 5], []),
            ("relieving.13", [4, 7, 4, 8], []),
            (None, [4, 6, 4, 7], []),
            (None, [3, 7, 3, 7.4], ["irregular"]),
        ],
    )
    def test_an_uneven_beat(self, step: str | None, periods: list[float], found: list[str]) -> None:
        assert kinds(self.beating(periods), step) == found

    def beating(self, periods: list[float], *, hands: int = 1) -> Script:
        script = Script(120)
        for hand in range(hands):
            for t0 in 1.0 + 0.03 * hand + np.cumsum([0.0, *periods]):
                side = ("right", "left")[hand]
                script.strokes.append(stroke(t0=float(t0), t1=float(t0) + 0.9, side=side, contact=hand))
        script.strokes.sort(key=lambda s: s.t1)
        return script

    def test_an_uneven_beat_is_told_with_the_stroke_that_makes_it_certain(self) -> None:
        events = judged(self.beating([4, 7, 4, 8, 5, 5]), "relieving.1")
        (flag,) = flags(events)
        assert (flag.t0, flag.t1, flag.limit, flag.unit) == (1.0, 24.0, 0.25, "ratio")
        assert flag.value == pytest.approx(np.std([4, 7, 4, 8], ddof=1) / np.mean([4, 7, 4, 8]))
        assert events[0].t_us == 24_000_000

    def test_both_hands_beat_one_rhythm(self) -> None:
        assert kinds(self.beating([4, 7, 4, 8], hands=2), "relieving.1") == ["irregular"]

    def test_a_new_step_begins_a_new_rhythm(self) -> None:
        marks = [Mark(0, "relieving.1"), Mark(14_000_000, "relieving.11")]
        assert flags(judged(self.beating([4, 7, 4, 8, 5, 5]), "relieving.1", marks=marks)) == []


class TestPlace:
    def test_far_outside_the_zones_of_the_step(self) -> None:
        script = Script(9)
        script.strokes = [stroke(kind="circle", direction="none", x0_mm=60.0, x1_mm=60.0, y0_mm=60.0, y1_mm=60.0)]
        (flag,) = (f for f in flags(judged(script, "relieving.4")) if f.kind == "wrong-place")
        # The shoulder blade's zone begins at y = 260.
        assert (flag.kind, flag.value, flag.limit, flag.unit) == ("wrong-place", 200.0, 30.0, "mm")

    def test_either_side_of_the_back_will_do(self) -> None:
        script = Script(9)
        script.strokes = [stroke(kind="circle", direction="none", x0_mm=-110.0, x1_mm=-110.0, y0_mm=320.0, y1_mm=320.0)]
        assert kinds(script, "relieving.4") == []


class TestTheRigItself:
    def test_a_hole_in_the_signal(self) -> None:
        script = Script(9)
        script.gaps = [Gap(2.0, 4.5, 500), Gap(6.0, 6.05, 10)]
        (flag,) = flags(judged(script))
        assert (flag.kind, flag.t0, flag.t1, flag.value) == ("signal-gap", 2.0, 4.5, 2.5)

    def test_a_faulty_sensor_is_told_at_once_and_stays_until_the_end(self) -> None:
        script = Script(9)
        script.faults = [Fault(3.0, 17, -28.0, 20.0, "stuck", 512.0, 3.0, "counts")]
        events = judged(script)
        assert [(e.over, e.t_us) for e in events] == [(False, 3_000_000), (True, 9_000_000)]
        (flag,) = flags(events)
        assert (flag.x_mm, flag.side, flag.t1) == (-28.0, "left", 9.0)
        assert "channel 17" in flag.source


def eventful(seed: int) -> Script:
    """A minute with something of everything, drawn anew by each seed."""
    rng = np.random.default_rng(seed)
    script = Script(60)
    for t0 in rng.uniform(0, 58, 12):
        script.on_spine(t0, t0 + rng.uniform(0.02, 1.0), rng.uniform(0, 12))
    for contact, t0 in enumerate(np.sort(rng.uniform(0, 55, 10)), 1):
        force, x_mm = rng.uniform(5, 120), rng.uniform(-140, 140)
        script.touch(t0, t0 + rng.uniform(0.1, 4), force, x_mm, contact, rng.uniform(20, 160))
    script.missing[rng.random(len(script.missing)) < 0.01] = True
    hole = int(rng.integers(0, 2900))
    script.missing[hole : hole + int(rng.integers(1, 60))] = True
    for _ in range(20):
        t0 = rng.uniform(0, 50)
        way = rng.choice(["up", "down", "out", "in"])
        t1 = t0 + rng.uniform(1, 9)
        script.strokes.append(stroke(t0=t0, t1=t1, direction=str(way), speed_cm_s=rng.uniform(0.5, 30)))
    script.strokes.sort(key=lambda s: s.t1)
    return script


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.lists(st.integers(0, 3000), max_size=40), st.booleans())
def test_the_flags_are_the_same_to_the_bit_however_findings_are_cut(seed: int, cuts: list[int], steps: bool) -> None:
    script = eventful(seed)
    marks = [Mark(0, "relieving.2"), Mark(20_000_001, None), Mark(35_000_000, "relieving.3")] if steps else []
    step = "relieving.1" if steps else None
    whole = judged(script, step, marks=marks)
    assert flags(judged(script, step, marks=marks, cuts=cuts)) == flags(whole)
    single = judged(script, step, marks=marks, cuts=range(3000)) if seed % 8 == 0 else whole
    assert flags(single) == flags(whole)
    key = lambda e: (e.t_us, e.over, report_order(e.flag), e.flag.kind)  # noqa: E731
    assert sorted(judged(script, step, marks=marks, cuts=cuts), key=key) == sorted(whole, key=key)


def test_a_flag_is_never_raised_before_its_time_has_come() -> None:
    script = eventful(7)
    routine = ROUTINES["relieving"]
    judge = Judge(PAD, Timeline([Mark(0, "relieving.1")]), routine)
    for push in script.cut(range(0, 3000, 7)):
        assert all(event.t_us <= push.until_us or event.over for event in judge.push(push))

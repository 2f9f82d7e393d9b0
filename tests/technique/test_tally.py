from __future__ import annotations

from typing import Any

import pytest

from rig.analysis.findings import Fault, Hold, Rhythm
from rig.pad import load_pad
from rig.technique.judge import Judge
from rig.technique.routine.loading import load_routine
from rig.technique.tally import Outcome, StepResult, Tally
from rig.technique.timeline import Mark, Timeline
from tests.technique.script import Script, stroke

PAD = load_pad("back-144")


def practised(script: Script, *marks: Mark, routine: str = "relieving", cuts: tuple[int, ...] = ()) -> Outcome:
    chosen, timeline = load_routine(routine, PAD), Timeline(marks)
    judge = Judge(PAD, timeline, chosen)
    tally = Tally(PAD, timeline, chosen, judge.limits, calibrated=True)
    for push in script.cut(cuts):
        tally.push(push)
        for event in judge.push(push):
            tally.flag(event)
    for event in judge.finish():
        tally.flag(event)
    return tally.finish(0.0, script.seconds, level=None, conversion="by hand")


def only(outcome: Outcome) -> StepResult:
    (result,) = outcome.steps
    return result


def passes(n: int, *, both: bool = False, **changes: Any) -> Script:
    """`n` upward passes of 4 s each, on the right, or with both hands at once."""
    script = Script(n * 6.0)
    for k in range(n):
        t0 = k * 6.0 + 0.5
        script.touch(t0, t0 + 4.0, 12.0)
        script.strokes.append(stroke(t0=t0, t1=t0 + 4.0, **changes))
        if both:
            script.strokes.append(stroke(t0=t0 + 0.1, t1=t0 + 4.1, side="left", contact=2, **changes))
    script.strokes.sort(key=lambda s: s.t1)
    return script


class TestRepetitions:
    @pytest.mark.parametrize("n", [1, 5, 6])
    def test_passes_are_counted(self, n: int) -> None:
        result = only(practised(passes(n), Mark(0, "relieving.2")))
        assert (result.reps, result.reps_expected) == (n, 5)

    def test_two_hands_in_step_make_one(self) -> None:
        assert only(practised(passes(5, both=True), Mark(0, "relieving.2"))).reps == 5

    def test_two_hands_in_turn_make_two(self) -> None:
        script = Script(20.0).touch(0, 20, 5.0)
        script.strokes = [stroke(t0=k * 2.0, t1=k * 2.0 + 2.5, contact=k % 2) for k in range(8)]
        assert only(practised(script, Mark(0, "relieving.12"))).reps == 8

    def test_two_hands_that_go_up_and_bend_outward_make_one(self) -> None:
        script = Script(40.0).touch(0, 40, 5.0)
        for k in range(3):
            for hand in (0, 1):
                t0 = 10.0 * k + 0.1 * hand
                script.strokes.append(stroke(t0=t0, t1=t0 + 3, contact=hand))
                script.strokes.append(stroke(t0=t0 + 3, t1=t0 + 4, direction="out", contact=hand))
        script.strokes.sort(key=lambda s: s.t1)
        assert only(practised(script, Mark(0, "relieving.7"))).reps == 3

    def test_only_the_working_way_counts(self) -> None:
        script = passes(4)
        script.strokes += [stroke(t0=s.t0 + 4, t1=s.t1 + 1, direction="down") for s in list(script.strokes)]
        assert only(practised(script, Mark(0, "relieving.1"))).reps == 4

    def test_what_the_step_counts_is_counted(self) -> None:
        script = passes(3)
        script.strokes += [stroke(t0=18.1, t1=20, kind="figure-eight", direction="none")]
        assert only(practised(script, Mark(0, "relieving.3"))).reps == 1

    @pytest.mark.parametrize("field", ["force_mean_n", "length_mm"])
    def test_shadows_and_twitches_are_not_counted(self, field: str) -> None:
        changes: dict[str, Any] = {field: 0.7}
        assert only(practised(passes(5, **changes), Mark(0, "relieving.2"))).reps == 0

    def test_each_side_in_turn_doubles_what_is_expected(self) -> None:
        assert only(practised(Script(5), Mark(0, "relieving.4"))).reps_expected == 8

    def test_both_resting_hands_are_one_hold(self) -> None:
        script = Script(70.0).touch(0, 60, 5.0)
        script.holds = [Hold(1.0, 60.0, 0.0, 0.0, 5.0, 1), Hold(1.2, 60.2, 0.0, 440.0, 5.0, 2)]
        assert only(practised(script, Mark(0, "relieving.13"))).reps == 1


class TestVerdict:
    def test_seen_and_nothing_flagged_is_a_pass(self) -> None:
        outcome = practised(passes(6), Mark(0, "relieving.2"))
        result = only(outcome)
        assert (result.verdict, result.score, outcome.score) == ("pass", 100, 100)
        assert result.parts == {"loads": 1.0, "strokes": 1.0}

    def test_a_flag_fails_the_step(self) -> None:
        result = only(practised(passes(6, direction="down"), Mark(0, "relieving.2")))
        assert (result.verdict, result.score) == ("fail", 0)
        assert result.reasons == ["6 x wrong-direction"]

    def test_the_score_falls_with_the_share_that_went_wrong(self) -> None:
        script = passes(6)
        script.strokes[0] = stroke(t0=0.5, t1=4.5, direction="down")
        assert only(practised(script, Mark(0, "relieving.2"))).score == 83

    def test_the_score_falls_with_the_repetitions_that_are_missing(self) -> None:
        result = only(practised(passes(3), Mark(0, "relieving.2")))
        assert (result.verdict, result.reasons) == ("fail", ["1 x missing-reps"])
        assert (result.parts["amounts"], result.score) == (0.6, 60)

    def test_the_score_falls_with_the_time_on_the_spine(self) -> None:
        script = passes(5).on_spine(0.5, 2.5, 6.0)
        result = only(practised(script, Mark(0, "relieving.2")))
        assert result.verdict == "fail"
        # 2 s of the 20 s that hands were on the pad.
        assert result.score == 90

    def test_an_uneven_beat_costs_half_at_most(self) -> None:
        script = Script(60).touch(0, 60, 12.0)
        # Five beats of 1 to 23 s are uneven, of a rhythm from 1 to 45 s.
        starts = [1.0, 5.0, 12.0, 16.0, 23.0]
        script.strokes = [stroke(t0=t0, t1=t0 + 2.0) for t0 in starts]
        script.rhythms = [Rhythm(1.0, 45.0, 10.0, 0.4, 9)]
        result = only(practised(script, Mark(0, "relieving.2")))
        assert result.parts == {"loads": 1.0, "strokes": 1.0, "rhythm": 0.5}
        assert result.score == 75

    def test_an_empty_pad_is_not_judged(self) -> None:
        outcome = practised(Script(9), Mark(0, "relieving.2"))
        result = only(outcome)
        assert (result.verdict, result.score, outcome.score) == ("not-judged", None, None)
        assert result.reasons == ["no hand was on the pad"]

    def test_hands_that_do_something_else_are_not_judged(self) -> None:
        result = only(practised(Script(9).touch(1, 8, 12.0), Mark(0, "relieving.4")))
        assert (result.verdict, result.reasons) == ("not-judged", ["no circle of this step was seen"])

    def test_a_stretch_is_never_passed(self) -> None:
        outcome = practised(Script(9).touch(1, 8, 12.0), Mark(0, "contact.3"), routine="contact")
        assert (only(outcome).verdict, only(outcome).reps) == ("not-judged", None)

    def test_what_is_not_judged_is_listed(self) -> None:
        listed = only(practised(passes(6), Mark(0, "relieving.1"))).not_judged
        assert any("oil" in line for line in listed)
        listed = only(practised(passes(6), Mark(0, "therapeutic.1"), routine="therapeutic")).not_judged
        assert any(line.startswith("duration") for line in listed)

    def test_a_gap_or_a_fault_fails_no_step(self) -> None:
        from rig.analysis.findings import Gap

        script = passes(6)
        script.gaps = [Gap(5.0, 5.4, 80)]
        script.faults = [Fault(3.0, 1, 0.0, 0.0, "stuck", 1.0, 1.0, "counts")]
        assert only(practised(script, Mark(0, "relieving.2"))).verdict == "pass"


class TestSession:
    def test_each_stretch_of_a_step_is_an_entry(self) -> None:
        marks = [
            Mark(0, "relieving.2"),
            Mark(12_000_000, None),
            Mark(18_000_000, "relieving.1"),
            Mark(30_000_000, "relieving.2"),
        ]
        outcome = practised(passes(7), *marks)
        entries = [(s.id, s.t0, s.t1, s.reps) for s in outcome.steps]
        assert entries == [("relieving.2", 0, 12, 2), ("relieving.1", 18, 30, 2), ("relieving.2", 30, 42, 2)]

    def test_strokes_bear_the_step_in_which_they_began(self) -> None:
        outcome = practised(passes(2), Mark(0, "relieving.2"), Mark(2_000_000, "relieving.1"))
        assert [s.step for s in outcome.strokes] == ["relieving.2", "relieving.1"]

    def test_seconds_with_any_contact(self) -> None:
        script = Script(10).touch(1, 3, 5.0).touch(2, 4, 5.0, contact=2)
        assert practised(script).contacts_s == pytest.approx(3.0)

    def test_the_score_of_a_session_weighs_its_steps_by_time(self) -> None:
        outcome = practised(passes(4), Mark(0, "relieving.2"), Mark(6_000_000, "relieving.1"))
        # The first should have come second, which costs it half; and it is done a fifth as often as it is asked for.
        assert [s.score for s in outcome.steps] == [10, 100]
        assert outcome.score == 78

    @pytest.mark.parametrize(("shorted_s", "told"), [(None, "2.4"), (2.0, "1.0")])
    def test_force_beyond_the_range_is_said_to_be_at_least_that(self, shorted_s: float | None, told: str) -> None:
        script = Script(10).touch(1, 5, 20.0)
        script.at_least[script.rows(0.5, 1.0)] = script.at_least[script.rows(1.0, 3.4)] = True
        if shorted_s is not None:
            script.faults.append(Fault(shorted_s, 3, 0.0, 0.0, "shorted", 1.0, 1.0, "of full scale"))
        (said,) = [line for line in only(practised(script, Mark(0, "relieving.1"))).not_judged if "range" in line]
        assert said == f"force for {told} s: beyond a sensor's range, at least what is said"
        cut = practised(script, Mark(0, "relieving.1"), cuts=(60, 101, 140))
        assert said in only(cut).not_judged

    def test_where_hands_only_hold_each_wrong_hold_costs_its_share(self) -> None:
        script = Script(12).touch(1, 9, 6.0, x_mm=0.0, y_mm=440.0).touch(1, 9, 6.0, x_mm=130.0, y_mm=0.0, contact=2)
        script.holds += [Hold(1.0, 9.0, 0.0, 440.0, 6.0, 1), Hold(1.0, 9.0, 130.0, 0.0, 6.0, 2)]
        step = only(practised(script, Mark(0, "contact.1"), routine="contact"))
        assert step.verdict == "fail"
        assert step.parts["strokes"] == pytest.approx(0.5)

    def test_the_outcome_is_the_same_however_findings_are_cut(self) -> None:
        script = passes(6, both=True).on_spine(3, 4, 7.0)
        marks = [Mark(0, "relieving.2"), Mark(15_000_000, "relieving.1")]
        assert practised(script, *marks, cuts=tuple(range(0, 1800, 13))) == practised(script, *marks)


class TestTimeline:
    def test_a_mark_holds_until_the_next(self) -> None:
        timeline = Timeline([Mark(10, "b"), Mark(0, "a")])
        assert [timeline.step_at(t) for t in (-1, 0, 9, 10, 99)] == [None, "a", "a", "b", "b"]

    def test_the_last_of_two_marks_at_one_instant_holds(self) -> None:
        timeline = Timeline([Mark(5, "a")])
        timeline.add(Mark(5, "b"))
        assert timeline.marks == (Mark(5, "b"),)

    def test_the_past_is_not_marked_again(self) -> None:
        timeline = Timeline([Mark(5, "a")])
        with pytest.raises(ValueError, match="before the one"):
            timeline.add(Mark(4, "b"))

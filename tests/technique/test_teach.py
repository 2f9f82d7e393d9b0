"""What a lesson teaches: bands with their spread, from findings written by hand."""

from __future__ import annotations

from dataclasses import replace
from statistics import fmean, stdev

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig.analysis.findings import Direction, Hold, Side, Stroke, StrokeKind
from rig.pad import load_pad
from rig.technique.flags import Flag, FlagKind
from rig.technique.limits import Limits
from rig.technique.routine.loading import load_routine
from rig.technique.routine.routine import Routine, Want
from rig.technique.routine.school import School, TaughtStep, as_taught
from rig.technique.rules.levels import Level, Stair
from rig.technique.tally import Outcome, StepResult
from rig.technique.teach import Lesson, spread, taught_steps, widened

PAD = load_pad("back-144")
BACKPAIN, CONTACT, RELIEVING, THERAPEUTIC = (
    load_routine(name, PAD) for name in ("backpain", "contact", "relieving", "therapeutic")
)
LESSON = Lesson("lesson.mcap", "2026-11-20", calibrated=True)
NOTHING = Outcome(60.0, 30.0, [], [], [], [], [], None, "backpain", None, calibrated=True, conversion="known")


def stroke(
    t0: float,
    force_n: float,
    speed: float = 6.0,
    direction: Direction = "up",
    step: str = "backpain.1",
    side: Side = "left",
) -> Stroke:
    y0, y1 = (0.0, 400.0) if direction == "up" else (400.0, 0.0)
    x = -60.0 if side == "left" else 60.0
    length = 400.0
    return Stroke(
        t0,
        t0 + length / speed / 10,
        "stroke",
        direction,
        side,
        None,
        length,
        speed,
        force_n,
        1.2 * force_n,
        x,
        y0,
        x,
        y1,
        1,
        step,
    )


def replace_kind(one: Stroke, kind: StrokeKind, direction: Direction) -> Stroke:
    return msgspec.structs.replace(one, kind=kind, direction=direction)


def taught(outcome: Outcome, routine: Routine = BACKPAIN, lesson: Lesson = LESSON) -> dict[str, TaughtStep]:
    steps = taught_steps(outcome, routine, Limits(routine, calibrated=lesson.calibrated), lesson)
    return {step.id: step for step in steps}


def want(step: TaughtStep, quantity: str) -> Want:
    found = getattr(step, quantity)
    assert isinstance(found, Want)
    return found


class TestBands:
    forces = (14.0, 15.0, 16.0, 15.0, 15.5)
    speeds = (5.8, 6.0, 6.2, 6.1, 5.9)
    outcome = replace(
        NOTHING, strokes=[stroke(10.0 * k, f, v) for k, (f, v) in enumerate(zip(forces, speeds, strict=True))]
    )

    def test_what_was_shown_lies_within_with_room_for_the_next(self) -> None:
        step = taught(self.outcome)["backpain.1"]
        speed = want(step, "speed")
        assert speed.low is not None
        assert speed.high is not None
        assert speed.low < min(self.speeds)
        assert speed.high > max(self.speeds)
        assert speed.high - speed.low < 4.0
        pressure = want(step, "pressure")
        assert pressure.low is not None
        assert pressure.high is not None
        assert pressure.low < min(self.forces)
        assert pressure.high > 1.2 * max(self.forces)

    def test_the_source_names_the_lesson_and_how_much_it_rests_on_and_no_document(self) -> None:
        source = want(taught(self.outcome)["backpain.1"], "speed").source
        assert source == "taught by lesson.mcap of 2026-11-20: 5 strokes, 6 +/- 0.16 cm/s"
        assert BACKPAIN.document not in source

    def test_a_spread_below_what_the_pad_may_err_by_is_named(self) -> None:
        alike = replace(NOTHING, strokes=[stroke(10.0 * k, 15.0 + 0.1 * k, 6.0 + 0.01 * k) for k in range(4)])
        step = taught(alike)["backpain.1"]
        speed = want(step, "speed")
        assert str(speed.source).endswith("cm/s, spread taken as 2 %, which the pad may err by")
        assert str(want(step, "pressure").source).endswith("N, spread taken as 5 %, which the pad may err by")
        assert speed.low is not None
        assert speed.low == pytest.approx(6.015 * (1 - 0.02 * 3.182446 * (1 + 1 / 4) ** 0.5), abs=0.01)

    def test_steps_that_were_not_shown_are_not_taught(self) -> None:
        assert list(taught(self.outcome)) == ["backpain.1"]
        assert taught(NOTHING) == {}

    def test_an_uncalibrated_lesson_says_so(self) -> None:
        source = want(taught(self.outcome, lesson=replace(LESSON, calibrated=False))["backpain.1"], "pressure").source
        assert source is not None
        assert source.endswith("forces of an uncalibrated pad")

    def test_a_light_way_back_teaches_no_pressure(self) -> None:
        back = [stroke(100.0 + 10 * k, 3.0, direction="down") for k in range(4)]
        with_back = replace(self.outcome, strokes=[*self.outcome.strokes, *back])
        assert want(taught(with_back)["backpain.1"], "pressure") == want(taught(self.outcome)["backpain.1"], "pressure")

    def test_what_goes_the_wrong_way_is_not_learnt_from(self) -> None:
        hard = stroke(100.0, 60.0, speed=30.0, direction="down")
        with_slip = replace(self.outcome, strokes=[*self.outcome.strokes, hard])
        assert taught(with_slip) == taught(self.outcome)

    def test_no_more_than_the_ceiling(self) -> None:
        heavy = replace(NOTHING, strokes=[stroke(10.0 * k, 80.0 + k) for k in range(4)])
        pressure = want(taught(heavy)["backpain.1"], "pressure")
        assert pressure.high == 90
        as_taught(School(base="backpain", school="x", steps=(taught(heavy)["backpain.1"],)), BACKPAIN)


class TestOtherQuantities:
    def test_contrast(self) -> None:
        passes = [
            stroke(10.0 * k, 16.0 if k % 2 == 0 else 8.0, direction="up" if k % 2 == 0 else "down", step="backpain.2")
            for k in range(8)
        ]
        ratio = want(taught(replace(NOTHING, strokes=passes))["backpain.2"], "contrast_ratio")
        assert ratio.low is not None
        assert 1.0 < ratio.low < 2.0
        assert ratio.high is None

    def test_a_lesson_without_contrast_teaches_none(self) -> None:
        passes = [stroke(10.0 * k, 8.0, direction="up" if k % 2 == 0 else "down", step="backpain.2") for k in range(8)]
        assert taught(replace(NOTHING, strokes=passes))["backpain.2"].contrast_ratio is None

    def test_holds(self) -> None:
        holds = [Hold(0.0, 6.0, 0.0, 440.0, 5.0, 1, "contact.1"), Hold(0.1, 6.3, 0.0, 0.0, 6.0, 2, "contact.1")]
        step = taught(replace(NOTHING, holds=holds), CONTACT)["contact.1"]
        hold = want(step, "hold")
        assert hold.low is not None
        assert hold.high is not None
        assert hold.low < 6.0
        assert hold.high > 6.3
        assert hold.source is not None
        assert "2 holds" in hold.source
        assert "widened because they are few" in hold.source
        assert want(step, "pressure").low is not None

    def test_a_press_that_lasts_is_a_movement_like_the_others(self) -> None:
        press = replace_kind(stroke(0.0, 8.0, step="backpain.3"), "press", "none")
        held = [Hold(10.0 * k, 10.0 * k + 3, 110.0, 420.0, 9.0 + 0.1 * k, 1, "backpain.3") for k in range(1, 4)]
        step = taught(replace(NOTHING, strokes=[press], holds=held))["backpain.3"]
        assert "4 movements" in str(want(step, "pressure").source)

    def test_what_the_step_is_not_made_of_teaches_no_pressure(self) -> None:
        trembling = [
            replace_kind(stroke(6.0 * k, 7.0 + 0.1 * k, step="backpain.4"), "vibration", "none") for k in range(3)
        ]
        squeeze = replace_kind(stroke(30.0, 25.0, step="backpain.4"), "squeeze", "none")
        alone = taught(replace(NOTHING, strokes=trembling))
        assert taught(replace(NOTHING, strokes=[*trembling, squeeze])) == alone
        assert "3 movements" in str(want(alone["backpain.4"], "pressure").source)

    def test_of_a_pressure_that_rises_the_length_of_a_level_and_the_last_one(self) -> None:
        stairs = tuple(
            Stair("therapeutic.7", tuple(Level(5.0 + 0.1 * k, 10.0 * (k + 1) + more) for k in range(3)))
            for more in (0.0, 1.0, 2.0)
        )
        holds = [Hold(20.0 * k, 20.0 * k + 16, 60.0, 300.0, 20.0, 1, "therapeutic.7") for k in range(3)]
        step = taught(replace(NOTHING, holds=holds, stairs=stairs), THERAPEUTIC)["therapeutic.7"]
        hold, pressure = want(step, "hold"), want(step, "pressure")
        assert "9 levels, 5.1 +/-" in str(hold.source)
        assert hold.low is not None
        assert 4.5 < hold.low < 5.0
        assert pressure.low is None
        assert pressure.high is not None
        assert 32.0 < pressure.high < 40.0

    @pytest.mark.parametrize(
        ("reps", "low", "high"), [([5], 4, 6), ([1], 1, 2), ([5, 5, 5, 6], 3, 8), ([5, 5, 5, 5], 4, 6)]
    )
    def test_counts(self, reps: list[int], low: float, high: float) -> None:
        steps = [StepResult("relieving.2", 0.0, 1.0, n, 5, "pass", 100, []) for n in reps]
        strokes = [stroke(10.0 * k, 8.0, step="relieving.2") for k in range(5)]
        count = want(taught(replace(NOTHING, strokes=strokes, steps=steps), RELIEVING)["relieving.2"], "count")
        assert (count.low, count.high) == (low, high)

    def test_a_count_that_no_document_asks_for_is_not_taught(self) -> None:
        steps = [StepResult("backpain.1", 0.0, 1.0, 5, None, "pass", 100, [])]
        outcome = replace(TestBands.outcome, steps=steps)
        assert taught(outcome)["backpain.1"].count is None


class TestRoom:
    step = TaughtStep(id="backpain.1", speed=Want(low=5.0, high=7.0, unit="cm/s", source="us"))

    def flag(self, kind: FlagKind, value: float, limit: float, unit: str) -> Flag:
        return Flag(kind, 0.0, 1.0, "backpain.1", "left", 0.0, 0.0, value, limit, unit, "us")

    def test_what_the_judge_still_saw_gets_room(self) -> None:
        limits = Limits(BACKPAIN, calibrated=True)
        (step,) = widened(
            [self.step], [self.flag("too-fast", 7.31, 7.0, "cm/s"), self.flag("too-slow", 4.02, 5.0, "cm/s")], limits
        )
        assert step.speed is not None
        assert (step.speed.low, step.speed.high) == (4.02, 7.31)

    def test_a_limit_for_two_hands_gives_room_to_one(self) -> None:
        step = TaughtStep(id="backpain.1", pressure=Want(low=10.0, high=20.0, unit="N", source="us"))
        flags = [self.flag("too-hard", value, 40.0, "N") for value in (42.0, 44.0, 43.0)]
        (roomy,) = widened([step], flags, Limits(BACKPAIN, calibrated=True))
        assert roomy.pressure is not None
        assert (roomy.pressure.low, roomy.pressure.high) == (10.0, 22.0)

    def test_other_units_and_other_flags_move_nothing(self) -> None:
        limits = Limits(BACKPAIN, calibrated=True)
        flags = [
            self.flag("too-fast", 9.0, 7.0, "Hz"),
            self.flag("spine-pressure", 9.0, 7.0, "N"),
            self.flag("too-hard", 50.0, 40.0, "N"),
        ]
        assert widened([self.step], flags, limits) == (self.step,)


AMOUNTS = st.floats(0.1, 100.0)


class TestSpread:
    @given(st.lists(AMOUNTS, min_size=1, max_size=30))
    def test_it_holds_what_was_shown(self, shown: list[float]) -> None:
        low, high = spread(shown)
        assert 0 <= low <= min(shown)
        assert high >= max(shown)

    @given(AMOUNTS, st.integers(1, 2))
    def test_few_are_spread_wider_than_many(self, amount: float, few: int) -> None:
        low, high = spread([amount] * few)
        low_of_many, high_of_many = spread([amount] * 20)
        assert low < low_of_many
        assert high > high_of_many

    def test_the_next_one_falls_within(self) -> None:
        rng = np.random.default_rng(7)
        within = 0
        for _ in range(2_000):
            *shown, following = rng.normal(10, 1, 9).tolist()
            low, high = spread(shown)
            within += low <= following <= high
        assert 0.93 <= within / 2_000 <= 0.97

    def test_against_the_formula(self) -> None:
        shown = [4.0, 5.0, 6.0, 5.5]
        low, high = spread(shown)
        reach = 3.182446 * stdev(shown) * (1 + 1 / 4) ** 0.5
        assert low == pytest.approx(fmean(shown) - reach, rel=1e-6)
        assert high == pytest.approx(fmean(shown) + reach, rel=1e-6)

from __future__ import annotations

import pytest

from rig.errors import InputError
from rig.pad import load_pad
from rig.technique.coach.lengths import CHANGE_S, LEAST_S, ends_itself, plan
from rig.technique.routine.briefing import brief
from rig.technique.routine.loading import builtin_routines, load_routine

PAD = load_pad("back-144")
ROUTINES = {name: load_routine(name, PAD) for name in builtin_routines()}


@pytest.mark.parametrize("name", ROUTINES)
def test_without_a_length_every_step_is_practised_as_its_document_says(name: str) -> None:
    routine = ROUTINES[name]
    planned = plan(routine, PAD)
    assert [one.step for one in planned.steps] == list(routine.steps)
    assert planned.left_out == ()
    for one in planned.steps:
        asked = routine.wanted(one.step, "duration")
        if asked is not None:
            assert one.duration_s == asked.low
        # Something says when each step is done.
        assert (one.duration_s is None) == ends_itself(routine, one.step)


def test_a_whole_backpain_session_is_as_long_as_its_document_says() -> None:
    planned = plan(ROUTINES["backpain"], PAD)
    whole_s = sum((one.duration_s or 0) + CHANGE_S for one in planned.steps)
    assert 1800 <= whole_s <= 2700


@pytest.mark.parametrize("minutes", [2, 5, 15, 40])
@pytest.mark.parametrize("name", ROUTINES)
def test_a_length_is_kept_to_and_what_is_left_out_is_said(name: str, minutes: int) -> None:
    routine = ROUTINES[name]
    planned = plan(routine, PAD, 60.0 * minutes)
    given = [one.duration_s for one in planned.steps if one.duration_s is not None]
    assert sum(given) <= 60 * minutes
    assert all(seconds >= LEAST_S - 1e-6 for seconds in given)
    missing = [step for step in routine.steps if step not in [one.step for one in planned.steps]]
    for step in missing:
        assert any(step.id in said and "left out" in said for said in planned.left_out)
    # What opens and closes stays, and nothing changes places.
    assert planned.steps[0].step is routine.steps[0]
    assert planned.steps[-1].step is routine.steps[-1]
    order = [routine.steps.index(one.step) for one in planned.steps]
    assert order == sorted(order)


def test_a_documented_duration_that_is_cut_is_said() -> None:
    planned = plan(ROUTINES["therapeutic"], PAD, 900.0)
    assert any("therapeutic.1" in said and "300 s" in said for said in planned.left_out)


def test_a_longer_session_never_exceeds_what_the_document_gives_a_step() -> None:
    planned = plan(ROUTINES["therapeutic"], PAD, 3600.0)
    by_id = {one.step.id: one.duration_s for one in planned.steps}
    assert by_id["therapeutic.1"] == 600
    assert by_id["therapeutic.2"] == 300


def test_too_short_a_session_is_refused() -> None:
    with pytest.raises(InputError, match=r"5 s is too short: backpain\.1 alone takes 24 s"):
        plan(ROUTINES["backpain"], PAD, 5.0)


@pytest.mark.parametrize("name", ROUTINES)
def test_a_brief_speaks_of_every_step(name: str) -> None:
    routine = ROUTINES[name]
    for step in routine.steps:
        said = brief(routine, step, PAD, 60.0)
        assert said.where
        assert said.how_often
        assert said.spine
        for quantity, span in (("pressure", said.force_n), ("count", said.reps), ("hold", said.hold_s)):
            wanted = routine.wanted(step, quantity)  # type: ignore[arg-type]  # three of the quantities
            assert span == (None if wanted is None else (wanted.low, wanted.high))
        assert said.breaths == (step.breath is not None)
        assert len(said.notes) == sum(step.id in d.steps for d in routine.disagreements)


@pytest.mark.parametrize(
    ("step_id", "low", "high", "ticks"),
    [("relieving.9", 60, 72, True), ("backpain.4", 180, 660, False), ("reflex.2", 4, 10, True)],
)
def test_a_beat_is_the_steps_own_rate(step_id: str, low: float, high: float, ticks: bool) -> None:
    routine = ROUTINES[step_id.partition(".")[0]]
    beat = brief(routine, routine.step(step_id), PAD).beat
    assert beat is not None
    assert [beat.low_per_min, beat.high_per_min] == pytest.approx([low, high])
    assert beat.ticks == ticks
    assert low < beat.at_per_min < high


def test_a_slow_strokes_beat_follows_from_its_way() -> None:
    routine = ROUTINES["backpain"]
    beat = brief(routine, routine.step("backpain.1"), PAD).beat
    assert beat is not None
    # From the lumbar arch to the shoulders, 540 mm, there and back, at 1 to 10 cm/s.
    assert [beat.low_per_min, beat.high_per_min] == pytest.approx([60 / 108, 600 / 108])

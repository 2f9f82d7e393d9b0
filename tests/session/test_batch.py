"""A recording judged at once: by which routine, level, steps and marks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from rig.errors import InputError
from rig.recording.reader import Recording
from rig.recording.writer import RecordingWriter
from rig.session.batch import analyse
from rig.technique.routine.loading import load_routine
from tests.session.hands import PAD, cut, header, session

if TYPE_CHECKING:
    from pathlib import Path

ROUTINE = load_routine("relieving", PAD)


def marked(folder: Path, step: str) -> Recording:
    path = folder / "a.mcap"
    with RecordingWriter(path, header()) as writer:
        for block in cut(session(1, False), range(0, 6000, 100)):
            writer.write(block)
        writer.event(0, "step", {"step": step})
    return Recording.open(path)


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    return marked(tmp_path, "relieving.1")


@pytest.mark.parametrize("step", ["warming up", "relieving.99", "mine.1"])
def test_without_a_routine_only_what_all_documents_agree_on(tmp_path: Path, step: str) -> None:
    outcome = analyse(marked(tmp_path, step))
    assert {flag.kind for flag in outcome.flags} == {"spine-pressure"}
    assert outcome.steps == []
    assert outcome.score is None


def test_marks_that_speak_of_a_built_in_routine_name_it(recording: Recording) -> None:
    assert analyse(recording).steps == analyse(recording, ROUTINE).steps != []


def test_the_recorded_marks_with_a_routine_given(recording: Recording) -> None:
    outcome = analyse(recording, ROUTINE)
    assert [step.id for step in outcome.steps] == ["relieving.1"]
    assert {flag.kind for flag in outcome.flags} == {"spine-pressure", "too-fast"}


def test_one_step_for_the_whole_recording(recording: Recording) -> None:
    outcome = analyse(recording, ROUTINE, step="relieving.12")
    assert [step.id for step in outcome.steps] == ["relieving.12"]


def test_a_level(recording: Recording) -> None:
    strict = analyse(recording, ROUTINE, "strict")
    assert strict.level == "strict"


def test_a_step_without_a_routine_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"step 'relieving.1' says nothing without a routine"):
        analyse(marked(tmp_path, "mine.1"), step="relieving.1")


def test_marks_of_another_routine_are_named(recording: Recording) -> None:
    with pytest.raises(InputError, match=r"a\.mcap: routine 'reflex' has no step 'relieving\.1'"):
        analyse(recording, load_routine("reflex", PAD))


def test_times_that_do_not_begin_at_zero(tmp_path: Path) -> None:
    block = session(1, False)
    later = replace(block, t_us=block.t_us + 100_000_000)
    with RecordingWriter(tmp_path / "l.mcap", header()) as writer:
        writer.write(later)
    outcome = analyse(Recording.open(tmp_path / "l.mcap"), ROUTINE, step="relieving.1")
    (step,) = outcome.steps
    assert (step.t0, step.t1) == (100.0, 129.995)
    assert outcome.duration_s == pytest.approx(29.995)
    assert all(flag.t0 > 100 for flag in outcome.flags)


def test_an_empty_recording(tmp_path: Path) -> None:
    RecordingWriter(tmp_path / "e.mcap", header()).close()
    outcome = analyse(Recording.open(tmp_path / "e.mcap"), ROUTINE, step="relieving.1")
    assert (outcome.flags, outcome.strokes, outcome.contacts_s, outcome.score) == ([], [], 0, None)

"""A recording that nobody marked: its steps are found, judged, and said to be found."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from rig.calibration.nominal import NominalConversion
from rig.cli.app import main
from rig.recording.reader import Recording
from rig.recording.writer import RecordingWriter
from rig.report.report import build_report
from rig.session.batch import analyse
from rig.session.detected import detected_marks
from rig.technique.routine.loading import load_routine, routine_text, standalone_text
from tests.session.hands import PAD, header, session

if TYPE_CHECKING:
    from pathlib import Path

BACKPAIN, CONTACT, RELIEVING = (load_routine(name, PAD) for name in ("backpain", "contact", "relieving"))


def recorded(path: Path, mark: str | None = None, routine: str | None = None) -> Recording:
    text = None if routine is None else standalone_text(routine_text(routine)[0], load_routine(routine, PAD))
    with RecordingWriter(path, header(routine=text)) as writer:
        writer.write(session(1, False))
        if mark is not None:
            writer.event(0, "step", {"step": mark})
    return Recording.open(path)


@pytest.fixture
def unmarked(tmp_path: Path) -> Recording:
    return recorded(tmp_path / "a.mcap")


class TestJudged:
    def test_as_the_step_that_was_found(self, unmarked: Recording) -> None:
        outcome = analyse(unmarked, BACKPAIN)
        (step,) = outcome.steps
        assert (step.id, step.detected) == ("backpain.1", True)
        assert step.confidence is not None
        assert step.confidence > 0.9
        assert {"too-fast", "spine-pressure"} <= {flag.kind for flag in outcome.flags}
        marked = analyse(unmarked, BACKPAIN, step="backpain.1")
        assert [f.kind for f in outcome.flags] == [f.kind for f in marked.flags]

    def test_the_recordings_own_routine_serves_as_well(self, tmp_path: Path) -> None:
        outcome = analyse(recorded(tmp_path / "b.mcap", routine="backpain"))
        assert [step.id for step in outcome.steps] == ["backpain.1"]

    def test_twins_are_judged_and_named_both(self, unmarked: Recording) -> None:
        (step,) = analyse(unmarked, RELIEVING).steps
        assert step.id == "relieving.1"
        assert "relieving.11" in [other.step for other in step.alternatives]

    def test_what_is_no_step_is_said_to_be_undecided(self, unmarked: Recording) -> None:
        report = build_report(unmarked, analyse(unmarked, CONTACT))
        assert report.steps == []
        assert report.undecided
        assert "no step that the routine knows" in report.not_judged[0]
        # What holds across all documents is judged all the same.
        assert "spine-pressure" in {flag.kind for flag in report.flags}

    def test_said_beats_found(self, unmarked: Recording, tmp_path: Path) -> None:
        (named,) = analyse(unmarked, BACKPAIN, step="backpain.2").steps
        assert (named.id, named.detected, named.confidence) == ("backpain.2", False, None)
        (marked,) = analyse(recorded(tmp_path / "m.mcap", "backpain.2"), BACKPAIN).steps
        assert (marked.id, marked.detected) == ("backpain.2", False)

    def test_the_conversion_can_be_used_afterwards(self, unmarked: Recording) -> None:
        conversion = NominalConversion(PAD)
        marks = detected_marks(unmarked, BACKPAIN, conversion)
        outcome = analyse(unmarked, BACKPAIN, conversion=conversion)
        assert [mark.step for mark in marks] == [step.id for step in outcome.steps]
        assert outcome == analyse(unmarked, BACKPAIN)


class TestOnTheCommandLine:
    def test_analyze(self, unmarked: Recording, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["analyze", str(unmarked.path), "--routine", "backpain", "--json", "-"]) == 0
        (step,) = json.loads(capsys.readouterr().out)["steps"]
        assert step["detected"] is True
        assert 0.9 < step["confidence"] <= 1
        assert step["alternatives"] == []
        assert main(["analyze", str(unmarked.path), "--routine", "relieving"]) == 0
        told = capsys.readouterr().out
        assert "sure, else relieving.11" in told

    def test_compare(self, unmarked: Recording, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        other = recorded(tmp_path / "b.mcap")
        paths = [str(unmarked.path), str(other.path)]
        assert main(["compare", *paths, "--routine", "backpain", "--json", "-"]) == 0
        compared = json.loads(capsys.readouterr().out)
        assert [step["step"] for step in compared["steps"]] == [None, "backpain.1"]

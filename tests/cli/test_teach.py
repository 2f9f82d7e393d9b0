"""`rig teach`: from a performance to a school's file, and back through every command that takes a routine."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rig.cli.app import main
from rig.technique.routine.loading import load_routine

if TYPE_CHECKING:
    from rig.technique.routine.routine import Quantity


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("teach")


@pytest.fixture(scope="module")
def lesson(folder: Path) -> Path:
    """An instructor's palms, then nothing else."""
    path = folder / "lesson.mcap"
    assert main(["perform", "backpain.1", "--seed", "7", "--rate", "100", "-o", str(path)]) == 0
    return path


@pytest.fixture(scope="module")
def north(lesson: Path, folder: Path) -> Path:
    path = folder / "North school.toml"
    assert main(["teach", str(lesson), "--routine", "backpain", "-o", str(path)]) == 0
    return path


def analysed(recording: Path, routine: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    capsys.readouterr()
    assert main(["analyze", str(recording), "--routine", routine, "--json", "-"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert isinstance(report, dict)
    return report


class TestRoundTrip:
    def test_the_file_names_the_base_and_the_numbers_alone(self, north: Path) -> None:
        written = tomllib.loads(north.read_text("utf-8"))
        assert set(written) == {"base", "school", "steps"}
        assert (written["base"], written["school"]) == ("backpain", "north-school")
        (step,) = written["steps"]
        assert set(step) == {"id", "pressure", "speed"}

    def test_every_source_names_the_lesson_and_no_document(self, north: Path) -> None:
        routine, base = load_routine(str(north)), load_routine("backpain")
        quantities: tuple[Quantity, ...] = ("pressure", "speed")
        for quantity in quantities:
            band = routine.wanted(routine.step("backpain.1"), quantity)
            assert band is not None
            assert "taught by lesson.mcap of " in band.source
            assert base.document not in band.source
            assert band.low is not None
            assert band.high is not None
            assert band.low < band.high

    def test_it_is_sound(self, north: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["routines", "check", str(north)]) == 0
        assert "sound" in capsys.readouterr().out
        assert main(["routines", "show", str(north)]) == 0
        assert "lesson.mcap" in capsys.readouterr().out

    def test_the_lesson_passes_by_its_own_bands(
        self, lesson: Path, north: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        report = analysed(lesson, str(north), capsys)
        assert report["routine"] == "backpain (north-school)"
        assert report["flags"] == []
        (step,) = report["steps"]
        assert step["verdict"] == "pass"

    def test_others_are_judged_by_it(self, folder: Path, north: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path = folder / "trainee.mcap"
        fault = ["perform", "backpain.1", "--seed", "8", "--rate", "100", "--fault", "too-fast", "-o", str(path)]
        assert main(fault) == 0
        flags = analysed(path, str(north), capsys)["flags"]
        fast = [flag for flag in flags if flag["kind"] == "too-fast"]
        assert fast
        assert all("taught by lesson.mcap" in flag["source"] for flag in fast)

    def test_hands_can_perform_it(self, north: Path, folder: Path) -> None:
        path = folder / "again.mcap"
        command = ["perform", "backpain.1", "--routine", str(north), "--rate", "100", "-o", str(path)]
        assert main(command) == 0
        # What the recording keeps needs neither the school's file nor its base.
        assert main(["analyze", str(path)]) == 0

    def test_the_steps_of_an_unmarked_lesson_are_found(self, lesson: Path, folder: Path, north: Path) -> None:
        counts, bare, out = folder / "l.csv", folder / "bare.mcap", folder / "bare.toml"
        assert main(["export", str(lesson), "-o", str(counts)]) == 0
        assert main(["import", str(counts), "-o", str(bare)]) == 0
        assert main(["teach", str(bare), "--routine", "backpain", "--school", "north", "-o", str(out)]) == 0
        assert tomllib.loads(out.read_text("utf-8"))["steps"][0]["id"] == "backpain.1"
        assert north.read_text("utf-8") != out.read_text("utf-8")

    def test_one_step_of_several_that_are_marked(self, folder: Path) -> None:
        both, one, other = folder / "both.mcap", folder / "one.toml", folder / "other.toml"
        steps = ("backpain.1", "backpain.2")
        assert main(["perform", *steps, "--seed", "5", "--rate", "100", "-o", str(both)]) == 0
        for step, out in zip(steps, (one, other), strict=True):
            assert main(["teach", str(both), "--routine", "backpain", "--step", step, "-o", str(out)]) == 0
            assert [taught["id"] for taught in tomllib.loads(out.read_text("utf-8"))["steps"]] == [step]

    def test_a_name_that_no_file_should_have(self, lesson: Path, folder: Path) -> None:
        odd, out = folder / 'a \x1b[1m\n"b".mcap', folder / "odd.toml"
        odd.write_bytes(lesson.read_bytes())
        assert main(["teach", str(odd), "--routine", "backpain", "-o", str(out)]) == 0
        band = load_routine(str(out)).wanted(load_routine(str(out)).step("backpain.1"), "speed")
        assert band is not None
        assert 'taught by a ?[1m?"b".mcap of ' in band.source


class TestRefusals:
    def refused(self, capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
        capsys.readouterr()
        assert main([str(argument) for argument in arguments]) == 2
        told = capsys.readouterr()
        assert told.out == ""
        (line,) = [line for line in told.err.splitlines() if line.startswith("rig: ")][-1:]
        return line

    def test_a_file_that_exists(self, lesson: Path, north: Path, capsys: pytest.CaptureFixture[str]) -> None:
        before = north.read_bytes()
        line = self.refused(capsys, "teach", lesson, "--routine", "backpain", "-o", north)
        assert "exists already" in line
        assert north.read_bytes() == before

    def test_a_schools_file_as_the_base(
        self, lesson: Path, north: Path, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        line = self.refused(capsys, "teach", lesson, "--routine", north, "-o", folder / "x.toml")
        assert "is a school's file itself" in line

    def test_a_routine_that_there_is_not(self, lesson: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        line = self.refused(capsys, "teach", lesson, "--routine", "reiki", "-o", folder / "x.toml")
        assert "no routine 'reiki'" in line

    def test_a_lesson_of_another_routine(self, lesson: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        line = self.refused(capsys, "teach", lesson, "--routine", "reflex", "-o", folder / "x.toml")
        assert "routine 'reflex' has no step 'backpain.1'" in line

    def test_a_step_that_shows_nothing(self, lesson: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        line = self.refused(
            capsys, "teach", lesson, "--routine", "therapeutic", "--step", "therapeutic.8", "-o", folder / "x.toml"
        )
        assert "shows nothing of routine 'therapeutic'" in line
        assert not (folder / "x.toml").exists()

    def test_no_recording(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        line = self.refused(capsys, "teach", folder / "no.mcap", "--routine", "backpain", "-o", folder / "x.toml")
        assert "no.mcap" in line

    def test_no_folder(self, lesson: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        line = self.refused(capsys, "teach", lesson, "--routine", "backpain", "-o", folder / "no" / "x.toml")
        assert "there is no folder" in line

    def test_a_name_without_a_letter(self, lesson: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        command = ("teach", lesson, "--routine", "backpain", "--school", "?!", "-o", folder / "x.toml")
        assert "small letters" in self.refused(capsys, *command)

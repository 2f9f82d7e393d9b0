from __future__ import annotations

import json
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from rig.cli import main
from rig.cli.charts import bars_for, sparkline
from rig.cli.compare import print_comparison
from rig.cli.history import print_history
from rig.pad import load_pad, pad_text
from rig.performance.perform import perform
from rig.recording.format import STEP, Header
from rig.recording.writer import RecordingWriter
from rig.report.compare import compare
from rig.report.history import build_history
from rig.report.judged import copy_path
from rig.technique.routine.loading import load_routine, routine_text, standalone_text
from rig.virtual.virtual_pad import VirtualPad
from tests.report.sessions import Session, result

RATE_HZ = 50.0


def performed(path: Path, steps: list[str], fault: str | None, seed: int, started_s: float, pad: str) -> None:
    layout = load_pad(pad)
    routine = load_routine("relieving", layout)
    scene = perform(VirtualPad.drawn(layout, seed), routine, steps, fault, seed=seed, rate_hz=RATE_HZ)
    text = standalone_text(routine_text("relieving")[0], routine)
    header = Header(pad=pad_text(pad), routine=text, started_s=started_s)
    with RecordingWriter(path, header) as writer:
        for span in scene.steps:
            writer.event(round(span.t0 * 1e6), STEP, {"step": span.step})
        writer.write(scene.block())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace: a good session, a later one with hands that press too hard, one on another pad, and no recording."""
    folder = tmp_path_factory.mktemp("home") / "recordings"
    folder.mkdir()
    performed(folder / "z-good.mcap", ["relieving.2", "relieving.3"], None, 3, 1.7e9, "back-144")
    performed(folder / "a-hard.mcap", ["relieving.2"], "too-hard", 4, 1.7e9 + 86_400, "back-144")
    performed(folder / "m-other.mcap", ["relieving.2"], None, 5, 1.7e9 + 2 * 86_400, "back-96")
    (folder / "n-none.mcap").write_text("this is no recording")
    return folder.parent


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "home")
    return tmp_path / "home"


def compared(home: Path, a: str, b: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    paths = [str(home / "recordings" / f"{name}.mcap") for name in (a, b)]
    assert main(["compare", *paths, "--json", "-"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def row(step: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(m for m in step["measures"] if m["name"] == name)
    return found


class TestCompare:
    def test_harder_hands_are_seen(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        found = compared(home, "z-good", "a-hard", capsys)
        assert found["schema"] == "rig.compare/1"
        assert [s["step"] for s in found["steps"]] == [None, "relieving.2", "relieving.3"]
        assert found["only_in_a"] == ["relieving.3"]
        force = row(found["steps"][1], "mean force")
        assert force["difference"] == force["b"] - force["a"] > 0
        assert row(found["steps"][1], "hands on the pad")["a"] > 5
        assert any("neither is calibrated" in said for said in found["remarks"])

    def test_it_says_what_the_report_says(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        found = compared(home, "z-good", "a-hard", capsys)
        assert main(["analyze", str(home / "recordings" / "a-hard.mcap"), "--json", "-"]) == 0
        report = json.loads(capsys.readouterr().out)
        assert row(found["steps"][0], "score")["b"] == report["score"]
        assert row(found["steps"][1], "repetitions")["b"] == report["steps"][0]["reps"]
        assert row(found["steps"][0], "peak force")["b"] == max(s["force_peak_n"] for s in report["strokes"])

    def test_two_pads_forces_have_no_difference(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        found = compared(home, "a-hard", "m-other", capsys)
        assert "the pads differ: back-144 in A, back-96 in B" in found["remarks"]
        assert row(found["steps"][1], "peak force")["difference"] is None
        assert row(found["steps"][1], "stroke speed")["difference"] is not None

    def test_a_table_for_people(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        paths = [str(home / "recordings" / f"{name}.mcap") for name in ("z-good", "a-hard")]
        assert main(["compare", *paths]) == 0
        said = capsys.readouterr().out
        for words in (
            "B - A",
            "relieving.2",
            "mean force, N",
            "not practised",
            "Only in A: relieving.3.",
            "in parts of",
        ):
            assert words in said, words

    def test_as_one_step_of_a_routine(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        paths = [str(home / "recordings" / f"{name}.mcap") for name in ("z-good", "a-hard")]
        assert main(["compare", *paths, "--routine", "relieving", "--step", "relieving.2", "--json", "-"]) == 0
        assert [s["step"] for s in json.loads(capsys.readouterr().out)["steps"]] == [None, "relieving.2"]

    @pytest.mark.parametrize(
        ("a", "b", "message"),
        [
            ("z-good", "nowhere", "nowhere.mcap: no such recording"),
            ("n-none", "z-good", "n-none.mcap: not a recording"),
            ("z-good", "z-good", "is the recording A itself"),
            ("z-good", "../recordings/z-good", "is the recording A itself"),
        ],
    )
    def test_mistakes_are_one_line(
        self, home: Path, capsys: pytest.CaptureFixture[str], a: str, b: str, message: str
    ) -> None:
        assert main(["compare", *(f"{home}/recordings/{name}.mcap" for name in (a, b))]) == 2
        said = capsys.readouterr()
        assert message in said.err
        assert said.err.count("\n") == 1
        assert said.out == ""

    def test_one_argument(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["compare", str(home / "recordings" / "z-good.mcap")]) == 2
        assert "Missing argument 'B'" in capsys.readouterr().err

    def test_a_result_never_overwrites_a_recording(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        paths = [str(home / "recordings" / f"{name}.mcap") for name in ("z-good", "a-hard")]
        before = Path(paths[1]).read_bytes()
        assert main(["compare", *paths, "--json", paths[1]]) == 2
        assert Path(paths[1]).read_bytes() == before

    def test_nor_one_that_it_was_not_made_from(
        self, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        elsewhere = tmp_path / "mine.mcap"
        shutil.copy(home / "recordings" / "z-good.mcap", elsewhere)
        before = elsewhere.read_bytes()
        for command in (
            ["--home", str(home), "history"],
            ["routines"],
            ["pad", "show"],
            ["routines", "show", "reflex"],
        ):
            assert main([*command, "--json", str(elsewhere)]) == 2
            assert "is a recording and is not overwritten" in capsys.readouterr().err
            assert elsewhere.read_bytes() == before


class TestHistory:
    def test_sessions_by_their_start(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["--home", str(home), "history", "--json", "-"]) == 0
        said = capsys.readouterr()
        found = json.loads(said.out)
        assert found["schema"] == "rig.history/1"
        assert [Path(s["path"]).stem for s in found["sessions"]] == ["z-good", "a-hard", "m-other"]
        assert datetime.fromisoformat(found["sessions"][1]["date"]).timestamp() == 1.7e9 + 86_400
        assert found["sessions"][0]["steps"] == ["relieving.2", "relieving.3"]
        by_step = {s["step"]: s for s in found["steps"]}
        forces = next(m["values"] for m in by_step["relieving.2"]["measures"] if m["name"] == "mean force")
        assert forces[1] > forces[0]
        assert [verdict is None for verdict in by_step["relieving.3"]["verdicts"]] == [False, True, True]

    def test_what_cannot_be_read_is_named_on_stderr(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["--home", str(home), "history", "--json", "-"]) == 0
        said = capsys.readouterr()
        assert said.err.count("\n") == 1
        assert "left out:" in said.err
        assert "n-none.mcap" in said.err
        assert [Path(one["path"]).name for one in json.loads(said.out)["left_out"]] == ["n-none.mcap"]

    def test_from_copies_it_is_the_same(
        self, home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert main(["--home", str(home), "history", "--json", "-"]) == 0
        first = capsys.readouterr().out
        assert copy_path(home / "recordings" / "z-good.mcap").exists()

        def refuse(*_: object) -> None:
            raise AssertionError("judged again")

        monkeypatch.setattr("rig.session.batch.analyse", refuse)
        assert main(["--home", str(home), "history", "--json", "-"]) == 0
        assert capsys.readouterr().out == first

    def test_charts_for_people(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["--home", str(home), "history"]) == 0
        said = capsys.readouterr().out
        for words in ("z-good.mcap", "relieving.3", "over the sessions", "2023-11-1", "█", "not comparable"):
            assert words in said, words

    def test_an_empty_workspace(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["--home", str(tmp_path), "history"]) == 0
        said = capsys.readouterr().out
        assert said.count("\n") == 1
        assert "No recordings in" in said
        assert main(["--home", str(tmp_path), "history", "--json", "-"]) == 0
        assert json.loads(capsys.readouterr().out)["sessions"] == []
        assert list(tmp_path.iterdir()) == []

    def test_a_result_never_overwrites_a_recording(self, home: Path) -> None:
        recording = home / "recordings" / "z-good.mcap"
        before = recording.read_bytes()
        assert main(["--home", str(home), "history", "--json", str(recording)]) == 2
        assert recording.read_bytes() == before


@pytest.mark.parametrize(
    ("values", "drawn"),
    [([], ""), ([1.0, 2.0, None, 8.0], "▁▂ █"), ([3.0, 3.0], "▄▄"), ([None, None], "  "), ([-1.0, 1.0], "▁█")],
)
def test_a_chart(values: list[float | None], drawn: str) -> None:
    assert sparkline(values) == drawn


@pytest.mark.parametrize(("encoding", "drawn"), [("utf-8", "▁█"), ("cp1252", "18"), ("ascii", "18")])
def test_a_chart_where_there_are_no_bars(encoding: str, drawn: str) -> None:
    assert sparkline([0.0, 1.0], bars_for(encoding)) == drawn


def test_names_from_files_are_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    odd = Session(path="a[red].mcap", routine="[/x]", steps=[result("[/x].1", 0.0, 60.0)]).judged(pad="[/y]")
    print_comparison(compare(odd, Session().judged()))
    print_history(build_history([odd]))
    said = capsys.readouterr().out
    assert said.count("a[red].mcap") == 2
    assert said.count("[/x].1") >= 4
    assert "pad [/y]" in said


def test_an_empty_recording_can_be_compared(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty = home / "recordings" / "empty.mcap"
    with RecordingWriter(empty, Header(pad=pad_text("back-144"))):
        pass
    assert main(["compare", str(empty), str(home / "recordings" / "z-good.mcap"), "--json", "-"]) == 0
    said = capsys.readouterr()
    assert "holds no frames" in said.err
    whole = json.loads(said.out)["steps"][0]
    assert row(whole, "duration") == {**row(whole, "duration"), "a": 0.0}
    assert row(whole, "stroke speed")["a"] is None

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rig.cli import main
from rig.recording.reader import Recording
from rig.session.recorded import recorded_marks
from rig.technique.timeline import Mark
from rig.virtual.truth import load_truth


def test_a_performance_explains_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record, truth_file = tmp_path / "a.mcap", tmp_path / "a.json"
    arguments = ["perform", "contact.1", "contact.2", "--fault", "spine-pressure", "--seed", "3", "--rate", "60"]
    assert main([*arguments, "-o", str(record), "--truth", str(truth_file)]) == 0
    recording, truth = Recording.open(record), load_truth(truth_file)
    assert recording.pad.name == "back-144"
    assert recording.header.routine is not None
    assert recording.header.routine.count("contact.2") >= 1
    assert recorded_marks(recording) == [Mark(round(s.t0 * 1e6), s.step) for s in truth.steps]
    assert recording.duration_s == pytest.approx(truth.duration_s, abs=0.05)
    assert {flag.kind for flag in truth.expected} == {"spine-pressure"}
    capsys.readouterr()
    assert main(["analyze", str(record), "--json", "-"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert "spine-pressure" in {flag["kind"] for flag in report["flags"]}


def test_the_same_words_give_the_same_bytes(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("a.mcap", "b.mcap")]
    for file in files:
        assert main(["perform", "contact.3", "--rate", "40", "-o", str(file)]) == 0
    assert files[0].read_bytes() == files[1].read_bytes()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["relieving.1", "--fault", "wrong-direction"], "'relieving.1' cannot be performed with 'wrong-direction'"),
        (["relieving.1", "backpain.1"], "steps of several routines (relieving, backpain)"),
        (["relieving.99"], "has no step 'relieving.99'"),
        (["nothing.1"], "no routine 'nothing'"),
        (["relieving.1", "--pad", "none"], "no pad 'none'"),
    ],
)
def test_mistakes_are_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    output = tmp_path / "a.mcap"
    assert main(["perform", *arguments, "-o", str(output)]) == 2
    said = capsys.readouterr().err
    assert message in said
    assert said.count("\n") == 1
    assert not output.exists()


def test_what_exists_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    taken = tmp_path / "a.mcap"
    taken.write_text("mine")
    assert main(["perform", "contact.1", "-o", str(taken)]) == 2
    assert main(["perform", "contact.1", "-o", str(tmp_path / "b.mcap"), "--truth", str(taken)]) == 2
    assert taken.read_text() == "mine"
    assert "exists already" in capsys.readouterr().err

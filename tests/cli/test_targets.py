"""No result is written over what it is made from, by whichever command and option."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from rig.cli import main
from rig.frame import Block
from rig.pad import pad_text
from rig.recording.format import Header
from rig.recording.writer import RecordingWriter
from rig.technique.routine.loading import builtin_routines

EXAMPLE = Path(__file__).parent.parent.parent / "calibration"

OVER_WHAT_IS_READ = [
    "calibrate fit {loads} -o {loads}",
    "calibrate fit {loads} -o new.json --json {loads}",
    "calibrate fit {loads} --press {press} -o {press}",
    "calibrate check {loads} --profile {profile} --json {loads}",
    "calibrate check {loads} --profile {profile} --json {profile}",
    "calibrate show {profile} --json {profile}",
    "export {rec} --what newtons --profile {profile} -o {profile}",
    "export {rec} -o {rec}",
    "pad show {pad} --json {pad}",
    "routines show {routine} --json {routine}",
    "analyze {rec} --routine {routine} --json {routine}",
    "analyze {rec} --profile {profile} --html {profile}",
    "compare {rec} {rec2} --routine {routine} --json {routine}",
]


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    monkeypatch.chdir(tmp_path)
    found = {name: tmp_path / name for name in ("loads", "press", "profile", "pad", "routine", "rec", "rec2")}
    shutil.copy(EXAMPLE / "example_loads.csv", found["loads"])
    shutil.copy(EXAMPLE / "example_loads.csv", found["press"])
    profile = found["profile"] = tmp_path / "profile.csv"
    shutil.copy(EXAMPLE / "example_profile.json", profile)
    found["pad"].write_text(pad_text("back-144"), "utf-8")
    found["routine"].write_text(builtin_routines()["relieving"], "utf-8")
    for name in ("rec", "rec2"):
        with RecordingWriter(found[name], Header(pad=pad_text("back-144"))) as writer:
            writer.write(Block.of(np.arange(400, dtype=np.int64) * 5000, np.zeros((400, 144), np.uint16)))
    return found


@pytest.mark.parametrize("command", OVER_WHAT_IS_READ)
def test_what_is_read_is_not_written_over(
    command: str, files: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path: path.read_bytes() for path in files.values()}
    assert main([word.format(**files) for word in command.split()]) == 2
    captured = capsys.readouterr()
    assert "choose another name" in captured.err
    assert captured.out == ""
    assert {path: path.read_bytes() for path in files.values()} == before


@pytest.mark.parametrize(
    "command", ["calibrate fit {loads} -o new --json new", "analyze {rec} --json new --html {rec}.d/../new"]
)
def test_two_results_do_not_share_a_file(
    command: str, files: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    Path(f"{files['rec']}.d").mkdir()
    assert main([word.format(**files) for word in command.split()]) == 2
    assert "choose another name" in capsys.readouterr().err
    assert not Path("new").exists()

"""A session with a profile: what it says of its forces, and that its recording is judged as it was live."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pytest

from rig.analysis.analysis import Analysis
from rig.calibration.check import check, conversion_of
from rig.calibration.nominal import NominalConversion
from rig.calibration.profile import load_profile, save_profile
from rig.cli import main
from rig.cli.sources import calibration_for, recording_conversion
from rig.clock import SystemClock
from rig.pad import load_pad, pad_text
from rig.recording.format import VERDICT, Header
from rig.recording.reader import Recording
from rig.recording.writer import RecordingWriter

if TYPE_CHECKING:
    from rig.calibration.profile import Profile

PAD = load_pad("back-144")
EXAMPLE = load_profile(Path(__file__).parents[2] / "calibration" / "example_profile.json", PAD)


def profile_made(folder: Path, days_ago: float) -> str:
    now = datetime.fromtimestamp(SystemClock().date_s(), UTC)
    made = msgspec.structs.replace(EXAMPLE, made=(now - timedelta(days=days_ago)).isoformat())
    save_profile(made, folder / "profile.json")
    return str(folder / "profile.json")


def practised(folder: Path, profile: str, capsys: pytest.CaptureFixture[str]) -> tuple[Path, list[dict[str, object]]]:
    """A short live session on the virtual pad: its recording and its event lines."""
    path = folder / "session.mcap"
    options = ["--virtual", "--profile", profile, "--headless", "--events", "-", "--duration", "3", "-o", str(path)]
    assert main(["practice", "relieving", *options]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return path, lines


@pytest.mark.parametrize(("days_ago", "calibrated"), [(0.1, True), (3.0, False)])
def test_live_is_analysed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], days_ago: float, calibrated: bool
) -> None:
    path, lines = practised(tmp_path, profile_made(tmp_path, days_ago), capsys)
    kept = Recording.open(path).header
    assert kept.profile is not None
    assert kept.session[VERDICT]["state"] == ("valid" if calibrated else "invalid")
    assert main(["analyze", str(path), "--json", "-"]) == 0
    captured = capsys.readouterr()
    report = json.loads(captured.out)
    assert report["calibration"]["calibrated"] is calibrated
    assert ("relative forces, not newtons" in report["calibration"]["about"]) is not calibrated
    assert ("invalid" in captured.err) is not calibrated
    flags = [line for line in lines if line["event"] == "flag-end"]
    fields = ("kind", "t0", "t1", "value", "limit")
    assert sorted([line[f] for f in fields] for line in flags if line["t1"] is not None) == sorted(
        [flag[f] for f in fields] for flag in report["flags"] if flag["t1"] is not None
    )
    strokes = [line for line in lines if line["event"] == "stroke"]
    assert [s["force_mean_n"] for s in strokes] == [s["force_mean_n"] for s in report["strokes"]]
    assert all(flag["calibrated"] is calibrated for flag in report["flags"])


@pytest.mark.parametrize(("days_ago", "says"), [(0.1, ""), (3.0, "Forces are relative, not newtons: of another day")])
def test_the_screen_says_what_the_forces_are(tmp_path: Path, days_ago: float, says: str) -> None:
    doubt = calibration_for(PAD, profile_made(tmp_path, days_ago)).doubt
    assert doubt.startswith(says)
    assert bool(doubt) == bool(says)


def recorded(folder: Path, started_s: float, profile: Profile | None = None) -> Recording:
    counts = np.zeros((20, PAD.n_channels), np.uint16)
    path = folder / "old.mcap"
    text = None if profile is None else msgspec.json.encode(profile).decode()
    with RecordingWriter(path, Header(pad=pad_text("back-144"), started_s=started_s, profile=text)) as writer:
        from rig.frame import Block

        writer.write(Block.of(np.arange(20) * 5000, counts))
    return Recording.open(path)


def test_an_old_recording_is_judged_as_of_its_day(tmp_path: Path) -> None:
    profile = profile_made(tmp_path, 400.0)
    made_s = datetime.fromisoformat(load_profile(profile).made).timestamp()
    assert recording_conversion(recorded(tmp_path, made_s + 3600), profile).calibrated
    (tmp_path / "old.mcap").unlink()
    assert not recording_conversion(recorded(tmp_path, made_s + 5 * 86400), profile).calibrated


def test_relative_forces_are_not_exported_as_newtons(tmp_path: Path) -> None:
    recorded(tmp_path, SystemClock().date_s())
    for days_ago, column in ((0.1, "n0"), (3.0, "relative0")):
        made = profile_made(tmp_path, days_ago)
        out = tmp_path / f"{column}.csv"
        arguments = ["export", str(tmp_path / "old.mcap"), "-o", str(out), "--what", "newtons", "--profile", made]
        assert main(arguments) == 0
        assert out.read_text().splitlines()[0].split(",")[1] == column


def test_the_foam_is_undone_by_what_was_measured(tmp_path: Path) -> None:
    verdict = check(EXAMPLE, PAD, datetime.fromisoformat(EXAMPLE.made))
    assert conversion_of(EXAMPLE, PAD, verdict).spread_mm == EXAMPLE.spread_mm != PAD.foam_spread_mm
    assert NominalConversion(PAD).spread_mm is None
    wide = msgspec.structs.replace(EXAMPLE, spread_mm=16.0)
    force = np.zeros((1, PAD.n_channels), np.int32)
    force[0, 70] = 1024
    undone = [Analysis(PAD, conversion_of(p, PAD, verdict))._foam.loads_n(force)[0, 70] for p in (EXAMPLE, wide)]
    assert undone[1] > undone[0] > 1

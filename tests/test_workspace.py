from __future__ import annotations

from pathlib import Path

import pytest

from rig.clock import ManualClock
from rig.errors import InputError
from rig.workspace import find_workspace


def test_order_of_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "me"))
    current = tmp_path / "here"
    (current / "calibration").mkdir(parents=True)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    given = find_workspace(tmp_path / "a", {"RIG_HOME": str(tmp_path / "b")}, current)
    assert given.home == tmp_path / "a"
    assert find_workspace(None, {"RIG_HOME": str(tmp_path / "b")}, current).home == tmp_path / "b"
    assert find_workspace(None, {}, current).home == current
    assert find_workspace(None, {}, elsewhere).home.name == "massage-rig"
    assert not (tmp_path / "a").exists(), "looking creates nothing"


def test_a_file_is_no_workspace(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match=r"--home: .*file is not a folder"):
        find_workspace(tmp_path / "file", {}, tmp_path)


def test_recordings_never_overwrite(tmp_path: Path) -> None:
    space = find_workspace(tmp_path, {}, tmp_path)
    clock = ManualClock()
    first = space.new_recording("backpain / slow", clock)
    assert first.parent == tmp_path / "recordings"
    assert "backpain-slow" in first.name
    first.touch()
    assert space.new_recording("backpain / slow", clock) != first

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from rig.analysis.findings import Hold, Rhythm
from rig.report.judged import copy_path, read_copy, state_of, write_copy
from tests.report.sessions import Session, flag, result
from tests.technique.script import stroke


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "a.mcap"
    path.write_bytes(b"frames")
    return path


def session(path: Path) -> Session:
    return Session(
        path=str(path),
        strokes=[stroke(force_parts_n=(1.0, 2.5))],
        rhythms=[Rhythm(1.0, 2.0, 12.1, 0.3, 5)],
        holds=[Hold(1.0, 2.0, 0.1, 0.2, 5.0, 3)],
        flags=[flag("spine-pressure", 1.0)],
        steps=[result("relieving.1", 0.0, 60.0)],
        score=90,
    )


def test_what_is_kept_comes_back(recording: Path) -> None:
    judged = session(recording).judged()
    write_copy(recording, state_of(recording), judged)
    assert copy_path(recording) == recording.with_name("a.report.json")
    assert read_copy(recording, state_of(recording)) == judged
    assert sorted(p.name for p in recording.parent.iterdir()) == ["a.mcap", "a.report.json"]


def test_a_recording_that_changed_has_none(recording: Path) -> None:
    state = state_of(recording)
    write_copy(recording, state, session(recording).judged())
    os.utime(recording, ns=(1, state.mtime_ns + 1))
    assert read_copy(recording, state_of(recording)) is None
    recording.write_bytes(b"frames and more")
    os.utime(recording, ns=(1, state.mtime_ns))
    assert read_copy(recording, state_of(recording)) is None


def test_another_recordings_copy_is_none(recording: Path) -> None:
    write_copy(recording, state_of(recording), session(recording).judged())
    other = recording.with_suffix(".dat")
    recording.rename(other)
    assert read_copy(other, state_of(other)) is None


def test_what_another_program_judged_is_none(recording: Path) -> None:
    write_copy(recording, state_of(recording), session(recording).judged())
    copy = json.loads(copy_path(recording).read_text())
    copy["of"]["program"] = "0.0.1"
    copy_path(recording).write_text(json.dumps(copy))
    assert read_copy(recording, state_of(recording)) is None


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"\xff\xfe", b'{"of": 1}', b"null"])
def test_a_damaged_copy_is_none(recording: Path, damage: bytes) -> None:
    copy_path(recording).write_bytes(damage)
    assert read_copy(recording, state_of(recording)) is None


def test_any_cut_of_a_copy_is_none(recording: Path) -> None:
    write_copy(recording, state_of(recording), session(recording).judged())
    whole = copy_path(recording).read_bytes()
    for length in range(0, len(whole), 37):
        copy_path(recording).write_bytes(whole[:length])
        assert read_copy(recording, state_of(recording)) is None


def test_a_copy_that_cannot_be_kept_is_no_error(recording: Path) -> None:
    copy_path(recording).mkdir()
    write_copy(recording, state_of(recording), session(recording).judged())
    assert read_copy(recording, state_of(recording)) is None
    assert sorted(p.name for p in recording.parent.iterdir()) == ["a.mcap", "a.report.json"]


def test_a_folder_that_moved_is_named_as_it_is_now(recording: Path, tmp_path: Path) -> None:
    write_copy(recording, state_of(recording), session(recording).judged())
    moved = tmp_path / "moved"
    moved.mkdir()
    for file in (recording, copy_path(recording)):
        file.rename(moved / file.name)
    found = read_copy(moved / "a.mcap", state_of(moved / "a.mcap"))
    assert found is not None
    assert found.report.recording.path == str(moved / "a.mcap")

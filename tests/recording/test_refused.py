"""What is no recording of this format, and how that is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from mcap.writer import Writer

from rig.errors import InputError
from rig.recording.reader import Recording
from rig.recording.writer import RecordingWriter
from tests.recording.strip import SMALL_HEADER, some_frames


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "refused.mcap"


def test_an_empty_file_a_folder_and_a_missing_file_are_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")
    for name, said in (("empty", "empty, not a recording"), ("missing", "no such recording"), ("", "a folder, not")):
        with pytest.raises(InputError, match=said):
            Recording.open(tmp_path / name)


def test_a_newer_format_is_refused_by_name(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("rig.recording.format.FORMAT_VERSION", 2)
        RecordingWriter(path, SMALL_HEADER).close()
    with pytest.raises(InputError, match=r"a recording of format 2; this rig reads up to format 1: update it"):
        Recording.open(path)


def test_newer_blocks_are_refused_even_where_the_header_is_lost(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("rig.recording.block_code.BLOCK_VERSION", 2)
        with RecordingWriter(path, SMALL_HEADER) as writer:
            writer.write(some_frames(3, 2))
    data = path.read_bytes()
    path.write_bytes(bytes(300) + data[300:])
    with pytest.raises(InputError, match="a recording of format 2"):
        Recording.open(path)


@pytest.mark.parametrize("chunks", [True, False])
def test_another_mcap_file_is_said_to_be_one(chunks: bool, path: Path) -> None:
    with path.open("wb") as file:
        writer = Writer(file, use_chunking=chunks)
        writer.start(profile="rig.recording" if chunks else "ros2")
        channel = writer.register_channel("/x", "json", 0)
        writer.add_message(channel, 0, b"{}" * 500, 0)
        writer.finish()  # type: ignore[no-untyped-call]  # mcap leaves it untyped
    said = "an MCAP file in chunks; another program has rewritten it" if chunks else "profile 'ros2', not a recording"
    with pytest.raises(InputError, match=said):
        Recording.open(path)

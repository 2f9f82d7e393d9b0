"""What commands give out wherever they run: names that a terminal has no letters for, a disk that is full."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest

from rig.frame import Block
from rig.pad import pad_text
from rig.recording.format import Header
from rig.recording.writer import RecordingWriter

posix_only = pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="its file names are text")


def rig(*arguments: str | Path, encoding: str = "utf-8") -> subprocess.CompletedProcess[bytes]:
    environ = {**os.environ, "PYTHONIOENCODING": encoding}
    command = [sys.executable, "-c", "import sys; from rig.cli import main; sys.exit(main())", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=False, env=environ)


def recording(path: Path) -> Path:
    counts = np.zeros((400, 144), np.uint16)
    with RecordingWriter(path, Header(pad=pad_text("back-144"))) as writer:
        writer.write(Block.of(np.arange(400, dtype=np.int64) * 5000, counts))
    return path


def test_json_is_utf_8_and_words_are_what_the_terminal_has(tmp_path: Path) -> None:
    path = recording(tmp_path / "Łódź.mcap")
    told = rig("analyze", path, "--json", "-", encoding="cp1252")
    assert told.returncode == 0
    assert msgspec.json.decode(told.stdout)["recording"]["path"] == str(path)
    said = rig("analyze", path, encoding="cp1252")
    assert (said.returncode, said.stderr) == (0, b"")
    assert b"?\xf3d?.mcap" in said.stdout


@posix_only
def test_a_name_that_is_no_text_is_given_as_far_as_it_is(tmp_path: Path) -> None:
    path = recording(tmp_path / os.fsdecode(b"a\xff.mcap"))
    told = rig("analyze", path, "--json", "-", "--html", tmp_path / "a.html")
    assert told.returncode == 0, told.stderr
    assert msgspec.json.decode(told.stdout)["recording"]["path"].endswith("a?.mcap")
    assert (tmp_path / "a.html").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_full_disk_is_one_line() -> None:
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "rig", "pad", "show", "back-144", "--json", "-"]
        told = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert told.returncode == 1
    assert told.stderr == b"rig: output: No space left on device\n"

"""What is left when the program is killed or the disk is full, with a real process and a real file."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from rig.errors import StorageError
from rig.frame import Block
from rig.recording.reader import Recording
from rig.recording.writer import RecordingWriter
from tests.recording.strip import SMALL_HEADER, assert_same, some_frames

ROOT = Path(__file__).parents[2]

WRITES_UNTIL_KILLED = """
import os, sys
from rig.clock import SystemClock
from rig.recording.writer import RecordingWriter
from tests.recording.strip import SMALL_HEADER, some_frames
frames = some_frames(100_000, 2)
writer = RecordingWriter(sys.argv[1], SMALL_HEADER, SystemClock())
for start in range(0, len(frames), 3):
    writer.write(frames[start : start + 3])
    os.write(1, b"...")
"""

WRITES_UNTIL_FULL = """
import resource, sys
from rig.clock import SystemClock
from rig.recording.writer import RecordingWriter
from tests.recording.strip import SMALL_HEADER, some_frames
resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))
frames = some_frames(20_000, 2)
with RecordingWriter(sys.argv[1], SMALL_HEADER, SystemClock()) as writer:
    for start in range(0, len(frames), 7):
        writer.write(frames[start : start + 7])
    assert writer.saved_frames + writer.dropped_frames == len(frames)
print(writer.error)
print(writer.saved_frames)
"""


def test_killed_at_any_moment_all_but_the_last_quarter_second_reads_back(tmp_path: Path) -> None:
    seed = random.Random(3)
    frames = some_frames(100_000, 2)
    for attempt in range(5):
        path = tmp_path / f"{attempt}.mcap"
        command = [sys.executable, "-c", WRITES_UNTIL_KILLED, str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
            assert process.stdout is not None
            # One byte comes for each frame handed over; the kill falls anywhere in what the child does next.
            handed_over = len(process.stdout.read(seed.randrange(3, 3_000)))
            process.send_signal(signal.SIGKILL)
            handed_over += len(process.stdout.read())
        recording = Recording.open(path)
        assert recording.frames >= handed_over - 50
        assert recording.damaged_frames == 0
        assert not recording.closed
        assert_same(Block.join([Block.empty(2), *recording.blocks()]), frames[: recording.frames])


@pytest.mark.skipif(sys.platform == "win32", reason="no limits on file sizes")
def test_a_full_disk_stops_the_recording_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    done = subprocess.run(
        [sys.executable, "-c", WRITES_UNTIL_FULL, str(path)], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    told, saved = done.stdout.splitlines()
    assert told == f"{path}: the recording stopped: File too large; the {saved} frames before that are safe"
    recording = Recording.open(path)
    assert recording.frames == int(saved) > 1_000
    assert recording.damage == ()
    assert_same(Block.join(list(recording.blocks())), some_frames(20_000, 2)[: int(saved)])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_disk_that_is_full_from_the_start_is_an_error_at_once() -> None:
    with pytest.raises(StorageError, match=f"/dev/full: cannot be written: {os.strerror(28)}"):
        RecordingWriter("/dev/full", SMALL_HEADER, overwrite=True)
    assert Path("/dev/full").exists()

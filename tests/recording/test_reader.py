from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rig.errors import StorageError
from rig.frame import Block
from rig.recording.reader import Recording
from rig.recording.writer import RecordingWriter
from tests.recording.strip import SMALL_HEADER, assert_same, some_frames

if TYPE_CHECKING:
    from pathlib import Path

FRAMES = some_frames(1_000, 2)


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    path = tmp_path_factory.mktemp("reader") / "a.mcap"
    with RecordingWriter(path, SMALL_HEADER) as writer:
        writer.write(FRAMES)
        for k in range(6):
            writer.event(k, "even" if k % 2 == 0 else "odd", {"k": k})
    return Recording.open(path)


@given(t0_us=st.none() | st.integers(-10, 5_100_000), t1_us=st.none() | st.integers(-10, 5_100_000))
@settings(max_examples=60)
def test_a_range_of_time_gives_exactly_the_frames_within(
    recording: Recording, t0_us: int | None, t1_us: int | None
) -> None:
    keep = np.ones(1_000, bool)
    if t0_us is not None:
        keep &= FRAMES.t_us >= t0_us
    if t1_us is not None:
        keep &= FRAMES.t_us < t1_us
    found = Block.join([Block.empty(2), *recording.blocks(t0_us, t1_us)])
    rows = np.flatnonzero(keep)
    assert_same(found, FRAMES[rows[0] : rows[-1] + 1] if rows.size else Block.empty(2))


@pytest.mark.parametrize("block_frames", [1, 50, 51, 1_024, 10_000])
def test_how_much_is_read_at_once_changes_nothing(recording: Recording, block_frames: int) -> None:
    blocks = list(recording.blocks(block_frames=block_frames))
    assert_same(Block.join(blocks), FRAMES)
    assert max(map(len, blocks)) <= block_frames + 50


def test_events_come_in_order_all_or_of_one_kind(recording: Recording) -> None:
    assert [event.body["k"] for event in recording.events()] == [0, 1, 2, 3, 4, 5]
    assert [event.body["k"] for event in recording.events("odd")] == [1, 3, 5]
    assert list(recording.events("none")) == []


def test_times_and_totals(recording: Recording) -> None:
    assert (recording.first_us, recording.last_us) == (0, 999 * 5_000)
    assert recording.duration_s == pytest.approx(4.995)
    assert recording.lost_frames == FRAMES.lost.sum()
    gaps = recording.gaps()
    rows = np.flatnonzero(FRAMES.lost)
    assert [gap.lost_frames for gap in gaps] == FRAMES.lost[rows].tolist()
    assert [gap.t1_us for gap in gaps] == FRAMES.t_us[rows].tolist()


def test_two_readers_of_one_recording_do_not_disturb_each_other(recording: Recording) -> None:
    one, other = recording.blocks(block_frames=50), recording.blocks(block_frames=150)
    found = [(next(one), next(other)) for _ in range(3)]
    assert_same(Block.join([a for a, _ in found]), FRAMES[:150])
    assert_same(Block.join([b for _, b in found]), FRAMES[:450])


def test_memory_does_not_grow_with_the_session(tmp_path: Path) -> None:
    peaks = []
    for n in (4_000, 40_000):
        path = tmp_path / str(n)
        frames = some_frames(4_000, 2)
        with RecordingWriter(path, SMALL_HEADER) as writer:
            for k in range(n // 4_000):
                moved = Block(
                    frames.t_us + k * 20_000_000, frames.counts, frames.status, frames.lost, frames.received_s
                )
                writer.write(moved)
        tracemalloc.start()
        recording = Recording.open(path)
        assert sum(len(block) for block in recording.blocks()) == n
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    # 720 more blocks of 56 bytes of index each, and the scan's buffer, which the short file does not fill.
    assert peaks[1] - peaks[0] < 720 * 56 * 3 + (1 << 20)


def test_the_same_may_happen_twice_at_one_moment(tmp_path: Path) -> None:
    """A silent board's time stands still while somebody pauses, goes on and pauses again."""
    with RecordingWriter(tmp_path / "a.mcap", SMALL_HEADER) as writer:
        for state in ("on", "off", "on"):
            writer.event(7, "pause", {"state": state})
    assert [event.body["state"] for event in Recording.open(tmp_path / "a.mcap").events()] == ["on", "off", "on"]


def test_a_file_that_is_gone_since_it_was_opened_is_told(tmp_path: Path) -> None:
    with RecordingWriter(tmp_path / "a.mcap", SMALL_HEADER) as writer:
        writer.write(some_frames(100, 2))
        writer.event(0, "step", {"step": "a"})
    opened = Recording.open(tmp_path / "a.mcap")
    opened.path.unlink()
    for read in (opened.blocks, opened.events):
        with pytest.raises(StorageError, match=r"a\.mcap: cannot be read: No such file"):
            list(read())

"""What a damaged recording still gives: everything outside the damage, and a word on what is missing."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rig.errors import InputError, StorageError
from rig.frame import Block
from rig.recording.format import header_metadata
from rig.recording.reader import Recording
from rig.recording.writer import RecordingWriter
from tests.recording.strip import HEADER, SMALL_HEADER, assert_same, some_frames

FRAMES = some_frames(520)
"""Ten full blocks and one of 20 frames."""


@cache
def whole() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a"
        with RecordingWriter(path, HEADER) as writer:
            for start in range(0, 520, 100):
                writer.event(start * 5_000, "note", {"start": start})
                writer.write(FRAMES[start : start + 100])
        return path.read_bytes()


@cache
def places() -> tuple[tuple[int, int], ...]:
    """Where each stored block's record begins and ends in the file."""
    heads = [at for at in range(len(whole())) if whole().startswith(b"RIGB\1\0", at)]
    starts = [at - 31 for at in heads]
    return tuple((at, at + 9 + int.from_bytes(whole()[at + 1 : at + 9], "little")) for at in starts)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "damaged.mcap"


def opened(path: Path, data: bytes) -> Recording | None:
    """The recording, read in full; None where it is refused in one line that names the file."""
    path.write_bytes(data)
    recording: Recording | None
    refusal = ""
    try:
        recording = Recording.open(path)
    except InputError as error:
        recording, refusal = None, str(error)
    if recording is None:
        assert refusal.startswith(str(path))
        assert "\n" not in refusal
        return None
    found = Block.join([Block.empty(recording.n_channels), *recording.blocks()])
    assert len(found) == recording.frames
    rows = found.t_us // 5_000
    np.testing.assert_array_equal(found.t_us, FRAMES.t_us[rows])
    # Scans are never miscounted: those received, lost on the line and eaten by damage add up to the last one read.
    if len(found):
        np.testing.assert_array_equal(found.counts, FRAMES.counts[rows])
        assert len(found) + found.lost.sum() == rows[-1] + 1 + FRAMES.lost[: rows[-1] + 1].sum()
        assert recording.damaged_frames in (rows[-1] + 1 - len(found), 520 - len(found))
    assert sum(gap.lost_frames for gap in recording.gaps()) == found.lost.sum()
    list(recording.events())
    list(recording.metrics())
    assert all(str(path) in warning and "\n" not in warning for warning in recording.warnings)
    return recording


def test_cut_at_any_byte_it_gives_everything_before_the_cut(path: Path) -> None:
    ends = [end for _, end in places()]
    metadata_end = whole().index(b"pad.toml")
    for cut in range(0, len(whole()), 17):
        recording = opened(path, whole()[:cut])
        expected = sum(min(50, 520 - 50 * k) for k, end in enumerate(ends) if end <= cut)
        if recording is None:
            assert expected == 0
            assert cut < metadata_end
        else:
            assert recording.frames == expected
            assert recording.damaged_frames == 0
            assert recording.warnings


def test_64_random_bytes_cost_at_most_one_block(path: Path) -> None:
    seed = random.Random(7)
    first = places()[0][0]
    for _ in range(150):
        at = seed.randrange(first, len(whole()) - 64)
        recording = opened(path, whole()[:at] + seed.randbytes(64) + whole()[at + 64 :])
        assert recording is not None
        touched = [start < at + 64 and at < end for start, end in places()]
        assert sum(touched) <= 1  # the overview between two blocks is longer than 64 bytes
        assert recording.frames == 520 - sum(min(50, 520 - 50 * k) for k, hit in enumerate(touched) if hit)
        if at < places()[-1][1]:  # else the totals themselves may be hit
            assert recording.damaged_frames == 520 - recording.frames
        assert recording.damage[0].start < at + 64
        assert recording.damage[0].end > at
        assert len(recording.damage) == 1 or at > places()[-1][1]  # the end of the data and their summary both hit


@given(
    harm=st.lists(
        st.tuples(st.sampled_from(["flip", "zero", "cut out", "insert"]), st.floats(0, 1), st.binary(max_size=80)),
        min_size=1,
        max_size=5,
    )
)
@settings(max_examples=120)
def test_no_harm_makes_it_crash_or_give_a_wrong_frame(harm: list[tuple[str, float, bytes]]) -> None:
    data = bytearray(whole())
    for kind, where, junk in harm:
        at = int(where * len(data))
        if kind == "flip":
            data[at : at + 1] = bytes(byte ^ 0x10 for byte in data[at : at + 1])
        elif kind == "zero":
            data[at : at + len(junk)] = bytes(len(data[at : at + len(junk)]))
        elif kind == "cut out":
            del data[at : at + len(junk)]
        else:
            data[at:at] = junk
    with TemporaryDirectory() as folder:
        opened(Path(folder) / "a", bytes(data))


@given(st.binary(max_size=300), st.booleans())
@settings(max_examples=100)
def test_what_is_no_recording_is_said_to_be_none(data: bytes, magic: bool) -> None:
    with TemporaryDirectory() as folder:
        assert opened(Path(folder) / "a", (b"\x89MCAP0\r\n" if magic else b"") + data) is None


def test_a_record_that_claims_a_huge_length_is_not_believed(path: Path) -> None:
    start, end = places()[4]
    for length in (2**63, 2**40, 2**27, 10**6):
        data = bytearray(whole())
        data[start + 1 : start + 9] = length.to_bytes(8, "little")
        recording = opened(path, bytes(data))
        assert recording is not None
        assert recording.frames == 470
        assert recording.damaged_frames == 50
        [damage] = recording.damage
        assert (damage.start, damage.end) == (start, end)


def test_blocks_that_a_bad_disk_put_elsewhere_are_read_in_their_order(path: Path) -> None:
    (a0, a1), (b0, b1) = places()[2], places()[7]
    data = whole()
    recording = opened(path, data[:a0] + data[b0:b1] + data[a1:b0] + data[a0:a1] + data[b1:])
    assert recording is not None
    assert not recording.damage
    assert_same(Block.join(list(recording.blocks())), FRAMES)


@pytest.mark.parametrize("part", [0.5, 0.8, 1.0])
def test_what_stands_there_twice_counts_once(part: float, path: Path) -> None:
    recording = opened(path, whole()[: int(part * len(whole()))] + whole())
    assert recording is not None
    assert_same(Block.join(list(recording.blocks())), FRAMES)
    assert len(list(recording.events())) == 6
    assert any("again" in damage.what for damage in recording.damage)
    assert (recording.damaged_frames, recording.lost_frames) == (0, FRAMES.lost.sum())


def test_the_frame_behind_the_damage_says_how_many_are_missing(path: Path) -> None:
    (start, _), (_, end) = places()[2:4]
    recording = opened(path, whole()[:start] + whole()[end:])
    assert recording is not None
    assert [damage.what[:19] for damage in recording.damage] == ["the closing summary"]
    assert recording.damaged_frames == 100
    assert recording.lost_frames == FRAMES.lost.sum()
    found = Block.join(list(recording.blocks()))
    assert found.lost[100] == 100 + FRAMES.lost[100:201].sum()
    assert f"{path}: 100 recorded frames are lost to damage" in recording.warnings
    assert any(gap.t0_us == FRAMES.t_us[99] and gap.t1_us == FRAMES.t_us[200] for gap in recording.gaps())


@pytest.mark.parametrize("bit", range(0, 22 * 8, 5))
def test_a_flipped_bit_in_what_mcap_says_of_a_message_is_noticed(bit: int, path: Path) -> None:
    start, _ = places()[4]
    data = bytearray(whole())
    data[start + 9 + bit // 8] ^= 1 << bit % 8
    recording = opened(path, bytes(data))
    assert recording is not None
    assert recording.frames == 470
    assert recording.damaged_frames == 50
    assert len(recording.damage) == 1


def test_without_its_description_the_frames_are_still_there(path: Path) -> None:
    data = whole()
    while HEADER.pad.encode() in data:
        data = data.replace(HEADER.pad.encode(), bytes(len(HEADER.pad)), 1)
    recording = opened(path, data)
    assert recording is not None
    assert recording.frames == 520
    assert recording.header.pad == ""
    assert f"{path}: the description of its pad is lost" in recording.warnings
    with pytest.raises(InputError, match="description of its pad is lost"):
        _ = recording.pad


def test_the_description_is_there_twice(path: Path) -> None:
    first = whole().index(HEADER.pad.encode())
    recording = opened(path, whole()[:first] + b"?" + whole()[first + 1 :])
    assert recording is not None
    assert recording.pad.name
    assert recording.frames == 520
    assert len(recording.damage) == 1


def test_a_killed_recording_says_that_it_was_not_closed(path: Path) -> None:
    recording = opened(path, whole()[: places()[-1][1]])
    assert recording is not None
    assert recording.frames == 520
    assert not recording.closed
    assert [w for w in recording.warnings if "was not closed" in w]


def test_a_damaged_summary_loses_nothing(path: Path) -> None:
    recording = opened(path, whole()[:-30] + bytes(10) + whole()[-20:])
    assert recording is not None
    assert recording.frames == 520
    assert recording.damaged_frames == 0
    [warning] = recording.warnings
    assert "the closing summary is damaged (it holds no frames)" in warning


def test_a_recording_without_frames_opens_and_says_so(path: Path) -> None:
    RecordingWriter(path, SMALL_HEADER).close()
    recording = Recording.open(path)
    assert list(recording.blocks()) == []
    assert (recording.frames, recording.duration_s, recording.n_channels, recording.gaps()) == (0, 0.0, 2, [])
    assert recording.warnings == (f"{path}: holds no frames",)


def test_a_file_that_changes_while_it_is_read_is_an_error_not_a_wrong_frame(path: Path) -> None:
    path.write_bytes(whole())
    recording = Recording.open(path)
    start, _ = places()[3]
    path.write_bytes(whole()[: start + 200] + bytes(50) + whole()[start + 250 :])
    blocks = recording.blocks(block_frames=1)
    assert_same(Block.join([next(blocks) for _ in range(3)]), FRAMES[:150])
    with pytest.raises(StorageError, match=f"byte {start + 9}: changed since it was opened"):
        next(blocks)


def test_metadata_that_is_not_as_it_was_written_is_not_believed(path: Path) -> None:
    started = header_metadata(HEADER, 5)["started"].encode()
    recording = opened(path, whole().replace(started, started.replace(b"2023", b"1999")))
    assert recording is not None
    assert recording.header.started_s is None
    assert recording.header.pad == HEADER.pad
    assert recording.damage[0].what == "damaged"

from __future__ import annotations

import errno
import json
import os
import threading
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mcap.records import Attachment, Channel, Message, Metadata, Schema
from mcap.stream_reader import StreamReader

from rig.clock import ManualClock
from rig.errors import InputError, StorageError
from rig.frame import Block
from rig.recording.append import AppendOnly
from rig.recording.block_code import BLOCK_SCHEMA
from rig.recording.format import JSON_TOPICS, Header, json_schema
from rig.recording.reader import Recording
from rig.recording.writer import RecordingWriter
from tests.recording.strip import HEADER, SMALL_HEADER, assert_same, pad_toml, some_frames

if TYPE_CHECKING:
    from pathlib import Path


def stored(path: Path) -> list[int]:
    """How many frames each stored block holds."""
    return [len(block) for block in Recording.open(path).blocks(block_frames=1)]


def test_a_session_comes_back_as_it_was(tmp_path: Path) -> None:
    path, block = tmp_path / "a.mcap", some_frames(333)
    with RecordingWriter(path, HEADER, ManualClock()) as writer:
        writer.write(block[:200])
        writer.event(7, "step", {"step": "effleurage", "reps": np.int64(3), "where": np.array([1.5, 2.0])})
        writer.metrics(9, {"force_n": 12.5, "nothing": float("nan")})
        writer.write(block[200:])
    assert writer.error is None
    assert (writer.saved_frames, writer.lost_frames, writer.dropped_frames) == (333, block.lost.sum(), 0)
    recording = Recording.open(path)
    assert_same(Block.join(list(recording.blocks())), block)
    assert recording.header == HEADER
    assert recording.pad.n_channels == recording.n_channels == 5
    assert recording.warnings == ()
    assert recording.closed
    assert (recording.frames, recording.lost_frames, recording.damaged_frames) == (333, block.lost.sum(), 0)
    assert recording.duration_s == pytest.approx(332 * 0.005)
    [event] = recording.events()
    assert (event.t_us, event.kind) == (7, "step")
    assert event.body == {"step": "effleurage", "reps": 3, "where": [1.5, 2.0]}
    assert [(m.t_us, m.values) for m in recording.metrics()] == [(9, {"force_n": 12.5, "nothing": None})]


@given(cuts=st.lists(st.integers(0, 400), max_size=30))
@settings(max_examples=25)
def test_the_bytes_do_not_depend_on_how_frames_arrive(
    cuts: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("cuts")
    whole = some_frames(400, 2, step_us=7_001)
    with RecordingWriter(folder / "whole", SMALL_HEADER) as writer:
        writer.write(whole)
    edges = [0, *sorted(cuts), 400]
    with RecordingWriter(folder / "cut", SMALL_HEADER) as writer:
        for start, stop in pairwise(edges):
            writer.write(whole[start:stop])
    assert (folder / "cut").read_bytes() == (folder / "whole").read_bytes()


@pytest.mark.parametrize(
    ("step_us", "blocks"),
    [(5_000, [50, 50, 20]), (1_000, [50, 50, 20]), (50_000, [5] * 24), (250_000, [1] * 120), (-5_000, [1] * 120)],
)
def test_a_block_holds_at_most_50_frames_and_a_quarter_second(step_us: int, blocks: list[int], tmp_path: Path) -> None:
    with RecordingWriter(tmp_path / "a", SMALL_HEADER) as writer:
        writer.write(some_frames(120, 2, step_us=step_us))
    assert stored(tmp_path / "a") == blocks


def test_a_stalled_stream_is_on_disk_within_a_quarter_second(tmp_path: Path) -> None:
    clock = ManualClock()
    writer = RecordingWriter(tmp_path / "a", SMALL_HEADER, clock)
    writer.write(some_frames(3, 2))
    writer.keep()
    assert Recording.open(tmp_path / "a").frames == 0
    clock.advance(0.25)
    writer.keep()
    assert Recording.open(tmp_path / "a").frames == 3
    writer.close()


def test_the_disk_is_waited_for_away_from_the_thread_that_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced_by = []
    done = threading.Event()

    def sync(descriptor: int) -> None:
        synced_by.append(threading.current_thread())
        done.set()

    monkeypatch.setattr(os, "fsync", sync)
    clock = ManualClock()
    with RecordingWriter(tmp_path / "a", SMALL_HEADER, clock) as writer:
        for _ in range(3):
            clock.advance(2)
            writer.write(some_frames(100, 2))
        assert done.wait(30)
        assert threading.current_thread() not in synced_by
    assert synced_by[-1] is threading.current_thread()


def test_flush_ends_the_block_and_close_may_be_repeated(tmp_path: Path) -> None:
    writer = RecordingWriter(tmp_path / "a", SMALL_HEADER)
    writer.write(some_frames(3, 2))
    writer.flush()
    assert stored(tmp_path / "a") == [3]
    writer.close()
    writer.close()
    size = (tmp_path / "a").stat().st_size
    writer.write(some_frames(4, 2))
    writer.event(0, "late")
    assert writer.dropped_frames == 4
    assert (tmp_path / "a").stat().st_size == size


def test_a_session_in_one_block_is_recorded_like_any_other(tmp_path: Path) -> None:
    block = some_frames(10_000, 2)
    with RecordingWriter(tmp_path / "a", SMALL_HEADER) as writer:
        writer.write(block[:30])
        writer.write(block[30:])
        writer.write(Block.empty(2))
    assert set(stored(tmp_path / "a")) == {50}
    assert_same(Block.join(list(Recording.open(tmp_path / "a").blocks())), block)


def test_any_mcap_program_can_open_it(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    block = some_frames(120)
    with RecordingWriter(path, HEADER) as writer:
        writer.write(block)
        writer.event(600_000, "link-lost")
    with path.open("rb") as file:
        records = list(StreamReader(file, validate_crcs=True).records)
    schemas = {s.id: s for s in records if isinstance(s, Schema)}
    topics = {c.id: c for c in records if isinstance(c, Channel)}
    assert {c.topic for c in topics.values()} == {"/frames", "/overview", "/events", "/gaps", "/metrics"}
    for message in [r for r in records if isinstance(r, Message)]:
        channel = topics[message.channel_id]
        schema = schemas[channel.schema_id]
        if channel.message_encoding == "json":
            described, body = json.loads(schema.data), json.loads(message.data)
            assert described["type"] == "object"
            assert set(described["required"]) <= set(body) <= set(described["properties"])
            assert message.log_time == 1_700_000_000_250_000_000 + 1000 * body.get("t_us", body.get("t1_us"))
        else:
            assert schema.data.decode() == BLOCK_SCHEMA
    texts = {a.name: a.data.decode() for a in records if isinstance(a, Attachment)}
    assert texts == {"pad.toml": HEADER.pad, "profile": HEADER.profile, "routine.toml": HEADER.routine}
    metadata, again, totals = [r for r in records if isinstance(r, Metadata)]
    assert again.metadata == metadata.metadata
    assert (totals.name, totals.metadata["frames"]) == ("rig.totals", "120")
    assert metadata.metadata["started"] == "2023-11-14T22:13:20.250000+00:00"


@pytest.mark.parametrize("topic", JSON_TOPICS)
def test_schemas_keep_to_what_viewers_can_parse(topic: str) -> None:
    schema = json.loads(json_schema(JSON_TOPICS[topic]))
    assert schema["type"] == "object"
    for field in schema["properties"].values():
        assert field["type"] in {"boolean", "string", "number", "integer", "object"}
        assert field["type"] != "object" or field["properties"] == {}
        assert field["description"]


def test_gaps_say_where_frames_are_missing(tmp_path: Path) -> None:
    t_us = np.array([0, 10, 20, 50, 60, 200]) * 1000
    lost = np.array([0, 0, 0, 2, 0, 13])
    block = Block.of(t_us, np.zeros((6, 2), np.uint16), lost=lost)
    with RecordingWriter(tmp_path / "a", SMALL_HEADER) as writer:
        writer.write(block[:3])
        writer.flush()
        writer.write(block[3:])
    recording = Recording.open(tmp_path / "a")
    assert [(g.t0_us, g.t1_us, g.lost_frames) for g in recording.gaps()] == [(20_000, 50_000, 2), (60_000, 200_000, 13)]
    with (tmp_path / "a").open("rb") as file:
        said = [json.loads(r.data) for r in StreamReader(file).records if isinstance(r, Message) and r.channel_id == 4]
    assert said == [
        {"t0_us": 20_000, "t1_us": 50_000, "lost_frames": 2},
        {"t0_us": 60_000, "t1_us": 200_000, "lost_frames": 13},
    ]


def test_a_recording_is_not_overwritten_by_accident(tmp_path: Path) -> None:
    path = tmp_path / "a"
    RecordingWriter(path, SMALL_HEADER).close()
    before = path.read_bytes()
    with pytest.raises(InputError, match="a: exists already"):
        RecordingWriter(path, SMALL_HEADER)
    assert path.read_bytes() == before
    with RecordingWriter(path, SMALL_HEADER, overwrite=True) as writer:
        writer.write(some_frames(2, 2))
    assert Recording.open(path).frames == 2


def test_a_place_where_nothing_can_be_written_is_an_error_at_once(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="No such file"):
        RecordingWriter(tmp_path / "no" / "a", SMALL_HEADER)
    with pytest.raises(InputError, match=r"recording's pad: .*adc_bits"):
        RecordingWriter(tmp_path / "a", Header(pad='name = "x"'))


def test_frames_of_another_pad_and_bodies_that_json_cannot_hold_are_refused(tmp_path: Path) -> None:
    with RecordingWriter(tmp_path / "a", SMALL_HEADER) as writer:
        with pytest.raises(ValueError, match="5 channels for a pad of 2"):
            writer.write(some_frames(1))
        with pytest.raises(TypeError, match="object cannot be recorded"):
            writer.event(0, "odd", {"x": object()})


def test_the_start_is_asked_of_the_clock_unless_it_is_given(tmp_path: Path) -> None:
    RecordingWriter(tmp_path / "a", Header(pad=pad_toml()), ManualClock(date_s=1_234.5)).close()
    assert Recording.open(tmp_path / "a").header.started_s == 1_234.5
    RecordingWriter(tmp_path / "b", Header(pad=pad_toml())).close()
    assert Recording.open(tmp_path / "b").header.started_s is None


@pytest.mark.parametrize("failing", range(14))
def test_a_disk_that_fails_at_any_write_ends_the_recording_but_not_the_session(
    failing: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, block = tmp_path / "a", some_frames(500, 2)
    writer = RecordingWriter(path, SMALL_HEADER)
    real, writes = AppendOnly.write, 0

    def write(self: AppendOnly, data: bytes) -> int:
        nonlocal writes
        writes += 1
        if writes > failing:
            real(self, data[: len(data) // 2])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(self, data)

    monkeypatch.setattr(AppendOnly, "write", write)
    for start in range(0, 500, 10):
        writer.write(block[start : start + 10])
    writer.event(0, "note")
    writer.close()
    assert isinstance(writer.error, StorageError)
    assert f"{path}: the recording stopped: No space left on device" in str(writer.error)
    assert f"the {writer.saved_frames} frames before that" in str(writer.error)
    assert writer.saved_frames + writer.dropped_frames == 500
    recording = Recording.open(path)
    assert recording.frames == writer.saved_frames
    assert recording.damage == ()
    assert not recording.closed
    if recording.frames:
        assert_same(Block.join(list(recording.blocks())), block[: recording.frames])


def test_a_disk_that_fails_to_sync_or_to_finish_shows_in_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    clock = ManualClock()
    writer = RecordingWriter(tmp_path / "a", SMALL_HEADER, clock)
    writer.write(some_frames(100, 2))
    monkeypatch.setattr(os, "fsync", fail)
    clock.advance(2)
    writer.keep()
    assert "Input/output error" in str(writer.error)
    writer.write(some_frames(7, 2))
    assert writer.dropped_frames == 7
    writer.close()
    assert Recording.open(tmp_path / "a").frames == 100

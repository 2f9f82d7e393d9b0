"""The promise of the session: live, replayed and batch, the flags are the same to the bit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rig.calibration.nominal import NominalConversion
from rig.clock import ManualClock
from rig.device.loads import Loads
from rig.device.records import DeviceCounters
from rig.device.timeline import Timeline
from rig.recording.reader import Recording
from rig.recording.writer import RecordingWriter
from rig.session.batch import analyse
from rig.session.pipeline import Pipeline
from rig.session.practice import Practice
from rig.session.replay import replay
from rig.technique.routine.loading import load_routine, routine_text, standalone_text
from rig.technique.timeline import Mark
from tests.session.hands import PAD, cut, header, session

if TYPE_CHECKING:
    from rig.frame import Block
    from rig.technique.tally import Outcome

ROUTINE = load_routine("relieving", PAD)
MARKS = (Mark(0, "relieving.1"), Mark(20_000_000, "relieving.2"))


def outcome_of(parts: list[Block]) -> Outcome:
    pipeline = Pipeline(PAD, NominalConversion(PAD), ROUTINE, None, MARKS)
    for part in parts:
        pipeline.push(part)
    pipeline.finish()
    return pipeline.outcome


def bits(outcome: Outcome) -> bytes:
    return msgspec.json.encode(outcome)


@pytest.fixture(scope="module", params=[False, True], ids=["whole", "gap"])
def block(request: pytest.FixtureRequest) -> Block:
    return session(1, request.param)


@pytest.fixture(scope="module")
def expected(block: Block) -> bytes:
    return bits(outcome_of([block]))


def test_the_scene_has_something_to_flag(block: Block) -> None:
    kinds = {flag.kind for flag in outcome_of([block]).flags}
    assert {"spine-pressure", "too-fast"} <= kinds


@settings(max_examples=8)
@given(at=st.lists(st.integers(0, 6000), max_size=60))
def test_random_cuts_change_nothing(block: Block, expected: bytes, at: list[int]) -> None:
    assert bits(outcome_of(cut(block, at))) == expected


@pytest.mark.parametrize("frames", [1, 7, 1024])
def test_even_cuts_change_nothing(block: Block, expected: bytes, frames: int) -> None:
    assert bits(outcome_of(cut(block, range(0, len(block), frames)))) == expected


class Played:
    """A source that hands out prepared blocks, and moves the clock as they would have come."""

    def __init__(self, parts: list[Block], clock: ManualClock) -> None:
        self._parts = list(parts)
        self._clock = clock
        self.cues: list[tuple[int, int]] = []
        self.link: list[Any] = []
        self.counters = DeviceCounters()
        self.loads = Loads(Timeline())

    @property
    def over(self) -> bool:
        return not self._parts

    def poll(self) -> Block | None:
        part = self._parts.pop(0)
        self._clock.advance(max(int(part.t_us[-1]) / 1e6 - self._clock.now_s(), 0.0))
        return replace(part, received_s=np.full(len(part), self._clock.now_s()))

    def cue(self, kind: int, duration_ms: int) -> None:
        self.cues.append((kind, duration_ms))

    def events(self) -> list[Any]:
        taken, self.link = self.link, []
        return taken


def live(block: Block, path: Path, frames: int) -> tuple[list[dict[str, Any]], Outcome, Played]:
    """A live session that goes on to step 2 after 20 s, recorded."""
    clock = ManualClock()
    text, _ = routine_text("relieving")
    kept = header(routine=standalone_text(text, ROUTINE), session={"level": None})
    lines: list[dict[str, Any]] = []
    source = Played(cut(block, range(0, len(block), frames)), clock)
    pipeline = Pipeline(PAD, NominalConversion(PAD), ROUTINE, None, [Mark(0, "relieving.1")])
    practice = Practice(source, pipeline, lines.append, clock, RecordingWriter(path, kept))
    gone_on = False
    while not source.over:
        if not gone_on and pipeline.t_us >= 20_000_000:
            practice.advance("relieving.2")
            gone_on = True
        practice.turn()
    return lines, practice.finish(), source


Lived = tuple[Path, list[dict[str, Any]], "Outcome", Played]


@pytest.fixture(scope="module")
def lived(block: Block, tmp_path_factory: pytest.TempPathFactory) -> Lived:
    path = tmp_path_factory.mktemp("live") / "live.mcap"
    return path, *live(block, path, 3)


def test_a_live_session_and_its_recording_agree_to_the_bit(lived: Lived) -> None:
    path, lines, outcome, _ = lived
    recording = Recording.open(path)
    afterwards = analyse(recording)
    assert bits(afterwards) == bits(outcome)

    told = [line for line in lines if line["event"] == "flag-end"]
    flags = [{k: line[k] for k in msgspec.structs.asdict(outcome.flags[0])} for line in told]
    key = repr
    assert sorted(flags, key=key) == sorted((msgspec.structs.asdict(f) for f in afterwards.flags), key=key)

    replayed: list[dict[str, Any]] = []
    pipeline = Pipeline(
        PAD, NominalConversion(PAD), ROUTINE, None, [Mark(e.t_us, e.body["step"]) for e in recording.events("step")]
    )
    replay(recording.blocks(), pipeline, lambda e: replayed.append(e.line()), ManualClock(), speed=3.0)
    assert bits(pipeline.outcome) == bits(outcome)
    lasting = ("received", "emitted")
    same = [[{k: v for k, v in line.items() if k not in lasting} for line in each] for each in (lines, replayed)]
    assert sorted(same[0], key=key) == sorted(same[1], key=key)


def test_flags_are_told_while_the_hands_move(lived: Lived) -> None:
    lines = lived[1]
    for line in lines:
        if line["event"] == "flag":
            assert line["received"] <= line["emitted"]
    spine = next(line for line in lines if line["event"] == "flag" and line["kind"] == "spine-pressure")
    # The clock runs with the device's here: 250 ms from the start of the pressure until it is told.
    assert spine["emitted"] - spine["t0"] <= 0.25
    assert spine["t1"] is None
    # The frame that brought it closed the hop that made it certain.
    assert 0 <= spine["received"] - spine["t"] <= 0.016


def test_the_buzzer_follows_the_spine(lived: Lived) -> None:
    _, lines, _, source = lived
    alarms = [line["event"] for line in lines if line.get("kind") == "spine-pressure"]
    assert alarms
    assert source.cues == [(1, 5000) if event == "flag" else (0, 0) for event in alarms]

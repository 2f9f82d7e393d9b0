from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest

from rig.analysis.analysis import Sight
from rig.analysis.findings import HOP_US
from rig.calibration.nominal import NominalConversion
from rig.clock import ManualClock
from rig.device.loads import Loads
from rig.device.records import DeviceCounters, LinkEvent
from rig.device.timeline import Timeline
from rig.errors import InputError, LinkError, StorageError
from rig.frame import Block
from rig.recording.reader import Recording
from rig.recording.writer import RecordingWriter
from rig.report.report import build_report
from rig.session.batch import analyse
from rig.session.cues import CUE_MS, CUE_RENEW_S
from rig.session.pipeline import Pipeline
from rig.session.practice import Practice
from rig.session.screen import Screen
from rig.technique.routine.loading import load_routine
from rig.technique.timeline import Mark
from tests.session.hands import PAD, header
from tests.technique.script import Script

if TYPE_CHECKING:
    from pathlib import Path

    from rig.analysis.contacts import Touches
    from rig.analysis.findings import Findings

ROUTINE = load_routine("relieving", PAD)
FREE = np.zeros(PAD.n_channels, np.int32)


def test_time_that_goes_back_is_refused() -> None:
    pipeline = Pipeline(PAD, NominalConversion(PAD), ROUTINE)
    pipeline.push(quiet(0, 100_000))
    with pytest.raises(InputError, match=r"time goes back from 0\.095 s to 0\.050 s"):
        pipeline.push(quiet(50_000, 200_000))


def quiet(t0_us: int, t1_us: int) -> Block:
    t_us = np.arange(t0_us, t1_us, 5_000, dtype=np.int64)
    return Block.of(t_us, np.zeros((len(t_us), PAD.n_channels), np.uint16))


class Scripted:
    """An analysis that finds what a script says, hop by hop."""

    picture: Any = None

    def __init__(self, script: Script) -> None:
        self._hops = script.cut(range(10_000))
        self._nothing = Script(0).whole()

    def see(self, block: Block) -> list[Sight]:
        self._found = self._nothing
        while self._hops and self._hops[0].until_us <= int(block.t_us[-1]):
            self._found = self._hops.pop(0)
        found = self._found
        # Only the tracker wants the touches, and there is none here.
        return [Sight(found.until_us, found.hops, found.contacts, cast("Touches", None), [], found.faults, FREE)]

    def follow(self, sights: list[Sight]) -> Findings:
        assert len(sights) == 1
        return self._found

    def prepare(self) -> None:
        pass

    def finish(self) -> Findings:
        return self._hops.pop() if self._hops else self._nothing


@dataclass
class Desk:
    """A practice on a table: a source that plays what a test puts in, and everything that came of it."""

    script: Script = field(default_factory=lambda: Script(60))
    writer: RecordingWriter | None = None
    step: str | None = "relieving.1"

    def __post_init__(self) -> None:
        self.clock = ManualClock()
        self.lines: list[dict[str, Any]] = []
        self.cues: list[tuple[int, int]] = []
        self.link: list[LinkEvent] = []
        self.waiting: list[Block | Exception] = []
        self.counters = DeviceCounters()
        self.loads = Loads(Timeline())
        marks = [Mark(0, self.step)] if self.step else []
        self.pipeline = Pipeline(PAD, NominalConversion(PAD), ROUTINE, None, marks, analysis=Scripted(self.script))
        self.practice = Practice(self, self.pipeline, self.lines.append, self.clock, self.writer)

    def poll(self) -> Block | None:
        if not self.waiting:
            self.clock.advance(0.05)
            return None
        came = self.waiting.pop(0)
        if isinstance(came, Exception):
            raise came
        self.clock.advance(len(came) * 0.005)
        return came

    def cue(self, kind: int, duration_ms: int) -> None:
        self.cues.append((kind, duration_ms))

    def events(self) -> list[LinkEvent]:
        taken, self.link = self.link, []
        return taken

    def turns(self, t0_s: float, t1_s: float) -> None:
        for t_us in range(round(t0_s * 1e6), round(t1_s * 1e6), HOP_US):
            self.waiting.append(quiet(t_us, t_us + HOP_US))
            self.practice.turn()

    def told(self, *kinds: str) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["event"] in kinds]


class TestAlarm:
    def test_on_with_the_flag_and_off_with_its_end(self) -> None:
        desk = Desk(Script(60).on_spine(1.0, 2.0, 6.0))
        desk.turns(0, 1.5)
        assert desk.cues == [(1, CUE_MS)]
        desk.turns(1.5, 3)
        assert desk.cues == [(1, CUE_MS), (0, 0)]

    def test_renewed_while_it_lasts_longer_than_a_cue(self) -> None:
        desk = Desk(Script(60).on_spine(1.0, 12.0, 6.0))
        desk.turns(0, 11)
        assert desk.cues == [(1, CUE_MS)] * (1 + int(9.8 / CUE_RENEW_S))

    def test_off_at_the_end_of_the_session(self) -> None:
        desk = Desk(Script(60).on_spine(1.0, 60.0, 6.0))
        desk.turns(0, 2)
        desk.practice.finish()
        assert desk.cues[-1] == (0, 0)

    def test_again_after_the_link_was_lost_meanwhile(self) -> None:
        desk = Desk(Script(60).on_spine(1.0, 60.0, 6.0))
        desk.turns(0, 2)
        desk.link = [LinkEvent("lost", 2_000_000, 2.0, "unplugged"), LinkEvent("back", 2_000_000, 2.5, "frames again")]
        desk.practice.turn()
        assert desk.cues == [(1, CUE_MS)] * 2

    def test_no_other_flag_sounds(self) -> None:
        desk = Desk(Script(60).touch(1.0, 4.0, 80.0))
        desk.turns(0, 5)
        assert [line["kind"] for line in desk.told("flag")] == ["too-hard"]
        assert desk.cues == []


class TestLink:
    def test_an_unplug_is_told_and_the_session_goes_on(self) -> None:
        desk = Desk(Script(60).on_spine(3.0, 4.0, 6.0))
        desk.turns(0, 1)
        desk.link = [LinkEvent("lost", 1_000_000, 1.0, "unplugged")]
        desk.practice.turn()
        desk.link = [LinkEvent("back", 2_500_000, 2.5, "frames come again, 300 lost")]
        desk.turns(2.5, 5)
        link = [(line["state"], line["what"]) for line in desk.told("link")]
        assert link == [("lost", "lost"), ("up", "back")]
        assert [line["kind"] for line in desk.told("flag")] == ["spine-pressure"]

    def test_an_error_that_ends_the_session_leaves_a_whole_recording(self, tmp_path: Path) -> None:
        path = tmp_path / "a.mcap"
        desk = Desk(writer=RecordingWriter(path, header()))
        desk.waiting = [quiet(0, 1_000_000), LinkError("the board refuses")]
        with pytest.raises(LinkError, match="refuses"):
            desk.practice.run()
        recording = Recording.open(path)
        assert recording.closed
        assert recording.frames == 200


class TestSteps:
    def test_a_step_is_told_and_recorded_right_behind_the_last_scan(self, tmp_path: Path) -> None:
        path = tmp_path / "a.mcap"
        desk = Desk(writer=RecordingWriter(path, header()))
        desk.turns(0, 1)
        desk.practice.advance("relieving.2")
        desk.turns(1, 2)
        desk.practice.finish()
        steps = [(line["step"], line["t"]) for line in desk.told("step")]
        assert steps == [("relieving.1", 0.0), ("relieving.2", 0.995001)]
        recorded = [(e.body["step"], e.t_us) for e in Recording.open(path).events("step")]
        assert recorded == [("relieving.1", 0), ("relieving.2", 995_001)]

    def test_a_step_carries_what_a_screen_shows(self) -> None:
        desk = Desk()
        desk.turns(0, 0.1)
        (line,) = desk.told("step")
        assert line["title"] == "Opening strokes"
        assert "palms" in line["how"]

    def test_an_unknown_step_is_refused_and_changes_nothing(self) -> None:
        desk = Desk()
        desk.turns(0, 1)
        with pytest.raises(InputError, match=r"no step 'relieving.99'"):
            desk.practice.advance("relieving.99")
        desk.turns(1, 2)
        assert desk.pipeline.step == "relieving.1"


class TestRecordingThatFails:
    def test_the_session_goes_on_and_says_so_once(self, tmp_path: Path) -> None:
        writer = RecordingWriter(tmp_path / "a.mcap", header())
        desk = Desk(Script(60).on_spine(3.0, 4.0, 6.0), writer=writer)
        desk.turns(0, 2)
        writer.error = StorageError("a.mcap: the recording stopped: disk full")
        desk.turns(2, 5)
        (line,) = desk.told("recording")
        assert "disk full" in line["message"]
        screen = Screen()
        screen.take(line)
        assert screen.recording == f"not recorded any more: {line['message']}"
        assert [flag["kind"] for flag in desk.told("flag")] == ["spine-pressure"]


class TestCounters:
    def test_they_are_kept_on_the_way_and_at_the_end(self, tmp_path: Path) -> None:
        desk = Desk(writer=RecordingWriter(tmp_path / "a.mcap", header()))
        desk.turns(0, 12)
        desk.counters.damaged = 3
        desk.practice.finish()
        counted = [m.values["damaged_packets"] for m in Recording.open(tmp_path / "a.mcap").metrics()]
        assert counted == [0, 3]

    def test_the_report_tells_the_wire_from_the_file(self, tmp_path: Path) -> None:
        desk = Desk(writer=RecordingWriter(tmp_path / "a.mcap", header()))
        desk.turns(0, 1)
        desk.counters.damaged = 3
        desk.practice.finish()
        recording = Recording.open(tmp_path / "a.mcap")
        facts = build_report(recording, analyse(recording)).recording
        assert (facts.damaged_frames, facts.damaged_on_wire, facts.damaged_in_file) == (3, 3, 0)


class TestEnd:
    def test_the_last_line_sums_up(self) -> None:
        desk = Desk(Script(3).on_spine(1.0, 2.0, 6.0))
        desk.turns(0, 3)
        outcome = desk.practice.finish()
        last = desk.lines[-1]
        assert last["event"] == "end"
        assert (last["flags"], last["frames"]) == (len(outcome.flags), 600) == (1, 600)

    def test_a_session_lasts_as_long_as_asked_even_without_a_frame(self) -> None:
        desk = Desk()
        desk.practice.run(duration_s=2.0)
        assert desk.clock.now_s() == pytest.approx(2.0, abs=0.06)
        assert desk.pipeline.outcome.steps == []

    def test_somebody_may_stop_it(self) -> None:
        desk = Desk()
        desk.practice.run(stopped=lambda: desk.clock.now_s() > 0.4)
        assert desk.told("end")

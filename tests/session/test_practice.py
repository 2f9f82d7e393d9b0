from __future__ import annotations

from dataclasses import dataclass, field, replace
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
from rig.session.replay import replay
from rig.technique.loading import load_routine
from rig.technique.timeline import Mark
from tests.session.hands import PAD, cut, header, session
from tests.technique.script import Script

if TYPE_CHECKING:
    from pathlib import Path

    from rig.analysis.contacts import Touches
    from rig.analysis.findings import Findings
    from rig.session.events import Event

ROUTINE = load_routine("relieving", PAD)
FREE = np.zeros(PAD.n_channels, np.int32)


def test_time_that_goes_back_is_refused() -> None:
    pipeline = Pipeline(PAD, NominalConversion(PAD), ROUTINE)
    pipeline.push(quiet(0, 100_000))
    with pytest.raises(InputError, match=r"time goes back from 0\.095 s to 0\.050 s"):
        pipeline.push(quiet(50_000, 200_000))


def quiet(t0_us: int, t1_us: int, step_us: int = 5_000) -> Block:
    t_us = np.arange(t0_us, t1_us, step_us, dtype=np.int64)
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


class TestReplay:
    def test_each_slice_comes_when_it_is_due(self) -> None:
        clock, block = ManualClock(100.0), session(1, False)[:800]
        pipeline = Pipeline(PAD, NominalConversion(PAD))
        seen: list[tuple[float, int]] = []

        def stopped() -> bool:
            seen.append((clock.now_s(), pipeline.t_us))
            return False

        replay([block], pipeline, lambda _: None, clock, speed=2.0, stopped=stopped)
        assert clock.now_s() == pytest.approx(100.0 + 3.995 / 2)
        late = [now_s - 100.0 - t_us / 2e6 for now_s, t_us in seen]
        assert max(late) <= 0.011
        assert min(late) >= -1e-9

    def test_a_slow_computer_does_not_add_up(self) -> None:
        class Slow(ManualClock):
            def wait_s(self, seconds: float) -> None:
                super().wait_s(seconds + 0.004)

        clock = Slow()
        replay([session(1, False)[:800]], Pipeline(PAD, NominalConversion(PAD)), lambda _: None, clock)
        assert clock.now_s() == pytest.approx(3.995, abs=0.02)

    def test_as_fast_as_it_goes(self) -> None:
        clock = ManualClock()
        replay([session(1, False)], Pipeline(PAD, NominalConversion(PAD)), lambda _: None, clock, speed=float("inf"))
        assert clock.now_s() == 0.0

    def test_a_stop_judges_what_was_seen(self) -> None:
        pipeline = Pipeline(PAD, NominalConversion(PAD))
        lines: list[Event] = []
        replay([session(1, False)], pipeline, lines.append, ManualClock(), stopped=lambda: pipeline.t_us > 5_000_000)
        assert lines[-1].kind == "end"
        assert pipeline.outcome.duration_s == pytest.approx(5.0, abs=0.1)

    @pytest.mark.parametrize("speed", [0.0, -1.0, float("nan")])
    def test_no_speed_is_refused(self, speed: float) -> None:
        with pytest.raises(ValueError, match="more than 0"):
            replay([], Pipeline(PAD, NominalConversion(PAD)), lambda _: None, ManualClock(), speed=speed)


class TestBatch:
    @staticmethod
    def marked(folder: Path, step: str) -> Recording:
        path = folder / "a.mcap"
        with RecordingWriter(path, header()) as writer:
            for block in cut(session(1, False), range(0, 6000, 100)):
                writer.write(block)
            writer.event(0, "step", {"step": step})
        return Recording.open(path)

    @pytest.fixture
    def recording(self, tmp_path: Path) -> Recording:
        return self.marked(tmp_path, "relieving.1")

    @pytest.mark.parametrize("step", ["warming up", "relieving.99", "mine.1"])
    def test_without_a_routine_only_what_all_documents_agree_on(self, tmp_path: Path, step: str) -> None:
        outcome = analyse(self.marked(tmp_path, step))
        assert {flag.kind for flag in outcome.flags} == {"spine-pressure"}
        assert outcome.steps == []
        assert outcome.score is None

    def test_marks_that_speak_of_a_built_in_routine_name_it(self, recording: Recording) -> None:
        assert analyse(recording).steps == analyse(recording, ROUTINE).steps != []

    def test_the_recorded_marks_with_a_routine_given(self, recording: Recording) -> None:
        outcome = analyse(recording, ROUTINE)
        assert [step.id for step in outcome.steps] == ["relieving.1"]
        assert {flag.kind for flag in outcome.flags} == {"spine-pressure", "too-fast"}

    def test_one_step_for_the_whole_recording(self, recording: Recording) -> None:
        outcome = analyse(recording, ROUTINE, step="relieving.12")
        assert [step.id for step in outcome.steps] == ["relieving.12"]

    def test_a_level(self, recording: Recording) -> None:
        strict = analyse(recording, ROUTINE, "strict")
        assert strict.level == "strict"

    def test_a_step_without_a_routine_says_what_is_missing(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match=r"step 'relieving.1' says nothing without a routine"):
            analyse(self.marked(tmp_path, "mine.1"), step="relieving.1")

    def test_marks_of_another_routine_are_named(self, recording: Recording) -> None:
        with pytest.raises(InputError, match=r"a\.mcap: routine 'reflex' has no step 'relieving\.1'"):
            analyse(recording, load_routine("reflex", PAD))

    def test_times_that_do_not_begin_at_zero(self, tmp_path: Path) -> None:
        block = session(1, False)
        later = replace(block, t_us=block.t_us + 100_000_000)
        with RecordingWriter(tmp_path / "l.mcap", header()) as writer:
            writer.write(later)
        outcome = analyse(Recording.open(tmp_path / "l.mcap"), ROUTINE, step="relieving.1")
        (step,) = outcome.steps
        assert (step.t0, step.t1) == (100.0, 129.995)
        assert outcome.duration_s == pytest.approx(29.995)
        assert all(flag.t0 > 100 for flag in outcome.flags)

    def test_an_empty_recording(self, tmp_path: Path) -> None:
        RecordingWriter(tmp_path / "e.mcap", header()).close()
        outcome = analyse(Recording.open(tmp_path / "e.mcap"), ROUTINE, step="relieving.1")
        assert (outcome.flags, outcome.strokes, outcome.contacts_s, outcome.score) == ([], [], 0, None)

"""A whole practice on a virtual board over its line, unplugged in the middle of pressure on the spine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pytest

from rig.calibration.nominal import NominalConversion
from rig.calibration.press_recording import load_readings
from rig.clock import ManualClock
from rig.device.device import Device
from rig.recording.reader import Recording
from rig.recording.writer import RecordingWriter
from rig.report.report import build_report, report_json
from rig.session.batch import analyse
from rig.session.pipeline import Pipeline
from rig.session.practice import Practice
from rig.technique.routine.loading import load_routine, routine_text, standalone_text
from rig.technique.timeline import Mark
from rig.virtual.board import VirtualBoard
from rig.virtual.board_state import BoardModel
from rig.virtual.load_cell import VirtualLoadCell
from rig.virtual.port import VirtualPort
from tests.session.hands import PAD, RATE_HZ, header, session

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

ROUTINE = load_routine("relieving", PAD)
STARTS_S = 18.0
"""Shortly before the thumb comes down on the line (21 s to 24.4 s of the scene)."""


def counts_at(t_us: NDArray[np.int64]) -> NDArray[np.uint16]:
    counts = session(1, False).counts
    rows = np.rint(t_us * (RATE_HZ / 1e6) + STARTS_S * RATE_HZ).astype(np.int64)
    return np.asarray(counts[np.clip(rows, 0, len(counts) - 1)], np.uint16)


@pytest.fixture(scope="module")
def practised(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]], bytes]:
    path = tmp_path_factory.mktemp("board") / "session.mcap"
    clock = ManualClock(1000.0)
    board = VirtualBoard(BoardModel.of(PAD, "pad-a"), counts_at, seed=0, now_s=clock.now_s())
    board.load_cell = VirtualLoadCell(lambda t_us: t_us)
    port = VirtualPort(board, clock, resets=False)
    device = Device(port.open, PAD, clock)
    device.connect()
    device.start()
    kept = header(routine=standalone_text(routine_text("relieving")[0], ROUTINE))
    lines: list[dict[str, Any]] = []
    pipeline = Pipeline(PAD, NominalConversion(PAD), ROUTINE, None, [Mark(0, "relieving.1")])
    practice = Practice(device, pipeline, lines.append, clock, RecordingWriter(path, kept))

    def until(condition: Any) -> None:
        for _ in range(20_000):
            if condition():
                return
            practice.turn()
        raise AssertionError("it did not come to that")

    until(lambda: any(line["event"] == "flag" and line["kind"] == "spine-pressure" for line in lines))
    port.unplug()
    until(lambda: lines[-1]["event"] == "link" and lines[-1]["state"] == "lost")
    clock.advance(0.3)
    port.plug(board)
    until(lambda: any(line["event"] == "link" and line["what"] == "back" for line in lines))
    end_s = clock.now_s() + 4.0
    until(lambda: clock.now_s() >= end_s)
    outcome = practice.finish()
    device.close()
    return path, lines, msgspec.json.encode(outcome)


def test_the_pressure_is_told_in_time(practised: tuple[Path, list[dict[str, Any]], bytes]) -> None:
    flag = next(line for line in practised[1] if line["event"] == "flag")
    assert flag["kind"] == "spine-pressure"
    assert flag["t"] - flag["t0"] <= 0.2
    # On this clock a poll waits for bytes and the code itself takes no time.
    assert 0 <= flag["emitted"] - flag["received"] <= 0.001


def test_the_unplug_is_a_gap_in_the_same_session(practised: tuple[Path, list[dict[str, Any]], bytes]) -> None:
    path, lines, _ = practised
    assert [line["what"] for line in lines if line["event"] == "link"] == ["up", "lost", "back"]
    gaps = [line for line in lines if line["event"] == "flag" and line["kind"] == "signal-gap"]
    assert len(gaps) == 1
    recording = Recording.open(path)
    assert recording.closed
    assert recording.lost_frames > 0
    (gap,) = [g for g in recording.gaps() if g.t1_us - g.t0_us > 100_000]
    assert (gap.t0_us / 1e6, gap.t1_us / 1e6) == pytest.approx((gaps[0]["t0"], gaps[0]["t1"]), abs=0.011)


def test_nothing_is_judged_within_the_gap(practised: tuple[Path, list[dict[str, Any]], bytes]) -> None:
    lines = practised[1]
    gap = next(line for line in lines if line["event"] == "flag-end" and line["kind"] == "signal-gap")
    ended = [line for line in lines if line["event"] == "flag-end" and line["kind"] == "spine-pressure"]
    assert ended
    for flag in ended:
        assert flag["t1"] <= gap["t0"] + 0.02 or flag["t0"] >= gap["t1"] - 0.02


def test_its_recording_says_the_same_to_the_bit(practised: tuple[Path, list[dict[str, Any]], bytes]) -> None:
    path, _, live = practised
    recording = Recording.open(path)
    outcome = analyse(recording)
    assert msgspec.json.encode(outcome) == live
    assert b'"rig.report/1"' in report_json(build_report(recording, outcome))


def test_its_recording_keeps_what_the_device_counted(practised: tuple[Path, list[dict[str, Any]], bytes]) -> None:
    path, _, _ = practised
    kept = list(Recording.open(path).metrics())
    assert kept[-1].values["reconnects"] == 1
    assert kept[-1].values["frames"] == Recording.open(path).frames
    assert kept[-1].values["damaged_packets"] == 0


def test_its_recording_keeps_what_the_load_cell_read(
    practised: tuple[Path, list[dict[str, Any]], bytes],
) -> None:
    recording = Recording.open(practised[0])
    t_us, raw = load_readings(recording)
    assert len(t_us) > 60 * (recording.duration_s - sum(gap.t1_us - gap.t0_us for gap in recording.gaps()) / 1e6)
    assert np.abs(raw - t_us).max() < 50_000  # the cell tells the time; across the unplug it goes by the clock fit


def test_a_board_that_is_gone_for_good_leaves_a_gap_to_the_end(tmp_path: Path) -> None:
    path = tmp_path / "gone.mcap"
    clock = ManualClock(1000.0)
    port = VirtualPort(VirtualBoard(BoardModel.of(PAD, "pad-a"), counts_at, seed=0, now_s=1000.0), clock, resets=False)
    device = Device(port.open, PAD, clock)
    device.connect()
    device.start()
    lines: list[dict[str, Any]] = []
    pipeline = Pipeline(PAD, NominalConversion(PAD), ROUTINE, None, [Mark(0, "relieving.1")])
    kept = header(routine=standalone_text(routine_text("relieving")[0], ROUTINE))
    practice = Practice(device, pipeline, lines.append, clock, RecordingWriter(path, kept))
    for until_s, unplugs in ((1003.0, True), (1008.0, False)):
        while clock.now_s() < until_s:
            practice.turn()
        if unplugs:
            port.unplug()
    live = practice.finish()
    device.close()

    assert live.duration_s == pytest.approx(8.0, abs=0.2)
    assert live.unseen is not None
    assert live.unseen.lost_frames == pytest.approx(5.0 * 259.9, abs=60)
    (gap,) = [flag for flag in live.flags if flag.kind == "signal-gap"]
    assert (gap.t0, gap.t1) == (live.unseen.t0, live.unseen.t1) == pytest.approx((2.9, 7.9), abs=0.2)
    assert [line["kind"] for line in lines if line["event"] == "flag"][-1] == "signal-gap"
    assert lines[-1]["lost_frames"] == live.unseen.lost_frames
    assert lines[-1]["t"] == live.unseen.t1
    recording = Recording.open(path)
    outcome = analyse(recording)
    assert msgspec.json.encode(outcome) == msgspec.json.encode(live)
    report = build_report(recording, outcome)
    assert report.recording.gaps[-1].t1 == live.unseen.t1
    assert report.recording.duration_s == pytest.approx(live.duration_s, abs=1e-6)
    assert report.recording.lost_frames == live.unseen.lost_frames
    assert "did not come back" in report.warnings[-2]

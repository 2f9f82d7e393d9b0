from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TypeVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig.frame import Frame, Status
from rig.transport.faults import ByteFaults, FaultRates
from rig.virtual.board import SELF_TEST_S, WATCHDOG_S, VirtualBoard
from rig.virtual.board_state import BoardModel
from rig.wire.codec import encode
from rig.wire.decoded import Damage
from rig.wire.decoder import FrameDecoder
from rig.wire.packets import (
    Ability,
    AskHello,
    AskStatus,
    Command,
    Cue,
    CueKind,
    ForeignHello,
    Hello,
    Reply,
    ResetCause,
    Result,
    RunSelfTest,
    SelfTest,
    SetBaud,
    SetPadId,
    SetRate,
    Start,
    StatusReport,
    Stop,
)
from tests.device.bench import PAD, ramp

MODEL = BoardModel.of(PAD, "pad-a")

T = TypeVar("T")


class Host:
    """The other end: a decoder, and a clock that moves in small steps."""

    def __init__(self, model: BoardModel = MODEL, *, seed: int = 0) -> None:
        self.board = VirtualBoard(model, ramp, seed=seed)
        self.decoder = FrameDecoder()
        self.now_s = 0.0
        self.heard: list[object] = []

    def run(self, seconds: float) -> list[object]:
        new: list[object] = []
        end_s = self.now_s + seconds
        while self.now_s < end_s - 1e-9:
            self.now_s += 0.01
            new += self.decoder.feed(self.board.step(self.now_s))
        self.heard += new
        return new

    def ask(self, command: Command, wait_s: float = 0.02) -> list[object]:
        self.board.feed(encode(command))
        return self.run(wait_s)


def only(items: list[object], kind: type[T], such: Callable[[T], bool] = lambda _: True) -> list[T]:
    return [item for item in items if isinstance(item, kind) and such(item)]


@pytest.fixture
def host() -> Host:
    booted = Host()
    booted.run(0.2)
    return booted


def test_it_boots_with_one_hello_and_is_silent_until_it_is_started() -> None:
    host = Host()

    (hello,) = only(host.run(3.0), Hello)

    assert len(host.heard) == 1
    assert (hello.channels, hello.adc_bits, hello.muxes, hello.pad_id) == (144, 10, 9, "pad-a")
    assert hello.reset_cause == ResetCause.POWER_ON
    assert hello.flags & Ability.PAD_ID
    assert not hello.flags & Ability.STREAMING
    assert hello.tick_hz / hello.frame_ticks == pytest.approx(259.875, abs=0.01), (
        "FIRMWARE.md: 259.9 frames/s at /32 and 500 k"
    )


def test_frames_carry_the_scan_of_their_own_ticks(host: Host) -> None:
    host.ask(Start(1))
    frames = only(host.run(2.0), Frame)

    assert len(frames) == pytest.approx(2.0 * 259.875, abs=3)
    assert [f.seq for f in only(host.heard, Frame)] == list(range(frames[-1].seq + 1))
    assert set(np.diff([f.ticks for f in frames]).tolist()) == {148 * 416}
    first = only(host.heard, Frame)[0]
    for frame in frames[::50]:
        t_us = round((frame.ticks - first.ticks) / 16)
        assert frame.counts == tuple(ramp(np.array([t_us]))[0].tolist())


@given(cuts=st.lists(st.floats(0.0005, 0.2), min_size=1, max_size=30))
def test_what_is_sent_does_not_depend_on_how_often_it_is_stepped(cuts: list[float]) -> None:
    one, many = VirtualBoard(MODEL, ramp), VirtualBoard(MODEL, ramp)
    for board in (one, many):
        board.step(0.2)
        board.feed(encode(Start(7)))
    first = one.step(0.25), many.step(0.25)
    now_s = 0.25
    pieces = b""
    for cut in cuts:
        now_s += cut
        pieces += many.step(now_s)

    assert first[0] == first[1]
    assert one.step(now_s) == pieces


def test_a_status_comes_every_256_scans_and_on_request(host: Host) -> None:
    host.ask(Start(1))
    reports = only(host.run(2.1), StatusReport)
    (asked,) = only(host.ask(AskStatus(2), 0.01), StatusReport)

    assert [r.scans for r in reports] == [256, 512]
    assert asked.sent == asked.scans == len(only(host.heard, Frame))
    assert asked.bandgap == round(1.1 / 5 * 1023)


def test_start_restarts_the_sequence_and_the_ticks_go_on(host: Host) -> None:
    host.ask(Start(1))
    before = only(host.run(0.5), Frame)
    (stopped,) = only(host.ask(Stop(2)), Reply)
    assert (stopped.tag, stopped.result) == (2, Result.DONE)
    assert not only(host.run(0.5), Frame)
    host.ask(Start(3))
    after = only(host.run(0.1), Frame)

    assert after[0].seq < 20
    assert after[0].ticks > before[-1].ticks + 8_000_000


@pytest.mark.parametrize(
    ("command", "result"),
    [
        (SetRate(9, 16, 4), Result.DONE),
        (SetRate(9, 17, 4), Result.OUT_OF_RANGE),
        (SetBaud(9, 1_000_000), Result.DONE),
        (SetBaud(9, 12_345), Result.OUT_OF_RANGE),
        (SetPadId(9, "new"), Result.DONE),
        (Cue(9, CueKind.SPINE_ALARM, 5_000), Result.DONE),
        (Cue(9, CueKind.SPINE_ALARM, 5_001), Result.OUT_OF_RANGE),
        (Cue(9, 4, 10), Result.OUT_OF_RANGE),
    ],
)
def test_each_command_is_answered(host: Host, command: Command, result: Result) -> None:
    assert only(host.ask(command), Reply) == [Reply(9, command.TYPE, result)]


@pytest.mark.parametrize("command", [SetRate(5, 16, 4), SetBaud(5, 1_000_000), SetPadId(5, "x"), RunSelfTest(5)])
def test_what_disturbs_a_stream_is_refused_while_streaming(host: Host, command: Command) -> None:
    host.ask(Start(1))

    assert only(host.ask(command), Reply) == [Reply(5, command.TYPE, Result.NOT_WHILE_STREAMING)]


def test_the_rate_is_never_more_than_the_line_can_carry(host: Host) -> None:
    host.ask(SetRate(1, 16, 0))
    (slow,) = only(host.ask(AskHello(2)), Hello)
    host.ask(SetBaud(3, 1_000_000))
    host.ask(SetRate(4, 16, 0))
    (fast,) = only(host.ask(AskHello(5)), Hello)

    assert slow.frame_ticks / slow.tick_hz >= 192 * 10 / 500_000
    assert fast.tick_hz / fast.frame_ticks == pytest.approx(519.75, abs=0.01), "FIRMWARE.md: at /16 and 1 M"


def test_a_new_baud_falls_back_after_a_second_unless_a_command_confirms_it(host: Host) -> None:
    host.ask(SetBaud(1, 1_000_000))
    assert host.board.baud == 1_000_000
    host.run(1.1)
    assert host.board.baud == 500_000

    host.ask(SetBaud(2, 1_000_000))
    host.ask(AskHello(3))
    host.run(2.0)
    assert host.board.baud == 1_000_000


def test_the_self_test_takes_its_time_and_nothing_else_is_heard_meanwhile(host: Host) -> None:
    assert not host.ask(RunSelfTest(8), SELF_TEST_S / 2)
    host.ask(AskHello(9))
    (answer,) = only(host.run(SELF_TEST_S), SelfTest)
    (status,) = only(host.ask(AskStatus(1)), StatusReport)

    assert (answer.tag, answer.failed, answer.supply_mv) == (8, 0, 5000)
    assert status.rx_overflow == 1
    assert len(only(host.heard, Hello)) == 1


def test_damaged_commands_are_counted_and_reported(host: Host) -> None:
    host.ask(Start(1))
    host.board.feed(b"\x05abc\x00")
    frames = only(host.run(0.1), Frame)
    (status,) = only(host.ask(AskStatus(1)), StatusReport)

    assert status.rx_damaged == 1
    assert sum(bool(f.status & Status.COMMAND_LOST) for f in frames) == 1


def test_a_cue_shows_in_the_frames_for_as_long_as_it_sounds(host: Host) -> None:
    host.ask(Start(1))
    host.ask(Cue(2, CueKind.TICK, 200), 0.01)
    cued = [f for f in only(host.run(1.0), Frame) if f.status & Status.CUE]

    assert len(cued) == pytest.approx(0.2 * 259.875, abs=5)
    assert [cue.kind for _, cue in host.board.cues] == [CueKind.TICK]


def test_a_hang_is_silence_and_then_a_hello_that_says_so(host: Host) -> None:
    host.ask(Start(1))
    host.board.hang(host.now_s)
    assert not host.run(WATCHDOG_S - 0.02)
    (hello,) = only(host.run(0.5), Hello)
    (status,) = only(host.ask(AskStatus(1)), StatusReport)

    assert hello.reset_cause == ResetCause.WATCHDOG | ResetCause.HANG
    assert not hello.flags & Ability.STREAMING
    assert status.resets == 1


def test_the_pad_id_outlives_a_reset_and_the_hands_go_on(host: Host) -> None:
    host.ask(SetPadId(1, "pad-b"))
    host.ask(Start(2))
    host.run(0.3)
    host.board.reset(host.now_s)
    (hello,) = only(host.run(0.4), Hello)
    host.ask(Start(3))
    frame = only(host.run(0.1), Frame)[0]

    assert (hello.pad_id, hello.reset_cause) == ("pad-b", ResetCause.EXTERNAL)
    assert frame.counts[0] == pytest.approx(0.72e3, abs=25), (
        "the counts say the time since the first start, not since this one"
    )


def test_skew_and_wrap_around_of_the_device_clock() -> None:
    host = Host(dataclasses.replace(MODEL, skew=1e-3, first_ticks=2**32 - 16_000_000))
    host.run(0.2)
    host.ask(Start(1))
    frames = only(host.run(2.0), Frame)

    steps = np.diff(np.array([f.ticks for f in frames], np.uint32))
    assert set(steps.tolist()) == {148 * 416}
    assert frames[-1].ticks < frames[0].ticks
    assert len(frames) == pytest.approx(2.0 * 259.875 / 1.001, abs=3)


def test_another_version_and_another_size_are_announced() -> None:
    assert only(Host(dataclasses.replace(MODEL, protocol=2)).run(0.2), ForeignHello)[0].protocol == 2
    assert only(Host(dataclasses.replace(MODEL, channels=96)).run(0.2), Hello)[0].channels == 96


@pytest.mark.parametrize("seed", range(3))
def test_line_faults_cost_frames_and_never_forge_one(seed: int) -> None:
    host = Host(seed=seed)
    host.run(0.2)
    host.ask(Start(1))
    host.board.fault = ByteFaults(FaultRates(flip=2e-4, drop=2e-4, double=2e-4, noise=2e-4), seed)
    items = host.run(3.0)

    frames = only(items, Frame)
    assert only(items, Damage)
    assert len(frames) > 0.7 * 3 * 259
    first = only(host.heard, Frame)[0]
    assert all(f.counts == tuple(ramp(np.array([round((f.ticks - first.ticks) / 16)]))[0].tolist()) for f in frames)


def test_scans_that_the_line_had_no_room_for_leave_a_hole_in_the_sequence(host: Host) -> None:
    host.ask(Start(1))
    host.board.skip = 0.1
    frames = only(host.run(2.0), Frame)
    (status,) = only(host.ask(AskStatus(1)), StatusReport)

    holes = np.diff([f.seq for f in frames]) - 1
    assert 0 < holes.sum() <= status.overruns
    assert [bool(f.status & Status.OVERRUN) for f in frames[1:]] == (holes > 0).tolist()
    assert status.scans - status.sent == status.overruns


def test_a_host_at_another_baud_hears_only_garbage() -> None:
    host = Host()
    host.board.host_baud = 115_200
    items = host.run(0.3)
    host.board.feed(encode(AskHello(1)))
    items += host.run(0.3)

    assert not only(items, Hello)

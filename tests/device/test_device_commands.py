"""What a host asks of a board: commands and cues, pace, start and stop."""

from __future__ import annotations

import numpy as np
import pytest

from rig.device.device import Device
from rig.device.launch import WantedPace
from rig.errors import InputError, LinkError, ProtocolError
from rig.wire.packets import AskStatus, CueKind, Reply, RunSelfTest, SelfTest, SetPadId, SetRate, StatusReport
from tests.device.bench import PAD, Bench, assert_true_to_time, kinds


def test_a_command_is_answered_while_frames_flow(bench: Bench) -> None:
    bench.run(0.5)
    report = bench.device.command(AskStatus(0))
    bench.run(0.5)

    assert isinstance(report, StatusReport)
    assert_true_to_time(bench.whole)
    assert not bench.whole.lost.any(), "the frames that came while waiting were kept"


def test_commands_before_the_start() -> None:
    bench = Bench()
    bench.device.connect()

    assert isinstance(bench.device.command(SetPadId(0, "pad-x")), Reply)
    test = bench.device.command(RunSelfTest(0))
    assert isinstance(test, SelfTest)
    assert test.failed == 0
    with pytest.raises(ProtocolError, match="refused 'set rate': a value is out of range"):
        bench.device.command(SetRate(0, 17, 0))
    with pytest.raises(InputError, match="pad_id"):
        bench.device.command(SetPadId(0, "a name that is too long"))


@pytest.mark.parametrize("by_hand", [False, True])
def test_a_new_rate_is_the_frame_time_from_then_on(by_hand: bool) -> None:
    bench = Bench()
    bench.device.connect()
    bench.device.command(SetRate(0, 32, 8))
    if by_hand:
        bench.run(0.1)
    bench.device.start()
    bench.run(1.0)

    assert bench.device.hello is not None
    assert bench.device.hello.frame_ticks * 1e6 / bench.device.hello.tick_hz == 152 * 26
    assert set(np.diff(bench.whole.t_us).tolist()) == {152 * 26}
    assert not bench.whole.lost.any()


def test_a_refused_command_says_why(bench: Bench) -> None:
    bench.run(0.1)

    with pytest.raises(ProtocolError, match="refused 'set rate': not while it streams"):
        bench.device.command(SetRate(0, 16, 4))


def test_a_command_without_an_answer_fails_in_time(bench: Bench) -> None:
    bench.run(0.1)
    bench.board.fault = lambda data: b""
    asked_s = bench.clock.now_s()

    with pytest.raises(LinkError, match="did not answer 'ask status' in time"):
        bench.device.command(AskStatus(0))

    assert bench.clock.now_s() - asked_s < 0.4


def test_a_command_on_a_lost_link_fails_at_once(bench: Bench) -> None:
    bench.run(0.1)
    bench.port.unplug()

    with pytest.raises(LinkError, match="unplugged"):
        bench.device.command(AskStatus(0))
    with pytest.raises(LinkError, match="no link"):
        bench.device.command(AskStatus(0))


def test_cues_never_wait_and_only_the_newest_counts(bench: Bench) -> None:
    bench.run(0.1)
    asked_s = bench.clock.now_s()
    bench.device.cue(CueKind.TICK, 30)
    bench.device.cue(CueKind.SPINE_ALARM, 200)
    assert bench.clock.now_s() == asked_s
    bench.run(0.1)
    bench.port.unplug()
    bench.device.cue(CueKind.SPINE_ALARM, 200)

    ((obeyed_s, cue),) = bench.board.cues
    assert cue.kind == CueKind.SPINE_ALARM
    assert obeyed_s - asked_s < 0.01, "it goes out with the next poll"


def test_the_wanted_pace_is_set_again_after_each_reset() -> None:
    bench = Bench()
    bench.device = Device(bench.port.open, PAD, bench.clock, WantedPace(prescaler=16, extra=4, baud=1_000_000))
    bench.device.connect()
    bench.device.start()
    bench.run(1.0)
    assert set(np.diff(bench.whole.t_us).tolist()) == {1924}
    bench.board.hang(bench.clock.now_s())
    bench.run(2.5)

    assert set(np.diff(bench.whole.t_us)[-100:].tolist()) == {1924}, "148 conversions of 13 us"
    assert kinds(bench) == ["up", "lost", "reset", "back"]
    assert bench.device.counters.reconnects == 0, "the board is found at its boot rate without opening the port anew"


def test_stopping_and_starting_again_goes_on_in_session_time(bench: Bench) -> None:
    bench.run(1.0)
    bench.device.stop()
    assert len(bench.run(2.0)) < 5
    bench.device.start()
    bench.run(1.0)

    block = bench.whole
    assert (np.diff(block.t_us) > 0).all()
    assert block.t_us[-1] == pytest.approx(4e6, abs=0.1e6)
    assert np.count_nonzero(block.lost) == 1


def test_closing_stops_the_board_and_ends_the_blocks(bench: Bench) -> None:
    for n, _ in enumerate(bench.device.blocks()):
        if n == 5:
            bench.device.close()

    assert n == 5
    bench.board.step(bench.clock.now_s())
    assert not bench.board.streaming


def test_a_pace_that_the_board_refuses_is_the_users_to_mend() -> None:
    bench = Bench()
    bench.device = Device(bench.port.open, PAD, bench.clock, WantedPace(baud=12_345))
    bench.device.connect()
    bench.device.start()

    with pytest.raises(ProtocolError, match="refused 'set baud': a value is out of range"):
        bench.run(0.5)


def test_a_start_that_is_lost_on_the_line_is_sent_again() -> None:
    bench = Bench()
    bench.device.connect()
    bench.board.fault = lambda data: b""
    bench.device.start()
    bench.run(0.4)
    bench.board.fault = None
    bench.run(0.6)

    assert kinds(bench) == ["up"]
    assert bench.whole.t_us[0] == 0
    assert not bench.whole.lost.any()

"""Each command of PROTOCOL.md, and each way in which one can be wrong, on the real firmware."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firmware.sim.boards import ATMEGA328P, CYCLES_PER_S
from firmware.sim.peer import Peer
from rig.errors import OperationError
from rig.frame import Status
from rig.wire.codec import encode, seal
from rig.wire.packets import (
    Ability,
    Command,
    Hello,
    Reply,
    Result,
    RunSelfTest,
    SelfTest,
    SetBaud,
    SetPadId,
    SetRate,
    Start,
    Stop,
)

if TYPE_CHECKING:
    from firmware.sim.simboard import SimBoard

pytestmark = pytest.mark.firmware
HELLO_TYPE, HOST_UNKNOWN = 0x81, 0x8A


def _streaming(peer: Peer) -> bool:
    peer.take()
    peer.run_s(0.02)
    return peer.take().frames() is not None


def _refused(peer: Peer, command: Command) -> Result:
    tag = command.tag
    reply = peer.order(command)
    assert (reply.tag, reply.command) == (tag, command.TYPE)
    return Result(reply.result)


def test_a_board_says_hello_once_and_is_silent(sim: SimBoard) -> None:
    peer = Peer(sim)
    peer.run_s(1.0)
    heard = peer.take()
    assert [type(got.packet) for got in heard.decoded.packets] == [Hello]
    assert heard.frames() is None
    assert heard.decoded.damage == ()
    hello = heard.packets(Hello)[0]
    small = sim.board is ATMEGA328P
    assert (hello.protocol, hello.board, hello.adc_bits) == (1, 2 if small else 1, 10)
    assert (hello.channels, hello.muxes) == (sim.board.channels, sim.board.muxes)
    assert (hello.prescaler, hello.baud) == (32, 500_000)
    assert hello.slot_ticks * CYCLES_PER_S == 13 * 32 * hello.tick_hz
    assert hello.frame_ticks == (hello.channels + hello.extra) * hello.slot_ticks
    assert hello.reset_cause == 1
    assert hello.flags & (Ability.BUZZER | Ability.LIGHT) == Ability.BUZZER | Ability.LIGHT
    assert not hello.flags & (Ability.STREAMING | Ability.PAD_ID)
    assert hello.pad_id == ""


def test_hello_says_what_the_board_does(peer: Peer) -> None:
    assert not peer.hello().flags & Ability.STREAMING
    peer.start()
    assert peer.hello().flags & Ability.STREAMING


def test_a_reset_clears_the_line_before_its_hello(peer: Peer) -> None:
    peer.start()
    peer.run_s(0.0531)  # into the middle of a frame
    peer.sim.reset()
    hello = peer.listen(Hello)
    assert hello.reset_cause == 2
    assert len(peer.take().decoded.damage) <= 1, "at most the frame that was cut"


def test_start_counts_from_zero_and_the_clock_goes_on(peer: Peer) -> None:
    ticks = -1
    for _ in range(2):
        peer.start()
        peer.run_s(0.1)
        frames = peer.take().frames()
        assert frames is not None
        assert frames.seq.tolist() == list(range(len(frames)))
        assert frames.ticks[0] > ticks
        ticks = int(frames.ticks[-1])
        assert peer.status().scans == pytest.approx(len(frames), abs=4)
        assert peer.order(Stop(peer.next_tag())).result == Result.DONE
        assert not _streaming(peer)


def test_stop_ends_after_a_whole_frame(peer: Peer) -> None:
    for wait in (0.05, 0.0513, 0.0528):
        peer.start()
        peer.run_s(wait)
        peer.order(Stop(peer.next_tag()))
        peer.run_s(0.05)
        assert peer.take().decoded.damage == ()
        assert peer.decoder.pending == 0


@pytest.mark.parametrize(
    "command",
    [SetRate(9, 32, 2), SetBaud(9, 1_000_000), SetPadId(9, "x"), RunSelfTest(9)],
    ids=lambda command: type(command).__name__,
)
def test_some_commands_are_refused_while_streaming(peer: Peer, command: Command) -> None:
    peer.start()
    assert _refused(peer, command) is Result.NOT_WHILE_STREAMING
    assert _streaming(peer)
    assert not peer.take().packets(SelfTest)


def test_starting_twice_and_stopping_twice_is_answered(peer: Peer) -> None:
    for kind in (Start, Start, Stop, Stop):
        assert peer.order(kind(peer.next_tag())).result == Result.DONE


def test_an_unknown_command_is_said_to_be_one(peer: Peer) -> None:
    peer.sim.send(seal(bytes([HOST_UNKNOWN, 77])))
    reply = peer.listen(Reply)
    assert (reply.tag, reply.command, reply.result) == (77, HOST_UNKNOWN, Result.UNKNOWN_COMMAND)


@pytest.mark.parametrize(
    "packet",
    [
        seal(bytes([HELLO_TYPE, 1, 2])),  # too long for a hello
        seal(bytes([HELLO_TYPE])),
        seal(bytes([0x84, 1, 32])),  # too short for a rate
        encode(Start(1))[:-2] + b"\x77\0",  # a wrong check sum
        b"\x09\x81\x01\0",  # a COBS code beyond the end
        seal(bytes([0x01, 0, 0, 0])),  # a board's packet
    ],
)
def test_a_damaged_command_is_counted_and_nothing_else(peer: Peer, packet: bytes) -> None:
    peer.sim.send(packet)
    peer.run_s(0.3)
    assert peer.take().decoded.packets == ()
    assert peer.status().rx_damaged == 1
    assert peer.hello().protocol == 1


def test_a_framing_error_damages_the_command_it_is_in(peer: Peer) -> None:
    packet = encode(Start(1))
    peer.sim.send(packet[:2])
    peer.sim.send(packet[2:3], broken=True)
    peer.sim.send(packet[3:])
    peer.run_s(0.1)
    assert peer.take().decoded.packets == ()
    assert peer.status().rx_damaged >= 1


def test_a_command_that_is_too_long_is_counted(peer: Peer) -> None:
    peer.sim.send(seal(bytes([HELLO_TYPE, 1] + [7] * 100)))
    peer.run_s(0.1)
    assert peer.take().decoded.packets == ()
    assert peer.status().rx_overflow == 1


def test_commands_that_come_too_fast_are_answered_or_counted(peer: Peer) -> None:
    peer.sim.send(encode(Start(1)) + encode(Stop(2)) + encode(Start(3)) + encode(Stop(4)))
    peer.run_s(0.2)
    answers = peer.take().packets(Reply)
    assert answers
    assert answers[0].tag == 1
    assert len(answers) + peer.status().rx_overflow == 4


def test_a_lost_command_shows_in_the_next_frame(peer: Peer) -> None:
    peer.start()
    peer.run_s(0.05)
    peer.take()
    peer.sim.send(b"\x05\x81\x01\0")
    peer.run_s(0.1)
    frames = peer.take().frames()
    assert frames is not None
    assert int((frames.status & Status.COMMAND_LOST != 0).sum()) == 1


def test_zeros_and_silence_mean_nothing(peer: Peer) -> None:
    peer.sim.send(bytes(50))
    peer.run_s(0.1)
    report = peer.status()
    assert (report.rx_damaged, report.rx_overflow) == (0, 0)


def test_a_board_that_nobody_answers_keeps_its_word(peer: Peer) -> None:
    with pytest.raises(OperationError, match="no Reply within"):
        peer.listen(Reply, 0.05)

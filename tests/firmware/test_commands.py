"""Each command of PROTOCOL.md, and each way in which one can be wrong, on the real firmware."""

from __future__ import annotations

import pytest

from firmware.sim.boards import ATMEGA328P, CYCLES_PER_S
from firmware.sim.peer import Peer
from firmware.sim.simboard import Analogue, SimBoard
from rig.errors import OperationError
from rig.frame import Status
from rig.wire import (
    Ability,
    Command,
    Hello,
    Reply,
    Result,
    RunSelfTest,
    SelfTest,
    SelfTestFailure,
    SetBaud,
    SetPadId,
    SetRate,
    Start,
    Stop,
    encode,
)
from rig.wire.codec import seal

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


# ---- hello ----


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


# ---- start and stop ----


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


# ---- rate ----


@pytest.mark.parametrize("prescaler", [16, 32, 64, 128])
def test_each_rate_is_what_hello_says(peer: Peer, prescaler: int) -> None:
    peer.order(SetBaud(peer.next_tag(), 1_000_000))
    assert peer.order(SetRate(peer.next_tag(), prescaler, 3)).result == Result.DONE
    hello = peer.hello()
    assert hello.prescaler == prescaler
    assert hello.extra >= 3
    assert hello.slot_ticks * CYCLES_PER_S == 13 * prescaler * hello.tick_hz
    peer.start()
    peer.run_s(0.3)
    frames = peer.take().frames()
    assert frames is not None
    assert {int(b - a) for a, b in zip(frames.ticks[:-1], frames.ticks[1:], strict=True)} == {hello.frame_ticks}
    assert peer.status().overruns == 0


def test_extra_conversions_are_raised_to_what_the_line_needs(peer: Peer) -> None:
    extra = []
    for baud in (1_000_000, 2_000_000):
        peer.order(SetBaud(peer.next_tag(), baud))
        assert peer.order(SetRate(peer.next_tag(), 16, 0)).result == Result.DONE
        extra.append(peer.hello().extra)
    assert extra[0] > 0, "/16 outruns a line of 1 Mbaud"
    assert extra[1] == 0


def test_a_rate_that_the_line_can_never_keep_up_with_is_out_of_range(peer: Peer) -> None:
    reply = peer.order(SetRate(peer.next_tag(), 16, 0))
    if peer.sim.board is ATMEGA328P:  # it has no RAM for the slots that 500 kbaud would need
        assert reply.result == Result.OUT_OF_RANGE
        assert peer.hello().prescaler == 32
    else:
        assert reply.result == Result.DONE
        assert peer.hello().extra > 100


def test_a_slower_line_after_a_fast_rate_drops_nothing(peer: Peer) -> None:
    peer.order(SetBaud(peer.next_tag(), 2_000_000))
    peer.order(SetRate(peer.next_tag(), 16, 0))
    peer.order(SetBaud(peer.next_tag(), 500_000))
    peer.hello()
    peer.start()
    peer.run_s(0.3)
    assert peer.status().overruns == 0


@pytest.mark.parametrize("prescaler", [0, 1, 15, 17, 255])
def test_other_prescalers_are_out_of_range(peer: Peer, prescaler: int) -> None:
    assert _refused(peer, SetRate(peer.next_tag(), prescaler, 0)) is Result.OUT_OF_RANGE
    assert peer.hello().prescaler == 32


# ---- baud ----


@pytest.mark.parametrize("baud", [1_000_000, 2_000_000])
def test_set_baud_answers_at_the_old_rate_then_changes(peer: Peer, baud: int) -> None:
    peer.sim.set_peer_baud(500_000)
    assert peer.order(SetBaud(peer.next_tag(), baud)).result == Result.DONE
    peer.run_s(0.002)
    peer.sim.set_peer_baud(baud)
    assert peer.hello().baud == baud
    peer.run_s(1.5)
    assert peer.sim.baud == baud
    assert peer.hello().baud == baud


def test_a_new_rate_that_nobody_uses_is_given_up_after_a_second(peer: Peer) -> None:
    peer.order(SetBaud(peer.next_tag(), 1_000_000))
    peer.sim.set_peer_baud(500_000)  # this host does not follow
    peer.run_s(0.9)
    assert peer.sim.baud == 1_000_000
    peer.run_s(0.2)
    assert peer.sim.baud == 500_000
    assert peer.hello().baud == 500_000


def test_a_damaged_command_does_not_keep_the_new_rate(peer: Peer) -> None:
    peer.order(SetBaud(peer.next_tag(), 1_000_000))
    peer.sim.set_peer_baud(500_000)
    for _ in range(10):
        peer.sim.send(bytes([2, HELLO_TYPE, 9, 9, 9, 0]))
        peer.run_s(0.11)
    assert peer.sim.baud == 500_000


@pytest.mark.parametrize("baud", [0, 1, 9_999_999, 0xFFFFFFFF])
def test_a_rate_that_the_chip_has_not_is_out_of_range(peer: Peer, baud: int) -> None:
    assert _refused(peer, SetBaud(peer.next_tag(), baud)) is Result.OUT_OF_RANGE
    assert peer.hello().baud == 500_000


# ---- pad id ----


def test_the_pad_id_outlives_reset_and_power_off(peer: Peer) -> None:
    assert peer.order(SetPadId(peer.next_tag(), "back-144")).result == Result.DONE
    assert peer.hello().pad_id == "back-144"
    for pull in (peer.sim.reset, peer.sim.power_cycle):
        pull()
        hello = peer.listen(Hello)
        assert hello.pad_id == "back-144"
        assert hello.flags & Ability.PAD_ID
    assert peer.order(SetPadId(peer.next_tag(), "sixteen-letters!")).result == Result.DONE
    peer.sim.reset()
    assert peer.listen(Hello).pad_id == "sixteen-letters!"


def test_a_pad_id_that_rotted_is_none_rather_than_wrong(peer: Peer) -> None:
    peer.order(SetPadId(peer.next_tag(), "back-144"))
    stored = peer.sim.read_eeprom(64)
    at = stored.index(b"back-144")
    for bit in range(8):
        rotten = bytearray(stored)
        rotten[at + bit] ^= 1 << bit
        peer.sim.write_eeprom(bytes(rotten))
        peer.sim.power_cycle()
        hello = peer.listen(Hello)
        assert hello.pad_id == ""
        assert not hello.flags & Ability.PAD_ID


def test_worn_eeprom_is_owned_up_to(peer: Peer) -> None:
    peer.sim.wear_eeprom()
    assert _refused(peer, SetPadId(peer.next_tag(), "back-144")) is Result.HARDWARE_FAILED


# ---- self-test ----


def test_a_sound_board_passes_its_self_test(peer: Peer) -> None:
    result = peer.self_test()
    assert result.failed == 0
    assert result.settling == 0
    assert (result.bandgap, result.ground) == (225, 0)
    assert result.supply_mv == pytest.approx(5000, rel=0.01)
    assert 50 < result.free_ram < 8192


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        (Analogue(bandgap_mv=600.0), SelfTestFailure.BANDGAP),
        (Analogue(bandgap_mv=1800.0), SelfTestFailure.BANDGAP),
        (Analogue(ground_mv=300.0), SelfTestFailure.GROUND),
        (Analogue(settle_us=150.0), SelfTestFailure.SETTLING),
    ],
)
def test_the_self_test_tells_faults_apart(peer: Peer, fault: Analogue, failure: SelfTestFailure) -> None:
    peer.sim.set_counts([(k * 37) % 1024 for k in range(peer.sim.board.channels)])
    peer.sim.set_analogue(fault)
    result = peer.self_test()
    assert result.failed == failure
    if failure is SelfTestFailure.SETTLING:
        assert result.settling > 2


def test_the_self_test_finds_worn_eeprom(peer: Peer) -> None:
    peer.sim.wear_eeprom()
    assert peer.self_test().failed == SelfTestFailure.EEPROM


def test_the_self_test_leaves_the_pad_id_and_the_scan_as_they_were(peer: Peer) -> None:
    peer.order(SetPadId(peer.next_tag(), "back-144"))
    before = peer.hello()
    peer.self_test()
    assert peer.hello() == before
    assert _streaming(peer) is False
    peer.start()
    assert _streaming(peer)


# ---- status ----


def test_status_comes_when_asked_and_every_256_scans(peer: Peer) -> None:
    idle = peer.status()
    assert (idle.scans, idle.sent, idle.overruns, idle.late, idle.rx_damaged, idle.rx_overflow) == (0,) * 6
    peer.start()
    peer.take()
    peer.run_s(2.5)
    heard = peer.take()
    frames = heard.frames()
    assert frames is not None
    reports = heard.packets(type(idle))
    assert [report.scans % 256 for report in reports] == [reports[0].scans % 256] * len(reports)
    assert len(reports) == pytest.approx(len(frames) / 256, abs=1)
    assert reports[-1].sent == reports[-1].scans
    assert 0 < reports[-1].idle <= 1000
    assert reports[-1].bandgap in (225, 0xFFFF)
    assert reports[-1].ground in (0, 0xFFFF)


def test_the_status_counts_references_where_a_scan_has_room(peer: Peer) -> None:
    peer.order(SetRate(peer.next_tag(), 64, 4))
    peer.start()
    peer.run_s(1.0)
    report = peer.status()
    assert (report.bandgap, report.ground) == (225, 0)


def test_references_out_of_band_are_flagged_in_each_frame(peer: Peer) -> None:
    peer.order(SetRate(peer.next_tag(), 64, 4))
    peer.start()
    peer.run_s(0.2)
    peer.take()
    peer.sim.set_analogue(Analogue(bandgap_mv=500.0))
    peer.run_s(0.1)
    peer.take()
    peer.run_s(0.2)
    frames = peer.take().frames()
    assert frames is not None
    assert all(frames.status & Status.REFERENCE)
    peer.sim.set_analogue(Analogue())
    peer.run_s(0.1)
    peer.take()
    peer.run_s(0.2)
    frames = peer.take().frames()
    assert frames is not None
    assert not any(frames.status & Status.REFERENCE)


# ---- what is refused, and what is dropped ----


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

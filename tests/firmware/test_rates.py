"""The rate of the scan and of the line, on the real firmware."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firmware.sim.boards import ATMEGA328P, CYCLES_PER_S
from firmware.sim.figures import moving_pressure
from firmware.sim.simboard import Analogue
from firmware.sim.witness import Witness
from rig.wire.packets import AskHello, Result, SetBaud, SetRate

if TYPE_CHECKING:
    from firmware.sim.peer import Peer

pytestmark = pytest.mark.firmware


@pytest.mark.parametrize("prescaler", [16, 32, 64, 128])
def test_each_rate_is_what_hello_says(peer: Peer, prescaler: int) -> None:
    peer.order(SetBaud(peer.next_tag(), 1_000_000))
    assert peer.order(SetRate(peer.next_tag(), prescaler, 3)).result == Result.DONE
    hello = peer.hello()
    assert hello.prescaler == prescaler
    assert hello.extra >= 3
    assert hello.slot_ticks * CYCLES_PER_S == 13 * prescaler * hello.tick_hz
    peer.start()
    tally = Witness(peer, hello).watch(0.5, moving_pressure(prescaler), 0.025)
    assert tally.frames > 20
    assert (tally.damaged, tally.lost, tally.wrong_samples, tally.wrong_ticks, tally.uneven_conversions) == (0,) * 5
    assert tally.frames_per_s == pytest.approx(hello.tick_hz / hello.frame_ticks, rel=0.002)
    assert peer.status().overruns == 0


@pytest.mark.parametrize("prescaler", [16, 32, 64, 128])
def test_select_lines_wait_for_the_latest_sample_and_hold_that_the_datasheet_allows(peer: Peer, prescaler: int) -> None:
    peer.sim.set_analogue(Analogue(hold_clocks=2.0))
    peer.order(SetBaud(peer.next_tag(), 1_000_000))
    peer.order(SetRate(peer.next_tag(), prescaler, 0))
    hello = peer.hello()
    peer.start()
    tally = Witness(peer, hello).watch(0.5, moving_pressure(prescaler), 0.025)
    assert tally.wrong_samples == 0
    assert tally.least_settled > 13 * prescaler


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
    assert peer.order(SetRate(peer.next_tag(), prescaler, 0)).result == Result.OUT_OF_RANGE
    assert peer.hello().prescaler == 32


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
        peer.sim.send(bytes([2, AskHello.TYPE, 9, 9, 9, 0]))
        peer.run_s(0.11)
    assert peer.sim.baud == 500_000


@pytest.mark.parametrize("baud", [0, 1, 9_999_999, 0xFFFFFFFF])
def test_a_rate_that_the_chip_has_not_is_out_of_range(peer: Peer, baud: int) -> None:
    assert peer.order(SetBaud(peer.next_tag(), baud)).result == Result.OUT_OF_RANGE
    assert peer.hello().baud == 500_000

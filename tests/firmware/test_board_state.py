"""What a board knows of itself: pad id, self-test, status; on the real firmware."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firmware.sim.simboard import Analogue
from rig.frame import Status
from rig.wire.packets import Ability, Hello, Result, SelfTestFailure, SetPadId, SetRate

if TYPE_CHECKING:
    from firmware.sim.peer import Peer

pytestmark = pytest.mark.firmware


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
    assert peer.order(SetPadId(peer.next_tag(), "back-144")).result == Result.HARDWARE_FAILED


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
    peer.start()
    peer.run_s(0.1)
    assert peer.take().frames() is not None


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

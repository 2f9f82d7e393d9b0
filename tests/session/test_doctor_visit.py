"""A visit to the doctor without a window: what is seen meanwhile, what is found, and how it ends early."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rig.clock import ManualClock
from rig.device.doctor.line import HIGH_JITTER_MS
from rig.errors import LinkError
from rig.pad import load_pad
from rig.performance.patient import patient, soldering_faults
from rig.session.doctor.map import HARM, faults_of, measures_of, noise_shares, noise_top, worst_kind
from rig.session.doctor.visit import REST_S, Visit, VisitPicture, WatchedDevice
from rig.virtual import wiring
from rig.virtual.board import VirtualBoard
from rig.virtual.board_state import BoardModel
from rig.virtual.port import VirtualPort

if TYPE_CHECKING:
    from collections.abc import Callable

    from rig.device.doctor.examination import Examination
    from rig.virtual.wiring import WiringFault

PAD = load_pad("back-96")
LONGEST_S = 60.0


class Room:
    """A board, a hand that strokes, and the doctor."""

    def __init__(self, faults: list[WiringFault], press_s: float = 60.0) -> None:
        self.clock = ManualClock(10.0)
        hands = patient(PAD, 3, REST_S + 0.5)
        self.board = VirtualBoard(BoardModel.of(PAD, "pad"), hands.counts, now_s=self.clock.now_s())
        self.board.wiring = faults
        self.port = VirtualPort(self.board, self.clock)
        device = WatchedDevice(self.port.open, PAD, self.clock)
        self.visit = Visit(device, PAD, self.clock, "p", press_s)

    def seen(self, is_so: Callable[[VisitPicture], bool]) -> VisitPicture:
        until_s = time.monotonic() + LONGEST_S
        while time.monotonic() < until_s:
            picture = self.visit.picture()
            if is_so(picture):
                return picture
            assert self.visit.error is None, self.visit.error
            time.sleep(0.005)
        raise AssertionError("never came")

    def found(self) -> Examination:
        self.visit.start()
        found = self.seen(lambda p: p.found is not None).found
        assert found is not None
        return found


@pytest.fixture(scope="module")
def soldered() -> Examination:
    return Room(soldering_faults(PAD, 5)).found()


def test_it_ends_by_itself_when_the_hand_has_been_all_over_and_is_gone() -> None:
    room = Room([])
    room.visit.start()
    stroking = room.seen(lambda p: p.stage == "press" and 0.2 < p.share < 0.8)
    assert 0 < stroking.reached.sum() < PAD.n_channels
    assert stroking.counts.max() > 0
    found = room.seen(lambda p: p.found is not None).found
    assert found is not None
    assert found.findings == ()
    assert room.clock.now_s() < 10 + 60


def test_soldering_faults_are_where_they_were_made(soldered: Examination) -> None:
    assert {fault.finding.kind for fault in faults_of(soldered)} == {"dead", "shorted", "noisy", "swapped", "bridged"}


def test_faults_come_worst_first_and_pairs_are_linked(soldered: Examination) -> None:
    faults = faults_of(soldered)
    kinds = [HARM.index(fault.finding.kind) for fault in faults]
    assert kinds == sorted(kinds)
    for fault in faults:
        linked = {channel for link in fault.links for channel in link}
        assert linked == (set(fault.finding.channels) if fault.finding.kind in {"swapped", "bridged"} else set())
    worst = worst_kind(faults, PAD.n_channels)
    assert {c for c, kind in enumerate(worst) if kind} == {c for f in faults for c in f.finding.channels}


def test_figures_are_good_where_the_doctor_has_no_remark(soldered: Examination) -> None:
    measures = {measure.key: measure for measure in measures_of(soldered)}
    assert set(measures) == {"rate", "loss", "damaged", "latency", "jitter", "noise"}
    assert all(measure.good for measure in measures.values())
    assert measures["rate"].value == pytest.approx(measures["rate"].limit, rel=1e-3)
    assert measures["jitter"].limit == HIGH_JITTER_MS


def test_only_faulty_sensors_are_beyond_the_noise_scale(soldered: Examination) -> None:
    shares = np.array(noise_shares(soldered))
    assert set(np.flatnonzero(shares > 1)) == set(soldered.noisy)
    assert noise_top(soldered) >= 0.5


def test_nobody_strokes_and_says_so() -> None:
    found = Room([wiring.shorted(PAD, 5)], press_s=0.0).found()
    assert [f.finding.channels for f in faults_of(found)] == [(5,)]
    assert any("nobody pressed" in reason for reason in found.not_judged)


def test_enough_ends_the_stroking() -> None:
    room = Room([])
    room.visit.start()
    room.seen(lambda p: p.stage == "press" and p.share > 0.1)
    room.visit.enough()
    found = room.seen(lambda p: p.found is not None).found
    assert found is not None
    assert found.not_judged


@pytest.mark.parametrize("stage", ["rest", "press"])
def test_an_unplug_ends_it_and_says_so(stage: str) -> None:
    room = Room([])
    room.visit.start()
    room.seen(lambda p: p.stage == stage and p.share > 0.1)
    room.port.unplug()
    assert room.visit.wait(LONGEST_S)
    assert isinstance(room.visit.error, LinkError)
    assert "unplugged" in str(room.visit.error)


def test_breaking_off_ends_it_without_a_finding() -> None:
    room = Room([])
    room.visit.start()
    room.seen(lambda p: p.stage == "press")
    room.visit.stop()
    assert room.visit.wait(LONGEST_S)
    assert room.visit.picture().found is None

from __future__ import annotations

import json
from dataclasses import replace

import msgspec
import numpy as np
import pytest

from rig.clock import ManualClock
from rig.device.device import Device
from rig.device.doctor.evidence import Evidence
from rig.device.doctor.examination import Examination, examine
from rig.device.doctor.line import line_health, line_remarks
from rig.device.doctor.places import Places
from rig.device.doctor.wiring import Wiring
from rig.errors import LinkError
from rig.frame import Block, Status
from rig.transport.faults import ByteFaults, FaultRates
from rig.virtual import wiring
from rig.virtual.board import VirtualBoard
from rig.virtual.board_state import BoardModel
from rig.virtual.port import VirtualPort
from rig.wire.packets import AskStatus, Command
from tests.device.doctor.strokes import REST_S, Examined, examined

SOUND = examined(1)
PRESS_S = len(SOUND.pressed) / 200


class Patient:
    """A board whose sensors replay an examination of a sound pad."""

    def __init__(self, sound: Examined = SOUND, pad_id: str = "pad-a") -> None:
        counts = np.concatenate([sound.rest, sound.pressed])
        self.clock = ManualClock(50.0)
        self.board = VirtualBoard(
            BoardModel.of(sound.pad, pad_id),
            lambda t_us: counts[np.minimum(t_us * 200 // 1_000_000, len(counts) - 1)],
            now_s=50.0,
        )
        self.device = Device(VirtualPort(self.board, self.clock).open, sound.pad, self.clock)
        self.told: list[str] = []

    def visit(self, press_s: float = PRESS_S) -> Examination:
        self.device.connect()
        return examine(
            self.device,
            SOUND.pad,
            self.clock,
            port="p",
            rest_s=REST_S - 0.05,
            press_s=press_s,
            tell=self.told.append,
        )


def test_a_board_that_names_another_pad_is_remarked_upon() -> None:
    assert "the board says that it is pad 'back-96', and pad" in Patient(pad_id="back-96").visit().remarks[0]
    assert not any("the board says" in remark for remark in Patient().visit().remarks)


def test_hum_is_told_once_and_apart_from_the_sensors() -> None:
    hum = np.rint(12 * np.sin(2 * np.pi * 50 * np.arange(len(SOUND.rest)) / 200 + 0.3)).astype(int)[:, None]
    humming = replace(SOUND, rest=np.clip(SOUND.rest.astype(int) + 40 + hum, 0, 1023).astype(np.uint16))
    result = Patient(humming).visit(press_s=0.0)

    assert [remark for remark in result.remarks if "hum from the mains" in remark]
    assert len(result.remarks) <= 2
    assert not Patient().visit().remarks


def test_a_sound_board_and_pad() -> None:
    patient = Patient()
    result = patient.visit()

    assert result.rate == pytest.approx(259.875, rel=1e-3)
    assert result.loss == 0
    assert 0 <= result.latency_ms < 20
    assert result.remarks == ()
    assert result.not_judged == ()
    assert len(result.noise) == 144
    assert 0 < max(result.noise) < 3
    assert result.references is not None
    assert (result.references.bandgap, result.references.supply_mv) == (225, 5000)
    assert "flat hand" in patient.told[-1]


def test_what_is_wrong_is_in_the_json() -> None:
    patient = Patient()
    patient.board.wiring = [
        wiring.select_stuck(SOUND.pad, {5, 6, 7, 8}, 2, high=False),
        wiring.dead(20),
        wiring.shorted(SOUND.pad, 40),
        wiring.constant(321, 3),
        wiring.swapped(57, 93),
    ]
    result = patient.visit()
    body = json.loads(msgspec.json.encode(result))

    assert (body["dead"], body["shorted"], body["stuck"], body["swapped"]) == ([20], [40], [3], [[57, 93]])
    (line,) = body["wiring"]
    assert (line["kind"], line["muxes"], line["line"]) == ("select-stuck", [5, 6, 7, 8], [2])
    assert len(body["remarks"]) == 5
    assert {"rate", "loss", "latency_ms", "noise"} <= body.keys()


def test_what_nobody_pressed_is_said_to_be_unjudged() -> None:
    patient = Patient()
    patient.board.wiring = [wiring.dead(20)]
    result = patient.visit(press_s=0.0)

    assert result.dead == ()
    assert "nobody pressed" in result.not_judged[0]


def test_strokes_along_the_columns_alone_leave_crossed_multiplexers_unjudged() -> None:
    narrow = examined(1, "back-96", "real", "heel")
    evidence = Evidence.of(narrow.pad, narrow.rest, narrow.pressed)
    wide = Evidence.of(SOUND.pad, SOUND.rest, SOUND.pressed)

    assert Places(evidence, Wiring(evidence), set()).unlinked_muxes()
    assert Places(wide, Wiring(wide), set()).unlinked_muxes() == ()


def test_a_bad_line_is_the_lines_fault() -> None:
    patient = Patient()
    patient.device.connect()
    patient.board.fault = ByteFaults(FaultRates(flip=2e-4), seed=4)
    result = examine(patient.device, SOUND.pad, patient.clock, rest_s=REST_S, press_s=0.0)

    assert result.damaged > 5
    assert result.loss == pytest.approx(result.damaged / (REST_S * 260), rel=0.2)
    assert any("damaged on the line" in remark for remark in result.remarks)
    assert result.findings == ()


def test_an_answer_that_gets_lost_does_not_end_the_visit() -> None:
    patient = Patient()
    patient.device.connect()
    real, asked = patient.device.command, iter(range(1_000))

    def command(wanted: Command) -> object:
        if isinstance(wanted, AskStatus) and next(asked) % 3 == 0:
            raise LinkError("the board did not answer 'ask status' in time")
        return real(wanted)

    patient.device.command = command  # type: ignore[assignment, method-assign]  # a line that swallows every third
    assert examine(patient.device, SOUND.pad, patient.clock, rest_s=1.0).latency_ms < 20


def test_a_board_that_restarts_meanwhile_is_not_the_computers_fault() -> None:
    patient = Patient()
    patient.device.connect()
    board, restarts = patient.board, iter([*[False] * 200, True])

    def enough() -> bool:
        if next(restarts, False):
            board.reset(patient.clock.now_s())
        return False

    result = examine(patient.device, SOUND.pad, patient.clock, rest_s=1.0, press_s=4.0, enough=enough)
    assert [remark for remark in result.remarks if "restarted" in remark]
    assert not [remark for remark in result.remarks if "loses bytes" in remark]


def test_a_board_that_sends_no_frames_is_an_error() -> None:
    patient = Patient()
    patient.device.connect()
    patient.board.skip = 1.0

    with pytest.raises(LinkError, match="no frames came"):
        examine(patient.device, SOUND.pad, patient.clock, rest_s=1.0)


def stream(n: int = 1000, **columns: np.ndarray) -> Block:
    t_us = np.arange(n) * 3848
    given = {"received_s": t_us / 1e6 + 9.0, **columns}
    return Block.of(given.pop("t_us", t_us), np.zeros((n, 4), np.uint16), **given)


def test_the_line_is_measured() -> None:
    rng = np.random.default_rng(0)
    t_us = np.arange(1000) * 3848
    lost = np.zeros(1000, np.int64)
    lost[500], t_us[500:] = 3, t_us[500:] + 3 * 3848
    late_s = rng.exponential(0.002, 1000)
    line = line_health(stream(t_us=t_us, lost=lost, received_s=t_us / 1e6 * 1.0005 + late_s), 1e6 / 3848)

    assert line is not None
    assert (line.frames, line.lost) == (1000, 3)
    assert line.loss == pytest.approx(3 / 1003)
    assert line.rate_hz == pytest.approx(1e6 / 3848 / 1.0005, rel=1e-3)
    assert line.skew_ppm == pytest.approx(500, abs=30)
    assert line.jitter_ms == pytest.approx(np.percentile(late_s, 99) * 1e3, rel=0.1)
    assert line.scan_jitter_us == pytest.approx(0, abs=0.01)
    assert any("never came" in remark for remark in line_remarks(line, damaged=0))


def test_each_weakness_of_the_line_gets_its_own_sentence() -> None:
    status = np.zeros(1000, np.uint8)
    status[::100] = Status.LATE | Status.OVERRUN | Status.REFERENCE
    line = line_health(stream(status=status), 300.0)
    assert line is not None

    text = "; ".join(line_remarks(line, damaged=0))

    assert "scans 259.9 times a second instead of 300.0" in text
    assert "too slow for 10 scans" in text
    assert "10 scans took longer" in text
    assert "out of band in 10 scans" in text


def test_too_little_to_measure() -> None:
    assert line_health(Block.empty(4), 260.0) is None

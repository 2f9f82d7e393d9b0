"""A guided run from the first press to the profile, on the virtual board with a load cell, and a maker who obeys."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rig.calibration.circuit import counts_for
from rig.calibration.loads import read_loads
from rig.calibration.making import make_profile
from rig.calibration.press_recording import press_rows, untouched_raw
from rig.calibration.profile import Conditions
from rig.calibration.run import GuidedRun, Reading, plan
from rig.calibration.run_file import kept_readings
from rig.calibration.run_pressing import FreePressing, verified
from rig.cli.calibrate_run import guide, press_all_over
from rig.clock import ManualClock
from rig.device.device import Device
from rig.frame import Block
from rig.recording.format import Header
from rig.recording.reader import Recording
from rig.recording.writer import RecordingWriter
from rig.virtual.board import BoardModel, VirtualBoard
from rig.virtual.load_cell import VirtualLoadCell
from rig.virtual.port import VirtualPort
from tests.calibration.test_cli import PAD_TEXT
from tests.calibration.weighing import small_pad

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

PAD = small_pad(3, 2)
GAIN = 1.1e-4 * np.array([0.8, 1.0, 1.2, 0.9, 1.1, 1.05])
CELL_ZERO, CELL_PER_N = 84_213, 4_300


class Maker:
    """Does what the run says; the board's sensors and load cell feel it."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock, self.guided = clock, GuidedRun(PAD, plan([1], (1.0, 5.0), cycles=1))
        self.pressing = FreePressing(PAD)
        self.load_n = np.zeros(PAD.n_channels)
        self._left, self._since_s = -1, 0.0
        self._rng = np.random.default_rng(3)

    def counts(self, t_us: NDArray[np.int64]) -> NDArray[np.uint16]:
        clean = counts_for(GAIN * self.load_n**0.85, PAD.full_scale, PAD.divider_ohm)
        noise = 0.5 * self._rng.standard_normal((len(t_us), PAD.n_channels))
        return np.rint(clean + 3 + noise).clip(0, PAD.full_scale).astype(np.uint16)

    def cell(self, t_us: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.full(len(t_us), CELL_ZERO + round(CELL_PER_N * self.load_n.sum()))

    def weigh(self) -> str:
        """Looks at the task, and lifts the puck between two."""
        task, now_s = self.guided.task, self.clock.now_s()
        if self.guided.left != self._left:
            self._left, self._since_s = self.guided.left, now_s
        self.load_n[:] = 0.0
        beat = (now_s - self._since_s) % 1.2 > 0.6 if task is not None and task.phase == "condition" else True
        if task is not None and task.channel is not None and beat and now_s - self._since_s > 0.5:
            self.load_n[task.channel] = task.load_n
        return ""

    def press(self) -> str:
        """Leaves the pad alone first, then presses one sensor after another, a second each."""
        self.load_n[:] = 0.0
        self._since_s = self._since_s if self._left == -2 else self.clock.now_s()
        self._left = -2
        if (since_s := self.clock.now_s() - self._since_s) > 3.3:
            self.load_n[int(since_s) % PAD.n_channels] = 6.0 + 3.0 * np.sin(5 * since_s)
        return ""


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Maker]:
    folder, clock, stopping = tmp_path_factory.mktemp("evening"), ManualClock(1000.0), threading.Event()
    maker = Maker(clock)
    board = VirtualBoard(BoardModel(PAD.n_channels, PAD.adc_bits, 1, prescaler=128), maker.counts, now_s=clock.now_s())
    board.load_cell = VirtualLoadCell(maker.cell)
    loads, press = folder / "loads.csv", folder / "press.mcap"
    with Device(VirtualPort(board, clock, timeout_s=0.05, resets=False).open, PAD, clock) as device:
        device.connect()
        device.start()
        guide(maker.guided, device, loads, maker.weigh, stopping)
        with RecordingWriter(press, Header(pad=PAD_TEXT), None) as writer:
            press_all_over(maker.pressing, device, writer, maker.press, stopping)
    return loads, press, maker


def test_the_weights_are_kept_and_verified(evening: tuple[Path, Path, Maker]) -> None:
    loads, _, maker = evening
    assert maker.guided.task is None
    readings = kept_readings(loads, PAD)
    assert {r.load_n for r in readings} == {0.0, 1.0, 5.0}
    said = verified(readings, PAD)
    assert [sentence.split(":")[0] for sentence in said] == ["channel 1"]
    assert all("agrees" in sentence for sentence in said)


def test_every_sensor_is_pressed_and_the_recording_gives_the_total(evening: tuple[Path, Path, Maker]) -> None:
    loads, press, maker = evening
    assert (maker.pressing.pressed_s >= 3.0).all()
    recording = Recording.open(press)
    zero = untouched_raw(recording)
    assert zero == pytest.approx(CELL_ZERO, abs=1)
    pressed = press_rows(recording, zero, CELL_PER_N)
    assert np.nanmax(pressed.total_n) == pytest.approx(9.0, abs=0.5)
    found = make_profile(read_loads(loads, PAD), PAD, "2026-01-05T10:00:00+00:00", Conditions(), pressed)
    assert [s.method for s in found.sensors].count("pressing") == 5
    gains = np.array([s.ln_gain for s in found.sensors])
    assert np.std(gains - np.log(GAIN)) < 0.6 * np.std(np.log(GAIN))


def test_a_verifying_weight_that_reads_otherwise_is_told() -> None:
    readings = [Reading(1, 0, 2.0, 300, 1, "up"), Reading(1, 1, 2.0, 340, 2, "verify")]
    assert "does NOT agree" in verified(readings, PAD)[0]


def test_the_maker_is_sent_to_the_sensor_that_had_least() -> None:
    pressing = FreePressing(PAD)
    counts = np.full((700, PAD.n_channels), 3, np.uint16)
    counts[400:, [0, 1, 2, 3, 5]] = 500
    t_us = np.arange(700) * 10_000
    first = pressing.push(Block.of(t_us[:200], counts[:200]))
    assert "alone" in first.advice
    progress = pressing.push(Block.of(t_us[200:], counts[200:]))
    assert progress.left == 1
    assert "channel 4" in progress.advice

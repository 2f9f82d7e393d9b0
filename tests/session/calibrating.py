"""A calibration of a small pad on a virtual board with a load cell, and a virtual maker who obeys."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rig.clock import ManualClock
from rig.device.device import Device
from rig.device.launch import WantedPace
from rig.pad import parse_pad
from rig.session.calibrate.evening import Evening
from rig.session.calibrate.plan import CalibrationFiles, CalibrationPlan
from rig.session.calibrate.running import RunningCalibration
from rig.session.calibrate.virtual import VirtualMaker
from rig.virtual.board import VirtualBoard
from rig.virtual.board_state import BoardModel
from rig.virtual.load_cell import VirtualLoadCell
from rig.virtual.port import VirtualPort

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rig.clock import Clock
    from rig.pad import PadLayout

SENSORS = ", ".join(
    f"{{channel = {3 * row + at}, x_mm = {40 * at - 40}, y_mm = {40 * row}}}" for row in range(4) for at in range(3)
)
PAD_TEXT = f'name = "small"\nadc_bits = 10\ndivider_ohm = 3300\nsensors = [{SENSORS}]\n'
PAD = parse_pad(PAD_TEXT, "small")
SLOW = WantedPace(prescaler=128, extra=180)
"""About fifty scans a second: a test's whole evening in a few seconds."""
PLAN = CalibrationPlan("small", (1, 6), (1.0, 3.0, 10.0), 1, press_s=3.0, hold_s=2.0)


@dataclass
class Bench:
    """Everything but the window."""

    clock: Clock
    maker: VirtualMaker
    board: VirtualBoard
    port: VirtualPort
    files: CalibrationFiles
    plan: CalibrationPlan = PLAN
    pad: PadLayout = PAD
    has_cell: bool = True

    def device(self) -> Device:
        return Device(self.port.open, self.pad, self.clock, SLOW)

    def evening(self, has_cell: bool) -> Evening:
        return Evening(self.pad, PAD_TEXT, self.plan, self.files, self.clock, has_cell=has_cell)

    @contextmanager
    def running(self) -> Iterator[RunningCalibration]:
        running = RunningCalibration(self.device(), self.evening, self.clock, self.maker.follow)
        running.start()
        try:
            yield running
        finally:
            running.stop()
            assert running.wait(20)


def bench(folder: Path, plan: CalibrationPlan = PLAN, *, cell: bool = True) -> Bench:
    clock = ManualClock(1000.0)
    maker = VirtualMaker(PAD, seed=4)
    model = BoardModel(PAD.n_channels, PAD.adc_bits, 1, prescaler=128)
    board = VirtualBoard(model, maker.counts, now_s=clock.now_s())
    if cell:
        board.load_cell = VirtualLoadCell(maker.cell)
    port = VirtualPort(board, clock, timeout_s=0.05, resets=False)
    return Bench(clock, maker, board, port, CalibrationFiles(folder / "calibration", "small_today"), plan)


def work(bench: Bench, evening: Evening, until: str, longest_s: float = 2000.0) -> None:
    """Polls until a stage is reached, without a thread."""
    bench.maker.follow(evening)
    with bench.device() as device:
        device.connect()
        device.start()
        end_s = bench.clock.now_s() + longest_s
        while evening.stage != until and bench.clock.now_s() < end_s:
            block = device.poll()
            if block is not None:
                evening.push(block, device.loads.take())
    evening.close()

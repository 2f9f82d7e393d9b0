"""Pictures of the calibration and of the doctor, each from a real stream of a virtual board.

`calibrate_pictures(folder, scheme, size)` gives the files that it has written; `tests/pictures.py` calls it. A picture
is taken when the page shows what it is about: the evening runs at full speed and is stopped in the middle.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from rig.clock import ManualClock
from rig.device.device import Device
from rig.device.launch import WantedPace
from rig.gui.calibrate_setup import Choice
from rig.gui.calibrate_view import CalibrateView
from rig.gui.doctor_result import DoctorResult
from rig.gui.doctor_view import DoctorView
from rig.gui.words import Words
from rig.pad import load_pad, pad_text
from rig.performance.patient import patient, soldering_faults
from rig.session.calibrate_bench import Bench
from rig.session.calibrate_plan import CalibrationFiles, CalibrationPlan, save_plan
from rig.session.calibrate_virtual import VirtualMaker
from rig.session.doctor_visit import REST_S, Visit, WatchedDevice
from rig.virtual.board import BoardModel, VirtualBoard
from rig.virtual.load_cell import VirtualLoadCell
from rig.virtual.port import VirtualPort
from rig.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rig.gui.theme import Theme
    from rig.session.calibrate_picture import Picture

PAD_NAME = "back-144"
PAD = load_pad(PAD_NAME)
PLAN = CalibrationPlan(PAD_NAME, (36, 75, 107), (1.0, 3.0, 10.0, 20.0), 1)
LONGEST_S = 120.0


class HeldClock(ManualClock):
    """A manual clock that somebody can stop, so that a picture of a moment can be taken."""

    held = False

    def wait_s(self, seconds: float) -> None:
        while self.held:
            time.sleep(0.005)
        super().wait_s(seconds)


def calibrating(folder: Path) -> tuple[Choice, Bench, HeldClock, VirtualMaker]:
    clock = HeldClock(100.0)
    maker = VirtualMaker(PAD, 5)
    board = VirtualBoard(BoardModel.of(PAD, "virtual"), maker.counts, now_s=clock.now_s())
    board.load_cell = VirtualLoadCell(maker.cell)
    port = VirtualPort(board, clock)
    device = Device(port.open, PAD, clock, WantedPace(prescaler=128, extra=50))
    files = CalibrationFiles(folder / "calibration", "back-144_2026-11-20")
    save_plan(PLAN, files)
    return Choice(None, PAD, pad_text(PAD_NAME), PLAN, files), Bench(device, clock, maker.follow), clock, maker


def until(app: QApplication, is_so: Callable[[], bool]) -> None:
    """Go on until something is so."""
    end_s = time.monotonic() + LONGEST_S
    while not is_so():
        assert time.monotonic() < end_s, "never came"
        app.processEvents()
        time.sleep(0.01)


def calibrate_pictures(
    folder: Path, theme: Theme, size: tuple[int, int], words: Words, work: Path, name: str
) -> list[Path]:
    """calibrate-setup, -weights, -wrong, -pressing and -result for one look; `work` is an empty workspace."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    app.setStyleSheet(theme.stylesheet)
    choice, bench, clock, maker = calibrating(work)
    view = CalibrateView(Workspace(work), theme, words)
    view.resize(*size)
    view.show()
    made: list[Path] = []

    def take(what: str) -> None:
        app.processEvents()
        path = folder / f"calibrate-{what}{name}.png"
        view.grab().save(str(path))
        made.append(path)

    def seen(is_so: Callable[[Picture], bool]) -> None:
        assert view.running is not None
        running = view.running
        until(app, lambda: (p := running.picture()) is not None and is_so(p))
        clock.held = True
        time.sleep(0.05)
        for _ in range(4):
            app.processEvents()
            time.sleep(0.04)

    take("setup")
    view.begin(choice, bench)
    seen(lambda p: p.task is not None and p.task.channel == 75 and p.task.load_n == 10 and p.task.phase == "down"
         and p.progress is not None and 0.4 < p.progress.settled < 0.8 and p.of_reading is not None)  # fmt: skip
    take("weights")
    clock.held = False
    seen(lambda p: p.task is not None and p.task.channel == 75 and p.task.load_n == 3 and p.task.phase == "down")
    maker.mistake, clock.held = "wrong-weight", False
    seen(lambda p: p.progress is not None and p.progress.asks)
    take("wrong-weight")
    maker.mistake, clock.held = "", False
    seen(lambda p: p.pressed is not None and 0.55 < p.pressed.share < 0.9)
    take("pressing")
    clock.held = False
    assert view.running is not None
    until(app, lambda: not view.busy())
    take("result")
    view.shut()
    view.close()
    return made


def doctor_pictures(
    folder: Path, theme: Theme, size: tuple[int, int], words: Words, work: Path, name: str
) -> list[Path]:
    """doctor-waiting, -stroking, -faults and -noise for one look; `work` is an empty workspace."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    app.setStyleSheet(theme.stylesheet)
    clock = HeldClock(100.0)
    board = VirtualBoard(BoardModel.of(PAD, "virtual"), patient(PAD, 3, REST_S + 1.0).counts, now_s=clock.now_s())
    board.wiring = soldering_faults(PAD, 3)
    device = WatchedDevice(VirtualPort(board, clock).open, PAD, clock)
    visit = Visit(device, PAD, clock, "/dev/ttyACM0")
    view = DoctorView(Workspace(work), theme, words)
    view.resize(*size)
    view.show()
    made: list[Path] = []

    def take(what: str) -> None:
        for _ in range(4):
            app.processEvents()
            time.sleep(0.04)
        path = folder / f"doctor-{what}{name}.png"
        view.grab().save(str(path))
        made.append(path)

    take("waiting")
    view.examine(visit, PAD)
    until(app, lambda: visit.picture().stage == "press" and visit.picture().share > 0.6)
    clock.held = True
    take("stroking")
    clock.held = False
    until(app, lambda: isinstance(view.page, DoctorResult))
    assert isinstance(view.page, DoctorResult)
    take("faults")
    view.page.noise.click()
    take("noise")
    view.shut()
    view.close()
    return made


if __name__ == "__main__":
    import os
    import sys
    import tempfile
    from pathlib import Path

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from rig.gui.theme import Theme as Look

    QApplication(sys.argv[:1]).setStyle("Fusion")
    target, scheme, width, height, language = Path(sys.argv[1]), *sys.argv[2:6]
    with tempfile.TemporaryDirectory() as empty:
        look = Look("dark" if scheme == "dark" else "light")
        for what in (calibrate_pictures, doctor_pictures):
            print(*what(target, look, (int(width), int(height)), Words(language), Path(empty), ""))

"""Pictures of the calibration and of the doctor, each from a real stream of a virtual board.

`tests.pictures` calls them. One evening and one visit are run at full speed, and what their pages showed at certain
moments is drawn again for every look.
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtWidgets import QStackedLayout

from rig.clock import ManualClock
from rig.device.device import Device
from rig.device.launch import WantedPace
from rig.gui.calibrate.result import ResultPage
from rig.gui.calibrate.run_page import RunPage
from rig.gui.doctor.pages import VisitPage
from rig.gui.doctor.result import DoctorResult
from rig.pad import load_pad, pad_text
from rig.performance.patient import patient, soldering_faults
from rig.session.calibrate.evening import Evening
from rig.session.calibrate.plan import CalibrationFiles, CalibrationPlan, save_plan
from rig.session.calibrate.running import RunningCalibration
from rig.session.calibrate.virtual import VirtualMaker
from rig.session.doctor.visit import REST_S, Visit, WatchedDevice
from rig.virtual.board import VirtualBoard
from rig.virtual.board_state import BoardModel
from rig.virtual.load_cell import VirtualLoadCell
from rig.virtual.port import VirtualPort
from tests.gui.picturing import pictured, window_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from rig.device.doctor.examination import Examination
    from rig.gui.theme import Scheme
    from rig.gui.view import View
    from rig.gui.window import MainWindow
    from rig.session.calibrate.picture import Picture
    from rig.session.doctor.visit import VisitPicture
    from rig.workspace import Workspace

PAD_NAME = "back-144"
PAD = load_pad(PAD_NAME)
PLAN = CalibrationPlan(PAD_NAME, (36, 75, 107), (1.0, 3.0, 10.0, 20.0), 1, press_s=6.0)
STEM = "back-144_2026-11-20"
SCAN = WantedPace(prescaler=128, extra=160)
T = TypeVar("T")
LONGEST_S = 600.0


class HeldClock(ManualClock):
    """A manual clock that can be stopped, so that nothing runs away while somebody looks."""

    held = False

    def wait_s(self, seconds: float) -> None:
        while self.held:
            time.sleep(0.005)
        super().wait_s(seconds)


@dataclass(frozen=True)
class Still:
    """A calibration or a visit that stands still at one moment."""

    at: Picture | VisitPicture
    error: None = None

    def picture(self) -> Picture | VisitPicture:
        return self.at

    def act(self, what: str) -> None:
        raise AssertionError(what)

    def enough(self) -> None:
        raise AssertionError("enough")


@cache
def evening() -> dict[str, Picture]:
    """One evening, seen at the moments that the pictures are of."""
    with tempfile.TemporaryDirectory() as folder:
        return _evening_in(Path(folder))


def _evening_in(folder: Path) -> dict[str, Picture]:
    clock, maker = HeldClock(100.0), VirtualMaker(PAD, 5)
    board = VirtualBoard(BoardModel.of(PAD, "virtual"), maker.counts, now_s=clock.now_s())
    board.load_cell = VirtualLoadCell(maker.cell)
    device = Device(VirtualPort(board, clock).open, PAD, clock, SCAN)
    files = CalibrationFiles(folder / "calibration", STEM)

    def begin(has_cell: bool) -> Evening:
        return Evening(PAD, pad_text(PAD_NAME), PLAN, files, clock, has_cell=has_cell)

    running = RunningCalibration(device, begin, clock, maker.follow)
    seen: dict[str, Picture] = {}

    def see(name: str, is_so: Callable[[Picture], bool]) -> None:
        seen[name] = until(running.picture, is_so)

    running.start()
    see("weights", lambda p: _weighs(p, 10.0) and p.of_reading is not None and _settled(p) > 0.4)
    see("next", lambda p: _weighs(p, 3.0))
    maker.mistake = "wrong-weight"
    see("wrong-weight", lambda p: p.progress is not None and p.progress.asks)
    maker.mistake = ""
    see("pressing", lambda p: p.pressed is not None and p.pressed.share > 0.6)
    see("result", lambda p: p.verdict is not None)
    running.stop()
    running.wait(10)
    return seen


@cache
def untouched() -> Examination:
    """What was found where nobody pressed the pad."""
    clock = HeldClock(100.0)
    board = VirtualBoard(BoardModel.of(PAD, "virtual"), patient(PAD, 3, 60.0).counts, now_s=clock.now_s())
    there = Visit(WatchedDevice(VirtualPort(board, clock).open, PAD, clock), PAD, clock, "/dev/ttyACM0", press_s=0.0)
    there.start()
    found = until(there.picture, lambda p: p.found is not None).found
    assert found is not None
    return found


@cache
def visit() -> tuple[VisitPicture, Examination]:
    """One visit to the doctor: in the middle of the stroking, and what was found."""
    clock = HeldClock(100.0)
    board = VirtualBoard(BoardModel.of(PAD, "virtual"), patient(PAD, 3, REST_S + 1.0).counts, now_s=clock.now_s())
    board.wiring = soldering_faults(PAD, 3)
    there = Visit(WatchedDevice(VirtualPort(board, clock).open, PAD, clock), PAD, clock, "/dev/ttyACM0")
    there.start()
    stroking = until(there.picture, lambda p: p.stage == "press" and p.share > 0.6)
    found = until(there.picture, lambda p: p.found is not None).found
    assert found is not None
    return stroking, found


def calibrate_pictures(home: Workspace, into: Path, scheme: Scheme, size: tuple[int, int], language: str) -> list[Path]:
    """calibrate-setup, -weights, -wrong-weight, -pressing and -result; of an evening in `home` that was broken off."""
    seen = evening()
    save_plan(PLAN, CalibrationFiles(home.calibration, STEM))
    window = window_of(home, scheme, size, language)
    window.go("calibrate")
    made = [pictured(window, into / "calibrate-setup.png")]
    theme, words = _view_of(window).theme, _view_of(window).words
    for what in ("weights", "wrong-weight", "pressing"):
        page = RunPage(PAD, Still(seen[what]), theme, words)  # type: ignore[arg-type]  # stands still
        made.append(_shown(window, page, into / f"calibrate-{what}.png"))
    result = ResultPage(PAD, seen["result"], f"calibration/{STEM}_profile.json", theme, words)
    made.append(_shown(window, result, into / "calibrate-result.png"))
    window.close()
    return made


def doctor_pictures(home: Workspace, into: Path, scheme: Scheme, size: tuple[int, int], language: str) -> list[Path]:
    """doctor-waiting, -stroking, -faults, -noise and -unjudged."""
    stroking, found = visit()
    window = window_of(home, scheme, size, language)
    window.go("doctor")
    made = [pictured(window, into / "doctor-waiting.png")]
    theme, words = _view_of(window).theme, _view_of(window).words
    visited = VisitPage(PAD, Still(stroking), theme, words)  # type: ignore[arg-type]  # stands still
    made.append(_shown(window, visited, into / "doctor-stroking.png"))
    result = DoctorResult(PAD, found, theme, words)
    made.append(_shown(window, result, into / "doctor-faults.png"))
    result.noise.setChecked(True)
    made.append(pictured(window, into / "doctor-noise.png"))
    unjudged = DoctorResult(PAD, untouched(), theme, words)
    made.append(_shown(window, unjudged, into / "doctor-unjudged.png"))
    window.close()
    return made


def _view_of(window: MainWindow) -> View:
    assert window.view is not None
    return window.view


def _shown(window: MainWindow, page: QWidget, path: Path) -> Path:
    """A page in the view that is in front."""
    pages = _view_of(window).layout()
    assert isinstance(pages, QStackedLayout)
    pages.addWidget(page)
    pages.setCurrentWidget(page)
    page.setFocus()
    return pictured(window, path)


def until(look: Callable[[], T | None], is_so: Callable[[T], bool]) -> T:
    """The first look that is as wanted."""
    end_s = time.monotonic() + LONGEST_S
    while time.monotonic() < end_s:
        seen = look()
        if seen is not None and is_so(seen):
            return seen
        time.sleep(0.002)
    raise AssertionError("never came")


def _weighs(picture: Picture, load_n: float) -> bool:
    task = picture.task
    return task is not None and task.channel == 75 and task.phase == "down" and task.load_n == load_n


def _settled(picture: Picture) -> float:
    return picture.progress.settled if picture.progress is not None else 0.0

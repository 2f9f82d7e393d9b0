"""Every page of the main window, one after the other: what holds for all of them is tested on each."""

from __future__ import annotations

import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QStackedLayout

from rig.calibration.profile import parse_profile
from rig.calibration.verdict import Reason, Verdict
from rig.clock import ManualClock
from rig.gui.calibrate.result import ResultPage
from rig.gui.calibrate.run_page import RunPage
from rig.gui.choices import Choices
from rig.gui.doctor.pages import VisitPage
from rig.gui.doctor.result import DoctorResult
from rig.gui.practice.checklist_panel import ChecklistPanel
from rig.gui.practice.opening import Finished
from rig.gui.practice.summary_page import SummaryPage
from rig.gui.progress.view import ProgressView
from rig.gui.replay.judge import JudgeDialog
from rig.gui.replay.view import ReplayView
from rig.performance.patient import patient, soldering_faults
from rig.session.calibrate.marks import Mark
from rig.session.doctor.visit import REST_S, Visit, WatchedDevice
from rig.virtual.board import VirtualBoard
from rig.virtual.board_state import BoardModel
from rig.virtual.port import VirtualPort
from tests.gui.crowded import ROUTINES, crowded_report
from tests.gui.pictures_calibrate import Still
from tests.gui.picturing import window_of
from tests.gui.practising import EXAMPLE_PROFILE, PAD
from tests.gui.test_calibrate_words import picture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtWidgets import QWidget

    from rig.device.doctor.examination import Examination
    from rig.gui.view import View
    from rig.gui.window import MainWindow
    from rig.session.doctor.visit import VisitPicture
    from rig.workspace import Workspace

LONGEST_S = 180.0
MARKS = tuple(Mark("weak" if c % 40 == 0 else "doubtful" if c == 7 else "done", 1.0) for c in range(PAD.n_channels))
DOUBTS = ("no check weight: only the untouched pad was looked at",)


class Pages:
    """The main window of a workspace with recordings.

    Args:
        home: a workspace with two recordings, `a.mcap` and `b.mcap`.
    """

    def __init__(self, home: Workspace, size: tuple[int, int], language: str) -> None:
        QSettings("massage-rig", "window").clear()
        self.home = home
        self.window: MainWindow = window_of(home, "dark", size, language)
        self.window.activateWindow()

    def each(self) -> Iterator[tuple[str, QWidget]]:
        """A page's name, and what it is on: the window, or a dialog over it. Each stays until the next is asked for."""
        yield from self._practise()
        yield from self._replay()
        yield from self._calibrate()
        yield from self._doctor()
        self.window.go("progress")
        progress = self.window.view
        assert isinstance(progress, ProgressView)
        self.until(lambda: not progress.gathering)
        progress.look()
        yield "progress", self.settled()

    def close(self) -> None:
        self.window.close()

    def until(self, is_so: Callable[[], bool]) -> None:
        end_s = time.monotonic() + LONGEST_S
        while not is_so():
            assert time.monotonic() < end_s, "never came"
            QApplication.processEvents()
            time.sleep(0.002)

    def settled(self) -> QWidget:
        for _ in range(3):
            QApplication.processEvents()
        return self.window

    def view(self) -> View:
        assert self.window.view is not None
        return self.window.view

    def put(self, page: QWidget) -> QWidget:
        """A page in the view that is in front."""
        pages = self.view().layout()
        assert isinstance(pages, QStackedLayout)
        pages.addWidget(page)
        pages.setCurrentWidget(page)
        page.setFocus()
        return self.settled()

    def _practise(self) -> Iterator[tuple[str, QWidget]]:
        self.window.go("practise")
        yield "choose", self.settled()
        view, routine = self.view(), ROUTINES["relieving"]
        checklist = ChecklistPanel(view.words)
        checklist.show_items(tuple(rule.about for rule in routine.checklist), ("Frictions (relieving.9) is left out",))
        yield "checklist", self.put(checklist)
        finished = Finished(crowded_report("relieving"), np.ones(PAD.n_channels), Path("a.mcap"), None)
        choices = Choices(self.home, view.words, list)
        yield "summary", self.put(SummaryPage(finished, PAD, routine, choices, view.theme, view.words))

    def _replay(self) -> Iterator[tuple[str, QWidget]]:
        self.window.go("replay")
        yield "replay-choice", self.settled()
        view = self.view()
        assert isinstance(view, ReplayView)
        view.open(self.home.recordings / "a.mcap")
        page = view.page
        assert page is not None
        self.until(lambda: page.player.survey.outcome is not None)
        page.look()
        page.seek(round(page.player.flags[0].t0 * 1e6))
        yield "replay", self.settled()
        view.open_beside(self.home.recordings / "b.mcap")
        self.until(lambda: page.other is not None and page.other.survey.outcome is not None)
        page.look()
        yield "replay-beside", self.settled()
        dialog = JudgeDialog(page.player, self.home, view.words, view)
        dialog.show()
        dialog.activateWindow()
        self.settled()
        yield "replay-judge", dialog
        dialog.close()
        self.window.activateWindow()
        view.close_recording()

    def _calibrate(self) -> Iterator[tuple[str, QWidget]]:
        self.window.go("calibrate")
        yield "calibrate-setup", self.settled()
        view = self.view()
        weighing = RunPage(PAD, Still(picture(marks=MARKS, readings=3)), view.theme, view.words)  # type: ignore[arg-type]  # stands still
        yield "calibrate-weights", self.put(weighing)
        profile = parse_profile(EXAMPLE_PROFILE.read_text("utf-8"), "example", PAD)
        verdict = Verdict("doubtful", tuple(Reason("doubtful", what) for what in DOUBTS))
        seen = picture(stage="done", task=None, marks=MARKS, profile=profile, verdict=verdict, pressless="no-cell")
        yield "calibrate-result", self.put(ResultPage(PAD, seen, "calibration/a_profile.json", view.theme, view.words))

    def _doctor(self) -> Iterator[tuple[str, QWidget]]:
        self.window.go("doctor")
        yield "doctor-waiting", self.settled()
        view = self.view()
        stroking, found = visit()
        visited = VisitPage(PAD, Still(stroking), view.theme, view.words)  # type: ignore[arg-type]  # stands still
        yield "doctor-stroking", self.put(visited)
        yield "doctor-faults", self.put(DoctorResult(PAD, found, view.theme, view.words))


@cache
def visit() -> tuple[VisitPicture, Examination]:
    """A visit to the doctor at its end, and what was found: some faults, and the pad not pressed all over."""
    clock: Any = ManualClock(10.0)
    board = VirtualBoard(BoardModel.of(PAD, "pad"), patient(PAD, 3, REST_S + 0.5).counts, now_s=clock.now_s())
    board.wiring = soldering_faults(PAD, 3)
    there = Visit(WatchedDevice(VirtualPort(board, clock).open, PAD, clock), PAD, clock, "/dev/ttyACM0", press_s=4.0)
    there.start()
    end_s = time.monotonic() + LONGEST_S
    while there.picture().found is None:
        assert time.monotonic() < end_s, there.error
        time.sleep(0.005)
    seen = there.picture()
    assert seen.found is not None
    return seen, seen.found

"""Practising from the first click to the summary, over the real stream of a virtual board that runs fast."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QLabel, QPushButton, QWidget

from rig.errors import InputError, LinkError, StorageError
from rig.gui.application import application, theme_for
from rig.gui.choices import Choice, StepWish
from rig.gui.practice.checklist_panel import ChecklistPanel
from rig.gui.practice.opening import Chosen, begin
from rig.gui.practice.page import PracticePage
from rig.gui.practice.summary_page import SummaryPage
from rig.gui.practice.view import PracticeView
from rig.gui.words import Words
from rig.recording.reader import Recording
from rig.workspace import Workspace
from tests.gui.practising import EXAMPLE_PROFILE, PacedClock, following

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from rig.virtual.port import VirtualPort

TIMES = 10.0
Page = TypeVar("Page", bound=QWidget)
STEP = Choice(routine="relieving", step="relieving.10", sound=False)


class Bench:
    """A view whose sessions run on a board at hand."""

    def __init__(self, qtbot: QtBot, home: Path) -> None:
        self.view = PracticeView(Workspace(home), theme_for(application(), "dark"), Words())
        self.clock = PacedClock(TIMES)
        self.port: VirtualPort | None = None
        self.view.opens = self.open
        self.gone: list[tuple[str, object]] = []
        self.view.goes_to.connect(lambda key, what: self.gone.append((key, what)))
        qtbot.addWidget(self.view)
        self.view.resize(1140, 800)
        self.view.show()

    def open(self, choice: Choice, home: Workspace, *_: object) -> Chosen:
        feed, self.port = following(choice, self.clock)
        return begin(choice, home, self.clock, None, feed)

    def shows(self, kind: type[QWidget]) -> bool:
        return any(page.isVisible() for page in self.view.findChildren(kind))

    def page(self, kind: type[Page]) -> Page:
        return next(page for page in self.view.findChildren(kind) if page.isVisible())

    def said(self) -> str:
        return "\n".join(label.text() for label in self.view.findChildren(QLabel) if label.isVisible())

    def press(self, text: str) -> None:
        button = next(b for b in self.view.findChildren(QPushButton) if b.isVisible() and b.text() == text)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def begin(self, qtbot: QtBot, choice: Choice = STEP) -> PracticePage:
        self.view.chooser.starts.emit(choice)
        qtbot.waitUntil(lambda: self.shows(ChecklistPanel), timeout=15_000)
        self.press("Begin")
        qtbot.waitUntil(lambda: not self.shows(ChecklistPanel), timeout=5_000)
        return self.page(PracticePage)


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    made = Bench(qtbot, tmp_path)
    yield made
    made.view.shut()


def test_a_step_is_practised_to_its_end_and_summed_up(qtbot: QtBot, bench: Bench) -> None:
    page = bench.begin(qtbot)
    glance = page.panel.glance
    assert glance.step == "Thumb circles toward the hips"
    assert bench.view.busy()
    qtbot.waitUntil(lambda: "/" in page.panel.glance.counts[0].said, timeout=5_000)
    qtbot.waitUntil(lambda: bench.shows(SummaryPage), timeout=40_000)
    assert not bench.view.busy()
    assert "passed" in bench.said()
    assert "Thumb circles toward the hips" in bench.said()
    (recording,) = bench.view.home.recordings.glob("*.mcap")
    assert Recording.open(recording).duration_s > 3
    assert recording.with_suffix(".html").read_text("utf-8").startswith("<!")
    bench.press("Look at the recording")
    assert bench.gone == [("replay", recording)]


def test_an_unplugged_board_comes_back_and_the_step_is_finished(qtbot: QtBot, bench: Bench) -> None:
    page = bench.begin(qtbot)
    assert bench.port is not None
    board = bench.port.board
    assert board is not None
    qtbot.waitUntil(lambda: page.panel.glance.counts[0].said[0] != "0", timeout=15_000)
    bench.port.unplug()
    qtbot.waitUntil(lambda: page.panel.glance.state == "doubt", timeout=5_000)
    bench.port.plug(board)
    qtbot.waitUntil(lambda: page.panel.glance.state != "doubt", timeout=8_000)
    QTest.keyClick(page, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: bench.shows(SummaryPage), timeout=15_000)
    (recording,) = bench.view.home.recordings.glob("*.mcap")
    assert len(list(Recording.open(recording).gaps())) == 1


def test_the_checklist_is_the_routines_own_and_ticking_it_leads_to_the_button(qtbot: QtBot, bench: Bench) -> None:
    bench.view.chooser.starts.emit(STEP)
    qtbot.waitUntil(lambda: bench.shows(ChecklistPanel), timeout=15_000)
    panel = bench.page(ChecklistPanel)
    boxes = panel.findChildren(QCheckBox)
    assert any("oil" in box.accessibleName() for box in boxes)
    for box in boxes:
        QTest.keyClick(box, Qt.Key.Key_Space)
    assert panel.ticked == len(boxes)


def test_an_unplug_while_the_checklist_waits_is_told_and_the_list_comes_back(qtbot: QtBot, bench: Bench) -> None:
    bench.view.chooser.starts.emit(STEP)
    qtbot.waitUntil(lambda: bench.shows(ChecklistPanel), timeout=15_000)
    assert bench.port is not None
    board = bench.port.board
    assert board is not None
    bench.port.unplug()
    qtbot.waitUntil(lambda: not bench.shows(ChecklistPanel), timeout=5_000)
    assert bench.page(PracticePage).panel.glance.state == "doubt"
    bench.port.plug(board)
    qtbot.waitUntil(lambda: bench.shows(ChecklistPanel), timeout=8_000)


def test_pause_and_again_by_keys(qtbot: QtBot, bench: Bench) -> None:
    page = bench.begin(qtbot)
    QTest.keyClick(page, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: page.panel.glance.said == "Pause", timeout=5_000)
    QTest.keyClick(page, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page.panel.glance.said != "Pause", timeout=5_000)
    assert bench.view.session is not None
    running = bench.view.session.running
    begun_s = running.screen.coach.begun_s if running.screen.coach is not None else 0.0
    QTest.keyClick(page, Qt.Key.Key_A)
    qtbot.waitUntil(lambda: running.screen.coach is not None and running.screen.coach.begun_s > begun_s, timeout=5_000)


def test_a_board_that_is_not_there_is_said_and_everything_can_be_chosen_again(qtbot: QtBot, bench: Bench) -> None:
    def refuse(*_: object) -> Chosen:
        raise LinkError("/dev/ttyACM0: there is no such port")

    bench.view.opens = refuse
    bench.press("Start")
    qtbot.waitUntil(lambda: "no such port" in bench.said(), timeout=5_000)
    start = next(b for b in bench.view.findChildren(QPushButton) if b.text() == "Start")
    assert start.isEnabled()
    assert not bench.view.busy()


def test_a_profile_that_has_gone_is_said(qtbot: QtBot, bench: Bench, tmp_path: Path) -> None:
    gone = str(tmp_path / "calibration" / "gone.json")
    bench.view.chooser.starts.emit(Choice(profile=gone, sound=False))
    qtbot.waitUntil(lambda: "gone.json" in bench.said(), timeout=15_000)
    assert not list(tmp_path.rglob("*.mcap"))


def test_a_session_that_breaks_off_is_said_and_what_was_recorded_is_kept(qtbot: QtBot, bench: Bench) -> None:
    bench.begin(qtbot)
    assert bench.view.session is not None
    running = bench.view.session.running

    def break_off(*_: object) -> None:
        raise StorageError("the disk is gone")

    running._practice.turn = break_off  # type: ignore[method-assign]
    qtbot.waitUntil(lambda: not bench.shows(PracticePage), timeout=15_000)
    assert "the disk is gone" in bench.said()
    (recording,) = bench.view.home.recordings.glob("*.mcap")
    assert Recording.open(recording).frames > 0


def test_closing_while_a_recording_is_made_keeps_all_of_it(qtbot: QtBot, tmp_path: Path) -> None:
    bench = Bench(qtbot, tmp_path)
    bench.begin(qtbot)
    qtbot.waitUntil(lambda: bench.view.session is not None and bench.view.session.running.screen.t > 3, timeout=15_000)
    bench.view.shut()
    (recording,) = bench.view.home.recordings.glob("*.mcap")
    read = Recording.open(recording)
    assert not read.warnings
    assert read.duration_s > 2.5
    assert recording.with_suffix(".html").is_file()


def test_closing_while_it_connects_leaves_a_whole_recording(qtbot: QtBot, tmp_path: Path) -> None:
    bench = Bench(qtbot, tmp_path)
    bench.view.chooser.starts.emit(STEP)
    assert bench.view.busy()
    bench.view.shut()
    (recording,) = bench.view.home.recordings.glob("*.mcap")
    assert not Recording.open(recording).warnings
    assert recording.with_suffix(".html").is_file()


def test_the_same_again_and_what_keeps_it_from_beginning_is_told(qtbot: QtBot, bench: Bench) -> None:
    page = bench.begin(qtbot)
    QTest.keyClick(page, Qt.Key.Key_Q)
    qtbot.waitUntil(lambda: bench.shows(SummaryPage), timeout=15_000)

    def refuse(*_: object) -> Chosen:
        raise LinkError("no board is plugged in")

    bench.view.opens = refuse
    QTest.keyClick(bench.page(SummaryPage), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "no board is plugged in" in bench.said(), timeout=5_000)


def test_the_last_choice_is_there_again(qtbot: QtBot, bench: Bench, tmp_path: Path) -> None:
    def refuse(*_: object) -> Chosen:
        raise LinkError("no")

    bench.view.opens = refuse
    bench.view.chooser.starts.emit(Choice(routine="reflex", level="gentle", length="15", pad="back-96", sound=False))
    again = PracticeView(Workspace(tmp_path), theme_for(application(), "dark"), Words())
    qtbot.addWidget(again)
    assert again.chooser.choice == Choice(routine="reflex", level="gentle", length="15", pad="back-96", sound=False)
    again.shut()


def test_a_fresh_profile_is_chosen_with_its_pad(qtbot: QtBot, bench: Bench) -> None:
    home = bench.view.home
    home.calibration.mkdir(parents=True)
    profile = home.calibration / "evening.json"
    shutil.copy(EXAMPLE_PROFILE, profile)
    bench.view.opened_with(profile)
    assert bench.view.chooser.choice.profile == str(profile)
    assert bench.view.chooser.choice.pad == "back-144"
    with pytest.raises(InputError, match=r"gone\.json"):
        bench.view.opened_with(home.calibration / "gone.json")


def test_a_step_out_of_the_advice_begins_at_once_but_breaks_nothing_off(qtbot: QtBot, bench: Bench) -> None:
    told: list[str] = []
    bench.view.notices.connect(lambda said, _: told.append(said))
    bench.view.opened_with(StepWish("relieving", "relieving.9"))
    qtbot.waitUntil(lambda: bench.shows(ChecklistPanel), timeout=15_000)
    session = bench.view.session
    assert session is not None
    assert [session.running.screen.next_step.title] == ["Frictions"]  # type: ignore[union-attr]  # it waits
    bench.view.opened_with(StepWish("relieving", "relieving.1"))
    assert bench.view.session is session
    assert told == ["A practice is running: end it first."]


def test_two_clicks_from_the_window_to_another_routine(qtbot: QtBot, bench: Bench) -> None:
    asked: list[Choice] = []

    def note(choice: Choice, *_: object) -> Chosen:
        asked.append(choice)
        raise LinkError("no")

    bench.view.opens = note
    cards = [b for b in bench.view.findChildren(QAbstractButton) if b.text() == "Reflex massage"]
    QTest.mouseClick(cards[0], Qt.MouseButton.LeftButton)
    bench.press("Start")
    qtbot.waitUntil(lambda: asked != [], timeout=5_000)
    assert asked[0].routine == "reflex"

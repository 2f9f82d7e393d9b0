"""The main window: its views, the keys between them, what is dropped on it, closing while something goes on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from rig.errors import InputError, OperationError
from rig.gui.single import OnlyWindow
from rig.gui.theme import Theme
from rig.gui.view import View
from rig.gui.window import MainWindow, Place
from rig.gui.words import Words
from rig.workspace import Workspace

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


class Quiet(View):
    """A view that notes what the window does with it."""

    def __init__(self, home: Workspace, theme: Theme, words: Words) -> None:
        super().__init__(home, theme, words)
        self.seen: list[object] = []

    def entered(self) -> None:
        self.seen.append("entered")

    def left(self) -> None:
        self.seen.append("left")

    def opened_with(self, what: object) -> None:
        if what == "bad":
            raise InputError("that is no recording")
        self.seen.append(what)

    def shut(self) -> None:
        self.seen.append("shut")


class Working(Quiet):
    """A view that is busy and takes recordings."""

    def takes(self, path: Path) -> bool:
        return path.suffix == ".mcap"

    def busy(self) -> str:
        return "A session is running."


PLACES = (
    Place("quiet", "Quiet", "one", __name__, "Quiet"),
    Place("working", "Working", "two", __name__, "Working"),
)


class Asked(MainWindow):
    """Answers the question instead of a person."""

    answer = False
    asked: tuple[str, ...] = ()

    def may_close(self, reasons: list[str]) -> bool:
        self.asked = (*self.asked, *reasons)
        return self.answer


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Asked:
    made = Asked(Workspace(tmp_path), Theme("dark"), Words(), PLACES)
    qtbot.addWidget(made)
    made.answer = True
    made.show()
    return made


def view_of(window: MainWindow) -> Quiet:
    view = window.view
    assert isinstance(view, Quiet)
    return view


def test_a_view_is_made_when_somebody_goes_there(window: Asked) -> None:
    assert window.view is None
    window.go("quiet")
    first = view_of(window)
    assert first.seen == ["entered"]
    window.go("working", 3)
    assert view_of(window).seen == [3, "entered"]
    assert first.seen == ["entered", "left"]
    window.go("quiet")
    assert view_of(window) is first


def test_keys_go_to_the_views(window: Asked) -> None:
    QTest.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert isinstance(view_of(window), Working)
    QTest.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert not isinstance(view_of(window), Working)


def test_a_view_can_send_somebody_to_another(window: Asked) -> None:
    window.go("quiet")
    view_of(window).goes_to.emit("working", "that")
    assert view_of(window).seen == ["that", "entered"]


def test_what_cannot_be_opened_is_said_and_the_view_in_front_stays(window: Asked) -> None:
    window.go("quiet")
    front = view_of(window)
    window.go("working", "bad")
    assert view_of(window) is front
    notice = window.findChild(QLabel, "notice")
    assert isinstance(notice, QLabel)
    assert notice.isVisible()
    assert notice.text() == "that is no recording"


def test_a_dropped_file_goes_to_the_view_that_takes_it(window: Asked) -> None:
    window.go("quiet")
    window.open_path(Path("a.mcap"))
    assert view_of(window).seen == [Path("a.mcap"), "entered"]
    window.open_path(Path("a.txt"))
    notice = window.findChild(QLabel, "notice")
    assert isinstance(notice, QLabel)
    assert "a.txt" in notice.text()


def test_closing_asks_while_something_goes_on(window: Asked) -> None:
    window.go("working")
    view = view_of(window)
    window.answer = False
    assert not window.close()
    assert window.asked == ("A session is running.",)
    assert "shut" not in view.seen
    window.answer = True
    assert window.close()
    assert view.seen[-1] == "shut"


def test_a_second_window_of_a_workspace_says_so_and_calls_the_first(qtbot: QtBot, tmp_path: Path) -> None:
    first = OnlyWindow(Workspace(tmp_path))
    with (
        qtbot.waitSignal(first.called, timeout=2000),
        pytest.raises(OperationError, match=r"open already \(process \d+\)"),
    ):
        OnlyWindow(Workspace(tmp_path))
    OnlyWindow(Workspace(tmp_path / "another")).close()
    first.close()
    OnlyWindow(Workspace(tmp_path)).close()

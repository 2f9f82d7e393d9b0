"""The page before a practice: boards that come and go, keys, and what is told beside the button."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel

from rig.device.ports import Port
from rig.gui.application import application, theme_for
from rig.gui.choices import VIRTUAL, Choice, Choices
from rig.gui.practice.chooser_page import ChooserPage
from rig.gui.words import Words
from rig.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

MEGA = Port("/dev/ttyACM0", (0x2341, 0x0042), "1", "Arduino Mega")


class Computer:
    """Its ports, to be plugged and unplugged."""

    def __init__(self) -> None:
        self.ports: list[Port] = []


@pytest.fixture
def computer() -> Computer:
    return Computer()


@pytest.fixture
def page(qtbot: QtBot, tmp_path: Path, computer: Computer) -> ChooserPage:
    words = Words()
    choices = Choices(Workspace(tmp_path), words, lambda: computer.ports)
    made = ChooserPage(choices, Choice(), theme_for(application(), "dark"), words, "how it sounds")
    made.look_every(10)
    qtbot.addWidget(made)
    made.show()
    return made


def said(page: ChooserPage) -> str:
    return "\n".join(label.text() for label in page.findChildren(QLabel))


def test_a_board_that_is_plugged_in_is_chosen_and_one_that_goes_is_told(
    qtbot: QtBot, page: ChooserPage, computer: Computer
) -> None:
    assert page.choice.device == VIRTUAL
    computer.ports = [MEGA]
    qtbot.waitUntil(lambda: page.choice.device == "/dev/ttyACM0", timeout=5_000)
    assert "/dev/ttyACM0 is here." in said(page)
    computer.ports = []
    qtbot.waitUntil(lambda: page.choice.device == VIRTUAL, timeout=5_000)
    assert "/dev/ttyACM0 was unplugged." in said(page)


def test_every_control_is_reached_by_the_tab_key(qtbot: QtBot, page: ChooserPage) -> None:
    page.activateWindow()
    reached = set()
    for _ in range(40):
        widget = page.focusWidget()
        if widget is not None:
            reached.add(widget)
        page.focusNextChild()
    # Of buttons that exclude one another the chosen one is reached, and the arrow keys go on from there.
    names = {w.text() for w in reached if isinstance(w, QAbstractButton)}
    assert {"Start", "Sound on this computer", "Virtual pad", "back-144", "Standard", "Whole"} <= names
    assert any("massage" in name for name in names)


def test_arrow_keys_choose_another_routine(qtbot: QtBot, page: ChooserPage) -> None:
    before = page.choice.routine
    card = next(b for b in page.findChildren(QAbstractButton) if b.isChecked() and "massage" in b.text())
    card.setFocus()
    QTest.keyClick(card, Qt.Key.Key_Down)
    assert page.choice.routine != before


def test_return_starts(qtbot: QtBot, page: ChooserPage) -> None:
    start = next(b for b in page.findChildren(QAbstractButton) if b.text() == "Start")
    with qtbot.waitSignal(page.starts, timeout=2_000) as asked:
        QTest.keyClick(start, Qt.Key.Key_Return)
    assert asked.args == [page.choice]


def test_every_control_says_what_it_is_for(page: ChooserPage) -> None:
    for button in page.findChildren(QAbstractButton):
        assert button.accessibleName() or button.text()
        assert button.toolTip() or button.text() in {"back-144", "back-96", "10 min", "15 min", "30 min"}

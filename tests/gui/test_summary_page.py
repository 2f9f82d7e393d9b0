"""The page after a practice: everything by key and by button, and what was not judged is there as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from rig.gui.application import application, theme_for
from rig.gui.choices import Choices, StepWish
from rig.gui.practice.opening import Finished
from rig.gui.practice.summary_page import SummaryPage
from rig.gui.words import Words
from rig.workspace import Workspace
from tests.gui.crowded import ROUTINES, crowded_report
from tests.gui.practising import PAD

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot


@pytest.fixture
def page(qtbot: QtBot, tmp_path: Path) -> SummaryPage:
    finished = Finished(crowded_report("relieving"), np.ones(PAD.n_channels), tmp_path / "a.mcap", None)
    choices = Choices(Workspace(tmp_path), Words(), list)
    made = SummaryPage(finished, PAD, ROUTINES["relieving"], choices, theme_for(application(), "dark"), Words())
    qtbot.addWidget(made)
    made.resize(1140, 800)
    made.show()
    return made


@pytest.mark.parametrize(
    ("key", "button", "signal"),
    [
        (Qt.Key.Key_Return, "Practise again", "again"),
        (Qt.Key.Key_L, "Look at the recording", "looks"),
        (Qt.Key.Key_Escape, "Choose another", "back"),
    ],
)
def test_each_way_on_has_a_key_and_a_button(
    qtbot: QtBot, page: SummaryPage, key: Qt.Key, button: str, signal: str
) -> None:
    with qtbot.waitSignal(getattr(page, signal), timeout=2_000):
        QTest.keyClick(page, key)
    pressed = next(b for b in page.findChildren(QPushButton) if b.text() == button)
    with qtbot.waitSignal(getattr(page, signal), timeout=2_000):
        QTest.mouseClick(pressed, Qt.MouseButton.LeftButton)
    assert pressed.toolTip()


def test_a_report_that_could_not_be_written_cannot_be_opened(page: SummaryPage) -> None:
    report = next(b for b in page.findChildren(QPushButton) if b.text() == "Open the report")
    assert not report.isEnabled()
    QTest.keyClick(page, Qt.Key.Key_R)


def test_every_step_is_listed_and_what_was_not_judged_says_so(page: SummaryPage) -> None:
    texts = [label.text() for label in page.findChildren(QLabel)]
    assert {step.title for step in ROUTINES["relieving"].steps} <= set(texts)
    assert sum(text.startswith("not judged") for text in texts) == len(ROUTINES["relieving"].steps)
    assert "not scored" in texts


def test_the_most_harmful_is_first_in_the_advice(page: SummaryPage) -> None:
    texts = [label.text() for label in page.findChildren(QLabel)]
    assert texts[texts.index("1.") + 1].startswith("Keep off the spine")


def test_a_piece_of_advice_is_practised_by_its_number_or_its_button(qtbot: QtBot, page: SummaryPage) -> None:
    wish = StepWish("relieving", "relieving.1")
    with qtbot.waitSignal(page.practises, timeout=2_000) as asked:
        QTest.keyClick(page, Qt.Key.Key_1)
    assert asked.args == [wish]
    begin = next(b for b in page.findChildren(QPushButton) if b.text() == "Practise")
    with qtbot.waitSignal(page.practises, timeout=2_000) as asked:
        QTest.mouseClick(begin, Qt.MouseButton.LeftButton)
    assert asked.args == [wish]

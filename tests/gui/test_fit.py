"""No text is clipped or covered, in either language, at any size that a window may have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QRect, QSettings, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QPushButton

from rig.gui.application import application, theme_for
from rig.gui.choices import Choice, Choices
from rig.gui.lettering import SMALLEST_PX, fitting
from rig.gui.practice.checklist_panel import ChecklistPanel
from rig.gui.practice.chooser_page import ChooserPage
from rig.gui.practice.opening import Finished
from rig.gui.practice.panel import DESIGNED_PX
from rig.gui.practice.summary_page import SummaryPage
from rig.gui.practice.view import PracticeView
from rig.gui.theme import Theme, growth
from rig.gui.words import Words
from rig.report.advice import PRACTISE
from rig.technique.coach.saying import BETTER
from rig.technique.wording import WORDS
from rig.workspace import Workspace
from tests.gui.crowded import ROUTINES, crowded_report
from tests.gui.fit import clipped, overlapping
from tests.gui.practising import PAD

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

SIZES = [(865, 640), (1140, 720), (1140, 800), (2400, 1440)]
"""Of a page beside the rail, from the smallest window on."""

LANGUAGES = ["en", "de"]
LEGIBLE_PX = 28
"""About what a person with full sight reads from two metres on a screen of the usual size."""


def shown(qtbot: QtBot, page: QWidget, size: tuple[int, int]) -> None:
    qtbot.addWidget(page)
    page.resize(*size)
    page.show()
    qtbot.wait(1)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_the_chooser(qtbot: QtBot, tmp_path: Path, size: tuple[int, int], language: str) -> None:
    words, theme = Words(language), theme_for(application(), "dark")
    choices = Choices(Workspace(tmp_path), words, list)
    page = ChooserPage(choices, Choice(), theme, words, "")
    page.tell("/dev/ttyACM0: another program has it: wait until it is done, then try again", "wrong")
    shown(qtbot, page, size)
    assert clipped(page) == []
    assert overlapping(page) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(ROUTINES))
def test_the_checklist(qtbot: QtBot, name: str, language: str) -> None:
    panel = ChecklistPanel(Words(language))
    panel.show_items(tuple(rule.about for rule in ROUTINES[name].checklist))
    shown(qtbot, panel, (520, 600))
    assert clipped(panel) == []
    assert overlapping(panel) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_the_summary(qtbot: QtBot, tmp_path: Path, size: tuple[int, int], language: str) -> None:
    words = Words(language)
    choices = Choices(Workspace(tmp_path), words, list)
    finished = Finished(crowded_report("relieving"), np.ones(PAD.n_channels), tmp_path / "a.mcap", None, "")
    page = SummaryPage(finished, PAD, ROUTINES["relieving"], choices, theme_for(application(), "light"), words)
    shown(qtbot, page, size)
    assert clipped(page) == []
    assert overlapping(page) == []


@pytest.mark.parametrize("size", [(2400, 1440), (1900, 1000), (1140, 800)])
def test_on_a_large_screen_everything_is_larger_and_still_fits(
    qtbot: QtBot, tmp_path: Path, size: tuple[int, int]
) -> None:
    view = PracticeView(Workspace(tmp_path), theme_for(application(), "dark"), Words("de"))
    shown(qtbot, view, size)
    assert clipped(view) == []
    assert overlapping(view) == []
    start = next(b for b in view.findChildren(QPushButton) if b.text() == "Los")
    assert start.fontInfo().pixelSize() == pytest.approx(21 * growth(*size), abs=1)
    view.shut()


def test_growth_is_bounded() -> None:
    assert growth(600, 400) == 1.0
    assert growth(1140, 800) == 1.0
    assert growth(2400, 1440) == 1.75
    assert growth(9000, 9000) == 2.0


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_told_is_legible_from_two_metres(qtbot: QtBot, language: str) -> None:
    theme, say = Theme("dark"), Words(language).told
    # The banner's field for words, beside its sign and above the figures.
    width, height = DESIGNED_PX[0] - 140, 0.7 * 130
    for said in (*WORDS.values(), *BETTER.values()):
        assert fitting(theme.font("figure", 0.9), say(said), width, height).pixelSize() >= LEGIBLE_PX, say(said)


@pytest.mark.parametrize("said", [*PRACTISE.values(), "A word", "Donaudampfschifffahrtsgesellschaft", ""])
@pytest.mark.parametrize("space", [(600, 200), (300, 90), (150, 40)])
def test_a_fitting_text_lies_within_its_space(qtbot: QtBot, said: str, space: tuple[int, int]) -> None:
    font = fitting(Theme("dark").font("giant"), said, *space)
    needed = QFontMetrics(font).boundingRect(QRect(0, 0, space[0], 10_000), int(Qt.TextFlag.TextWordWrap), said)
    assert font.pixelSize() == SMALLEST_PX or (needed.height() <= space[1] and needed.width() <= space[0])


def test_settings_of_these_tests_are_their_own(tmp_path: Path) -> None:
    assert QSettings("massage-rig", "window").fileName().startswith(str(tmp_path))

"""On every page nothing is clipped, covered or tiny, the keyboard reaches all of it, and German is German."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QWidget,
)

from rig.gui.pad_map import PadMap
from rig.gui.replay.timeline import Timeline
from tests.gui.crowded import ROUTINES
from tests.gui.every_page import Pages
from tests.gui.fit import clipped, overlapping, painted, tiny

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from rig.workspace import Workspace

SIZES = [(1024, 640), (1280, 720), (2560, 1440)]
"""The smallest window; a screen of 2560 x 1440 at twice the scale, lower than 1280 x 800; and at its own."""

ACTING = (QAbstractButton, QComboBox, QLineEdit, QAbstractItemView, PadMap, Timeline)
MOST_STOPS = 80

ENGLISH = re.compile(r"\b(the|of|and|is|are|with|from|by|this|your|has|have|step|flag|hands|force|left|right|times)\b")
"""Words that stand in most English sentences and in no German one."""


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_clipped_covered_or_tiny(
    qtbot: QtBot, replay_home: Workspace, size: tuple[int, int], language: str
) -> None:
    pages, wrong = Pages(replay_home, size, language), []
    for name, shown in pages.each():
        with tiny() as small:
            shown.grab()
        assert [w for w in QApplication.topLevelWidgets() if w.isVisible() and w not in {pages.window, shown}] == []
        wrong += [f"{name}: {what}" for what in (*clipped(shown), *overlapping(shown), *small)]
    pages.close()
    assert wrong == []


def test_nothing_in_the_german_window_is_english_but_the_sources(qtbot: QtBot, replay_home: Workspace) -> None:
    pages, english = Pages(replay_home, (1280, 800), "de"), []
    for name, shown in pages.each():
        with painted() as texts:
            shown.grab()
        said_here = "\n".join([*texts, *texts_of(shown)]).replace(str(replay_home.home), "")
        lines = set(said_here.splitlines())
        english += [f"{name}: {line}" for line in sorted(lines) if ENGLISH.search(line) and not is_source(line)]
    pages.close()
    assert english == []


def is_source(line: str) -> bool:
    """A limit's source is quoted as the routine has it; it begins with the document's name."""
    return line.startswith(tuple(ROUTINES))


def texts_of(shown: QWidget) -> list[str]:
    """All texts of the widgets in sight, tooltips and list entries too."""
    found = []
    for widget in (widget for widget in shown.findChildren(QWidget) if widget.isVisible()):
        found += [widget.toolTip(), widget.accessibleName(), widget.windowTitle()]
        if isinstance(widget, QLabel | QAbstractButton | QLineEdit):
            found.append(widget.text())
        if isinstance(widget, QComboBox):
            found += [widget.itemText(row) for row in range(widget.count())]
        if isinstance(widget, QListWidget):
            items = [widget.item(row) for row in range(widget.count())]
            found += [text for item in items for text in (item.text(), item.toolTip())]
    return found


def stops(shown: QWidget) -> list[QWidget]:
    """What Tab comes by, once round."""
    found: list[QWidget] = []
    for _ in range(MOST_STOPS):
        QTest.keyClick(QApplication.focusWidget() or shown, Qt.Key.Key_Tab)
        here = QApplication.focusWidget()
        if here is None or (found and here is found[0]):
            return found
        if here in found:
            return found
        found.append(here)
    return found


def reached(widget: QWidget, among: list[QWidget]) -> bool:
    """By Tab itself, by the arrow keys out of its group, by a key of its own, or as a part of what is reached."""
    if widget in among or any(one.isAncestorOf(widget) for one in among):
        return True
    if isinstance(widget, QAbstractButton):
        group = widget.group()
        own_key = isinstance(widget, QPushButton) and not widget.shortcut().isEmpty()
        return own_key or (group is not None and any(button in among for button in group.buttons()))
    return False


def test_all_that_acts_is_reached_by_the_keyboard_seen_there_and_named(qtbot: QtBot, replay_home: Workspace) -> None:
    pages, missed, unseen, unnamed = Pages(replay_home, (1280, 800), "en"), [], [], []
    for name, shown in pages.each():
        by = stops(shown)
        for widget in acting(shown):
            called = f"{name}: {type(widget).__name__} {said(widget)}"
            missed += [called] if widget.isEnabled() and not reached(widget, by) else []
            unnamed += [] if said(widget) else [called]
        unseen += [f"{name}: {said(widget)}" for widget in by if isinstance(widget, ACTING) and not shows_focus(widget)]
    pages.close()
    assert missed == []
    assert unseen == []
    assert unnamed == []


def acting(shown: QWidget) -> list[QWidget]:
    """What somebody can do something with."""
    found = [widget for kind in ACTING for widget in shown.findChildren(kind)]
    return [widget for widget in found if widget.isVisible() and not isinstance(widget, QHeaderView)]


def said(widget: QWidget) -> str:
    """What a control says of itself."""
    text = widget.text() if isinstance(widget, QAbstractButton | QLineEdit) else ""
    return text or widget.toolTip() or widget.accessibleName()


def shows_focus(widget: QWidget) -> bool:
    """Whether it looks otherwise with the focus than without; a list shows its current row all the time."""
    if isinstance(widget, QAbstractItemView):
        return True
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    QApplication.processEvents()
    focused = widget.grab().toImage()
    widget.clearFocus()
    QApplication.processEvents()
    return widget.grab().toImage() != focused

"""A replay view that keeps what it tells, and the way people drive it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from rig.gui.replay.view import ReplayView

if TYPE_CHECKING:
    from PySide6.QtCore import Qt
    from pytestqt.qtbot import QtBot

    from rig.gui.replay.page import ReplayPage
    from rig.gui.theme import Theme
    from rig.gui.words import Words
    from rig.workspace import Workspace

S = 1_000_000


class Telling(ReplayView):
    """Keeps what it asked the window to tell."""

    def __init__(self, home: Workspace, theme: Theme, words: Words) -> None:
        super().__init__(home, theme, words)
        self.told: list[tuple[str, str]] = []
        self.notices.connect(lambda what, state: self.told.append((what, state)))


def opened(qtbot: QtBot, view: Telling, name: str = "a.mcap") -> ReplayPage:
    """The page of a recording, once its background pass is done."""
    view.open(view.home.recordings / name)
    page = page_of(view)
    qtbot.waitUntil(lambda: not page.player.survey.running, timeout=20_000)
    page.look()
    return page


def page_of(view: ReplayView) -> ReplayPage:
    assert view.page is not None
    return view.page


def press(page: ReplayPage, *keys: tuple[Qt.Key, Qt.KeyboardModifier] | Qt.Key | str) -> None:
    """Keys in the focus, and what follows from them."""
    for key in keys:
        target = page.timelines[0]
        if isinstance(key, str):
            QTest.keyClicks(target, key)
        elif isinstance(key, tuple):
            QTest.keyClick(target, *key)
        else:
            QTest.keyClick(target, key)
    QApplication.processEvents()

"""The practice window over the real stream of a virtual board, on Qt's offscreen platform."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from rig.gui.practice_window import PracticeWindow
from tests.gui.practising import PAD, practising

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def shown(window: PracticeWindow) -> str:
    return "\n".join(label.text() for label in window.findChildren(QLabel))


def test_it_shows_the_step_the_force_and_the_spine_alarm(qtbot: QtBot) -> None:
    with practising(skip_s=27.0) as (running, _):
        window = PracticeWindow(PAD, running, "test")
        qtbot.addWidget(window)
        window.show()
        qtbot.waitUntil(lambda: "On the spine" in shown(window), timeout=8000)
        assert "Deep long strokes" in shown(window)
        assert " N" in shown(window)
        assert "Uncalibrated" in shown(window)


def test_an_unplug_is_shown_and_the_session_goes_on_after_it(qtbot: QtBot) -> None:
    with practising() as (running, port):
        window = PracticeWindow(PAD, running, "test")
        qtbot.addWidget(window)
        window.show()
        qtbot.waitUntil(lambda: running.screen.strokes >= 0 and "Good" in shown(window), timeout=5000)
        board = port.board
        assert board is not None
        port.unplug()
        qtbot.waitUntil(lambda: "unplugged" in shown(window) or "lost" in shown(window), timeout=5000)
        port.plug(board)
        qtbot.waitUntil(lambda: "Good" in shown(window), timeout=8000)
        assert running.error is None


@pytest.mark.parametrize("key", [Qt.Key.Key_N, Qt.Key.Key_Right])
def test_a_key_goes_on_to_the_next_step(qtbot: QtBot, key: Qt.Key) -> None:
    with practising() as (running, _):
        window = PracticeWindow(PAD, running, "test")
        qtbot.addWidget(window)
        window.show()
        qtbot.waitUntil(lambda: "Deep long strokes" in shown(window), timeout=5000)
        QTest.keyClick(window, key)
        qtbot.waitUntil(lambda: "Kneading" in shown(window), timeout=5000)


@pytest.mark.parametrize("key", [Qt.Key.Key_Q, Qt.Key.Key_Escape])
def test_closing_the_window_ends_the_session_properly(qtbot: QtBot, key: Qt.Key) -> None:
    with practising() as (running, _):
        window = PracticeWindow(PAD, running, "test")
        qtbot.addWidget(window)
        window.show()
        QTest.keyClick(window, key)
        qtbot.waitUntil(lambda: running.wait(0.01), timeout=8000)
        assert running.error is None
        assert running.outcome is not None


@pytest.mark.parametrize("size", [(1280, 800), (2560, 1440), (1024, 720)])
def test_nothing_is_clipped(qtbot: QtBot, size: tuple[int, int]) -> None:
    with practising(skip_s=27.0) as (running, _):
        window = PracticeWindow(PAD, running, "test")
        qtbot.addWidget(window)
        window.resize(*size)
        window.show()
        qtbot.waitUntil(lambda: "On the spine" in shown(window), timeout=8000)
        qtbot.wait(50)  # one more layout after the longest text came
        for label in window.findChildren(QLabel):
            needed = label.heightForWidth(label.width()) if label.wordWrap() else label.sizeHint().height()
            assert label.height() >= needed, label.text()

"""The window of one session over the real stream of a virtual board, on Qt's offscreen platform."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from rig.gui.practice.window import PracticeWindow
from rig.gui.words import Words
from tests.gui.practising import DEMONSTRATED, PAD, practising

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from rig.session.running import RunningPractice
    from rig.technique.coach.metronome import Beat


def window_of(qtbot: QtBot, running: RunningPractice, words: Words | None = None) -> PracticeWindow:
    window = PracticeWindow(PAD, running, "test", DEMONSTRATED, words=words)
    qtbot.addWidget(window)
    window.show()
    return window


def test_it_shows_the_step_its_band_and_the_spine_alarm(qtbot: QtBot) -> None:
    with practising(skip_s=26.5, times=4) as (running, _):
        window = window_of(qtbot, running)
        panel = window.page.panel
        qtbot.waitUntil(lambda: "On the spine" in panel.glance.said, timeout=8000)
        glance = panel.glance
        assert glance.state == "wrong"
        assert "limit" in glance.figures
        assert glance.step == "Deep long strokes"
        assert "Uncalibrated" in glance.foot
        force, tempo = glance.readings
        assert (force.low, force.high) == (10, 40)
        assert force.unit == "N"
        assert tempo.unit == "cm/s"


def test_it_speaks_the_users_language(qtbot: QtBot) -> None:
    with practising(skip_s=26.5, times=4) as (running, _):
        window = window_of(qtbot, running, Words("de"))
        panel = window.page.panel
        qtbot.waitUntil(lambda: "Wirbels" in panel.glance.said, timeout=8000)
        assert "Grenze" in panel.glance.figures
        assert panel.glance.readings[0].title == "Kraft einer Hand"


def test_an_unplug_is_shown_and_the_session_goes_on_after_it(qtbot: QtBot) -> None:
    with practising(times=8) as (running, port):
        window = window_of(qtbot, running)
        panel = window.page.panel
        qtbot.waitUntil(lambda: running.screen.t > 0.2, timeout=5000)
        board = port.board
        assert board is not None
        port.unplug()
        qtbot.waitUntil(lambda: panel.glance.state == "doubt", timeout=5000)
        assert "unplugged" in panel.glance.said or "lost" in panel.glance.said
        assert "goes on by itself" in panel.glance.figures
        port.plug(board)
        qtbot.waitUntil(lambda: panel.glance.state != "doubt", timeout=8000)
        assert running.error is None


@pytest.mark.parametrize("key", [Qt.Key.Key_N, Qt.Key.Key_Right])
def test_a_key_goes_on_to_the_next_step(qtbot: QtBot, key: Qt.Key) -> None:
    with practising(times=8) as (running, _):
        window = window_of(qtbot, running)
        qtbot.waitUntil(lambda: window.page.panel.glance.step == "Deep long strokes", timeout=5000)
        QTest.keyClick(window.page, key)
        qtbot.waitUntil(lambda: "Kneading" in window.page.panel.glance.step, timeout=5000)


@pytest.mark.parametrize("key", [Qt.Key.Key_Q, Qt.Key.Key_Escape])
def test_closing_the_window_ends_the_session_properly(qtbot: QtBot, key: Qt.Key) -> None:
    with practising(times=8) as (running, _):
        window = window_of(qtbot, running)
        QTest.keyClick(window.page, key)
        qtbot.waitUntil(lambda: running.wait(0.01), timeout=8000)
        assert running.error is None
        assert running.outcome is not None


class Heard:
    """A computer's sound that notes when it was to sound, and in which thread."""

    def __init__(self) -> None:
        self.alarms: list[tuple[float, bool, str]] = []

    def beat(self, kind: Beat) -> None:
        pass

    def alarm(self, on: bool) -> None:
        self.alarms.append((time.monotonic(), on, threading.current_thread().name))


def test_a_window_that_stalls_loses_no_frame_and_silences_no_alarm(qtbot: QtBot) -> None:
    heard = Heard()
    # The spine is pressed from 6.4 s on; the stall begins well before, however busy the computer is.
    with practising(skip_s=21.5, sounder=heard) as (running, _):
        window = window_of(qtbot, running)
        qtbot.waitUntil(lambda: running.screen.t > 0.6, timeout=5000)
        pipeline = running._practice.pipeline
        before_s, frames = time.monotonic(), pipeline.frames
        while pipeline.t_us < 6_800_000:
            time.sleep(0.1)
        after_s, now = time.monotonic(), pipeline.frames
        assert after_s - before_s >= 2.0
        assert pipeline.lost_frames == 0
        # The board's rate is 260 a second; a busy computer may have read the last few late.
        assert now - frames > 0.9 * 260 * (after_s - before_s)
        assert [on for at, on, name in heard.alarms if before_s < at < after_s and name == "practice"][:1] == [True]
        window.close()

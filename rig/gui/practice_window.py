"""The practice window: the back on one side, the one thing to know on the other, legible from two metres.

It draws what `rig.session.screen.Screen` says and nothing of its own; a timer asks the running session for its latest
picture sixty times a second. The rule: the window may be closed, stalled or slow, and the session does not notice.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QFont, QKeyEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from rig.gui.back_view import BackView
from rig.session.screen import figures, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from rig.pad import PadLayout
    from rig.session.running import RunningPractice

FRAME_MS = 16
LOOK_MS = 100
ENOUGH_N = 60.0

_STYLE = """
QWidget { background: #10131f; color: #e8ebf4; }
QLabel#flag { border-radius: 14px; padding: 18px; background: #1d5b3f; }
QLabel#flag[wrong="true"] { background: #a8281e; }
QLabel#quiet { color: #9aa3bd; }
QProgressBar { border: 0; border-radius: 7px; background: #232840; height: 14px; }
QProgressBar::chunk { border-radius: 7px; background: #3c9c74; }
"""


class PracticeWindow(QWidget):
    """One session, from its start to its summary."""

    def __init__(self, pad: PadLayout, practice: RunningPractice, title: str) -> None:
        super().__init__()
        self._practice = practice
        self.setWindowTitle(title)
        self.setStyleSheet(_STYLE)
        self.setMinimumSize(1024, 720)
        self.resize(1280, 800)
        self._back = BackView(pad)
        self._step = _label(30, bold=True)
        self._how = _label(17, name="quiet")
        self._flag = _label(34, bold=True, name="flag")
        self._flag.setMinimumHeight(210)
        self._figures = _label(20, name="quiet")
        self._force = _label(44, bold=True)
        self._bar = QProgressBar()
        self._bar.setRange(0, int(ENOUGH_N))
        self._bar.setTextVisible(False)
        self._tempo = _label(22)
        self._counts = _label(22)
        self._foot = _label(14, name="quiet")
        side = QVBoxLayout()
        side.setSpacing(14)
        above: tuple[QWidget, ...] = (self._step, self._how, self._flag, self._figures)
        below: tuple[QWidget, ...] = (self._force, self._bar, self._tempo, self._counts, self._foot)
        for widget in above:
            side.addWidget(widget)
        side.addStretch(1)
        for widget in below:
            side.addWidget(widget)
        row = QHBoxLayout(self)
        row.setContentsMargins(28, 28, 28, 28)
        row.setSpacing(32)
        row.addWidget(self._back, 1)
        row.addLayout(side, 1)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.refresh)
        self._timer.start(FRAME_MS)
        self.refresh()

    def refresh(self) -> None:
        """Draw the session's latest state."""
        screen = self._practice.screen
        force_n, contacts, alarm_y = self._practice.picture()
        self._back.show_now(force_n, contacts, alarm_y)
        flag = screen.flag
        _say(self._step, screen.step or "Free practice")
        _say(self._how, screen.how)
        if screen.link:
            wrong, headline, detail = True, screen.link, ""
        elif flag is not None:
            wrong, headline, detail = True, words(flag), figures(flag)
        else:
            wrong, headline, detail = False, "Done" if screen.ended else "Good", ""
        self._flag.setProperty("wrong", wrong)
        if _say(self._flag, headline):
            self._flag.style().polish(self._flag)
        _say(self._figures, detail)
        total = float(force_n.sum())
        _say(self._force, f"{total:.0f} N")
        self._bar.setValue(min(int(total), int(ENOUGH_N)))
        rate = "no beat yet" if screen.rate_per_min is None else f"{screen.rate_per_min:.0f} strokes a minute"
        _say(self._tempo, rate)
        _say(self._counts, f"{screen.strokes} strokes    {screen.flags} flags")
        trust = f"{screen.trust}  " if screen.trust else ""
        _say(self._foot, f"{trust}Practice feedback, not health advice.")
        if screen.ended:
            self._timer.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """N or the right arrow goes on to the next step, Escape or Q ends the session."""
        if event.key() in {Qt.Key.Key_Escape, Qt.Key.Key_Q}:
            self.close()
        elif event.key() in {Qt.Key.Key_N, Qt.Key.Key_Right}:
            self._practice.next_step()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Closing ends the session; its recording is closed properly by the session itself."""
        self._timer.stop()
        self._practice.stop()
        event.accept()


def show_practice(
    pad: PadLayout,
    practice: RunningPractice,
    title: str,
    stopped: Callable[[], bool] = lambda: False,
    linger_s: float = 4.0,
) -> None:
    """Show the window until the session has ended (and `linger_s` more), `stopped` says so, or somebody closes it."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    window = PracticeWindow(pad, practice, title)
    window.show()
    # Python hears Ctrl-C only while it runs, which this timer sees to.
    watch = QTimer()

    def look() -> None:
        if stopped():
            window.close()
        elif practice.screen.ended:
            watch.stop()
            QTimer.singleShot(int(linger_s * 1000), window.close)

    watch.timeout.connect(look)
    watch.start(LOOK_MS)
    app.exec()


def _label(points: int, *, bold: bool = False, name: str = "") -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setWordWrap(True)
    font = QFont()
    font.setPointSize(points)
    font.setBold(bold)
    label.setFont(font)
    return label


def _say(label: QLabel, text: str) -> bool:
    """Set a label's text where it changed: setting the same text again costs a layout."""
    if label.text() == text:
        return False
    label.setText(text)
    return True

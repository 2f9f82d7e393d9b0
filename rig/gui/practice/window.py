"""A window for one session alone, as `rig practice` and `rig demo` show it; it closes by itself when that is over.

The rule: the window may be closed, stalled or slow, and the session does not notice; closing it ends the session
properly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from rig.gui.application import LOOK_MS, application, theme_for, words_for
from rig.gui.practice.page import PracticePage
from rig.gui.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QCloseEvent

    from rig.gui.theme import Theme
    from rig.pad import PadLayout
    from rig.session.running import RunningPractice
    from rig.technique.routine.routine import Routine


class PracticeWindow(QWidget):
    """One session, from its start to its end."""

    def __init__(
        self,
        pad: PadLayout,
        practice: RunningPractice,
        title: str,
        routine: Routine | None = None,
        theme: Theme | None = None,
        words: Words | None = None,
    ) -> None:
        super().__init__()
        self._practice = practice
        theme = theme if theme is not None else theme_for(application())
        self.page = PracticePage(pad, routine, practice, theme, words if words is not None else Words())
        self.page.leaves.connect(self.close)
        self.setWindowTitle(title)
        self.setMinimumSize(1024, 640)
        self.resize(1280, 800)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.page)
        self.page.setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Closing ends the session; its recording is closed properly by the session itself."""
        self._practice.stop()
        event.accept()


def show_practice(
    pad: PadLayout,
    practice: RunningPractice,
    title: str,
    stopped: Callable[[], bool] = lambda: False,
    linger_s: float = 4.0,
    routine: Routine | None = None,
) -> None:
    """Show the window until the session has ended (and `linger_s` more), `stopped` says so, or somebody closes it."""
    app = application()
    window = PracticeWindow(pad, practice, title, routine, theme_for(app), words_for(app))
    window.page.ended.connect(lambda: QTimer.singleShot(int(linger_s * 1000), window.close))
    window.show()
    # Python hears Ctrl-C only while it runs, which this timer sees to.
    watch = QTimer()
    watch.timeout.connect(lambda: window.close() if stopped() else None)
    watch.start(LOOK_MS)
    app.exec()

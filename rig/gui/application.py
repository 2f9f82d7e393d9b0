"""The application around the main window: theme, language, one instance, errors in clear words.

The rule: an error that the rig raises on purpose, wherever in a window it comes up, is shown as one line and closes
nothing; any other is a defect and is told as Python tells it.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QLibraryInfo, QLocale, Qt, QTimer, QTranslator
from PySide6.QtWidgets import QApplication

from rig.errors import RigError
from rig.gui.single import OnlyWindow
from rig.gui.theme import Theme
from rig.gui.window import MainWindow
from rig.gui.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

    from rig.workspace import Workspace

LOOK_MS = 100


def application() -> QApplication:
    """The process's one application."""
    there = QApplication.instance()
    if isinstance(there, QApplication):
        return there
    app = QApplication(sys.argv[:1])
    app.setApplicationName("massage-rig")
    app.setStyle("Fusion")
    return app


def theme_for(app: QApplication, wanted: Literal["auto", "light", "dark"] = "auto") -> Theme:
    """The theme asked for, or the system's; the application wears its style sheet from then on."""
    if wanted == "auto":
        wanted = "light" if app.styleHints().colorScheme() == Qt.ColorScheme.Light else "dark"
    theme = Theme(wanted)
    app.setStyleSheet(theme.stylesheet)
    return theme


def words_for(app: QApplication, language: str | None = None) -> Words:
    """A language's texts, the locale's if None; Qt's own (dialogs, names of keys) follow where Qt has them."""
    words = Words(language if language is not None else language_here())
    for before in app.findChildren(QTranslator):
        app.removeTranslator(before)
        before.deleteLater()
    translator = QTranslator(app)
    if translator.load(f"qtbase_{words.language}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(translator)
    return words


def language_here() -> str:
    """The user's language by the system's settings, as two letters."""
    # Python's own locale names languages in words on Windows.
    return QLocale.system().name()[:2].lower()


def show_window(
    home: Workspace,
    scheme: Literal["auto", "light", "dark"] = "auto",
    language: str | None = None,
    opened: Path | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> None:
    """Show the main window until somebody closes it, or `stopped` says so.

    Args:
        home: the workspace. language: two letters; None for the locale's. opened: a recording to begin with.

    Raises:
        OperationError: this workspace's window is open already.
    """
    app = application()
    only = OnlyWindow(home)
    words = words_for(app, language)
    window = MainWindow(home, theme_for(app, scheme), words)

    def to_front() -> None:
        window.show()
        window.raise_()
        window.activateWindow()

    only.called.connect(to_front)
    # Python hears Ctrl-C only while it runs, which this timer sees to.
    watch = QTimer()
    watch.timeout.connect(lambda: window.close() if stopped() else None)
    watch.start(LOOK_MS)
    before = sys.excepthook
    sys.excepthook = _told_in(window)
    try:
        window.go("practise")
        window.show()
        if opened is not None:
            window.open_path(opened)
        app.exec()
    finally:
        sys.excepthook = before
        only.close()


def _told_in(
    window: MainWindow,
) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    """An exception hook that shows the rig's own errors in the window."""

    def tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if isinstance(error, RigError):
            window.notice(str(error), "wrong")
        else:
            sys.__excepthook__(kind, error, trace)

    return tell

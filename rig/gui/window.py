"""The main window: a rail with the five views on the left, the one in front beside it, and one line for notices.

A view is imported and made when somebody first goes there, so that the window is up at once. A new view is a line in
`PLACES` and a class as `rig.gui.view.View` says. The rule: the window knows nothing of what its views do; they ask it
by signals, and it asks them before it closes.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from rig.errors import RigError
from rig.gui.labels import key_name
from rig.gui.theme import SPACE, growth
from rig.gui.words import text

if TYPE_CHECKING:
    from rig.gui.theme import Theme
    from rig.gui.view import View
    from rig.gui.words import Words
    from rig.workspace import Workspace

NOTICE_MS = 8_000
_SMALLEST = (1024, 640)
_FIRST_SIZE = (1280, 800)


@dataclass(frozen=True)
class Place:
    """Where a view is to be found: `module` and `view` (a class `View(home, theme, words)`) are imported at need."""

    key: str
    title: str
    about: str
    module: str
    view: str


PLACES = (
    Place("practise", text("Practise"), text("Practise a routine on the pad"), "rig.gui.practice.view", "PracticeView"),
    Place("replay", text("Replay"), text("Look at a recording again"), "rig.gui.replay.view", "ReplayView"),
    Place("calibrate", text("Calibrate"), text("Newtons from weights"), "rig.gui.calibrate.view", "CalibrateView"),
    Place("doctor", text("Doctor"), text("Find what is wrong with a pad"), "rig.gui.doctor.view", "DoctorView"),
    Place("progress", text("Progress"), text("Sessions over time"), "rig.gui.progress.view", "ProgressView"),
)


class MainWindow(QWidget):
    """The one window of a workspace; Ctrl+1 to Ctrl+5 go to the views, F11 fills the screen, Ctrl+Q closes."""

    def __init__(self, home: Workspace, theme: Theme, words: Words, places: tuple[Place, ...] = PLACES) -> None:
        super().__init__()
        self._home, self._theme, self._words = home, theme, words
        self._places = {place.key: place for place in places}
        self._views: dict[str, View] = {}
        self._grown = 1.0
        self._stack = QStackedWidget()
        self._rail = QFrame()
        self._rail.setObjectName("rail")
        self._group = QButtonGroup(self)
        self._notice = QLabel(self)
        self._notice.setObjectName("notice")
        self._notice.setWordWrap(True)
        self._notice.hide()
        self._notice_over = QTimer(self)
        self._notice_over.setSingleShot(True)
        self._notice_over.timeout.connect(self._notice.hide)
        self.setWindowTitle(words.say("Massage practice rig"))
        self.setAcceptDrops(True)
        self.setMinimumSize(*_SMALLEST)
        self.resize(*_FIRST_SIZE)
        self._lay_out()
        QShortcut(QKeySequence("Ctrl+Q"), self, self.close)
        QShortcut(QKeySequence("F11"), self, self._toggle_full_screen)

    @property
    def view(self) -> View | None:
        """The view in front, or None before the first."""
        return next((view for view in self._views.values() if view is self._stack.currentWidget()), None)

    def go(self, key: str, what: object = None) -> None:
        """Bring a view to the front, made now if it is the first time, and hand it something if that is not None."""
        before = self.view
        try:
            view = self._view(key)
            if what is not None:
                view.opened_with(what)
        except RigError as error:
            self.notice(self._words.told(error), "wrong")
            return
        self._stack.setCurrentWidget(view)
        for button in self._group.buttons():
            button.setChecked(button.property("place") == key)
        if before is not None and before is not view:
            before.left()
        if before is not view:
            view.entered()

    def notice(self, said: str, state: str = "") -> None:
        """One line at the foot for some seconds; `state` is "" or "wrong"."""
        self._notice.setText(said)
        self._notice.setProperty("state", state)
        self._notice.style().polish(self._notice)
        self._notice.setAccessibleName(said)
        self._notice.show()
        self._place_notice()
        self._notice_over.start(NOTICE_MS)

    def may_close(self, reasons: list[str]) -> bool:
        """Ask whether to break off what is going on."""
        question = QMessageBox(self)
        question.setIcon(QMessageBox.Icon.Question)
        question.setWindowTitle(self.windowTitle())
        question.setText("\n".join(reasons))
        question.setInformativeText(self._words.say("Close all the same? What was recorded is kept."))
        end = question.addButton(self._words.say("Close"), QMessageBox.ButtonRole.AcceptRole)
        question.addButton(self._words.say("Go on"), QMessageBox.ButtonRole.RejectRole)
        question.exec()
        return question.clickedButton() is end

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Close, unless somebody wants to go on with what a view is doing."""
        reasons = [reason for view in self._views.values() if (reason := view.busy())]
        if reasons and not self.may_close(reasons):
            event.ignore()
            return
        for view in self._views.values():
            view.shut()
        event.accept()

    def resizeEvent(self, _event: object) -> None:  # noqa: N802 - Qt's name
        """Keep the notice at the foot; on a large screen rail and notice are larger, as the views are."""
        now = growth(self.width() - self._rail.sizeHint().width(), self.height())
        if now != self._grown:
            self._grown = now
            for widget in (self._rail, self._notice):
                widget.setStyleSheet(self._theme.grown(now) if now > 1 else "")
        self._place_notice()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Take files only."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Hand each file to the first view that takes it, the one in front asked first."""
        for url in event.mimeData().urls():
            self.open_path(Path(url.toLocalFile()))

    def open_path(self, path: Path) -> None:
        """Hand a file to the view that takes it: the one in front if it can, else the first that can."""
        front = self.view
        keys = sorted(self._places, key=lambda key: self._views.get(key) is not front)
        for key in keys:
            if self._view(key).takes(path):
                self.go(key, path)
                return
        self.notice(self._words.say("{file}: no view opens such a file.", file=path.name), "wrong")

    def _view(self, key: str) -> View:
        if key not in self._views:
            place = self._places[key]
            view: View = getattr(import_module(place.module), place.view)(self._home, self._theme, self._words)
            view.goes_to.connect(self.go)
            view.notices.connect(self.notice)
            view.fills.connect(lambda fills: self._rail.setVisible(not fills))
            self._views[key] = view
            self._stack.addWidget(view)
        return self._views[key]

    def _lay_out(self) -> None:
        rail = QVBoxLayout(self._rail)
        rail.setContentsMargins(SPACE, 2 * SPACE, SPACE, 2 * SPACE)
        rail.setSpacing(SPACE)
        for number, place in enumerate(self._places.values(), 1):
            rail.addWidget(self._rail_button(place, number))
        rail.addStretch(1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._rail)
        whole.addWidget(self._stack, 1)

    def _rail_button(self, place: Place, number: int) -> QPushButton:
        button = QPushButton()
        button.setText(self._words.say(place.title))
        button.setToolTip(f"{self._words.say(place.about)} ({key_name(f'Ctrl+{number}')})")
        button.setCheckable(True)
        button.setProperty("place", place.key)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: self.go(place.key))
        self._group.addButton(button)
        QShortcut(QKeySequence(f"Ctrl+{number}"), self, lambda: self.go(place.key))
        return button

    def _place_notice(self) -> None:
        width = min(self.width() - 8 * SPACE, round(900 * self._grown))
        height = max(self._notice.heightForWidth(width), 5 * SPACE)
        self._notice.setGeometry((self.width() - width) // 2, self.height() - height - 3 * SPACE, width, height)
        self._notice.raise_()

    def _toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

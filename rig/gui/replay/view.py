"""Replay: choose a recording, look at it, set another one beside it, judge it anew, give out what is seen.

The rule: a recording that cannot be opened or judged is told in one line, and leaves what is open as it was.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QMessageBox,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from rig.errors import InputError, RigError
from rig.gui.replay.choice import Choice
from rig.gui.replay.judge import JudgeDialog
from rig.gui.replay.keys import keys_page
from rig.gui.replay.page import ReplayPage
from rig.gui.replay.work import WorkBar
from rig.gui.theme import SPACE
from rig.gui.view import View
from rig.session.player.channels import channels_in
from rig.session.player.player import Player
from rig.session.player.table import TableExport

if TYPE_CHECKING:
    from collections.abc import Callable

    from rig.gui.theme import Theme
    from rig.gui.words import Words
    from rig.session.player.wishes import Wishes
    from rig.workspace import Workspace

RECORDING_ENDING = ".mcap"
TABLES, PICTURES = (".csv", ".parquet"), (".png",)


class ReplayView(View):
    """The view of the main window."""

    def __init__(self, home: Workspace, theme: Theme, words: Words) -> None:
        super().__init__(home, theme, words)
        self.page: ReplayPage | None = None
        self._choice = Choice(home, words)
        self._choice.chosen.connect(self._chosen)
        self._choice.browse.connect(self._browse)
        self._choice.back.connect(self._show_page)
        self._wants_beside = False
        self._open_page = QWidget()
        self._title = QLabel(self.say("Replay"))
        self._title.setProperty("role", "title")
        self._beside = self._button(
            self.say("Beside…"), self.say("Set another recording beside it (Ctrl+B)"), self._choose_other
        )
        self._judge = self._button(
            self.say("Judge again…"), self.say("By another routine, level or profile (Ctrl+J)"), self._ask
        )
        self.work = WorkBar(words)
        self.work.told.connect(self.notices)
        self.work.judged.connect(self._judged)
        self.work.works.connect(lambda works: self._judge.setEnabled(not works))
        self._place = QVBoxLayout()
        self._lay_out()
        self._stack = QStackedWidget()
        self._stack.addWidget(self._choice)
        self._stack.addWidget(self._open_page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)
        for keys, what in (
            ("Ctrl+O", self._browse),
            ("Ctrl+B", self._choose_other),
            ("Ctrl+J", self._ask),
            ("Ctrl+E", self._choose_picture),
            ("Ctrl+T", self._choose_table),
            ("Ctrl+W", self.close_recording),
            ("Escape", self._show_page),
            ("F1", self._tell_keys),
        ):
            QShortcut(QKeySequence(keys), self, what)
        self._ask_for_one()

    def entered(self) -> None:
        """Look again at what recordings there are."""
        if self._stack.currentWidget() is self._choice:
            self._ask_for_one(beside=self._wants_beside)
        else:
            self._show_page()

    def opened_with(self, what: object) -> None:
        """Open a recording by its path."""
        self.open(Path(str(what)))

    def takes(self, path: Path) -> bool:
        """Recordings."""
        return path.suffix.lower() == RECORDING_ENDING

    def busy(self) -> str:
        """A table that is being written."""
        return self.say("A table is being written.") if self.work.writing else ""

    def shut(self) -> None:
        """End all background work."""
        self.work.cancel()
        self.close_recording()

    def open(self, path: Path) -> None:
        """Open a recording in place of what is open; told in one line if it cannot be."""
        player = self._opened(path)
        if player is None:
            return
        self.close_recording()
        self.page = ReplayPage(player, self.theme, self.words)
        self.page.failed.connect(lambda why: self.notices.emit(self.words.told(why), "wrong"))
        self.page.hides.connect(self._ask_for_channels)
        self._place.addWidget(self.page)
        self._show_page()
        # Once there is something to see: both would only wait for each other.
        player.start()

    def open_beside(self, path: Path) -> None:
        """Set another recording beside the one that is open."""
        page = self.page
        player = self._opened(path) if page is not None else None
        if page is not None and player is not None:
            self._put_beside(page, player)
            self._show_page()
            player.start()

    def close_recording(self) -> None:
        """Go back to the choice."""
        page, self.page = self.page, None
        if page is None:
            return
        if not self.work.writing:
            self.work.cancel()
        for player in (page.player, page.other):
            if player is not None:
                player.close()
        page.hide()
        page.deleteLater()
        self._ask_for_one()

    def judge_again(self, wishes: Wishes) -> None:
        """Judge what is open by other wishes, in the background."""
        if self.page is not None:
            self.work.judge(self.page.player, wishes)

    def export_to(self, path: Path) -> None:
        """What is seen, as a picture (.png) or as a table (.csv, .parquet) of the range that is gone round or in view.

        Raises:
            InputError: the name ends otherwise.
        """
        page = self.page
        if page is None:
            return
        if path.suffix.lower() in PICTURES:
            if page.grab().save(str(path)):
                self.notices.emit(self.say("{file} is written.", file=path.name), "")
            else:
                self.notices.emit(self.say("{file} cannot be written.", file=path), "wrong")
        elif path.suffix.lower() in TABLES:
            hidden = page.panes[0].tiles.hidden
            self.work.write(TableExport(page.player, path, *page.range_us, raw=page.raw, hidden=hidden))
        else:
            raise InputError(self.say("{file}: a picture ends in .png, a table in .csv or .parquet.", file=path.name))

    def _opened(self, path: Path) -> Player | None:
        try:
            player = Player.open(path)
        except RigError as error:
            self.notices.emit(self.words.told(error), "wrong")
            return None
        return player

    def _put_beside(self, page: ReplayPage, player: Player | None) -> None:
        before = page.other
        page.set_beside(player)
        if before is not None:
            before.close()

    def _judged(self) -> None:
        if self.page is not None:
            self.page.judged_anew()

    def _ask_for_one(self, *, beside: bool = False) -> None:
        """Show the choice of recordings; what is open stays open behind it."""
        self._wants_beside = beside
        title = self.say("Set another recording beside it") if beside else self.say("Look at a recording again")
        self._choice.ask(title, may_leave=self.page is not None)
        self._stack.setCurrentWidget(self._choice)
        self._choice.list.setFocus()

    def _show_page(self) -> None:
        if self.page is not None:
            self._wants_beside = False
            self._beside.setText(self.say("Beside…") if self.page.other is None else self.say("Alone"))
            self._stack.setCurrentWidget(self._open_page)
            self.page.timelines[0].setFocus()

    def _chosen(self, path: Path) -> None:
        (self.open_beside if self._wants_beside else self.open)(path)

    def _browse(self) -> None:
        kinds = self.say("Recordings (*.mcap)")
        name, _ = QFileDialog.getOpenFileName(self, self.say("Open a recording"), str(self.home.recordings), kinds)
        if name:
            self._chosen(Path(name))

    def _choose_other(self) -> None:
        if self.page is not None and self.page.other is not None:
            self._put_beside(self.page, None)
            self._show_page()
        elif self.page is not None:
            self._ask_for_one(beside=True)

    def _ask(self) -> None:
        if self.page is None:
            return
        dialog = JudgeDialog(self.page.player, self.home, self.words, self)
        if dialog.exec():
            self.judge_again(dialog.wishes)

    def _tell_keys(self) -> None:
        QMessageBox.information(self, self.say("Keys"), keys_page(self.words))

    def _ask_for_channels(self) -> None:
        if self.page is None:
            return
        pane = self.page.panes[0]
        before = ", ".join(str(channel) for channel in sorted(pane.tiles.hidden))
        title, question = self.say("Hide channels"), self.say("Which, such as 3, 7-9; none shows them all:")
        said, answered = QInputDialog.getText(self, title, question, text=before)
        if answered:
            try:
                self.page.hide_channels(channels_in(said, pane.player.pad.n_channels))
            except InputError as error:
                self.notices.emit(self.words.told(error), "wrong")

    def _choose_picture(self) -> None:
        self._export_as(self.say("Save what is seen as a picture"), ".png", self.say("Pictures (*.png)"))

    def _choose_table(self) -> None:
        self._export_as(self.say("Save what is seen as a table"), ".csv", self.say("Tables (*.csv *.parquet)"))

    def _export_as(self, title: str, ending: str, kinds: str) -> None:
        if self.page is None:
            return
        name, _ = QFileDialog.getSaveFileName(
            self, title, str(self.page.player.recording.path.with_suffix(ending)), kinds
        )
        if name:
            try:
                self.export_to(Path(name))
            except InputError as error:
                self.notices.emit(self.words.told(error), "wrong")

    def _button(self, said: str, about: str, what: Callable[[], None]) -> QPushButton:
        button = QPushButton(said)
        button.setToolTip(about)
        button.clicked.connect(what)
        return button

    def _lay_out(self) -> None:
        say = self.say
        bar = QHBoxLayout()
        bar.setSpacing(SPACE)
        bar.addWidget(self._title)
        bar.addStretch(1)
        for widget in (
            self.work,
            self._button(say("Open…"), say("Another recording"), self._ask_for_one),
            self._beside,
            self._judge,
            self._button(say("Picture…"), say("Save what is seen as a picture (Ctrl+E)"), self._choose_picture),
            self._button(say("Table…"), say("Save the range as a table (Ctrl+T)"), self._choose_table),
        ):
            bar.addWidget(widget)
        column = QVBoxLayout(self._open_page)
        column.setContentsMargins(3 * SPACE, 2 * SPACE, 3 * SPACE, 2 * SPACE)
        column.setSpacing(SPACE)
        column.addLayout(bar)
        column.addLayout(self._place, 1)

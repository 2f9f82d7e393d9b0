"""What a replay does in the background - judging again, writing a table - with its progress and a way to break it off.

The rule: one thing at a time; what is broken off or fails leaves everything as it was and says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from rig.errors import RigError

if TYPE_CHECKING:
    from rig.gui.words import Words
    from rig.session.player.player import Player
    from rig.session.player.table import TableExport
    from rig.session.player.wishes import Wishes

_WATCH_MS = 100
_WIDTH_PX = 160


class WorkBar(QWidget):
    """Shows itself while there is work.

    Signals:
        told(str, str): one line for the window, and "" or "wrong". judged(): a player judges by other wishes now.
        works(bool): there is work from now on, or no more.
    """

    told = Signal(str, str)
    judged = Signal()
    works = Signal(bool)

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words, self._say = words, words.say
        self._player: Player | None = None
        self._table: TableExport | None = None
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setFixedWidth(_WIDTH_PX)
        self.cancel_button = QPushButton(self._say("Break off"))
        self.cancel_button.setToolTip(self._say("Leave everything as it was"))
        self.cancel_button.clicked.connect(self.cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._progress)
        row.addWidget(self.cancel_button)
        self._watch = QTimer(self)
        self._watch.setInterval(_WATCH_MS)
        self._watch.timeout.connect(self.look)
        self.hide()

    @property
    def writing(self) -> bool:
        """Whether a table is being written."""
        return self._table is not None

    def judge(self, player: Player, wishes: Wishes) -> None:
        """Judge a recording by other wishes."""
        if self._is_taken():
            return
        try:
            player.judge_again(wishes)
        except RigError as error:
            self.told.emit(self._words.told(error), "wrong")
            return
        self._player = player
        self._begin()

    def write(self, table: TableExport) -> None:
        """Write a table."""
        if self._is_taken():
            return
        self._table = table
        table.start()
        self._begin()

    def cancel(self) -> None:
        """Break off what is under way."""
        player, self._player = self._player, None
        table, self._table = self._table, None
        if player is not None:
            player.cancel()
        if table is not None:
            table.cancel()
        self._end()

    def look(self) -> None:
        """See how far it is."""
        if self._player is not None:
            self._look_at_judging(self._player)
        if self._table is not None and not self._table.running:
            table, self._table = self._table, None
            if table.error is not None:
                self.told.emit(self._words.told(table.error), "wrong")
            else:
                self.told.emit(self._say("{file} is written.", file=table.path.name), "")
        if self._player is None and self._table is None:
            self._end()

    def _is_taken(self) -> bool:
        """Whether something is under way, which is then told."""
        taken = self._player is not None or self._table is not None
        if taken:
            self.told.emit(self._say("Something is under way: wait for it, or break it off."), "wrong")
        return taken

    def _look_at_judging(self, player: Player) -> None:
        try:
            done = player.look()
        except RigError as error:
            self._player = None
            self.told.emit(self._words.told(error), "wrong")
            return
        if done:
            self._player = None
            self.judged.emit()
            self.told.emit(self._say("Judged again."), "")
        elif player.judging is not None:
            self._progress.setRange(0, 100)
            self._progress.setValue(round(player.judging.share * 100))

    def _begin(self) -> None:
        self._progress.setRange(0, 0)
        self.show()
        self._watch.start()
        self.works.emit(True)

    def _end(self) -> None:
        self._watch.stop()
        self.hide()
        self.works.emit(False)

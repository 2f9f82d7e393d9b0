"""Which recording to look at: the workspace's, newest first, or a file from anywhere.

The rule: looking through a folder reads names and dates only; a recording is read when it is opened.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from rig.gui.growing import Column, grown
from rig.gui.theme import SPACE

if TYPE_CHECKING:
    from rig.gui.words import Words
    from rig.workspace import Workspace

_WIDTH_PX, _ROW_PX = 860, 38


class Choice(QWidget):
    """Signals: chosen(object) with a recording's path; browse() to look for one elsewhere; back() to leave it."""

    chosen = Signal(object)
    browse = Signal()
    back = Signal()

    def __init__(self, home: Workspace, words: Words) -> None:
        super().__init__()
        self._home, self._say = home, words.say
        self._title = QLabel()
        self._title.setProperty("role", "headline")
        self._hint = QLabel()
        self._hint.setProperty("role", "quiet")
        self._hint.setWordWrap(True)
        self.list = self._made_list()
        other = QPushButton(self._say("Open another file…"))
        other.setToolTip(self._say("A recording from anywhere (Ctrl+O)"))
        other.clicked.connect(self.browse)
        self._back = QPushButton(self._say("Back"))
        self._back.clicked.connect(self.back)
        buttons = QHBoxLayout()
        buttons.addWidget(other, 1)
        buttons.addWidget(self._back)
        column = QVBoxLayout()
        column.setSpacing(2 * SPACE)
        column.addWidget(self._title)
        column.addWidget(self._hint)
        column.addWidget(self.list, 100)
        column.addLayout(buttons)
        column.addStretch(1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(4 * SPACE, 4 * SPACE, 4 * SPACE, 4 * SPACE)
        middle = Column(_WIDTH_PX)
        middle.setLayout(column)
        whole.addStretch(1)
        whole.addWidget(middle, 100)
        whole.addStretch(1)

    def ask(self, title: str, *, may_leave: bool) -> None:
        """Look through the folder again, and ask; `may_leave` where there is something to go back to."""
        self._title.setText(title)
        self._back.setVisible(may_leave)
        found = []
        for path in self._home.recordings.glob("*.mcap"):
            try:
                found.append((path.stat().st_mtime, path.stat().st_size, path))
            except OSError:  # gone while we looked
                continue
        self.list.clear()
        for changed_s, size, path in sorted(found, reverse=True):
            day = f"{datetime.fromtimestamp(changed_s):%Y-%m-%d %H:%M}"
            item = QTreeWidgetItem([path.name, day, f"{size / 1e6:.1f} MB"])
            item.setSizeHint(0, QSize(0, round(_ROW_PX * grown(self))))
            item.setTextAlignment(2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.setData(0, Qt.ItemDataRole.UserRole, str(path))
            self.list.addTopLevelItem(item)
        self.list.setVisible(bool(found))
        if found:
            self.list.setCurrentIndex(self.list.model().index(0, 0))
            self._hint.setText(self._say("Choose one, or drop a file anywhere on the window."))
        else:
            said = self._say(
                "No recordings in {folder} yet: practise, or drop a file here.", folder=self._home.recordings
            )
            self._hint.setText(said)

    def _made_list(self) -> QTreeWidget:
        made = QTreeWidget()
        made.setAccessibleName(self._say("Recordings"))
        made.setHeaderLabels([self._say("Recording"), self._say("Changed"), self._say("Size")])
        made.headerItem().setTextAlignment(2, Qt.AlignmentFlag.AlignRight)
        made.setRootIsDecorated(False)
        made.setStyleSheet("QTreeView::item { padding: 0 10px; }")
        made.setUniformRowHeights(True)
        made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = made.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        made.itemActivated.connect(self._choose)
        made.itemClicked.connect(self._choose)
        return made

    def _choose(self, item: QTreeWidgetItem) -> None:
        self.chosen.emit(Path(item.data(0, Qt.ItemDataRole.UserRole)))

"""The doctor's faults as a list: a sign, what it is in bold, and what to solder beneath, wrapped to the list's width.

The rule: an item is as high as its words need at the width that the list has now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from rig.gui.growing import grown
from rig.gui.theme import SPACE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtGui import QResizeEvent

    from rig.gui.theme import Theme

_TITLE, _MEND = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
_WRAP = int(Qt.TextFlag.TextWordWrap)
_INSET = 2 * SPACE


class FaultList(QListWidget):
    """Faults to choose from; `currentRowChanged` tells which."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setItemDelegate(_FaultDelegate(self, theme))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setMinimumHeight(110)

    def fill(self, faults: Iterable[tuple[str, str, str]]) -> None:
        """Show these: title, what to do, tooltip of each."""
        self.clear()
        for title, mend, tip in faults:
            item = QListWidgetItem(f"{title}. {mend}")
            item.setData(_TITLE, title)
            item.setData(_MEND, mend)
            item.setToolTip(tip)
            self.addItem(item)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Wrap anew."""
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()


class _FaultDelegate(QStyledItemDelegate):
    def __init__(self, view: FaultList, theme: Theme) -> None:
        super().__init__(view)
        self._view, self._theme = view, theme

    def sizeHint(  # noqa: N802 - Qt's name
        self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """As high as both texts need."""
        title, mend = self._boxes(index)
        return QSize(
            self._view.viewport().width(), mend.bottom() + SPACE + 1 if mend.height() else title.bottom() + SPACE
        )

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw both texts."""
        rect: QRect = option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.fillRect(rect, self._theme.colour("accent"))
        title, mend = self._boxes(index)
        painter.setPen(self._theme.colour("on_accent" if chosen else "text"))
        bold, plain = self._fonts()
        painter.setFont(bold)
        painter.drawText(title.translated(rect.topLeft()), _WRAP, index.data(_TITLE))
        painter.setFont(plain)
        painter.drawText(mend.translated(rect.topLeft()), _WRAP, index.data(_MEND))

    def _fonts(self) -> tuple[QFont, QFont]:
        """Of title and mend, as large as the list's own."""
        bold, plain = (self._theme.font("body", grown(self._view)) for _ in range(2))
        bold.setBold(True)
        return bold, plain

    def _boxes(self, index: QModelIndex | QPersistentModelIndex) -> tuple[QRect, QRect]:
        """Where the texts go, seen from the item's corner."""
        space = QRect(_INSET, SPACE, self._view.viewport().width() - 2 * _INSET, 10_000)
        bold, plain = self._fonts()
        title = QFontMetrics(bold).boundingRect(space, _WRAP, index.data(_TITLE))
        below = space.translated(0, title.height() + SPACE // 2)
        mend = QFontMetrics(plain).boundingRect(below, _WRAP, index.data(_MEND))
        return title, mend

"""On a large screen everything is drawn larger: who reads it stands as far away as before.

A page that grows sets its style sheet larger, and with it every font and space; what paints or measures by itself asks
`grown`. The rule: a page and all that is in it grow by the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF
from PySide6.QtWidgets import QWidget

from rig.gui.theme import growth

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter, QResizeEvent

    from rig.gui.theme import Theme


class Growing(QWidget):
    """A page that grows with its size.

    Attributes:
        theme: whose style sheet it is. grown: how many times as large as usual all in it is drawn.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.grown = 1.0

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Grow, in steps."""
        super().resizeEvent(event)
        now = growth(self.width(), self.height())
        if now != self.grown:
            self.grown = now
            self.setStyleSheet(self.theme.grown(now) if now > 1 else "")


def grown(widget: QWidget) -> float:
    """How many times as large as usual a widget is drawn, by the page that it is on."""
    page: QWidget | None = widget
    while page is not None and not isinstance(page, Growing):
        page = page.parentWidget()
    return 1.0 if page is None else page.grown


def enlarged(painter: QPainter, widget: QWidget) -> QRectF:
    """Let a painter draw in the usual pixels, grown as the widget is; gives the widget's area in them."""
    scale = grown(widget)
    painter.scale(scale, scale)
    return QRectF(0.0, 0.0, widget.width() / scale, widget.height() / scale)


class Column(QWidget):
    """A column of text and fields that is no wider than reads well.

    Args:
        widest_px: on a screen of the usual size.
    """

    def __init__(self, widest_px: int) -> None:
        super().__init__()
        self._widest_px = widest_px
        self.setMaximumWidth(widest_px)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Another style has other sizes."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.StyleChange, QEvent.Type.FontChange}:
            self.setMaximumWidth(round(self._widest_px * grown(self)))

"""On a large screen everything is drawn larger: who reads it stands as far away as before.

A view sets its style sheet grown (`rig.gui.view`), and with it every font and space; what paints or measures by itself
asks here. The rule: how much larger is read from the widget's own font, so that whatever the style sheet grew, grows
with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF
from PySide6.QtWidgets import QWidget

from rig.gui.theme import BODY_PX

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter


def grown(widget: QWidget) -> float:
    """How many times as large as usual a widget of body text is drawn."""
    return widget.fontInfo().pixelSize() / BODY_PX


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

"""A ring that closes while a reading settles, with a word or a figure in its middle: legible from two metres.

The rule: closed means kept; the ring says nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from rig.gui.growing import enlarged, grown
from rig.gui.lettering import CENTRE, write

if TYPE_CHECKING:
    from rig.gui.theme import Theme

_FULL = 360 * 16
_SIDE_PX = 136


class SettleRing(QWidget):
    """Shows a share, 0 to 1, and a short text."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._share, self._said, self._colour = 0.0, "", "accent"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A square."""
        side = round(_SIDE_PX * grown(self))
        return QSize(side, side)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Another style has other sizes."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.StyleChange, QEvent.Type.FontChange}:
            self.updateGeometry()

    def show_now(self, share: float, said: str, colour: str = "accent") -> None:
        """Take the latest state; `colour` is a palette colour's name."""
        said = said.replace(" ", "\u00a0")  # A figure and its unit are never parted.
        if (share, said, colour) != (self._share, self._said, self._colour):
            self._share, self._said, self._colour = share, said, colour
            self.setAccessibleName(said)
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw ring and text."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = 14.0
        ring = enlarged(painter, self).adjusted(width, width, -width, -width)
        painter.setPen(QPen(self._theme.colour("text", 0.14), width))
        painter.drawEllipse(ring)
        if self._share > 0:
            painter.setPen(QPen(self._theme.colour(self._colour), width, c=Qt.PenCapStyle.RoundCap))
            # From the top, clockwise; Qt counts sixteenths of a degree the other way.
            painter.drawArc(ring, 90 * 16, -round(self._share * _FULL))
        painter.setPen(self._theme.colour("text"))
        inner = ring.adjusted(width, width, -width, -width)
        write(painter, inner, self._said, self._theme.font("headline"), CENTRE)
        painter.end()

"""The signs for right, wrong and doubt, as shapes that are told apart without colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

if TYPE_CHECKING:
    from rig.gui.practice.glance import State
    from rig.gui.theme import Theme


def paint_sign(painter: QPainter, where: QRectF, state: State, theme: Theme, scale: float) -> None:
    """A tick for good, a warning triangle for wrong, bars for doubt."""
    thick = 8 * scale
    centre = where.center()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    ends = (Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    if state == "wrong":
        pen = QPen(theme.colour("on_wrong"), 0.75 * thick, Qt.PenStyle.SolidLine, *ends)
        painter.setPen(pen)
        side = where.adjusted(3 * scale, 4 * scale, -3 * scale, -6 * scale)
        painter.drawPolygon(QPolygonF([QPointF(centre.x(), side.top()), side.bottomRight(), side.bottomLeft()]))
        painter.drawLine(QPointF(centre.x(), side.top() + 22 * scale), QPointF(centre.x(), side.top() + 36 * scale))
        painter.drawPoint(QPointF(centre.x(), side.top() + 48 * scale))
    elif state == "good":
        painter.setPen(QPen(theme.colour("good"), thick, Qt.PenStyle.SolidLine, *ends))
        tick = ((-22, 2), (-6, 18), (24, -16))
        painter.drawPolyline(QPolygonF([QPointF(centre.x() + x * scale, centre.y() + y * scale) for x, y in tick]))
    else:
        painter.setPen(QPen(theme.colour("doubt"), thick, Qt.PenStyle.SolidLine, *ends))
        for x in (-11, 11):
            at = centre.x() + x * scale
            painter.drawLine(QPointF(at, centre.y() - 18 * scale), QPointF(at, centre.y() + 18 * scale))

"""The back as a picture: its outline, the spine line, the pressure map over it, contacts with their trails.

Plain painting, no scene graph: a lookup table turned into an image and a few lines, which is what keeps 60 pictures a
second cheap. The rule: a paint reads the latest state and never waits for the session.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from rig.back import LANDMARKS_MM, Surface, colour_table, extent_mm, outline_mm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rig.pad import PadLayout

TRAIL_POINTS = 45
_MARGIN_MM = 40.0


class BackView(QWidget):
    """Draws one pad and what presses on it."""

    def __init__(self, pad: PadLayout, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pad = pad
        self._extent = extent_mm(pad)
        self._surface = Surface(pad, 96, 176)
        table = colour_table()
        self._colours = [0xFF000000 | int(r) << 16 | int(g) << 8 | int(b) for r, g, b in table]
        self._pixels = self._surface.image(np.zeros(pad.n_channels))
        self._contacts: Sequence[tuple[float, float, float]] = ()
        self._trails: dict[int, deque[tuple[float, float]]] = {}
        self._alarm_y_mm: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(260, 360)
        self.setAccessibleName("Pressure on the back")

    def show_now(
        self,
        force_n: NDArray[np.float64],
        contacts: Sequence[tuple[int, float, float, float]],
        alarm_y_mm: float | None,
    ) -> None:
        """Take the latest state.

        Args:
            force_n: (n_channels,) force on each tile. contacts: number, x, y in mm and force in N of each.
            alarm_y_mm: where the spine is pressed, or None.
        """
        self._pixels = self._surface.image(force_n)
        self._contacts = [(x, y, f) for _, x, y, f in contacts]
        there = {number for number, *_ in contacts}
        self._trails = {number: trail for number, trail in self._trails.items() if number in there}
        for number, x, y, _ in contacts:
            self._trails.setdefault(number, deque(maxlen=TRAIL_POINTS)).append((x, y))
        self._alarm_y_mm = alarm_y_mm
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw everything, back to front."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self._place(painter)
        self._paint_back(painter)
        self._paint_pressure(painter)
        self._paint_spine(painter)
        self._paint_contacts(painter)
        painter.end()

    def _place(self, painter: QPainter) -> None:
        """Millimetres from here on, +y up, the whole outline in view."""
        outline = outline_mm()
        x0, y0 = outline.min(axis=0) - _MARGIN_MM / 2
        x1, y1 = outline.max(axis=0) + _MARGIN_MM / 2
        scale = min(self.width() / (x1 - x0), self.height() / (y1 - y0))
        painter.translate(self.width() / 2, self.height() / 2)
        painter.scale(scale, -scale)
        painter.translate(-(x0 + x1) / 2, -(y0 + y1) / 2)

    def _outline(self) -> QPainterPath:
        path = QPainterPath()
        path.addPolygon(QPolygonF([QPointF(x, y) for x, y in outline_mm()]))
        path.closeSubpath()
        return path

    def _paint_back(self, painter: QPainter) -> None:
        painter.fillPath(self._outline(), QBrush(QColor("#181c30")))

    def _paint_pressure(self, painter: QPainter) -> None:
        height, width = self._pixels.shape
        image = QImage(self._pixels.tobytes(), width, height, width, QImage.Format.Format_Indexed8)
        image.setColorTable(self._colours)
        x0, y0, x1, y1 = self._extent
        painter.save()
        painter.setClipPath(self._outline())
        # The image counts rows from the top; the painter's y points up.
        painter.translate(0, y0 + y1)
        painter.scale(1, -1)
        painter.drawImage(QRectF(x0, y0, x1 - x0, y1 - y0), image)
        painter.restore()
        # Over the image, whose edge would cut the line.
        painter.strokePath(self._outline(), QPen(QColor("#5b6580"), 2.5, j=Qt.PenJoinStyle.RoundJoin))

    def _paint_spine(self, painter: QPainter) -> None:
        pad = self._pad
        alarm = self._alarm_y_mm
        line = QPen(QColor("#ff5a4e" if alarm is not None else "#c8cede"), 5 if alarm is not None else 1.6)
        line.setStyle(Qt.PenStyle.SolidLine if alarm is not None else Qt.PenStyle.DashLine)
        painter.setPen(line)
        painter.drawLine(QPointF(pad.spine_x_mm, pad.spine_y0_mm), QPointF(pad.spine_x_mm, pad.spine_y1_mm))
        painter.setPen(QPen(QColor("#c8cede"), 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for x, y in LANDMARKS_MM.values():
            painter.drawEllipse(QPointF(x + pad.spine_x_mm, y), 5, 5)
        if alarm is not None:
            painter.setPen(QPen(QColor("#ff5a4e"), 6))
            painter.drawEllipse(QPointF(pad.spine_x_mm, alarm), 26, 26)

    def _paint_contacts(self, painter: QPainter) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(255, 255, 255, 110), 3, c=Qt.PenCapStyle.RoundCap))
        for trail in self._trails.values():
            painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in trail]))
        painter.setPen(QPen(QColor("#ffffff"), 3))
        for x, y, force in self._contacts:
            radius = 8 + min(force, 60.0) ** 0.5 * 2.5
            painter.drawEllipse(QPointF(x, y), radius, radius)

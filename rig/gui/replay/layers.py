"""What a replay draws on the back beside the pressure: exact trails, raw counts on their tiles, hidden channels.

The rule: a hidden channel is crossed out, so that nobody takes it for one that bears nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPen, QPolygonF

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from PySide6.QtGui import QPainter

    from rig.gui.back_picture import BackPicture
    from rig.pad import PadLayout

_TRAIL_PX = 3
_LEAST_PX, _MOST_PX = 7, 17
_DIGIT_EM = 0.42
"""How wide a digit is, as a share of its font's height, with the font drawn three quarters as wide as usual."""


class Trails:
    """Where each hand has come from."""

    def __init__(self) -> None:
        self.by_contact: Mapping[int, Sequence[tuple[float, float]]] = {}

    def area(self, picture: BackPicture) -> QRectF:
        """Around all of them."""
        area = QRectF()
        for trail in self.by_contact.values():
            area = area.united(QPolygonF([picture.point(x, y) for x, y in trail]).boundingRect())
        return area.adjusted(-_TRAIL_PX, -_TRAIL_PX, _TRAIL_PX, _TRAIL_PX)

    def paint(self, painter: QPainter, picture: BackPicture) -> None:
        """Fainter where the hand was longer ago."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for trail in self.by_contact.values():
            points = [picture.point(x, y) for x, y in trail]
            half = len(points) // 2
            for part, alpha in ((points[: half + 1], 0.3), (points[half:], 0.65)):
                pen = QPen(picture.theme.colour("hand", alpha), _TRAIL_PX, c=Qt.PenCapStyle.RoundCap)
                painter.setPen(pen)
                painter.drawPolyline(QPolygonF(part))


class Tiles:
    """The tiles of a pad: which one is at a point, which are hidden, and what each counts.

    Attributes:
        hidden: channels that are not shown. counts: (n_channels,) raw counts to be written on the tiles, or None.
    """

    def __init__(self, pad: PadLayout) -> None:
        self._tiles = pad.tiles.tolist()
        self._full = pad.full_scale
        self.hidden: frozenset[int] = frozenset()
        self.counts: NDArray[np.uint16] | None = None

    def channel_at(self, x_mm: float, y_mm: float) -> int | None:
        """The channel whose tile is at a place of the pad."""
        for channel, (x0, y0, x1, y1) in enumerate(self._tiles):
            if x0 <= x_mm <= x1 and y0 <= y_mm <= y1:
                return channel
        return None

    def area(self, picture: BackPicture) -> QRectF:
        """All tiles as long as something is written on them."""
        if self.counts is None and not self.hidden:
            return QRectF()
        area = QRectF()
        for tile in range(len(self._tiles)):
            area = area.united(self._rect(picture, tile))
        return area

    def paint(self, painter: QPainter, picture: BackPicture) -> None:
        """Crosses, outlines and numbers."""
        theme = picture.theme
        for channel in self.hidden:
            rect = self._rect(picture, channel)
            painter.setPen(QPen(theme.colour("doubt"), 1.4))
            painter.drawLine(rect.topLeft(), rect.bottomRight())
            painter.drawLine(rect.topRight(), rect.bottomLeft())
        if self.counts is not None:
            self._paint_counts(painter, picture, self.counts)

    def _paint_counts(self, painter: QPainter, picture: BackPicture, counts: NDArray[np.uint16]) -> None:
        """Each tile in the colour of its share of the full scale, its count in whichever text can be read on that."""
        theme = picture.theme
        rects = [self._rect(picture, channel) for channel in range(len(self._tiles))]
        font = theme.font("small")
        font.setStretch(75)
        narrowest = min(rect.width() for rect in rects) - 2
        font.setPixelSize(int(min(max(narrowest / (_DIGIT_EM * len(str(self._full))), _LEAST_PX), _MOST_PX)))
        painter.setFont(font)
        shade = (counts.astype(np.int64) * 255 // self._full).tolist()
        for channel, (rect, count) in enumerate(zip(rects, counts.tolist(), strict=True)):
            if channel in self.hidden:
                continue
            fill = QColor(*theme.pressure_table[shade[channel]].tolist())
            painter.fillRect(rect, fill)
            painter.setPen(QColor("black") if fill.lightness() > 127 else QColor("white"))
            painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), str(count))

    def _rect(self, picture: BackPicture, channel: int) -> QRectF:
        x0, y0, x1, y1 = self._tiles[channel]
        return QRectF(picture.point(x0, y1), picture.point(x1, y0)).normalized()

"""The pad as a map of its tiles, each with a look of its own: what a calibration and the doctor point at.

A tile says its state twice, by its fill and by a sign on it, so that no meaning rests on colour alone. Tiles can be
chosen with the mouse or the arrow keys, and tell themselves in a tooltip. The rule: the map draws what it is given and
knows neither calibration nor faults.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from rig.back import extent_mm, outline_mm
from rig.gui.theme import RADIUS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from PySide6.QtCore import QEvent

    from rig.gui.theme import Theme
    from rig.pad import PadLayout

_MARGIN_MM = 14.0
_RADIUS_MM = 5.0
_BACK_MM = 200.0
"""A pad at least so long is a back's, and is drawn with the back's outline."""

_ARROWS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, 1.0),
    Qt.Key.Key_Down: (0.0, -1.0),
}


@dataclass(frozen=True)
class TileLook:
    """How one tile looks.

    Attributes:
        fill, alpha: a palette colour's name and how solid it is. share: how far from the foot it is filled, 0 to 1.
        edge: the border's colour; "" for none. sign: what is written on it, in the colour `ink`.
        ring: whether it is the one to look at.
    """

    fill: str = "raised"
    alpha: float = 1.0
    share: float = 1.0
    edge: str = ""
    sign: str = ""
    ink: str = "text"
    ring: bool = False


class PadMap(QWidget):
    """One pad's tiles.

    Args:
        pad: the layout. theme: the colours. tells: a channel's tooltip.

    Signals:
        chosen(int): a channel was clicked, or come to with the arrow keys.
    """

    chosen = Signal(int)

    def __init__(self, pad: PadLayout, theme: Theme, tells: Callable[[int], str] = lambda _: "") -> None:
        super().__init__()
        self._pad, self._theme, self._tells = pad, theme, tells
        self._tiles_mm: list[list[float]] = pad.tiles.tolist()
        self._tiles: list[QRectF] = []
        self._looks: Sequence[TileLook] = [TileLook()] * pad.n_channels
        self._links: Sequence[tuple[int, int]] = ()
        self._cursor: int | None = None
        self._beat = 0.0
        self._scale, self._middle, self._centre_mm = 1.0, QPointF(), (0.0, 0.0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(220, 280)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Tall, as a back is."""
        return QSize(420, 700)

    @property
    def cursor_channel(self) -> int | None:
        """The channel that was chosen last."""
        return self._cursor

    def show_looks(self, looks: Sequence[TileLook], links: Sequence[tuple[int, int]] = (), beat: float = 0.0) -> None:
        """Take the tiles' looks, pairs of tiles to be joined by a line, and where the ring's pulse is (0 to 1)."""
        if looks != self._looks or links != self._links or any(look.ring for look in looks):
            self._looks, self._links, self._beat = looks, links, beat
            self.update()

    def channel_at(self, at: QPointF) -> int | None:
        """The channel whose tile is at a pixel."""
        return next((channel for channel, tile in enumerate(self._tiles) if tile.contains(at)), None)

    # --- Qt's side

    def resizeEvent(self, _event: object) -> None:  # noqa: N802 - Qt's name
        """Fit the pad in, and the back where it is one."""
        x0, y0, x1, y1 = extent_mm(self._pad)
        if self._is_back:
            outline = self._outline_mm()
            low, high = outline.min(axis=0), outline.max(axis=0)
            x0, y0, x1, y1 = min(x0, low[0]), min(y0, low[1]), max(x1, high[0]), max(y1, high[1])
        wide, high_mm = x1 - x0 + 2 * _MARGIN_MM, y1 - y0 + 2 * _MARGIN_MM
        self._scale = min(self.width() / wide, self.height() / high_mm)
        self._middle = QPointF(self.width() / 2, self.height() / 2)
        self._centre_mm = ((x0 + x1) / 2, (y0 + y1) / 2)
        self._tiles = [QRectF(self._point(x0, y1), self._point(x1, y0)) for x0, y0, x1, y1 in self._tiles_mm]

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the back, the tiles, the links between them, the one to look at and the one chosen."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._is_back:
            self._paint_back(painter)
        for channel, look in enumerate(self._looks):
            self._paint_tile(painter, self._tiles[channel], look)
        self._paint_links(painter)
        painter.setFont(self._sign_font())
        for channel, look in enumerate(self._looks):
            painter.setPen(self._theme.colour(look.ink))
            painter.drawText(self._tiles[channel].adjusted(-8, -8, 8, 8), int(Qt.AlignmentFlag.AlignCenter), look.sign)
        for channel, look in enumerate(self._looks):
            if look.ring:
                self._paint_ring(painter, self._tiles[channel])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.hasFocus():
            painter.setPen(QPen(self._theme.colour("accent"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        if self._cursor is not None:
            solid = Qt.PenStyle.SolidLine if self.hasFocus() else Qt.PenStyle.DotLine
            painter.setPen(QPen(self._theme.colour("text"), 2.5, solid))
            painter.drawRoundedRect(self._tiles[self._cursor].adjusted(-3, -3, 3, 3), 6, 6)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Choose the tile under the pointer."""
        channel = self.channel_at(event.position())
        if channel is not None:
            self._choose(channel)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """The arrow keys go from tile to tile."""
        way = _ARROWS.get(Qt.Key(event.key()))
        if way is None:
            super().keyPressEvent(event)
            return
        self._choose(self._beside(way) if self._cursor is not None else 0)

    def event(self, event: QEvent) -> bool:
        """Tell the tile under the pointer."""
        if isinstance(event, QHelpEvent):
            channel = self.channel_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self._tells(channel) if channel is not None else "", self)
            return True
        return super().event(event)

    # --- where and how

    def _choose(self, channel: int) -> None:
        self._cursor = channel
        self.update()
        self.chosen.emit(channel)

    def _beside(self, way: tuple[float, float]) -> int:
        """The nearest tile in a direction, more ahead than aside; the same one at the pad's edge."""
        pad, here = self._pad, self._cursor
        assert here is not None
        offset = np.column_stack([pad.x_mm - pad.x_mm[here], pad.y_mm - pad.y_mm[here]])
        ahead = offset @ np.array(way)
        aside = np.abs(offset @ np.array([way[1], way[0]]))
        cost = np.where((ahead > 0) & (aside <= ahead), ahead + 2 * aside, np.inf)
        return int(cost.argmin()) if np.isfinite(cost).any() else here

    @property
    def _is_back(self) -> bool:
        _, y0, _, y1 = extent_mm(self._pad)
        return y1 - y0 >= _BACK_MM

    def _outline_mm(self) -> NDArray[np.float64]:
        return np.asarray(outline_mm() + np.array([self._pad.spine_x_mm, 0.0]))

    def _point(self, x_mm: float, y_mm: float) -> QPointF:
        x, y = self._centre_mm
        return QPointF(self._middle.x() + (x_mm - x) * self._scale, self._middle.y() - (y_mm - y) * self._scale)

    def _sign_font(self) -> QFont:
        sides = [min(tile.width(), tile.height()) for tile in self._tiles]
        font = self._theme.font("body")
        font.setPixelSize(max(int(0.62 * min(sides)), 8))
        font.setBold(True)
        return font

    def _paint_back(self, painter: QPainter) -> None:
        painter.setBrush(self._theme.colour("body"))
        painter.setPen(QPen(self._theme.colour("outline"), 1.6))
        painter.drawPolygon(QPolygonF([self._point(x, y) for x, y in self._outline_mm()]))
        pad = self._pad
        painter.setPen(QPen(self._theme.colour("spine", 0.7), 1.4, Qt.PenStyle.DashLine))
        painter.drawLine(self._point(pad.spine_x_mm, pad.spine_y0_mm), self._point(pad.spine_x_mm, pad.spine_y1_mm))

    def _paint_tile(self, painter: QPainter, tile: QRectF, look: TileLook) -> None:
        radius = _RADIUS_MM * self._scale
        painter.setPen(QPen(self._theme.colour("line"), 1))
        painter.setBrush(self._theme.colour("raised"))
        painter.drawRoundedRect(tile, radius, radius)
        painter.setPen(Qt.PenStyle.NoPen)
        if look.share > 0:
            painter.save()
            painter.setClipRect(tile.adjusted(0, tile.height() * (1 - min(look.share, 1.0)), 0, 0))
            painter.setBrush(self._theme.colour(look.fill, look.alpha))
            painter.drawRoundedRect(tile, radius, radius)
            painter.restore()
        if look.edge:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._theme.colour(look.edge), 2))
            painter.drawRoundedRect(tile.adjusted(1, 1, -1, -1), radius, radius)

    def _paint_links(self, painter: QPainter) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for a, b in self._links:
            start, end = _between(self._tiles[a], self._tiles[b])
            for colour, width in (("ground", 7.0), ("wrong", 3.0)):
                painter.setPen(QPen(self._theme.colour(colour), width, c=Qt.PenCapStyle.RoundCap))
                painter.drawLine(start, end)

    def _paint_ring(self, painter: QPainter, tile: QRectF) -> None:
        reach = max(tile.width(), tile.height()) * (0.75 + 0.25 * self._beat)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in (("ground", 8.0), ("accent", 4.0)):
            painter.setPen(QPen(self._theme.colour(colour), width))
            painter.drawEllipse(tile.center(), reach, reach)


def _between(a: QRectF, b: QRectF) -> tuple[QPointF, QPointF]:
    """The ends of a line from one tile to another, that leaves the signs in their middles free."""
    start, end = a.center(), b.center()
    way = end - start
    length = max((way.x() ** 2 + way.y() ** 2) ** 0.5, 1e-9)
    free = way * (0.42 * min(a.width(), a.height(), length) / length)
    return start + free, end - free

"""Small round pictures that are painted once and then only copied: thick antialiased rings cost too much at sixty a
second (67 us each without a graphics card; a copy takes 10).

The rule: a stamp is known by everything that its look depends on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPixmap

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

MOST = 256
"""Hands swell and turn, so there is always a new one; the cache begins anew when it is full."""


class Stamps:
    """Stamps by key."""

    def __init__(self) -> None:
        self._there: dict[Hashable, QPixmap] = {}

    def put(
        self, painter: QPainter, at: QPointF, reach: float, key: Hashable, draw: Callable[[QPainter], None]
    ) -> None:
        """Stamp something around a point.

        Args:
            painter: of the picture. at: the middle. reach: of the stamp to each side, in pixels.
            key: what it looks like. draw: paints it around the origin, the first time.
        """
        ratio = painter.device().devicePixelRatioF()
        stamp = self._there.get((key, ratio))
        if stamp is None:
            stamp = _drawn(reach, ratio, draw)
            if len(self._there) >= MOST:
                self._there.clear()
            self._there[key, ratio] = stamp
        half = stamp.width() / ratio / 2
        painter.drawPixmap(QPointF(at.x() - half, at.y() - half), stamp)


def _drawn(reach: float, ratio: float, draw: Callable[[QPainter], None]) -> QPixmap:
    side = round(2 * reach * ratio) + 2
    stamp = QPixmap(side, side)
    stamp.setDevicePixelRatio(ratio)
    stamp.fill(Qt.GlobalColor.transparent)
    painter = QPainter(stamp)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(side / ratio / 2, side / ratio / 2)
    draw(painter)
    painter.end()
    return stamp

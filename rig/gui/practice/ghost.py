"""The documented stroke as a ghost on the back: where the hands should be now, how hard they press, where they go next.

A dashed ring as large as the ring that a contact of that force would have, the hand's lumps behind it, and the next
moment of its way. The rule: it shows what is wanted and never looks at what the trainee does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPolygonF

from rig.gui.back_picture import ring_mm
from rig.gui.stamps import Stamps

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.gui.back_picture import BackPicture
    from rig.performance.documented import Documented, ShownHand
    from rig.virtual.patches import Patch

AHEAD_S, AHEAD_POINTS = 1.2, 8
_MARGIN_PX = 10.0


class Ghost:
    """A layer over the back; set `motion` and `t_s`.

    Attributes:
        motion: of the step in practice, or None to show nothing. t_s: seconds since it began.
    """

    def __init__(self) -> None:
        self.motion: Documented | None = None
        self._hands: list[ShownHand] = []
        self._stamps = Stamps()

    def move_to(self, t_s: float) -> None:
        """Show the motion's moment `t_s`."""
        self._hands = [] if self.motion is None else self.motion.at(t_s, AHEAD_S, AHEAD_POINTS)

    def area(self, picture: BackPicture) -> QRectF:
        """Around the hands and the way ahead of them."""
        area = QRectF()
        for hand in self._hands:
            reach = picture.px(max(hand.patch.reach_mm, ring_mm(hand.force_n))) + _MARGIN_PX
            at = picture.point(hand.x_mm, hand.y_mm)
            area = area.united(QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach))
            way = QPolygonF([picture.point(x, y) for x, y in hand.ahead_mm.tolist()]).boundingRect()
            area = area.united(way.adjusted(-_MARGIN_PX, -_MARGIN_PX, _MARGIN_PX, _MARGIN_PX))
        return area

    def paint(self, painter: QPainter, picture: BackPicture) -> None:
        """Draw the hands."""
        for hand in self._hands:
            self._paint_hand(painter, picture, hand)

    def _paint_hand(self, painter: QPainter, picture: BackPicture, hand: ShownHand) -> None:
        ring = round(picture.px(ring_mm(hand.force_n)))
        turned = round(hand.angle_rad, 1)
        reach = max(picture.px(hand.patch.reach_mm), ring) + picture.line(2)
        key = (id(hand.patch), turned, ring, round(picture.px(1000)))
        at = picture.point(hand.x_mm, hand.y_mm)
        self._stamps.put(painter, at, reach, key, lambda stamp: _draw_hand(stamp, picture, hand.patch, turned, ring))
        self._paint_way(painter, picture, hand)

    def _paint_way(self, painter: QPainter, picture: BackPicture, hand: ShownHand) -> None:
        """The way ahead with an arrow's head, where it goes far enough to be one."""
        way = [picture.point(x, y) for x, y in _until_it_turns(hand.ahead_mm).tolist()]
        if len(way) < 2:
            return
        end, before = way[-1], way[-2]
        run = QPointF(end.x() - way[0].x(), end.y() - way[0].y())
        if run.manhattanLength() < picture.px(15):
            return
        painter.setPen(QPen(picture.theme.colour("ghost", 0.8), picture.line(2.5), c=Qt.PenCapStyle.RoundCap))
        painter.drawPolyline(QPolygonF(way))
        dx, dy = end.x() - before.x(), end.y() - before.y()
        length = max(float(np.hypot(dx, dy)), 1e-6)
        dx, dy, head = dx / length, dy / length, picture.px(7)
        wings = [
            QPointF(end.x() - head * (dx + side * 0.6 * dy), end.y() - head * (dy - side * 0.6 * dx))
            for side in (1, -1)
        ]
        painter.drawPolyline(QPolygonF([wings[0], end, wings[1]]))


def _until_it_turns(way_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """The way as far as it goes on; an arrow that comes back says nothing."""
    legs = np.diff(way_mm, axis=0)
    turned = np.flatnonzero((legs[:-1] * legs[1:]).sum(axis=1) < 0)
    return way_mm[: turned[0] + 2] if turned.size else way_mm


def _draw_hand(painter: QPainter, picture: BackPicture, patch: Patch, turned: float, ring: int) -> None:
    """The lumps as one shape, and the dashed ring."""
    theme = picture.theme
    cos, sin = np.cos(turned), np.sin(turned)
    shape = QPainterPath()
    for dx, dy, radius in zip(patch.dx_mm.tolist(), patch.dy_mm.tolist(), patch.radius_mm.tolist(), strict=True):
        lump = QPainterPath()
        at = QPointF(picture.px(cos * dx - sin * dy), -picture.px(sin * dx + cos * dy))
        lump.addEllipse(at, picture.px(radius), picture.px(radius))
        shape = shape.united(lump)
    painter.fillPath(shape, theme.colour("ghost", 0.22))
    painter.setPen(QPen(theme.colour("ghost"), picture.line(2.5), Qt.PenStyle.DashLine))
    painter.drawEllipse(QPointF(), ring, ring)

"""The back as every view shows it: silhouette, spine line, landmarks, the pressure map, contacts with their trails.

What stands still is drawn once into a pixmap that is clear where the body is and opaque around it. A picture is then
the pressure, that pixmap over it, and what moves on top, and only of the part that has changed since the last one:
this is what keeps sixty pictures a second cheap. Views add their own drawing as layers. The rule: a paint reads the
latest state and computes nothing about the session.
"""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Protocol

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from rig.back import LANDMARKS_MM, Surface, extent_mm
from rig.gui.placing import Placing
from rig.gui.stamps import Stamps
from rig.gui.words import text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from rig.gui.theme import Theme
    from rig.pad import PadLayout

Contact = tuple[int, float, float, float]
"""A contact's number, x and y in mm, force in N: what `RunningPractice.picture` gives."""

TRAIL_POINTS = 15
TRAIL_EVERY = 6
"""A trail keeps each sixth picture, and where the hand is now: a second and a half at sixty a second."""

_IMAGE = (64, 116)
_ALARM_MM = 27.0
_HALO_PX = 3
_LABEL_MM, _SMALLEST_LABEL, _LEAST_LABELLED = 13.0, 0.95, 0.85


LANDMARKS = (text("skull"), text("C7"), text("L5"))
"""The landmarks' names, for the catalogue."""


class Layer(Protocol):
    """Something that a view draws on the back, in pixels; see `BackPicture.point` and `BackPicture.px`."""

    def area(self, picture: BackPicture) -> QRectF:
        """What it covers now, in pixels; empty for nothing."""
        ...

    def paint(self, painter: QPainter, picture: BackPicture) -> None:
        """Draw it."""
        ...


class BackPicture(QWidget):
    """One pad and what presses on it.

    Args:
        pad: the layout. theme: the colours. under, over: layers drawn with what stands still (call `renew` when
            they change), and above everything at each picture. ground: the colour around the body, by its name.
        say: gives texts in the user's language.
    """

    def __init__(
        self,
        pad: PadLayout,
        theme: Theme,
        *,
        under: Sequence[Layer] = (),
        over: Sequence[Layer] = (),
        ground: str = "ground",
        say: Callable[[str], str] = str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.pad, self.theme, self._ground = pad, theme, ground
        self._under, self._over = tuple(under), tuple(over)
        self._extent = extent_mm(pad)
        self._surface = Surface(pad, *_IMAGE)
        red, green, blue = theme.pressure_table.astype(np.uint32).T
        self._colours = np.uint32(0xFF000000) | red << 16 | green << 8 | blue
        self._image: QImage | None = None
        self._pixels = np.empty((0, 0), np.uint32)
        self._pressed: tuple[int, int, int, int] | None = None
        self._contacts: Sequence[Contact] = ()
        self._trails: dict[int, deque[QPointF]] = {}
        self._pictures = 0
        self._stamps = Stamps()
        self._alarm_y_mm: float | None = None
        self._still: QPixmap | None = None
        self._drawn = QRectF()
        self._placing = Placing(pad)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 320)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._say = say
        self.setAccessibleName(say(text("Pressure on the back")))

    def show_now(
        self, force_n: NDArray[np.float64], contacts: Sequence[Contact] = (), alarm_y_mm: float | None = None
    ) -> None:
        """Take the latest state, and repaint what differs from the last one.

        Args:
            force_n: (n_channels,) force on each tile in N. contacts: hands on the pad.
            alarm_y_mm: where the spine is pressed, or None.
        """
        indices = self._surface.image(force_n)
        self._pressed = _box_of(indices)
        if self._pressed is not None:
            self._pixels = self._colours[indices]
            height, width = self._pixels.shape
            self._image = QImage(self._pixels.data, width, height, QImage.Format.Format_RGB32)
        self._contacts = contacts
        self._follow(contacts)
        self._alarm_y_mm = alarm_y_mm
        area = self._area()
        self.update(area.united(self._drawn).toAlignedRect())
        self._drawn = area

    def forget_trails(self) -> None:
        """The next picture does not follow the last one: somebody has jumped in time."""
        self._trails.clear()

    def renew(self) -> None:
        """Draw what stands still anew."""
        self._still = None
        self.update()

    def point(self, x_mm: float, y_mm: float) -> QPointF:
        """Where a place of the pad is, in pixels."""
        return self._placing.point(x_mm, y_mm)

    def px(self, mm: float) -> float:
        """A length in pixels."""
        return mm * self._placing.scale

    def line(self, width: float) -> float:
        """How thick a line of `width` pixels is on a picture of this size."""
        return self._placing.line(width)

    def place(self, point: QPointF) -> tuple[float, float]:
        """Which place of the pad is at a pixel, in mm."""
        return self._placing.place(point)

    def resizeEvent(self, _event: object) -> None:  # noqa: N802 - Qt's name
        """Fit the whole outline in."""
        self._placing.fit(self.width(), self.height())
        self._trails.clear()
        self.renew()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the part that is asked for, back to front."""
        ratio = self.devicePixelRatioF()
        if self._still is None or self._still.devicePixelRatio() != ratio:
            self._still = self._draw_still(ratio)
        rect = event.rect()
        painter = QPainter(self)
        painter.fillRect(rect, self.theme.colour("body"))
        if self._pressed is not None and self._image is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            left, top, width, height = self._pressed
            painter.drawImage(self._image_area(), self._image, QRectF(left, top, width, height))
        source = QRectF(rect.x() * ratio, rect.y() * ratio, rect.width() * ratio, rect.height() * ratio)
        painter.drawPixmap(QRectF(rect), self._still, source)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_alarm(painter)
        self._paint_trails(painter)
        self._paint_contacts(painter)
        for layer in self._over:
            layer.paint(painter, self)
        painter.end()

    def _area(self) -> QRectF:
        """All that a picture shows beside what stands still, in pixels."""
        area, margin = QRectF(), self.line(6)
        if self._pressed is not None:
            area = area.united(self._image_area())
        for trail in self._trails.values():
            area = area.united(QPolygonF(list(trail)).boundingRect())
        for _, x, y, force in self._contacts:
            reach = self.px(ring_mm(force))
            at = self.point(x, y)
            area = area.united(QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach))
        if self._alarm_y_mm is not None:
            area = area.united(self._alarm_area())
        for layer in self._over:
            area = area.united(layer.area(self))
        return area.adjusted(-margin, -margin, margin, margin) if not area.isEmpty() else area

    def _image_area(self) -> QRectF:
        """Where the pressed part of the image lies, in pixels."""
        assert self._pressed is not None
        left, top, width, height = self._pressed
        x0, y0, x1, y1 = self._extent
        across, along = (x1 - x0) / _IMAGE[0], (y1 - y0) / _IMAGE[1]
        corner = self.point(x0 + left * across, y1 - top * along)
        return QRectF(corner.x(), corner.y(), self.px(width * across), self.px(height * along))

    def _follow(self, contacts: Sequence[Contact]) -> None:
        self._pictures += 1
        there = {number for number, *_ in contacts}
        for number in [n for n in self._trails if n not in there]:
            del self._trails[number]
        if self._pictures % TRAIL_EVERY == 0:
            for number, x, y, _ in contacts:
                self._trails.setdefault(number, deque(maxlen=TRAIL_POINTS)).append(self.point(x, y))

    def _draw_still(self, ratio: float) -> QPixmap:
        """Everything around the body, and on it what stands still."""
        still = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        still.setDevicePixelRatio(ratio)
        still.fill(Qt.GlobalColor.transparent)
        painter = QPainter(still)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outside = QPainterPath()
        outside.addRect(QRectF(self.rect()))
        outline = self._outline()
        painter.fillPath(outside.subtracted(outline), self.theme.colour(self._ground))
        for layer in self._under:
            layer.paint(painter, self)
        painter.strokePath(outline, QPen(self.theme.colour("outline"), self.line(2)))
        self._paint_spine(painter)
        painter.end()
        return still

    def _outline(self) -> QPainterPath:
        path = QPainterPath()
        path.addPolygon(QPolygonF([self.point(x, y) for x, y in self._placing.outline_mm.tolist()]))
        path.closeSubpath()
        return path

    def _paint_spine(self, painter: QPainter) -> None:
        pad = self.pad
        painter.setPen(QPen(self.theme.colour("spine", 0.8), self.line(1.6), Qt.PenStyle.DashLine))
        painter.drawLine(self.point(pad.spine_x_mm, pad.spine_y0_mm), self.point(pad.spine_x_mm, pad.spine_y1_mm))
        painter.setFont(self.theme.font("small", max(self.px(_LABEL_MM) / 13, _SMALLEST_LABEL)))
        dot = self.line(4)
        for name, (x, y) in LANDMARKS_MM.items():
            at = self.point(x + pad.spine_x_mm, y)
            painter.setPen(QPen(self.theme.colour("spine"), self.line(1.4)))
            painter.setBrush(self.theme.colour("body"))
            painter.drawEllipse(at, dot, dot)
            if self._placing.scale < _LEAST_LABELLED:
                continue  # On a small picture the names would lie over the outline.
            painter.setPen(self.theme.colour("quiet"))
            painter.drawText(QPointF(at.x() + dot + 3, at.y() - dot), self._say(name))

    def _alarm_area(self) -> QRectF:
        assert self._alarm_y_mm is not None
        pad, reach = self.pad, self.px(_ALARM_MM) + self.line(4)
        top = self.point(pad.spine_x_mm, max(pad.spine_y1_mm, self._alarm_y_mm))
        foot = self.point(pad.spine_x_mm, min(pad.spine_y0_mm, self._alarm_y_mm))
        return QRectF(top.x() - reach, top.y() - reach, 2 * reach, foot.y() - top.y() + 2 * reach)

    def _paint_alarm(self, painter: QPainter) -> None:
        if self._alarm_y_mm is None:
            return
        pad = self.pad
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self.theme.colour("wrong"), self.line(5)))
        painter.drawLine(self.point(pad.spine_x_mm, pad.spine_y0_mm), self.point(pad.spine_x_mm, pad.spine_y1_mm))
        painter.setPen(QPen(self.theme.colour("wrong"), self.line(6)))
        reach = self.px(_ALARM_MM)
        painter.drawEllipse(self.point(pad.spine_x_mm, self._alarm_y_mm), reach, reach)

    def _paint_trails(self, painter: QPainter) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        now = {number: self.point(x, y) for number, x, y, _ in self._contacts}
        for number, trail in self._trails.items():
            points = [*trail, now[number]]
            half = len(points) // 2
            # Fainter where the hand was longer ago.
            for part, alpha in ((points[: half + 1], 0.3), (points[half:], 0.6)):
                painter.setPen(QPen(self.theme.colour("hand", alpha), self.line(3), c=Qt.PenCapStyle.RoundCap))
                painter.drawPolyline(QPolygonF(part))

    def _paint_contacts(self, painter: QPainter) -> None:
        for _, x, y, force in self._contacts:
            reach = round(self.px(ring_mm(force)))
            self._stamps.put(painter, self.point(x, y), reach + self.line(6), reach, partial(self._draw_ring, reach))

    def _draw_ring(self, reach: int, painter: QPainter) -> None:
        # A halo of the ground's colour, since the map under it may be as bright as the ring.
        painter.setPen(QPen(self.theme.colour("ground", 0.7), self.line(3) + 2 * _HALO_PX))
        painter.drawEllipse(QPointF(), reach, reach)
        painter.setPen(QPen(self.theme.colour("hand"), self.line(3)))
        painter.drawEllipse(QPointF(), reach, reach)


def ring_mm(force_n: float) -> float:
    """A contact's ring grows with its force, in area."""
    return 8.0 + 2.5 * float(min(force_n, 60.0) ** 0.5)


def _box_of(indices: NDArray[np.uint8]) -> tuple[int, int, int, int] | None:
    """The part of an image that is not empty, as left, top, width and height; a pixel wider for smooth edges."""
    rows, columns = np.flatnonzero(indices.any(axis=1)), np.flatnonzero(indices.any(axis=0))
    if not rows.size:
        return None
    height, width = indices.shape
    top, left = max(int(rows[0]) - 1, 0), max(int(columns[0]) - 1, 0)
    return left, top, min(int(columns[-1]) + 2, width) - left, min(int(rows[-1]) + 2, height) - top

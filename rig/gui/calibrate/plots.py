"""The reading as it settles, and the sensor's curve as it forms, with what each weight is off by beneath.

Plain painting in the widget's own size. The rule: axes carry their units, the curve's are logarithmic since forces and
conductances span two decades, and a sign or a shape says whatever a colour says.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from rig.gui.growing import enlarged
from rig.gui.lettering import LEFT, RIGHT, TOP, write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rig.gui.theme import Theme
    from rig.gui.words import Words
    from rig.session.calibrate.picture import Curve

SPAN_S = 10.0
MOST_OFF = 0.15
"""The strip of errors ends here; what is further off sits on its edge, as an arrow."""

SOLID_OFF = 0.05
"""The solid target for a settled weight (CALIBRATION)."""

_LEFT, _FOOT, _HEAD, _RIGHT = 62.0, 30.0, 34.0, 16.0
_LOADS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50)
_POINT = 5.0
_TICK_PX = 26.0
_STRIP_HEAD, _LEAST_STRIP, _LEAST_FRAME = 30.0, 56.0, 60.0


class Plot(QWidget):
    """Frame, title and axes of both plots."""

    def __init__(self, theme: Theme, words: Words, title: str) -> None:
        super().__init__()
        self._theme, self._say, self._title = theme, words.say, title
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 96)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Wider than high."""
        return QSize(380, 260)

    def _begin(self) -> tuple[QPainter, QRectF]:
        """A painter in the usual pixels, and the frame to draw in."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = enlarged(painter, self)
        painter.setPen(self._theme.colour("quiet"))
        write(painter, QRectF(10, 4, area.width() - 20, _HEAD - 8), self._title, self._theme.font("small"), LEFT)
        return painter, area.adjusted(_LEFT, _HEAD, -_RIGHT, -_FOOT)

    def _tick_x(self, painter: QPainter, frame: QRectF, x: float, said: str) -> None:
        painter.setPen(QPen(self._theme.colour("line"), 1))
        painter.drawLine(QPointF(x, frame.top()), QPointF(x, frame.bottom()))
        painter.setPen(self._theme.colour("quiet"))
        painter.setFont(self._theme.font("small"))
        painter.drawText(QRectF(x - 40, frame.bottom() + 4, 80, 20), int(Qt.AlignmentFlag.AlignHCenter), said)

    def _tick_y(self, painter: QPainter, frame: QRectF, y: float, said: str) -> None:
        painter.setPen(QPen(self._theme.colour("line"), 1))
        painter.drawLine(QPointF(frame.left(), y), QPointF(frame.right(), y))
        painter.setPen(self._theme.colour("quiet"))
        write(painter, QRectF(2, y - 11, _LEFT - 8, 22), said, self._theme.font("small"), RIGHT)

    def _nothing(self, painter: QPainter, frame: QRectF, said: str) -> None:
        painter.setPen(self._theme.colour("quiet"))
        write(painter, frame, said, self._theme.font("body"), TOP)


class TracePlot(Plot):
    """The last ten seconds of one reading."""

    def __init__(self, theme: Theme, words: Words) -> None:
        super().__init__(theme, words, "")
        self._t_s: NDArray[np.float64] = np.zeros(0)
        self._values: NDArray[np.float64] = np.zeros(0)
        self._held_s, self._unit = 0.0, ""

    def show_now(
        self, title: str, unit: str, t_s: NDArray[np.float64], values: NDArray[np.float64], held_s: float = 0.0
    ) -> None:
        """Take the latest reading.

        Args:
            title, unit: what is drawn. t_s, values: (n,) each, seconds before now (negative) and the reading.
            held_s: for how long it has been still: this stretch is drawn stronger.
        """
        self._title, self._unit, self._held_s = title, unit, held_s
        self._t_s, self._values = t_s, values
        self.setAccessibleName(f"{title}: {values[-1]:.0f} {unit}" if len(values) else title)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw axes and trace."""
        painter, frame = self._begin()
        shown = self._t_s >= -SPAN_S
        if shown.sum() < 2:
            self._nothing(painter, frame, self._say("No reading yet."))
            painter.end()
            return
        t_s, values = self._t_s[shown], self._values[shown]
        low, high, step = nice_range(float(values.min()), float(values.max()), round(frame.height() / 40))

        def at(t: float, value: float) -> QPointF:
            return QPointF(
                frame.right() + t / SPAN_S * frame.width(),
                frame.bottom() - (value - low) / (high - low) * frame.height(),
            )

        for k in range(round((high - low) / step) + 1):
            value = low + k * step
            self._tick_y(painter, frame, at(0, value).y(), f"{value:g}")
        for second in (-10, -5, 0):
            self._tick_x(painter, frame, at(second, low).x(), self._say("{s} s", s=second))
        if self._held_s > 0:
            painter.fillRect(QRectF(at(-min(self._held_s, SPAN_S), high), at(0, low)), self._theme.colour("good", 0.16))
        line = QPolygonF([at(t, v) for t, v in zip(t_s.tolist(), values.tolist(), strict=True)])
        painter.setPen(QPen(self._theme.colour("accent"), 2.4, j=Qt.PenJoinStyle.RoundJoin))
        painter.drawPolyline(line)
        painter.setPen(self._theme.colour("text"))
        now = f"{values[-1]:.0f} {self._unit}"
        head = QRectF(frame.center().x(), 4, frame.width() / 2, _HEAD - 8)
        write(painter, head, now, self._theme.font("body"), RIGHT)
        painter.end()


class CurvePlot(Plot):
    """One sensor's weights and its fitted curve; below, what each weight is off by when left out of the fit."""

    def __init__(self, theme: Theme, words: Words) -> None:
        super().__init__(theme, words, words.say("Conductance over weight"))
        self.setMinimumHeight(150)
        self._curve: Curve | None = None
        self._of_reading: float | None = None

    def show_now(self, curve: Curve | None, of_reading: float | None) -> None:
        """Take the latest curve, and the fit's error over all weights."""
        if curve is not self._curve or of_reading != self._of_reading:
            self._curve, self._of_reading = curve, of_reading
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the curve and the strip of errors."""
        painter, whole = self._begin()
        curve = self._curve
        if curve is None or not (len(curve.load_n) or curve.now):
            self._nothing(painter, whole, self._say("The curve forms here, a point for each weight."))
            painter.end()
            return
        strip, frame = self._parts(whole)
        axes = _Axes(curve, frame)
        for load in _LOADS:
            if axes.low_n <= load <= axes.high_n:
                self._tick_x(painter, strip, axes.x(load), self._say("{n:g} N", n=load))
                painter.setPen(QPen(self._theme.colour("line"), 1))
                painter.drawLine(QPointF(axes.x(load), frame.top()), QPointF(axes.x(load), frame.bottom()))
        for micro in axes.ticks:
            self._tick_y(painter, frame, axes.y(micro * 1e-6), f"{micro:g} µS")
        self._paint_curve(painter, curve, axes, frame)
        if strip is not frame:
            self._paint_errors(painter, curve, axes, strip)
        painter.end()

    def _parts(self, whole: QRectF) -> tuple[QRectF, QRectF]:
        """The strip of errors and the curve's frame; without room for both, the curve has all of it."""
        high = max(0.26 * whole.height(), _LEAST_STRIP)
        left = whole.height() - high - _STRIP_HEAD
        if left < _LEAST_FRAME:
            return whole, whole
        strip = QRectF(whole.left(), whole.bottom() - high, whole.width(), high)
        return strip, QRectF(whole.left(), whole.top(), whole.width(), left)

    def _paint_curve(self, painter: QPainter, curve: Curve, axes: _Axes, frame: QRectF) -> None:
        painter.save()
        painter.setClipRect(frame.adjusted(-_POINT, -_POINT, _POINT, _POINT))
        if len(curve.model_n):
            painter.setPen(QPen(self._theme.colour("accent"), 2.4, j=Qt.PenJoinStyle.RoundJoin))
            painter.drawPolyline(
                QPolygonF([axes.point(n, s) for n, s in zip(curve.model_n, curve.model_s, strict=True)])
            )
        painter.setPen(QPen(self._theme.colour("card"), 1))
        painter.setBrush(self._theme.colour("text"))
        for load, siemens, rising in zip(curve.load_n, curve.siemens, curve.rising, strict=True):
            painter.drawPolygon(_triangle(axes.point(load, siemens), up=bool(rising)))
        if curve.now is not None:
            painter.setPen(QPen(self._theme.colour("accent"), 3))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(axes.point(*curve.now), 9, 9)
        painter.restore()

    def _paint_errors(self, painter: QPainter, curve: Curve, axes: _Axes, strip: QRectF) -> None:
        middle, half = strip.center().y(), strip.height() / 2
        solid = half * SOLID_OFF / MOST_OFF
        around = QRectF(strip.left(), middle - solid, strip.width(), 2 * solid)
        painter.fillRect(around, self._theme.colour("good", 0.16))
        for off, said in ((SOLID_OFF, "+5 %"), (-SOLID_OFF, "-5 %")):
            self._tick_y(painter, strip, middle - half * off / MOST_OFF, said)
        for load, off, strange in zip(curve.off_n, curve.off, curve.strange, strict=True):
            if not math.isfinite(off):
                continue
            held = float(np.clip(off, -MOST_OFF, MOST_OFF))
            at = QPointF(axes.x(float(load)), middle - half * held / MOST_OFF)
            self._paint_error(painter, at, outside=held != off, up=off > 0, strange=bool(strange))
        said = self._say("Off when left out of the fit")
        if self._of_reading is not None:
            said = self._say("Off when left out of the fit: {percent:.1f} % over all", percent=100 * self._of_reading)
        painter.setPen(self._theme.colour("quiet"))
        head = QRectF(strip.left(), strip.top() - _STRIP_HEAD + 4, strip.width(), _STRIP_HEAD - 8)
        write(painter, head, said, self._theme.font("small"), LEFT)

    def _paint_error(self, painter: QPainter, at: QPointF, *, outside: bool, up: bool, strange: bool) -> None:
        if strange:
            painter.setPen(QPen(self._theme.colour("wrong"), 2.5))
            painter.drawLine(at + QPointF(-5, -5), at + QPointF(5, 5))
            painter.drawLine(at + QPointF(-5, 5), at + QPointF(5, -5))
            return
        painter.setPen(QPen(self._theme.colour("card"), 1))
        painter.setBrush(self._theme.colour("doubt" if outside else "text"))
        if outside:
            painter.drawPolygon(_triangle(at, up=up))
        else:
            painter.drawEllipse(at, 3.6, 3.6)


class _Axes:
    """Logarithmic axes that hold all of a curve."""

    def __init__(self, curve: Curve, frame: QRectF) -> None:
        now_n, now_s = ([curve.now[0]], [curve.now[1]]) if curve.now is not None else ([], [])
        loads = [*curve.load_n.tolist(), *now_n]
        siemens = [s for s in (*curve.siemens.tolist(), *now_s) if s > 0] or [1e-4]
        self.low_n, self.high_n = min(loads) / 1.5, max(loads) * 1.5
        self._low_s, self._high_s = min(siemens) / 1.6, max(siemens) * 1.6
        self._frame = frame

    @property
    def ticks(self) -> list[float]:
        """Microsiemens to be named: decades and their halves."""
        candidates = [m * 10.0**e for e in range(-1, 5) for m in (1, 2, 5)]
        inside = [c for c in candidates if self._low_s <= c * 1e-6 <= self._high_s]
        room = max(int(self._frame.height() / _TICK_PX), 2)
        return inside[:: -(-len(inside) // room)]

    def x(self, load_n: float) -> float:
        """Across, in pixels."""
        share = math.log(load_n / self.low_n) / math.log(self.high_n / self.low_n)
        return self._frame.left() + share * self._frame.width()

    def y(self, siemens: float) -> float:
        """Down, in pixels."""
        share = math.log(max(siemens, 1e-9) / self._low_s) / math.log(self._high_s / self._low_s)
        return self._frame.bottom() - share * self._frame.height()

    def point(self, load_n: float, siemens: float) -> QPointF:
        """Both."""
        return QPointF(self.x(float(load_n)), self.y(float(siemens)))


def nice_range(low: float, high: float, most: int = 4, least: float = 8.0) -> tuple[float, float, float]:
    """Ends and step of an axis that holds two values, in round numbers: about `most` steps, no narrower than `least`.

    What lies a little below zero, as noise does, does not open a step of its own.
    """
    span = max(high - low, least)
    low = 0.0 if -0.08 * span < low < 0 else low
    step = 10 ** math.floor(math.log10(span / 2))
    step = next((step * m for m in (1, 2, 5, 10, 20, 50) if span / (step * m) <= max(most, 2)), span)
    return math.floor(low / step) * step, math.ceil(max(high, low + least) / step) * step, step


def _triangle(at: QPointF, *, up: bool) -> QPolygonF:
    way = -1.0 if up else 1.0
    corners: Sequence[tuple[float, float]] = ((0, way * _POINT), (-_POINT, -way * _POINT), (_POINT, -way * _POINT))
    return QPolygonF([at + QPointF(x, y) for x, y in corners])

"""One measure over the sessions as a small chart: its name, the latest figure, and a dot a session.

The rule: a session without a figure has no dot, and all charts have the same sessions in the same places.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from rig.gui.growing import enlarged, grown
from rig.gui.lettering import LEFT, RIGHT, write
from rig.gui.measure_texts import figure, measure_name, plain
from rig.gui.theme import RADIUS, SPACE
from rig.gui.words import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QHelpEvent

    from rig.gui.theme import Theme
    from rig.gui.words import Words
    from rig.report.history import Series
    from rig.report.measures import Unit

LOW_PX, HIGH_PX = 122, 170
"""How high a chart is where there is little room, and where there is much."""

VERDICTS = {"pass": text("passed"), "fail": text("practise on"), "not-judged": text("not judged")}

_TITLE_PX, _VALUE_PX = 18, 26
_SCALE_PX = 44
"""Room for the figures at the ends of the scale."""

_FROM_ZERO = frozenset(("flags/min", "", "cv", "of 100"))
"""Units of which nothing is the natural ground; the others' charts begin below their lowest value."""


class MeasureChart(QWidget):
    """The chart of one series.

    Args:
        series: the values. dates: what each session is called in a tooltip.
        verdicts: of each session, to be shown with the values; empty shows none.
    """

    def __init__(
        self,
        series: Series,
        dates: Sequence[str],
        theme: Theme,
        words: Words,
        verdicts: Sequence[str | None] = (),
    ) -> None:
        super().__init__()
        self._verdicts = verdicts or [None] * len(series.values)
        self._series, self._dates, self._theme, self._words = series, dates, theme, words
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        known = [value for value in series.values if value is not None]
        self._ends = _ends_of(known, series.unit)
        self.title = measure_name(words, series.name)
        self.latest = figure(known[-1] if known else None, series.unit)
        self.setAccessibleName(f"{self.title}: {self.latest}")

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Small: many of them stand side by side."""
        return QSize(230, LOW_PX) * grown(self)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for the figures."""
        return QSize(170, LOW_PX) * grown(self)

    def event(self, event: QEvent) -> bool:
        """A tooltip for the nearest session."""
        if event.type() == QEvent.Type.ToolTip and self._dates:
            help_event: QHelpEvent = event  # type: ignore[assignment]  # Qt says so by the event's type
            scale, n = grown(self), len(self._dates)
            plot = _plot(QRectF(0, 0, self.width() / scale, self.height() / scale))
            row = round((help_event.pos().x() / scale - plot.left()) / max(plot.width(), 1) * (n - 1)) if n > 1 else 0
            QToolTip.showText(help_event.globalPos(), self.said_of(min(max(row, 0), n - 1)), self)
            return True
        return super().event(event)

    def said_of(self, row: int) -> str:
        """A session in words: when, the figure, the verdict."""
        said = f"{self._dates[row]}\n{self.title}: {figure(self._series.values[row], self._series.unit)}"
        verdict = VERDICTS.get(self._verdicts[row] or "")
        return said if verdict is None else f"{said}\n{self._words.say(verdict)}"

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Card, words, dots."""
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = enlarged(painter, self)
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.setBrush(theme.colour("card"))
        painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        inner = area.adjusted(1.5 * SPACE, SPACE, -1.5 * SPACE, -SPACE)
        painter.setPen(theme.colour("quiet"))
        title = QRectF(inner.left(), inner.top(), inner.width(), _TITLE_PX)
        write(painter, title, self.title, theme.font("small"), LEFT)
        painter.setPen(theme.colour("text"))
        value = QRectF(inner.left(), title.bottom(), inner.width(), _VALUE_PX)
        # Joined, for a line may else break within a unit.
        write(painter, value, self.latest.replace(" ", "\u00a0").replace("/", "/\u2060"), theme.font("title"), LEFT)
        self._paint_dots(painter, _plot(area))
        painter.end()

    def _paint_dots(self, painter: QPainter, plot: QRectF) -> None:
        theme, placed = self._theme, self._points(plot)
        points = [point for _, point in placed]
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawLine(plot.bottomLeft(), plot.bottomRight())
        painter.setPen(theme.colour("quiet"))
        low, high = self._ends
        ends = [(high, plot.top() - 3), (low, plot.bottom() - 13)]
        for value, top in ends if high > low else [(high, plot.center().y() - 8)]:
            where = QRectF(1.5 * SPACE, top, _SCALE_PX - 6, 16)
            write(painter, where, plain(value, self._series.unit), theme.font("small"), RIGHT)
        painter.setPen(QPen(theme.colour("accent"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(points))
        for number, (row, point) in enumerate(placed, 1):
            last = number == len(placed)
            self._paint_dot(painter, point, failed=self._verdicts[row] == "fail", last=last)

    def _paint_dot(self, painter: QPainter, point: QPointF, *, failed: bool, last: bool) -> None:
        """The last one larger; one that failed as a ring, so that it is told without its colour, too."""
        theme, reach = self._theme, 4.5 if last else 2.6
        if failed:
            painter.setPen(QPen(theme.colour("wrong"), 2))
            painter.setBrush(theme.colour("card"))
            reach += 1
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("text" if last else "accent"))
        painter.drawEllipse(point, reach, reach)

    def _points(self, plot: QRectF) -> list[tuple[int, QPointF]]:
        """A dot for each session with a figure, by its number; the line goes on over the others."""
        values = self._series.values
        low, high = self._ends
        span = high - low
        found = []
        for row, value in enumerate(values):
            if value is not None:
                x = plot.left() + (plot.width() * row / (len(values) - 1) if len(values) > 1 else plot.width() / 2)
                share = (value - low) / span if span > 0 else 0.5
                found.append((row, QPointF(x, plot.bottom() - 4 - share * (plot.height() - 8))))
        return found


def _plot(area: QRectF) -> QRectF:
    """Where the dots are."""
    return area.adjusted(1.5 * SPACE + _SCALE_PX, 1.5 * SPACE + _TITLE_PX + _VALUE_PX, -2 * SPACE, -1.5 * SPACE)


def _ends_of(known: Sequence[float], unit: Unit) -> tuple[float, float]:
    """Where a chart's scale begins and ends."""
    low, high = min(known, default=0.0), max(known, default=0.0)
    if unit in _FROM_ZERO:
        low = min(low, 0.0)
    return low, 100.0 if unit == "of 100" else high

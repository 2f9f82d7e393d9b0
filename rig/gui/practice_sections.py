"""The parts of the practice panel, each a small painter of its own; see `rig.gui.practice_panel`.

The rule: right is an outline and a tick, wrong a filled field with a warning sign, doubt an outline and a bar, so that
they differ without any colour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from rig.gui.lettering import CENTRE, LEFT, RIGHT, TOP, write
from rig.gui.theme import RADIUS

if TYPE_CHECKING:
    from collections.abc import Hashable

    from rig.gui.glance import Count, Glance, Reading, State
    from rig.gui.theme import Theme

_GAUGE_STEPS = 400
"""A gauge's mark moves in so many steps: a finer one nobody would see."""


class StepWords:
    """Title of the step, how it goes, and what comes next."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme

    def key(self, glance: Glance) -> Hashable:
        """What it shows."""
        return glance.step, glance.how, glance.following

    def tip(self, glance: Glance) -> str:
        """The step's words again, for whoever cannot read them all at this size."""
        return f"{glance.step}\n{glance.how}"

    def paint(self, painter: QPainter, where: QRectF, glance: Glance, scale: float) -> None:
        """Draw it."""
        theme, rest = self._theme, QRectF(where)
        title = _cut(rest, 0.32)
        following = _cut(rest, 0.3, from_foot=True) if glance.following else QRectF()
        painter.setPen(theme.colour("text"))
        write(painter, title, glance.step, theme.font("headline", scale))
        painter.setPen(theme.colour("quiet"))
        write(painter, rest, glance.how, theme.font("body", 1.12 * scale), TOP)
        painter.setPen(theme.colour("accent"))
        write(painter, following, glance.following, theme.font("title", 0.9 * scale))


class Banner:
    """The one thing to tell."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme

    def key(self, glance: Glance) -> Hashable:
        """What it shows."""
        return glance.said, glance.figures, glance.state

    def tip(self, glance: Glance) -> str:
        """What was measured, against which limit."""
        return glance.figures

    def paint(self, painter: QPainter, where: QRectF, glance: Glance, scale: float) -> None:
        """Draw it."""
        theme = self._theme
        field = where.adjusted(2, 2, -2, -2)
        wrong = glance.state == "wrong"
        painter.setBrush(theme.colour("wrong_fill" if wrong else "card"))
        edge = {"good": "good", "wrong": "wrong_fill", "doubt": "doubt", "quiet": "line"}[glance.state]
        painter.setPen(QPen(theme.colour(edge), 1.5 if glance.state == "quiet" else 3))
        painter.drawRoundedRect(field, RADIUS * scale, RADIUS * scale)
        inside = field.adjusted(22 * scale, 14 * scale, -20 * scale, -14 * scale)
        if glance.state != "quiet":
            sign = QRectF(inside.left(), inside.center().y() - 34 * scale, 68 * scale, 68 * scale)
            _paint_sign(painter, sign, glance.state, theme, scale)
            inside.setLeft(sign.right() + 22 * scale)
        text = theme.colour("on_wrong" if wrong else "text")
        words = QRectF(inside)
        if glance.figures:
            figures = _cut(words, 0.3, from_foot=True)
            painter.setPen(text)
            write(painter, figures, glance.figures, theme.font("title", scale))
        painter.setPen(text)
        write(painter, words, glance.said, theme.font("figure" if wrong else "headline", 0.9 * scale))


class Gauge:
    """A value on a scale with its band."""

    def __init__(self, theme: Theme, index: int) -> None:
        self._theme, self._index = theme, index

    def key(self, glance: Glance) -> Hashable:
        """What it shows, the mark's place rounded to what can be seen."""
        if self._index >= len(glance.readings):
            return None
        reading = glance.readings[self._index]
        at = None if reading.value is None else round(_GAUGE_STEPS * min(reading.value / reading.top, 1.0))
        pulse = None if reading.pulse is None else round(20 * reading.pulse)
        return reading.title, reading.said, reading.low, reading.high, reading.top, reading.state, at, pulse

    def tip(self, glance: Glance) -> str:
        """The value and its band, with the unit."""
        if self._index >= len(glance.readings):
            return ""
        reading = glance.readings[self._index]
        return f"{reading.title}: {reading.said} {reading.unit}\n{reading.wanted}".rstrip()

    def paint(self, painter: QPainter, where: QRectF, glance: Glance, scale: float) -> None:
        """Draw it."""
        if self._index >= len(glance.readings):
            return
        reading, theme = glance.readings[self._index], self._theme
        rest = QRectF(where)
        words = _cut(rest, 0.6)
        self._paint_words(painter, words, reading, scale)
        bar = QRectF(rest.left() + 2, rest.center().y() - 9 * scale, rest.width() - 4, 18 * scale)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("raised"))
        painter.drawRoundedRect(bar, bar.height() / 2, bar.height() / 2)
        if reading.low is not None or reading.high is not None:
            left = bar.left() + bar.width() * min((reading.low or 0.0) / reading.top, 1.0)
            high = reading.top if reading.high is None else reading.high
            right = bar.left() + bar.width() * min(high / reading.top, 1.0)
            painter.setBrush(theme.colour("good", 0.42))
            painter.drawRoundedRect(QRectF(left, bar.top(), right - left, bar.height()), 5 * scale, 5 * scale)
        if reading.value is not None:
            self._paint_mark(painter, bar, reading, scale)

    def _paint_words(self, painter: QPainter, where: QRectF, reading: Reading, scale: float) -> None:
        theme = self._theme
        rest = QRectF(where)
        value = _cut_left(rest, 0.46)
        painter.setPen(theme.colour("text" if reading.value is not None else "quiet"))
        said = f"{reading.said} {reading.unit}" if reading.value is not None else reading.said
        figure = theme.font("figure" if reading.value is not None else "title", scale)
        write(painter, value, said, figure, LEFT)
        if reading.pulse is not None:
            self._paint_pulse(painter, rest, reading.pulse, scale)
            rest.setRight(rest.right() - 48 * scale)
        painter.setPen(theme.colour("quiet"))
        write(painter, rest, f"{reading.title}\n{reading.wanted}", theme.font("body", 1.1 * scale), RIGHT)

    def _paint_pulse(self, painter: QPainter, where: QRectF, pulse: float, scale: float) -> None:
        """A dot that is largest on the beat and shrinks until the next."""
        reach = (15 - 9 * pulse) * scale
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("accent", 1 - 0.6 * pulse))
        painter.drawEllipse(QPointF(where.right() - 20 * scale, where.center().y()), reach, reach)

    def _paint_mark(self, painter: QPainter, bar: QRectF, reading: Reading, scale: float) -> None:
        assert reading.value is not None
        theme = self._theme
        x = bar.left() + bar.width() * min(reading.value / reading.top, 1.0)
        x = min(max(x, bar.left() + 5 * scale), bar.right() - 5 * scale)
        tall = 15 * scale
        painter.setPen(QPen(theme.colour("ground"), 2 * scale))
        painter.setBrush(theme.colour({"good": "good", "doubt": "doubt"}.get(reading.state, "text")))
        painter.drawRoundedRect(QRectF(x - 6 * scale, bar.center().y() - tall, 12 * scale, 2 * tall), 6, 6)


class BreathRing:
    """A disc that swells as the breath goes in."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme

    def key(self, glance: Glance) -> Hashable:
        """What it shows, in steps that can be seen."""
        return None if glance.breath is None else (round(60 * glance.breath.full), glance.breath.said)

    def tip(self, glance: Glance) -> str:
        """The word in it."""
        return "" if glance.breath is None else glance.breath.said

    def paint(self, painter: QPainter, where: QRectF, glance: Glance, scale: float) -> None:
        """Draw it."""
        if glance.breath is None:
            return
        theme = self._theme
        most = min(where.width(), where.height()) / 2 - 3
        middle = where.center()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour("line"), 2))
        painter.drawEllipse(middle, most, most)
        reach = most * (0.45 + 0.55 * glance.breath.full)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent", 0.35))
        painter.drawEllipse(middle, reach, reach)
        painter.setPen(theme.colour("text"))
        side = most * 1.5
        box = QRectF(middle.x() - side / 2, middle.y() - side / 3, side, side / 1.5)
        write(painter, box, glance.breath.said, theme.font("title", scale), CENTRE)


class Counts:
    """Repetitions, time: large numbers with what they are of."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme

    def key(self, glance: Glance) -> Hashable:
        """What it shows."""
        return tuple((c.title, c.said, None if c.share is None else round(200 * c.share)) for c in glance.counts)

    def tip(self, glance: Glance) -> str:
        """All of it as text."""
        return "\n".join(f"{count.title}: {count.said}" for count in glance.counts)

    def paint(self, painter: QPainter, where: QRectF, glance: Glance, scale: float) -> None:
        """Draw it."""
        if not glance.counts:
            return
        width = where.width() / len(glance.counts)
        for number, count in enumerate(glance.counts):
            self._paint_count(
                painter,
                QRectF(where.left() + number * width, where.top(), width - 12 * scale, where.height()),
                count,
                scale,
            )

    def _paint_count(self, painter: QPainter, where: QRectF, count: Count, scale: float) -> None:
        theme, rest = self._theme, QRectF(where)
        title = _cut(rest, 0.26)
        bar = _cut(rest, 0.2, from_foot=True)
        painter.setPen(theme.colour("quiet"))
        write(painter, title, count.title, theme.font("body", 1.1 * scale))
        painter.setPen(theme.colour("text"))
        write(painter, rest, count.said, theme.font("figure", scale))
        if count.share is not None:
            line = QRectF(bar.left(), bar.center().y() - 4 * scale, bar.width(), 8 * scale)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("raised"))
            painter.drawRoundedRect(line, line.height() / 2, line.height() / 2)
            line.setWidth(max(line.width() * min(count.share, 1.0), line.height()))
            painter.setBrush(theme.colour("accent"))
            painter.drawRoundedRect(line, line.height() / 2, line.height() / 2)


class Foot:
    """What is to be said of the forces."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme

    def key(self, glance: Glance) -> Hashable:
        """What it shows."""
        return glance.foot

    def tip(self, glance: Glance) -> str:
        """The same text."""
        return glance.foot

    def paint(self, painter: QPainter, where: QRectF, glance: Glance, scale: float) -> None:
        """Draw it."""
        painter.setPen(self._theme.colour("quiet"))
        write(painter, where, glance.foot, self._theme.font("small", scale))


def _paint_sign(painter: QPainter, where: QRectF, state: State, theme: Theme, scale: float) -> None:
    """A tick, a warning triangle, or a bar."""
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


def _cut(where: QRectF, share: float, *, from_foot: bool = False) -> QRectF:
    """Cut a share of the height off a rectangle, which keeps the rest."""
    tall = where.height() * share
    if from_foot:
        cut = QRectF(where.left(), where.bottom() - tall, where.width(), tall)
        where.setBottom(cut.top())
    else:
        cut = QRectF(where.left(), where.top(), where.width(), tall)
        where.setTop(cut.bottom())
    return cut


def _cut_left(where: QRectF, share: float) -> QRectF:
    """Cut a share of the width off the left of a rectangle, which keeps the rest."""
    cut = QRectF(where.left(), where.top(), where.width() * share, where.height())
    where.setLeft(cut.right())
    return cut

"""The words, gauges and foot of the practice panel, each a small painter of its own; see `rig.gui.practice.panel`.

The rule: right is an outline and a tick, wrong a filled field with a warning sign, doubt an outline and bars, so that
they differ without any colour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from rig.gui.lettering import LEFT, RIGHT, TOP, cut, cut_left, write
from rig.gui.practice.signs import paint_sign
from rig.gui.theme import RADIUS

if TYPE_CHECKING:
    from collections.abc import Hashable

    from rig.gui.practice.glance import Glance, Reading
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
        title = cut(rest, 0.32)
        following = cut(rest, 0.3, from_foot=True) if glance.following else QRectF()
        painter.setPen(theme.colour("text"))
        write(painter, title, glance.step, theme.font("headline", scale))
        painter.setPen(theme.colour("quiet"))
        write(painter, rest, glance.how, theme.font("body", 1.5 * scale), TOP)
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
            paint_sign(painter, sign, glance.state, theme, scale)
            inside.setLeft(sign.right() + 22 * scale)
        text = theme.colour("on_wrong" if wrong else "text")
        words = QRectF(inside)
        if glance.figures:
            figures = cut(words, 0.3, from_foot=True)
            painter.setPen(text)
            write(painter, figures, glance.figures, theme.font("title", scale))
        painter.setPen(text)
        write(
            painter,
            words,
            glance.said,
            theme.font("figure" if glance.state in {"wrong", "good"} else "headline", 0.9 * scale),
        )


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
        words = cut(rest, 0.6)
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
        value = cut_left(rest, 0.46)
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


class Foot:
    """What is to be said of the forces, and what the keyboard does."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme

    def key(self, glance: Glance) -> Hashable:
        """What it shows."""
        return glance.foot, glance.keys

    def tip(self, glance: Glance) -> str:
        """The same texts."""
        return f"{glance.foot}\n{glance.keys}"

    def paint(self, painter: QPainter, where: QRectF, glance: Glance, scale: float) -> None:
        """Draw it."""
        painter.setPen(self._theme.colour("quiet"))
        rest, font = QRectF(where), self._theme.font("body", 0.94 * scale)
        said = cut_left(rest, 0.58)
        write(painter, said, glance.foot, font)
        write(painter, rest, glance.keys, font, RIGHT)

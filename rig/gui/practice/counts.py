"""The breath and the counts of the practice panel; see `rig.gui.practice.panel`.

The rule: what is counted is a number first, and a bar beside it only where it is known how much there is to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from rig.gui.lettering import CENTRE, cut, write

if TYPE_CHECKING:
    from collections.abc import Hashable

    from rig.gui.practice.glance import Count, Glance
    from rig.gui.theme import Theme


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
        title = cut(rest, 0.26)
        bar = cut(rest, 0.2, from_foot=True)
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

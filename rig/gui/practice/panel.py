"""The words and figures beside the back: step, the one thing to tell, force and tempo in their bands, breath, counts.

One widget of sections; each says by a key what it shows, and is painted again only when that has changed. The rule:
what matters is told by words and shape as well as by colour, and is legible from two metres.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from rig.gui.practice.counts import BreathRing, Counts
from rig.gui.practice.sections import Banner, Foot, Gauge, StepWords

if TYPE_CHECKING:
    from collections.abc import Hashable

    from PySide6.QtCore import QEvent

    from rig.gui.practice.glance import Glance
    from rig.gui.theme import Theme

DESIGNED_PX = (600.0, 760.0)
"""The size that the fonts' sizes are meant for; the panel grows and shrinks from there as one."""


class Section(Protocol):
    """A part of the panel."""

    def key(self, glance: Glance) -> Hashable:
        """What it shows; the same key, the same picture."""
        ...

    def tip(self, glance: Glance) -> str:
        """Its tooltip."""
        ...

    def paint(self, painter: QPainter, where: QRectF, glance: Glance, scale: float) -> None:
        """Draw it; what lay there is wiped out already."""
        ...


class PracticePanel(QWidget):
    """Draws a `Glance`.

    Args:
        theme: colours and fonts. glance: what to begin with.
    """

    def __init__(self, theme: Theme, glance: Glance) -> None:
        super().__init__()
        self._theme = theme
        self._glance = glance
        self._rows: tuple[tuple[float, tuple[tuple[float, Section], ...]], ...] = (
            (150, ((1, StepWords(theme)),)),
            (180, ((1, Banner(theme)),)),
            (112, ((1, Gauge(theme, 0)),)),
            (112, ((1, Gauge(theme, 1)),)),
            (150, ((0.7, Counts(theme)), (0.3, BreathRing(theme)))),
            (44, ((1, Foot(theme)),)),
        )
        self._placed: list[tuple[Section, QRect]] = []
        self._keys: dict[Section, Hashable] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(360, 480)

    @property
    def glance(self) -> Glance:
        """What is shown."""
        return self._glance

    def show_now(self, glance: Glance) -> None:
        """Take the latest state, and repaint what has changed."""
        if glance.said != self._glance.said:
            self.setAccessibleDescription(f"{glance.step}: {glance.said} {glance.figures}")
        self._glance = glance
        for section, where in self._placed:
            key = section.key(glance)
            if self._keys.get(section) != key:
                self._keys[section] = key
                self.update(where)

    def resizeEvent(self, _event: object) -> None:  # noqa: N802 - Qt's name
        """Share the height and the width out among the sections."""
        gap = self._scale() * 14
        whole = sum(height for height, _ in self._rows)
        free = self.height() - gap * (len(self._rows) - 1)
        self._placed, y = [], 0.0
        for height, sections in self._rows:
            x, tall = 0.0, free * height / whole
            for share, section in sections:
                self._placed.append((section, QRectF(x, y, self.width() * share, tall).toRect()))
                x += self.width() * share
            y += tall + gap

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the sections that are asked for."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scale = self._scale()
        for section, where in self._placed:
            if event.region().intersects(where):
                painter.fillRect(where, self._theme.colour("ground"))
                section.paint(painter, QRectF(where), self._glance, scale)
        painter.end()

    def event(self, event: QEvent) -> bool:
        """Show a section's own tooltip."""
        if isinstance(event, QHelpEvent):
            for section, where in self._placed:
                if where.contains(event.pos()):
                    QToolTip.showText(event.globalPos(), section.tip(self._glance), self, where)
                    return True
        return super().event(event)

    def _scale(self) -> float:
        return min(self.width() / DESIGNED_PX[0], self.height() / DESIGNED_PX[1])

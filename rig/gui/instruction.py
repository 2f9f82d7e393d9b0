"""What to do now, painted as large as it fits: an instruction, where, and what to mind.

Painted and not laid out, so that a longer language or a smaller window makes letters smaller and never cuts them off.
The rule: the instruction is the largest thing on its page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from rig.gui.growing import enlarged
from rig.gui.lettering import LEFT, write

if TYPE_CHECKING:
    from rig.gui.theme import Role, Theme

_ROWS: tuple[tuple[float, Role], ...] = ((0.40, "headline"), (0.22, "body"), (0.38, "title"))
"""Each row's part of the height, and its font."""


class Instruction(QWidget):
    """Three texts, one below the other."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._texts: tuple[str, str, str] = ("", "", "")
        self._tone = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 132)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Wide and three rows high."""
        return QSize(480, 156)

    @property
    def said(self) -> str:
        """All that it says."""
        return "\n".join(filter(None, self._texts))

    def show_now(self, headline: str, where: str, mind: str, tone: str = "") -> None:
        """Take the latest texts; `tone` is "", "good", "doubt" or "wrong", the last on a card of that state."""
        if (headline, where, mind) != self._texts or tone != self._tone:
            self._texts, self._tone = (headline, where, mind), tone
            self.setAccessibleName(self.said)
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the texts."""
        painter = QPainter(self)
        area = enlarged(painter, self)
        top = 0.0
        wrong = self._tone == "wrong"
        plain = self._theme.colour("on_wrong" if wrong else "text")
        colours = (
            plain,
            plain if wrong else self._theme.colour("quiet"),
            self._theme.colour(self._tone) if self._tone in {"good", "doubt"} else plain,
        )
        for said, colour, (share, role) in zip(self._texts, colours, _ROWS, strict=True):
            height = share * area.height()
            painter.setPen(colour)
            write(painter, QRectF(0, top, area.width(), height), said, self._theme.font(role), LEFT)
            top += height
        painter.end()

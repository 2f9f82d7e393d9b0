"""One moment of a recording in words and figures, painted so that nothing is ever clipped, however narrow it is.

The rule: it paints what it is given; what to say is decided by `rig.gui.replay.pane`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from rig.gui.lettering import LEFT, TOP, cut, write
from rig.gui.theme import RADIUS, SPACE

if TYPE_CHECKING:
    from rig.gui.theme import Role, Theme


_USUAL_PX = 340
"""The height of a panel from which its fonts grow."""

_ROWS_PX = (30.0, 20.0, 32.0, 58.0, 46.0)
"""Name, facts, step, figures and doubts at their usual size."""

_MOST_CARD_PX = 150.0

_FIXED_SHARE = 0.6
"""In a low panel the fixed rows take so much of the height; what is wrong must be legible before anything else."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What is said of a moment; "" where there is nothing to say.

    Attributes:
        name, about: which recording. step: what is practised.
        flag, figures: what is wrong, and by how much; `wrong` False where nothing is, and `flag` says so.
        force, force_of: a figure with its unit, and what of. spine, rate: the same. doubts: what to hold of all this.
    """

    name: str = ""
    about: str = ""
    step: str = ""
    flag: str = ""
    figures: str = ""
    wrong: bool = False
    force: str = ""
    force_of: str = ""
    spine: str = ""
    rate: str = ""
    doubts: str = ""


class MomentPanel(QWidget):
    """Paints a `Moment`."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.moment = Moment()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 140)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for everything at its full size."""
        return QSize(480, 380)

    def show_now(self, moment: Moment) -> None:
        """Take what is to be said; painted anew only where it has changed."""
        if moment != self.moment:
            self.moment = moment
            said = (moment.name, moment.step, moment.flag, moment.figures)
            read = (moment.force, moment.force_of, moment.spine, moment.rate)
            self.setAccessibleName(". ".join(part for part in (*said, *read, moment.doubts) if part))
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """From top to foot, each part in its share of the height."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        moment, width, height = self.moment, float(self.width()), float(self.height())
        rows = _shares(height)
        self._say(painter, QRectF(0, rows[0], width, rows[1] - rows[0]), moment.name, "title", "text")
        self._say_briefly(painter, QRectF(0, rows[1], width, rows[2] - rows[1]), moment.about)
        self._say(painter, QRectF(0, rows[2], width, rows[3] - rows[2]), moment.step, "title", "text")
        card = QRectF(0, rows[3] + SPACE / 2, width, rows[4] - rows[3] - SPACE)
        if moment.flag:
            self._paint_card(painter, card)
        figures = QRectF(0, rows[4], width, rows[5] - rows[4])
        half = figures.height() / 2
        force = QRectF(0, figures.top(), width * 0.42, figures.height())
        beside = QRectF(force.right() + SPACE, figures.top(), width - force.right() - SPACE, half)
        if force.height() >= _ROWS_PX[-2]:
            self._say(painter, cut(force, 0.36, from_foot=True), moment.force_of, "small", "quiet")
        self._say(painter, force, moment.force, "figure", "text")
        self._say(painter, beside, moment.spine, "body", "text")
        self._say(painter, beside.translated(0, half), moment.rate, "body", "text")
        self._say(painter, QRectF(0, rows[5], width, height - rows[5]), moment.doubts, "small", "doubt", TOP)
        painter.end()

    def _paint_card(self, painter: QPainter, card: QRectF) -> None:
        moment, theme = self.moment, self._theme
        painter.setPen(Qt.PenStyle.NoPen if moment.wrong else QPen(theme.colour("line"), 1))
        painter.setBrush(theme.colour("wrong_fill" if moment.wrong else "card"))
        painter.drawRoundedRect(card.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        inner = card.adjusted(1.5 * SPACE, SPACE / 2, -1.5 * SPACE, -SPACE / 2)
        colour = "on_wrong" if moment.wrong else "quiet"
        share = 0.7 if moment.figures else 1.0
        above = QRectF(inner.left(), inner.top(), inner.width(), inner.height() * share)
        below = QRectF(inner.left(), above.bottom(), inner.width(), inner.height() - above.height())
        self._say(painter, above, moment.flag, "headline" if moment.wrong else "title", colour)
        self._say(painter, below, moment.figures, "title", colour)

    def _say_briefly(self, painter: QPainter, where: QRectF, said: str) -> None:
        """On one line, as much as fits."""
        font = self._theme.font("small", _scale(self.height()))
        painter.setFont(font)
        painter.setPen(self._theme.colour("quiet"))
        brief = QFontMetrics(font).elidedText(said, Qt.TextElideMode.ElideRight, int(where.width()))
        painter.drawText(where, int(LEFT), brief)

    def _say(
        self,
        painter: QPainter,
        where: QRectF,
        said: str,
        role: Role,
        colour: str,
        align: Qt.AlignmentFlag = LEFT,
    ) -> None:
        painter.setPen(self._theme.colour(colour))
        write(painter, where, said, self._theme.font(role, _scale(self.height())), align)


def _scale(height: float) -> float:
    """How much larger than usual fonts are: with the panel, within reason."""
    return min(max(height / _USUAL_PX, 1.0), 1.9)


def _shares(height: float) -> list[float]:
    """Where name, facts, step, card, figures and doubts begin; the card gets what is to spare."""
    fixed = [each * _scale(height) for each in _ROWS_PX]
    squeeze = min(1.0, _FIXED_SHARE * height / sum(fixed))
    name, about, step, figures, _ = (each * squeeze for each in fixed)
    card = min(height - squeeze * sum(fixed), _MOST_CARD_PX * _scale(height))
    return [0.0, *accumulate((name, about, step, card, figures))]

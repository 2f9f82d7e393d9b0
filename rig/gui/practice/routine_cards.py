"""The routines as cards to choose from, title and what they are about, one under the other.

The rule: one is always chosen; a click or the arrow keys choose another; what a small window has no room
for is in the tooltip.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QVBoxLayout, QWidget

from rig.gui.growing import grown
from rig.gui.lettering import TOP, shortened, write
from rig.gui.theme import RADIUS, SPACE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.gui.choices import Option
    from rig.gui.theme import Theme


class _Card(QAbstractButton):
    def __init__(self, option: Option, theme: Theme) -> None:
        super().__init__()
        self._option, self._theme = option, theme
        self.setCheckable(True)
        self.setText(option.title)
        self.setToolTip(option.about)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for a title and two lines."""
        return QSize(380, 92)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for a title and a line."""
        return QSize(260, 64)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw it: chosen ones with a thick edge and a filled dot."""
        theme, field = self._theme, QRectF(self.rect()).adjusted(2, 2, -2, -2)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(theme.colour("raised" if self.isChecked() else "card"))
        edge = "accent" if self.isChecked() else "text" if self.hasFocus() else "line"
        painter.setPen(QPen(theme.colour(edge), 3 if self.isChecked() else 2 if self.hasFocus() else 1))
        painter.drawRoundedRect(field, RADIUS, RADIUS)
        scale = grown(self)
        side, edge_px, title_px = 18 * scale, 2 * SPACE * scale, 28 * scale
        dot = QRectF(field.left() + edge_px, field.top() + edge_px + 3, side, side)
        painter.setPen(QPen(theme.colour("accent" if self.isChecked() else "quiet"), 2 * scale))
        painter.setBrush(theme.colour("accent") if self.isChecked() else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(dot)
        inside = field.adjusted(side + 2 * edge_px, edge_px - 4, -edge_px, -SPACE)
        title = QRectF(inside.left(), inside.top(), inside.width(), title_px)
        painter.setPen(theme.colour("text"))
        write(painter, title, self._option.title, theme.font("title", 0.92 * scale))
        painter.setPen(theme.colour("quiet"))
        about = QRectF(inside.left(), title.bottom() + 2, inside.width(), inside.bottom() - title.bottom() - 2)
        font = theme.font("small", scale)
        said = shortened(font, self._option.about, about.width(), about.height())
        write(painter, about, said, theme.font("body", 0.92 * scale) if said == self._option.about else font, TOP)
        painter.end()


class RoutineCards(QWidget):
    """The cards.

    Signals:
        chosen(str): somebody chose the routine of that name or path.
    """

    chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._options: tuple[Option, ...] = ()
        self._group = QButtonGroup(self)
        self._group.idToggled.connect(self._toggled)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE)

    def offer(self, options: Sequence[Option], chosen: str) -> None:
        """Show these routines, `chosen` as chosen."""
        if tuple(options) != self._options:
            for button in self._group.buttons():
                self._group.removeButton(button)
                button.deleteLater()
            self._options = tuple(options)
            for number, option in enumerate(self._options):
                card = _Card(option, self._theme)
                self._group.addButton(card, number)
                self._column.insertWidget(number, card, 1)
        number = next((n for n, option in enumerate(self._options) if option.value == chosen), 0)
        card_now = self._group.button(number)
        self._group.blockSignals(True)
        card_now.setChecked(True)
        self._group.blockSignals(False)

    def _toggled(self, number: int, on: bool) -> None:
        if on:
            self.chosen.emit(self._options[number].value)

"""A row to choose one thing in: a name, and a button for each option, or a list where there are too many for buttons.

The rule: what is chosen is told by the filled button and by its name, and arrow keys go from one to the next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QComboBox, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from rig.gui.theme import SPACE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.gui.choices import Option

MOST_BUTTONS = 4


class OptionRow(QWidget):
    """One row.

    Args:
        title: what is chosen. as_list: a list even where buttons would do.

    Signals:
        chosen(str): somebody chose the option of that value.
    """

    chosen = Signal(str)

    def __init__(self, title: str, *, as_list: bool = False) -> None:
        super().__init__()
        self._as_list = as_list
        self._options: tuple[Option, ...] = ()
        self._title = QLabel(title)
        self._title.setProperty("role", "quiet")
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(lambda number: self.chosen.emit(self._options[number].value))
        self._list = QComboBox()
        self._list.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._list.setAccessibleName(title)
        self._list.activated.connect(lambda number: self.chosen.emit(self._options[number].value))
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(SPACE)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * SPACE)
        row.addWidget(self._title)
        row.addLayout(self._buttons)
        row.addWidget(self._list, 1)
        row.addStretch(0)

    @property
    def title_px(self) -> int:
        """How wide the row's name is."""
        return self._title.sizeHint().width()

    def give_title(self, width: int) -> None:
        """Let the name have so much room, as much as the rows above and below."""
        self._title.setMinimumWidth(width)

    def offer(self, options: Sequence[Option], chosen: str) -> None:
        """Show these options, the one of value `chosen` as chosen."""
        if tuple(options) != self._options:
            self._options = tuple(options)
            self._rebuild()
        number = next((n for n, option in enumerate(self._options) if option.value == chosen), 0)
        button = self._group.button(number)
        if button is not None:
            button.setChecked(True)
        self._list.setCurrentIndex(number)
        self._list.setToolTip(self._options[number].about)

    def _rebuild(self) -> None:
        for button in self._group.buttons():
            self._group.removeButton(button)
            button.deleteLater()
        self._list.clear()
        as_list = self._as_list or len(self._options) > MOST_BUTTONS
        self._list.setVisible(as_list)
        for number, option in enumerate(self._options):
            if as_list:
                self._list.addItem(option.title)
                self._list.setItemData(number, option.about, Qt.ItemDataRole.ToolTipRole)
                continue
            button = QPushButton(option.title)
            button.setCheckable(True)
            button.setToolTip(option.about)
            button.setAccessibleName(f"{self._title.text()}: {option.title}")
            self._group.addButton(button, number)
            self._buttons.addWidget(button)

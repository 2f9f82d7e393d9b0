"""What to see to before starting, to be ticked; no sensor sees any of it.

Large enough for whoever stands at the pad; the button, a key or the corners of the pad begin the practice. The rule:
the list is the routine's own, and nobody is kept from starting.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from rig.gui.labels import button, label, put
from rig.gui.theme import SPACE

if TYPE_CHECKING:
    from collections.abc import Callable

    from rig.gui.words import Words

_FEW = 4
"""A longer list is set smaller, to have room in the smallest window."""


class ChecklistPanel(QWidget):
    """The list.

    Signals:
        begins(): somebody starts, everything ticked or not.
    """

    begins = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._say, self._told = words.say, words.told
        self._items: tuple[str, ...] = ()
        self._rows: list[_Item] = []
        self._left_out = label("", "small")
        self._list = QVBoxLayout()
        self._list.setSpacing(2 * SPACE)
        self._start = button(
            self._say("Begin"),
            self._say("Begin the practice; so do both palms on the top corners"),
            self.begins.emit,
            primary=True,
        )
        whole = QVBoxLayout(self)
        whole.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        whole.setSpacing(3 * SPACE)
        whole.addStretch(1)
        whole.addWidget(label(self._say("Before you begin"), "headline"))
        whole.addLayout(self._list)
        whole.addWidget(self._start)
        whole.addWidget(self._left_out)
        whole.addStretch(1)
        whole.addWidget(label(self._say("Practice feedback, not health advice."), "small"))

    def show_items(self, items: tuple[str, ...], left_out: tuple[str, ...] = ()) -> None:
        """List these, and say what the session leaves out; ticks stay as long as the list does."""
        put(self._left_out, "\n".join(map(self._told, left_out)))
        if items == self._items:
            return
        self._items = items
        for row in self._rows:
            row.deleteLater()
        role = "title" if len(items) <= _FEW else "body"
        self._rows = [_Item(self._told(item), role, self._look) for item in items]
        for row in self._rows:
            self._list.addWidget(row)
        if self._rows:
            self._rows[0].box.setFocus()

    @property
    def ticked(self) -> int:
        """How many are ticked."""
        return sum(row.box.isChecked() for row in self._rows)

    def _look(self) -> None:
        if self.ticked == len(self._rows):
            self._start.setFocus()


class _Item(QWidget):
    """A box and its text, which a check box of Qt's own would not wrap; a click on either ticks it."""

    def __init__(self, said: str, role: str, ticked: Callable[[], None]) -> None:
        super().__init__()
        self.box = QCheckBox()
        self.box.setProperty("role", "bare")
        self.box.setAccessibleName(said)
        self.box.toggled.connect(lambda _on: ticked())
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACE)
        line.addWidget(self.box)
        line.addWidget(label(said, role), 1)

    def mousePressEvent(self, _event: object) -> None:  # noqa: N802 - Qt's name
        """Tick, or take the tick away."""
        self.box.toggle()

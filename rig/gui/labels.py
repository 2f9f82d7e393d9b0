"""Labels, cards and buttons by their role in the style sheet, pages, and how one of two columns is laid out.

The rule: a text is set only where it changed, since setting it again costs a layout.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLayout, QPushButton, QVBoxLayout, QWidget

from rig.gui.theme import SPACE

if TYPE_CHECKING:
    from collections.abc import Callable


class Page(QWidget):
    """A page that hands the focus on to one of its controls.

    No focus proxy: Qt's Tab order passes over whatever else stands on a page that has one (Qt 6.11).
    """

    def __init__(self) -> None:
        super().__init__()
        self._first: QWidget | None = None

    def begin_at(self, control: QWidget) -> None:
        """This control has the focus first."""
        self._first = control

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Hand it on."""
        if self._first is None:
            super().focusInEvent(event)
        else:
            self._first.setFocus(event.reason())


def label(said: str = "", role: str = "", *, wraps: bool = True) -> QLabel:
    """A label; `role` is one of the style sheet's: small, quiet, title, headline, figure, giant."""
    made = QLabel(said)
    made.setProperty("role", role)
    made.setWordWrap(wraps)
    # What a person typed or a file is called is no markup.
    made.setTextFormat(Qt.TextFormat.PlainText)
    return made


def put(where: QLabel, said: str, state: str = "") -> None:
    """Set a label's text and state ("", good, wrong, doubt)."""
    if where.text() != said:
        where.setText(said)
    set_state(where, state)


def set_state(widget: QWidget, state: str) -> None:
    """Set a widget's state, and its look with it."""
    if (widget.property("state") or "") != state:
        widget.setProperty("state", state)
        for each in (widget, *widget.findChildren(QWidget)):
            each.style().unpolish(each)
            each.style().polish(each)


def card() -> QFrame:
    """A panel."""
    made = QFrame()
    made.setProperty("role", "card")
    return made


def two_columns(page: QWidget, left: QLayout, right: QLayout) -> QVBoxLayout:
    """Lay out a page: what is looked at on the left, what is said of it on the right; what goes below is added."""
    row = QHBoxLayout()
    row.setSpacing(3 * SPACE)
    row.addLayout(left, 2)
    row.addLayout(right, 3)
    whole = QVBoxLayout(page)
    whole.setContentsMargins(3 * SPACE, 3 * SPACE, 3 * SPACE, 2 * SPACE)
    whole.setSpacing(2 * SPACE)
    whole.addLayout(row, 1)
    return whole


def key_name(keys: str) -> str:
    """Keys as this computer's user calls them."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)


def button(said: str, tip: str, does: Callable[[], None], keys: str = "", *, primary: bool = False) -> QPushButton:
    """A button with a tooltip that names its keys; `keys` as Qt writes them, such as "Ctrl+S"."""
    made = QPushButton(said)
    made.setToolTip(f"{tip} ({key_name(keys)})" if keys else tip)
    if keys:
        made.setShortcut(QKeySequence(keys))
    if primary:
        made.setProperty("role", "primary")
    made.setAutoDefault(True)  # Enter presses what has the focus, as Space does.
    made.clicked.connect(lambda _checked: does())
    return made

"""Whether what a window shows has the room that it needs."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QScrollArea

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


def clipped(window: QWidget) -> list[str]:
    """The texts of visible labels, buttons and lists that are cut off."""
    found = []
    for label in window.findChildren(QLabel):
        if label.isVisible() and label.text():
            needed = label.heightForWidth(label.width()) if label.wordWrap() else label.sizeHint().height()
            wide = 0 if label.wordWrap() else label.sizeHint().width()
            if label.height() < needed or label.width() < wide:
                found.append(label.text())
    for button in window.findChildren(QAbstractButton):
        # A styled button gets a pixel less than it asks for, and has one to spare.
        least = button.minimumSizeHint() - QSize(1, 1)
        small = button.width() < least.width() or button.height() < least.height()
        if button.isVisible() and (small or _is_cut(button)):
            found.append(button.text())
    rows = [row for row in window.findChildren(QComboBox) if row.isVisible()]
    return found + [row.currentText() for row in rows if row.height() < row.minimumSizeHint().height()]


def _is_cut(widget: QWidget) -> bool:
    """Whether a part of it lies outside what holds it, where nobody can scroll."""
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea):
            return False
        above = above.parentWidget()
    return widget.visibleRegion().boundingRect() != widget.rect()


def overlapping(window: QWidget) -> list[tuple[str, str]]:
    """Pairs of visible labels and buttons of one parent that lie over one another."""
    labels = [label for label in window.findChildren(QLabel) if label.text()]
    every: list[QLabel | QAbstractButton] = [*labels, *window.findChildren(QAbstractButton)]
    texts = [widget for widget in every if widget.isVisible()]
    return [
        (one.text(), other.text())
        for one, other in combinations(texts, 2)
        if one.parent() is other.parent() and one.geometry().intersects(other.geometry())
    ]

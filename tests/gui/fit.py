"""Whether what a window shows has the room that it needs."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import combinations
from typing import TYPE_CHECKING
from unittest.mock import patch

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QListWidget, QScrollArea

from rig.gui import lettering

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtGui import QFont
    from PySide6.QtWidgets import QWidget

LEAST_PX = 10
"""Painted text that had to shrink below this is not read at a desk."""
ARROW_PX = 30
"""Of a list's closed box, the arrow's and the edges'."""


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
        # A styled button gets a pixel or two less than it asks for, and has them to spare.
        least = button.minimumSizeHint() - QSize(2, 2)
        small = button.width() < least.width() or button.height() < least.height()
        if button.isVisible() and (small or _is_cut(button)):
            found.append(button.text())
    found += [row.currentText() for row in window.findChildren(QComboBox) if row.isVisible() and _is_short(row)]
    lists = [shown for shown in window.findChildren(QListWidget) if shown.isVisible() and not shown.wordWrap()]
    for shown in lists:
        if shown.itemDelegate().metaObject().className() == "QStyledItemDelegate":
            wide = shown.viewport().width()
            texts = [shown.item(row).text() for row in range(shown.count())]
            found += [text for text in texts if shown.fontMetrics().horizontalAdvance(text) > wide]
    return found


def _is_short(box: QComboBox) -> bool:
    """Whether a closed list cuts off what is chosen in it."""
    needed = box.fontMetrics().horizontalAdvance(box.currentText()) + ARROW_PX
    return box.height() < box.minimumSizeHint().height() or box.width() < needed


@contextmanager
def tiny() -> Iterator[list[str]]:
    """Collects the texts that are painted meanwhile and that had to be made too small, or still do not fit."""
    found: list[str] = []
    fitting = lettering.fitting

    def watched(font: QFont, said: str, width: float, height: float) -> QFont:
        fitted = fitting(font, said, width, height)
        space = QRect(0, 0, int(width), 100_000)
        needed = QFontMetrics(fitted).boundingRect(space, int(Qt.TextFlag.TextWordWrap), said)
        if fitted.pixelSize() < LEAST_PX or needed.height() > height or needed.width() > width:
            found.append(f"{fitted.pixelSize()} px in {width:.0f} x {height:.0f}: {said}")
        return fitted

    with patch.object(lettering, "fitting", watched):
        yield found


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


@contextmanager
def painted() -> Iterator[list[str]]:
    """Collects the texts that are painted meanwhile."""
    found: list[str] = []
    fitting = lettering.fitting

    def watched(font: QFont, said: str, width: float, height: float) -> QFont:
        found.append(said)
        return fitting(font, said, width, height)

    with patch.object(lettering, "fitting", watched):
        yield found

"""Text painted into a given space: wrapped, and made smaller until it fits, so that no language is ever clipped.

Beside that, how a space is cut into smaller ones. The rule: a text never leaves its space.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

SMALLEST_PX = 9
_SHRINK = 0.92

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
TOP = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
CENTRE = Qt.AlignmentFlag.AlignCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def fitting(font: QFont, said: str, width: float, height: float) -> QFont:
    """The font, or a smaller one in which the text, wrapped at words, fits a space in pixels."""
    font = QFont(font)
    space = QRect(0, 0, int(width), 100_000)
    while font.pixelSize() > SMALLEST_PX:
        needed = QFontMetrics(font).boundingRect(space, int(Qt.TextFlag.TextWordWrap), said)
        if needed.height() <= height and needed.width() <= width:
            break
        font.setPixelSize(max(int(font.pixelSize() * _SHRINK), SMALLEST_PX))
    return font


def write(painter: QPainter, where: QRectF, said: str, font: QFont, align: Qt.AlignmentFlag = LEFT) -> None:
    """Paint a text into `where` in the painter's colour, as large as `font` or as fits."""
    if said:
        painter.setFont(fitting(font, said, where.width(), where.height()))
        painter.drawText(where, int(align | Qt.TextFlag.TextWordWrap), said)


def shortened(font: QFont, said: str, width: float, height: float) -> str:
    """The text, or as many of its first words as fit a space in this font, with dots behind them."""
    words, space, measure = said.split(" "), QRect(0, 0, int(width), 100_000), QFontMetrics(font)
    for count in range(len(words), 0, -1):
        shown = said if count == len(words) else " ".join(words[:count]).rstrip(",;:") + " …"
        needed = measure.boundingRect(space, int(Qt.TextFlag.TextWordWrap), shown)
        if needed.height() <= height and needed.width() <= width:
            return shown
    return ""


def cut(where: QRectF, share: float, *, from_foot: bool = False) -> QRectF:
    """Cut a share of the height off a rectangle, which keeps the rest."""
    tall = where.height() * share
    if from_foot:
        cut = QRectF(where.left(), where.bottom() - tall, where.width(), tall)
        where.setBottom(cut.top())
    else:
        cut = QRectF(where.left(), where.top(), where.width(), tall)
        where.setTop(cut.bottom())
    return cut


def cut_left(where: QRectF, share: float) -> QRectF:
    """Cut a share of the width off the left of a rectangle, which keeps the rest."""
    cut = QRectF(where.left(), where.top(), where.width() * share, where.height())
    where.setLeft(cut.right())
    return cut

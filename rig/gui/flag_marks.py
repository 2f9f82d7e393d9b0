"""Where on the back something was flagged: a ring a flag, each kind with its own number.

The rule: the numbers are those of the list beside the picture, so that no kind is told by colour alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPen

from rig.gui.growing import grown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtGui import QPainter

    from rig.gui.back_picture import BackPicture
    from rig.technique.flags import Flag, FlagKind

_REACH_PX = 11
MOST = 60
"""More rings would only cover each other; the first ones of each session are drawn."""


class FlagMarks:
    """A layer over the back.

    Args:
        flags: of one session; those without a place are left out. numbers: what each kind is called in the list.
    """

    def __init__(self, flags: Sequence[Flag], numbers: Mapping[FlagKind, int]) -> None:
        placed = [flag for flag in flags if flag.x_mm is not None and flag.y_mm is not None and flag.kind in numbers]
        self._marks = [(numbers[flag.kind], flag.x_mm or 0.0, flag.y_mm or 0.0) for flag in placed[:MOST]]

    def area(self, picture: BackPicture) -> QRectF:
        """Around all of them."""
        area, reach = QRectF(), _REACH_PX * grown(picture) + 3
        for _, x, y in self._marks:
            at = picture.point(x, y)
            area = area.united(QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach))
        return area

    def paint(self, painter: QPainter, picture: BackPicture) -> None:
        """A filled disc with the number in it."""
        scale = grown(picture)
        theme, reach = picture.theme, _REACH_PX * scale
        painter.setFont(theme.font("small", scale))
        for number, x, y in self._marks:
            at = picture.point(x, y)
            painter.setBrush(theme.colour("wrong_fill", 0.92))
            painter.setPen(QPen(theme.colour("ground"), 1.5))
            painter.drawEllipse(at, reach, reach)
            painter.setPen(theme.colour("on_wrong"))
            box = QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(number))

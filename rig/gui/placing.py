"""Where the places of a pad are in a picture: millimetres to pixels and back.

The rule: one scale in both directions, head up, the whole body in view and in the middle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF

from rig.back import extent_mm, outline_mm

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.pad import PadLayout

MARGIN_MM = 22.0
USUAL_SCALE = 1.35
"""Pixels a millimetre at which lines have their own width: a window of 1280 x 800."""


class Placing:
    """The place of one pad in a picture of a size; `fit` it before use.

    Attributes:
        scale: pixels a millimetre.
    """

    def __init__(self, pad: PadLayout) -> None:
        x0, y0, x1, y1 = extent_mm(pad)
        self.outline_mm: NDArray[np.float64] = outline_mm() + np.array([pad.spine_x_mm, 0.0])
        self._low = np.minimum(self.outline_mm.min(axis=0), (x0, y0)) - MARGIN_MM
        self._high = np.maximum(self.outline_mm.max(axis=0), (x1, y1)) + MARGIN_MM
        self.scale = 1.0
        self._x_mm, self._y_mm = (float(value) for value in (self._low + self._high) / 2)
        self._middle = (0.0, 0.0)

    def fit(self, width: int, height: int) -> None:
        """For a picture of so many pixels."""
        across, along = self._high - self._low
        self.scale = float(min(width / across, height / along))
        self._middle = (width / 2, height / 2)

    def point(self, x_mm: float, y_mm: float) -> QPointF:
        """Where a place of the pad is, in pixels."""
        x, y = self._middle
        return QPointF(x + (x_mm - self._x_mm) * self.scale, y - (y_mm - self._y_mm) * self.scale)

    def place(self, point: QPointF) -> tuple[float, float]:
        """Which place of the pad is at a pixel, in mm."""
        x, y = self._middle
        return self._x_mm + (point.x() - x) / self.scale, self._y_mm - (point.y() - y) / self.scale

    def line(self, width: float) -> float:
        """How thick a line of `width` pixels is on a picture of this size: thicker on a large one, never thinner."""
        return width * max(self.scale / USUAL_SCALE, 1.0)

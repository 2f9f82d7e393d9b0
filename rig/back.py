"""The back as every picture of it is drawn: its outline, its landmarks, and the pressure between the sensors.

All in the pad's millimetres (see `rig.pad`), so that a window, a terminal and a report show the same back. The rule:
pictures interpolate, judgement never does; nothing here feeds the analysis.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rig.pad import PadLayout

LEFT_OUTLINE_MM: tuple[tuple[float, float], ...] = (
    (-38, 575), (-40, 520), (-52, 480), (-90, 455), (-150, 440), (-186, 410), (-196, 360), (-182, 310),
    (-165, 260), (-152, 200), (-142, 140), (-138, 90), (-146, 40), (-162, 0), (-176, -50), (-180, -95),
)  # fmt: skip
"""The recipient's left outline from the neck down, drawn by eye to the pad's scale; the right one mirrors it."""

LANDMARKS_MM: dict[str, tuple[float, float]] = {
    "skull": (0, 540),
    "C7": (0, 440),
    "L5": (0, 0),
}

FULL_COLOUR_N = 8.0
"""Force on one tile at which the colour scale ends; absolute, so that two sessions can be compared by eye."""

FAINT_N = 0.25
"""A tile with less is drawn as empty: about what noise and creep come to after a hand has left (our choice)."""

_REACH = 3.0
"""Standard deviations after which a sensor's share of a pixel is left out; it is a hundredth then."""

PRESSURE_ON_DARK = ("#1b2138", "#2c3e6e", "#266e82", "#3c9c74", "#9ec84a", "#fae442")
PRESSURE_ON_LIGHT = ("#e3e7f1", "#d8dc86", "#86bf6a", "#2f8f83", "#2a5d92", "#241f5e")
"""The colours of pressure from none to all; even in lightness, so that every kind of colour vision tells them apart."""


def outline_mm() -> NDArray[np.float64]:
    """(n, 2) the whole outline, down the recipient's left and up the right, its corners rounded."""
    left = np.array(LEFT_OUTLINE_MM)
    for _ in range(3):
        # Chaikin's corner cutting: each corner gives way to two points a quarter along its sides.
        ahead, behind = left[1:], left[:-1]
        cut = np.stack([0.75 * behind + 0.25 * ahead, 0.25 * behind + 0.75 * ahead], axis=1).reshape(-1, 2)
        left = np.concatenate([left[:1], cut, left[-1:]])
    return np.concatenate([left, left[::-1] * (-1.0, 1.0)])


def colour_table(stops: Sequence[str] = PRESSURE_ON_DARK) -> NDArray[np.uint8]:
    """(256, 3) RGB from no force to all, even between `stops` (#rrggbb)."""
    colours = np.array([list(bytes.fromhex(stop[1:])) for stop in stops], float)
    at = np.linspace(0, len(stops) - 1, 256)
    return np.stack([np.interp(at, np.arange(len(stops)), part) for part in colours.T], axis=1).round().astype(np.uint8)


class Surface:
    """The pressure between the sensors, as an image of the pad's extent, head up.

    Each pixel is the mean of the sensors around it, weighted by a Gaussian of about the sensors' spacing; a matrix
    made once, so that an image costs one product, with those of its rows alone that a pressed tile reaches.

    Args:
        pad: the layout. width, height: of the image in pixels.
    """

    def __init__(self, pad: PadLayout, width: int, height: int) -> None:
        x0, y0, x1, y1 = extent_mm(pad)
        across = x0 + (np.arange(width) + 0.5) * (x1 - x0) / width
        along = y1 - (np.arange(height) + 0.5) * (y1 - y0) / height
        tiles = pad.tiles
        sigma_x = (tiles[:, 2] - tiles[:, 0]) * 0.55
        sigma_y = (tiles[:, 3] - tiles[:, 1]) * 0.55
        dx = (across[None, :, None] - pad.x_mm) / sigma_x
        dy = (along[:, None, None] - pad.y_mm) / sigma_y
        weight = np.exp(-0.5 * (dx**2 + dy**2))
        self._weights = (weight / (weight.sum(axis=2, keepdims=True) + 1e-9)).astype("f4")
        row_mm = (y1 - y0) / height
        self._first_row = np.clip((y1 - pad.y_mm - _REACH * sigma_y) / row_mm, 0, height).astype(int)
        self._end_row = np.clip((y1 - pad.y_mm + _REACH * sigma_y) / row_mm + 1, 0, height).astype(int)

    def image(self, force_n: NDArray[np.float64]) -> NDArray[np.uint8]:
        """(height, width) indices into a colour table of 256, from (n_channels,) forces in N."""
        indices = np.zeros(self._weights.shape[:2], np.uint8)
        pressed = force_n >= FAINT_N
        if pressed.any():
            shown = np.where(pressed, force_n * (255 / FULL_COLOUR_N), 0).astype("f4")
            rows = slice(self._first_row[pressed].min(), self._end_row[pressed].max())
            indices[rows] = np.clip(self._weights[rows] @ shown, 0, 255)
        return indices


def extent_mm(pad: PadLayout) -> tuple[float, float, float, float]:
    """(x0, y0, x1, y1) of all tiles together."""
    tiles = pad.tiles
    return (
        float(tiles[:, 0].min()),
        float(tiles[:, 1].min()),
        float(tiles[:, 2].max()),
        float(tiles[:, 3].max()),
    )

"""Just enough SVG for the calibration's pictures: a panel with two axes, points, lines, boxes and words.

The rule: everything is given in the panel's own units, and the file is the same for the same numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

INK, FAINT, BACK = "#1c2a3a", "#c9d1d9", "#ffffff"
GOOD, NAIVE, POWER = "#0b7285", "#c2410c", "#b58900"


@dataclass
class Picture:
    """A sheet of `width` by `height` pixels."""

    width: int
    height: int
    parts: list[str] = field(default_factory=list)

    def text(self, x: float, y: float, words: str, *, size: int = 13, anchor: str = "start", colour: str = INK) -> None:
        """Words at a place, in pixels."""
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{colour}">'
            f"{escape(words)}</text>"
        )

    def box(self, x: float, y: float, width: float, height: float, fill: str, stroke: str = "none") -> None:
        """A filled box, in pixels."""
        self.parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{fill}" stroke="{stroke}" '
            'stroke-width="2"/>'
        )

    def save(self, path: Path) -> None:
        """Write the file."""
        body = "\n".join(self.parts)
        path.write_text(
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" '
            f'font-family="Helvetica, Arial, sans-serif">\n'
            f'<rect width="{self.width}" height="{self.height}" fill="{BACK}"/>\n{body}\n</svg>\n',
            "utf-8",
        )


@dataclass
class Panel:
    """Axes on a picture: `frame` is left, top, width and height in pixels; `x` and `y` the ranges shown."""

    picture: Picture
    frame: tuple[float, float, float, float]
    x: tuple[float, float]
    y: tuple[float, float]
    log: bool = False

    def axes(self, x_ticks: Sequence[float], y_ticks: Sequence[float], x_name: str, y_name: str) -> None:
        """Lines, numbers and names of both axes."""
        left, top, width, height = self.frame
        for tick in x_ticks:
            at = self._x(tick)
            self._path([(at, top), (at, top + height)], FAINT, 0.7)
            self.picture.text(at, top + height + 17, f"{tick:g}", size=12, anchor="middle")
        for tick in y_ticks:
            at = self._y(tick)
            self._path([(left, at), (left + width, at)], FAINT, 0.7)
            self.picture.text(left - 7, at + 4, f"{tick:g}", size=12, anchor="end")
        self.picture.text(left + width / 2, top + height + 36, x_name, anchor="middle")
        self.picture.text(left - 38, top - 12, y_name)

    def line(self, x: ArrayLike, y: ArrayLike, colour: str, thick: float = 2.0) -> None:
        """A line through points; what lies outside the panel is left out."""
        self._path([p for p in self._places(x, y) if self._inside(p)], colour, thick)

    def points(self, x: ArrayLike, y: ArrayLike, colour: str, radius: float = 3.0) -> None:
        """Dots; what lies outside the panel is put on its edge."""
        left, top, width, height = self.frame
        for px, py in self._places(x, y):
            cx, cy = min(max(px, left), left + width), min(max(py, top), top + height)
            self.picture.parts.append(
                f'<circle cx="{cx:.1f}" cy="{cy:.1f}" r="{radius}" fill="{colour}" fill-opacity="0.65"/>'
            )

    def _places(self, x: ArrayLike, y: ArrayLike) -> list[tuple[float, float]]:
        return [(self._x(float(a)), self._y(float(b))) for a, b in zip(np.asarray(x), np.asarray(y), strict=True)]

    def _x(self, value: float) -> float:
        low, high = self.x
        part = np.log(value / low) / np.log(high / low) if self.log else (value - low) / (high - low)
        return float(self.frame[0] + part * self.frame[2])

    def _y(self, value: float) -> float:
        low, high = self.y
        return float(self.frame[1] + (1 - (value - low) / (high - low)) * self.frame[3])

    def _inside(self, place: tuple[float, float]) -> bool:
        left, top, width, height = self.frame
        return left - 1 <= place[0] <= left + width + 1 and top - 1 <= place[1] <= top + height + 1

    def _path(self, places: Sequence[tuple[float, float]], colour: str, thick: float) -> None:
        way = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        self.picture.parts.append(f'<polyline points="{way}" fill="none" stroke="{colour}" stroke-width="{thick}"/>')

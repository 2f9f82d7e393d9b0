"""How the windows look: colours by what they mean, light and dark, fonts by role, the spaces between.

A view asks for `theme.palette.wrong` or `theme.font("headline")` and never names a colour or a size itself. The rule:
no meaning rests on colour alone. Right and wrong differ in words, fill and shape as well; and a test holds the colours
to be legible on what they lie on, and told apart by each kind of colour vision.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from functools import cached_property
from importlib import resources
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Literal

from PySide6.QtGui import QColor, QFont

from rig.back import PRESSURE_ON_DARK, PRESSURE_ON_LIGHT, colour_table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Scheme = Literal["light", "dark"]
Role = Literal["small", "body", "title", "headline", "figure", "giant"]

SPACE = 8
"""Distances are multiples of it, in device-independent pixels."""
RADIUS = 12
BODY_PX = 16
USUAL_PX = (1140, 800)
"""A page beside the rail in a window of 1280 x 800."""
_LINE_PX = 2

_FONTS: dict[Role, tuple[int, int]] = {
    "small": (13, 400),
    "body": (BODY_PX, 400),
    "title": (21, 600),
    "headline": (32, 700),
    "figure": (46, 700),
    "giant": (64, 700),
}
"""Height in device-independent pixels, and weight. From two metres a person with full sight reads from about 30 on."""


@dataclass(frozen=True)
class Palette:
    """Colours by meaning, as `#rrggbb`.

    Attributes:
        ground, card, raised: what lies behind everything, a panel on it, something on a panel. line: borders, axes.
        text, quiet: to be read first, and beside it. accent, on_accent: what can be pressed or is chosen, and its text.
        good, wrong, doubt: outlines and short words; wrong_fill, on_wrong: the one flag.
        body, outline, spine: the silhouette. ghost: the documented stroke. hand: contacts and their trails.
        pressure: from no force to the end of the scale; the first is `body`. series: curves in one chart (Okabe and
            Ito's, the lightness adjusted to the ground).
    """

    ground: str
    card: str
    raised: str
    line: str
    text: str
    quiet: str
    accent: str
    on_accent: str
    good: str
    wrong: str
    doubt: str
    wrong_fill: str
    on_wrong: str
    body: str
    outline: str
    spine: str
    ghost: str
    hand: str
    pressure: tuple[str, ...]
    series: tuple[str, ...]


DARK = Palette(
    ground="#10131f",
    card="#181d2e",
    raised="#252c45",
    line="#3d4766",
    text="#eef1f8",
    quiet="#a9b2cb",
    accent="#8cc0ff",
    on_accent="#0b1424",
    good="#54cfa3",
    wrong="#ff7a66",
    doubt="#f0b64a",
    wrong_fill="#c22f1e",
    on_wrong="#ffffff",
    body="#1b2138",
    outline="#66718f",
    spine="#c8cede",
    ghost="#8cc0ff",
    hand="#ffffff",
    pressure=PRESSURE_ON_DARK,
    series=("#8cc0ff", "#f0b64a", "#54cfa3", "#ff9a76", "#e4a6d0", "#e8e06a"),
)

LIGHT = Palette(
    ground="#f5f6fa",
    card="#ffffff",
    raised="#e8ebf3",
    line="#c3cad9",
    text="#171c2b",
    quiet="#535d76",
    accent="#1d5fb4",
    on_accent="#ffffff",
    good="#0b7354",
    wrong="#a11a2b",
    doubt="#8d6000",
    wrong_fill="#c22f1e",
    on_wrong="#ffffff",
    body="#e3e7f1",
    outline="#8d97ae",
    spine="#49536c",
    ghost="#1d5fb4",
    hand="#171c2b",
    pressure=PRESSURE_ON_LIGHT,
    series=("#1d5fb4", "#a86a00", "#0b7354", "#c4472b", "#94407f", "#6d6a00"),
)


@dataclass(frozen=True)
class Theme:
    """One of the two looks; give it to every view."""

    scheme: Scheme

    @property
    def palette(self) -> Palette:
        """The colours."""
        return DARK if self.scheme == "dark" else LIGHT

    def colour(self, name: str, alpha: float = 1.0) -> QColor:
        """A palette colour by its field's name, as transparent as 1 - `alpha`; kept, since pictures ask for many."""
        kept = self._colours.get((name, alpha))
        if kept is None:
            kept = QColor(getattr(self.palette, name))
            kept.setAlphaF(alpha)
            self._colours[name, alpha] = kept
        return kept

    @cached_property
    def _colours(self) -> dict[tuple[str, float], QColor]:
        return {}

    def font(self, role: Role, scale: float = 1.0) -> QFont:
        """The font of a role; `scale` for pictures that grow with their window."""
        size, weight = _FONTS[role]
        font = QFont()
        font.setPixelSize(max(round(size * scale), 1))
        font.setWeight(QFont.Weight(weight))
        return font

    @cached_property
    def pressure_table(self) -> NDArray[np.uint8]:
        """(256, 3) RGB of the pressure map, from no force to the end of its scale."""
        return colour_table(self.palette.pressure)

    @cached_property
    def stylesheet(self) -> str:
        """The application's style sheet, from `style.qss`."""
        folder = resources.files("rig.gui")
        template = Template((folder / "style.qss").read_text("utf-8"))
        colours = {f.name: getattr(self.palette, f.name) for f in fields(Palette)}
        sizes = {f"{role}_px": f"{size}px" for role, (size, _) in _FONTS.items()}
        # Qt reads these files itself, and takes forward slashes on every system.
        icons = Path(str(folder / "icons")).as_posix()
        return template.substitute(
            colours, radius=f"{RADIUS}px", space=f"{SPACE}px", icons=icons, scheme=self.scheme, **sizes
        )

    def grown(self, scale: float) -> str:
        """The style sheet with everything but lines so many times as large, for a page that fills a large screen."""
        return re.sub(r"\b(\d+)px", lambda found: f"{_grown(int(found[1]), scale)}px", self.stylesheet)


def growth(width: int, height: int) -> float:
    """How much larger than usual a page of this size may draw its texts, in steps: 1 to 2."""
    least = min(width / USUAL_PX[0], height / USUAL_PX[1])
    return max(1.0, min(int(4 * least) / 4, 2.0))


def _grown(pixels: int, scale: float) -> int:
    return pixels if pixels <= _LINE_PX else round(pixels * scale)

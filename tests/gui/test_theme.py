"""The colours: legible on what they lie on, and told apart with every kind of colour vision."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtGui import QColor

from rig.gui.theme import Theme

if TYPE_CHECKING:
    from numpy.typing import NDArray

THEMES = [Theme("light"), Theme("dark")]
BACK = ("ground", "card", "raised")

# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
VISION = {
    "usual": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
TOLD_APART = 12.0
"""In CIE Lab (1976); 2.3 is just noticeable side by side."""


def linear(colour: str) -> NDArray[np.float64]:
    made = QColor(colour)
    value = np.array([made.redF(), made.greenF(), made.blueF()])
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    return float(linear(colour) @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    """As WCAG defines it."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def lab(colour: str, vision: str) -> NDArray[np.float64]:
    rgb = np.clip(np.asarray(VISION[vision]) @ linear(colour), 0, 1)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    x, y, z = np.cbrt(to_xyz @ rgb / [0.9505, 1.0, 1.089])
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.scheme)
@pytest.mark.parametrize("back", BACK)
def test_text_is_legible(theme: Theme, back: str) -> None:
    palette = theme.palette
    ground = getattr(palette, back)
    assert contrast(palette.text, ground) >= 7
    for name in ("quiet", "accent", "good", "wrong", "doubt"):
        assert contrast(getattr(palette, name), ground) >= 4.5, name


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.scheme)
def test_filled_fields_carry_their_text(theme: Theme) -> None:
    assert contrast(theme.palette.on_wrong, theme.palette.wrong_fill) >= 4.5
    assert contrast(theme.palette.on_accent, theme.palette.accent) >= 4.5


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.scheme)
def test_right_wrong_and_doubt_are_told_apart(theme: Theme, vision: str) -> None:
    for one, other in combinations(("good", "wrong", "doubt", "text"), 2):
        apart = np.linalg.norm(lab(getattr(theme.palette, one), vision) - lab(getattr(theme.palette, other), vision))
        assert apart >= TOLD_APART, (one, other)


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.scheme)
def test_more_pressure_is_ever_brighter_or_ever_darker(theme: Theme, vision: str) -> None:
    light = np.array([lab(stop, vision)[0] for stop in theme.palette.pressure])
    steps = np.diff(light)
    assert np.all(steps > 0) or np.all(steps < 0)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.scheme)
def test_no_pressure_is_the_colour_of_the_body(theme: Theme) -> None:
    assert theme.palette.pressure[0] == theme.palette.body
    assert theme.pressure_table.shape == (256, 3)
    assert QColor(*(int(part) for part in theme.pressure_table[0])) == QColor(theme.palette.body)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.scheme)
def test_curves_stand_out_from_their_ground(theme: Theme) -> None:
    for colour in theme.palette.series:
        assert contrast(colour, theme.palette.card) >= 3, colour

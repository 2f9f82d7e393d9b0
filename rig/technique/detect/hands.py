"""Whose hands made a movement: on which side, one or two at once, and which part of the hand, by its size on the pad.

Two hands that work beside the spine may be seen as one contact across it, above all on a pad without a column there; a
step for two hands expects both. The rule: a person's hands are as they are throughout, so their size never decides
alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rig.technique.detect.ratios import ASTRAY, within
from rig.technique.routine.routine import TWO_HANDED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from rig.technique.detect.seen import Movements
    from rig.technique.routine.routine import Hands, Step

_SHARES: Mapping[str, tuple[float, float, float]] = {
    "both": (0.48, 0.48, 0.04),
    "each": (0.48, 0.48, 0.04),
    "centre": (0.1, 0.1, 0.8),
}
_ANY = (0.4, 0.4, 0.2)
"""Shares of left, right and centre."""

_ONE_OR_BOTH: frozenset[Hands] = TWO_HANDED | {"fingers", "fingertips", "fingers-and-thumbs"}
"""Hands of which documents do not say whether one works or both, unless they name the sides."""

_ALONE, _AT_ONCE = 0.15, 0.85
"""How often another hand is at work, where one works alone and where both do."""

_TIP, _ROW, _HEEL, _WHOLE = (18.0, 65.0), (62.0, 120.0), (50.0, 90.0), (115.0, 210.0)
_EXTENT_MM: Mapping[Hands, tuple[float, float]] = {
    "crossed-hands": _WHOLE,
    "fingers": (18.0, 120.0),
    "fingers-and-thumbs": (18.0, 120.0),
    "fingertips": (18.0, 120.0),
    "forearms": _WHOLE,
    "hand-over-hand": _WHOLE,
    "hands": _WHOLE,
    "heels": _HEEL,
    "palm": _WHOLE,
    "palms": _WHOLE,
    "reinforced-finger": _TIP,
    "reinforced-fingertips": _ROW,
    "reinforced-hands": _WHOLE,
    "reinforced-thumbs": _TIP,
    "resting-hands": _WHOLE,
    "thumb": _TIP,
    "thumbs": _TIP,
}
"""What each part of a hand covers, across and along together, as the tiles of the reference pad show it.

The middle 96 % of the movements of virtual hands (`rig.performance`), rounded outward."""

_LONGER = (0.3, 1.1)
_ACROSS: Mapping[Hands, tuple[float, float]] = {
    "forearms": (1.3, 5.0),
    "hand-over-hand": _LONGER,
    "hands": _LONGER,
    "palm": _LONGER,
    "palms": _LONGER,
    "reinforced-hands": _LONGER,
}
"""Width over length, where that tells parts of a like size apart: a palm points along the back, a forearm lies across,
and so do two thumbs that are seen as one contact."""

_EXTENTS_MM, _SHAPES = (15.0, 400.0), (0.2, 5.0)
_SOFT_SIZE = 0.1
_OTHER_HANDS = 0.3
"""Size and shape keep more of the reference than other features: hands differ."""

_MERGED = 0.25
"""How often two hands beside the line are one contact; it is wider by the way between them, `_APART_MM`."""

_APART_MM = (60.0, 110.0)


def by_hands(moves: Movements, step: Step) -> NDArray[np.float64]:
    """(n,) logarithms: how much better each movement's side, company and size fit the step than any."""
    low, high = _EXTENT_MM[step.hands]
    apart = _side(moves, step.sides) + _company(moves, step) + _size(moves, (low, high))
    if step.hands in _ACROSS:
        across = moves.width_mm / np.maximum(moves.length_mm, 1.0)
        apart = apart + within(across, _ACROSS[step.hands], _SHAPES, astray=_OTHER_HANDS)
    if not step.two_handed:
        return apart
    alone = np.log(np.where(moves.together > 0.5, _ALONE, 1 - _ALONE) / 0.5)
    merged = _side(moves, "centre") + alone + _size(moves, (low + _APART_MM[0], high + _APART_MM[1]))
    return np.asarray(np.logaddexp(np.log(1 - _MERGED) + apart, np.log(_MERGED) + merged))


def _side(moves: Movements, sides: str) -> NDArray[np.float64]:
    expected = _SHARES.get(sides)
    if expected is None:
        return np.zeros(len(moves))
    ratio = {side: e / a for side, e, a in zip(("left", "right", "centre"), expected, _ANY, strict=True)}
    return np.asarray(np.log([ASTRAY + (1 - ASTRAY) * ratio.get(side, 1.0) for side in moves.side.tolist()]))


def _company(moves: Movements, step: Step) -> NDArray[np.float64]:
    """Two hands at once, or one alone; either where a step leaves it open."""
    usual = _AT_ONCE
    if step.sides == "any" and step.hands in _ONE_OR_BOTH and step.counts != "stretch":
        return np.zeros(len(moves))
    if step.hands not in TWO_HANDED or step.sides == "each":
        usual = _ALONE
    return np.log(np.where(moves.together > 0.5, usual, 1 - usual) / 0.5)


def _size(moves: Movements, expected: tuple[float, float]) -> NDArray[np.float64]:
    extent = moves.width_mm + moves.length_mm
    return within(extent, expected, _EXTENTS_MM, astray=_OTHER_HANDS, soft=_SOFT_SIZE)

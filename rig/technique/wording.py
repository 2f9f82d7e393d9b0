"""A flag in words and figures, the same on every screen and in every report.

The rule: what cannot be read at a glance as "so much against that limit" is said in a sentence's own words.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from rig.technique.flags import FlagKind

WORDS: dict[FlagKind, str] = {
    "spine-pressure": "On the spine: move off the line",
    "too-hard": "Too hard: ease off",
    "signal-gap": "No signal from the pad",
    "sensor-fault": "A sensor has failed: its spot is not judged",
    "wrong-direction": "Wrong way",
    "wrong-place": "Wrong place",
    "too-fast": "Too fast: slow down",
    "too-slow": "Too slow",
    "too-light": "Too light",
    "irregular": "Uneven rhythm",
    "uneven": "Uneven pressure",
    "contrast": "The force does not change as it should",
    "hold-short": "Hold it longer",
    "lifted": "Stay in contact",
    "missing-reps": "Too few repetitions",
    "out-of-order": "Out of order",
    "breath": "Out of step with the breath",
}
"""What a flag says to somebody whose eyes are on the pad."""


def some(count: int, noun: str) -> str:
    """So many of something: 1 stroke, 2 strokes."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def words(flag: Mapping[str, Any]) -> str:
    """A flag as one short sentence: its own, or that of its kind."""
    return flag.get("about") or WORDS[flag["kind"]]


def figures(flag: Mapping[str, Any]) -> str:
    """A flag's value against its limit, with the unit; empty where it has none."""
    kind, unit, limit, value = flag["kind"], flag.get("unit") or "", flag.get("limit"), flag.get("value")
    said = measured(kind, value, unit, at_least=bool(flag.get("at_least")), limit=limit)
    bound = limited(kind, limit, unit, value) if said else ""
    return f"{said} ({as_limit(bound)})" if bound else said


def as_limit(bound: str) -> str:
    """What `limited` says, as it stands behind a value: what is needed at least needs no other name."""
    return bound if bound.startswith(_LEAST) else f"limit {bound}"


def measured(
    kind: FlagKind, value: float | None, unit: str, *, at_least: bool = False, limit: float | None = None
) -> str:
    """What was measured, with its unit; empty where the flag is not about an amount.

    Args:
        limit: what it is read against; figures are added until the two do not read the same.
    """
    if value is None or not math.isfinite(value) or unit == "place":
        # A flag about the order says in words what comes before what.
        return ""
    if kind == "wrong-direction":
        # The value counts the way travelled in the direction asked for, so it is below nothing.
        return f"{_amount(-value, unit)} the wrong way"
    said = _amount(value, unit, share=kind in _SHARES)
    if limit is not None and value != limit:
        bound = _amount(limit, unit, share=kind in _SHARES)
        more = (_amount(value, unit, digits, share=kind in _SHARES) for digits in range(_DIGITS + 1, _MOST_DIGITS + 1))
        said = next((text for text in (said, *more) if text != bound), said)
    said = _IN_WORDS.get((kind, unit), "{}").format(said)
    return f"{_LEAST}{said}" if at_least else said


def limited(kind: FlagKind, limit: float | None, unit: str, value: float | None = None) -> str:
    """The limit that was broken; empty where there is none, or where it goes without saying.

    Where the value is below it, it says that so much is needed at least.
    """
    if limit is None or kind in _WITHOUT_LIMIT or unit == "place":
        return ""
    least = _LEAST if value is not None and value < limit else ""
    return least + _amount(limit, unit, share=kind in _SHARES)


_LEAST = "at least "

_WITHOUT_LIMIT: frozenset[FlagKind] = frozenset(("wrong-direction", "sensor-fault"))
"""Kinds whose limit goes without saying, or is the rig's affair."""

_SHARES: frozenset[FlagKind] = frozenset(("irregular", "breath"))
"""Kinds whose ratio is a share of a whole; any other ratio says how many times as much."""

_IN_WORDS: dict[tuple[FlagKind, str], str] = {
    ("irregular", "ratio"): "beats differ by {}",
    ("breath", "ratio"): "{} with the breath",
    ("uneven", "ratio"): "{} as hard",
    ("contrast", "ratio"): "{} as hard",
    ("wrong-place", "mm"): "{} off",
}
"""What an amount is of, where flag and unit do not say it."""

_DIGITS, _MOST_DIGITS = 3, 6
_NOTHING = 5e-4


def _amount(amount: float, unit: str, digits: int = _DIGITS, *, share: bool = False) -> str:
    if unit == "ratio":
        return f"{_figures(100 * amount, digits - 1)} %" if share else f"{amount:.{digits - 1}f} times"
    if unit == "times" and amount == 1:
        return "1 time"
    if unit == "times":
        return f"{amount:.0f} times"
    return f"{_figures(amount, digits)} {_UNITS.get(unit, unit)}".rstrip()


_UNITS = {"1/min": "a minute", "cm2": "cm²"}
"""Units that nobody reads aloud as they are written."""


def _figures(amount: float, digits: int) -> str:
    """So many significant figures, and never fewer than stand before the point; what is next to nothing is 0."""
    if abs(amount) < _NOTHING:
        return "0"
    whole = len(f"{abs(amount):.0f}")
    return f"{amount:.{digits}g}" if whole < digits else f"{amount:.{max(digits - _DIGITS, 0)}f}"

"""A flag's figures as words, the same on every screen and in every report.

The rule: what cannot be read at a glance as "so much against that limit" is said in a sentence's own words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rig.technique.flags import FlagKind


def measured(kind: FlagKind, value: float | None, unit: str, *, at_least: bool = False) -> str:
    """What was measured, with three figures and the unit; empty where the flag is not about an amount."""
    if value is None:
        return ""
    if kind == "wrong-direction":
        # The value counts the way travelled in the direction asked for, so it is below nothing.
        return f"{_figures(-value)} {unit} the wrong way"
    return ("at least " if at_least else "") + _with_unit(value, unit)


def limited(kind: FlagKind, limit: float | None, unit: str) -> str:
    """The limit that was broken; empty where there is none, or where it goes without saying."""
    return "" if limit is None or kind == "wrong-direction" else _with_unit(limit, unit)


def _with_unit(amount: float, unit: str) -> str:
    if unit == "place":
        return f"number {amount:.0f}"
    return f"{_figures(amount)} {'' if unit == 'ratio' else unit}".rstrip()


def _figures(amount: float) -> str:
    return f"{amount:.0f}" if abs(amount) >= 100 else f"{amount:.3g}"

"""A flag in words and figures, the same on every screen and in every report.

The rule: what cannot be read at a glance as "so much against that limit" is said in a sentence's own words.
"""

from __future__ import annotations

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
    "contrast": "Press more on the way up than on the way down",
    "hold-short": "Hold it longer",
    "lifted": "Stay in contact",
    "missing-reps": "Too few repetitions",
    "out-of-order": "Out of order",
    "breath": "Out of step with the breath",
}
"""What a flag says to somebody whose eyes are on the pad."""


def words(flag: Mapping[str, Any]) -> str:
    """A flag as one short sentence."""
    return WORDS[flag["kind"]]


def figures(flag: Mapping[str, Any]) -> str:
    """A flag's value against its limit, with the unit; empty where it has none."""
    kind, unit = flag["kind"], flag.get("unit") or ""
    value = measured(kind, flag.get("value"), unit, at_least=bool(flag.get("at_least")))
    limit = limited(kind, flag.get("limit"), unit) if value else ""
    return f"{value} (limit {limit})" if limit else value


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

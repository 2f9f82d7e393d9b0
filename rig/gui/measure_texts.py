"""Measures, units and what advice rests on, in the windows' language.

The English is that of `rig.report`; here it is only marked, so that it is gathered for translation. The rule, kept by a
test: whatever the report measures is here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.gui.flag_texts import FLAG_NAMES, flag_figures
from rig.gui.words import text

if TYPE_CHECKING:
    from rig.gui.words import Words
    from rig.report.advice import Advice, Trend
    from rig.report.measures import Unit

MEASURES = (
    text("duration"),
    text("hands on the pad"),
    text("score"),
    text("repetitions"),
    text("stroke speed"),
    text("spread of speed"),
    text("stroke length"),
    text("mean force"),
    text("peak force"),
    text("rate"),
    text("unevenness"),
    text("holds"),
    text("hold time"),
)

UNITS: dict[Unit, str] = {
    "": "",
    "s": "s",
    "cm/s": "cm/s",
    "N": "N",
    "mm": "mm",
    "/min": "/min",
    "cv": "%",
    "of 100": "",
    "flags/min": "/min",
}

TRENDS: dict[Trend, str] = {
    "better": text("less often than the time before"),
    "same": text("as often as the time before"),
    "worse": text("more often than the time before"),
}

_DECIMALS: dict[Unit, int] = {"s": 1, "cm/s": 1, "N": 1, "/min": 1, "flags/min": 1}


def measure_name(words: Words, name: str) -> str:
    """What a measure is called; that of a kind of flag has the kind's name."""
    if name in FLAG_NAMES:
        return words.say(FLAG_NAMES[name])
    return words.say(name)


def figure(value: float | None, unit: Unit) -> str:
    """A measure's value with its unit, as people read it; a dash where there is none."""
    if value is None:
        return "–"  # noqa: RUF001 - a dash for readers, not a minus
    return f"{plain(value, unit)} {UNITS[unit]}".rstrip()


def plain(value: float, unit: Unit) -> str:
    """A measure's value without its unit."""
    return f"{value * 100:.0f}" if unit == "cv" else f"{value:.{_DECIMALS.get(unit, 0)}f}"


def reason(words: Words, advice: Advice) -> str:
    """What a piece of advice rests on."""
    if advice.kind is None:
        return words.told(advice.why)
    parts = [words.say("once") if advice.times == 1 else words.say("{count} times", count=advice.times)]
    figures = flag_figures(words, advice.worst) if advice.worst is not None else ""
    if figures:
        parts.append(words.say("at worst {figures}", figures=figures))
    if advice.trend is not None:
        parts.append(words.say(TRENDS[advice.trend]))
    return ", ".join(parts)

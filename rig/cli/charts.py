"""Figures of measures and small charts of them, as a terminal shows them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.report.compare import ComparedMeasure
    from rig.report.history import Series
    from rig.report.measures import Unit

NOTHING = "-"
"""Where there is no figure."""

DECIMALS: dict[Unit, int] = {"": 0, "s": 1, "cm/s": 1, "N": 1, "mm": 0, "/min": 1, "cv": 2, "of 100": 0, "flags/min": 1}
"""What people are shown of a figure; the JSON holds all of it."""

BARS = "▁▂▃▄▅▆▇█"
PLAIN_BARS = "12345678"
"""Where the output's encoding has no bars, as in a Windows pipe."""


def bars_for(encoding: str) -> str:
    """Characters of eight heights that an encoding has."""
    try:
        BARS.encode(encoding)
    except UnicodeEncodeError:
        return PLAIN_BARS
    return BARS


def sparkline(values: Sequence[float | None], bars: str = BARS) -> str:
    """A character a value, from the lowest to the highest of them; a space for None, the middle where all are alike."""
    known = [value for value in values if value is not None]
    if not known:
        return " " * len(values)
    low, span = min(known), max(known) - min(known)
    top = len(bars) - 1
    return "".join(
        " " if value is None else bars[round((value - low) / span * top) if span > 0 else top // 2] for value in values
    )


def local_date(date: str | None) -> str:
    """A date of the JSON in this computer's time zone, to the minute."""
    return "no date" if date is None else f"{datetime.fromisoformat(date).astimezone():%Y-%m-%d %H:%M}"


def figure(value: float | None, unit: Unit) -> str:
    """With as many decimals as people are shown of its unit."""
    return NOTHING if value is None else f"{value:.{DECIMALS[unit]}f}"


def signed(difference: float | None, unit: Unit) -> str:
    """With its sign; without one where it is too small to be shown."""
    if difference is None:
        return NOTHING
    shown = f"{difference:+z.{DECIMALS[unit]}f}"
    return shown if float(shown) else shown.lstrip("+")


def label(measure: ComparedMeasure | Series) -> str:
    """A measure's name and unit."""
    return f"{measure.name}, {measure.unit}" if measure.unit else measure.name

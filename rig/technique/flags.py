"""A flag: what went wrong, where, when, by how much against which limit, and who says so.

A flag is raised while it happens (`t1` is then unknown) and closed when it is over; the closed one carries the
worst value of its whole time and is what a report keeps. The rule: both are functions of the findings alone, so
that a live session and its recording raise the same flags to the bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import msgspec

from rig.analysis.findings import Side  # noqa: TC001 - msgspec reads the annotations

if TYPE_CHECKING:
    from rig.analysis.findings import Stroke
    from rig.technique.limits import Limit

FlagKind = Literal[
    "spine-pressure",
    "wrong-direction",
    "too-hard",
    "too-light",
    "too-fast",
    "too-slow",
    "irregular",
    "uneven",
    "contrast",
    "wrong-place",
    "missing-reps",
    "out-of-order",
    "breath",
    "lifted",
    "hold-short",
    "sensor-fault",
    "signal-gap",
]

HARM_ORDER: tuple[FlagKind, ...] = (
    "spine-pressure",
    "too-hard",
    "signal-gap",
    "sensor-fault",
    "wrong-direction",
    "wrong-place",
    "too-fast",
    "too-slow",
    "too-light",
    "irregular",
    "uneven",
    "contrast",
    "hold-short",
    "lifted",
    "missing-reps",
    "out-of-order",
    "breath",
)
"""The order in which flags are told where there is room for one: what hurts, what blinds the rig, then technique."""

ABOUT_THE_RIG: frozenset[FlagKind] = frozenset(("sensor-fault", "signal-gap"))
"""Flags that speak of the rig, not of the hands; they fail no step."""


class Flag(msgspec.Struct, frozen=True):
    """One flag, with the fields of the report.

    Attributes:
        t0, t1: device seconds; `t1` is None as long as it lasts.
        value, limit: the worst value and the limit that it broke, in `unit`. Either is None where the flag is not
            about an amount.
        source: the document's item and, for a number it leaves open, where the default comes from.
        calibrated: whether forces were calibrated; where not, `limit` is already widened, and `source` says so.
        at_least: a sensor was at the end of its range, the value is a lower bound.
        about: what should be otherwise, in a short sentence, where the kind alone does not tell; else empty.
    """

    kind: FlagKind
    t0: float
    t1: float | None
    step: str | None
    side: Side
    x_mm: float | None
    y_mm: float | None
    value: float | None
    limit: float | None
    unit: str
    source: str
    calibrated: bool = True
    at_least: bool = False
    about: str = ""


@dataclass(frozen=True, slots=True)
class FlagEvent:
    """A flag that was raised or is over; `t_us` is the device time at which that became certain."""

    over: bool
    t_us: int
    flag: Flag


def flag_on_stroke(
    kind: FlagKind,
    stroke: Stroke,
    step: str | None,
    value: float,
    limit: Limit,
    unit: str,
    *,
    calibrated: bool,
    about: str = "",
) -> Flag:
    """A flag about one stroke, placed where the stroke ended."""
    return Flag(
        kind=kind,
        t0=stroke.t0,
        t1=stroke.t1,
        step=step,
        side=stroke.side,
        x_mm=stroke.x1_mm,
        y_mm=stroke.y1_mm,
        value=value,
        limit=limit.value,
        unit=unit,
        source=limit.source,
        calibrated=calibrated,
        about=about,
    )


def harm_rank(flag: Flag) -> int:
    """0 for the flag that is told first."""
    return HARM_ORDER.index(flag.kind)


def report_order(flag: Flag) -> tuple[float, int, float, float, float]:
    """A key that puts flags in the order of a report, whatever the order in which they were raised."""
    return (flag.t0, harm_rank(flag), flag.t1 or 0.0, flag.x_mm or 0.0, flag.y_mm or 0.0)

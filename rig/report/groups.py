"""Flags and strokes by kind: what a reader sees first, on the terminal and in the HTML.

The rule: a group is counted from the report's own entries and says nothing that they do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rig.technique.flags import HARM_ORDER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.analysis.findings import Stroke
    from rig.technique.flags import Flag, FlagKind


@dataclass(frozen=True, slots=True)
class FlagGroup:
    """All flags of one kind.

    Attributes:
        first_s, last_s: when the first began, and the last. seconds: of all together.
        worst: the one farthest from its limit, as a share of it where limits of several units were broken; None where
            none is about an amount.
        sources: who says so, each once, in the order of the flags.
    """

    kind: FlagKind
    count: int
    first_s: float
    last_s: float
    seconds: float
    worst: Flag | None
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StrokeGroup:
    """All strokes of one kind and direction: means, and the highest peak."""

    kind: str
    direction: str
    count: int
    length_mm: float
    speed_cm_s: float
    force_mean_n: float
    force_peak_n: float


def flag_groups(flags: Sequence[Flag]) -> list[FlagGroup]:
    """The flags by kind, in order of harm."""
    by_kind = {kind: [flag for flag in flags if flag.kind == kind] for kind in HARM_ORDER}
    return [_flag_group(kind, these) for kind, these in by_kind.items() if these]


def stroke_groups(strokes: Sequence[Stroke]) -> list[StrokeGroup]:
    """The strokes by kind and direction, in alphabetical order."""
    groups = []
    for kind, direction in sorted({(s.kind, s.direction) for s in strokes}):
        these = [s for s in strokes if (s.kind, s.direction) == (kind, direction)]
        n = len(these)
        groups.append(
            StrokeGroup(
                kind,
                direction,
                n,
                sum(s.length_mm for s in these) / n,
                sum(s.speed_cm_s for s in these) / n,
                sum(s.force_mean_n for s in these) / n,
                max(s.force_peak_n for s in these),
            )
        )
    return groups


def _flag_group(kind: FlagKind, flags: list[Flag]) -> FlagGroup:
    return FlagGroup(
        kind,
        len(flags),
        min(f.t0 for f in flags),
        max(f.t0 for f in flags),
        sum((f.t1 or f.t0) - f.t0 for f in flags),
        _worst(flags),
        tuple(dict.fromkeys(f.source for f in flags)),
    )


def _worst(flags: list[Flag]) -> Flag | None:
    """The flag farthest from its limit; a share of the limit makes amounts of several units comparable."""
    amounts = [(abs(f.value - f.limit), abs(f.limit), f) for f in flags if f.value is not None and f.limit is not None]
    if len({flag.unit for *_, flag in amounts}) > 1:
        amounts = [(beyond / (limit or 1.0), limit, flag) for beyond, limit, flag in amounts]
    return max(amounts, key=lambda amount: amount[0])[2] if amounts else None


def clock(seconds: float) -> str:
    """Minutes and seconds to a tenth: 75.04 is 1:15.0."""
    tenths = round(seconds * 10)
    return f"{tenths // 600}:{tenths % 600 / 10:04.1f}"

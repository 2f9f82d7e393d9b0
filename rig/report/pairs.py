"""Movements of two recordings set beside each other: the third stroke up on the left with the third, and so on.

Like goes with like (kind, direction, side), in the order in which they were made, each from where its step began. What
one has more of than the other stands alone. The rule: a pair says what the two movements were, so that a shift of one
place can be seen and is never averaged away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from rig.analysis.findings import Hold
from rig.report.measures import TRAVELLING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rig.analysis.findings import Stroke
    from rig.report.measures import Stretch

Key = tuple[str, str, str]


class Made(msgspec.Struct, frozen=True):
    """One movement as it was made.

    Attributes:
        t0, t1: seconds of its recording. since_s: since its step began, other steps' time left out.
        speed_cm_s, length_mm: None of what stays in place. force_n: its mean.
        flags: the kinds that began meanwhile, on its side.
    """

    t0: float
    t1: float
    since_s: float
    speed_cm_s: float | None
    length_mm: float | None
    force_n: float
    flags: tuple[str, ...] = ()


class Pair(msgspec.Struct, frozen=True):
    """The `number`th movement of its kind, direction and side (from 1) in both; None where one has not so many."""

    kind: str
    direction: str
    side: str
    number: int
    a: Made | None
    b: Made | None


def paired(a: Stretch | None, b: Stretch | None) -> list[Pair]:
    """The movements of a step in two recordings, in the order in which they were made since it began."""
    of_a, of_b = _by_key(a), _by_key(b)
    pairs = []
    for key in dict.fromkeys([*of_a, *of_b]):
        in_a, in_b = of_a.get(key, []), of_b.get(key, [])
        for row in range(max(len(in_a), len(in_b))):
            one = in_a[row] if row < len(in_a) else None
            other = in_b[row] if row < len(in_b) else None
            pairs.append(Pair(*key, row + 1, one, other))
    return sorted(pairs, key=_since)


def moments(pairs: Iterable[Pair]) -> list[tuple[float, float]]:
    """Which second of A goes with which of B, wherever a movement of both begins; both only ever increase."""
    found: list[tuple[float, float]] = []
    for t_a, t_b in sorted((p.a.t0, p.b.t0) for p in pairs if p.a is not None and p.b is not None):
        if not found or (t_a > found[-1][0] and t_b > found[-1][1]):
            found.append((t_a, t_b))
    return found


def _since(pair: Pair) -> float:
    return min(made.since_s for made in (pair.a, pair.b) if made is not None)


def _by_key(stretch: Stretch | None) -> dict[Key, list[Made]]:
    if stretch is None:
        return {}
    movements: list[Stroke | Hold] = sorted([*stretch.strokes, *stretch.holds], key=lambda m: (m.t0, m.contact))
    found: dict[Key, list[Made]] = {}
    for movement in movements:
        found.setdefault(_key(movement), []).append(_made(movement, stretch))
    return found


def _key(movement: Stroke | Hold) -> Key:
    if isinstance(movement, Hold):
        return ("hold", "none", "both")
    return (movement.kind, movement.direction, movement.side)


def _made(movement: Stroke | Hold, stretch: Stretch) -> Made:
    own = [f.kind for f in stretch.flags if movement.t0 <= f.t0 < movement.t1 and _on_side(f.side, movement)]
    speed = length = None
    if not isinstance(movement, Hold) and movement.kind in TRAVELLING:
        speed, length = movement.speed_cm_s, movement.length_mm
    since_s = _clock(stretch.spans, movement.t0)
    flags = tuple(dict.fromkeys(own))
    return Made(movement.t0, movement.t1, since_s, speed, length, movement.force_mean_n, flags)


def _on_side(side: str, movement: Stroke | Hold) -> bool:
    return isinstance(movement, Hold) or side in (movement.side, "both", "centre")


def _clock(spans: Sequence[tuple[float, float]], t_s: float) -> float:
    """Seconds since the step began, on a clock that stands while another step is on."""
    return sum(max(min(t_s, t1) - t0, 0.0) for t0, t1 in spans)

"""The score of a step: the shares that were right of what it was made of, multiplied.

A step's score is 100 times the share of contact time that was free of load flags, times that of strokes (of holds,
where hands only held) without a flag, times the least share of an amount that was asked for (repetitions, the length of
a hold), times the share of time in which hands stayed that should, times the mean of 1 and the share of the time of
rhythms that was even and at its rate: a bad beat costs half at most, and so does a step that came out of order. The
rule: what was flagged costs a point at least, and what there was none of has no share.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rig.analysis.findings import Hold, Rhythm, Stroke
    from rig.technique.flags import Flag, FlagKind

_LOADS: tuple[FlagKind, ...] = ("spine-pressure", "too-hard")
"""Flags of what hurts at the moment, whatever the hands are about."""

_OF_STROKES = (
    "wrong-direction",
    "too-fast",
    "too-slow",
    "too-light",
    "wrong-place",
    "contrast",
    "uneven",
    "out-of-order",
    "breath",
)
_OF_AMOUNTS = ("missing-reps", "hold-short")

_OUT_OF_ORDER = 0.5
"""What a step is worth that came after one that it should have gone before."""


def shares_of(
    wrong: Sequence[Flag],
    contact_s: float,
    t1: float,
    strokes: Sequence[Stroke],
    holds: Sequence[Hold],
    rhythms: Sequence[Rhythm],
) -> dict[str, float]:
    """The shares (0 to 1) of one stretch of a step that ended at `t1`, with `contact_s` seconds of any contact."""
    flawed = {(f.t0, f.x_mm, f.y_mm) for f in wrong if _is_of_a_stroke(f)}
    parts = {
        "loads": _share(contact_s, sum((f.t1 or t1) - f.t0 for f in wrong if f.kind in _LOADS)),
        "strokes": _share(len(strokes or holds), len(flawed)),
        "order": _OUT_OF_ORDER if any(f.kind == "out-of-order" and f.x_mm is None for f in wrong) else None,
        "rhythm": _share(
            sum(r.t1 - r.t0 for r in rhythms), sum((f.t1 or t1) - f.t0 for f in wrong if _is_of_the_beat(f))
        ),
        "amounts": _least_amount([f for f in wrong if f.kind in _OF_AMOUNTS]),
        "contact": _lifted_share(contact_s, [f for f in wrong if f.kind == "lifted"]),
    }
    return {name: share for name, share in parts.items() if share is not None}


def score_of(shares: Mapping[str, float], *, flagged: bool) -> int:
    """0 to 100 from the shares; what was flagged costs a point at least."""
    beat = (1.0 + shares.get("rhythm", 1.0)) / 2
    whole = prod(shares.get(name, 1.0) for name in ("loads", "strokes", "order", "amounts", "contact"))
    return min(round(100 * whole * beat), 99 if flagged else 100)


def _is_of_a_stroke(flag: Flag) -> bool:
    return flag.kind in _OF_STROKES and flag.x_mm is not None


def _is_of_the_beat(flag: Flag) -> bool:
    """An uneven beat, or a rate: a tempo that belongs to no single place."""
    return flag.kind == "irregular" or (flag.kind in {"too-fast", "too-slow"} and flag.x_mm is None)


def _lifted_share(contact_s: float, flags: Sequence[Flag]) -> float | None:
    """The share of time with a hand on the pad, of that and the time in which one was missed; None if none was."""
    missed_s = sum((f.t1 or f.t0) - f.t0 for f in flags)
    return contact_s / (contact_s + missed_s) if missed_s else None


def _least_amount(flags: Sequence[Flag]) -> float | None:
    """The least share that was reached of what was asked for; None where nothing fell short."""
    return min(((f.value or 0.0) / f.limit for f in flags if f.limit), default=None)


def _share(whole: float, wrong: float) -> float | None:
    """What part of the whole was right; None of nothing."""
    return max(0.0, 1.0 - wrong / whole) if whole > 0 else None

"""What is known of a way: the sums up to a sample of it, its marks, its course while it runs, the finished pass.

A way is marked once per `NEAR_MM` of progress; what is wanted of its parts afterwards is read off the marks, so that
no samples need to be kept. The rule: a mark is the first sample beyond, wherever blocks end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

NEAR_MM = 4.0
"""Within this of its start a contact has not set out yet."""

LEAST_STROKE_MM = 40.0
"""Shorter journeys are a hand settling or pushing in place: less than the pitch along the back. The centre of a thumb
that pushes 14 mm was seen to wander up to 40 mm over tiles of unlike gain."""

PARTS = 8
"""A pass' way is cut into so many equal parts to see whether its force is even."""

QUICK_US = 750_000
"""To-and-fro: passes shorter than this; frictions run at 1-1.2 Hz, so a pass lasts 0.4-0.5 s."""

COURSE_MM = 70.0
"""A pass has a course from here on: beyond the diameter of the documented small circles."""

COURSE_AIM = 1.5
"""A course is along the back or across it if it has so much more of the one than of the other."""

COURSE_BEND = 0.05
"""Area over chord squared up to which a course is straight: of a circle, a chord of 70 mm has that only if its radius
exceeds 100 mm, a hand's whole reach on the back."""


@dataclass(frozen=True, slots=True)
class Course:
    """Where a pass that still runs has come from and got to.

    Attributes:
        t0_us, x0, y0: when and where it set out, in microseconds and mm. certain_us, x1, y1: where it is.
        chord_mm: from there to here. force_mean, force_now: in N.
    """

    t0_us: int
    certain_us: int
    x0: float
    y0: float
    x1: float
    y1: float
    chord_mm: float
    force_mean: float
    force_now: float


@dataclass(frozen=True, slots=True)
class Pass:
    """One journey of a contact.

    Attributes:
        t0_us, t1_us, x0, y0, x1, y1: its ends, in microseconds and mm.
        chord_mm: from end to end. swept_mm2: signed area between path and chord, positive turning left.
        bulge_mm2: the largest such area on the way, between the path so far and its chord.
        samples, force_sum, force_peak: in N, over the pass.
        certain_us: when its end was certain. rested_us: how long the contact stayed put before it set out.
        began_us: when it could have set out. last: the contact lifted at its end.
        force_parts: (`PARTS`,) mean force in N over equal parts of its way; empty if it never set out.
    """

    t0_us: int
    t1_us: int
    x0: float
    y0: float
    x1: float
    y1: float
    chord_mm: float
    swept_mm2: float
    bulge_mm2: float
    samples: int
    force_sum: float
    force_peak: float
    certain_us: int
    rested_us: int
    began_us: int
    last: bool
    force_parts: tuple[float, ...]


class Mark(NamedTuple):
    """The first sample of a further `NEAR_MM` of the way, and the sums up to it."""

    dist: float
    t_us: int
    samples: int
    force: float
    swept: float


@dataclass(slots=True)
class Tally:
    """Sums from the pass' start up to one sample of it."""

    t_us: int
    x: float
    y: float
    dist: float
    samples: int
    force: float
    peak: float
    swept: float


def runs_straight(start: Tally, here: Tally, left_us: int) -> bool:
    """Whether the pass from `start`, now at `here`, can become neither part of a turn nor of a to-and-fro.

    `left_us` is when it left the place where it began.
    """
    if here.dist < COURSE_MM or here.t_us - left_us <= QUICK_US:
        return False
    along, across = abs(here.y - start.y), abs(here.x - start.x)
    aimed = max(along, across) >= COURSE_AIM * min(along, across)
    return aimed and abs(here.swept) / 2 <= COURSE_BEND * here.dist * here.dist


def force_parts(start: Tally, marks: Sequence[Mark], end: Tally) -> tuple[float, ...]:
    """The mean force over each of `PARTS` equal parts of the way; sums are taken to grow evenly between marks."""
    dist = [0.0, *(m.dist for m in marks), end.dist]
    cuts = np.arange(PARTS + 1) * (end.dist / PARTS)
    samples = np.diff(np.interp(cuts, dist, [start.samples, *(m.samples for m in marks), end.samples]))
    force = np.diff(np.interp(cuts, dist, [start.force, *(m.force for m in marks), end.force]))
    return tuple((force / np.maximum(samples, 1e-9)).tolist())

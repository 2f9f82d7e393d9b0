"""What passes are by their shape: half a circle, there and back, a hand that settles.

A pass that sweeps out much area beside its chord is half a turn: two of the same sense make a circle. Quick passes
there and back without lifting are to-and-fro. The rule: shapes are told from a pass' own sums, and two passes belong
together only if one follows the other at once.
"""

from __future__ import annotations

from math import hypot, pi, sqrt
from typing import TYPE_CHECKING

from rig.analysis.ways import QUICK_US

if TYPE_CHECKING:
    from rig.analysis.ways import Pass

LEAST_RUB_MM = 25.0
"""The least chord of a to-and-fro pass: documented rubbing goes over the back, kneading stays in place."""

CURVED = 0.15
"""Area over chord squared from which a pass is half a turn; half a circle has pi / 8 = 0.39."""

SETTLING_MM, SETTLING_US, SETTLING = 60.0, 500_000, 0.4
"""A journey up to so long and so short, with less than this part of its force at one of its ends, is a hand that rolls
as it lands or lifts: its centre moves because its force does."""

SMALL_MM, LEAST_CURVED, CURVED_BOTH = 60.0, 0.05, 0.2
"""Circles of a thumb are seen askew by tiles of unlike gain: on chords up to the first, one half may have as little as
the second, if both together have the third."""

WANDER_MM, WANDER_MM_S = 25.0, 12.0
"""Half a circle so small is not gone more slowly than this: 24 mm across in more than six seconds a turn."""

WINDING = 0.04
"""Area over chord squared, on the way or at its end, of a pass that is not straight; half an eight of 190 by 80 mm has
0.08 half way."""


def settles(one: Pass) -> bool:
    """Whether it is a hand that rolls as it lands or lifts."""
    if one.chord_mm > SETTLING_MM or one.t1_us - one.t0_us > SETTLING_US or not one.force_parts:
        return False
    return min(one.force_parts[0], one.force_parts[-1]) < SETTLING * max(one.force_parts)


def curved(one: Pass) -> bool:
    """Whether it is half a circle."""
    return abs(one.swept_mm2) >= CURVED * one.chord_mm**2


def wanders(one: Pass) -> bool:
    """Whether it is what the seen centre of a resting hand drifts, from tile to tile as its weight shifts."""
    return one.chord_mm <= WANDER_MM and one.chord_mm * 1e6 < WANDER_MM_S * (one.t1_us - one.t0_us)


def bent(one: Pass) -> bool:
    """Whether it is half a circle, or the flatter half of a small one."""
    if wanders(one):
        return False
    return curved(one) or (one.chord_mm <= SMALL_MM and abs(one.swept_mm2) >= LEAST_CURVED * one.chord_mm**2)


def winds(one: Pass) -> bool:
    """Whether its way goes to one side, or to both, by more than a straight stroke's."""
    return max(abs(one.bulge_mm2), abs(one.swept_mm2)) >= WINDING * one.chord_mm**2


def may_pair(one: Pass) -> bool:
    """Whether it could be the first part of something that takes two."""
    return bent(one) or one.t1_us - one.t0_us <= QUICK_US


def completes(first: Pass, second: Pass) -> bool:
    """Whether two passes in a row are a turn of a circle or one to-and-fro."""
    if first.t1_us < second.t0_us - QUICK_US:
        return False
    if bent(first) or bent(second):
        bend = first.swept_mm2 / first.chord_mm**2, second.swept_mm2 / second.chord_mm**2
        same_sense = (bend[0] > 0) == (bend[1] > 0)
        return bent(first) and bent(second) and same_sense and abs(bend[0] + bend[1]) >= CURVED_BOTH
    if min(first.chord_mm, second.chord_mm) < LEAST_RUB_MM:
        return False
    return _there_and_back(first, second)


def may_knead(first: Pass, second: Pass) -> bool:
    """Whether two passes in a row are there and back by so little that a push in place can show so.

    Where a finger pushes from one tile onto the next, its centre is seen to go the pitch of the tiles.
    """
    if max(first.chord_mm, second.chord_mm) > SMALL_MM or first.t1_us < second.t0_us - QUICK_US:
        return False
    return not (bent(first) or bent(second)) and _there_and_back(first, second)


def _there_and_back(first: Pass, second: Pass) -> bool:
    ahead = (first.x1 - first.x0) * (second.x1 - second.x0) + (first.y1 - first.y0) * (second.y1 - second.y0)
    back = ahead < -0.7 * first.chord_mm * second.chord_mm
    return back and max(first.t1_us - first.t0_us, second.t1_us - second.t0_us) <= QUICK_US


def arc_mm(one: Pass) -> float:
    """The length of half an ellipse with this chord and area, by Ramanujan's perimeter; straight: the chord."""
    a = one.chord_mm / 2
    b = abs(one.swept_mm2) / (pi / 2 * a)
    if b < 0.1 * a:
        return hypot(one.x1 - one.x0, one.y1 - one.y0)
    return pi / 2 * (3 * (a + b) - sqrt((3 * a + b) * (a + 3 * b)))

"""How uneven the last beats are: which break is a pause, and what one misread beat may hide.

A pause is a break far longer than the usual period, and comes alone: whoever stops after every second beat beats
unevenly. What the usual period is shows only by what follows, so a break is weighed anew with each further beat. One
beat that was missed, or seen early, late or where none was, makes a spread by itself; so the beats are uneven only if
they stay so without it, whichever it may be. The rule: nothing but the beats decides.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import pairwise
from math import sqrt
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LOOKED_AT = 11
"""More beats back, nothing is known any more: so many show the usual period, pauses or not."""

MORE_BEATS = 3
"""As one may be misread, an uneven beat may take so many beats more than a spread needs."""

STILL = 0.6
"""Without the beat that matters most, as much of the limit is still uneven. Even beats of which one was missed have
0.06 to 0.12, and thus half the usual limit."""

MISREAD = 0.4
"""How far from one or two usual periods the two are between which a beat was misread, in usual periods: as the usual
one is known from a few beats, of which that may be one."""

LEAST_SET = 3
"""Pauses come after so many movements at least: fewer between two long breaks are no set, but an uneven beat."""

OIL_S = 20.0
"""Who stops for so long does something else meanwhile: a pause wherever it stands out from the shortest period."""

NOW_AND_THEN = 0.4
"""Who rests in more of the periods beats unevenly."""

_WHOLE = 0.15
"""How near to a whole number of beats a rest is."""


def uneven_beats(
    beats: Sequence[float], least: int, limit: float, *, pause: float, elsewhere: Sequence[float], rests: bool
) -> tuple[Sequence[float], float] | None:
    """The last beats and their spread, if they are uneven; as few as show it, None if none do.

    The spread is the standard deviation of the periods between beats over their mean, as in `Rhythm`.

    Args:
        beats: the latest ones of a stream, in s. least: so many make a spread. limit: of the spread.
        pause: so many usual periods are a pause. elsewhere: the beats of the other side, in order.
        rests: whether a period of nearly twice or thrice the usual one counts as so many beats.
    """
    recent = [b - a for a, b in pairwise(beats[-least - MORE_BEATS :])]
    # No numbers spread by more than their range over the root of 2: nearly always that is the answer.
    if max(recent, default=0.0) - min(recent, default=0.0) <= sqrt(2) * limit * min(recent, default=0.0):
        return None
    stretch = _since_pause(beats, pause, elsewhere)
    periods = [b - a for a, b in pairwise(stretch)]
    usual = median(periods) if periods else 0.0
    for count in range(least - 1, min(least + MORE_BEATS, len(stretch))):
        last = _without_rests(periods[-count:]) if rests else periods[-count:]
        found = _spread(last)
        if found > limit and all(_spread(others) > STILL * limit for others in _without_a_beat(last, usual)):
            return stretch[-count - 1 :], found
    return None


def _since_pause(beats: Sequence[float], pause: float, elsewhere: Sequence[float]) -> Sequence[float]:
    """The beats since the last pause, or since the hands came back to this side."""
    periods = [b - a for a, b in pairwise(beats)]
    if not periods:
        return beats
    usual, shortest = median(periods), min(periods)
    long = [k for k, period in enumerate(periods) if period > pause * usual]
    pauses = [
        k
        for k, period in enumerate(periods)
        if period > max(OIL_S, pause * shortest)
        or (k in long and all(abs(k - other) >= LEAST_SET for other in long if other != k))
        or _changed_sides(beats[k], beats[k + 1], elsewhere)
    ]
    return beats[pauses[-1] + 1 :] if pauses else beats


def _changed_sides(t0: float, t1: float, elsewhere: Sequence[float]) -> bool:
    """Whether the other side was worked between two beats; two hands at once beat near each of them, if not at it."""
    near = (t1 - t0) / 4
    return bisect_left(elsewhere, t1 - near) - bisect_right(elsewhere, t0 + near) > 1


def _without_a_beat(periods: Sequence[float], usual: float) -> Iterator[list[float]]:
    """The periods without one, in which a beat may have been missed, and without two, between which one was misread.

    Two such are one period that was cut, or two of which one gave to the other.
    """
    for k in range(len(periods)):
        yield [*periods[:k], *periods[k + 1 :]]
    for k, two in enumerate(pairwise(periods)):
        if min(abs(sum(two) - usual), abs(sum(two) - 2 * usual)) < MISREAD * usual:
            yield [*periods[:k], *periods[k + 2 :]]


def _spread(periods: Sequence[float]) -> float:
    mean = sum(periods) / len(periods)
    if mean <= 0:
        return 0.0
    return sqrt(sum((p - mean) ** 2 for p in periods) / (len(periods) - 1)) / mean


def _without_rests(periods: list[float]) -> list[float]:
    """Periods of so many beats as that many; as they are if those are more than now and then."""
    usual = median(periods)
    beats = [max(round(p / usual), 1) if usual > 0 else 1 for p in periods]
    single = [p / n if abs(p / usual - n) < _WHOLE else p for p, n in zip(periods, beats, strict=True)]
    rests = sum(one != p for one, p in zip(single, periods, strict=True))
    return single if rests <= NOW_AND_THEN * len(periods) else periods

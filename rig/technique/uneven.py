"""How uneven the last beats are: which break is a pause, and what one misread beat may hide.

A pause is a break far longer than the usual period, and comes alone: whoever stops after every second beat beats
unevenly. What the usual period is shows only by what follows, so a break is weighed anew with each further beat. One
beat that was missed, or seen early, late or where none was, makes a spread by itself; so the beats are uneven only if
they stay so without it, whichever it may be. The rule: nothing but the beats decides.
"""

from __future__ import annotations

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

LEAST_SET = 3
"""Pauses come after so many movements at least: fewer between two long breaks are no set, but an uneven beat."""

OIL_S = 20.0
"""Who stops for so long does something else meanwhile: a pause wherever it stands out from the shortest period."""

_WHOLE = 0.15
"""How near to a whole number of beats a rest is."""


def uneven_beats(
    beats: Sequence[float], least: int, limit: float, *, pause: float, elsewhere: Sequence[float], rests: bool
) -> tuple[Sequence[float], float] | None:
    """The last beats and their spread, if they are uneven; as few as show it, None if none do.

    The spread is the standard deviation of the periods between beats over their mean, as in `Rhythm`.

    Args:
        beats: the latest ones of a stream, in s. least: so many make a spread. limit: of the spread.
        pause: so many usual periods are a pause. elsewhere: the beats of the other side.
        rests: whether a period of nearly twice or thrice the usual one counts as so many beats.
    """
    stretch = _since_pause(beats, pause, elsewhere)
    periods = [b - a for a, b in pairwise(stretch)]
    if rests:
        periods = _without_rests(periods)
    for count in range(least - 1, min(least + MORE_BEATS, len(stretch))):
        last = periods[-count:]
        found = _spread(last)
        if found > limit and all(_spread(others) > STILL * limit for others in _without_a_beat(last)):
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
    return sum(t0 + near < beat < t1 - near for beat in elsewhere) > 1


def _without_a_beat(periods: Sequence[float]) -> Iterator[list[float]]:
    """The periods without one, in which a beat was missed, and without two, between which one was misread."""
    for count in (1, 2):
        for k in range(len(periods) - count + 1):
            yield [*periods[:k], *periods[k + count :]]


def _spread(periods: Sequence[float]) -> float:
    mean = sum(periods) / len(periods)
    if mean <= 0:
        return 0.0
    return sqrt(sum((p - mean) ** 2 for p in periods) / (len(periods) - 1)) / mean


def _without_rests(periods: list[float]) -> list[float]:
    usual = median(periods) if periods else 0.0
    beats = [max(round(p / usual), 1) if usual > 0 else 1 for p in periods]
    return [p / n if abs(p / usual - n) < _WHOLE else p for p, n in zip(periods, beats, strict=True)]

"""Rhythm: how often like strokes follow one another, and how evenly.

Strokes of one kind, direction and side make a stream; their beginnings are its beats. A run of beats ends when the
next one is overdue by far, or falls after a break and in another place; runs of `LEAST_BEATS` are reported, with the
rate over the whole run and the standard deviation of the periods over their mean. Upward strokes and the way back, or
two hands in step, show the same rhythm twice: the one that ends first is reported, its echo is not.
"""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass, field
from itertools import pairwise
from math import sqrt
from typing import TYPE_CHECKING

from rig.analysis.findings import Beat, Rhythm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.analysis.findings import Stroke

LEAST_BEATS = 4
LONGEST_PERIOD_S = 20.0
OVERDUE = 2.5
"""A run ends when no beat has come for this many periods."""

MOVED_MM, BREAK = 40.0, 1.5
"""A hand that sets to work so far from where it was, after so many periods, has moved on: that break is no beat.

The rig's own choice: a tile's length, and half a period more than an even beat has."""

RECENT_BEATS = 5
"""A live rate is taken over so many beats."""

TURN_DOUBT = 0.06
"""Where on its round a turn of a circle or an eight began is known within this part of it (standard deviation)."""

_TURNING = frozenset(("circle", "figure-eight"))

SAME_RATE = 0.05
"""Two runs that overlap with rates this close are one rhythm."""


Stream = tuple[str, str, str]


def stream_of(stroke: Stroke) -> Stream:
    """What a movement shares its beat with: the like ones.

    A squeeze in which the hand hardly travels shows as a press; they beat one time.
    """
    if stroke.kind == "squeeze":
        return "press", "none", stroke.side
    return stroke.kind, stroke.direction, stroke.side


def moved_on(last: Stroke, stroke: Stroke, period_s: float) -> bool:
    """Whether a movement made in one place is made in another now, by a hand set down anew after a break.

    Strokes go from place to place by themselves, so they never show it.
    """
    if stroke.kind == "stroke" or stroke.contact == last.contact or stroke.t0 - last.t0 <= BREAK * period_s:
        return False
    dx = (stroke.x0_mm + stroke.x1_mm - last.x0_mm - last.x1_mm) / 2
    dy = (stroke.y0_mm + stroke.y1_mm - last.y0_mm - last.y1_mm) / 2
    return dx * dx + dy * dy > MOVED_MM * MOVED_MM


@dataclass(slots=True)
class _Run:
    last: Stroke
    heard_s: float
    beats: list[float] = field(default_factory=list)

    @property
    def period_s(self) -> float:
        periods = sorted(b - a for a, b in pairwise(self.beats[-RECENT_BEATS:]))
        return periods[len(periods) // 2] if periods else LONGEST_PERIOD_S / OVERDUE

    @property
    def ends_s(self) -> float:
        return self.heard_s + OVERDUE * self.period_s


@dataclass(slots=True)
class RhythmKeeper:
    """Counts beats by stream and tells the runs that end."""

    _runs: dict[Stream, _Run] = field(default_factory=dict, init=False)
    _told: list[Rhythm] = field(default_factory=list, init=False)

    def take(self, stroke: Stroke, now_s: float) -> tuple[Beat, list[Rhythm]]:
        """The beat that a finished stroke is, and the runs that had ended by `now_s`."""
        ended = self.overdue(now_s)
        key = stream_of(stroke)
        run = self._runs.get(key)
        if run is not None and len(run.beats) > 1 and moved_on(run.last, stroke, run.period_s):
            ended += self._end(key)
            run = None
        if run is None:
            run = self._runs[key] = _Run(stroke, now_s)
        # One that took longer to be told may have begun before the last one.
        insort(run.beats, stroke.t0)
        run.last, run.heard_s = stroke, now_s
        recent = run.beats[-RECENT_BEATS:]
        span = recent[-1] - recent[0]
        rate = 60.0 * (len(recent) - 1) / span if span > 0 else None
        return Beat(stroke.t0, rate, stroke.side), ended

    def overdue(self, now_s: float) -> list[Rhythm]:
        """The runs whose next beat is overdue by `now_s`, in the order in which they ended."""
        due = sorted((run.ends_s, key) for key, run in self._runs.items() if run.ends_s <= now_s)
        return [told for _, key in due for told in self._end(key)]

    def finish(self) -> list[Rhythm]:
        """All runs still under way; the longest first, so that an echo with a beat less is the one left out."""
        by_beats = sorted(self._runs, key=lambda key: (-len(self._runs[key].beats), key))
        return [told for key in by_beats for told in self._end(key)]

    def _end(self, key: Stream) -> list[Rhythm]:
        told = rhythm_of(key, self._runs.pop(key).beats)
        if told is None:
            return []
        self._told = [r for r in self._told if r.t1 > told.t0]
        if any(is_echo(r, told) for r in self._told):
            return []
        self._told.append(told)
        return [told]


def rhythm_of(stream: Stream, beats: Sequence[float]) -> Rhythm | None:
    """What the beats of a stream, in s, come to; None of fewer than `LEAST_BEATS`."""
    if len(beats) < LEAST_BEATS:
        return None
    periods = [b - a for a, b in pairwise(beats)]
    mean = sum(periods) / len(periods)
    deviation = sqrt(sum((p - mean) ** 2 for p in periods) / (len(periods) - 1))
    cv = deviation / mean
    unsure = max(cv, TURN_DOUBT if stream[0] in _TURNING else 0.0)
    doubt = sqrt(2) * unsure / len(periods)
    return Rhythm(beats[0], beats[-1], 60.0 / mean, cv, len(beats), rate_doubt=doubt)


def is_echo(known: Rhythm, new: Rhythm) -> bool:
    """Whether a rhythm is one that is known already, beaten by the other hand."""
    overlap = min(known.t1, new.t1) - max(known.t0, new.t0)
    return overlap > 0.5 * (new.t1 - new.t0) and abs(known.rate_per_min / new.rate_per_min - 1) < SAME_RATE

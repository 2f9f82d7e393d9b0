"""Rhythms cut where one step ends and the next begins.

The analysis knows of no steps: a beat that goes on from one into the next is one rhythm to it. What it found is taken
apart into the beats of each step again. The rule: a rhythm's beats are the strokes of one stream whose first and last
begin it and end it, as many as it has; where none is so, it stays whole.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import msgspec

from rig.analysis.rhythm import rhythm_of, stream_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.analysis.findings import Rhythm, Stroke
    from rig.analysis.rhythm import Stream
    from rig.technique.timeline import Timeline


def by_step(rhythm: Rhythm, strokes: Sequence[Stroke], timeline: Timeline) -> list[Rhythm]:
    """The rhythms of the steps that a rhythm lasts through, each with its step.

    Args:
        strokes: all that were told so far.
    """

    def row_of(t_s: float) -> int:
        return timeline.row_of(round(t_s * 1e6))

    def named(one: Rhythm) -> Rhythm:
        return msgspec.structs.replace(one, step=timeline.step_of(round(one.t0 * 1e6)))

    if row_of(rhythm.t0) == row_of(rhythm.t1):
        return [named(rhythm)]
    streams: dict[Stream, list[float]] = {}
    for stroke in strokes:
        if rhythm.t0 <= stroke.t0 <= rhythm.t1:
            streams.setdefault(stream_of(stroke), []).append(stroke.t0)
    for stream, beats in streams.items():
        beats.sort()
        if (beats[0], beats[-1], len(beats)) == (rhythm.t0, rhythm.t1, rhythm.beats):
            parts = [rhythm_of(stream, list(own)) for _, own in groupby(beats, row_of)]
            return [named(part) for part in parts if part is not None]
    return [named(rhythm)]

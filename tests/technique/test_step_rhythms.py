"""A beat that goes on from step to step is told of each step by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rig.analysis.rhythm import RhythmKeeper
from rig.technique.step_rhythms import by_step
from rig.technique.timeline import Mark, Timeline
from tests.technique.script import stroke

if TYPE_CHECKING:
    from rig.analysis.findings import Rhythm

TIMELINE = Timeline([Mark(0, "backpain.1"), Mark(40_000_000, "backpain.2")])
SLOW = [1.0 + 8.0 * k for k in range(5)]
QUICK = [41.0 + 4.0 * k for k in range(6)]
STROKES = [stroke(t0=t0, t1=t0 + 3.0) for t0 in (*SLOW, *QUICK)]


def whole() -> Rhythm:
    keeper = RhythmKeeper()
    for each in STROKES:
        assert not keeper.take(each, each.t1)[1]
    (found,) = keeper.finish()
    return found


def test_each_step_has_the_beats_that_fell_in_it() -> None:
    found = whole()
    assert (found.t0, found.t1, found.beats) == (1.0, 61.0, 11)
    slow, quick = by_step(found, [*STROKES, stroke(t0=2.0, direction="down")], TIMELINE)
    assert (slow.step, slow.t0, slow.t1, slow.beats) == ("backpain.1", 1.0, 33.0, 5)
    assert (quick.step, quick.t0, quick.t1, quick.beats) == ("backpain.2", 41.0, 61.0, 6)
    assert (slow.rate_per_min, quick.rate_per_min) == pytest.approx((7.5, 15.0))
    assert (slow.regularity_cv, quick.regularity_cv) == pytest.approx((0.0, 0.0))


def test_too_few_beats_in_a_step_are_no_rhythm_of_it() -> None:
    timeline = Timeline([Mark(0, "backpain.1"), Mark(55_000_000, "backpain.2")])
    (found,) = by_step(whole(), STROKES, timeline)
    assert (found.step, found.beats) == ("backpain.1", 9)


def test_one_of_a_single_step_or_of_strokes_that_were_not_told_stays_whole() -> None:
    found = whole()
    (one,) = by_step(found, STROKES, Timeline([Mark(0, "backpain.1")]))
    (unknown,) = by_step(found, STROKES[1:], TIMELINE)
    assert one == unknown
    assert (one.beats, one.step) == (11, "backpain.1")

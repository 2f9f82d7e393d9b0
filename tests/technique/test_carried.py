"""Hands that are still down when the next step is called for."""

from __future__ import annotations

import numpy as np
import pytest

from rig.analysis.findings import HOP_US
from rig.pad import load_pad
from rig.technique.carried import LEAVING_US, Carried
from rig.technique.judge import Judge
from rig.technique.routine.loading import load_routine
from rig.technique.timeline import Mark, Timeline
from tests.technique.script import Script

PAD = load_pad("back-144")
ROUTINE = load_routine("relieving", PAD)
NEXT_S = 5.0


def spine_flags(script: Script, *, cuts: tuple[int, ...] = ()) -> list[float]:
    """Step 12 allows a light hand on the line, and after it the line is to be left alone."""
    marks = [Mark(0, "relieving.12"), Mark(round(NEXT_S * 1e6), "relieving.11")]
    judge = Judge(PAD, Timeline(marks), ROUTINE)
    events = [event for push in script.cut(cuts) for event in judge.push(push)] + judge.finish()
    return [event.flag.t0 for event in events if event.over and event.flag.kind == "spine-pressure"]


def test_a_hand_that_is_still_down_is_no_fault_of_the_next_step() -> None:
    assert spine_flags(Script(12).on_spine(3, 6.5, 6.0)) == []


def test_a_hand_that_stays_is() -> None:
    (t0,) = spine_flags(Script(16).on_spine(3, 12, 6.0))
    assert t0 == pytest.approx(NEXT_S + LEAVING_US / 1e6)


def test_a_hand_that_comes_back_is() -> None:
    assert spine_flags(Script(16).on_spine(3, 5.5, 6.0).on_spine(6.5, 8, 6.0)) == [6.5]


def test_what_was_too_much_before_is_told_on() -> None:
    assert spine_flags(Script(12).on_spine(3, 7, 14.0)) == [3.0]


@pytest.mark.parametrize("cuts", [(1, 2, 3), tuple(range(245, 330)), (249, 250, 251)])
def test_however_it_arrives(cuts: tuple[int, ...]) -> None:
    script = Script(16).on_spine(3, 12, 6.0)
    assert spine_flags(script, cuts=cuts) == spine_flags(script)


def test_without_a_change_limits_stay_as_they_are() -> None:
    limits = Carried().limits(np.arange(3) * HOP_US, np.zeros(3, np.int64), np.full(3, 9.0), np.full(3, 2.0))
    assert limits.tolist() == [2.0, 2.0, 2.0]

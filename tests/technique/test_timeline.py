"""Marks: what they say of a moment, and what of a movement that began then."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from rig.technique.timeline import Mark, Pacer, Timeline

BACK = Mark(9_000_000, "relieving.2", Pacer(9_000_000, 6.0), since_us=5_000_000)


def test_a_mark_that_reaches_back_takes_movements_and_leaves_moments() -> None:
    timeline = Timeline([Mark(0, "relieving.1"), BACK])
    at = [4_999_999, 5_000_000, 8_999_999, 9_000_000]
    assert [timeline.step_of(t) for t in at] == ["relieving.1", "relieving.2", "relieving.2", "relieving.2"]
    assert [timeline.step_at(t) for t in at] == ["relieving.1", "relieving.1", "relieving.1", "relieving.2"]
    assert timeline.rows(np.array(at)).tolist() == [0, 0, 0, 1]
    assert timeline.step_of(-1) is None


def test_no_mark_reaches_behind_the_one_before() -> None:
    timeline = Timeline([Mark(0, "relieving.1"), Mark(6_000_000, "relieving.3")])
    assert timeline.add(BACK).begun_us == 6_000_000
    assert timeline.step_of(5_900_000) == "relieving.1"
    with pytest.raises(ValueError, match="before the one set last"):
        timeline.add(Mark(8_000_000, "relieving.4"))


def test_a_mark_comes_back_from_its_event() -> None:
    for mark in (BACK, Mark(3, None), Mark(4, "relieving.1")):
        assert Mark.of_event(mark.t_us, mark.event_body()) == mark


def test_an_event_that_reaches_forward_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        Mark.of_event(5, {"step": "relieving.1", "since_us": 6})

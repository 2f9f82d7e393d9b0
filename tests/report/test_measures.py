from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig.analysis.findings import Hold, Rhythm
from rig.report.measures import Stretch, flag_kinds, measures, part, stretches
from rig.report.report import GapEntry
from tests.report.sessions import Session, flag, result
from tests.technique.script import stroke

if TYPE_CHECKING:
    from rig.report.report import Report


def of(stretch: Stretch) -> dict[str, float | None]:
    return {m.name: m.value for m in measures(stretch, flag_kinds([stretch]))}


def of_step(report: Report, step: str | None) -> dict[str, float | None]:
    return of(stretches(report)[step])


def two_steps() -> Report:
    """relieving.1 from 0 to 20 s and again from 30 to 40; relieving.2 between."""
    return Session(
        strokes=[
            stroke(
                t0=1.0, t1=2.0, speed_cm_s=10.0, length_mm=100.0, force_mean_n=4.0, force_peak_n=6.0, step="relieving.1"
            ),
            stroke(
                t0=5.0, t1=8.0, speed_cm_s=20.0, length_mm=300.0, force_mean_n=8.0, force_peak_n=9.0, step="relieving.1"
            ),
            stroke(
                t0=31.0,
                t1=32.0,
                speed_cm_s=14.0,
                length_mm=200.0,
                force_mean_n=4.0,
                step="relieving.1",
                force_peak_n=5.0,
            ),
            stroke(
                t0=21.0,
                t1=22.0,
                kind="press",
                speed_cm_s=99.0,
                force_mean_n=30.0,
                step="relieving.2",
                force_peak_n=44.0,
            ),
        ],
        rhythms=[Rhythm(1.0, 11.0, 12.0, 0.1, 4, "relieving.1"), Rhythm(30.0, 35.0, 24.0, 0.4, 4, "relieving.1")],
        holds=[Hold(22.0, 24.0, 0.0, 0.0, 10.0, 7, "relieving.2"), Hold(25.0, 29.0, 0.0, 0.0, 20.0, 8, "relieving.2")],
        flags=[flag("too-fast", 6.0), flag("spine-pressure", 10.0), flag("too-fast", 31.0), flag("too-hard", 25.0)],
        steps=[
            result("relieving.1", 0.0, 20.0, reps=4, score=60, verdict="fail"),
            result("relieving.2", 20.0, 30.0, reps=None, score=None, verdict="not-judged", contacts_s=None),
            result("relieving.1", 30.0, 40.0, reps=3, score=90),
        ],
    ).report()


class TestAStep:
    def test_its_spans_are_one(self) -> None:
        found = of_step(two_steps(), "relieving.1")
        assert found["duration"] == 30.0
        assert found["repetitions"] == 7
        assert found["score"] == pytest.approx((60 * 20 + 90 * 10) / 30)
        assert found["hands on the pad"] == 8.0
        assert stretches(two_steps())["relieving.1"].verdict == "fail"

    def test_strokes(self) -> None:
        found = of_step(two_steps(), "relieving.1")
        assert found["stroke speed"] == 14.0
        assert found["spread of speed"] == 5.0  # quartiles of 10, 14 and 20: 12 and 17
        assert found["stroke length"] == 200.0
        assert found["mean force"] == pytest.approx((4 * 1 + 8 * 3 + 4 * 1) / 5)
        assert found["peak force"] == 9.0

    def test_rhythm_by_the_time_that_each_lasted(self) -> None:
        found = of_step(two_steps(), "relieving.1")
        assert found["rate"] == pytest.approx(16.0)
        assert found["unevenness"] == pytest.approx(0.2)

    def test_holds_and_presses_have_forces_but_no_speed(self) -> None:
        found = of_step(two_steps(), "relieving.2")
        assert (found["stroke speed"], found["spread of speed"], found["stroke length"]) == (None, None, None)
        assert (found["holds"], found["hold time"]) == (2, 3.0)
        # A press is judged by its peak.
        assert found["mean force"] == pytest.approx((44 * 1 + 10 * 2 + 20 * 4) / 7)

    def test_what_was_not_seen_is_none(self) -> None:
        found = of_step(two_steps(), "relieving.2")
        assert (found["repetitions"], found["score"], found["hands on the pad"], found["rate"]) == (None,) * 4

    def test_flags_a_minute_in_order_of_harm(self) -> None:
        stretch = stretches(two_steps())["relieving.1"]
        assert flag_kinds([stretch]) == ["spine-pressure", "too-fast"]
        found = of(stretch)
        assert (found["spine-pressure"], found["too-fast"]) == (2.0, 4.0)

    def test_a_gap_is_no_time_without_flags(self) -> None:
        session = Session(flags=[flag("too-fast", 1.0)], gaps=[GapEntry(10.0, 40.0)])
        assert of_step(session.report(), None)["too-fast"] == 2.0

    def test_one_stroke_has_no_spread(self) -> None:
        assert of_step(Session(strokes=[stroke()]).report(), None)["spread of speed"] is None


class TestTheWhole:
    def test_it_holds_all(self) -> None:
        found = of_step(two_steps(), None)
        assert found["duration"] == 60.0
        assert found["repetitions"] == 7
        assert found["hands on the pad"] == 40.0
        assert found["peak force"] == 44.0
        assert found["too-hard"] == 1.0

    def test_without_steps_it_is_all_there_is(self) -> None:
        report = Session(strokes=[stroke()]).report()
        assert list(stretches(report)) == [None]
        assert of_step(report, None)["repetitions"] is None

    def test_a_recording_without_frames(self) -> None:
        found = of_step(Session(duration_s=0.0, flags=[flag("signal-gap", 0.0)]).report(), None)
        assert found["signal-gap"] is None


class TestCourse:
    def test_another_steps_time_is_left_out(self) -> None:
        stretch = stretches(two_steps())["relieving.1"]
        late = part(stretch, 20.0, 25.0)
        assert (late.speed_cm_s, late.force_n, late.flags) == (14.0, 4.0, 1)

    def test_after_the_step_there_is_nothing(self) -> None:
        stretch = stretches(two_steps())["relieving.1"]
        assert part(stretch, 30.0, 40.0).flags is None
        assert part(stretch, 25.0, 30.0).flags == 0
        assert part(None, 0.0, 5.0).flags is None

    @given(cut=st.lists(st.floats(0.0, 30.0), max_size=6))
    def test_parts_together_are_the_whole(self, cut: list[float]) -> None:
        stretch = stretches(two_steps())["relieving.1"]
        edges = [0.0, *sorted(set(cut) - {0.0, 30.0}), 30.0]
        flags = [part(stretch, t0, t1).flags for t0, t1 in pairwise(edges)]
        assert sum(n or 0 for n in flags) == 3

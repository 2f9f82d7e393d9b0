from __future__ import annotations

import json

import msgspec

from rig.analysis.findings import Hold, Stroke
from rig.report.compare import ComparedMeasure, ComparedStep, Comparison, compare
from tests.report.sessions import Session, flag, result
from tests.technique.script import stroke

A = Session(
    strokes=[stroke(t0=1.0, t1=3.0, speed_cm_s=10.0, step="relieving.1")],
    steps=[result("relieving.1", 0.0, 30.0, reps=4), result("relieving.2", 30.0, 60.0)],
    flags=[flag("too-fast", 1.0)],
    score=80,
)
B = Session(
    path="b.mcap",
    strokes=[stroke(t0=41.0, t1=43.0, speed_cm_s=13.0, step="relieving.1")],
    steps=[result("relieving.3", 0.0, 40.0), result("relieving.1", 40.0, 60.0, reps=6)],
    flags=[flag("too-hard", 42.0)],
    score=90,
)


def step(comparison: Comparison, wanted: str | None) -> ComparedStep:
    return next(s for s in comparison.steps if s.step == wanted)


def row(comparison: Comparison, wanted: str | None, name: str) -> ComparedMeasure:
    return next(m for m in step(comparison, wanted).measures if m.name == name)


def changed(session: Session, **fields: object) -> Session:
    return Session(**{**session.__dict__, **fields})


class TestSteps:
    def test_matched_by_id_whenever_they_were(self) -> None:
        found = compare(A.judged(), B.judged())
        assert [s.step for s in found.steps] == [None, "relieving.1", "relieving.2", "relieving.3"]
        assert row(found, "relieving.1", "stroke speed") == ComparedMeasure("stroke speed", "cm/s", 10.0, 13.0, 3.0)
        assert row(found, "relieving.1", "repetitions").difference == 2
        assert row(found, None, "score").difference == 10

    def test_what_only_one_has_is_said(self) -> None:
        found = compare(A.judged(), B.judged())
        assert (found.only_in_a, found.only_in_b) == (["relieving.2"], ["relieving.3"])
        assert step(found, "relieving.2").b is None
        assert row(found, "relieving.3", "repetitions").a is None
        assert row(found, "relieving.3", "repetitions").difference is None

    def test_a_flag_that_only_one_has_is_none_a_minute_in_the_other(self) -> None:
        found = compare(A.judged(), B.judged())
        assert row(found, "relieving.1", "too-fast").b == 0.0
        assert row(found, "relieving.1", "too-hard").a == 0.0
        assert row(found, "relieving.1", "too-hard").difference == 3.0

    def test_without_steps_the_wholes_are_compared(self) -> None:
        found = compare(changed(A, steps=[]).judged(), changed(B, steps=[]).judged())
        assert [s.step for s in found.steps] == [None]

    def test_turned_around_only_the_sign_changes(self) -> None:
        there, back = compare(A.judged(), B.judged()), compare(B.judged(), A.judged())
        for one in there.steps:
            for measure in one.measures:
                other = row(back, one.step, measure.name)
                assert (other.a, other.b) == (measure.b, measure.a)
                assert (other.difference or 0.0) == -(measure.difference or 0.0)


class TestCourse:
    def test_both_begin_when_the_step_does(self) -> None:
        first = step(compare(A.judged(), B.judged()), "relieving.1").course[0]
        assert (first.t0, first.t1) == (0.0, 5.0)
        assert (first.a_speed_cm_s, first.b_speed_cm_s) == (10.0, 13.0)
        assert (first.a_flags, first.b_flags) == (1, 1)

    def test_the_shorter_ends_earlier(self) -> None:
        course = step(compare(A.judged(), B.judged()), "relieving.1").course
        assert len(course) == 6
        assert [p.b_flags is None for p in course] == [False] * 4 + [True] * 2

    def test_however_long_it_is_at_most_twelve_parts(self) -> None:
        for seconds in (0.0, 0.5, 61.0, 3600.0, 100_000.0):
            long = Session(duration_s=seconds).judged()
            course = step(compare(long, long), None).course
            assert len(course) <= 12
            assert seconds == 0 or course[-1].t0 < seconds <= course[-1].t1


def passes(*starts: float, way: str = "up", side: str = "left", speed: float = 10.0) -> list[Stroke]:
    return [
        stroke(t0=t, t1=t + 2.0, direction=way, side=side, speed_cm_s=speed + k, step="relieving.1")
        for k, t in enumerate(starts)
    ]


class TestPairs:
    def test_like_goes_with_like_in_its_order(self) -> None:
        a = changed(A, strokes=passes(1.0, 5.0, 9.0) + passes(3.0, way="down"))
        b = changed(B, strokes=passes(42.0, 47.0, speed=20.0) + passes(44.0, 49.0, way="down"))
        pairs = step(compare(a.judged(), b.judged()), "relieving.1").pairs
        ups = [(p.number, p.a and p.a.t0, p.b and p.b.t0) for p in pairs if p.direction == "up"]
        assert ups == [(1, 1.0, 42.0), (2, 5.0, 47.0), (3, 9.0, None)]
        downs = [(p.number, p.a and p.a.t0, p.b and p.b.t0) for p in pairs if p.direction == "down"]
        assert downs == [(1, 3.0, 44.0), (2, None, 49.0)]

    def test_each_counts_from_where_its_step_began(self) -> None:
        a, b = changed(A, strokes=passes(1.0)), changed(B, strokes=passes(41.0, speed=13.0))
        pair = step(compare(a.judged(), b.judged()), "relieving.1").pairs[0]
        assert pair.a is not None
        assert pair.b is not None
        assert (pair.a.since_s, pair.b.since_s) == (1.0, 1.0)
        assert (pair.a.speed_cm_s, pair.b.speed_cm_s) == (10.0, 13.0)
        assert pair.a.flags == ("too-fast",)
        assert pair.b.flags == ("too-hard",)

    def test_a_step_left_and_taken_up_again_has_one_clock(self) -> None:
        steps = [result("relieving.1", 0.0, 10.0), result("relieving.2", 10.0, 30.0), result("relieving.1", 30.0, 60.0)]
        a = changed(A, steps=steps, strokes=passes(8.0, 33.0))
        pairs = step(compare(a.judged(), B.judged()), "relieving.1").pairs
        assert [p.a.since_s for p in pairs if p.a] == [8.0, 13.0]

    def test_sides_and_holds_are_apart(self) -> None:
        a = changed(
            A, strokes=passes(1.0) + passes(1.0, side="right"), holds=[Hold(4.0, 6.0, 0.0, 0.0, 5.0, 1, "relieving.1")]
        )
        pairs = step(compare(a.judged(), a.judged()), "relieving.1").pairs
        assert [(p.kind, p.side) for p in pairs] == [("stroke", "left"), ("stroke", "right"), ("hold", "both")]
        assert pairs[2].a is not None
        assert pairs[2].a.speed_cm_s is None

    def test_moments_only_increase(self) -> None:
        a = changed(A, strokes=passes(1.0, 5.0) + passes(2.0, 9.0, way="down"))
        b = changed(B, strokes=passes(42.0, 50.0) + passes(41.0, 55.0, way="down"))
        moments = step(compare(a.judged(), b.judged()), "relieving.1").moments
        assert moments == [(1.0, 42.0), (5.0, 50.0), (9.0, 55.0)]

    def test_a_step_of_one_alone_stands_alone(self) -> None:
        found = compare(A.judged(), changed(B, steps=[], strokes=[]).judged())
        pairs = step(found, "relieving.1").pairs
        assert all(p.b is None for p in pairs)
        assert step(found, "relieving.1").moments == []
        assert step(found, None).pairs == []


class TestRemarks:
    def test_nothing_to_say_of_like_ones(self) -> None:
        assert compare(A.judged(), B.judged()).remarks == []

    def test_uncalibrated_forces_of_two_pads_get_no_difference(self) -> None:
        one, other = (changed(s, calibrated=False).judged(pad=p, layout=n) for s, p, n in ((A, "x", 1), (B, "y", 2)))
        found = compare(one, other)
        assert "the pads differ: x in A, y in B" in found.remarks
        assert any("uncalibrated forces are not comparable between pads" in said for said in found.remarks)
        force = row(found, "relieving.1", "mean force")
        assert force.a is not None
        assert force.b is not None
        assert force.difference is None
        assert force.remark is not None
        assert row(found, "relieving.1", "stroke speed").difference == 3.0

    def test_two_pads_of_one_name(self) -> None:
        found = compare(A.judged(), B.judged(layout=2))
        assert found.remarks == ["the pads differ, though both are called back-144"]
        assert row(found, None, "mean force").difference is not None

    def test_only_one_calibrated(self) -> None:
        found = compare(A.judged(), changed(B, calibrated=False).judged())
        assert found.remarks == [
            "forces of B are not calibrated, those of A are: no difference of forces is given",
        ]
        assert row(found, None, "peak force").difference is None

    def test_neither_calibrated_on_like_pads(self) -> None:
        found = compare(changed(A, calibrated=False).judged(), changed(B, calibrated=False).judged())
        assert "forces are relative" in found.remarks[0]
        assert row(found, None, "peak force").difference is not None

    def test_steps_that_nobody_marked(self) -> None:
        found = [msgspec.structs.replace(s, detected=True, confidence=0.7) for s in A.steps]
        said = compare(changed(A, steps=found).judged(), B.judged()).remarks
        assert said == ["the steps of A were found, not marked (at least 70% sure)"]

    def test_two_calibrations_routines_and_levels(self) -> None:
        other = changed(B, about="profile of 2 May", routine=None, level="strict").judged()
        said = compare(A.judged(), other).remarks
        assert "the calibrations differ: profile of 1 May in A, profile of 2 May in B" in said
        assert any(s.startswith("the routines differ: relieving in A, none in B") for s in said)
        assert any(s.startswith("the levels differ: none in A, strict in B") for s in said)


def test_the_json_that_other_programs_rely_on() -> None:
    whole = json.loads(msgspec.json.encode(compare(A.judged(), B.judged(None))))
    assert whole["schema"] == "rig.compare/1"
    assert set(whole) == {"schema", "a", "b", "remarks", "steps", "only_in_a", "only_in_b"}
    assert whole["a"]["date"] == "2023-11-14T22:13:20+00:00"
    assert whole["b"]["date"] is None
    assert set(whole["steps"][0]) == {"step", "a", "b", "measures", "course", "pairs", "moments"}
    assert set(whole["steps"][0]["measures"][0]) == {"name", "unit", "a", "b", "difference", "remark"}
    assert whole["steps"][1]["a"] == {"spans": [[0.0, 30.0]], "verdict": "pass"}

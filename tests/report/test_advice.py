from __future__ import annotations

from typing import get_args

import msgspec

from rig.report.advice import AGAIN, GO_ON, MOST, PRACTISE, advise, advise_over, reason
from rig.technique.flags import HARM_ORDER, FlagKind
from tests.report.sessions import Session, flag, result
from tests.technique.script import stroke

ONE, TWO = "relieving.1", "relieving.2"


def test_every_kind_of_flag_has_its_advice() -> None:
    assert set(PRACTISE) == set(get_args(FlagKind)) == set(HARM_ORDER)


def test_harm_comes_before_what_happens_more_often() -> None:
    flags = [flag("too-fast", t) for t in (1.0, 2.0, 3.0)] + [flag("spine-pressure", 9.0), flag("breath", 9.0)]
    found = advise(Session(steps=[result(ONE, 0.0, 60.0, verdict="fail")], flags=flags).report())
    assert [(one.kind, one.times, one.steps) for one in found] == [
        ("spine-pressure", 1, (ONE,)),
        ("too-fast", 3, (ONE,)),
        ("breath", 1, (ONE,)),
    ]
    assert reason(found[1]) == "3 times, at worst 8 N (limit 2 N)"
    assert reason(found[0]).startswith("once, ")
    assert found[0].sources == ("a document",)


def test_no_more_than_a_trainee_can_keep_in_mind() -> None:
    flags = [flag(kind, 1.0) for kind in HARM_ORDER]
    found = advise(Session(flags=flags).report())
    assert [one.kind for one in found] == list(HARM_ORDER[:MOST])


def test_a_flag_of_a_step_done_well_since_is_no_longer_told() -> None:
    first = Session(steps=[result(ONE, 0.0, 60.0, verdict="fail")], flags=[flag("too-hard", 1.0)])
    second = Session(steps=[result(ONE, 0.0, 60.0)], strokes=[stroke(t0=1.0, t1=2.0, step=ONE)])
    assert [one.about for one in advise_over([first.report(), second.report()])] == ["go-on"]
    assert [one.kind for one in advise_over([second.report(), first.report()])] == ["too-hard"]


def test_a_step_is_told_as_it_was_done_last_though_the_last_session_was_of_another() -> None:
    first = Session(steps=[result(ONE, 0.0, 60.0, verdict="fail")], flags=[flag("too-hard", 1.0)])
    second = Session(steps=[result(TWO, 0.0, 60.0, verdict="fail")], flags=[flag("uneven", 1.0)])
    found = advise_over([first.report(), second.report()])
    assert [(one.kind, one.steps, one.trend) for one in found] == [("too-hard", (ONE,), None), ("uneven", (TWO,), None)]


def test_the_trend_is_by_the_minute() -> None:
    once = Session(steps=[result(ONE, 0.0, 60.0, verdict="fail")], flags=[flag("uneven", 1.0)])
    twice = Session(steps=[result(ONE, 0.0, 60.0, verdict="fail")], flags=[flag("uneven", 1.0), flag("uneven", 5.0)])
    longer = Session(duration_s=120.0, steps=[result(ONE, 0.0, 120.0, verdict="fail")], flags=twice.flags)
    trends = [advise_over([a.report(), b.report()])[0].trend for a, b in ((once, twice), (twice, once), (once, longer))]
    assert trends == ["worse", "better", "same"]


def test_a_step_that_was_not_judged_is_done_again_and_says_why() -> None:
    unseen = msgspec.structs.replace(result(ONE, 0.0, 60.0, verdict="not-judged"), reasons=["no hand was on the pad"])
    found = advise(Session(steps=[unseen]).report())
    assert [(one.about, one.steps, one.do, reason(one)) for one in found] == [
        ("again", (ONE,), AGAIN, "no hand was on the pad")
    ]


def test_nothing_wrong_is_said_and_nothing_seen_is_not_praised() -> None:
    assert [one.do for one in advise(Session(strokes=[stroke(t0=1.0, t1=2.0)]).report())] == [GO_ON]
    assert advise(Session().report()) == []
    assert advise_over([]) == []


def test_the_same_mistake_in_several_steps_is_one_thing_to_practise() -> None:
    both = [result(ONE, 0.0, 30.0, verdict="fail"), result(TWO, 30.0, 60.0, verdict="fail")]
    hard = [flag("too-hard", 1.0), flag("too-hard", 40.0), msgspec.structs.replace(flag("too-hard", 50.0), value=11.0)]
    found = advise(Session(steps=both, flags=hard).report())
    assert [(one.kind, one.times, one.steps, one.a_minute) for one in found] == [("too-hard", 3, (ONE, TWO), 3.0)]
    assert found[0].worst == hard[2]

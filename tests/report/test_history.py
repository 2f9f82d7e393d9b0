from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from rig.errors import InputError, StorageError
from rig.report.history import History, StepHistory, build_history, gather
from rig.report.judged import Judged, copy_path
from tests.report.sessions import Session, flag, result
from tests.technique.script import stroke

MONDAY, TUESDAY, SUNDAY = 1.7e9, 1.7e9 + 86_400, 1.7e9 - 86_400


def three() -> History:
    """Given out of order: relieving.1 on Sunday and Tuesday, relieving.2 on Monday and Tuesday."""
    monday = Session(path="m.mcap", steps=[result("relieving.2", 0.0, 60.0, score=70)], score=70)
    tuesday = Session(
        path="t.mcap",
        strokes=[stroke(t0=1.0, t1=2.0, speed_cm_s=11.0, step="relieving.1")],
        steps=[result("relieving.2", 0.0, 30.0, score=80), result("relieving.1", 30.0, 60.0, reps=6)],
        score=85,
    )
    sunday = Session(
        path="s.mcap",
        strokes=[stroke(t0=1.0, t1=2.0, speed_cm_s=19.0, step="relieving.1")],
        steps=[result("relieving.1", 0.0, 60.0, reps=3, verdict="fail")],
        flags=[flag("too-fast", 1.0), flag("spine-pressure", 2.0), flag("too-fast", 3.0)],
        score=40,
    )
    return build_history([tuesday.judged(TUESDAY), sunday.judged(SUNDAY), monday.judged(MONDAY)])


def values(history: History, step: str | None, name: str) -> list[float | None]:
    found = next(s for s in history.steps if s.step == step)
    return next(series.values for series in found.measures if series.name == name)


def test_sessions_in_the_order_of_their_start() -> None:
    assert [s.path for s in three().sessions] == ["s.mcap", "m.mcap", "t.mcap"]
    first = three().sessions[0]
    assert (first.score, first.steps, first.flags) == (40, ["relieving.1"], {"spine-pressure": 1, "too-fast": 2})
    assert list(first.flags) == ["spine-pressure", "too-fast"]


def test_a_place_in_a_series_is_always_the_same_session() -> None:
    found = three()
    assert [s.step for s in found.steps] == [None, "relieving.1", "relieving.2"]
    assert values(found, "relieving.1", "stroke speed") == [19.0, None, 11.0]
    assert values(found, "relieving.1", "repetitions") == [3, None, 6]
    assert values(found, "relieving.2", "score") == [None, 70.0, 80.0]
    assert values(found, None, "score") == [40, 70, 85]
    assert all(len(series.values) == 3 for step in found.steps for series in step.measures)


def test_a_flag_once_raised_has_a_series() -> None:
    assert values(three(), "relieving.1", "too-fast") == [2.0, None, 0.0]
    assert values(three(), None, "spine-pressure") == [1.0, 0.0, 0.0]
    assert three().steps[1].verdicts == ["fail", None, "pass"]


def test_without_a_date_a_session_comes_first_by_name() -> None:
    found = build_history([Session(path=p).judged(d) for p, d in (("c", MONDAY), ("b", None), ("a", None))])
    assert [(s.path, s.date) for s in found.sessions][:2] == [("a", None), ("b", None)]


def test_what_to_practise_next_is_what_went_wrong_last() -> None:
    session = Session(
        path="x.mcap",
        strokes=[stroke(t0=1.0, t1=2.0, step="relieving.1")],
        steps=[result("relieving.1", 0.0, 60.0, reps=3, verdict="fail")],
        flags=[flag("too-fast", 1.0), flag("spine-pressure", 2.0)],
    )
    first, *others = build_history([session.judged(MONDAY)]).next
    assert "spine" in first.do
    assert first.steps == ("relieving.1",)
    assert others
    assert all(one.do and one.why for one in (first, *others))


def test_no_sessions() -> None:
    assert build_history([]) == History(sessions=[], steps=[], left_out=[], remarks=[])


@pytest.mark.parametrize(
    ("calibrated", "layouts", "words"),
    [
        ((True, False), (1, 1), "some sessions are calibrated and some are not"),
        ((False, False), (1, 2), "the pads differ and are not calibrated"),
        ((False, False), (1, 1), "no session is calibrated"),
    ],
)
def test_forces_that_are_not_comparable_are_said(
    calibrated: tuple[bool, bool], layouts: tuple[int, int], words: str
) -> None:
    pairs = zip(calibrated, layouts, strict=True)
    (said,) = build_history([Session(calibrated=c).judged(layout=n) for c, n in pairs]).remarks
    assert said.startswith(words)


def test_calibrated_sessions_of_one_level_need_no_word() -> None:
    assert three().remarks == []
    levels = build_history([Session(level=level).judged() for level in (None, "strict")])
    assert levels.remarks[0].startswith("the levels differ")


def test_a_schools_own_numbers_are_no_plain_progress() -> None:
    schools = build_history([Session(routine=name).judged() for name in ("relieving", "relieving (north)")])
    assert schools.remarks[0].startswith("some sessions go by a school's own numbers")
    several = build_history([Session(routine=name).judged() for name in ("relieving", "backpain", None)])
    assert several.remarks == []


def test_found_steps_are_said_to_be() -> None:
    found = msgspec.structs.replace(result("relieving.1", 0.0, 30.0), detected=True, confidence=0.8)
    history = build_history(
        [Session(steps=[found]).judged(), Session(steps=[result("relieving.1", 0.0, 9.0)]).judged()]
    )
    assert history.remarks == ["in 1 of 2 sessions steps were found by what the hands did, not marked"]


def test_the_json_that_other_programs_rely_on() -> None:
    whole = json.loads(msgspec.json.encode(three()))
    assert whole["schema"] == "rig.history/1"
    assert set(whole) == {"schema", "sessions", "steps", "left_out", "remarks", "next"}
    assert {"path", "date", "routine", "steps", "duration_s", "score", "flags"} <= set(whole["sessions"][0])
    assert set(whole["steps"][0]) == {"step", "verdicts", "measures"}
    assert set(whole["steps"][0]["measures"][0]) == {"name", "unit", "values"}


class Judging:
    """Judges by the file's name, and notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, path: Path) -> Judged:
        self.asked.append(path.name)
        if path.read_bytes() == b"bad":
            raise InputError(f"{path}: not a recording")
        if path.read_bytes() == b"worse":
            raise StorageError(f"{path}: the disk does not give it")
        return Session(path=str(path)).judged()


class TestGather:
    def test_each_is_judged_once(self, tmp_path: Path) -> None:
        paths = [tmp_path / name for name in ("a.mcap", "b.mcap")]
        for path in paths:
            path.write_bytes(b"good")
        judging = Judging()
        first, _ = gather(paths, judging)
        again, _ = gather(paths, judging)
        assert judging.asked == ["a.mcap", "b.mcap"]
        assert again == first

    def test_a_damaged_copy_is_made_anew(self, tmp_path: Path) -> None:
        path = tmp_path / "a.mcap"
        path.write_bytes(b"good")
        judging = Judging()
        gather([path], judging)
        copy_path(path).write_bytes(b"{")
        gather([path], judging)
        gather([path], judging)
        assert judging.asked == ["a.mcap"] * 2

    def test_what_cannot_be_judged_is_left_out_by_name(self, tmp_path: Path) -> None:
        paths = [tmp_path / name for name in ("a.mcap", "b.mcap", "c.mcap", "gone.mcap")]
        for path, what in zip(paths, (b"bad", b"good", b"worse"), strict=False):
            path.write_bytes(what)
        judged, left_out = gather(paths, Judging())
        assert [one.report.recording.path for one in judged] == [str(paths[1])]
        assert [one.path for one in left_out] == [str(paths[n]) for n in (0, 2, 3)]
        assert all(one.path in one.why for one in left_out)
        assert not copy_path(paths[0]).exists()


def test_a_step_that_one_session_has_is_a_series_too() -> None:
    alone: StepHistory = build_history([Session(steps=[result("relieving.4", 0.0, 9.0)]).judged()]).steps[1]
    assert (alone.step, alone.verdicts) == ("relieving.4", ["pass"])

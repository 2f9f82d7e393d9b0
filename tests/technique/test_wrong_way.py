"""A wrong direction is raised at the heading and ended by the stroke: one flag for each, however findings are cut."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from rig.analysis.findings import Heading, Stroke
from rig.analysis.tables import nothing
from rig.pad import load_pad
from rig.technique.judge import Judge
from rig.technique.routine.loading import load_routine
from rig.technique.timeline import Mark, Timeline

if TYPE_CHECKING:
    from rig.technique.flags import FlagEvent

PAD = load_pad("back-144")
ROUTINE = load_routine("relieving", PAD)


def heading(t: float = 2.0, direction: str = "down", force_n: float = 14.0, contact: int = 1) -> Heading:
    fixed: dict[str, Any] = {
        "side": "right",
        "x0_mm": 60.0,
        "y0_mm": 400.0,
        "x_mm": 60.0,
        "y_mm": 330.0,
        "length_mm": 70.0,
    }
    moved: dict[str, Any] = {"direction": direction, "speed_cm_s": 7.0, "force_mean_n": 14.0, "force_n": force_n}
    return Heading(t=t, t0=t - 1.0, contact=contact, **fixed, **moved)


def stroke(t0: float = 1.0, t1: float = 6.0, direction: str = "down", kind: str = "stroke", contact: int = 1) -> Stroke:
    y0, y1 = (400.0, 50.0) if direction == "down" else (50.0, 400.0)
    ends: dict[str, Any] = {
        "x0_mm": 60.0,
        "x1_mm": 60.0,
        "y0_mm": y0,
        "y1_mm": y1,
        "force_mean_n": 14.0,
        "force_peak_n": 16.0,
    }
    words: dict[str, Any] = {"kind": kind, "direction": direction, "side": "right", "zone": None}
    return Stroke(t0=t0, t1=t1, contact=contact, length_mm=350.0, speed_cm_s=7.0, **words, **ends)


def light(t0: float, force_n: float, contact: int = 1) -> Stroke:
    return msgspec.structs.replace(stroke(t0, t0 + 1.0, contact=contact), force_mean_n=force_n, force_peak_n=force_n)


def judged(*pushes: list[Heading | Stroke], step: str = "relieving.2") -> list[FlagEvent]:
    judge = Judge(PAD, Timeline([Mark(0, step)]), ROUTINE)
    events = []
    for number, found in enumerate(pushes, 1):
        headings = [one for one in found if isinstance(one, Heading)]
        strokes = [one for one in found if isinstance(one, Stroke)]
        events += judge.push(replace(nothing(number * 10_000_000), headings=headings, strokes=strokes))
    events += judge.finish()
    return [event for event in events if event.flag.kind == "wrong-direction"]


def test_the_flag_is_raised_while_the_hand_moves_and_ends_as_the_strokes_own() -> None:
    raised, over = judged([heading()], [stroke()])
    (_, alone) = judged([stroke()])
    assert (raised.over, raised.t_us, raised.flag.t1) == (False, 2_000_000, None)
    assert (raised.flag.value, raised.flag.x_mm, raised.flag.y_mm) == (-70.0, 60.0, 330.0)
    assert over == alone
    assert over.flag.value == -350.0


def test_one_push_or_many_give_the_same_events() -> None:
    found: list[Heading | Stroke] = [
        heading(),
        stroke(),
        heading(9.0, "up"),
        stroke(8.0, 13.0, "up"),
        heading(16.0),
        stroke(15.0, 19.0),
    ]
    one = judged(list(found))
    assert one == judged(*([each] for each in found))
    assert len(one) == 4


def test_each_contact_has_its_own_flag() -> None:
    events = judged([heading(contact=1), heading(contact=2)], [stroke(contact=2)], [stroke(contact=1)])
    assert [event.over for event in events] == [False, False, True, True]


def test_a_stroke_that_was_waiting_to_be_told_does_not_end_the_next_ones_flag() -> None:
    events = judged([heading(4.0), stroke(1.0, 3.0), stroke(3.0, 8.0)])
    assert [(e.over, e.t_us / 1e6, e.flag.t1) for e in events] == [
        (False, 3.0, 3.0),
        (True, 3.0, 3.0),
        (False, 4.0, None),
        (True, 8.0, 8.0),
    ]


@pytest.mark.parametrize("what", [stroke(kind="circle", direction="none"), stroke(direction="up")])
def test_what_turns_out_otherwise_ends_the_flag_with_what_the_heading_said(what: Stroke) -> None:
    raised, over = judged([heading()], [what])
    assert (over.over, over.flag.t1, over.flag.value) == (True, what.t1, raised.flag.value)


def test_right_headings_light_hands_and_other_steps_raise_nothing() -> None:
    assert judged([heading(direction="up"), heading(3.0, force_n=0.5)]) == []
    assert judged([heading()], step="relieving.9") == []


def test_a_flag_without_an_end_ends_with_the_session() -> None:
    raised, over = judged([heading()])
    assert not raised.over
    assert (over.over, over.flag.t1) == (True, 10.0)


@pytest.mark.parametrize(
    ("t0", "force_n", "contact", "flags"), [(6.0, 2.05, 1, 0), (5.5, 2.05, 9, 0), (6.0, 4.0, 1, 2), (7.0, 2.05, 1, 2)]
)
def test_what_a_heavy_hand_leaves_in_the_sensors_goes_no_way(
    t0: float, force_n: float, contact: int, flags: int
) -> None:
    up = stroke(1.0, 6.0, direction="up")
    assert len(judged([up, light(t0, force_n, contact)])) == flags


def test_a_way_that_a_landing_hand_ends_was_a_shadow() -> None:
    landing = msgspec.structs.replace(heading(force_n=17.0), force_mean_n=2.4)
    assert judged([landing]) == []
    assert len(judged([msgspec.structs.replace(landing, force_mean_n=3.0)])) == 2

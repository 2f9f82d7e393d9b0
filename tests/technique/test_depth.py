"""Depth from step to step and from part to part, on movements written by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rig.pad import load_pad
from rig.technique.judge import Judge
from rig.technique.routine.loading import load_routine
from rig.technique.rules.depth import by_parts, depth_n, first_deeper
from rig.technique.timeline import Mark, Timeline
from tests.technique.script import Script, stroke

if TYPE_CHECKING:
    from rig.analysis.findings import Stroke
    from rig.technique.flags import Flag

PAD = load_pad("back-144")
ROUTINE = load_routine("therapeutic", PAD)
BACK = [ROUTINE.step(name) for name in ROUTINE.step("therapeutic.8").repeats]


def row(t0: float, kind: str, force_n: float, count: int = 3, **changes: object) -> list[Stroke]:
    return [
        stroke(t0=t0 + 2 * k, t1=t0 + 2 * k + 1.5, kind=kind, force_mean_n=force_n, **changes) for k in range(count)
    ]


def the_way_back(fingertips_n: float, heels_n: float, palms_n: float) -> list[Stroke]:
    arc = row(30, "stroke", 0.4 * palms_n, direction="out")
    palms = row(31, "stroke", palms_n, direction="up")
    return sorted(
        row(1, "stroke", fingertips_n, direction="out") + row(10, "circle", heels_n, direction="none") + arc + palms,
        key=lambda s: s.t0,
    )


def flags_of(movements: dict[str, list[Stroke]], kind: str) -> list[Flag]:
    """The flags of steps practised one after the other, a minute each."""
    script = Script(60.0 * len(movements))
    marks = []
    for number, (step, made) in enumerate(movements.items()):
        marks.append(Mark(60_000_000 * number, step))
        script.strokes += [stroke_at(s, 60.0 * number) for s in made]
    judge = Judge(PAD, Timeline(marks), ROUTINE)
    events = judge.push(script.whole()) + judge.finish()
    return [event.flag for event in events if event.over and event.flag.kind == kind]


def stroke_at(made: Stroke, later_s: float) -> Stroke:
    fields = {name: getattr(made, name) for name in made.__struct_fields__}
    return type(made)(**{**fields, "t0": made.t0 + later_s, "t1": made.t1 + later_s})


def test_a_single_movement_has_no_depth() -> None:
    step = ROUTINE.step("therapeutic.2")
    assert depth_n(step, row(1, "circle", 20.0, count=1)) is None
    assert depth_n(step, row(1, "circle", 20.0)) == 20.0
    assert depth_n(step, row(1, "stroke", 20.0)) is None, "heels circle"


def test_what_fits_two_parts_belongs_to_the_one_whose_turn_it_is() -> None:
    fingertips, heels, palms = by_parts(BACK, the_way_back(25.0, 20.0, 15.0))
    assert {s.force_mean_n for s in fingertips} == {25.0}
    assert {s.force_mean_n for s in heels} == {20.0}
    assert {s.force_mean_n for s in palms} == {15.0, 6.0}


@pytest.mark.parametrize(
    ("forces", "found"),
    [((25.0, 20.0, 15.0), None), ((25.0, 26.0, 15.0), (26.0, 25.0)), ((25.0, 20.0, 22.0), (22.0, 20.0))],
)
def test_each_part_is_lighter_than_the_one_before(
    forces: tuple[float, float, float], found: tuple[float, float] | None
) -> None:
    movements = the_way_back(*forces)
    told = first_deeper(BACK, movements)
    assert (None if told is None else told[1:]) == found
    flags = flags_of({"therapeutic.8": movements}, "contrast")
    assert [(f.value, f.limit) for f in flags] == ([] if found is None else [found])


@pytest.mark.parametrize(("heels_n", "flags"), [(24.0, 0), (18.0, 1), (20.0, 1)])
def test_a_step_goes_deeper_than_the_one_it_names(heels_n: float, flags: int) -> None:
    made = {
        "therapeutic.1": row(1, "stroke", 20.0, direction="up"),
        "therapeutic.2": row(1, "circle", heels_n, direction="none"),
    }
    found = flags_of(made, "contrast")
    assert [(f.step, f.value, f.limit) for f in found] == [("therapeutic.2", heels_n, 20.0)] * flags
    assert all("movement 2" in f.source for f in found)


def test_a_step_practised_alone_is_compared_with_nothing() -> None:
    assert flags_of({"therapeutic.2": row(1, "circle", 12.0, direction="none")}, "contrast") == []


def test_a_step_that_repeats_others_counts_no_repetitions_of_its_own() -> None:
    assert ROUTINE.step("therapeutic.8").counts is None

"""Ways made of presses or circles where a step leaves them open: counted as strokes along them would be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig.pad import load_pad
from rig.technique.limits import Limits
from rig.technique.repetitions import RepetitionCounter
from rig.technique.routine.loading import load_routine
from tests.technique.judging import of_kind
from tests.technique.script import Script, stroke

PAD = load_pad("back-144")
ROUTINES = {name: load_routine(name, PAD) for name in ("reflex", "relieving", "therapeutic")}


def walk(
    ways: int,
    kind: str = "press",
    pitch_mm: float = 35.0,
    down: bool = False,
    top_mm: float = 380.0,
    t0: float = 0.5,
) -> Script:
    """So many ways from the base of the spine to its neck, both thumbs at each place, one after the other."""
    script = Script(200.0)
    places = [pitch_mm * k for k in range(int(top_mm / pitch_mm) + 1)]
    for _ in range(ways):
        for y in reversed(places) if down else places:
            for side, x, shift in (("left", -30.0, 0.0), ("right", 31.0, 4.0)):
                at = {"x0_mm": x, "x1_mm": x, "y0_mm": y + shift, "y1_mm": y + shift, "length_mm": 0.0}
                script.strokes.append(stroke(t0=t0, t1=t0 + 0.5, kind=kind, direction="none", side=side, **at))
            t0 += 0.9
        t0 += 1.0
    return script


def counted(script: Script, step: str = "relieving.2") -> int:
    routine = ROUTINES[step.partition(".")[0]]
    counter = RepetitionCounter(routine.step(step), Limits(routine, calibrated=True))
    for movement in script.strokes:
        counter.take(movement)
    return counter.count


@pytest.mark.parametrize("kind", ["press", "squeeze", "circle"])
@pytest.mark.parametrize("step", ["relieving.2", "reflex.3"])
def test_every_way_up_the_back_is_one_repetition(kind: str, step: str) -> None:
    assert counted(walk(6, kind), step) == 6


def test_one_hand_may_be_told_of_long_after_the_other() -> None:
    script = walk(5, "circle")
    script.strokes.sort(key=lambda s: (int(s.t0 / 12), s.side, s.t0))
    assert counted(script) == 5


def test_where_no_direction_is_said_ways_down_count_too() -> None:
    assert counted(walk(3, down=True), "reflex.3") == 3
    assert counted(walk(3, down=True), "relieving.2") == 0


@given(ways=st.integers(1, 8), pitch_mm=st.floats(16.0, 48.0), stops_mm=st.lists(st.floats(300.0, 420.0), min_size=8))
def test_ways_that_stop_short_by_a_third_count(ways: int, pitch_mm: float, stops_mm: list[float]) -> None:
    script = Script(0.0)
    for k, top_mm in enumerate(stops_mm[:ways]):
        script.strokes += walk(1, pitch_mm=pitch_mm, top_mm=top_mm, t0=60.0 * k).strokes
    assert counted(script) == ways


def test_a_place_pressed_again_and_a_way_begun_halfway_add_nothing() -> None:
    script = walk(1)
    script.strokes[8:8] = script.strokes[6:8]
    script.strokes += [s for s in script.strokes if s.y0_mm > 200]
    assert counted(script) == 1


def test_stray_presses_add_nothing_to_strokes() -> None:
    script = Script(60.0)
    for k in range(5):
        t0 = 6.0 * k
        script.strokes += walk(1, pitch_mm=180.0).strokes[:4]
        script.strokes.append(stroke(t0=t0, t1=t0 + 3, length_mm=360.0))
    assert counted(script) == 5


def test_circles_are_no_way_of_a_step_that_only_strokes() -> None:
    assert counted(walk(4, "circle"), "relieving.1") == 0


def test_presses_that_travel_the_wrong_way_are_flagged() -> None:
    assert not of_kind("wrong-direction", walk(5), "relieving.2")
    flags = of_kind("wrong-direction", walk(5, down=True), "relieving.2")
    assert flags
    assert {flag.unit for flag in flags} == {"mm"}


def test_too_few_ways_are_told() -> None:
    assert [flag.value for flag in of_kind("missing-reps", walk(3), "relieving.2")] == [3.0]

"""What is only part of a way, and what tiles of unlike gain make of a hand that nobody calibrated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rig.analysis.findings import Hold
from rig.pad import load_pad
from rig.technique.judge import Judge
from rig.technique.limits import Limits
from rig.technique.pieces import Trails, Ways
from rig.technique.repetitions import RepetitionCounter
from rig.technique.routine.loading import load_routine
from rig.technique.timeline import Mark, Timeline
from tests.technique.script import Script, stroke

if TYPE_CHECKING:
    from rig.analysis.findings import ContactSize

PAD = load_pad("back-144")
RELIEVING, THERAPEUTIC = load_routine("relieving", PAD), load_routine("therapeutic", PAD)


def flags(script: Script, step: str, kind: str, *, calibrated: bool = False) -> list[float]:
    routine = RELIEVING if step.startswith("relieving") else THERAPEUTIC
    judge = Judge(PAD, Timeline([Mark(0, step)]), routine, calibrated=calibrated)
    events = judge.push(script.whole()) + judge.finish()
    return [event.flag.t0 for event in events if event.over and event.flag.kind == kind]


class TestLostOnTheWay:
    FIRST = stroke(t0=1, t1=3, y0_mm=0.0, y1_mm=170.0, length_mm=170.0)
    REST = stroke(t0=3.1, t1=5, y0_mm=187.0, y1_mm=420.0, length_mm=233.0, contact=2)

    def test_the_rest_of_a_way_is_no_way_of_its_own(self) -> None:
        counter = RepetitionCounter(RELIEVING.step("relieving.2"), Limits(RELIEVING, calibrated=True))
        assert counter.take(self.FIRST) is not None
        assert counter.take(self.REST) is None
        assert counter.count == 1
        assert not Ways().is_piece(self.REST, "relieving.2")
        ways = Ways()
        assert not ways.is_piece(self.FIRST, "relieving.2")
        assert ways.is_piece(self.REST, "relieving.2")

    def test_who_begins_anew_elsewhere_later_or_the_other_way_is_not_going_on(self) -> None:
        for other in (
            {"y0_mm": 20.0},
            {"t0": 3.6, "t1": 6.0},
            {"direction": "down"},
            {"contact": 1},
        ):
            trails = Trails()
            trails.goes_on(self.FIRST)
            fields = {name: getattr(self.REST, name) for name in self.REST.__struct_fields__}
            assert not trails.goes_on(type(self.REST)(**{**fields, **other}))


class TestTheBeatIsThatOfWhatIsCounted:
    def test_pieces_of_the_way_back_and_the_edge_of_a_hand_beat_nothing(self) -> None:
        script = Script(60)
        for k in range(8):
            t0 = 1 + 6.0 * k
            script.strokes.append(stroke(t0=t0, t1=t0 + 2.5))
            late = (0.0, 2.0)[k % 2]
            down = {"direction": "down", "y0_mm": 350.0, "y1_mm": 50.0, "force_mean_n": 5.0}
            script.strokes.append(stroke(t0=t0 + 2.6 + late, t1=t0 + 5.5, **down))
            script.strokes.append(
                stroke(t0=t0 + late, t1=t0 + late + 0.3, kind="press", direction="none", force_peak_n=1.5)
            )
        assert flags(script, "therapeutic.6", "irregular") == []

    def test_an_uneven_working_pass_is_irregular(self) -> None:
        script = Script(60)
        t0 = 1.0
        for k in range(9):
            script.strokes.append(stroke(t0=t0, t1=t0 + 2.0))
            t0 += (4.0, 7.0)[k % 2]
        assert flags(script, "therapeutic.6", "irregular") != []

    def test_a_beat_that_was_taken_for_another_kind_of_movement_is_not_missed(self) -> None:
        script = Script(60)
        for k in (0, 1, 2, 4, 5, 6, 7):
            script.strokes.append(stroke(t0=1 + 4.0 * k, t1=3 + 4.0 * k))
        assert flags(script, "therapeutic.6", "irregular") == []
        assert flags(script, "therapeutic.6", "irregular", calibrated=True) == []

    def test_two_that_were_are_not_missed_without_a_calibration(self) -> None:
        script = Script(60)
        for k in (0, 1, 2, 4, 5, 6, 8, 9, 10):
            script.strokes.append(stroke(t0=1 + 4.0 * k, t1=3 + 4.0 * k))
        assert flags(script, "therapeutic.6", "irregular") == []
        assert flags(script, "therapeutic.6", "irregular", calibrated=True) != []

    def test_quick_strokes_there_and_back_beat_as_their_first_half_in_a_step_made_of_others(self) -> None:
        script = Script(60)
        for k in range(8):
            t0 = 1 + 3.0 * k
            kind, way = ("to-and-fro", "none") if k in {1, 4, 6} else ("stroke", "out")
            script.strokes.append(stroke(t0=t0, t1=t0 + 1.5, kind=kind, direction=way))
        assert flags(script, "therapeutic.8", "irregular", calibrated=True) == []


class TestTooLightInOnePlace:
    @staticmethod
    def presses(*forces: float, size: str = "small") -> Script:
        script = Script(40)
        for k, force in enumerate(forces):
            place = {"x0_mm": 40.0, "x1_mm": 40.0, "y0_mm": 60.0 * k, "y1_mm": 60.0 * k}
            what = {"kind": "press", "direction": "none", "force_peak_n": force, "contact_size": size}
            script.strokes.append(stroke(t0=1 + 2.0 * k, t1=2 + 2.0 * k, **what, **place))
        return script

    def test_one_tile_says_little_without_a_calibration(self) -> None:
        assert flags(self.presses(9, 24, 25, 24), "therapeutic.5", "too-light") == []
        assert flags(self.presses(9, 24, 25, 24), "therapeutic.5", "too-light", calibrated=True) == [1.0]

    def test_most_places_say_enough(self) -> None:
        assert flags(self.presses(8, 8, 9, 8), "therapeutic.5", "too-light") == [3.0, 5.0, 7.0]

    def test_a_flat_hand_lies_on_many_tiles(self) -> None:
        assert flags(self.presses(8, 24, size="hand"), "therapeutic.5", "too-light") == [1.0]


class TestSlowerThanATileTells:
    @pytest.mark.parametrize(("seconds", "size", "found"), [(12.0, "small", 1), (4.0, "small", 0), (12.0, "hand", 0)])
    def test_a_thumb_that_seems_to_stay(self, seconds: float, size: ContactSize, found: int) -> None:
        script = Script(20)
        script.holds = [Hold(1.0, 1.0 + seconds, 33.0, 60.0, 25.0, 1, contact_size=size)]
        assert len(flags(script, "therapeutic.4", "too-slow")) == found

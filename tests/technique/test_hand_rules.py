"""Whose hands: sizes that no such hand has, two where one should work, and what is never told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from rig.analysis.findings import Hold, Stroke
from rig.pad import load_pad
from rig.technique.hand_rules import TIPS, WHOLE, unseen_of_hands
from rig.technique.judge import Judge
from rig.technique.loading import builtin_routines, load_routine
from rig.technique.timeline import Mark, Timeline
from tests.technique.script import Script, stroke

if TYPE_CHECKING:
    from rig.technique.flags import Flag

PAD = load_pad("back-144")
ROUTINES = {name: load_routine(name, PAD) for name in builtin_routines()}
PRINTS: dict[str, dict[str, Any]] = {
    "thumb": {"contact_width_mm": 12.0, "contact_length_mm": 20.0, "contact_size": "small"},
    "heel": {"contact_width_mm": 44.0, "contact_length_mm": 46.0, "contact_size": "small"},
    "palm": {"contact_width_mm": 68.0, "contact_length_mm": 100.0, "contact_size": "hand"},
    "forearm": {"contact_width_mm": 100.0, "contact_length_mm": 44.0, "contact_size": "forearm"},
    "unclear": {"contact_width_mm": 50.0, "contact_length_mm": 60.0, "contact_size": None},
}


def told(script: Script, step: str, *, cuts: tuple[int, ...] = ()) -> list[Flag]:
    judge = Judge(PAD, Timeline([Mark(0, step)]), ROUTINES[step.partition(".")[0]])
    events = [event for push in script.cut(cuts) for event in judge.push(push)] + judge.finish()
    return [event.flag for event in events if event.over and event.flag.kind == "wrong-hands"]


def strokes(*prints: str, **more: Any) -> Script:
    script = Script(8.0 * len(prints) + 2)
    script.strokes = [stroke(t0=1 + 8 * k, t1=6 + 8 * k, **PRINTS[name], **more) for k, name in enumerate(prints)]
    return script


def flags(step: str, *prints: str, **more: Any) -> list[tuple[float, float | None]]:
    return [(flag.t0, flag.value) for flag in told(strokes(*prints, **more), step)]


class TestSizes:
    def test_thumbs_are_no_palms(self) -> None:
        (flag,) = told(strokes("thumb", "thumb", "thumb", "thumb"), "relieving.1")
        assert (flag.t0, flag.limit, flag.unit) == (17.0, 22.0, "cm2")
        assert flag.value == pytest.approx(2.4)
        assert "palms" in flag.source

    def test_palms_are_no_thumbs(self) -> None:
        assert flags("relieving.2", "palm", "palm", "palm") == [(17.0, 68.0)]

    def test_what_may_be_a_small_hand_is_none_of_a_forearm(self) -> None:
        assert flags("relieving.1", "heel", "heel", "heel") == []
        assert flags("therapeutic.6", "heel", "heel", "heel") != []

    @pytest.mark.parametrize("name", ["palm", "forearm", "unclear"])
    def test_what_may_be_a_forearm_is_left_alone(self, name: str) -> None:
        assert flags("therapeutic.6", name, name, name, name) == []

    def test_prints_that_say_nothing_count_for_nothing(self) -> None:
        assert flags("relieving.1", "unclear", "thumb", "unclear", "thumb") == []
        assert flags("relieving.1", "unclear", "thumb", "unclear", "thumb", "thumb") != []

    def test_now_and_then_is_not_mostly(self) -> None:
        assert flags("relieving.1", "palm", "palm", "thumb", "thumb", "thumb") == []

    def test_two_thumbs_in_one_contact_across_the_line_may_measure_as_a_hand(self) -> None:
        assert flags("relieving.2", "palm", "palm", "palm", x0_mm=0.0, x1_mm=0.0) == []

    def test_hands_that_rest(self) -> None:
        script = Script(80)
        script.holds = [Hold(1.0, 61.0, 0.0, y, 5.0, k, **PRINTS["thumb"]) for k, y in enumerate((0.0, 440.0))]
        (flag,) = told(script, "relieving.13")
        assert (flag.side, flag.y_mm) == ("centre", 440.0)


class TestOneAtATime:
    @staticmethod
    def on_the_line(both_s: float) -> Script:
        """Two hands, 150 mm apart, in turn for four seconds each, and both for so long."""
        script = Script(60)
        for k in range(6):
            t0 = 1 + 8 * k
            script.touch(t0, t0 + 4 + both_s / 2, 6.0, x_mm=0.0, y_mm=50.0, contact=2 * k)
            script.touch(t0 + 4 - both_s / 2, t0 + 8, 5.0, x_mm=0.0, y_mm=200.0, contact=2 * k + 1)
        return script

    @pytest.mark.parametrize(("step", "found"), [("relieving.12", 1), ("relieving.3", 1), ("relieving.1", 0)])
    def test_two_at_once(self, step: str, found: int) -> None:
        flags = told(self.on_the_line(6.0), step)
        assert len(flags) == found
        assert all(flag.unit == "ratio" and flag.value is not None and flag.value > 1 / 3 for flag in flags)

    def test_one_that_lands_as_the_other_leaves(self) -> None:
        assert told(self.on_the_line(0.4), "relieving.12") == []

    def test_parts_of_one_hand_and_a_faint_touch_are_no_other_hand(self) -> None:
        for y_mm, force_n in ((110.0, 5.0), (200.0, 1.5)):
            script = Script(20).touch(1, 19, 6.0, x_mm=0.0, y_mm=50.0)
            script.touch(1, 19, force_n, x_mm=0.0, contact=2, y_mm=y_mm)
            assert told(script, "relieving.12") == []

    @pytest.mark.parametrize("cuts", [(7, 130, 400), tuple(range(0, 700, 13))])
    def test_however_it_arrives(self, cuts: tuple[int, ...]) -> None:
        assert told(self.on_the_line(6.0), "relieving.12", cuts=cuts) == told(self.on_the_line(6.0), "relieving.12")


def test_every_step_is_judged_by_its_hands_or_says_why_not() -> None:
    for routine in ROUTINES.values():
        for step in routine.steps:
            judged = step.hands in WHOLE | TIPS and not step.repeats
            said = unseen_of_hands(step)
            assert judged or said, step.id
            assert all(reason.startswith("hands: ") for reason in said)


def test_a_movement_without_a_print_says_nothing() -> None:
    bare = [msgspec.structs.replace(made, contact_size=None) for made in strokes("palm", "palm", "palm").strokes]
    script = Script(30)
    script.strokes = [made for made in bare if isinstance(made, Stroke)]
    assert told(script, "relieving.2") == []

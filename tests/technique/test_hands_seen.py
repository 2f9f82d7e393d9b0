"""Whose hands: sizes that no such hand has, two where one should work, what is never told; none of it fails a step."""

from __future__ import annotations

from typing import Any

import pytest

from rig.analysis.findings import Hold
from rig.pad import load_pad
from rig.technique.hands_seen import TIPS, WHOLE, hands_seen, unseen_of_hands
from rig.technique.routine.loading import builtin_routines, load_routine
from tests.technique.script import stroke

PAD = load_pad("back-144")
ROUTINES = {name: load_routine(name, PAD) for name in builtin_routines()}
PRINTS: dict[str, dict[str, Any]] = {
    "thumb": {"contact_width_mm": 12.0, "contact_length_mm": 20.0, "contact_size": "small"},
    "heel": {"contact_width_mm": 44.0, "contact_length_mm": 46.0, "contact_size": "small"},
    "palm": {"contact_width_mm": 68.0, "contact_length_mm": 100.0, "contact_size": "hand"},
    "forearm": {"contact_width_mm": 100.0, "contact_length_mm": 44.0, "contact_size": "forearm"},
    "unclear": {"contact_width_mm": 50.0, "contact_length_mm": 60.0, "contact_size": None},
}


def said(step_id: str, *prints: str, **more: Any) -> list[str]:
    strokes = [stroke(t0=1 + 8 * k, t1=6 + 8 * k, **PRINTS[name], **more) for k, name in enumerate(prints)]
    step = ROUTINES[step_id.partition(".")[0]].step(step_id)
    return [line for line in hands_seen(step, strokes, []) if "are named" in line]


def test_thumbs_are_no_palms() -> None:
    (line,) = said("relieving.1", "thumb", "thumb", "thumb", "thumb")
    assert line == "hands: palms are named, and prints of 2 cm2 were seen; told, not judged"


def test_palms_are_no_thumbs() -> None:
    assert "68 cm2" in said("relieving.2", "palm", "palm", "palm")[0]


def test_what_may_be_a_small_hand_is_none_of_a_forearm() -> None:
    assert said("relieving.1", "heel", "heel", "heel") == []
    assert said("therapeutic.6", "heel", "heel", "heel") != []


@pytest.mark.parametrize("name", ["palm", "forearm", "unclear"])
def test_what_may_be_a_forearm_is_left_alone(name: str) -> None:
    assert said("therapeutic.6", name, name, name, name) == []


def test_prints_that_say_nothing_count_for_nothing() -> None:
    assert said("relieving.1", "unclear", "thumb", "unclear", "thumb") == []
    assert said("relieving.1", "unclear", "thumb", "unclear", "thumb", "thumb") != []


def test_now_and_then_is_not_mostly() -> None:
    assert said("relieving.1", "palm", "palm", "thumb", "thumb", "thumb") == []


def test_two_thumbs_in_one_contact_across_the_line_may_measure_as_a_hand() -> None:
    assert said("relieving.2", "palm", "palm", "palm", side="centre") == []


def test_hands_that_rest() -> None:
    holds = [Hold(1.0, 61.0, 0.0, y, 5.0, k, **PRINTS["thumb"]) for k, y in enumerate((0.0, 440.0))]
    assert any("2 cm2" in line for line in hands_seen(ROUTINES["relieving"].step("relieving.13"), [], holds))


@pytest.mark.parametrize(("step_id", "found"), [("relieving.12", True), ("relieving.1", False)])
def test_two_hands_at_once(step_id: str, found: bool) -> None:
    step = ROUTINES["relieving"].step(step_id)
    side_by_side = [stroke(t0=3.0 * k, t1=3.0 * k + 5.0, contact=k) for k in range(6)]
    in_turn = [stroke(t0=4.8 * k, t1=4.8 * k + 5.0, contact=k) for k in range(6)]
    assert any("at once" in line for line in hands_seen(step, side_by_side, [])) == found
    assert not any("at once" in line for line in hands_seen(step, in_turn, []))


def test_every_step_is_told_by_its_hands_or_says_why_not() -> None:
    for routine in ROUTINES.values():
        for step in routine.steps:
            told = step.hands in WHOLE | TIPS and not step.repeats
            reasons = unseen_of_hands(step)
            assert told or reasons, step.id
            assert all(reason.startswith("hands: ") for reason in reasons)


def test_one_hand_on_the_other_and_a_forearm_aslant_are_not_seen() -> None:
    therapeutic = ROUTINES["therapeutic"]
    assert any("one lies on the other" in line for line in unseen_of_hands(therapeutic.step("therapeutic.4")))
    assert any("aslant" in line for line in unseen_of_hands(therapeutic.step("therapeutic.6")))

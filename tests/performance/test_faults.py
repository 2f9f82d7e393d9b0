"""Faults that lie between repetitions and between steps: breath, travel, depth, hands that leave, order, place."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rig.errors import InputError
from rig.pad import load_pad
from rig.performance.marks import marks_of
from rig.performance.perform import perform
from rig.technique.routine.loading import builtin_routines, load_routine
from rig.technique.rules.breath import inhaled_share
from rig.virtual.virtual_pad import VirtualPad

if TYPE_CHECKING:
    from rig.virtual.scene import Scene

PAD = load_pad("back-144")
BUILT = VirtualPad.drawn(PAD, 3)
ROUTINES = {name: load_routine(name, PAD) for name in builtin_routines()}


def performed(*steps: str, fault: str | None = None, seed: int = 1, at_least_s: float = 0.0) -> Scene:
    routine = ROUTINES[steps[0].partition(".")[0]]
    return perform(BUILT, routine, steps, fault, seed=seed, at_least_s=at_least_s)


@pytest.mark.parametrize("step", ["backpain.1", "reflex.2"])
@pytest.mark.parametrize(("fault", "with_it"), [(None, True), ("breath", False)])
def test_hands_follow_the_pacer_or_go_against_it(step: str, fault: str | None, with_it: bool) -> None:
    for seed in (1, 2, 3):
        scene = performed(step, fault=fault, seed=seed)
        (mark,) = marks_of(scene)
        assert mark.pacer is not None
        for stroke in (s for s in scene.truth.strokes if s.kind == "stroke"):
            inhaled = inhaled_share(mark.pacer, stroke.t0, stroke.t1)
            along = inhaled if stroke.direction == "up" else 1 - inhaled
            assert (along > 0.8) if with_it else (along < 0.2)


def test_a_step_that_follows_no_breath_is_marked_without_a_pacer() -> None:
    assert [mark.pacer for mark in marks_of(performed("relieving.1"))] == [None]


@pytest.mark.parametrize(
    ("step", "axis", "way"),
    [("therapeutic.2", "y", 1), ("therapeutic.3", "y", 1), ("therapeutic.5", "y", 1), ("relieving.6", "x", 1)],
)
def test_travel_goes_on_or_back(step: str, axis: str, way: int) -> None:
    for fault, sense in ((None, way), ("wrong-direction", -way)):
        strokes = [s for s in performed(step, fault=fault).truth.strokes if s.side == "right" and s.direction != "in"]
        places = [s.y0_mm if axis == "y" else s.x0_mm for s in sorted(strokes, key=lambda s: s.t0)]
        assert sense * (places[-1] - places[0]) > 20


@pytest.mark.parametrize("step", ["backpain.2", "relieving.12"])
def test_some_hand_stays_unless_the_fault_is_that_none_does(step: str) -> None:
    for fault, alone in ((None, False), ("lifted", True)):
        truth = performed(step, fault=fault).truth
        gaps = [b.t0 - a.t1 for a, b in pairwise(truth.touched)]
        assert any(0.6 < gap < 3 for gap in gaps) == alone


def test_what_should_grow_lighter_or_deeper_does_not() -> None:
    fading = [s.force_mean_n for s in performed("relieving.12", fault="contrast").truth.strokes]
    assert fading[-1] > fading[0]
    levels = [s.force_peak_n for s in performed("therapeutic.7", fault="contrast").truth.strokes[:3]]
    assert max(levels) < 1.3 * min(levels)
    strokes = performed("therapeutic.2", fault="contrast").truth.strokes
    palms = [s.force_mean_n for s in strokes if s.step == "therapeutic.1" and s.direction == "up"]
    heels = [s.force_mean_n for s in strokes if s.step == "therapeutic.2"]
    assert np.median(heels) < np.median(palms)


def test_the_neck_gets_less_force_or_as_much() -> None:
    for fault, share in ((None, 0.75), ("contrast", 1.2)):
        scene = performed("therapeutic.4", fault=fault, seed=2)
        contact = scene.truth.contacts[0]
        y, force = np.array(contact.y_mm), np.array(contact.force_n)
        back, neck = np.median(force[(y > 100) & (y < 380)]), np.median(force[y > 455])
        assert (neck < share * back) if fault is None else (neck > 0.8 * back)


def test_right_steps_of_one_session_go_deeper_and_deeper() -> None:
    for seed in range(4):
        depth: dict[str | None, list[float]] = {}
        for s in performed("therapeutic.1", "therapeutic.2", "therapeutic.3", seed=seed).truth.strokes:
            if s.direction in {"up", "none", "out"} and not (s.step == "therapeutic.1" and s.direction != "up"):
                depth.setdefault(s.step, []).append(s.force_mean_n)
        first, second, third = (float(np.median(forces)) for forces in depth.values())
        assert first < second < third


def test_a_step_out_of_order_is_followed_by_one_that_should_have_come_before() -> None:
    assert [s.step for s in performed("relieving.2", fault="out-of-order").truth.steps] == [
        "relieving.2",
        "relieving.1",
    ]
    both = performed("relieving.1", "relieving.2", fault="out-of-order").truth
    assert [s.step for s in both.steps] == ["relieving.2", "relieving.1"]
    assert [(f.kind, f.step) for f in both.expected] == [("out-of-order", "relieving.2")]


def test_points_are_missed_by_far() -> None:
    for step in ("contact.1", "reflex.5"):
        routine = ROUTINES[step.partition(".")[0]]
        points = routine.step(step).points
        off_mm = [
            min(np.hypot(abs(s.x0_mm) - abs(p.x_mm), s.y0_mm - p.y_mm) for p in points)
            for s in performed(step, fault="wrong-place").truth.strokes
        ]
        assert np.mean(np.array(off_mm) > 40) > 0.7


def test_a_step_is_gone_on_with_and_an_unbroken_one_without_a_break() -> None:
    scene = performed("backpain.1", "backpain.2", at_least_s=90.0)
    first, second = scene.truth.steps
    assert first.t1 - first.t0 > 90
    assert second.t1 - second.t0 > 90
    hands = [c for c in scene.truth.contacts if c.t0 > second.t0]
    assert max(c.t1 - c.t0 for c in hands) > 80


def test_none_of_several_steps_can_have_the_fault() -> None:
    with pytest.raises(InputError, match=r"none of contact\.1, contact\.2 can be performed with 'breath'"):
        performed("contact.1", "contact.2", fault="breath")

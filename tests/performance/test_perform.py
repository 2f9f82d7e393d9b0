from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from rig.errors import InputError
from rig.pad import load_pad
from rig.performance.faults import OF_THE_RIG, possible_faults
from rig.performance.manner import travels
from rig.performance.perform import LEAD_S, perform, performance_player
from rig.technique.routine.loading import builtin_routines, load_routine
from rig.virtual.virtual_pad import VirtualPad

if TYPE_CHECKING:
    from rig.virtual.scene import Scene

PAD = load_pad("back-144")
BUILT = VirtualPad.drawn(PAD, 7)
ROUTINES = {name: load_routine(name, PAD) for name in builtin_routines()}
STEPS = [step.id for routine in ROUTINES.values() for step in routine.steps]
ON_THE_LINE = {"contact.1", "relieving.3", "relieving.12", "relieving.13"}


def performed(step: str, fault: str | None = None, seed: int = 1) -> Scene:
    return perform(BUILT, ROUTINES[step.partition(".")[0]], step, fault, seed=seed)


@pytest.mark.parametrize("step_id", STEPS)
def test_a_right_performance_keeps_to_the_steps_own_words(step_id: str) -> None:
    routine = ROUTINES[step_id.partition(".")[0]]
    step = routine.step(step_id)
    for seed in (1, 2, 3):
        truth = performed(step_id, seed=seed).truth
        assert truth.strokes
        assert not truth.expected
        assert truth.line_stays_clear or step_id in ON_THE_LINE
        assert not {s.direction for s in truth.strokes if s.kind == "stroke"} & step.forbids
        speed, force = routine.wanted(step, "speed"), routine.wanted(step, "pressure")
        pressed = [s for s in truth.strokes if s.kind != "return"]
        if speed is not None and speed.high is not None and speed.low is not None:
            assert all(speed.low < s.speed_cm_s < speed.high for s in pressed)
        if force is not None and force.high is not None:
            assert all(s.force_mean_n < 1.05 * force.high for s in pressed)
        (span,) = truth.steps
        assert (span.step, span.t0) == (step_id, 0.0)
        assert span.t1 == pytest.approx(truth.duration_s, abs=0.01)


@pytest.mark.parametrize("step_id", STEPS)
def test_each_possible_fault_is_in_the_truth(step_id: str) -> None:
    routine = ROUTINES[step_id.partition(".")[0]]
    for fault in possible_faults(PAD, routine, routine.step(step_id)):
        truth = performed(step_id, fault).truth
        assert {flag.kind for flag in truth.expected} == {fault}
        assert all(LEAD_S <= flag.t0 < flag.t1 <= truth.duration_s for flag in truth.expected)
        if fault == "spine-pressure":
            (flag,) = truth.expected
            assert any(flag.t0 <= press.t0 < flag.t1 for press in truth.spine)
        if fault == "wrong-direction" and not travels(routine.step(step_id)):
            against = [s for s in truth.strokes if s.direction in routine.step(step_id).forbids]
            assert {(s.t0 > f.t0 - 0.1, s.t1 < f.t1 + 0.2) for s in against for f in truth.expected} >= {(True, True)}
        if fault in OF_THE_RIG:
            assert bool(truth.gaps) != bool(truth.faults)


def test_force_goes_up_by_a_fault_and_back_along_a_band() -> None:
    band = ROUTINES["relieving"].wanted(ROUTINES["relieving"].step("relieving.1"), "pressure")
    assert band is not None
    assert band.high is not None
    hard = performed("relieving.1", "too-hard").truth
    assert max(s.force_mean_n for s in hard.strokes) > 1.6 * band.high


def test_fading_rising_and_contrast() -> None:
    fading = [s.force_mean_n for s in performed("relieving.12").truth.strokes]
    assert fading == sorted(fading, reverse=True)
    stairs = [s.force_mean_n for s in performed("therapeutic.7").truth.strokes][:3]
    assert stairs == sorted(stairs)
    strokes = performed("therapeutic.1").truth.strokes
    assert min(s.force_mean_n for s in strokes if s.direction == "up") > max(
        s.force_mean_n for s in strokes if s.direction == "down"
    )


def test_seeds_differ_and_repeat() -> None:
    once, again, other = (performed("contact.2", seed=seed) for seed in (1, 1, 2))
    assert once.truth == again.truth
    assert once.truth != other.truth
    t_s = np.arange(1.2, 1.6, 0.05)
    assert (once.loads(t_s) == again.loads(t_s)).all()
    assert once.loads(t_s).max() > 0


def test_steps_follow_one_another() -> None:
    scene = perform(BUILT, ROUTINES["contact"], ["contact.1", "contact.2"], "missing-reps")
    first, second = scene.truth.steps
    assert (first.step, second.step) == ("contact.1", "contact.2")
    assert first.t1 == second.t0
    assert {stroke.step for stroke in scene.truth.strokes if stroke.t0 < first.t1} == {"contact.1"}
    assert [flag.step for flag in scene.truth.expected] == ["contact.2"]


def test_a_fault_that_a_step_cannot_have_is_told_with_those_that_it_can() -> None:
    with pytest.raises(InputError, match=r"relieving\.1' cannot be performed with 'wrong-direction' \(it can"):
        performed("relieving.1", "wrong-direction")
    with pytest.raises(InputError, match="cannot be performed with 'nonsense'"):
        performed("relieving.1", "nonsense")
    with pytest.raises(InputError, match="has no step"):
        perform(BUILT, ROUTINES["contact"], "contact.9")


def test_the_player_goes_from_step_to_step_without_a_jump_in_time() -> None:
    player = performance_player(PAD, ROUTINES["contact"], ["contact.1", "contact.3"], None, 1, 100.0)
    first_s = player.duration_s
    t_us = np.arange(0, int((first_s + 3) * 1e6), 20_000, dtype=np.int64)
    counts = player.counts(t_us)
    pressed = counts.astype(int).sum(axis=1)
    assert counts.shape == (len(t_us), PAD.n_channels)
    after = t_us > first_s * 1e6 + 1_500_000
    assert pressed[after].max() > 2 * pressed[0] + 200, "the second step's hands press as well"

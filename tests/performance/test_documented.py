"""The documented motion as a picture shows it: right places and forces, and the same at any moment asked for."""

from __future__ import annotations

import numpy as np
import pytest

from rig.errors import InputError
from rig.pad import load_pad
from rig.performance.documented import Documented
from rig.technique.routine.loading import builtin_routines, load_routine

PAD = load_pad("back-144")
ROUTINES = {name: load_routine(name, PAD) for name in builtin_routines()}
STEPS = [(name, step.id) for name, routine in ROUTINES.items() for step in routine.steps]


@pytest.mark.parametrize(("name", "step_id"), STEPS, ids=[step for _, step in STEPS])
def test_every_step_can_be_shown_within_its_own_band(name: str, step_id: str) -> None:
    routine = ROUTINES[name]
    motion = Documented(PAD, routine, step_id)
    moments = [motion.at(t) for t in np.arange(0.0, motion.round_s, 0.1)]
    hands = [hand for moment in moments for hand in moment]
    assert len(hands) > 0.2 * len(moments)
    wanted = routine.wanted(routine.step(step_id), "pressure")
    if wanted is not None and wanted.high is not None:
        assert max(hand.force_n for hand in hands) <= wanted.high


def test_it_begins_again_after_its_end() -> None:
    motion = Documented(PAD, ROUTINES["backpain"], "backpain.1")
    first, again = motion.at(2.0), motion.at(2.0 + motion.round_s)
    places = [np.array([(h.x_mm, h.y_mm, h.force_n) for h in hands]) for hands in (first, again)]
    assert places[0] == pytest.approx(places[1])


def test_two_palms_go_up_beside_the_spine() -> None:
    motion = Documented(PAD, ROUTINES["backpain"], "backpain.1")
    left, right = sorted(motion.at(2.0, ahead_s=1.0), key=lambda hand: hand.x_mm)
    assert left.x_mm < -30 < 30 < right.x_mm
    for hand in (left, right):
        assert np.all(np.diff(hand.ahead_mm[:, 1]) > 0)
        assert hand.ahead_mm[0] == pytest.approx((hand.x_mm, hand.y_mm))


def test_the_way_ahead_ends_where_the_hand_lifts() -> None:
    motion = Documented(PAD, ROUTINES["relieving"], "relieving.7")
    ends = [h.ahead_mm for t in np.arange(0, 10, 0.1) for h in motion.at(t, ahead_s=1.0)]
    assert min(len(way) for way in ends) < 12
    assert max(len(way) for way in ends) == 12


def test_with_a_pacer_hands_go_up_as_the_breath_comes_in() -> None:
    motion = Documented(PAD, ROUTINES["reflex"], "reflex.2", breaths_per_min=6.0)
    assert motion.round_s % 10.0 == pytest.approx(0)
    ways = []
    for breath in range(int(motion.round_s // 10) - 1):
        for in_breath_s, up in ((2.5, True), (7.5, False)):
            hands = motion.at(10.0 * breath + in_breath_s, ahead_s=0.5)
            ways += [(hand.ahead_mm[-1, 1] > hand.ahead_mm[0, 1]) == up for hand in hands]
    assert len(ways) > 4
    assert all(ways)


def test_no_such_step() -> None:
    with pytest.raises(InputError, match="no step"):
        Documented(PAD, ROUTINES["backpain"], "backpain.99")

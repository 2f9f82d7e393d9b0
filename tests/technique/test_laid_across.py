"""A hand laid across the line that is seen as two halves: judged, counted and watched as one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rig.analysis.findings import HOP_US, ContactTable, Hold
from rig.technique.coach.hands_on import hands_in
from rig.technique.laid_across import whole_hands, whole_holds
from rig.technique.rules.stays import Stays
from rig.technique.timeline import Mark
from tests.technique.judging import PAD, judged, of_kind
from tests.technique.script import Script

HALVES = ((1, -30.0), (2, 34.0))


def across(t0: float, t1: float, each_n: float, y_mm: float = 440.0, script: Script | None = None) -> Script:
    """A hand across the line from `t0` to `t1`, and another along it at the other joint."""
    script = Script(14) if script is None else script
    for contact, x_mm in HALVES:
        script.touch(t0, t1, each_n, x_mm=x_mm, contact=contact, y_mm=y_mm + 4 * contact)
    return script.touch(t0, t1, 5.0, x_mm=2.0, contact=9, width_mm=70.0, length_mm=130.0, y_mm=0.0)


def table(*contacts: tuple[int, float, float, float], t_us: int = 0, length_mm: float = 45.0) -> ContactTable:
    """One hop of contacts: number, x, y, force."""
    number, x, y, force = (np.array(column) for column in zip(*contacts, strict=True))
    size = np.full(len(contacts), 40.0)
    return ContactTable(np.full(len(contacts), t_us), number, x, y, force, force / 2, size, size / 40 * length_mm)


def joined(contacts: ContactTable) -> ContactTable:
    return whole_hands(contacts, np.ones(len(contacts.t_us), bool))[0]


class TestJudged:
    def test_a_light_hand_is_right(self) -> None:
        assert judged(across(1, 8, 3.2), Mark(0, "contact.1")) == []

    def test_what_both_halves_bear_is_too_much(self) -> None:
        flags = judged(across(1, 8, 6.4), Mark(0, "contact.1"))
        assert {flag.kind for flag in flags} == {"too-hard", "spine-pressure"}
        for flag in flags:
            assert (flag.t0, flag.limit) == (1.0, 10.0)
            assert [flag.value, flag.y_mm] == pytest.approx([12.8, 446.0])

    def test_it_leaves_too_soon_once(self) -> None:
        flags = judged(across(1, 3, 3.0), Mark(0, "contact.1"))
        assert [flag.kind for flag in flags] == ["hold-short", "hold-short"]
        assert sorted(flag.y_mm or 0.0 for flag in flags) == pytest.approx([0.0, 446.0])

    def test_it_lies_where_its_centre_of_force_lies(self) -> None:
        script = Script(14).touch(1, 8, 5.0, x_mm=60.0, y_mm=440.0).touch(1, 8, 2.0, x_mm=-5.0, contact=2, y_mm=440.0)
        (flag,) = of_kind("wrong-place", script, "contact.1")
        assert [flag.x_mm, flag.value] == pytest.approx([290 / 7, 290 / 7])

    def test_two_hands_along_the_line_are_two(self) -> None:
        script = Script(14)
        for contact, x_mm in ((1, -46.0), (2, 47.0)):
            script.touch(1, 8, 6.0, x_mm=x_mm, contact=contact, y_mm=440.0, length_mm=120.0)
        assert [flag.kind for flag in judged(script, Mark(0, "contact.1"))] == ["wrong-place", "wrong-place"]

    def test_where_no_hand_rests_on_the_line_two_are_two(self) -> None:
        script = Script(14)
        for contact, x_mm in HALVES:
            script.touch(1, 8, 6.0, x_mm=x_mm, contact=contact, y_mm=380.0)
        assert len(of_kind("too-light", script, "contact.3")) == 2
        assert of_kind("too-hard", script, "relieving.2") == []

    def test_halves_that_are_one_time_and_again_have_stayed(self) -> None:
        """The tracker gives what they become the number of either."""
        script = Script(14)
        for k, (t0, t1) in enumerate(zip(np.arange(1, 8, 0.7), np.arange(1.7, 8, 0.7), strict=False)):
            if k % 2:
                script.touch(t0, t1, 6.0, x_mm=1.0, contact=1 + k // 2 % 2, width_mm=110.0, y_mm=444.0)
            else:
                across(t0, t1, 3.0, script=script)
        script.touches = [touch for touch in script.touches if touch[1] != 9]
        assert judged(script, Mark(0, "contact.1")) == []

    @given(st.lists(st.integers(0, 700), max_size=12), st.lists(st.integers(0, 3), min_size=20, max_size=20))
    @settings(max_examples=12, deadline=None)
    def test_the_same_however_it_is_cut(self, cuts: list[int], seen: list[int]) -> None:
        script = Script(14)
        for k, how in enumerate(seen):
            t0, t1 = 1 + 0.4 * k, 1.4 + 0.4 * k
            if how == 1:
                script.touch(t0, t1, 12.0, x_mm=8.0, contact=1 + k % 2, width_mm=110.0, y_mm=450.0)
            elif how == 2:
                script.touch(t0, t1, 6.0, x_mm=40.0, contact=2, y_mm=448.0)
            elif how == 3:
                across(t0, t1, 6.4, script=script)
        whole = judged(script, Mark(0, "contact.1"))
        assert judged(script, Mark(0, "contact.1"), cuts=tuple(cuts)) == whole
        assert judged(script, Mark(0, "contact.1"), cuts=tuple(range(700))) == whole


class TestWholeHands:
    def test_force_is_the_sum_and_the_place_the_centre_of_force(self) -> None:
        hand = joined(table((7, -30.0, 440.0, 6.0), (4, 42.0, 452.0, 3.0)))
        assert (hand.contact.tolist(), hand.force_n.tolist(), hand.peak_n.tolist()) == ([4], [9.0], [3.0])
        assert [hand.x_mm.item(), hand.y_mm.item()] == pytest.approx([-6.0, 444.0])

    @given(st.floats(1, 30), st.floats(20, 90), st.floats(30, 60))
    def test_halves_that_touch_are_as_wide_as_both(self, force_n: float, width_mm: float, y_mm: float) -> None:
        half = np.full(2, width_mm)
        both = ContactTable(
            np.zeros(2, np.int64),
            np.array([1, 2]),
            np.array([-width_mm / 2, width_mm / 2]),
            np.full(2, y_mm),
            np.full(2, force_n),
            half,
            half,
            np.full(2, 40.0),
        )
        hand = joined(both)
        assert [hand.width_mm.item(), hand.length_mm.item()] == pytest.approx([2 * width_mm, 40.0])

    @pytest.mark.parametrize(
        "other",
        [(2, 34.0, 505.0, 3.0), (2, 160.0, 440.0, 3.0), (2, 34.0, 0.0, 3.0)],
        ids=["not level", "beyond reach", "the other joint"],
    )
    def test_other_hands_stay_apart(self, other: tuple[int, float, float, float]) -> None:
        assert joined(table((1, -30.0, 440.0, 3.0), other)).contact.tolist() == [1, 2]

    def test_only_the_rows_asked_for_and_no_other_hop(self) -> None:
        halves = table((1, -30.0, 440.0, 3.0), (2, 30.0, 440.0, 3.0))
        assert whole_hands(halves, np.array([True, False]))[0].contact.tolist() == [1, 2]
        later = ContactTable(np.array([0, HOP_US]), *(getattr(halves, n) for n in ContactTable.__slots__[1:]))
        assert joined(later).contact.tolist() == [1, 2]

    def test_three_parts_of_a_hand(self) -> None:
        parts = table((3, -50.0, 438.0, 2.0), (1, 5.0, 442.0, 2.0), (2, 60.0, 440.0, 1.0), (4, 0.0, 20.0, 5.0))
        assert joined(parts).contact.tolist() == [1, 4]


class TestCounted:
    def hold(self, contact: int, x_mm: float, **more: Any) -> Hold:
        extents = {"contact_width_mm": 45.0, "contact_length_mm": 75.0, "contact_size": "small"}
        fields = {"t0": 1.0, "t1": 6.0, "y_mm": 200.0, "force_mean_n": 3.0, "step": "contact.1", **extents, **more}
        return Hold(contact=contact, x_mm=x_mm, **fields)

    def test_two_halves_are_one_hold_of_a_whole_hand(self) -> None:
        (hand,) = whole_holds(PAD, [self.hold(2, 34.0, t0=2.0), self.hold(1, -34.0)])
        assert (hand.t0, hand.t1, hand.contact, hand.contact_size) == (1.0, 6.0, 1, "hand")
        assert hand.force_mean_n == pytest.approx(3.0 + 3.0 * 4 / 5)

    def test_one_after_the_other_they_are_two(self) -> None:
        assert len(whole_holds(PAD, [self.hold(1, -34.0, t1=3.0), self.hold(2, 34.0, t0=2.9)])) == 2

    def test_the_coach_sees_one_hand_where_hands_rest(self) -> None:
        halves = table((1, -30.0, 440.0, 3.0), (2, 30.0, 440.0, 3.0))
        assert hands_in(halves, at_rest=True) == [(1, 0.0, 440.0, 6.0)]
        assert hands_in(halves, at_rest=False) == [(1, -30.0, 440.0, 3.0), (2, 30.0, 440.0, 3.0)]


@pytest.mark.parametrize("hops_at_once", [1, 7, 1000])
def test_what_comes_later_under_the_same_number_is_a_stay_of_its_own(hops_at_once: int) -> None:
    stays, found = Stays(), []
    for first in range(0, 200, hops_at_once):
        hop = np.arange(first, min(first + hops_at_once, 200))
        seen = hop[(hop < 60) | (hop >= 120)]
        ones = np.ones(len(seen))
        contacts = ContactTable(seen * HOP_US, np.full(len(seen), 5), ones, ones, ones, ones, ones, ones)
        found += stays.push(contacts, np.zeros(len(seen), np.int64), hop * HOP_US)
    found += stays.finish()
    assert [(stay.t0_us // HOP_US, stay.t1_us // HOP_US) for stay in found] == [(0, 60), (120, 200)]

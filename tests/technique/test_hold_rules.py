"""Hands that stay, in levels or at points, and hands that leave: each rule broken and kept."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rig.analysis.findings import HOP_US, ContactTable, Gap
from rig.technique.judge import Judge
from rig.technique.rules.levels import levels
from rig.technique.rules.stays import Stay, Stays
from rig.technique.timeline import Mark, Timeline
from tests.technique.judging import PAD, ROUTINES, judged, of_kind, stairs
from tests.technique.script import Script


class TestHolds:
    @pytest.mark.parametrize(("seconds", "found"), [(2.0, 2), (2.95, 0), (3.5, 0)])
    def test_hands_that_leave_too_soon(self, seconds: float, found: int) -> None:
        script = Script(12)
        for contact, y in ((1, 0.0), (2, 440.0)):
            script.touch(1.0, 1.0 + seconds, 5.0, x_mm=0.0, contact=contact, y_mm=y)
        flags = of_kind("hold-short", script, "contact.1")
        assert len(flags) == found
        assert all((f.limit, f.unit) == (3.0, "s") and f.value == pytest.approx(2.0) for f in flags)

    def test_a_hand_that_is_lost_for_a_moment_has_stayed(self) -> None:
        script = Script(12)
        script.touch(1.0, 3.0, 5.0, x_mm=0.0, y_mm=0.0).touch(3.2, 6.0, 5.0, x_mm=4.0, contact=2, y_mm=3.0)
        assert of_kind("hold-short", script, "contact.1") == []

    @pytest.mark.parametrize(("x_mm", "force_n", "found"), [(25.0, 2.5, 0), (25.0, 7.0, 1), (80.0, 2.5, 1)])
    def test_what_parts_from_a_hand_that_stays_is_none_of_its_own(
        self, x_mm: float, force_n: float, found: int
    ) -> None:
        script = Script(12).touch(1.0, 9.0, 6.0, x_mm=-5.0, y_mm=0.0, length_mm=130.0)
        script.touch(1.0, 9.0, 6.0, x_mm=0.0, contact=2, y_mm=440.0)
        script.touch(4.0, 5.2, force_n, x_mm=x_mm, contact=3, y_mm=0.0, length_mm=130.0)
        flags = of_kind("hold-short", script, "contact.1")
        assert len(flags) == found
        assert of_kind("hold-short", script, "contact.1", cuts=(210, 255, 262, 300)) == flags

    def test_a_hand_beside_its_point(self) -> None:
        script = Script(12).touch(1.0, 6.0, 5.0, x_mm=0.0, y_mm=0.0)
        script.touch(1.0, 6.0, 5.0, x_mm=90.0, contact=2, y_mm=420.0)
        (flag,) = of_kind("wrong-place", script, "contact.1")
        assert flag.value == pytest.approx(np.hypot(90, 20))

    def test_a_stretch_that_is_hardly_a_touch(self) -> None:
        script = Script(12).touch(1.0, 6.0, 4.0, x_mm=70.0, y_mm=0.0)
        (flag,) = of_kind("too-light", script, "contact.3")
        assert (flag.value, flag.limit) == (4.0, 10.0)

    def test_two_hands_may_rest_on_the_line_and_a_third_may_not(self) -> None:
        script = Script(12).on_spine(1.0, 6.0, 16.0)
        for contact, y in ((1, 0.0), (2, 440.0)):
            script.touch(1.0, 6.0, 8.0, x_mm=0.0, contact=contact, y_mm=y)
        assert of_kind("spine-pressure", script, "contact.1") == []
        script.touch(3.0, 4.0, 5.0, x_mm=0.0, contact=3, y_mm=200.0)
        (flag,) = of_kind("spine-pressure", script, "contact.1")
        assert (flag.t0, flag.value, flag.limit) == (3.0, 5.0, 2.0)


class TestLevels:
    @given(
        st.lists(st.floats(2.0, 7.0), min_size=1, max_size=4),
        st.floats(5.0, 15.0),
        st.floats(1.35, 1.8),
        st.integers(0, 99),
    )
    @settings(max_examples=60, deadline=None)
    def test_each_is_held_as_long_as_it_was(self, held: list[float], first: float, rise: float, seed: int) -> None:
        forces = np.array(stairs(*[(first * rise**k, seconds) for k, seconds in enumerate(held)]))
        tremor = 1 + 0.01 * np.random.default_rng(seed).standard_normal(len(forces))
        found = levels(forces * tremor, 1.25)
        assert [level.seconds for level in found] == pytest.approx(held, abs=0.1)
        assert [level.force_n for level in found] == pytest.approx(
            [first * rise**k for k in range(len(held))], rel=0.05
        )

    @given(st.floats(0.3, 20.0), st.integers(0, 99))
    @settings(max_examples=40, deadline=None)
    def test_what_a_lifted_hand_leaves_behind_is_no_level(self, seconds: float, seed: int) -> None:
        forces = np.array(stairs((10, 4.8), (14.5, 5.2), (52, 5.1)))
        left = 2.5 * np.exp(-np.arange(round(seconds * 1e6 / HOP_US)) / 400) + 0.4
        tremor = 1 + 0.01 * np.random.default_rng(seed).standard_normal(len(forces) + len(left))
        found = levels(np.append(forces, left) * tremor, 1.25)
        assert [level.seconds for level in found] == pytest.approx([4.8, 5.2, 5.1], abs=0.15)

    def test_a_pause_on_the_way_to_the_next_level_is_none(self) -> None:
        found = levels(np.array(stairs((8.3, 4.5), (10.7, 0.5), (13.5, 4.5), (18.5, 4.5))), 1.25)
        assert [level.force_n for level in found] == pytest.approx([8.3, 13.5, 18.5], rel=0.03)
        assert all(level.seconds >= 4.3 for level in found)

    @given(st.lists(st.floats(0.5, 60.0), min_size=1, max_size=400))
    def test_none_lasts_less_than_nothing(self, forces: list[float]) -> None:
        assert all(level.seconds >= 0 for level in levels(np.repeat(forces, 3), 1.25))

    def scene(self, *steps: tuple[float, float]) -> Script:
        script = Script(40)
        for k, force in enumerate(stairs(*steps)):
            script.touch(1 + k * 0.02, 1.02 + k * 0.02, force, x_mm=60.0, y_mm=100.0)
        return script

    def test_each_level_is_held_for_its_time(self) -> None:
        assert judged(self.scene((8, 5), (13, 5), (20, 5)), Mark(0, "therapeutic.7")) == []
        (flag,) = judged(self.scene((8, 5), (13, 2), (20, 5)), Mark(0, "therapeutic.7"))
        assert (flag.kind, flag.limit) == ("hold-short", 4.0)
        assert flag.value == pytest.approx(2.0, abs=0.1)

    def test_pressure_that_does_not_rise(self) -> None:
        (flag,) = judged(self.scene((8, 5)), Mark(0, "therapeutic.7"))
        assert (flag.kind, flag.value, flag.limit) == ("contrast", 1.0, 1.25)


class TestLifted:
    def test_both_hands_off_between_two_strokes(self) -> None:
        (flag,) = of_kind("lifted", Script(20).touch(1, 4, 5.0).touch(5, 9, 5.0, contact=2), "relieving.12")
        assert (flag.t0, flag.t1, flag.value, flag.limit, flag.unit) == (4.0, 5.0, 1.0, 0.5, "s")

    def test_hand_over_hand(self) -> None:
        assert of_kind("lifted", Script(20).touch(1, 4, 5.0).touch(3.8, 9, 5.0, contact=2), "relieving.12") == []

    def test_a_hole_in_the_signal_is_nobodys_lifting(self) -> None:
        script = Script(20).touch(1, 4, 5.0).touch(5, 9, 5.0, contact=2)
        script.missing[script.rows(4, 5)] = True
        assert of_kind("lifted", script, "relieving.12") == []

    @pytest.mark.parametrize(("t0", "t1", "found"), [(4.3, 4.6, 0), (3.9, 5.5, 0), (5.2, 6.0, 1)])
    def test_whoever_paused_or_spoke_to_the_coach_had_leave_to_leave(self, t0: float, t1: float, found: int) -> None:
        script = Script(20).touch(1, 4, 5.0).touch(5, 9, 5.0, contact=2)
        judge = Judge(PAD, Timeline([Mark(0, "relieving.12")]), ROUTINES["relieving"])
        judge.take_break(Gap(t0, t1, 0))
        events = [*judge.push(script.whole()), *judge.finish()]
        assert sum(event.over and event.flag.kind == "lifted" for event in events) == found

    def test_elsewhere_hands_may_leave(self) -> None:
        assert of_kind("lifted", Script(20).touch(1, 4, 5.0).touch(5, 9, 5.0, contact=2), "relieving.1") == []


def test_a_stay_that_goes_on_under_another_number_is_one_stay() -> None:
    def table(contact: int, t0: int, hops: int) -> ContactTable:
        t_us, ones = (t0 + np.arange(hops)) * HOP_US, np.ones(hops)
        return ContactTable(t_us, np.full(hops, contact), ones, ones, 5 * ones, ones, ones, ones)

    def seen(*tables: ContactTable) -> list[Stay]:
        stays = Stays()
        found = []
        for each in tables:
            found += stays.push(each, np.zeros(len(each.t_us), np.int64), each.t_us)
        return found + stays.finish()

    assert [stay.seconds for stay in seen(table(1, 0, 50), table(2, 60, 50))] == [pytest.approx(110 * 0.02)]
    assert [stay.seconds for stay in seen(table(1, 0, 50), table(2, 70, 50))] == [pytest.approx(1.0)] * 2

"""Steps found from movements written by hand; `tests.detection_table` measures the same on virtual hands."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rig.analysis.findings import HOP_US, ContactTable, Direction, Findings, Hold, Side, Stroke, StrokeKind
from rig.analysis.tables import nothing
from rig.pad import load_pad
from rig.technique.detect.detect import SURE, Detector, alike
from rig.technique.detect.order import states_of
from rig.technique.limits import Limits
from rig.technique.routine.loading import load_routine
from tests.detection_table import WAYS, Named, Trial, page, tried

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.technique.timeline import Mark

PAD = load_pad("back-144")
PALM, THUMB = (65.0, 100.0), (20.0, 20.0)


@dataclass
class Hands:
    """Movements one after the other; `t_s` is when the next one begins."""

    t_s: float = 1.0
    strokes: list[Stroke] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    touches: list[tuple[float, float, int, float, float]] = field(default_factory=list)

    def rest(self, seconds: float) -> Hands:
        self.t_s += seconds
        return self

    def both(self, times: int, way: Direction, size: tuple[float, float], force_n: float, seconds: float) -> Hands:
        """Passes of both hands along the back."""
        for _ in range(times):
            y0, y1 = (20.0, 390.0) if way == "up" else (390.0, 20.0)
            for number, side in ((1, -1), (2, 1)):
                self._move("stroke", way, side, number, size, force_n, seconds, (y0, y1))
            self.t_s += seconds + 0.3
        return self

    def still(self, kind: StrokeKind, times: int, size: tuple[float, float], force_n: float, seconds: float) -> Hands:
        """One hand that stays in place on the right, beside the low back."""
        for _ in range(times):
            self._move(kind, "none", 1, 1, size, force_n, seconds, (120.0, 120.0))
            self.t_s += seconds + 0.4
        return self

    def walking(self, kind: StrokeKind, ways: int, force_n: float, seconds: float) -> Hands:
        """Both thumbs up the back by small movements, a place every 30 mm."""
        for _ in range(ways):
            for y in range(0, 390, 30):
                for number, side in ((1, -1), (2, 1)):
                    self._move(kind, "none", side, number, THUMB, force_n, seconds, (y, y))
                self.t_s += seconds
            self.t_s += 1.0
        return self

    def rest_on_line(self, seconds: float) -> Hands:
        """Two hands at rest on the line, as contact.1 has them."""
        for number, y in ((1, 440.0), (2, 0.0)):
            self.holds.append(Hold(self.t_s, self.t_s + seconds, 0.0, y, 5.0, number))
            self.touches.append((self.t_s, self.t_s + seconds, number, *PALM))
        self.t_s += seconds + 0.5
        return self

    def _move(
        self,
        kind: StrokeKind,
        way: Direction,
        side: int,
        number: int,
        size: tuple[float, float],
        force_n: float,
        seconds: float,
        ends: tuple[float, float],
    ) -> None:
        length = abs(ends[1] - ends[0])
        name: Side = "left" if side < 0 else "right"
        t0, t1, x = self.t_s, self.t_s + seconds, 62.0 * side
        speed, peak_n = length / seconds / 10, 1.2 * force_n
        self.strokes.append(
            Stroke(t0, t1, kind, way, name, None, length, speed, force_n, peak_n, x, ends[0], x, ends[1], number)
        )
        self.touches.append((t0, t1, number, *size))

    def findings(self, upto_s: float = np.inf, after_s: float = 0.0) -> Findings:
        """All, or what ends within a span; the contacts likewise."""
        rows = [
            (hop, number, width, length)
            for t0, t1, number, width, length in self.touches
            for hop in range(round(t0 * 1e6 / HOP_US), round(t1 * 1e6 / HOP_US))
            if after_s <= hop * HOP_US / 1e6 < upto_s
        ]
        table = np.array(sorted(rows)).reshape(-1, 4)
        n = len(table)
        contacts = ContactTable(
            table[:, 0].astype(np.int64) * HOP_US,
            table[:, 1].astype(np.int64),
            *(np.zeros(n),) * 4,
            table[:, 2],
            table[:, 3],
        )
        strokes = [s for s in self.strokes if after_s <= s.t1 < upto_s]
        holds = [h for h in self.holds if after_s <= h.t1 < upto_s]
        return Findings(round(self.t_s * 1e6), nothing(0).hops, contacts, strokes=strokes, holds=holds)


def found(routine: str, hands: Hands, cuts: Sequence[float] = ()) -> list[Mark]:
    loaded = load_routine(routine, PAD)
    detector = Detector(PAD, loaded, Limits(loaded, calibrated=True))
    edges = [0.0, *cuts, np.inf]
    for after, upto in pairwise(edges):
        detector.push(hands.findings(upto, after))
    return detector.marks()


def steps(marks: Sequence[Mark]) -> list[str | None]:
    return [mark.step for mark in marks]


EFFLEURAGE = Hands().both(6, "up", PALM, 16.0, 6.0)


def backpain() -> Hands:
    hands = Hands().both(5, "up", PALM, 16.0, 6.0).rest(2.0)
    for _ in range(5):
        hands.both(1, "up", THUMB, 14.0, 3.0).both(1, "down", THUMB, 7.0, 3.0)
    return hands.rest(2.0).still("vibration", 3, PALM, 8.0, 4.0)


class TestOneStep:
    def test_it_is_named_from_the_beginning_on_with_confidence(self) -> None:
        (mark,) = found("backpain", EFFLEURAGE)
        assert (mark.t_us, mark.step) == (0, "backpain.1")
        assert mark.detected is not None
        assert mark.detected.confidence > 0.9

    @pytest.mark.parametrize(
        ("routine", "hands", "step"),
        [
            ("backpain", Hands().still("vibration", 3, PALM, 8.0, 4.0), "backpain.4"),
            ("contact", Hands().rest_on_line(6.0), "contact.1"),
            ("relieving", Hands().rest_on_line(60.0), "relieving.13"),
            ("therapeutic", Hands().both(6, "up", (110.0, 42.0), 16.0, 2.0), "therapeutic.6"),
        ],
    )
    def test_others(self, routine: str, hands: Hands, step: str) -> None:
        assert steps(found(routine, hands)) == [step]

    @pytest.mark.parametrize("way", ["up", "down"])
    def test_a_fault_does_not_hide_the_step(self, way: Direction) -> None:
        wrong = Hands().both(4, "up", PALM, 16.0, 6.0).both(2, way, PALM, 55.0, 1.5)
        assert steps(found("backpain", wrong)) == ["backpain.1"]

    def test_nothing_on_the_pad_nothing_found(self) -> None:
        assert found("backpain", Hands()) == []


class TestSeveral:
    def test_in_order_with_marks_between_the_movements(self) -> None:
        hands = backpain()
        marks = found("backpain", hands)
        assert steps(marks) == ["backpain.1", "backpain.2", "backpain.4"]
        begun = [min(s.t0 for s in hands.strokes if s.t0 * 1e6 >= mark.t_us) for mark in marks[1:]]
        before = [max(s.t1 for s in hands.strokes if s.t0 * 1e6 < mark.t_us) for mark in marks[1:]]
        for mark, t0, t1 in zip(marks[1:], begun, before, strict=True):
            assert t1 <= mark.t_us / 1e6 <= t0
            assert t0 - mark.t_us / 1e6 <= 0.5

    @pytest.mark.parametrize("kind", ["circle", "press"])
    def test_a_step_may_be_done_by_another_of_its_motions(self, kind: StrokeKind) -> None:
        hands = Hands().both(3, "up", PALM, 16.0, 6.0).both(3, "down", PALM, 7.0, 6.0).rest(4.0)
        marks = found("relieving", hands.walking(kind, 5, 6.0, 0.9))
        assert steps(marks) == ["relieving.1", "relieving.2"]

    @pytest.mark.parametrize("rest_s", [4.0, 30.0])
    def test_a_rest_splits_no_step(self, rest_s: float) -> None:
        hands = Hands().both(3, "up", PALM, 16.0, 6.0).rest(rest_s).both(3, "up", PALM, 16.0, 6.0)
        assert steps(found("backpain", hands)) == ["backpain.1"]

    def test_however_it_is_cut(self) -> None:
        whole = found("backpain", backpain())
        assert found("backpain", backpain(), (3.3, 10.0, 10.02, 31.7)) == whole

    def test_the_order_tells_twins_apart(self) -> None:
        hands = Hands()
        for part in range(2):
            for _ in range(3):
                hands.both(1, "up", PALM, 12.0, 6.0).both(1, "down", PALM, 5.0, 6.0)
            if part == 0:
                hands.rest(1.0).still("to-and-fro", 20, PALM, 10.0, 0.5).rest(1.0)
        assert steps(found("relieving", hands)) == ["relieving.1", "relieving.9", "relieving.11"]


class TestDoubt:
    def test_twins_are_named_with_the_other_as_alternative(self) -> None:
        hands = Hands()
        for _ in range(4):
            hands.both(1, "up", PALM, 12.0, 6.0).both(1, "down", PALM, 5.0, 6.0)
        (mark,) = found("relieving", hands)
        assert mark.step == "relieving.1"
        assert mark.detected is not None
        assert 0.5 < mark.detected.confidence < 0.9
        assert "relieving.11" in [other.step for other in mark.detected.alternatives]

    def test_what_the_pad_cannot_tell_stays_undecided(self) -> None:
        # A thumb pressing beside the low back may be several steps; one short press says nothing of which.
        (mark,) = found("relieving", Hands().still("press", 1, THUMB, 12.0, 1.0))
        assert mark.step is None
        assert mark.detected is not None
        assert len(mark.detected.alternatives) > 1
        assert all(other.confidence < SURE for other in mark.detected.alternatives)

    def test_hands_that_do_no_step_of_the_routine(self) -> None:
        (mark,) = found("contact", Hands().still("vibration", 4, PALM, 12.0, 3.0))
        assert mark.step is None
        assert mark.detected is not None
        assert mark.detected.alternatives == ()

    def test_no_step_that_lets_hands_on_the_line_is_named_in_doubt(self) -> None:
        hands = Hands().both(3, "up", PALM, 12.0, 6.0)
        for marks in (found("relieving", hands.rest_on_line(2.0)), found("contact", Hands().rest_on_line(1.0))):
            for mark in marks:
                if mark.step in {"relieving.3", "relieving.8", "relieving.12", "relieving.13", "contact.1"}:
                    assert mark.detected is not None
                    assert mark.detected.confidence >= 0.9

    def test_shares_are_shares(self) -> None:
        for routine in ("backpain", "contact", "reflex", "relieving", "therapeutic"):
            for mark in found(routine, backpain()):
                assert mark.detected is not None
                shares = [other.confidence for other in mark.detected.alternatives] + [mark.detected.confidence]
                assert all(0 <= share <= 1 for share in shares)
                assert sum(shares) <= 1.05


class TestVirtualHands:
    """A sample of what `python -m tests.detection_table` measures."""

    routine = load_routine("backpain", PAD)

    def test_steps_with_rests_between(self) -> None:
        some = [self.routine.step(name) for name in ("backpain.2", "backpain.4")]
        trial = tried(WAYS[3], self.routine, some, seed=11, rests=True)
        assert trial.right > 0.97
        assert [named.confidence > SURE for named in trial.named] == [True, True]

    def test_the_page_counts_what_was_found(self) -> None:
        named = (Named(0.9, 8.0, 6.0, 1.0), Named(0.5, 1.0, 0.0, 0.0))
        trial = Trial(WAYS[0], "one", 10.0, 1.0, named)
        assert (trial.right, trial.wrong) == pytest.approx((0.7, 0.2))
        told = page([trial], "a command")
        assert "| a step alone | 1 | 70.0% | 20.0% | 10.0% |" in told
        assert "| 90% to 97% | 1 | 90.0% | 75.0% |" in told
        assert "- one (a step alone): 70% right, 10% undecided" in told


class TestAlike:
    def test_which_steps_ask_for_the_very_same(self) -> None:
        twins = set()
        for name in ("backpain", "contact", "reflex", "relieving", "therapeutic"):
            routine = load_routine(name, PAD)
            twins |= {
                (a.id, b.id) for a in routine.steps for b in routine.steps if a.id < b.id and alike(routine, a, b)
            }
        assert twins == {("contact.3", "contact.4"), ("relieving.1", "relieving.11")}

    def test_a_step_that_repeats_others_is_a_chain_of_them(self) -> None:
        states = states_of(load_routine("therapeutic", PAD))
        made = [state.made_as for state in states if state.step == "therapeutic.8"]
        assert made == ["therapeutic.3", "therapeutic.2", "therapeutic.1"]

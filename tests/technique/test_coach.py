"""The coach as a state machine: what it is told, what it sees, what it orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from rig.errors import InputError
from rig.pad import load_pad
from rig.technique.coach.coach import Begin, Coach, Now, Order
from rig.technique.coach.lengths import plan
from rig.technique.coach.metronome import beat_between
from rig.technique.limits import Limits
from rig.technique.repetitions import RepetitionCounter
from rig.technique.routine.loading import load_routine
from rig.technique.timeline import Pacer
from tests.technique.script import Script, stroke

if TYPE_CHECKING:
    from rig.analysis.findings import Stroke
    from rig.technique.coach.hands_on import Hand
    from rig.technique.coach.state import CoachState, Meaning

PAD = load_pad("back-144")
ROUTINES = {name: load_routine(name, PAD) for name in ("backpain", "contact", "relieving")}

PALMS = tuple(
    stroke(x0_mm=x, x1_mm=x, y0_mm=30.0, y1_mm=390.0, side=side, force_mean_n=20.0)
    for x, side in ((-70.0, "left"), (70.0, "right"))
)
KNEADING = tuple(
    stroke(x0_mm=x, x1_mm=x, y0_mm=60.0, y1_mm=420.0, side=side, force_mean_n=6.0, speed_cm_s=16.0)
    for x, side in ((-30.0, "left"), (30.0, "right"))
)

ON: tuple[Hand, ...] = ((1, -60.0, 100.0, 12.0), (2, 60.0, 100.0, 12.0))
LOOK_S = 0.1


class Desk:
    """A coach on a table, looked through in steps of a tenth of a second."""

    def __init__(self, routine: str = "relieving", **options: Any) -> None:
        self.routine = ROUTINES[routine]
        self.coach = Coach(self.routine, plan(self.routine, PAD), PAD, **{"calibrated": False, **options})
        self.orders: list[tuple[float, Order]] = [(0.0, order) for order in self.coach.start()]
        self.t_s = 0.0
        self.counter: RepetitionCounter | None = None
        self.meaning: tuple[Meaning, int] | None = None

    @property
    def state(self) -> CoachState:
        return self.coach.state

    def look(self, seconds: float, hands: tuple[Hand, ...] = (), moving: bool = False) -> None:
        for _ in range(round(seconds / LOOK_S)):
            self.t_s += LOOK_S
            shift = 30 * (self.t_s % 8) if moving else 0.0
            there = [(n, x, y + shift, force) for n, x, y, force in hands]
            now = Now(round(self.t_s * 1e6), there, self.counter, self.meaning)
            for order in self.coach.look(now):
                self.orders.append((round(self.t_s, 1), order))
                if isinstance(order, Begin):
                    self.counter = None

    def repeat(self, times: int, **fields: Any) -> None:
        """So many repetitions of the step at work, hands lifted for a second after each."""
        for _ in range(times):
            self.look(2.0, ON, moving=True)
            step = self.routine.step(self.state.step.id if self.state.step else "")
            if self.counter is None:
                self.counter = RepetitionCounter(step, Limits(self.routine, calibrated=True))
            done = stroke(t0=self.t_s - 2, t1=self.t_s, **fields)
            repetition = self.counter.take(done)
            if repetition is not None:
                self.coach.hear("rep", {}, round(self.t_s * 1e6))
            self.look(0.6)

    def found(self, *strokes: Stroke) -> None:
        """Movements of hands as large as they are: palms, or thumbs where they are light."""
        script = Script(self.t_s + 30)
        for number, one in enumerate(strokes, 1):
            t0, t1 = self.t_s + 0.1, self.t_s + 5.0
            size = 15.0 if one.force_mean_n < 10 else 100.0
            script.touch(t0, t1, one.force_mean_n, one.x0_mm, number, width_mm=size)
            script.strokes.append(msgspec.structs.replace(one, t0=t0, t1=t1, contact=number))
        self.coach.follow(script.whole())

    def begun(self) -> list[tuple[float, str | None]]:
        return [(t, order.step) for t, order in self.orders if isinstance(order, Begin)]

    def at(self, step_id: str) -> Desk:
        self.coach.go_to(step_id, round(self.t_s * 1e6))
        return self


class TestSteps:
    def test_it_begins_with_the_first_and_announces_the_next(self) -> None:
        desk = Desk()
        assert desk.begun() == [(0.0, "relieving.1")]
        desk.look(0.2)
        assert desk.state.step is not None
        assert desk.state.next is not None
        assert (desk.state.step.id, desk.state.next.id) == ("relieving.1", "relieving.2")
        assert (desk.state.number, desk.state.of) == (1, 13)

    def test_a_step_with_a_time_goes_on_when_it_is_over_and_hands_are_off(self) -> None:
        desk = Desk()
        desk.look(120.0, ON, moving=True)
        desk.look(20.0, ON, moving=True)
        assert desk.begun() == [(0.0, "relieving.1")]  # not under moving hands
        assert desk.state.done
        desk.look(2.0)
        (_, (t_s, step)) = desk.begun()
        assert step == "relieving.2"
        assert 140.7 <= t_s <= 141.2

    def test_hands_that_rest_are_as_good_as_hands_that_are_off(self) -> None:
        desk = Desk()
        desk.look(121.0, ON, moving=True)
        desk.look(4.0, ON)
        assert desk.begun()[-1][1] == "relieving.2"

    def test_a_count_that_is_full_goes_on_soon_and_one_that_may_grow_waits(self) -> None:
        few = Desk().at("relieving.2")  # five to six times
        few.repeat(4, kind="stroke")
        few.look(10.0)
        assert few.begun()[-1][1] == "relieving.1"
        few.repeat(1, kind="stroke")
        assert few.state.reps == 5
        few.look(1.5)
        assert few.begun()[-1][1] == "relieving.1"
        few.look(2.5)
        assert few.begun()[-1][1] == "relieving.3"
        many = Desk().at("relieving.2")
        many.repeat(6, kind="stroke")
        many.look(0.6)
        assert many.begun()[-1][1] == "relieving.3"

    def test_each_side_is_counted(self) -> None:
        desk = Desk().at("relieving.4")
        desk.repeat(5, kind="circle", side="left", direction="none")
        desk.look(10.0)
        assert desk.begun()[-1][1] == "relieving.1"
        assert desk.state.expected == (8, 10)
        desk.repeat(5, kind="circle", side="right", direction="none")
        desk.look(1.0)
        assert desk.begun()[-1][1] == "relieving.5"

    def test_a_hold_is_done_when_it_was_long_enough_and_has_left(self) -> None:
        desk = Desk("contact")
        desk.look(2.0, ON)
        desk.look(3.0)
        assert desk.begun()[-1][1] == "contact.1"  # too short
        desk.look(6.0, ON)
        assert desk.begun()[-1][1] == "contact.1"  # still there
        assert desk.state.holding_s == pytest.approx(5.1)
        desk.look(1.2)
        assert desk.begun()[-1][1] == "contact.2"

    def test_hands_that_have_clearly_begun_the_next_step_take_the_coach_along(self) -> None:
        desk = Desk("backpain")
        for number in range(3):
            desk.found(*KNEADING)
            desk.look(1.0, ON, moving=True)
            # Two thumbs at a time, and for the third time it is clear.
            assert (desk.begun()[-1][1] == "backpain.2") == (number == 2)

    def test_movements_that_fit_neither_step_are_a_fault_and_no_reason_to_go_on(self) -> None:
        desk = Desk("backpain")
        for _ in range(10):
            desk.found(*(msgspec.structs.replace(s, direction="in", x0_mm=150.0, x1_mm=20.0) for s in PALMS))
            desk.look(1.0, ON, moving=True)
        assert desk.begun()[-1][1] == "backpain.1"

    def test_what_was_done_before_the_next_step_hides_nothing_and_stays_where_it_was(self) -> None:
        desk = Desk("backpain")
        for _ in range(4):
            desk.found(*PALMS)
            desk.look(6.0, ON, moving=True)
        began_s = desk.t_s
        for _ in range(3):
            desk.found(*KNEADING)
            desk.look(6.0, ON, moving=True)
        order = desk.orders[-1][1]
        assert isinstance(order, Begin)
        assert order.step == "backpain.2"
        assert order.since_us is not None
        assert began_s - 1.0 <= order.since_us / 1e6 <= began_s + 0.1  # the first kneading, and the way there

    def test_after_all_that_is_asked_for_one_movement_of_the_next_step_will_do(self) -> None:
        circle = {"kind": "circle", "direction": "none", "x0_mm": -90.0, "x1_mm": -90.0, "y0_mm": 350.0, "y1_mm": 350.0}
        for times, step in ((3, "relieving.3"), (5, "relieving.4")):
            desk = Desk().at("relieving.3")
            desk.repeat(times, kind="figure-eight", direction="none", side="centre")
            desk.found(stroke(**circle, side="left", force_mean_n=15.0))
            desk.look(0.3, ON, moving=True)
            assert desk.state.step is not None
            assert desk.state.step.id == step

    def test_behind_the_last_step_the_session_is_over(self) -> None:
        desk = Desk("contact").at("contact.4")
        desk.look(5.0, ON)
        desk.look(2.0)
        assert desk.orders[-1][1] == "end"
        assert desk.coach.over

    def test_a_hole_in_the_signal_is_nobodys_lifting(self) -> None:
        desk = Desk().at("relieving.2")
        desk.repeat(5, kind="stroke")
        desk.look(1.0, ON, moving=True)
        desk.t_s += 20.0  # unplugged
        desk.look(1.0)
        assert desk.begun()[-1][1] == "relieving.1"
        desk.look(3.0)
        assert desk.begun()[-1][1] == "relieving.3"

    def test_by_hand_nothing_goes_on_by_itself(self) -> None:
        desk = Desk("contact", automatic=False)
        desk.look(6.0, ON)
        desk.look(30.0)
        assert desk.begun() == [(0.0, "contact.1")]
        assert desk.state.done
        desk.coach.wish("next")
        desk.look(0.1)
        assert desk.begun()[-1][1] == "contact.2"

    def test_a_step_that_is_not_part_of_the_session_is_refused(self) -> None:
        with pytest.raises(InputError, match=r"'backpain\.1' is not part of this session"):
            Desk().coach.go_to("backpain.1", 0)


class TestWishes:
    def test_a_pause_stops_the_steps_clock_and_the_same_wish_ends_it(self) -> None:
        desk = Desk()
        desk.look(10.0, ON, moving=True)
        desk.coach.wish("pause")
        desk.look(60.0)
        assert desk.state.phase == "paused"
        assert desk.state.say.kind == "paused"
        assert desk.state.elapsed_s(desk.t_s) == pytest.approx(10.1)
        desk.coach.wish("pause")
        desk.look(5.0)
        assert [order for _, order in desk.orders[1:]] == ["rest", "resume"]
        assert desk.state.elapsed_s(desk.t_s) == pytest.approx(15.0)

    def test_again_begins_the_step_anew(self) -> None:
        desk = Desk()
        desk.look(10.0)
        desk.coach.wish("again")
        desk.look(1.0)
        assert desk.begun() == [(0.0, "relieving.1"), (10.1, "relieving.1")]
        assert desk.state.elapsed_s(desk.t_s) == pytest.approx(0.9)

    def test_next_ends_a_pause(self) -> None:
        desk = Desk()
        desk.coach.wish("pause")
        desk.look(1.0)
        desk.coach.wish("next")
        desk.look(0.1)
        assert [order for _, order in desk.orders[1:]] == ["rest", "resume", Begin("relieving.2")]

    def test_the_checklist_waits_for_a_wish(self) -> None:
        desk = Desk(checklist=True)
        desk.look(30.0, ON)
        assert [order for _, order in desk.orders] == ["rest"]
        assert (desk.state.phase, len(desk.state.checklist)) == ("waiting", 4)
        desk.coach.wish("next")
        desk.look(0.1)
        assert [order for _, order in desk.orders[1:]] == ["resume", Begin("relieving.1")]
        assert desk.state.begun_s == pytest.approx(30.1)

    def test_asking_for_the_step_that_has_just_begun_by_itself_skips_none(self) -> None:
        desk = Desk("contact")
        desk.look(5.0, ON)
        desk.look(2.0)
        assert desk.begun()[-1][1] == "contact.2"
        desk.coach.hear("gesture", {"means": "next", "t0": desk.t_s}, round(desk.t_s * 1e6))
        desk.look(1.0)
        assert desk.begun()[-1][1] == "contact.2"
        # Hands on the corners are told that they ask for the step that is on; who comes later asks for the next.
        desk.meaning = ("next", round(desk.t_s * 1e6) - 500_000)
        desk.look(0.1)
        assert desk.state.say.text == "Lift for the next: Thumbs up the neck"
        desk.look(2.0)
        desk.meaning = ("next", round(desk.t_s * 1e6))
        desk.look(0.1)
        assert desk.state.say.text != "Lift for the next: Thumbs up the neck"
        desk.meaning = None
        desk.coach.hear("gesture", {"means": "next", "t0": desk.t_s}, round(desk.t_s * 1e6))
        desk.look(0.1)
        assert desk.begun()[-1][1] == "contact.3"

    def test_nothing_goes_on_by_itself_while_hands_lie_on_the_corners(self) -> None:
        desk = Desk("contact")
        desk.look(5.0, ON)
        desk.meaning = ("pause", round(desk.t_s * 1e6))
        desk.look(3.0)
        assert desk.begun()[-1][1] == "contact.1"
        assert desk.state.gesture == "pause"
        assert desk.state.gesture_s == pytest.approx(5.0)


class TestBeatAndBreath:
    def test_steps_that_breathe_have_a_pacer_from_their_beginning(self) -> None:
        desk = Desk("backpain", breaths_per_min=6.0)
        assert desk.orders == [(0.0, Begin("backpain.1", Pacer(0, 6.0)))]
        desk.look(0.1)
        assert desk.state.breath(2.5) == (True, 0.5)
        assert desk.state.breath(7.5) == (False, 0.5)
        beats = [beat_between(desk.state, t - 0.05, t) for t in (4.96, 5.01, 9.0, 10.0, 15.0)]
        assert beats == [None, "tick", None, "accent", "tick"]

    def test_without_a_pacer_nothing_breathes(self) -> None:
        desk = Desk("backpain")
        desk.look(0.1)
        assert desk.state.breath(3.0) is None

    def test_a_step_with_a_rate_is_beaten_at_it(self) -> None:
        desk = Desk().at("relieving.9")
        beats = sum(beat_between(desk.state, k / 100, (k + 1) / 100) is not None for k in range(6_000))
        assert 60 <= beats <= 72

    @pytest.mark.parametrize("wish", ["pause", "next"])
    def test_nothing_is_beaten_in_a_pause_or_at_the_end(self, wish: Meaning) -> None:
        desk = Desk("contact" if wish == "next" else "relieving")
        desk.at("contact.4" if wish == "next" else "relieving.9")
        desk.coach.wish(wish)
        desk.look(0.1)
        assert beat_between(desk.state, 0.0, 60.0) is None

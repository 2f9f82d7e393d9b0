"""What a session's screen comes to in words and figures; no Qt, no session."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from rig.gui.practice.glancing import clock, glance_of
from rig.gui.words import Words
from rig.pad import load_pad
from rig.session.screen import Screen
from rig.technique.coach.state import CoachState, Say
from rig.technique.routine.briefing import brief
from rig.technique.routine.loading import load_routine
from rig.technique.timeline import Pacer

PAD = load_pad("back-144")
ROUTINE = load_routine("relieving", PAD)
STROKES, THUMBS = (brief(ROUTINE, ROUTINE.step(f"relieving.{n}"), PAD) for n in (1, 2))
ENGLISH, GERMAN = Words(), Words("de")


def coached(t: float = 30.0, **state: Any) -> Screen:
    """A screen of a coached session in its first step, which began at 10 s."""
    whole = {"phase": "practising", "step": STROKES, "next": THUMBS, "number": 1, "of": 13, "begun_s": 10.0}
    return Screen(t=t, coach=msgspec.structs.replace(CoachState(), **(whole | state)))


def test_the_step_and_what_follows() -> None:
    glance = glance_of(coached(), ENGLISH)
    assert glance.step == "Opening strokes"
    assert glance.following == "Step 1 of 13   Next: Thumbs beside the spine"
    assert glance_of(coached(), GERMAN).following == "Schritt 1 von 13   Danach: Daumen neben der Wirbelsäule"
    assert glance_of(coached(number=1, of=1, next=None), ENGLISH).following == ""


def test_where_nothing_is_to_be_said_the_step_is_announced() -> None:
    glance = glance_of(coached(), ENGLISH)
    assert glance.state == "quiet"
    assert glance.said == "Until it is enough"
    assert glance.figures.startswith("Lower back")


def test_one_thing_is_told_and_a_flag_is_wrong() -> None:
    flag = Say(1, "spine-pressure", "On the spine: move off the line", "9.15 N (limit 2 N)", good=False)
    glance = glance_of(coached(say=flag), GERMAN)
    assert glance.state == "wrong"
    assert glance.said == "Auf der Wirbelsäule: von der Linie weg"
    assert glance.figures == "9.15 N (Grenze 2 N)"


def test_praise_is_good() -> None:
    better = Say(2, "better", "Better: off the spine", good=True)
    assert glance_of(coached(say=better), ENGLISH).state == "good"
    assert glance_of(coached(say=better), GERMAN).said == "Besser: neben der Wirbelsäule"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Now: Opening strokes", "Jetzt: Eröffnende Striche"),
        ("Lift for the next: Thumbs beside the spine", "Abheben, dann weiter: Daumen neben der Wirbelsäule"),
        ("Lift, and again: Opening strokes", "Abheben, und noch einmal: Eröffnende Striche"),
        ("Done. Lift your hands, then: the end", "Fertig. Hände abheben, dann: das Ende"),
        ("That was the last step", "Das war der letzte Schritt"),
    ],
)
def test_the_coachs_own_words_are_said_in_the_users_language(text: str, said: str) -> None:
    glance = glance_of(coached(say=Say(3, "now", text)), GERMAN)
    assert (glance.said, glance.state) == (said, "quiet")


def test_a_lost_link_goes_before_everything() -> None:
    flag = Say(1, "spine-pressure", "On the spine: move off the line", good=False)
    screen = coached(say=flag)
    screen.link = "the board was unplugged"
    glance = glance_of(screen, ENGLISH)
    assert (glance.said, glance.state) == ("the board was unplugged", "doubt")
    assert "by itself" in glance.figures


def test_a_pause_and_the_end_say_so() -> None:
    assert glance_of(coached(phase="paused", paused_s=25.0), ENGLISH).said == "Pause"
    screen = coached()
    screen.ended = True
    assert glance_of(screen, ENGLISH).said == "Done"


def test_force_against_its_band() -> None:
    screen = coached()
    for force_n, state in ((0.0, "doubt"), (12.0, "good"), (45.0, "doubt")):
        screen.force_n = force_n
        force = glance_of(screen, ENGLISH).readings[0]
        assert (force.low, force.high) == STROKES.force_n
        assert force.state == state
        assert force.said == f"{force_n:.0f}"
        assert force.top > (force.high or 0)


def test_a_force_beyond_a_sensors_range_is_a_lower_bound() -> None:
    screen = coached()
    screen.force_n, screen.at_least = 45.0, True
    assert glance_of(screen, ENGLISH).readings[0].said == "≥ 45"


def test_speed_where_the_step_wants_one_and_a_rate_elsewhere() -> None:
    screen = coached(ticks_s=10.0)
    speed = glance_of(screen, ENGLISH).readings[1]
    assert (speed.said, speed.unit, speed.state) == ("no stroke yet", "cm/s", "quiet")
    assert speed.pulse is not None
    screen.last_stroke = {"speed_cm_s": 6.25}
    assert glance_of(screen, ENGLISH).readings[1].said == "6.2"
    frictions = brief(ROUTINE, ROUTINE.step("relieving.9"), PAD)
    screen = coached(step=frictions)
    assert glance_of(screen, ENGLISH).readings[1].said == "no beat yet"
    screen.rate_per_min = 64.0
    rate = glance_of(screen, ENGLISH).readings[1]
    assert (rate.said, rate.unit) == ("64", "/min")
    assert rate.state == "good"


def test_what_is_left_open_is_said_to_be() -> None:
    knots = brief(ROUTINE, ROUTINE.step("relieving.5"), PAD)
    for reading in glance_of(coached(step=knots), ENGLISH).readings:
        if reading.low is None and reading.high is None:
            assert reading.wanted == "left open"
            assert reading.state == "quiet"


def test_the_breath_swells_while_it_comes_in() -> None:
    screen = coached(t=30.0, pacer=Pacer(30_000_000, 6.0))
    seen = []
    for t in (30.0, 32.5, 34.99, 35.01, 37.5, 39.99):
        screen.t = t
        breath = glance_of(screen, ENGLISH).breath
        assert breath is not None
        seen.append((breath.said, round(breath.full, 2)))
    assert seen == [
        ("Breathe in", 0.0),
        ("Breathe in", 0.5),
        ("Breathe in", 1.0),
        ("Breathe out", 1.0),
        ("Breathe out", 0.5),
        ("Breathe out", 0.0),
    ]
    assert glance_of(coached(), ENGLISH).breath is None


def test_repetitions_holds_and_time() -> None:
    def counts(**state: Any) -> list[tuple[str, str]]:
        return [(count.title, count.said) for count in glance_of(coached(**state), ENGLISH).counts]

    assert counts(reps=3, expected=(5, 6)) == [("Repetitions", "3 / 5\N{EN DASH}6"), ("Time", "0:20")]
    assert counts(reps=3, expected=(5, 5))[0] == ("Repetitions", "3 / 5")
    assert counts(reps=3)[0] == ("Repetitions", "3")
    assert counts(holding_s=26.0)[1] == ("Held", "4 s")
    lasting = msgspec.structs.replace(STROKES, duration_s=120.0)
    assert counts(step=lasting)[-1] == ("Time", "0:20 / 2:00")


def test_without_a_coach_the_step_still_has_its_band() -> None:
    screen = Screen(t=5.0, step="Opening strokes", strokes=2, force_n=12.0)
    glance = glance_of(screen, ENGLISH, STROKES)
    assert glance.readings[0].state == "good"
    assert (glance.said, glance.state) == ("Good", "good")
    assert glance_of(Screen(t=5.0), ENGLISH).said == ""
    assert glance_of(Screen(t=5.0), ENGLISH).step == "Free practice"


def test_forces_are_never_shown_without_what_is_to_be_said_of_them() -> None:
    assert "Uncalibrated" in glance_of(Screen(), ENGLISH).foot
    assert "Nicht kalibriert" in glance_of(Screen(), GERMAN).foot
    doubt = "Forces are relative, not newtons: the profile is too old."
    assert doubt in glance_of(Screen(calibrated=False, doubt=doubt), ENGLISH).foot
    assert glance_of(Screen(calibrated=True), ENGLISH).foot == "Practice feedback, not health advice."


@pytest.mark.parametrize(("seconds", "said"), [(0, "0:00"), (59.9, "0:59"), (61, "1:01"), (3600, "60:00")])
def test_a_clock(seconds: float, said: str) -> None:
    assert clock(seconds) == said

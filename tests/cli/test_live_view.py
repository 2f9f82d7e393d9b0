"""The terminal's view of a coached session: everything is there, and it fits 80 columns by 24 lines."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from rig.cli.live import LiveView
from rig.pad import load_pad
from rig.session.screen import Screen
from rig.technique.coach.coach import Coach, Now
from rig.technique.coach.lengths import plan
from rig.technique.coach.state import CoachState, Say
from rig.technique.flags import HARM_ORDER
from rig.technique.routine.briefing import brief
from rig.technique.routine.loading import builtin_routines, load_routine
from rig.technique.timeline import Pacer
from rig.technique.wording import WORDS

PAD = load_pad("back-144")
ROUTINES = {name: load_routine(name, PAD) for name in builtin_routines()}
STEPS = [step.id for routine in ROUTINES.values() for step in routine.steps]
CONTACTS = [(1, 60.0, 200.0, 14.0), (2, -60.0, 201.0, 15.0)]


@pytest.fixture(scope="module")
def view() -> LiveView:
    return LiveView(PAD)


def drawn(view: LiveView, screen: Screen) -> list[str]:
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        console = Console(record=True, width=80, height=24, color_system="truecolor", file=nowhere)
        console.print(view.render(screen, np.zeros(PAD.n_channels), CONTACTS, console.size))
        return [line.rstrip() for line in console.export_text().splitlines()]


def coached(step_id: str, **more: object) -> Screen:
    routine = ROUTINES[step_id.partition(".")[0]]
    briefs = [brief(routine, one.step, PAD, one.duration_s) for one in plan(routine, PAD).steps]
    at = [b.id for b in briefs].index(step_id)
    state = CoachState(
        phase="practising",
        step=briefs[at],
        next=briefs[at + 1] if at + 1 < len(briefs) else None,
        number=at + 1,
        of=len(briefs),
        begun_s=3600.0,
        reps=11,
        expected=(8, 10) if briefs[at].reps else None,
        holding_s=3610.0,
        pacer=Pacer(0, 6.0),
        ticks_s=3600.0,
        **more,  # type: ignore[arg-type]  # fields of the state
    )
    return Screen(coach=state, t=4199.0, force_n=123.4, rate_per_min=123.0, strokes=1234, flags=123)


@pytest.mark.parametrize("step_id", STEPS)
def test_every_step_fits(view: LiveView, step_id: str) -> None:
    screen = coached(step_id)
    lines = drawn(view, screen)
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80
    text = "\n".join(lines)
    assert screen.brief is not None
    for wanted in (screen.brief.title, "then: ", "force", "tempo", "breath", "Practice feedback", "n next"):
        assert wanted in text


@pytest.mark.parametrize("kind", HARM_ORDER)
def test_every_flag_has_its_banner(view: LiveView, kind: str) -> None:
    say = Say(1, kind, WORDS[kind], "at least 123 cm/s (limit 100 cm/s)", good=False)  # type: ignore[index]  # a flag's
    lines = drawn(view, coached("relieving.8", say=say))
    assert len(lines) <= 24
    assert WORDS[kind][:30] in "\n".join(lines)  # type: ignore[index]  # as above


@pytest.mark.parametrize("name", ROUTINES)
def test_the_checklist_fits(view: LiveView, name: str) -> None:
    routine = ROUTINES[name]
    coach = Coach(routine, plan(routine, PAD, 300.0), PAD, checklist=True, calibrated=False)
    coach.start()
    coach.look(Now(1))
    lines = drawn(view, Screen(coach=coach.state))
    assert len(lines) <= 24
    assert "Before you start" in "\n".join(lines)
    assert "\n".join(lines).count("\N{BALLOT BOX}") == len(routine.checklist)


def test_without_a_coach_the_flag_and_the_beat_are_shown(view: LiveView) -> None:
    screen = Screen(step="Deep long strokes", how="Both hands flat beside the spine.")
    screen.take({"event": "flag", "kind": "too-hard", "t": 1.0, "t1": None, "value": 95.0, "limit": 90.0, "unit": "N"})
    text = "\n".join(drawn(view, screen))
    assert "Too hard: ease off" in text
    assert "95 N (limit 90 N)" in text
    assert "Deep long strokes" in text

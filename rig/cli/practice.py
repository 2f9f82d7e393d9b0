"""`rig practice` and `rig demo`: the commands that a person stands at the pad with.

They say what is practised and on what; `rig.cli.live_session` does the rest. The rule: whatever can be refused is
refused before the board is touched.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from rig.cli.boards_at_hand import DurationOption, PortOption, check_choice, the_board, virtual_board
from rig.cli.coached import (
    BellOption,
    BreathOption,
    ChecklistOption,
    Lead,
    LengthOption,
    ManualOption,
    MetronomeOption,
)
from rig.cli.event_lines import EventsOption
from rig.cli.live_session import Plan, run_session
from rig.cli.pads import DEFAULT_PAD, PadOption
from rig.cli.sources import LevelOption, ProfileOption, StepOption
from rig.cli.targets import OutputOption
from rig.clock import SystemClock
from rig.pad import load_pad, pad_text

if TYPE_CHECKING:
    from rig.technique.routine.routine import Routine

HeadlessOption = Annotated[bool, typer.Option("--headless", help="No window, even where there is a screen.")]
SeedOption = Annotated[int, typer.Option(metavar="N", help="Draws the virtual hands and sensors.")]


def demo(
    context: typer.Context,
    headless: HeadlessOption = False,
    events: EventsOption = None,
    output: OutputOption = None,
    seed: SeedOption = 1,
) -> None:
    """A whole practice session on the virtual pad, about a minute: live flags, a recording and a report."""
    from rig.performance.demo import DURATION_S, ROUTINE, STEP, demo_player
    from rig.technique.routine.loading import load_routine

    pad = load_pad(DEFAULT_PAD)
    routine = load_routine(ROUTINE, pad)
    clock = SystemClock()
    plan = Plan(
        pad,
        pad_text(DEFAULT_PAD),
        routine,
        _text_of(ROUTINE, routine),
        "demo",
        # Its hands keep their own time: nobody is there to tick a checklist, and none of them hears a pacer.
        lead=Lead(step=STEP, length_s=DURATION_S, checklist=False, breaths_per_min=0.0, metronome=False),
        duration_s=DURATION_S,
        headless=headless,
        events=events,
        output=output,
    )
    run_session(plan, virtual_board(pad, demo_player(pad, routine, seed).counts, clock, seed), context.obj, clock)


def practice(
    context: typer.Context,
    routine: Annotated[str, typer.Argument(metavar="ROUTINE", help="A built-in routine or a routine file.")],
    port: PortOption = None,
    virtual: Annotated[bool, typer.Option("--virtual", help="Practise on the virtual pad.")] = False,
    pad: PadOption = DEFAULT_PAD,
    profile: ProfileOption = None,
    step: StepOption = None,
    level: LevelOption = None,
    length: LengthOption = None,
    manual: ManualOption = False,
    checklist: ChecklistOption = None,
    breath: BreathOption = None,
    metronome: MetronomeOption = True,
    bell: BellOption = False,
    headless: HeadlessOption = False,
    events: EventsOption = None,
    output: OutputOption = None,
    duration: DurationOption = None,
    seed: SeedOption = 1,
) -> None:
    """Practise a routine, led from step to step and told live what goes wrong.

    Both palms held on the pad's top corners mean next, held for four seconds again, on the bottom corners pause or go
    on. Keys: n next, a again, p pause, q end.
    """
    from rig.technique.routine.loading import load_routine

    check_choice(port, virtual)
    layout = load_pad(pad)
    wanted = load_routine(routine, layout)
    lead = Lead(
        step=None if step is None else wanted.step(step).id,
        automatic=not manual,
        length_s=None if length is None else 60 * length,
        checklist=checklist,
        breaths_per_min=breath,
        metronome=metronome,
        bell=bell,
    )
    clock = SystemClock()
    plan = Plan(
        layout,
        pad_text(pad),
        wanted,
        _text_of(routine, wanted),
        wanted.name,
        lead=lead,
        level=level,
        profile=profile,
        duration_s=duration,
        headless=headless,
        events=events,
        output=output,
    )
    if virtual:
        from rig.performance.demo import RATE_HZ
        from rig.performance.follower import Follower

        hands = Follower(layout, wanted.at_level(level), seed, RATE_HZ)
        plan = replace(plan, hears=hands.hear)
        device = virtual_board(layout, hands.counts, clock, seed)
    else:
        device = the_board(port, layout, clock)
    run_session(plan, device, context.obj, clock)


def _text_of(name: str, routine: Routine) -> str:
    """A routine's file, made to stand alone, as a recording keeps it."""
    from rig.technique.routine.loading import routine_text, standalone_text

    return standalone_text(routine_text(name)[0], routine)

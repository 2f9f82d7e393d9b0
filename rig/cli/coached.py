"""How `rig practice` is coached: which steps, for how long, by whose beat, and whether somebody is there to see it.

The rule: what waits for a person (the checklist) or is judged by what a person sees (the breath pacer) is there by
itself only where something is shown; a program that reads event lines asks for it by an option.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rig.pad import PadLayout
    from rig.session.coaching import Coaching
    from rig.technique.coach.metronome import Beat
    from rig.technique.routine.routine import Routine

ManualOption = Annotated[
    bool, typer.Option("--manual", help="Stay in each step until asked on by a key or a gesture; else go on when done.")
]
LengthOption = Annotated[
    float | None, typer.Option(min=0.5, metavar="MIN", help="Fit the session into so many minutes.")
]
ChecklistOption = Annotated[
    bool | None,
    typer.Option("--checklist/--no-checklist", help="Wait until the checklist is ticked; by itself where it is shown."),
]
BreathOption = Annotated[
    float | None,
    typer.Option(min=0, max=30, metavar="PER_MIN", help="The breath pacer, 0 for none; by itself where it is shown."),
]
MetronomeOption = Annotated[
    bool, typer.Option("--metronome/--no-metronome", help="Beat and breath on the board's buzzer.")
]
BellOption = Annotated[bool, typer.Option("--bell", help="The terminal's bell for the spine alarm and the beat, too.")]


@dataclass(frozen=True)
class Lead:
    """How a session is led; None leaves a choice to whether somebody sees it.

    Attributes:
        step: the only one that is practised, or None for all. automatic: whether steps that are done are gone on from.
        length_s: of the whole, or None. checklist, breaths_per_min (0 for none): as the options say.
        metronome, bell: what is heard.
    """

    step: str | None = None
    automatic: bool = True
    length_s: float | None = None
    checklist: bool | None = None
    breaths_per_min: float | None = None
    metronome: bool = True
    bell: bool = False

    def coaching(self, routine: Routine, pad: PadLayout, *, seen: bool, calibrated: bool) -> Coaching:
        """The coach of a session with the routine, at its level.

        Args:
            seen: whether somebody is shown it. calibrated: whether forces are newtons to be trusted.

        Raises:
            InputError: no such step, or too short a length.
        """
        from rig.session.coaching import Coaching
        from rig.technique.coach.coach import Coach
        from rig.technique.coach.lengths import Plan, plan

        planned = plan(routine, pad, self.length_s)
        if self.step is not None:
            step = routine.step(self.step)
            planned = Plan(tuple(one for one in planned.steps if one.step.id == step.id))
        usual = routine.band("breath-pacer").low if seen else None
        coach = Coach(
            routine,
            planned,
            pad,
            automatic=self.automatic and self.step is None,
            breaths_per_min=usual if self.breaths_per_min is None else self.breaths_per_min or None,
            checklist=seen if self.checklist is None else self.checklist,
            calibrated=calibrated,
        )
        return Coaching(coach, metronome=self.metronome)


class Bell:
    """The terminal's bell as a computer's sound: no music, but everywhere."""

    def beat(self, kind: Beat) -> None:  # noqa: ARG002 - a bell has one tone
        """A beat."""
        self._ring()

    def alarm(self, on: bool) -> None:
        """The spine is pressed."""
        if on:
            self._ring()

    def _ring(self) -> None:
        # Beside the picture on stdout, which must not be torn.
        sys.stderr.write("\a")
        sys.stderr.flush()

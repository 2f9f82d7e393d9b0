"""What the coach says, in the windows' language.

The English is the coach's own (`rig.technique.saying`, `rig.technique.coach`, `rig.report.advice`); here it is only
marked, so that it is gathered for translation. The rule, kept by a test: these lists and the coach's are the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.gui.words import text

if TYPE_CHECKING:
    from collections.abc import Callable

    from rig.session.screen import Screen

PRAISE = (
    text("Better: off the spine"),
    text("Better: not so hard"),
    text("Better: the right way"),
    text("Better: the right place"),
    text("Better: the tempo is right"),
    text("Better: firm enough"),
    text("Better: held long enough"),
    text("Better: with the breath"),
    text("Better: the passes differ as they should"),
    text("Better: even pressure"),
    text("Better: a steady beat"),
)

ADVICE = (
    text("Keep off the spine: set the hands down beside it, and lift before you cross it."),
    text("Press less: lean in slowly and stop well before the limit."),
    text("Look after the link: check the cable and the port before the next session."),
    text("Have a sensor mended: let the doctor look at the pad."),
    text("Mind the direction: say where the stroke goes before you begin it."),
    text("Find the place first: feel for the landmarks, then begin."),
    text("Slow down: let each stroke take as long as the beat says."),
    text("Keep moving: follow the beat to the end of the stroke."),
    text("Press more: lean in with the body's weight, not with the fingers."),
    text("Keep one rhythm: practise with the beat switched on."),
    text("Press evenly: the same force all along the way, and in both hands."),
    text("Tell the ways apart: press on the way up, only glide on the way down."),
    text("Hold longer: count on until the screen lets you go."),
    text("Stay in contact: one hand leaves only when the other has landed."),
    text("Do all repetitions: count along with the screen."),
    text("Learn the order: go through the list before you begin."),
    text("Move with the breath: follow the pacer, and turn where it turns."),
    text("Do it again: the pad saw nothing of it that could be judged."),
    text("Nothing was flagged: go on to the next step, or take a stricter level."),
)

TRUST = (text("Uncalibrated pad: forces are estimates."),)
"""What is said of forces, where that is always the same sentence."""


def coach_words(screen: Screen, say: Callable[..., str]) -> str:
    """The coach's word where nothing is wrong, as `Screen.say` has it in English."""
    told = screen.say
    brief, following = screen.brief, screen.next_step
    title = brief.title if brief is not None else ""
    then = following.title if following is not None else say("the end")
    automatic = screen.coach is None or screen.coach.automatic
    match told.kind:
        case "now":
            return say("Now: {step}", step=title)
        case "next":
            return say("Lift for the next: {step}", step=then)
        case "again":
            return say("Lift, and again: {step}", step=title)
        case "done" if automatic:
            return say("Done. Lift your hands, then: {step}", step=then)
        case "done":
            return say("Done. Both palms on the top corners to go on")
        case "over":
            return say("That was the last step")
        case _:
            return say(told.text)

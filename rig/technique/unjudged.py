"""What is not judged of a step, and why: said in every report, so that silence is never taken for praise.

Three kinds of reason exist: the pad cannot see it (the routine file says so), nothing was there to judge it by, or
this version does not judge it yet. The rule: whoever adds a judgement takes its line out here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.technique.hand_rules import unseen_of_hands

if TYPE_CHECKING:
    from rig.technique.bands import Band
    from rig.technique.routine import Step
    from rig.technique.timeline import Pacer


def not_judged(step: Step, duration: Band | None, seconds: float, pacer: Pacer | None) -> list[str]:
    """One line for each demand of the step that goes unjudged.

    Args:
        duration: how long the step should last. seconds: how long it lasted. pacer: the breath that was shown.
    """
    reasons = {
        "breath: no pacer was running": step.breath is not None and pacer is None,
        "force: the document asks for none": step.pressure is None,
        "tempo: the document asks for none": step.speed is None and step.rate is None,
    }
    lasted = (
        [] if duration is None else [f"duration: {_asked(duration)}, practised {seconds:.0f} s; shown, not flagged"]
    )
    told = [reason for reason, applies in reasons.items() if applies]
    return [*lasted, *told, *unseen_of_hands(step), *step.unseen]


def _asked(duration: Band) -> str:
    low, high = duration.low, duration.high
    span = " to ".join(f"{end:g}" for end in dict.fromkeys((low, high)) if end is not None)
    return f"{span} s asked for"

"""What is not judged of a step, and why: said in every report, so that silence is never taken for praise.

Three kinds of reason exist: the pad cannot see it (the routine file says so), nothing was there to judge it by, or
this version does not judge it yet. The rule: whoever adds a judgement takes its line out here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rig.technique.routine.bands import Band
    from rig.technique.routine.routine import Step
    from rig.technique.timeline import Pacer

LEAST_S = 0.2
"""Shorter is too short for any load to be flagged (`too-hard`)."""


def not_judged(step: Step, duration: Band | None, seconds: float, pacer: Pacer | None, doubt: float = 1.0) -> list[str]:
    """One line for each demand of the step that goes unjudged, or is judged by more than it asks for.

    Args:
        duration: how long the step should last. seconds: how long it lasted. pacer: the breath that was shown.
        doubt: by what factor forces may be misread; 1 with a calibration.
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
    return [*lasted, *told, *_doubtful(step, doubt), *step.unseen]


def beyond_range(seconds: float) -> list[str]:
    """How hard hands pressed while a sensor read no more than "at least", for so many seconds of a step."""
    return [f"force for {seconds:.1f} s: beyond a sensor's range, at least what is said"] if seconds >= LEAST_S else []


def _doubtful(step: Step, doubt: float) -> list[str]:
    """What sets forces against a limit in newtons, or against those that other sensors measure.

    Only a calibration makes newtons of them, and sensors alike. Force from pass to pass, from stroke to stroke and from
    level to level is measured by the same sensors, and needs none.
    """
    compared = {
        "force against its limits": step.pressure is not None,
        "evenness along the way": step.even,
        f"less force in the {step.lighter_in.zone if step.lighter_in else ''}": step.lighter_in is not None,
        f"depth against {step.deeper_than}": step.deeper_than is not None,
        "depth from part to part": bool(step.repeats),
    }
    why = f"forces are not calibrated; within a factor of {doubt:g} nothing is told"
    return [f"{what}: {why}" for what, applies in compared.items() if applies and doubt > 1]


def _asked(duration: Band) -> str:
    low, high = duration.low, duration.high
    span = " to ".join(f"{end:g}" for end in dict.fromkeys((low, high)) if end is not None)
    return f"{span} s asked for"

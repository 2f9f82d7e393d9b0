"""What is not judged of a step, and why: said in every report, so that silence is never taken for praise.

Two kinds of reason exist: the pad cannot see it (the routine file says so), and this version does not judge it
yet. The rule: whoever adds a judgement takes its line out here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rig.technique.routine import Step

NOT_YET = "not judged by this version"


def not_judged(step: Step) -> list[str]:
    """One line for each demand of the step that goes unjudged."""
    demands = {
        "duration": step.duration is not None,
        "breath": step.breath is not None,
        "end line": step.end_line is not None,
        "travel of the movement as a whole": step.travel is not None,
        "force": step.pressure is None,
        "tempo": step.speed is None and step.rate is None,
    }
    open_in_document = {"force", "tempo"}
    return [
        f"{what}: {'the document asks for none' if what in open_in_document else NOT_YET}"
        for what, applies in demands.items()
        if applies
    ] + list(step.unseen)

"""What to practise next as the page shows it.

The rule: what is advised, and in which order, is up to `rig.report.advice`; here it is only put into words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rig.report.advice import advise, reason
from rig.report.html.flags import steps_text

if TYPE_CHECKING:
    from rig.report.report import Report
    from rig.technique.flags import FlagKind


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to practise: what to do, in which steps, against which kind of flag, and what that rests on."""

    do: str
    where: str
    kind: FlagKind | None
    why: str


def tasks(report: Report) -> list[Task]:
    """The few that matter most, most harmful first."""
    return [Task(one.do, steps_text(one.steps), one.kind, reason(one)) for one in advise(report)]

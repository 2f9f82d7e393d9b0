"""What to practise next as the page shows it: one task for all steps that it is about.

The rule: what is advised, and in which order, is up to `rig.report.advice`; here the same advice on several steps
becomes one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rig.report.advice import MOST, advise, reason
from rig.report.groups import flag_groups
from rig.report.html_flags import steps_text

if TYPE_CHECKING:
    from rig.report.advice import Advice
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
    found: dict[tuple[str, FlagKind | None], list[Advice]] = {}
    for one in advise(report, most=len(report.steps) + len(report.flags) + 1):
        found.setdefault((one.do, one.kind), []).append(one)
    groups = {group.kind: group for group in flag_groups(report.flags)}
    made = []
    for (do, kind), several in list(found.items())[:MOST]:
        said = several[0]
        if kind is not None:
            said = replace(said, times=groups[kind].count, worst=groups[kind].worst)
        made.append(Task(do, steps_text(one.step for one in several), kind, reason(said)))
    return made

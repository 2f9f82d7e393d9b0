"""What to practise next: out of flags and verdicts, the few things that matter most, harm first.

One piece of advice stands for all flags of one kind, in whichever steps. Harm comes before technique (`HARM_ORDER`); a
step of which nothing was seen is to be done again; where nothing was wrong, the advice is to go on. The page and the
windows show the same. The rule: advice is worked out from reports alone and says nothing that they do not hold; it is
about practice, never about health.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import msgspec

from rig.report.groups import flag_groups
from rig.report.measures import flag_kinds, stretches
from rig.technique.wording import figures

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rig.report.measures import Stretch
    from rig.report.report import Report
    from rig.technique.flags import Flag, FlagKind

MOST = 3
"""More than three things at once nobody practises."""

PRACTISE: dict[FlagKind, str] = {
    "spine-pressure": "Keep off the spine: set the hands down beside it, and lift before you cross it.",
    "too-hard": "Press less: lean in slowly and stop well before the limit.",
    "signal-gap": "Look after the link: check the cable and the port before the next session.",
    "sensor-fault": "Have a sensor mended: let the doctor look at the pad.",
    "wrong-direction": "Mind the direction: say where the stroke goes before you begin it.",
    "wrong-place": "Find the place first: feel for the landmarks, then begin.",
    "too-fast": "Slow down: let each stroke take as long as the beat says.",
    "too-slow": "Keep moving: follow the beat to the end of the stroke.",
    "too-light": "Press more: lean in with the body's weight, not with the fingers.",
    "irregular": "Keep one rhythm: practise with the beat switched on.",
    "uneven": "Press evenly: the same force all along the way, and in both hands.",
    "contrast": "Let the force change as the step asks: read first where it is to be more, and where less.",
    "hold-short": "Hold longer: count on until the screen lets you go.",
    "lifted": "Stay in contact: one hand leaves only when the other has landed.",
    "missing-reps": "Do all repetitions: count along with the screen.",
    "out-of-order": "Learn the order: go through the list before you begin.",
    "breath": "Move with the breath: follow the pacer, and turn where it turns.",
}
"""One sentence a kind of flag: the aim, and how to get there."""

AGAIN = "Do it again: the pad saw nothing of it that could be judged."
GO_ON = "Nothing was flagged: go on to the next step, or take a stricter level."

About = Literal["flags", "again", "go-on"]
Trend = Literal["better", "same", "worse"]

ALIKE = 0.15
"""Rates of flags that differ by less than this share are called the same."""


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to practise.

    Attributes:
        about: why it is given. steps: where; none outside any step.
        do: what to do, one or two short sentences of this module (so that they can be translated).
        kind, times, worst: of the flags that it rests on; None, 0 and None where it rests on none.
        a_minute: how often it was flagged in a minute of those steps; None where no time was seen.
        trend: against the sessions before in which these steps were practised; None where there were none.
        why: the report's own reason, of a step that is to be done again. sources: who says so, each once.
    """

    about: About
    steps: tuple[str, ...]
    do: str
    kind: FlagKind | None = None
    times: int = 0
    worst: Flag | None = None
    a_minute: float | None = None
    trend: Trend | None = None
    why: str = ""
    sources: tuple[str, ...] = ()

    @property
    def step(self) -> str | None:
        """The one step to practise first: where it was worst."""
        worst = None if self.worst is None else self.worst.step
        return worst if worst in self.steps else next(iter(self.steps), None)


def advise(report: Report, most: int = MOST) -> list[Advice]:
    """What to practise after one session; empty where nothing was seen and nothing was asked for."""
    return advise_over([report], most)


def advise_over(reports: Sequence[Report], most: int = MOST) -> list[Advice]:
    """What to practise after several sessions, given oldest first: each step as it was done last."""
    latest: dict[str | None, Stretch] = {}
    before: dict[str | None, Stretch] = {}
    for report in reports:
        for step, stretch in _by_step(report).items():
            if step in latest:
                before[step] = latest[step]
            latest[step] = stretch
    kinds = flag_kinds(latest.values())
    found = [_on_kind(kind, latest, before) for kind in kinds] + _again(reports, latest)
    if not found and any(stretch.strokes or stretch.holds for stretch in latest.values()):
        found.append(Advice("go-on", (), GO_ON))
    return found[:most]


def reason(advice: Advice) -> str:
    """What a piece of advice rests on, in a few words of English; empty where it rests on nothing."""
    if advice.kind is None:
        return advice.why
    times = "once" if advice.times == 1 else f"{advice.times} times"
    flag = advice.worst
    if flag is None:
        return times
    told = figures(msgspec.structs.asdict(flag))
    return f"{times}, at worst {told}" if told else times


def _by_step(report: Report) -> Mapping[str | None, Stretch]:
    """Each step; the whole recording where no step was marked."""
    found = stretches(report)
    return {step: stretch for step, stretch in found.items() if step is not None} or found


def _on_kind(kind: FlagKind, latest: Mapping[str | None, Stretch], before: Mapping[str | None, Stretch]) -> Advice:
    """What all flags of one kind come to, in the steps as they were done last."""
    where = {step: stretch for step, stretch in latest.items() if any(flag.kind == kind for flag in stretch.flags)}
    flags = [flag for stretch in where.values() for flag in stretch.flags if flag.kind == kind]
    group = flag_groups(flags)[0]
    rate = _a_minute(where.values(), kind)
    return Advice(
        "flags",
        tuple(step for step in where if step is not None),
        PRACTISE[kind],
        kind=kind,
        times=group.count,
        worst=group.worst,
        a_minute=rate,
        trend=_trend(rate, _a_minute([before[step] for step in where if step in before], kind)),
        sources=group.sources,
    )


def _again(reports: Sequence[Report], latest: Mapping[str | None, Stretch]) -> list[Advice]:
    """The steps that were not judged when they were practised last."""
    found = []
    for step, stretch in latest.items():
        if stretch.verdict == "not-judged" and not stretch.flags:
            results = [result for report in reports for result in report.steps if result.id == step]
            why = results[-1].reasons[0] if results[-1].reasons else ""
            found.append(Advice("again", (step,) if step is not None else (), AGAIN, why=why))
    return found


def _a_minute(stretches: Iterable[Stretch], kind: FlagKind) -> float | None:
    """How often a kind of flag was raised in a minute of these stretches together; None where none was seen."""
    together = list(stretches)
    seen_s = sum(stretch.seen_s for stretch in together)
    count = sum(flag.kind == kind for stretch in together for flag in stretch.flags)
    return 60 * count / seen_s if seen_s > 0 else None


def _trend(now: float | None, before: float | None) -> Trend | None:
    if now is None or before is None:
        return None
    if abs(now - before) <= ALIKE * max(now, before):
        return "same"
    return "worse" if now > before else "better"

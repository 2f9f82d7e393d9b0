"""The tally of a session: what was found, counted by step, and the verdict on each.

Keeps every stroke, rhythm, hold and flag with the step in which it began - a few an instant of practice, not a few an
instant of time - and of the columns only how long hands were on the pad. A step passes if it was seen and nothing was
flagged. Movements of hands that went on by themselves are first told of the old step; the mark that reaches back to
them (`timeline.py`) takes them along, and what was flagged of them for the old step is taken back. The rule: what was
not judged is listed with its reason.
"""

from __future__ import annotations

import math
from collections import Counter, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeVar

import msgspec
import numpy as np

from rig.analysis.findings import HOP_US, Hold, Stroke
from rig.analysis.rhythm import is_echo
from rig.technique.flags import ABOUT_THE_RIG, Flag, report_order
from rig.technique.hands_seen import hands_seen
from rig.technique.laid_across import whole_holds
from rig.technique.repetitions import Repetition, RepetitionCounter, expected_repetitions
from rig.technique.resting import rests
from rig.technique.scoring import score_of, shares_of
from rig.technique.step_rhythms import by_step
from rig.technique.timeline import Candidate  # noqa: TC001 - msgspec reads the annotations
from rig.technique.unjudged import beyond_range, not_judged
from rig.technique.wording import some

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rig.analysis.findings import Findings, Gap, Rhythm
    from rig.pad import PadLayout
    from rig.technique.flags import FlagEvent
    from rig.technique.limits import Limits
    from rig.technique.routine.bands import Band
    from rig.technique.routine.routine import Routine, Step
    from rig.technique.rules.levels import Stair
    from rig.technique.timeline import Mark, Timeline

Verdict = Literal["pass", "fail", "not-judged"]

_Movement = TypeVar("_Movement", Stroke, Hold)

_RECENT_HOPS = 120 * 1_000_000 // HOP_US
"""No step begins unnoticed for longer than two minutes: so long it is known in which hops a hand was on the pad."""

_STANDING = frozenset((*ABOUT_THE_RIG, "out-of-order"))
"""Flags that stand whatever step it was."""


class StepResult(msgspec.Struct, frozen=True):
    """One stretch of one step.

    Attributes:
        reps, reps_expected: repetitions counted, and the fewest that the document asks for; None where there is
            nothing to count or no number is asked for.
        score: 0 to 100; None where the step was not judged. parts: the shares (0 to 1) that it is made of.
        not_judged: what was not judged, and why. reasons: what the verdict rests on.
        contacts_s: seconds with any contact.
        contact_sizes: how many of the movements and holds each size of hand made (`ContactSize`, and "cannot tell").
        detected: whether nobody said that this step was practised, so that it was found from what the hands did;
            `confidence`, 0 to 1, is then how sure that is, and `alternatives` which others it may have been.
        notes: where documents disagree about this step, and what is coached.
    """

    id: str
    t0: float
    t1: float
    reps: int | None
    reps_expected: int | None
    verdict: Verdict
    score: int | None
    not_judged: list[str]
    parts: dict[str, float] = {}
    reasons: list[str] = []
    contacts_s: float | None = None
    contact_sizes: dict[str, int] = {}
    detected: bool = False
    confidence: float | None = None
    alternatives: tuple[Candidate, ...] = ()
    notes: list[str] = []


class Undecided(msgspec.Struct, frozen=True):
    """A stretch of some step that could not be told from others, so that nothing of a step was judged in it."""

    t0: float
    t1: float
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a whole session came to; all lists in order of time.

    `unseen` is its end, where the board was lost and did not come back. `stairs` are the pressures that rose in levels.
    """

    duration_s: float
    contacts_s: float
    strokes: list[Stroke]
    rhythms: list[Rhythm]
    holds: list[Hold]
    flags: list[Flag]
    steps: list[StepResult]
    score: int | None
    routine: str | None
    level: str | None
    calibrated: bool
    conversion: str
    undecided: tuple[Undecided, ...] = ()
    unseen: Gap | None = None
    stairs: tuple[Stair, ...] = ()


@dataclass(frozen=True, slots=True)
class SetBack:
    """What a mark that reaches back took along: the movements, what they count, and the flags that were mistaken."""

    strokes: list[Stroke]
    holds: list[Hold]
    repetitions: list[Repetition]
    mistaken: list[Flag]


class Tally:
    """Collects what one session brings to light."""

    def __init__(
        self, pad: PadLayout, timeline: Timeline, routine: Routine | None, limits: Limits, *, calibrated: bool
    ) -> None:
        self._pad = pad
        self._timeline = timeline
        self._routine = routine
        self._limits = limits
        self._calibrated = calibrated
        self._counters: dict[int, RepetitionCounter] = {}
        self._recent_hops: deque[tuple[int, bool]] = deque(maxlen=_RECENT_HOPS)
        self._rhythms: list[tuple[Rhythm, int]] = []
        self._contact_hops: Counter[int] = Counter()
        self._beyond_hops: Counter[int] = Counter()
        self._shorted_us: float = math.inf
        self.strokes: list[Stroke] = []
        self.holds: list[Hold] = []
        self.flags: list[Flag] = []

    @property
    def contacts_s(self) -> float:
        """Seconds with any contact."""
        return sum(self._contact_hops.values()) * HOP_US / 1e6

    def counter_at(self, t_us: int) -> RepetitionCounter | None:
        """What counts the step practised at a moment; None before its first movement."""
        return self._counters.get(self._timeline.row_at(t_us))

    def push(self, findings: Findings) -> tuple[list[Stroke], list[Repetition]]:
        """Take the next findings; gives the strokes with their steps, and the repetitions they complete."""
        self._count_contact(findings)
        strokes = [msgspec.structs.replace(s, step=self._step_name(s.t0)) for s in findings.strokes]
        self.strokes += strokes
        self._rhythms += [(rhythm, len(self.strokes)) for rhythm in findings.rhythms]
        holds = [msgspec.structs.replace(h, step=self._step_name(h.t0)) for h in findings.holds]
        self.holds += holds
        return strokes, self._repetitions([*strokes, *holds])

    def flag(self, event: FlagEvent) -> bool:
        """Take a flag that was raised or is over; only the closed one is kept.

        False if it is none: it was raised for a step that its movement turned out not to be of.
        """
        if event.over and self._is_mistaken(event.flag):
            return False
        if event.over:
            self.flags.append(event.flag)
        return True

    def set_back(self, mark: Mark) -> SetBack:
        """Give the last mark, which reaches back, the movements that it reaches back to."""
        row = len(self._timeline.marks) - 1
        strokes = self._taken_along(self.strokes, mark)
        holds = self._taken_along(self.holds, mark)
        if self._counters.pop(row - 1, None) is not None:
            movements: list[Stroke | Hold] = [*self.strokes, *self.holds]
            self._repetitions(m for m in movements if self._row_of(m) == row - 1)
        for hops, beyond_alone in ((self._contact_hops, False), (self._beyond_hops, True)):
            gone = sum(t_us >= mark.begun_us and (beyond or not beyond_alone) for t_us, beyond in self._recent_hops)
            hops[row - 1] -= gone
            hops[row] += gone
        mistaken = [flag for flag in self.flags if self._is_mistaken(flag)]
        self.flags[:] = [flag for flag in self.flags if flag not in mistaken]
        return SetBack(strokes, holds, self._repetitions([*strokes, *holds]), mistaken)

    def finish(self, start_s: float, end_s: float, *, level: str | None, conversion: str) -> Outcome:
        """The session from its first scan to its last, after the last findings and the last flag."""
        flags = sorted(self.flags, key=report_order)
        self.holds = self._of_whole_hands(self.holds)
        rhythms: list[Rhythm] = []
        for rhythm, told in self._rhythms:
            parts = by_step(rhythm, self.strokes[:told], self._timeline)
            rhythms += [part for part in parts if not any(is_echo(known, part) for known in rhythms)]
        steps = self._steps(start_s, end_s, flags, rhythms)
        scores = [(s.score, s.t1 - s.t0) for s in steps if s.score is not None]
        weight = sum(seconds for _, seconds in scores)
        return Outcome(
            duration_s=end_s - start_s,
            contacts_s=self.contacts_s,
            strokes=sorted(self.strokes, key=lambda s: (s.t0, s.contact, s.t1)),
            rhythms=sorted(rhythms, key=lambda r: (r.t0, r.t1)),
            holds=sorted(self.holds, key=lambda h: (h.t0, h.contact)),
            flags=flags,
            steps=steps,
            score=round(sum(score * seconds for score, seconds in scores) / weight) if weight else None,
            routine=self._routine.called if self._routine is not None else None,
            level=level,
            calibrated=self._calibrated,
            conversion=conversion,
            undecided=self._undecided(start_s, end_s),
        )

    def _step_name(self, t_s: float) -> str | None:
        return self._timeline.step_of(round(t_s * 1e6))

    def _row_of(self, movement: Stroke | Hold) -> int:
        return self._timeline.row_of(round(movement.t0 * 1e6))

    def _taken_along(self, movements: list[_Movement], mark: Mark) -> list[_Movement]:
        """The movements that a mark reaches back to, in their places with its step."""
        taken = []
        for number, movement in enumerate(movements):
            if round(movement.t0 * 1e6) >= mark.begun_us:
                movements[number] = msgspec.structs.replace(movement, step=mark.step)
                taken.append(movements[number])
        return taken

    def _is_mistaken(self, flag: Flag) -> bool:
        """Whether a flag was raised for the step before the one that hands were at.

        A beat's flag is as late as its last beat; every other one began with its movement. What hurts stands where it
        would have hurt in the next step as well.
        """
        if flag.kind in _STANDING or flag.step is None:
            return False
        t_us = round(((flag.t1 or flag.t0) if flag.x_mm is None else flag.t0) * 1e6)
        row = self._timeline.row_at(t_us)
        of = self._timeline.row_of(t_us)
        if row == of or flag.step != self._timeline.marks[row].step:
            return False
        limits = self._limits.of(self._timeline.marks[of].step)
        allowed = {"spine-pressure": limits.spine, "too-hard": limits.hard}.get(flag.kind)
        return allowed is None or (flag.value or 0.0) <= allowed.value

    def _count_contact(self, findings: Findings) -> None:
        t_us = findings.contacts.t_us
        if not len(t_us):
            return
        # Contacts come hop after hop: a hop's first is where the time changes.
        hops = np.append(t_us[:1], t_us[1:][t_us[1:] > t_us[:-1]])
        self._contact_hops.update(self._timeline.rows(hops).tolist())
        shorted = [fault.t0 * 1e6 for fault in findings.faults if fault.what == "shorted"]
        self._shorted_us = min([self._shorted_us, *shorted])
        # A shorted sensor is left out, but its reading stays beyond its range.
        beyond = findings.hops.t_us[findings.hops.at_least & (findings.hops.t_us < self._shorted_us)]
        self._beyond_hops.update(self._timeline.rows(np.intersect1d(beyond, hops)).tolist())
        self._recent_hops += zip(hops.tolist(), np.isin(hops, beyond).tolist(), strict=True)

    def _of_whole_hands(self, holds: list[Hold]) -> list[Hold]:
        """The holds with one for each hand that rested on the line."""
        resting = [h for h in holds if rests(self._limits.of(h.step).step)]
        return [*(h for h in holds if h not in resting), *whole_holds(self._pad, resting)]

    def _is_movement(self, movement: Stroke | Hold) -> bool:
        return isinstance(movement, Hold) or self._limits.is_movement(movement)

    def _repetitions(self, movements: Iterable[Stroke | Hold]) -> list[Repetition]:
        counted = [self._repetition(movement) for movement in movements if self._is_movement(movement)]
        return [repetition for repetition in counted if repetition is not None]

    def _repetition(self, movement: Stroke | Hold) -> Repetition | None:
        row = self._row_of(movement)
        step = self._step_of(row)
        if step is None:
            return None
        if row not in self._counters:
            self._counters[row] = RepetitionCounter(step, self._limits)
        return self._counters[row].take(movement)

    def _step_of(self, row: int) -> Step | None:
        return self._limits.of(self._timeline.marks[row].step).step if row >= 0 else None

    def _wanted_duration(self, step: Step) -> Band | None:
        return self._routine.wanted(step, "duration") if self._routine is not None else None

    def _steps(self, start_s: float, end_s: float, flags: list[Flag], rhythms: list[Rhythm]) -> list[StepResult]:
        results = []
        for row, t0, t1 in self._spans(start_s, end_s):
            step = self._step_of(row)
            if step is not None:
                own = [r for r in rhythms if t0 <= r.t0 < t1]
                results.append(self._result(row, step, t0, t1, [f for f in flags if t0 <= f.t0 < t1], own))
        return results

    def _undecided(self, start_s: float, end_s: float) -> tuple[Undecided, ...]:
        found = [(self._timeline.marks[row], t0, t1) for row, t0, t1 in self._spans(start_s, end_s)]
        return tuple(Undecided(t0, t1, m.detected.alternatives) for m, t0, t1 in found if m.detected and m.step is None)

    def _spans(self, start_s: float, end_s: float) -> Iterator[tuple[int, float, float]]:
        """Each mark's row, and from when to when it holds."""
        marks = self._timeline.marks
        for row, mark in enumerate(marks):
            t0 = max(mark.begun_us / 1e6, start_s)
            t1 = min(marks[row + 1].begun_us / 1e6, end_s) if row + 1 < len(marks) else end_s
            if t1 > t0:
                yield row, t0, t1

    def _result(
        self, row: int, step: Step, t0: float, t1: float, flags: list[Flag], rhythms: list[Rhythm]
    ) -> StepResult:
        strokes = [s for s in self.strokes if t0 <= s.t0 < t1 and self._limits.is_movement(s)]
        holds = [h for h in self.holds if t0 <= h.t0 < t1]
        contact_s = self._contact_hops[row] * HOP_US / 1e6
        reps = self._counters[row].count if row in self._counters else 0
        wrong = [f for f in flags if f.kind not in ABOUT_THE_RIG]
        shares = shares_of(wrong, contact_s, t1, strokes, holds, rhythms)
        verdict: Verdict = "pass"
        reasons = [f"{len([f for f in wrong if f.kind == kind])} x {kind}" for kind in {f.kind: None for f in wrong}]
        if wrong:
            verdict = "fail"
        elif reason := self._unseen(step, len(strokes) if step.repeats else reps, contact_s):
            verdict, reasons = "not-judged", [reason]
        found = self._timeline.marks[row].detected
        return StepResult(
            id=step.id,
            t0=t0,
            t1=t1,
            reps=None if step.counts in (None, "stretch") else reps,
            reps_expected=expected_repetitions(step, self._limits.of(step.id).fewest),
            verdict=verdict,
            score=None if verdict == "not-judged" else score_of(shares, flagged=bool(wrong)),
            not_judged=[
                *(reasons if verdict == "not-judged" else []),
                *beyond_range(self._beyond_hops[row] * HOP_US / 1e6),
                *not_judged(
                    step, self._wanted_duration(step), t1 - t0, self._timeline.marks[row].pacer, self._limits.widening
                ),
                *hands_seen(step, strokes, holds),
            ],
            parts=shares,
            reasons=reasons or [_nothing_wrong(step, reps)],
            contacts_s=contact_s,
            contact_sizes=_sizes([*strokes, *holds]),
            detected=found is not None,
            confidence=None if found is None else found.confidence,
            alternatives=() if found is None else found.alternatives,
            notes=[] if self._routine is None else [d.note for d in self._routine.disagreements_on(step)],
        )

    def _unseen(self, step: Step, reps: int, contact_s: float) -> str | None:
        """Why a step without a flag is no pass; None where it is one."""
        if contact_s == 0:
            return "no hand was on the pad"
        if step.counts == "stretch":
            return "a stretch is shear, which the pad does not see"
        if reps == 0:
            return f"no {step.counts or 'movement'} of this step was seen"
        return None


def _nothing_wrong(step: Step, reps: int) -> str:
    if step.counts in (None, "stretch"):
        return "nothing flagged"
    return f"{some(reps, 'repetition')} seen, nothing flagged"


def _sizes(movements: Iterable[Stroke | Hold]) -> dict[str, int]:
    """How many movements each size of hand made, the most frequent first."""
    return dict(Counter(movement.contact_size or "cannot tell" for movement in movements).most_common())

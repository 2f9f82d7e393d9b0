"""The tally of a session: what was found, counted by step, and the verdict on each.

Keeps every stroke, rhythm, hold and flag with the step in which it began - a few an instant of practice, not a few an
instant of time - and of the columns only how long hands were on the pad. A step's score is 100 times the share of
contact time that was free of load flags, times that of strokes (of holds, where hands only held) without a flag, times
the least share of an amount that was asked for (repetitions, the length of a hold), times the share of time in which
hands stayed that should, times the mean of 1 and the share of the time of rhythms that was even and at its rate: a bad
beat costs half at most, and so does a step that came out of order. It passes if it was seen and nothing was flagged;
what was flagged costs a point at least. The rule: what was not judged is listed with its reason.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Literal

import msgspec
import numpy as np

from rig.analysis.findings import HOP_US, Hold
from rig.analysis.rhythm import is_echo
from rig.technique.flags import ABOUT_THE_RIG, Flag, report_order
from rig.technique.hands_seen import hands_seen
from rig.technique.laid_across import whole_holds
from rig.technique.repetitions import Repetition, RepetitionCounter, expected_repetitions
from rig.technique.resting import rests
from rig.technique.step_rhythms import by_step
from rig.technique.timeline import Candidate  # noqa: TC001 - msgspec reads the annotations
from rig.technique.unjudged import beyond_range, not_judged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rig.analysis.findings import Findings, Gap, Rhythm, Stroke
    from rig.pad import PadLayout
    from rig.technique.bands import Band
    from rig.technique.flags import FlagEvent
    from rig.technique.limits import Limits
    from rig.technique.routine import Routine, Step
    from rig.technique.timeline import Timeline

Verdict = Literal["pass", "fail", "not-judged"]

_LOADS = ("spine-pressure", "too-hard")
_OF_STROKES = (
    "wrong-direction",
    "too-fast",
    "too-slow",
    "too-light",
    "wrong-place",
    "contrast",
    "uneven",
    "out-of-order",
    "breath",
)
_OF_AMOUNTS = ("missing-reps", "hold-short")

_OUT_OF_ORDER = 0.5
"""What a step is worth that came after one that it should have gone before."""


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

    `unseen` is its end, where the board was lost and did not come back.
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
        self._contact_hops: Counter[int] = Counter()
        self._beyond_hops: Counter[int] = Counter()
        self._shorted_us: float = math.inf
        self.strokes: list[Stroke] = []
        self.rhythms: list[Rhythm] = []
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
        strokes = [msgspec.structs.replace(s, step=self._step_at(s.t0)) for s in findings.strokes]
        self.strokes += strokes
        for rhythm in findings.rhythms:
            parts = by_step(rhythm, self.strokes, self._timeline)
            self.rhythms += [part for part in parts if not any(is_echo(known, part) for known in self.rhythms)]
        holds = [msgspec.structs.replace(h, step=self._step_at(h.t0)) for h in findings.holds]
        self.holds += holds
        movements: list[Stroke | Hold] = [*strokes, *holds]
        counted = [self._repetition(movement) for movement in movements if self._is_movement(movement)]
        return strokes, [rep for rep in counted if rep is not None]

    def flag(self, event: FlagEvent) -> None:
        """Take a flag that was raised or is over; only the closed one is kept."""
        if event.over:
            self.flags.append(event.flag)

    def finish(self, start_s: float, end_s: float, *, level: str | None, conversion: str) -> Outcome:
        """The session from its first scan to its last, after the last findings and the last flag."""
        flags = sorted(self.flags, key=report_order)
        self.holds = self._of_whole_hands(self.holds)
        steps = self._steps(start_s, end_s, flags)
        scores = [(s.score, s.t1 - s.t0) for s in steps if s.score is not None]
        weight = sum(seconds for _, seconds in scores)
        return Outcome(
            duration_s=end_s - start_s,
            contacts_s=self.contacts_s,
            strokes=sorted(self.strokes, key=lambda s: (s.t0, s.contact, s.t1)),
            rhythms=sorted(self.rhythms, key=lambda r: (r.t0, r.t1)),
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

    def _step_at(self, t_s: float) -> str | None:
        return self._timeline.step_at(round(t_s * 1e6))

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

    def _of_whole_hands(self, holds: list[Hold]) -> list[Hold]:
        """The holds with one for each hand that rested on the line."""
        resting = [h for h in holds if rests(self._limits.of(h.step).step)]
        return [*(h for h in holds if h not in resting), *whole_holds(self._pad, resting)]

    def _is_movement(self, movement: Stroke | Hold) -> bool:
        return isinstance(movement, Hold) or self._limits.is_movement(movement)

    def _repetition(self, movement: Stroke | Hold) -> Repetition | None:
        row = self._timeline.row_at(round(movement.t0 * 1e6))
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

    def _steps(self, start_s: float, end_s: float, flags: list[Flag]) -> list[StepResult]:
        results = []
        for row, t0, t1 in self._spans(start_s, end_s):
            step = self._step_of(row)
            if step is not None:
                results.append(self._result(row, step, t0, t1, [f for f in flags if t0 <= f.t0 < t1]))
        return results

    def _undecided(self, start_s: float, end_s: float) -> tuple[Undecided, ...]:
        found = [(self._timeline.marks[row], t0, t1) for row, t0, t1 in self._spans(start_s, end_s)]
        return tuple(Undecided(t0, t1, m.detected.alternatives) for m, t0, t1 in found if m.detected and m.step is None)

    def _spans(self, start_s: float, end_s: float) -> Iterator[tuple[int, float, float]]:
        """Each mark's row, and from when to when it holds."""
        marks = self._timeline.marks
        for row, mark in enumerate(marks):
            t0 = max(mark.t_us / 1e6, start_s)
            t1 = min(marks[row + 1].t_us / 1e6, end_s) if row + 1 < len(marks) else end_s
            if t1 > t0:
                yield row, t0, t1

    def _result(self, row: int, step: Step, t0: float, t1: float, flags: list[Flag]) -> StepResult:
        strokes = [s for s in self.strokes if t0 <= s.t0 < t1 and self._limits.is_movement(s)]
        holds = [h for h in self.holds if t0 <= h.t0 < t1]
        rhythms = [r for r in self.rhythms if t0 <= r.t0 < t1]
        contact_s = self._contact_hops[row] * HOP_US / 1e6
        reps = self._counters[row].count if row in self._counters else 0
        wrong = [f for f in flags if f.kind not in ABOUT_THE_RIG]
        flawed = {(f.t0, f.x_mm, f.y_mm) for f in wrong if _is_of_a_stroke(f)}
        parts = {
            "loads": _share(contact_s, sum((f.t1 or t1) - f.t0 for f in wrong if f.kind in _LOADS)),
            "strokes": _share(len(strokes or holds), len(flawed)),
            "order": _OUT_OF_ORDER if any(f.kind == "out-of-order" and f.x_mm is None for f in wrong) else None,
            "rhythm": _share(
                sum(r.t1 - r.t0 for r in rhythms), sum((f.t1 or t1) - f.t0 for f in wrong if _is_of_the_beat(f))
            ),
            "amounts": _least_amount([f for f in wrong if f.kind in _OF_AMOUNTS]),
            "contact": _lifted_share(contact_s, [f for f in wrong if f.kind == "lifted"]),
        }
        verdict: Verdict = "pass"
        reasons = [f"{len([f for f in wrong if f.kind == kind])} x {kind}" for kind in {f.kind: None for f in wrong}]
        if wrong:
            verdict = "fail"
        elif reason := self._unseen(step, len(strokes) if step.repeats else reps, contact_s):
            verdict, reasons = "not-judged", [reason]
        shares = {name: share for name, share in parts.items() if share is not None}
        found = self._timeline.marks[row].detected
        return StepResult(
            id=step.id,
            t0=t0,
            t1=t1,
            reps=None if step.counts in (None, "stretch") else reps,
            reps_expected=expected_repetitions(step, self._limits.of(step.id).fewest),
            verdict=verdict,
            score=None if verdict == "not-judged" else _score(shares, flagged=bool(wrong)),
            not_judged=[
                *(reasons if verdict == "not-judged" else []),
                *beyond_range(self._beyond_hops[row] * HOP_US / 1e6),
                *not_judged(
                    step, self._wanted_duration(step), t1 - t0, self._timeline.marks[row].pacer, self._limits.widening
                ),
                *hands_seen(step, strokes, holds),
            ],
            parts=shares,
            reasons=reasons or [f"{reps} repetitions seen, nothing flagged"],
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


def _sizes(movements: Iterable[Stroke | Hold]) -> dict[str, int]:
    """How many movements each size of hand made, the most frequent first."""
    return dict(Counter(movement.contact_size or "cannot tell" for movement in movements).most_common())


def _score(shares: Mapping[str, float], *, flagged: bool) -> int:
    """0 to 100 from the shares that exist; what was flagged costs a point at least."""
    beat = (1.0 + shares.get("rhythm", 1.0)) / 2
    whole = prod(shares.get(name, 1.0) for name in ("loads", "strokes", "order", "amounts", "contact"))
    return min(round(100 * whole * beat), 99 if flagged else 100)


def _is_of_a_stroke(flag: Flag) -> bool:
    return flag.kind in _OF_STROKES and flag.x_mm is not None


def _is_of_the_beat(flag: Flag) -> bool:
    """An uneven beat, or a rate: a tempo that belongs to no single place."""
    return flag.kind == "irregular" or (flag.kind in {"too-fast", "too-slow"} and flag.x_mm is None)


def _lifted_share(contact_s: float, flags: list[Flag]) -> float | None:
    """The share of time with a hand on the pad, of that and the time in which one was missed; None if none was."""
    missed_s = sum((f.t1 or f.t0) - f.t0 for f in flags)
    return contact_s / (contact_s + missed_s) if missed_s else None


def _least_amount(flags: list[Flag]) -> float | None:
    """The least share that was reached of what was asked for; None where nothing fell short."""
    return min(((f.value or 0.0) / f.limit for f in flags if f.limit), default=None)


def _share(whole: float, wrong: float) -> float | None:
    """What part of the whole was right; None of nothing."""
    return max(0.0, 1.0 - wrong / whole) if whole > 0 else None

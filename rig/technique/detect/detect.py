"""Which step is practised when, found from what the hands do, and how sure that is.

Every movement is set against every step's definition (`fit.py`), the routine's order says what may follow what
(`order.py`), and neighbouring movements of one step make a span. How likely a step is there is the mean over the
span's movements by their time; below `SURE` a span stays undecided, unless the steps in question ask for the very same,
so that it does not matter which it was. What hands do all along they may mean otherwise all along: so a span is said to
be no surer than one of its movements makes it, on the average, beside any other step that could stand there, and such
steps are its alternatives. `python -m tests.detection_table` measures how rightly steps are found and how right the
confidence is; docs/detection.md is what it told. The rule: nothing is guessed silently; a step that is named carries
its confidence, and one that is not, its candidates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from rig.technique.detect.fit import fit, kinds_of
from rig.technique.detect.order import follow, in_turn, states_of
from rig.technique.detect.seen import Gathering
from rig.technique.routine.routine import UNITS
from rig.technique.timeline import Candidate, Detection, Mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from rig.analysis.findings import Findings
    from rig.pad import PadLayout
    from rig.technique.detect.order import Followed
    from rig.technique.detect.seen import Movements
    from rig.technique.limits import Limits
    from rig.technique.routine.routine import Routine, Step

SURE = 0.6
"""A step is named from this likelihood on, as the whole session makes it."""

SURE_OF_THE_LINE = 0.9
"""A step in which hands may touch the spine is named from this on: a wrong one would excuse what hurts."""

LEAST_OWN = 0.25
"""Of a span at least so many movements are of a kind that its step is made of; else it is of no step."""

SUREST = 0.95
"""The rig is never surer: of 178 performances by hands that nothing here was made after (an outside tester's) 10 were
named as another step with 0.9 and more, before it was weighed what else could stand there."""

WORTH_NAMING = 0.05
"""Less likely steps are no alternatives."""

STILL = ("hold", "vibration")

_Ways = Sequence["NDArray[np.float64]"]
"""For each way to do a step, (n,) how well each movement fits it."""

_BEFORE_S = 0.5
"""A hand touches down a little before its movement begins."""


@dataclass(frozen=True, slots=True)
class Span:
    """Seconds `t0` to `t1` of movements of one step; `step` is None where it is undecided which, or is none.

    `candidates` are the likely steps, the likeliest first; none where the movements are of no step.
    """

    t0: float
    t1: float
    step: str | None
    candidates: tuple[Candidate, ...]


class Detector:
    """Finds the steps of one session.

    Args:
        routine: at its level. limits: those of the routine, for the same calibration.
    """

    def __init__(self, pad: PadLayout, routine: Routine, limits: Limits) -> None:
        self._pad = pad
        self._routine = routine
        self._limits = limits
        self._gathering = Gathering(pad, limits)
        self._states = states_of(routine)
        self._kinds = {
            step.id: {kind for name in (step.repeats or (step.id,)) for kind in kinds_of(routine.step(name))}
            for step in routine.steps
        }

    def push(self, findings: Findings) -> None:
        """Take the next findings."""
        self._gathering.push(findings)

    def spans(self) -> list[Span]:
        """The spans of the session so far, in order of time."""
        moves = self._gathering.movements()
        if not len(moves):
            return []
        fits = {s.id: fit(moves, s, self._routine, self._limits, self._pad) for s in self._routine.steps}
        still = np.isin(moves.kind, STILL)
        return self._spans(moves, fits, follow(self._states, fits, _pauses(moves), still, _most(self._routine)))

    def marks(self) -> list[Mark]:
        """The spans as marks, each a little before its first movement; the first one from the beginning on."""
        marks: list[Mark] = []
        last_s = -np.inf
        for span in self.spans():
            free_s = max(span.t0 - last_s, 0.0)
            begins_s = span.t0 - min(_BEFORE_S, free_s / 2) if marks else 0.0
            sure = span.candidates[0].confidence if span.step is not None else 0.0
            others = span.candidates[1:] if span.step is not None else span.candidates
            last_s = span.t1
            found = Detection(sure, others)
            if span.step is not None or not marks or marks[-1].step is not None or marks[-1].detected != found:
                marks.append(Mark(round(begins_s * 1e6), span.step, None, found))
        return marks

    def _spans(self, moves: Movements, fits: Mapping[str, _Ways], found: Followed) -> list[Span]:
        names = [state.step for state in found.states]
        steps = [step.id for step in self._routine.steps]
        by_step = np.stack([found.likely[:, [n == step for n in names]].sum(axis=1) for step in steps], axis=1)
        path = [names[state] for state in found.path.tolist()]
        seconds = np.maximum(moves.t1_s - moves.t0_s, 0.1)
        spans = []
        edges = [0, *(row for row in range(1, len(path)) if path[row] != path[row - 1]), len(path)]
        for begin, end in pairwise(edges):
            rows = slice(begin, end)
            t0, t1 = float(moves.t0_s[begin]), float(moves.t1_s[rows].max())
            likely = np.average(by_step[rows], axis=0, weights=seconds[rows])
            before = path[begin - 1] if begin else None
            after = path[end] if end < len(path) else None
            doubts = self._doubts(rows, fits, likely, before, after)
            step, candidates = self._named(likely, doubts, moves.kind[rows].tolist())
            spans.append(Span(t0, t1, *((None, ()) if path[begin] is None else (step, candidates))))
        return spans

    def _doubts(
        self,
        rows: slice,
        fits: Mapping[str, _Ways],
        likely: NDArray[np.float64],
        before: str | None,
        after: str | None,
    ) -> NDArray[np.float64]:
        """(steps,) how likely each step is in a span, the likeliest no likelier than one of its movements makes it."""
        steps = self._routine.steps
        best = int(likely.argmax())
        one = np.array([self._one_movement(rows, fits, step) for step in steps])
        turns = np.array([in_turn(self._states, before, step.id, after) for step in steps])
        worth = np.exp(np.minimum(one - one[best], 0.0)) * np.minimum(turns / max(turns[best], 1e-9), 1.0)
        doubts = np.maximum(likely, likely[best] * worth)
        return np.asarray(doubts / max(doubts.sum(), 1.0))

    def _one_movement(self, rows: slice, fits: Mapping[str, _Ways], step: Step) -> float:
        """How well a movement of a span fits a step on the average, in the way to do it that fits best."""
        parts = [fits[name] for name in step.repeats or (step.id,)]
        return max(float(way[rows].mean()) for ways in parts for way in ways)

    def _named(
        self, likely: NDArray[np.float64], doubts: NDArray[np.float64], kinds: list[str]
    ) -> tuple[str | None, tuple[Candidate, ...]]:
        """The step of a span, None where that is not sure; and its candidates."""
        # Of steps that are as likely the routine's earlier one.
        shares = [round(share, 2) for share in likely.tolist()]
        ranked = sorted(zip(shares, self._routine.steps, strict=True), key=lambda pair: -pair[0])
        best = ranked[0][1]
        own = self._kinds[best.id]
        if sum(kind in own for kind in kinds) < LEAST_OWN * len(kinds):
            return None, ()
        found = [(round(share, 2), step) for share, step in zip(doubts.tolist(), self._routine.steps, strict=True)]
        found.sort(key=lambda pair: (-pair[0], pair[1] is not best))
        candidates = tuple(Candidate(step.id, min(share, SUREST)) for share, step in found if share >= WORTH_NAMING)
        sure = sum(share for share, step in ranked if step is best or alike(self._routine, step, best))
        strict = self._routine.spine_of(best).policy == "avoid"
        return best.id if sure >= (SURE if strict else SURE_OF_THE_LINE) else None, candidates


def alike(routine: Routine, one: Step, other: Step) -> bool:
    """Whether two steps ask the hands for the same, so that it does not matter to a judge which of them it was."""
    return _asked(routine, one) == _asked(routine, other)


def _asked(routine: Routine, step: Step) -> object:
    plain = msgspec.to_builtins(step)
    for name in ("id", "title", "about", "source", "unseen", "after"):
        plain.pop(name, None)
    for quantity in UNITS:
        band = routine.wanted(step, quantity)
        plain[quantity] = None if band is None else (band.low, band.high, band.unit)
    return _without_sources(plain)


def _without_sources(value: object) -> object:
    if isinstance(value, dict):
        return {name: _without_sources(inner) for name, inner in value.items() if name != "source"}
    return [_without_sources(each) for each in value] if isinstance(value, list) else value


def _pauses(moves: Movements) -> NDArray[np.float64]:
    """How long no hand had moved before each movement; negative while one still does."""
    until = np.maximum.accumulate(moves.t1_s)
    return np.asarray(moves.t0_s - np.concatenate([moves.t0_s[:1], until[:-1]]))


def _most(routine: Routine) -> dict[str, float]:
    """How often each step is done at most, both sides together, where the document says so of the step as a whole."""
    wanted = {step: routine.wanted(step, "count") for step in routine.steps if not step.each_point}
    return {
        step.id: band.high * (2 if step.sides == "each" else 1)
        for step, band in wanted.items()
        if band is not None and band.high
    }

"""Which step follows which, and what that makes of a row of movements: a hidden Markov chain over a routine's steps.

A step goes on from movement to movement, more surely without a pause than after one; when it is over, most likely the
routine's next one follows, less likely a later one, least likely an earlier one. One more state, `None`, stands for
movements that are of no step. A step that repeats others is a chain of theirs. Viterbi gives the likeliest row of
steps, forward and backward sums how likely each step is at each movement (Rabiner 1989). The rule: a movement says less
than it seems to, since the next one is made by the same hand with the same habits, so all of them are tempered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rig.technique.detect.fit import number_of_ways

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from rig.technique.routine.routine import Routine

TEMPER = 0.4
"""What is left of each movement's evidence: see `tests/detection_table.py` for how sure that makes the rig, rightly."""

TEMPER_STILL = 0.8
"""The same of a hand that stays: it is there once where a stroke comes again and again."""

FOREIGN = 1.0
"""How much better than none a movement of some other massage fits a step by chance; less is no step of the routine."""

CHANGE = 0.004
"""How likely a step is over after a movement, if the next one follows at once."""

AFTER_PAUSE = 0.08
"""The same if a pause of `PAUSE_S` or more comes between."""

PAUSE_S = 3.0

FIRST_STEP = 2.0
"""How much likelier a recording begins with the routine's first step than with any other one."""

_NEXT, _LATER, _EARLIER, _NO_STEP = 1.0, 0.25, 0.08, 0.08
"""Weights of what follows a step that is over; those of steps farther off fall by a factor for each between.

People who practise leave steps out more readily than they go back over several."""

_ANOTHER_WAY = 0.25
"""How much less likely a step is done by other motions than the one that it counts."""

_DONE = 0.8
"""How likely a step that is done once at most is over when it was; shared out where it is done more often."""

_UNFINISHED = -3.0
"""What speaks against a recording that ends within a step that repeats others, as a logarithm."""

_FARTHER_ON, _FARTHER_BACK = 0.9, 0.75


@dataclass(frozen=True, slots=True)
class State:
    """A step being practised: `step` is what it is called, `made_as` the one whose movements it consists of.

    Both are None where no step is. `way`: mostly by what it counts (0), or by one of its other motions alone.
    """

    step: str | None
    made_as: str | None
    part: int = 0
    parts: int = 1
    way: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """What a row of n movements comes to: the state of each, and (n, states) how likely each state is there."""

    states: tuple[State, ...]
    path: NDArray[np.int64]
    likely: NDArray[np.float64]


def states_of(routine: Routine) -> tuple[State, ...]:
    """The states of a routine, no step last."""
    found = []
    for step in routine.steps:
        made = step.repeats or (step.id,)
        for part, name in enumerate(made):
            found += [State(step.id, name, part, len(made), way) for way in range(number_of_ways(routine.step(name)))]
    return (*found, State(None, None))


def follow(
    states: Sequence[State],
    fits: Mapping[str, Sequence[NDArray[np.float64]]],
    pause_s: NDArray[np.float64],
    still: NDArray[np.bool_],
    most: Mapping[str, float],
) -> Followed:
    """The course of n movements.

    Args:
        fits: for each step, and each way to do it, (n,) how much better each movement fits it than none, as logarithms.
        pause_s: (n,) how long no hand had moved before each movement; negative while one still does.
        still: (n,) hands that stay. most: how often a step is done at most, for those that say so.
    """
    n = len(pause_s)
    evidence = np.full((n, len(states)), TEMPER * FOREIGN)
    for row, state in enumerate(states):
        if state.made_as is not None:
            evidence[:, row] = np.where(still, TEMPER_STILL, TEMPER) * fits[state.made_as][state.way]
    evidence[-1] += [_UNFINISHED if state.part + 1 < state.parts else 0.0 for state in states]
    change = _changes(states, pause_s, most)
    follows = _follows(states)
    start = _start(states)
    path = _viterbi(evidence, start, follows, change)
    return Followed(tuple(states), path, _likely(evidence, start, follows, change))


def _changes(states: Sequence[State], pause_s: NDArray[np.float64], most: Mapping[str, float]) -> NDArray[np.float64]:
    """(n, states) how likely each state is over before each movement; the other hand's half of one ends nothing."""
    after = CHANGE + (AFTER_PAUSE - CHANGE) * np.clip(pause_s / PAUSE_S, 0, 1)
    # What is done in another way is done by many small movements.
    done = np.array([0.0 if state.way else _DONE / most.get(state.step or "", np.inf) for state in states])
    return np.where(pause_s[:, None] < 0, CHANGE, np.maximum(after[:, None], done))


def _start(states: Sequence[State]) -> NDArray[np.float64]:
    weights = np.array([float(state.part == 0) * _by_way(state) for state in states])
    weights[0] *= FIRST_STEP
    weights[-1] *= _NO_STEP
    return np.asarray(weights / weights.sum())


def _follows(states: Sequence[State]) -> NDArray[np.float64]:
    """(from, to) what follows a state that is over; rows sum to 1, and no state follows itself."""
    order = list(dict.fromkeys(state.step for state in states if state.step is not None))
    place = {step: number for number, step in enumerate(order)}
    weights = np.array([[_weight(a, b, place) * _by_way(b) for b in states] for a in states])
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def in_turn(states: Sequence[State], before: str | None, step: str, after: str | None) -> float:
    """A weight that says how well a step stands between two others, None being the session's beginning or end."""
    begins = {state.step: state for state in reversed(states) if state.step is not None}
    ends = {state.step: state for state in states if state.step is not None}
    place = {name: number for number, name in enumerate(reversed([*begins]))}
    here = begins[step]
    came = (FIRST_STEP if not place[step] else 1.0) if before is None else _weight(ends[before], here, place)
    return came * (1.0 if after is None else _weight(ends[step], begins[after], place))


def _weight(before: State, after: State, place: Mapping[str, int]) -> float:
    if before == after:
        return 0.0
    if before.step == after.step:
        if after.part == before.part:
            return _EARLIER
        return _NEXT if after.part == before.part + 1 else 0.0
    if after.step is None:
        return _NO_STEP
    if after.part:
        return 0.0
    if before.step is None:
        return 1.0
    ahead = place[after.step] - place[before.step]
    if before.part + 1 < before.parts:
        # Unfinished: what comes next is the rest of it.
        return _EARLIER
    if ahead == 1:
        return _NEXT
    return _LATER * _FARTHER_ON ** (ahead - 1) if ahead > 0 else _EARLIER * _FARTHER_BACK ** (-ahead - 1)


def _by_way(state: State) -> float:
    return _ANOTHER_WAY if state.way else 1.0


def _step_on(follows: NDArray[np.float64], change: NDArray[np.float64]) -> NDArray[np.float64]:
    """(from, to) the chance of each state at the next movement."""
    return np.asarray(change[:, None] * follows + np.diag(1 - change))


def _viterbi(
    evidence: NDArray[np.float64],
    start: NDArray[np.float64],
    follows: NDArray[np.float64],
    change: NDArray[np.float64],
) -> NDArray[np.int64]:
    n = len(evidence)
    path = np.zeros(n, np.int64)
    if not n:
        return path
    came_from = np.zeros(evidence.shape, np.int64)
    with np.errstate(divide="ignore"):
        best = np.log(start) + evidence[0]
        for row in range(1, n):
            ways = best[:, None] + np.log(_step_on(follows, change[row]))
            came_from[row] = ways.argmax(axis=0)
            best = ways.max(axis=0) + evidence[row]
    path[-1] = best.argmax()
    for row in range(n - 1, 0, -1):
        path[row - 1] = came_from[row, path[row]]
    return path


def _likely(
    evidence: NDArray[np.float64],
    start: NDArray[np.float64],
    follows: NDArray[np.float64],
    change: NDArray[np.float64],
) -> NDArray[np.float64]:
    n = len(evidence)
    weight = np.exp(evidence - evidence.max(axis=1, initial=0.0, keepdims=True))
    forward, backward = np.zeros(evidence.shape), np.ones(evidence.shape)
    for row in range(n):
        before = start if row == 0 else forward[row - 1] @ _step_on(follows, change[row])
        forward[row] = before * weight[row]
        forward[row] /= forward[row].sum()
    for row in range(n - 2, -1, -1):
        backward[row] = _step_on(follows, change[row + 1]) @ (weight[row + 1] * backward[row + 1])
        backward[row] /= backward[row].sum()
    both = forward * backward
    return np.asarray(both / both.sum(axis=1, keepdims=True))

"""How long each step of a session lasts, and which steps a short session leaves out.

A document gives some steps a duration, others a count or a hold, and many neither. A step with a count lasts as long
as that takes; the others share what time there is, each by its own measure (its document's duration, or a share of the
routine's). The rule: a documented count is never cut, the steps that open and close stay, and whatever is shortened or
left out is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rig.errors import InputError
from rig.technique.routine.briefing import way_mm

if TYPE_CHECKING:
    from rig.pad import PadLayout
    from rig.technique.routine.routine import Motion, Routine, Step

CHANGE_S = 4.0
"""From one step to the next hands lift, and come back elsewhere."""

LEAST_S = 20.0
"""A step cut shorter than this is no practice of it; it is rather left out."""

_EACH_S: dict[Motion, float] = {
    "circle": 2.5,
    "figure-eight": 7.0,
    "hold": 6.0,
    "knead": 1.5,
    "press": 2.0,
    "squeeze": 2.0,
    "stretch": 8.0,
    "stroke": 6.0,
    "to-and-fro": 1.0,
    "vibration": 4.0,
}
"""How long one movement takes about, to plan by where no tempo is asked for; nothing is judged by it."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A step of a session; `duration_s` is None where its count or its hold decides when it is done."""

    step: Step
    duration_s: float | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a session practises, and what of the routine it does not, in sentences."""

    steps: tuple[Planned, ...]
    left_out: tuple[str, ...] = ()

    def index(self, step_id: str) -> int:
        """The place of a step, from 0.

        Raises:
            InputError: it is not part of the session.
        """
        for number, planned in enumerate(self.steps):
            if planned.step.id == step_id:
                return number
        raise InputError(f"step '{step_id}' is not part of this session")


def plan(routine: Routine, pad: PadLayout, length_s: float | None = None) -> Plan:
    """The steps of a session with the routine, at its level.

    Args:
        length_s: how long the whole is to be; None for as long as the document says, or as is usual.

    Raises:
        InputError: not even the first step fits into the length.
    """
    steps = list(routine.steps)
    if length_s is None:
        return Plan(tuple(Planned(step, _usual_s(routine, step, pad)) for step in steps))
    dropped: list[Step] = []
    while _least_s(routine, steps, pad) > length_s and len(steps) > 1:
        # The steps that open and close a massage stay as long as any other can go.
        inner = steps[1:-1] or steps[1:]
        longest = max(inner, key=lambda step: _least_s(routine, [step], pad))
        steps.remove(longest)
        dropped.append(longest)
    if _least_s(routine, steps, pad) > length_s:
        needed = _least_s(routine, steps, pad)
        raise InputError(f"a session of {length_s:g} s is too short: {steps[0].id} alone takes {needed:.0f} s")
    return _shared(routine, steps, dropped, pad, length_s)


def _shared(routine: Routine, steps: list[Step], dropped: list[Step], pad: PadLayout, length_s: float) -> Plan:
    """The time that counts and holds leave, shared among the steps that last as long as they are given."""
    usual = {step.id: _usual_s(routine, step, pad) for step in steps}
    weights = {name: seconds for name, seconds in usual.items() if seconds is not None}
    left_s = length_s - sum(_takes_s(routine, s, pad) for s in steps if usual[s.id] is None) - CHANGE_S * len(steps)
    given: dict[str, float] = {}
    # Whoever would get more than its document's most, or less than makes sense, gets that; the rest is shared anew.
    while weights:
        scale = left_s / sum(weights.values())
        fixed = {
            name: min(max(scale * w, LEAST_S), _most_s(routine, routine.step(name))) for name, w in weights.items()
        }
        bound = {name: s for name, s in fixed.items() if abs(s - scale * weights[name]) > 1e-9}
        if not bound:
            given |= fixed
            break
        given |= bound
        left_s -= sum(bound.values())
        weights = {name: w for name, w in weights.items() if name not in bound}
    said = [f"{step.title} ({step.id}) is left out" for step in routine.steps if step in dropped]
    for step in steps:
        asked = routine.wanted(step, "duration")
        if asked is not None and asked.low is not None and given.get(step.id, asked.low) < asked.low - 0.5:
            said.append(f"{step.title} ({step.id}) lasts {given[step.id]:.0f} s; its document asks for {asked.low:g} s")
    return Plan(tuple(Planned(step, given.get(step.id)) for step in steps), tuple(said))


def _usual_s(routine: Routine, step: Step, pad: PadLayout) -> float | None:
    """How long a step lasts by its document, or else its share of the routine; None where a count or hold decides."""
    asked = routine.wanted(step, "duration")
    if asked is not None:
        return asked.low or asked.high
    if ends_itself(routine, step):
        return None
    open_steps = [s for s in routine.steps if not ends_itself(routine, s) and routine.wanted(s, "duration") is None]
    whole = routine.duration
    if whole is None or whole.low is None or whole.high is None:
        usual = routine.band("open-step")
        return ((usual.low or 0.0) + (usual.high or 0.0)) / 2
    counted_s = sum(_takes_s(routine, s, pad) for s in routine.steps if s not in open_steps)
    changes_s = CHANGE_S * len(routine.steps)
    return max(((whole.low + whole.high) / 2 - counted_s - changes_s) / len(open_steps), LEAST_S)


def ends_itself(routine: Routine, step: Step) -> bool:
    """Whether a count or a hold says when the step is done: not so where it is asked for at each of several places."""
    if step.each_point or step.rising:
        return False
    return routine.wanted(step, "count") is not None or (step.counts == "hold" and step.hold is not None)


def _takes_s(routine: Routine, step: Step, pad: PadLayout) -> float:
    """How long a step takes about, done as often as asked for; by the usual length where that is open."""
    count, hold = routine.wanted(step, "count"), routine.wanted(step, "hold")
    if not ends_itself(routine, step):
        asked = routine.wanted(step, "duration")
        if asked is not None:
            return asked.low or asked.high or LEAST_S
        return routine.band("open-step").low or LEAST_S
    one_s = _EACH_S[step.counts] if step.counts is not None else LEAST_S
    if hold is not None:
        one_s = hold.high or hold.low or one_s
    elif step.counts == "stroke":
        one_s = _stroke_s(routine, step, pad) or one_s
    often = 1.0 if count is None else count.high or count.low or 1.0
    return often * one_s * (2 if step.sides == "each" else 1)


def _stroke_s(routine: Routine, step: Step, pad: PadLayout) -> float | None:
    """A stroke there and back at the middle of its tempo; None where none is asked for."""
    speed = routine.wanted(step, "speed")
    if speed is None or speed.low is None or speed.high is None:
        return None
    return 2 * way_mm(step, pad) / (10 * (speed.low + speed.high) / 2)


def _least_s(routine: Routine, steps: list[Step], pad: PadLayout) -> float:
    """The shortest session of these steps."""
    shortest = (_takes_s(routine, step, pad) if ends_itself(routine, step) else LEAST_S for step in steps)
    return sum(shortest) + CHANGE_S * len(steps)


def _most_s(routine: Routine, step: Step) -> float:
    """The longest that the document gives a step."""
    asked = routine.wanted(step, "duration")
    return float("inf") if asked is None or asked.high is None else asked.high

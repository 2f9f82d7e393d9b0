"""Virtual hands that do documented steps, rightly or with one of their faults: `perform`.

Each motion is a family of its own (`strokes`, `turns`, `rubs`, `presses`, `rests`); several steps follow one
another on the same pad. The scene's truth holds what the hands did, when each step lasted and which flags a judge
should raise. The rule: pad, routine, steps, fault and seed decide everything.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from rig.errors import InputError
from rig.performance.acts import acts_of
from rig.performance.faults import OF_THE_RIG, lean_on_spine, possible_faults, pull_the_plug, spoil_a_sensor
from rig.performance.ground import Ground, ground_for
from rig.performance.manner import Plan, deepened, drawn_plan, prolonged, shallower
from rig.performance.player import Player
from rig.performance.presses import kneads, presses, squeezes
from rig.performance.rests import holds, stairs, stretch
from rig.performance.rubs import to_and_fro, vibrations
from rig.performance.stage import Stage
from rig.performance.strokes import hand_over_hand, strokes
from rig.performance.turns import circles, figures_of_eight
from rig.virtual.scene import Scene
from rig.virtual.severity import draws
from rig.virtual.truth import ExpectedFlag, StepSpan
from rig.virtual.virtual_pad import VirtualPad

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy as np

    from rig.pad import PadLayout
    from rig.performance.acts import Act
    from rig.technique.flags import FlagKind
    from rig.technique.routine.routine import Motion, Routine, Step
    from rig.virtual.hands import Hand
    from rig.virtual.sensor_faults import SensorFault
    from rig.virtual.severity import Severity
    from rig.virtual.truth import Span

LEAD_S = 1.0
"""The pad lies at rest before the first step, so that its baseline is known."""

TAIL_S = 1.0

RATE_HZ = 200.0

_DESCENDING = 0.75
"""On the way back from deep to light, each movement's force over that of the one before."""

_ASCENDING = (1.15, 1.4)

_BRIEF = 4
"""So many repetitions are enough of a step that is only there because of another."""


_FAMILIES: dict[Motion, Callable[[Stage], None]] = {
    "hold": holds,
    "stretch": stretch,
    "stroke": strokes,
    "circle": circles,
    "figure-eight": figures_of_eight,
    "to-and-fro": to_and_fro,
    "squeeze": squeezes,
    "press": presses,
    "knead": kneads,
    "vibration": vibrations,
}


def perform(
    pad: VirtualPad,
    routine: Routine,
    steps: str | Sequence[str],
    fault: str | None = None,
    *,
    seed: int = 1,
    severity: Severity = "real",
    rate_hz: float = RATE_HZ,
    at_least_s: float = 0.0,
) -> Scene:
    """Hands doing one step, or several one after the other.

    Args:
        pad: whose sensors they press. routine: the bands and places come from it.
        steps: ids of steps. fault: the flag that they should earn; each step that can have the fault has it.
        seed: draws hands, places, tempo, force. severity: how unsteady the hands are. rate_hz: scans a second.
        at_least_s: each step without a documented count is gone on with for so long, with the same force and tempo.

    Raises:
        InputError: no such step; a step says nothing of how the hands move; no step can have the fault.
    """
    chosen = [routine.step(step_id) for step_id in ((steps,) if isinstance(steps, str) else steps)]
    if not chosen:
        raise InputError("no step to perform")
    acts = acts_of(pad.layout, routine, chosen, fault)
    deeper = {act.step.deeper_than for act in acts}
    acts = [replace(act, shallow=act.step.id in deeper) for act in acts]
    hands: list[Hand] = []
    expected: list[ExpectedFlag] = []
    spans: list[StepSpan] = []
    gaps: list[Span] = []
    broken: list[SensorFault] = []
    forces: dict[str, float] = {}
    t_s = LEAD_S
    for number, act in enumerate(acts):
        step, kind = act.step, act.fault
        rng = draws(seed, "performance", number, step.id)
        begun_s = 0.0 if number == 0 else t_s
        stages = _performed(pad.layout, routine, act, rng, severity, t_s, forces, at_least_s)
        stage = stages[-1]
        if kind == "spine-pressure":
            lean_on_spine(stage, routine.spine_of(step).policy, t_s)
        elif kind == "signal-gap":
            gap, flag = pull_the_plug(t_s, stage.t_s, rng)
            gaps.append(gap)
            stage.expected.append(flag)
        elif kind == "sensor-fault":
            lies, flag = spoil_a_sensor(stage, t_s)
            broken.append(lies)
            stage.expected.append(flag)
        for each in stages:
            hands += each.hands
            expected += each.expected
        if act.early:
            expected.append(ExpectedFlag("out-of-order", round(t_s, 3), round(stage.t_s, 3), step.id))
        forces[step.id] = stages[0].plan.at(0).force_n
        spans.append(StepSpan(step.id, round(begun_s, 3), round(stage.t_s, 3), stage.breath))
        t_s = stage.t_s + 0.5
    return Scene(
        pad,
        tuple(hands),
        round(t_s + TAIL_S, 3),
        seed,
        rate_hz,
        faults=tuple(broken),
        gaps=tuple(gaps),
        expected=tuple(expected),
        steps=_joined(spans, t_s + TAIL_S),
        name="+".join(step.id for step in chosen) + (f" with {fault}" if fault else ""),
    )


def performance_player(
    layout: PadLayout, routine: Routine, steps: Sequence[str], fault: str | None, seed: int, rate_hz: float
) -> Player:
    """The steps in turn for a live board, each time with new hands; endless.

    Raises:
        InputError: as for `perform`.
    """
    pad = VirtualPad.drawn(layout, seed)
    if fault is not None:
        acts_of(layout, routine, [routine.step(step) for step in steps], fault)

    def scene(number: int) -> Scene:
        step = routine.step(steps[number % len(steps)])
        can = fault is not None and fault in possible_faults(layout, routine, step)
        return perform(pad, routine, step.id, fault if can else None, seed=seed + number, rate_hz=rate_hz)

    about = f"the hands do {', '.join(steps)}" + (f" with {fault}" if fault else "")
    if any(routine.step(step).breath is not None for step in steps):
        about += "; they breathe by themselves and see no session's pacer, which finds them with it or not by chance"
    return Player(scene, about)


def _performed(
    layout: PadLayout,
    routine: Routine,
    act: Act,
    rng: np.random.Generator,
    severity: Severity,
    t_s: float,
    forces: Mapping[str, float],
    at_least_s: float,
) -> list[Stage]:
    """The step on a stage; a step that consists of others on one stage each. `forces` are those of the steps before."""
    step, fault = act.step, act.fault
    if step.repeats:
        return _repeated(layout, routine, act, rng, severity, t_s)
    plan = drawn_plan(routine, step, _of_the_hands(fault), rng)
    if fault is None and act.shallow:
        plan = shallower(plan, routine, step)
    before_n = forces.get(step.deeper_than or "")
    if fault in (None, "contrast") and before_n is not None:
        plan = deepened(plan, routine, step, before_n, rng)
    if act.brief:
        plan = replace(plan, right=replace(plan.right, repetitions=min(plan.right.repetitions, _BRIEF)))
    ground = ground_for(layout, step, wrong=fault == "wrong-place" and not step.points)

    def on_stage(plan: Plan) -> Stage:
        stage = Stage(layout, step, plan, ground, rng, severity, t_s, _of_the_hands(fault))
        _family(step)(stage)
        return stage

    stage = on_stage(plan)
    if step.count is not None:
        return [stage]
    if step.unbroken is not None and stage.t_s < t_s + at_least_s:
        # A tenth more, since hands may go faster the second time.
        stage = on_stage(prolonged(plan, 1.1 * at_least_s / (stage.t_s - t_s)))
    while stage.t_s < t_s + at_least_s and step.unbroken is None:
        _family(step)(stage)
    return [stage]


def _repeated(
    layout: PadLayout, routine: Routine, act: Act, rng: np.random.Generator, severity: Severity, t_s: float
) -> list[Stage]:
    """The steps that a step consists of, each lighter than the one before."""
    fault = act.fault
    again = [routine.step(name) for name in act.step.repeats]
    if fault == "out-of-order":
        again.reverse()
    ceiling_n = routine.band("ceiling").high or 0.0
    stages: list[Stage] = []
    for number, part in enumerate(again):
        plan = drawn_plan(routine, part, "irregular" if fault == "irregular" else None, rng)
        manner = plan.right
        force_n = manner.force_n
        if fault == "too-hard":
            force_n = ceiling_n * rng.uniform(1.35, 1.6)
        elif stages:
            before_n = stages[-1].plan.right.force_n
            ascends = fault == "contrast"
            force_n = before_n * rng.uniform(*_ASCENDING) if ascends else min(force_n, before_n * _DESCENDING)
        manner = replace(manner, force_n=force_n, light_n=min(manner.light_n, 0.5 * force_n))
        if act.brief:
            manner = replace(manner, repetitions=min(manner.repetitions, _BRIEF))
        begin = stages[-1].t_s + 1.0 if number else t_s
        stage = Stage(layout, part, Plan(manner, manner), Ground.of(layout, part), rng, severity, begin)
        _family(part)(stage)
        stages.append(stage)
    if _of_the_hands(fault) is not None:
        stages[-1].expected.append(ExpectedFlag(str(fault), t_s, stages[-1].t_s, act.step.id))
    return stages


def _family(step: Step) -> Callable[[Stage], None]:
    """What does the step's motion.

    Raises:
        InputError: the step names no motion.
    """
    if step.rising:
        return stairs
    if step.counts == "stroke" and step.hands == "hand-over-hand":
        return hand_over_hand
    if step.counts is None:
        raise InputError(f"step '{step.id}' says nothing of how the hands move, so they cannot perform it")
    return _FAMILIES[step.counts]


def _of_the_hands(fault: FlagKind | None) -> FlagKind | None:
    """The fault, where it lies in how the hands do the step."""
    return None if fault in OF_THE_RIG or fault == "spine-pressure" else fault


def _joined(spans: list[StepSpan], end_s: float) -> tuple[StepSpan, ...]:
    """The spans without holes: a step lasts until the next one begins, the last one to the end."""
    ends = [*(span.t0 for span in spans[1:]), round(end_s, 3)]
    return tuple(msgspec.structs.replace(span, t1=end) for span, end in zip(spans, ends, strict=True))

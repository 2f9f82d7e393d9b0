"""What can go wrong in a step, and the faults that do not lie in how the hands do it.

Most faults change a step's manner (`manner.py`). Three come from outside: a thumb that leans on the spine line, a
signal that stops, a sensor that lies. A fault's name is the kind of flag that it should raise. The rule: a step
has a fault only if its document says something that the fault goes against.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rig.errors import InputError
from rig.performance.cast import thumb
from rig.performance.ground import Ground
from rig.performance.manner import strokes_one_way, travels
from rig.virtual.motion import Track
from rig.virtual.sensor_faults import SensorFault
from rig.virtual.truth import ExpectedFlag, Span

if TYPE_CHECKING:
    from rig.pad import PadLayout
    from rig.performance.stage import Stage
    from rig.technique.flags import FlagKind
    from rig.technique.routine.routine import Policy, Routine, Step

OF_THE_RIG: tuple[FlagKind, ...] = ("signal-gap", "sensor-fault")

_STILL = ("hold", "stretch", "press", "knead", "vibration")
_LIGHTEST_N = 5.0
"""Under a band that begins lower, "too light" would be no touch at all."""


def possible_faults(layout: PadLayout, routine: Routine, step: Step) -> tuple[FlagKind, ...]:
    """The faults that the step can have, in the order of the report's kinds."""
    pressure, speed, rate, count, hold = (
        routine.wanted(step, q) for q in ("pressure", "speed", "rate", "count", "hold")
    )
    tempo = speed or rate
    motion = step.counts
    can: dict[FlagKind, bool] = {
        "spine-pressure": True,
        "wrong-direction": strokes_one_way(step) or travels(step),
        "too-hard": True,
        "too-light": pressure is not None and (pressure.low or 0.0) >= _LIGHTEST_N,
        "too-fast": tempo is not None and tempo.high is not None,
        "too-slow": tempo is not None and tempo.low is not None,
        "irregular": bool(step.repeats) or (motion is not None and motion not in _STILL),
        "uneven": step.even,
        "contrast": step.contrast is not None or changes_force(step),
        "wrong-place": bool(step.points) or (motion != "figure-eight" and Ground.wrong(layout, step) is not None),
        "missing-reps": count is not None and (count.low or 0.0) >= 3,
        "out-of-order": has_order(step) or bool(step.after),
        "breath": step.breath is not None,
        "lifted": step.unbroken is not None,
        "hold-short": hold is not None and hold.low is not None,
        "sensor-fault": True,
        "signal-gap": True,
    }
    return tuple(kind for kind, holds in can.items() if holds)


def changes_force(step: Step) -> bool:
    """Whether force changes without a change of direction: from stroke to stroke, from level to level, along the way,
    from part to part, or since the step before."""
    return step.fading or step.rising or step.lighter_in is not None or bool(step.repeats or step.deeper_than)


def has_order(step: Step) -> bool:
    """Whether the step consists of things that are done in order."""
    return len(step.points) > 2 or bool(step.repeats)


def check_fault(layout: PadLayout, routine: Routine, step: Step, fault: str) -> FlagKind:
    """The fault, if the step can have it.

    Raises:
        InputError: it cannot; the message lists those that it can have.
    """
    can = possible_faults(layout, routine, step)
    for kind in can:
        if kind == fault:
            return kind
    raise InputError(f"step '{step.id}' cannot be performed with '{fault}' (it can with {', '.join(can)})")


def lean_on_spine(stage: Stage, policy: Policy, begun_s: float) -> None:
    """A thumb that leans on the line for a while, away from where the hands are just then."""
    force_n = float(stage.rng.uniform(8, 14) if policy == "avoid" else stage.rng.uniform(20, 28))
    seconds = float(stage.rng.uniform(0.7, 1.5))
    t0 = begun_s + (stage.t_s - begun_s) * float(stage.rng.uniform(0.3, 0.6))
    part = thumb(stage.rng)
    x = stage.layout.spine_x_mm + float(stage.rng.uniform(-5, 5))
    track = Track(t0, x, _free_y_mm(stage, t0, t0 + seconds)).hold(force_n, seconds, 0.12, 0.12)
    stage.enter(part, track)
    stage.expected.append(ExpectedFlag("spine-pressure", round(t0, 3), round(t0 + seconds, 3), stage.step.id))


def pull_the_plug(t0_s: float, t1_s: float, rng: np.random.Generator) -> tuple[Span, ExpectedFlag]:
    """A second or so without a signal, in the middle of things."""
    begin = t0_s + (t1_s - t0_s) * float(rng.uniform(0.3, 0.6))
    end = begin + float(rng.uniform(0.5, 1.5))
    gap = Span(round(begin, 3), round(end, 3))
    return gap, ExpectedFlag("signal-gap", gap.t0, gap.t1)


def spoil_a_sensor(stage: Stage, begun_s: float) -> tuple[SensorFault, ExpectedFlag]:
    """The sensor where the hands have most to do shorts out."""
    times = np.linspace(begun_s, stage.t_s, 200)
    work = np.zeros(stage.layout.n_channels)
    for hand in stage.hands:
        touch = hand.touch(times)
        x, y = touch.centre()
        for px, py, force in zip(x, y, touch.total_n, strict=True):
            if force > 0:
                near = np.hypot(stage.layout.x_mm - px, stage.layout.y_mm - py)
                work[int(np.argmin(near))] += force
    t0 = round(begun_s + (stage.t_s - begun_s) * float(stage.rng.uniform(0.2, 0.5)), 3)
    fault = SensorFault("shorted", int(np.argmax(work)), t0)
    return fault, ExpectedFlag("sensor-fault", t0, round(stage.t_s, 3))


def _free_y_mm(stage: Stage, t0_s: float, t1_s: float) -> float:
    """Where along the line the hands are farthest away meanwhile."""
    times = np.linspace(t0_s, t1_s, 9)
    y_mm = np.arange(stage.layout.spine_y0_mm + 60, stage.layout.spine_y1_mm - 60, 10.0)
    nearest = np.full(len(y_mm), np.inf)
    for hand in stage.hands:
        touch = hand.touch(times)
        down = touch.force_n.max(axis=1) > 0
        if down.any():
            away = np.abs(y_mm[:, None] - touch.y_mm[down].ravel()[None, :]).min(axis=1)
            nearest = np.minimum(nearest, away)
    best = np.flatnonzero(nearest >= min(float(nearest.max()), 90.0))
    return float(stage.rng.choice(y_mm[best]))

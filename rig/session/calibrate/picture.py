"""What a maker sees now of a calibration, worked out without any window.

One frozen `Picture` a look: the stage and the task, the reading as it settles, the curve as it forms, a mark for every
sensor, and what came of it in the end. The rule: windows draw it and add nothing of their own; whatever is said here is
data, and the window finds the words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rig.calibration.circuit import conductance_s
from rig.calibration.run import UNLOADED_S
from rig.session.calibrate.marks import IDLE, Mark, pressing_marks, profile_marks, weighing_marks
from rig.session.calibrate.points import untouched

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.calibration.profile import Profile
    from rig.calibration.run import Progress
    from rig.calibration.run_pressing import Pressed
    from rig.calibration.run_tasks import Task
    from rig.calibration.verdict import Verdict
    from rig.session.calibrate.evening import Evening, Pressless, Stage
    from rig.session.calibrate.live_fit import FitSoFar


@dataclass(frozen=True, eq=False)
class Curve:
    """One sensor's curve as far as it is known; conductances are beyond the untouched one, in siemens.

    Attributes:
        load_n, siemens, rising: (k,) each, the weights so far and whether they came on the way up.
        now: newtons and siemens of the weight that stands there now, or None.
        model_n, model_s: (m,) the fitted curve; empty while there is none.
        off_n, off, strange: (j,) each weight's load, its relative error when left out of the fit, and whether it is
            strange.
    """

    channel: int
    load_n: NDArray[np.float64]
    siemens: NDArray[np.float64]
    rising: NDArray[np.bool_]
    now: tuple[float, float] | None
    model_n: NDArray[np.float64]
    model_s: NDArray[np.float64]
    off_n: NDArray[np.float64]
    off: NDArray[np.float64]
    strange: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Picture:
    """One look at a calibration.

    Attributes:
        stage, task, progress, pressed: where it stands. needed_s: for how long a reading has to be still.
        done, of: tasks of this stage. readings, resumed: how many.
        marks: one a channel. channel: the sensor that it is about now; None where it is about all.
        trace_s, trace: (n,) seconds before now (negative) and the sensor's counts, or newtons on the load cell.
        curve: of the sensor that is being weighed, or was last. of_reading: the fit's error on weights left out.
        profile, verdict, unused, pressless: what came of it, and what could not be used.
        link: "" while frames come, else what is wrong. problem: what keeps the calibration from going on, or "".
        fitting: whether the profile is being computed.
    """

    stage: Stage
    task: Task | None
    progress: Progress | None
    pressed: Pressed | None
    needed_s: float
    done: int
    of: int
    readings: int
    resumed: int
    marks: tuple[Mark, ...]
    channel: int | None
    trace_s: NDArray[np.float64]
    trace: NDArray[np.float64]
    curve: Curve | None
    of_reading: float | None
    profile: Profile | None
    verdict: Verdict | None
    unused: str
    pressless: Pressless
    link: str = ""
    problem: str = ""
    fitting: bool = False


def picture_of(
    evening: Evening, fit: FitSoFar | None, *, link: str = "", problem: str = "", fitting: bool = False
) -> Picture:
    """The picture of an evening, with the fit of its readings so far."""
    stage, task = evening.stage, evening.task
    pressed = evening.pressing.pressed if evening.pressing is not None and stage == "press" else None
    plan = evening.plan.verifying if stage == "verify" else evening.plan.weighing
    left = evening.guided.tasks if stage in {"weigh", "verify"} else ()
    channel = _sensor_of(evening, task)
    trace_s, trace = _trace(evening, channel)
    return Picture(
        stage=stage,
        task=task,
        progress=evening.progress if task is not None else None,
        pressed=pressed,
        needed_s=UNLOADED_S if task is not None and task.phase == "unloaded" else evening.plan.hold_s,
        done=len(plan) - len(left),
        of=len(plan),
        readings=len(evening.readings),
        resumed=evening.resumed,
        marks=_marks(evening, fit),
        channel=channel,
        trace_s=trace_s,
        trace=trace,
        curve=_curve(evening, fit, channel),
        of_reading=fit.of_reading if fit is not None else None,
        profile=evening.profile,
        verdict=evening.verdict,
        unused=evening.unused,
        pressless=evening.pressless,
        link=link,
        problem=problem,
        fitting=fitting,
    )


def _sensor_of(evening: Evening, task: Task | None) -> int | None:
    """The sensor that is looked at: the task's, or the one whose turn is next, or the one weighed last."""
    if evening.stage not in {"weigh", "verify"}:
        return None
    if task is not None and task.channel is not None:
        return task.channel
    return next((t.channel for t in evening.guided.tasks if t.channel is not None), None)


def _marks(evening: Evening, fit: FitSoFar | None) -> tuple[Mark, ...]:
    n = evening.pad.n_channels
    if evening.stage == "press" and evening.pressing is not None:
        pressed = evening.pressing.pressed
        part = evening.pressing
        return pressing_marks(part.pressed_s, part.enough_s, pressed.least if pressed is not None else None)
    if evening.profile is not None:
        marks = list(profile_marks(evening.profile, evening.verdict))
        if evening.task is not None and evening.task.channel is not None:
            marks[evening.task.channel] = Mark("now", 1.0)
        return tuple(marks)
    left = evening.guided.tasks if evening.stage == "weigh" else ()
    return weighing_marks(n, evening.plan.weighing, left, evening.task, fit) if evening.plan.channels else (IDLE,) * n


def _trace(evening: Evening, channel: int | None) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if evening.stage == "press" and evening.pressing is not None:
        t_us, values = evening.pressing.totals()
    elif channel is not None:
        t_us, counts = evening.trace(channel)
        values = counts.astype(np.float64)
    else:
        return np.zeros(0), np.zeros(0)
    return (t_us - t_us[-1]) / 1e6 if t_us.size else np.zeros(0), values


def _curve(evening: Evening, fit: FitSoFar | None, channel: int | None) -> Curve | None:
    if channel is None:
        return None
    pad = evening.pad
    rest = untouched(evening.points, channel, pad)
    own = [p for p in evening.points if p.channel == channel and p.load_n > 0]
    model = fit.curves.get(channel) if fit is not None else None
    trials = [t for t in fit.trials if t.channel == channel] if fit is not None else []
    return Curve(
        channel,
        np.array([p.load_n for p in own]),
        np.array([max(p.siemens(pad) - rest, 0.0) for p in own]),
        np.array([p.phase != "down" for p in own], bool),
        _standing(evening, rest),
        model[0] if model is not None else np.zeros(0),
        model[1] if model is not None else np.zeros(0),
        np.array([t.load_n for t in trials]),
        np.array([t.off for t in trials]),
        np.array([t.strange for t in trials], bool),
    )


def _standing(evening: Evening, rest_s: float) -> tuple[float, float] | None:
    """The point that the weight on the sensor would make now; None while none is there."""
    progress, pad = evening.progress, evening.pad
    if progress is None or evening.task is None or evening.task.channel is None:
        return None
    if progress.says.kind not in {"settling", "wobbling", "unlike"}:
        return None
    counts = min(progress.counts, pad.full_scale - 1)
    net = float(conductance_s(counts, pad.full_scale, pad.divider_ohm)) - rest_s
    return (evening.task.load_n, net) if net > 0 else None

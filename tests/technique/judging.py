"""Scripts judged: every flag of a session that was written by hand."""

from __future__ import annotations

from typing import Any

import numpy as np

from rig.analysis.findings import HOP_US
from rig.pad import load_pad
from rig.technique.flags import Flag, report_order
from rig.technique.judge import Judge
from rig.technique.routine.loading import builtin_routines, load_routine
from rig.technique.timeline import Mark, Timeline
from tests.technique.script import Script, stroke

PAD = load_pad("back-144")
ROUTINES = {name: load_routine(name, PAD) for name in builtin_routines()}


def judged(script: Script, *marks: Mark, cuts: tuple[int, ...] = (), calibrated: bool = True) -> list[Flag]:
    step = next(mark.step for mark in marks if mark.step is not None)
    judge = Judge(PAD, Timeline(marks), ROUTINES[step.split(".")[0]], calibrated=calibrated)
    events = [event for push in script.cut(cuts) for event in judge.push(push)] + judge.finish()
    return sorted((event.flag for event in events if event.over), key=report_order)


def of_kind(kind: str, script: Script, step: str, **more: Any) -> list[Flag]:
    return [flag for flag in judged(script, Mark(0, step), **more) if flag.kind == kind]


def passes(*forces: float, back: float | None = None, side: str = "right", length_mm: float = 300.0) -> Script:
    """Upward passes of 4 s with these forces, each with a way back of this force."""
    script = Script(12.0 * len(forces))
    for k, force in enumerate(forces):
        t0 = 12.0 * k + 0.5
        script.strokes.append(stroke(t0=t0, t1=t0 + 4, force_mean_n=force, side=side, length_mm=length_mm))
        if back is not None:
            down = {"direction": "down", "y0_mm": 350.0, "y1_mm": 50.0}
            script.strokes.append(stroke(t0=t0 + 5, t1=t0 + 9, force_mean_n=back, side=side, **down))
    return script


def stairs(*steps: tuple[float, float], landing_s: float = 0.4) -> list[float]:
    """Forces a hop: to each force in `landing_s`, the whole step so many seconds long; then lifted."""
    forces, now = [], 0.0
    for force, seconds in [*steps, (0.0, landing_s)]:
        ramp = round(landing_s * 1e6 / HOP_US)
        forces += np.linspace(now, force, ramp + 1)[1:].tolist()
        forces += [force] * (round(seconds * 1e6 / HOP_US) - ramp)
        now = force
    return forces

"""Hands that stay: resting hands, a stretch between two far ones, a thumb that sinks in step by step.

The rule: a hold is as long as the hand carries its weight, landing and lifting included, because that is what its
recipient feels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from rig.performance.stage import Stage

SETTLE_S, LEAVE_S = 0.6, 0.8
"""A resting hand settles and leaves gently."""

_STAIRS = (0.45, 0.7, 1.0)
_FLAT = (0.7, 0.7, 0.7)
_SINK_S = 0.5


def holds(stage: Stage) -> None:
    """A hand on each of the step's points, or beside the spine where it has none; all at once."""
    manner = stage.plan.at(0)
    y0, y1 = stage.ground.stretch(stage.rng)
    parts = [stage.part(-1 if number % 2 else 1) for number in range(max(len(stage.step.points), 1))]
    beside = stage.x_mm(int(stage.rng.choice((-1, 1))), stage.ground.beside(parts[0], stage.rng))
    y_mm = stage.layout.spine_y0_mm, stage.layout.spine_y1_mm
    towards = [1 if p.y_mm < sum(y_mm) / 2 else -1 for p in stage.step.points]  # what lies beyond the pad is not seen
    points = [(p.x_mm, p.y_mm + way * stage.astray_mm) for p, way in zip(stage.step.points, towards, strict=True)]
    places = points or [(beside, stage.rng.uniform(y0, y1))]
    ends = []
    for part, (x, y) in zip(parts, places, strict=True):
        shift = stage.rng.uniform(-4, 4, 2)
        track = stage.track(part, x + shift[0], y + shift[1])
        track.wait(0.1 + 8 * stage.late_s(), 0.0)
        track.hold(stage.leaning(1, manner.force_n, manner), manner.hold_s, SETTLE_S, LEAVE_S)
        stage.enter(part, track)
        ends.append(track.t_s)
    stage.t_s = max(ends) + 0.5
    stage.went_wrong_throughout()


def stretch(stage: Stage) -> None:
    """Two hands far apart, pushed away from each other by the little that skin gives, and held."""
    manner = stage.plan.at(0)
    y0, y1 = stage.ground.stretch(stage.rng)
    near = 1 if stage.rng.random() < 0.5 else -1
    sides = (near, -near)
    parts = [stage.part(side) for side in sides]
    beside = stage.ground.beside(max(parts, key=lambda part: part.across_mm), stage.rng)
    give = stage.rng.uniform(6, 12)
    ends = []
    for part, side, y, way in zip(parts, sides, (y1 - 10, y0 + 10), (1, -1), strict=True):
        track = stage.track(part, stage.x_mm(side, beside), float(y))
        t0 = track.t_s
        force = stage.leaning(side, manner.force_n, manner)
        track.wait(0.4, force)
        track.to(track.x_mm, track.y_mm + way * give, 1.5, force)
        track.wait(manner.hold_s).wait(0.4, 0.0).note(t0, "stretch")
        stage.enter(part, track)
        ends.append(track.t_s)
    stage.t_s = max(ends) + 0.5
    stage.went_wrong_throughout()


def stairs(stage: Stage) -> None:
    """A thumb on a few points: it sinks in, stays, goes deeper and stays again."""
    y0, y1 = stage.ground.stretch(stage.rng)
    for number, side in enumerate(stage.rng.permutation((-1, 1))):
        manner = stage.plan.at(number)
        part = stage.part(int(side))
        x = stage.x_mm(int(side), stage.ground.beside(part, stage.rng))
        track = stage.track(part, x, float(stage.rng.uniform(y0, y1)))
        for share in _FLAT if manner.flat else _STAIRS:
            t0 = track.t_s
            track.wait(_SINK_S, share * manner.force_n)
            track.wait(max(manner.hold_s - _SINK_S, 0.3)).note(t0, "hold")
        track.wait(_SINK_S, 0.0)
        stage.enter(part, track)
        stage.t_s = track.t_s + float(np.clip(stage.rng.normal(1.2, 0.3), 0.6, 2.0))
    stage.went_wrong_throughout()

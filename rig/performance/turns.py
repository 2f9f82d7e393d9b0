"""Circles, small and large, and figures of eight.

A hand turns without stopping, at an even pace, while its circle travels if the step does; both sides turn as mirror
images. The rule: one turn is one pass in the truth, from the moment the hand passes its starting point.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rig.performance.times import LAND_S

if TYPE_CHECKING:
    from rig.performance.cast import Part
    from rig.performance.manner import Manner
    from rig.performance.stage import Stage
    from rig.virtual.motion import Track

_RADIUS_MM: dict[str, tuple[float, float]] = {
    "thumb": (10, 14),
    "fingertips": (12, 20),
    "palm": (28, 38),
    "heel": (26, 36),
    "reinforced": (28, 38),
    "forearm": (28, 38),
}
_SHORTEST_S = 1.2
_ALMOST_EVEN = 0.02
_TRAVEL = 0.9


def circles(stage: Stage) -> None:
    """The step's circles, on both sides at once or on one after the other."""
    for group in stage.sides:
        parts = [stage.part(side) for side in group]
        broadest = max(parts, key=lambda part: part.across_mm)
        radius = float(stage.rng.uniform(*_RADIUS_MM[broadest.patch.kind]))
        begin, step_mm = _travel(stage, broadest, radius)
        manner = stage.plan.at(0)
        usual = max(2 * np.pi * radius / 10 / manner.speed_cm_s, _SHORTEST_S)
        periods = stage.periods(manner, usual, manner.repetitions)
        ends = []
        for side, part in zip(group, parts, strict=True):
            t_s = stage.t_s + stage.late_s()
            ends.append(_turn(stage, side, part, t_s, begin, step_mm, radius, periods, manner))
        stage.t_s = max(ends) + 0.8
    stage.went_wrong_throughout()


def figures_of_eight(stage: Stage) -> None:
    """A sweep up the line, then figures of eight round the two shoulder blades, without lifting."""
    manner = stage.plan.at(0)
    part = stage.part(1)
    y0, y1 = stage.ground.stretch(stage.rng)
    middle = stage.layout.spine_x_mm + float(stage.rng.uniform(-4, 4))
    across, along = float(stage.rng.uniform(85, 105)), float(stage.rng.uniform(34, 44))
    y = y1 - along - 40
    track = stage.track(part, middle, y0 + 10)
    track.wait(0.1).wait(LAND_S, manner.force_n)
    track.glide(middle, y, (y - y0 - 10) / 10 / manner.speed_cm_s, manner.force_n)
    usual = 6.1 * across / 10 / manner.speed_cm_s  # the length of such a figure, about six times its half width
    track.soft = _ALMOST_EVEN
    for seconds in stage.periods(manner, usual, manner.repetitions):
        t0 = track.t_s
        track.along(
            seconds,
            lambda s: (middle + across * np.sin(2 * np.pi * s), y + along * np.sin(4 * np.pi * s)),
            lambda u: np.full_like(u, manner.force_n),
        ).note(t0, "figure-eight")
    track.wait(LAND_S, 0.0)
    stage.enter(part, track)
    stage.t_s = track.t_s + 0.8
    stage.went_wrong_throughout()


def _travel(stage: Stage, part: Part, radius: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """The centre of the first circle, beside the line and along it, and the way from one circle to the next, in mm."""
    ground, rng = stage.ground, stage.rng
    y0, y1 = ground.stretch(rng)
    y0, y1 = y0 + radius, y1 - radius
    beside = ground.beside(part, rng) + radius
    manner = stage.plan.at(0)
    count, way = manner.repetitions, -1 if manner.retreating else 1
    if stage.step.travel == "up":
        pitch = min((y1 - y0) / count, _TRAVEL * radius)
        return (beside, y0 + (count * pitch if manner.retreating else 0.0)), (0.0, way * pitch)
    if stage.step.travel == "out":
        low = y0 + 0.15 * (y1 - y0)
        pitch = min(max(ground.out_mm - 15 - beside, 0.0) / count, _TRAVEL * radius)
        return (beside + (count * pitch if manner.retreating else 0.0), low), (way * pitch, 0.0)
    widest = max(ground.out_mm - part.across_mm, beside)
    return (float(rng.uniform(beside, widest)), float(rng.uniform(y0, max(y1, y0)))), (0.0, 0.0)


def _turn(
    stage: Stage,
    side: int,
    part: Part,
    t_s: float,
    begin: tuple[float, float],
    step_mm: tuple[float, float],
    radius: float,
    periods: list[float],
    manner: Manner,
) -> float:
    """One hand's circles; gives when it has lifted."""
    force_n = stage.leaning(side, manner.force_n, manner)
    (x, y), (dx, dy) = begin, step_mm
    track = stage.track(part, stage.x_mm(side, x - radius), y, t_s)
    track.wait(0.1).wait(LAND_S, force_n)
    track.soft = _ALMOST_EVEN
    for seconds in periods:
        _circle(track, side * radius, (side * dx, dy), seconds)
    track.wait(LAND_S, 0.0)
    stage.enter(part, track)
    return track.t_s


def _circle(track: Track, radius_mm: float, on_mm: tuple[float, float], seconds: float) -> None:
    """One turn from the side next to the spine, upward first, while the centre moves on; mirrored where negative."""
    t0, force_n = track.t_s, track.force_n
    x, y = track.x_mm + radius_mm, track.y_mm
    track.along(
        seconds,
        lambda s: (
            x + on_mm[0] * s - radius_mm * np.cos(2 * np.pi * s),
            y + on_mm[1] * s + abs(radius_mm) * np.sin(2 * np.pi * s),
        ),
        lambda u: np.full_like(u, force_n),
    ).note(t0, "circle")

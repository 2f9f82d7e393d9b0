"""Presses at points, kneading at points, and squeezes along the shoulder.

The rule: each press is one pass in the truth, from touch-down to lift; kneading counts each push at its point.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rig.performance.cast import fingertip, thumb

if TYPE_CHECKING:
    from rig.performance.cast import Part
    from rig.performance.stage import Stage
    from rig.technique.routine.routine import Point
    from rig.virtual.motion import Track

_PRESS_S = (1.0, 1.8)
_GO_S = (0.6, 0.9)
_LAND_S = 0.2
_POINTS = 3
_KNEAD_S = 0.9
_PUSH_MM = 14.0
_SQUEEZE_S = (1.0, 1.5)
_REACH_S = 0.1
"""From one grip to the next, after a pause."""

_GRIP_MM = (46.0, 28.0)
"""Finger and thumb are so far apart when they take the muscle, and so close at the height of the squeeze."""


def presses(stage: Stage) -> None:
    """A still press on each of the step's points in order, or on a few places of its zones."""
    manner = stage.plan.at(0)
    part = fingertip(stage.rng) if stage.step.points else stage.part(stage.sides[0][0])
    places = _places(stage, part)
    if manner.shuffled:
        places = [places[k] for k in _shuffled(len(places), stage.rng)]
    track = stage.track(part, *places[0])
    go, press = (float(stage.rng.uniform(*span)) for span in (_GO_S, _PRESS_S))
    for (x, y), period in zip(places, stage.periods(manner, go + press, len(places)), strict=True):
        track.away(x, y, 0.1 if not track.passes else go)
        _press(track, stage.leaning(1, manner.force_n, manner), max(period - go, 0.6))
    stage.enter(part, track)
    stage.t_s = track.t_s + 0.5
    stage.went_wrong_throughout()


def kneads(stage: Stage) -> None:
    """At each of a few points, rising on either side, several short pushes upward."""
    manner = stage.plan.at(0)
    for group in stage.sides:
        y0, y1 = stage.ground.stretch(stage.rng)
        ends = []
        for side in group:
            part = stage.part(side)
            x = stage.x_mm(side, stage.ground.beside(part, stage.rng))
            track = stage.track(part, x, y0)
            rows = np.linspace(y0 + 20, y1 - 20, _POINTS)
            for y in rows[::-1] if manner.retreating else rows:
                track.away(x, float(y), float(stage.rng.uniform(*_GO_S)))
                for period in stage.periods(manner, _KNEAD_S, manner.repetitions):
                    _push(track, float(y), stage.leaning(side, manner.force_n, manner), period)
            stage.enter(part, track)
            ends.append(track.t_s)
        stage.t_s = max(ends) + 0.8
    stage.went_wrong_throughout()


def squeezes(stage: Stage) -> None:
    """From the neck outward, finger and thumb take the muscle again and again, on one side and then on the other."""
    manner = stage.plan.at(0)
    for group in stage.sides:
        y0, y1 = stage.ground.stretch(stage.rng)
        y = float(stage.rng.uniform(y0 + 25, max(y1 - 60, y0 + 30)))
        for side in group:
            parts = (fingertip(stage.rng), thumb(stage.rng))
            tracks = [stage.track(part, stage.x_mm(side, 50.0), y, stage.t_s + 0.1) for part in parts]
            beside = np.linspace(50, max(stage.ground.out_mm - 30, 80), manner.repetitions)
            if manner.retreating:
                beside = beside[::-1]
            for x, period in zip(beside, stage.periods(manner, _usual_squeeze(stage), manner.repetitions), strict=True):
                for track, way in zip(tracks, (1, -1), strict=True):
                    _squeeze(track, stage.x_mm(side, float(x)), y, way, 0.5 * manner.force_n, period)
            for part, track in zip(parts, tracks, strict=True):
                stage.enter(part, track)
            stage.t_s = tracks[0].t_s + 0.8
    stage.went_wrong_throughout()


def _places(stage: Stage, part: Part) -> list[tuple[float, float]]:
    if not stage.step.points:
        y0, y1 = stage.ground.stretch(stage.rng)
        side = stage.sides[0][0]
        rows = stage.rng.uniform(y0, y1, stage.plan.right.repetitions)
        return [(stage.x_mm(side, stage.ground.beside(part, stage.rng)), float(y)) for y in rows]
    return [_near(stage, point) for point in stage.step.points[: _asked(stage)]]


def _asked(stage: Stage) -> int:
    """How many of the points are pressed: the manner's number, where the points are what is counted."""
    return min(stage.plan.at(0).repetitions, len(stage.step.points))


def _near(stage: Stage, point: Point) -> tuple[float, float]:
    """Within a few millimetres of a point, or of its mirror image."""
    side = stage.rng.choice((-1, 1)) if point.mirrored else 1
    dx, dy = stage.rng.uniform(-3, 3, 2)
    beside = (point.x_mm - stage.layout.spine_x_mm) + (stage.astray_mm if point.x_mm > 0 else -stage.astray_mm)
    return stage.layout.spine_x_mm + side * beside + dx, point.y_mm + dy


def _shuffled(count: int, rng: np.random.Generator) -> list[int]:
    """An order in which few follow as they should: two halves dealt alternately, from a random place on."""
    dealt = [k for pair in zip(range(count // 2, count), range(count // 2), strict=False) for k in pair]
    turn = int(rng.integers(1, count))
    return dealt[turn:] + dealt[:turn] + [k for k in range(count) if k not in dealt]


def _press(track: Track, force_n: float, seconds: float) -> None:
    t0 = track.t_s
    track.wait(_LAND_S, force_n).wait(max(seconds - 2 * _LAND_S, 0.1)).wait(_LAND_S, 0.0).note(t0, "press")


def _push(track: Track, y_mm: float, force_n: float, period_s: float) -> None:
    """A push upward, and back off the back."""
    t0 = track.t_s
    track.to(track.x_mm, y_mm + 0.3 * _PUSH_MM, 0.2 * period_s, force_n)
    track.to(track.x_mm, y_mm + _PUSH_MM, 0.35 * period_s, force_n)
    track.wait(0.15 * period_s, 0.0).note(t0, "knead")
    track.away(track.x_mm, y_mm, 0.3 * period_s)


def _usual_squeeze(stage: Stage) -> float:
    return float(stage.rng.uniform(*_SQUEEZE_S)) + _GO_S[0]


def _squeeze(track: Track, x_mm: float, y_mm: float, way: int, force_n: float, period_s: float) -> None:
    """One of the two sides of a grip: take hold, close, let go, and leave."""
    wide, close = (way * grip / 2 for grip in _GRIP_MM)
    track.away(x_mm, y_mm + wide, _REACH_S)
    t0 = track.t_s
    track.wait(0.1 * period_s, 0.3 * force_n)
    track.to(x_mm, y_mm + close, 0.35 * period_s, force_n)
    track.to(x_mm, y_mm + wide, 0.25 * period_s, 0.0).note(t0, "squeeze")
    track.wait(max(0.3 * period_s - _REACH_S, 0.02))

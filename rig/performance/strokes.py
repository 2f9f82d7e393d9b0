"""Strokes: straight ones, there and back, out in rows, round the sides; and hand over hand along the line.

A repetition is a way (`ways.py`) in its time (`times.py`); both hands go it as mirror images, or one after the other.
The rule: force is what the manner says, reached within a moment of landing and at every turn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rig.performance.times import LAND_S, LIFTED_S, joined, spans_of
from rig.performance.ways import Way, way_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from rig.performance.cast import Part
    from rig.performance.manner import Manner
    from rig.performance.stage import Stage
    from rig.virtual.motion import PassKind, Track

    Profile = Callable[[NDArray[np.float64]], NDArray[np.float64]]

_DRAWN_MM = 85.0
"""So far hands are drawn outward, where the back is wide enough."""

_FADING = 0.86
_FAINTEST_N = 2.4
_RISING = 1.06
"""Of the stroke before, where each should be lighter and none is."""

_EASING_MM = 30.0
_NECK = (0.45, 0.7)
"""Of the force on the back, where a zone gets less of it."""


def strokes(stage: Stage) -> None:
    """The step's strokes, on both sides at once or on one after the other."""
    for group in stage.sides:
        parts = [stage.part(side) for side in group]
        ways = _ways(stage, max(parts, key=lambda part: part.across_mm), along_line=group == (0,))
        spans = spans_of(stage, ways)
        for side, part in zip(group, parts, strict=True):
            _go(stage, side, part, ways, spans)
        for number, (t0, t1, _) in enumerate(spans):
            if stage.plan.which is not None and stage.plan.goes_wrong(number):
                stage.goes_wrong(t0, t1)
        stage.t_s = spans[-1][1] + 1.0
    if stage.plan.which is None:
        stage.went_wrong_throughout()


def hand_over_hand(stage: Stage) -> None:
    """Up the line by two hands in turn, each setting down as the other leaves, each stroke lighter than the last."""
    y0, y1 = stage.ground.stretch(stage.rng)
    parts = [stage.part(side) for side in (-1, 1)]
    tracks = [stage.track(part, stage.layout.spine_x_mm, y0) for part in parts]
    t_s = stage.t_s + 0.1
    count = stage.plan.at(0).repetitions
    weakest_n = _FAINTEST_N / _FADING ** (count - 1)  # so that the last stroke is still felt
    for number in range(count):
        manner = stage.plan.at(number)
        change = _RISING if manner.flat else _FADING
        seconds = abs(y1 - y0) / 10 / manner.speed_cm_s
        x = stage.layout.spine_x_mm + stage.rng.uniform(-3, 3)
        ends = (y1, y0) if manner.backward else (y0, y1)
        track = tracks[number % 2]
        track.away(x, ends[0], max(t_s - track.t_s, 0.1))
        track.stroke(x, ends[1], seconds, max(manner.force_n, weakest_n) * change**number)
        if stage.plan.which is not None and stage.plan.goes_wrong(number):
            stage.goes_wrong(t_s, track.t_s)
        t_s = track.t_s - 0.25 + stage.rng.uniform(-0.05, 0.05)
        if manner.unsteady:
            t_s += (0.0, 0.9 * seconds)[number % 2]
        if manner.lifting:
            t_s += float(stage.rng.uniform(*LIFTED_S))
    for part, track in zip(parts, tracks, strict=True):
        stage.enter(part, track)
    stage.t_s = max(track.t_s for track in tracks) + 1.0
    if stage.plan.which is None:
        stage.went_wrong_throughout()


def _ways(stage: Stage, part: Part, *, along_line: bool) -> list[Way]:
    """The way of each repetition, drawn for the broadest hand of the group."""
    y0, y1 = stage.ground.stretch(stage.rng)
    beside = 0.0 if along_line else stage.ground.beside(part, stage.rng)
    out = stage.ground.outside(part, stage.rng)
    if stage.step.directions[:1] == ("out",):
        beside = min(beside, max(out - _DRAWN_MM, stage.ground.nearest(part)))
    count = stage.plan.right.repetitions
    rows = np.linspace(y0, y1, count + 1)[:-1] + (y1 - y0) / count / 2
    if stage.plan.right.retreating:
        rows = rows[::-1]
    ways = [way_of(stage.step, beside, out, y0, y1, float(row), (y1 - y0) / count) for row in rows]
    return [way.done(stage.plan.at(number)) for number, way in enumerate(ways)]


def _go(stage: Stage, side: int, part: Part, ways: list[Way], spans: list[tuple[float, float, list[float]]]) -> None:
    """One hand through all repetitions."""
    late = stage.late_s()
    track = stage.track(part, stage.x_mm(side, ways[0].beside_mm), ways[0].y_mm)
    for number, (way, (t0, _, seconds)) in enumerate(zip(ways, spans, strict=True)):
        manner = stage.plan.at(number)
        if track.force_n == 0:
            track.away(stage.x_mm(side, way.beside_mm), way.y_mm, max(t0 + late - track.t_s, 0.05))
        onward = joined(ways, number, stage.plan)
        for place, (leg, leg_s) in enumerate(zip(way.legs, seconds, strict=True)):
            force = stage.leaning(side, manner.light_n if leg.light else manner.force_n, manner)
            kind: PassKind = "return" if leg.light and stage.step.returns == "light" else "stroke"
            lifts = place == len(way.legs) - 1 and not onward
            aims = _aims(stage, track.y_mm, leg.y_mm, manner)
            _press_along(track, stage.x_mm(side, leg.beside_mm), leg.y_mm, leg_s, force, aims, lifts=lifts).note(
                track.t_s - leg_s, kind
            )
    stage.enter(part, track)


def _aims(stage: Stage, y0: float, y1: float, manner: Manner) -> Profile:
    """The share of a leg's force at each part (0 to 1) of its time."""
    less = stage.step.lighter_in
    zone = next((z for z in stage.layout.zones if less is not None and z.name == less.zone), None)
    if zone is None or manner.flat:
        return lambda u: 1 + manner.tilting * (u - 0.5)
    share = float(stage.rng.uniform(*_NECK))
    lightening = _EASING_MM / max(abs(y1 - y0), _EASING_MM)

    def lighter(u: NDArray[np.float64]) -> NDArray[np.float64]:
        reached = (zone.y0_mm - y0) / (y1 - y0) if y1 > y0 else 2.0
        return 1 - (1 - share) * np.clip((u - reached) / lightening + 1, 0.0, 1.0)

    return lighter


def _press_along(
    track: Track, x_mm: float, y_mm: float, seconds: float, force_n: float, aims: Profile, *, lifts: bool
) -> Track:
    """Go straight to a place, landing or changing force on the way, and lifting on the move at its end if asked."""
    f0 = track.force_n
    change = min(LAND_S / seconds, 0.4) if f0 == 0 else 1 / 6
    lift = min(LAND_S / seconds, 0.4)

    def force(u: NDArray[np.float64]) -> NDArray[np.float64]:
        aim = force_n * aims(u)
        reached = f0 + (aim - f0) * np.minimum(u / change, 1.0)
        return reached * np.clip((1 - u) / lift, 0.0, 1.0) if lifts else reached

    track.straight(x_mm, y_mm, seconds, force)
    if lifts:
        track.force_n = 0.0
    return track

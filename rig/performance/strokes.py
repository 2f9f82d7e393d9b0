"""Strokes: straight ones, there and back, out in rows, round the sides; and hand over hand along the line.

A repetition is a *way*: a place to begin and legs to go, each pressed or light, in mm beside the line and along it, so
that one way serves both sides. A way that ends where it began goes on without lifting. The rule: which way a step takes
follows from its directions, its travel and how it says that the hands come back.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.performance.cast import Part
    from rig.performance.manner import Manner
    from rig.performance.stage import Stage
    from rig.technique.routine import Step
    from rig.virtual.motion import PassKind, Track

LAND_S = 0.12
"""How long a hand takes to put its weight down or to lift it, on the move."""

PAUSE_S = (0.9, 1.5)
_LEAST_PAUSE_S = 0.5
_SHORT_MM = 75.0
_FADING = 0.86
_FAINTEST_N = 2.4
_SLOPE = 0.9


@dataclass(frozen=True, slots=True)
class Leg:
    """One straight piece of a way: where to, and whether lightly."""

    beside_mm: float
    y_mm: float
    light: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """Where a repetition begins, and its legs."""

    beside_mm: float
    y_mm: float
    legs: tuple[Leg, ...]

    @property
    def closed(self) -> bool:
        """Whether it ends where it began."""
        return (self.legs[-1].beside_mm, self.legs[-1].y_mm) == (self.beside_mm, self.y_mm)

    @property
    def lengths_mm(self) -> list[float]:
        """Of each leg."""
        places = [(self.beside_mm, self.y_mm), *((leg.beside_mm, leg.y_mm) for leg in self.legs)]
        return [float(np.hypot(x1 - x0, y1 - y0)) for (x0, y0), (x1, y1) in pairwise(places)]

    def done(self, manner: Manner) -> Way:
        """The way as a manner does it: backward (pressed legs only), or only the first few centimetres."""
        if manner.backward:
            pressed = [leg for leg in self.legs if not leg.light]
            turns = [(self.beside_mm, self.y_mm), *((leg.beside_mm, leg.y_mm) for leg in pressed)]
            (x, y), *back = reversed(turns)
            return Way(x, y, tuple(Leg(*place) for place in back))
        if manner.short:
            first, length = self.legs[0], self.lengths_mm[0]
            part = min(_SHORT_MM / length, 1.0)
            x = self.beside_mm + part * (first.beside_mm - self.beside_mm)
            y = self.y_mm + part * (first.y_mm - self.y_mm)
            return Way(self.beside_mm, self.y_mm, (Leg(x, y),))
        return self


def strokes(stage: Stage) -> None:
    """The step's strokes, on both sides at once or on one after the other."""
    for group in stage.sides:
        parts = [stage.part(side) for side in group]
        ways = _ways(stage, max(parts, key=lambda part: part.across_mm), along_line=group == (0,))
        spans = _spans(stage, ways)
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
        seconds = abs(y1 - y0) / 10 / manner.speed_cm_s
        x = stage.layout.spine_x_mm + stage.rng.uniform(-3, 3)
        ends = (y1, y0) if manner.backward else (y0, y1)
        track = tracks[number % 2]
        track.away(x, ends[0], max(t_s - track.t_s, 0.1))
        track.stroke(x, ends[1], seconds, max(manner.force_n, weakest_n) * _FADING**number)
        if stage.plan.which is not None and stage.plan.goes_wrong(number):
            stage.goes_wrong(t_s, track.t_s)
        t_s = track.t_s - 0.25 + stage.rng.uniform(-0.05, 0.05)
        if manner.unsteady:
            t_s += (0.0, 0.9 * seconds)[number % 2]
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
    count = stage.plan.right.repetitions
    rows = np.linspace(y0, y1, count + 1)[:-1] + (y1 - y0) / count / 2
    ways = [_way(stage.step, beside, out, y0, y1, float(row), (y1 - y0) / count) for row in rows]
    return [way.done(stage.plan.at(number)) for number, way in enumerate(ways)]


def _way(step: Step, beside: float, out: float, y0: float, y1: float, row: float, pitch: float) -> Way:
    said = frozenset(step.directions)
    first = step.directions[0] if step.directions else "down"
    light_back = step.contrast is not None or step.returns == "light"
    if said >= {"up", "down", "out", "in"}:  # up beside the spine, back in an arc along the sides
        arc = (Leg(out, y1 - 50, True), Leg(out, y0 + 50, True), Leg(beside, y0, True))
        return Way(beside, y0, (Leg(beside, y1), *arc))
    if said >= {"up", "down", "out"}:  # down the middle, out over the buttocks, up the sides
        return Way(beside, y1, (Leg(beside, y0, True), Leg(out, y0, True), Leg(out, y1)))
    if said == {"out", "in"}:
        return Way(beside, row, (Leg(out, row + 0.25 * pitch), Leg(beside, row + 0.5 * pitch)))
    if first == "out":
        return Way(beside, row, (Leg(out, row),))
    if first == "in":
        return Way(out, row, (Leg(beside, row),))
    if step.directions == ("up", "out"):
        return Way(beside, y0, (Leg(beside, y1 - 20), Leg(max(out, beside + 55), y1 - 10)))
    if step.directions == ("down", "out"):
        sweep = min(0.5 * (out - beside), 0.25 * (y1 - y0))
        top = y1 - 0.3 * (y1 - row)
        return Way(beside, top, (Leg(beside + sweep, top - 2.2 * sweep),))
    begin, end = (y0, y1) if first == "up" else (y1, y0)
    if said == {"up", "down"} or light_back:
        return Way(beside, begin, (Leg(beside, end), Leg(beside, begin, light_back)))
    return Way(beside, begin, (Leg(beside, end),))


def _spans(stage: Stage, ways: list[Way]) -> list[tuple[float, float, list[float]]]:
    """When each repetition begins and ends, and the seconds of its legs."""
    right, plan = stage.plan.right, stage.plan
    pause = float(stage.rng.uniform(*PAUSE_S))

    def legs_s(way: Way, manner: Manner) -> list[float]:
        if manner.rate_hz:
            whole = sum(way.lengths_mm)
            return [length / whole / manner.rate_hz for length in way.lengths_mm]
        return [max(length / 10 / manner.speed_cm_s, 2.5 * LAND_S) for length in way.lengths_mm]

    usual = max(sum(legs_s(way, right)) for way in ways) + (0.0 if ways[0].closed else pause)
    periods = stage.periods(plan.wrong if plan.which is None else right, usual, len(ways))
    spans, t_s = [], stage.t_s + 0.1
    for number, (way, period) in enumerate(zip(ways, periods, strict=True)):
        seconds = [s * period / usual for s in legs_s(way, plan.at(number))]
        spans.append((t_s, t_s + sum(seconds), seconds))
        joined = way.closed and number + 1 < len(ways) and ways[number + 1].closed
        t_s += sum(seconds) if joined else max(period, sum(seconds) + _LEAST_PAUSE_S)
    return spans


def _go(stage: Stage, side: int, part: Part, ways: list[Way], spans: list[tuple[float, float, list[float]]]) -> None:
    """One hand through all repetitions."""
    late = stage.late_s()
    track = stage.track(part, stage.x_mm(side, ways[0].beside_mm), ways[0].y_mm)
    for number, (way, (t0, _, seconds)) in enumerate(zip(ways, spans, strict=True)):
        manner = stage.plan.at(number)
        if track.force_n == 0:
            track.away(stage.x_mm(side, way.beside_mm), way.y_mm, max(t0 + late - track.t_s, 0.05))
        onward = way.closed and number + 1 < len(ways) and ways[number + 1].closed
        for place, (leg, leg_s) in enumerate(zip(way.legs, seconds, strict=True)):
            force = stage.leaning(side, manner.light_n if leg.light else manner.force_n, manner)
            kind: PassKind = "return" if leg.light and stage.step.returns == "light" else "stroke"
            lifts = place == len(way.legs) - 1 and not onward
            slope = _SLOPE if manner.lopsided else 0.0
            _press_along(track, stage.x_mm(side, leg.beside_mm), leg.y_mm, leg_s, force, slope, lifts=lifts).note(
                track.t_s - leg_s, kind
            )
    stage.enter(part, track)


def _press_along(
    track: Track, x_mm: float, y_mm: float, seconds: float, force_n: float, slope: float, *, lifts: bool
) -> Track:
    """Go straight to a place, landing or changing force on the way, and lifting on the move at its end if asked."""
    x0, y0, f0 = track.x_mm, track.y_mm, track.force_n
    change = min(LAND_S / seconds, 0.4) if f0 == 0 else 1 / 6
    lift = min(LAND_S / seconds, 0.4)

    def force(u: NDArray[np.float64]) -> NDArray[np.float64]:
        aim = force_n * (1 + slope * (u - 0.5))
        reached = f0 + (aim - f0) * np.minimum(u / change, 1.0)
        return reached * np.clip((1 - u) / lift, 0.0, 1.0) if lifts else reached

    track.along(seconds, lambda s: (x0 + (x_mm - x0) * s, y0 + (y_mm - y0) * s), force)
    if lifts:
        track.force_n = 0.0
    return track

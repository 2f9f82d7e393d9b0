"""How well a movement fits a step: by its kind, way, place, force, tempo, and the hands that made it.

For each of these, what the step's definition leads one to expect is set against a reference, movements of any kind
anywhere on the pad, as the logarithm of the two densities' ratio: 0 says nothing, positive speaks for the step. A step
that expects something narrow gains more when it is met. Every feature keeps a share of the reference, since hands err:
a wrong direction or a heavy hand must not hide which step it was that went wrong. The rule: what a step does not say
speaks neither for it nor against it, and no number here says what is right; those are the routine's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rig.technique.detect.hands import by_hands
from rig.technique.detect.ratios import ASTRAY, within
from rig.technique.places import point_distance_mm
from rig.technique.repetitions import SEEN_AS
from rig.technique.routine.routine import OPPOSITE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from rig.pad import PadLayout, Zone
    from rig.technique.detect.seen import Movements
    from rig.technique.limits import Limits
    from rig.technique.routine.bands import Band
    from rig.technique.routine.routine import Motion, Quantity, Routine, Step

KINDS = ("stroke", "circle", "figure-eight", "to-and-fro", "squeeze", "press", "vibration", "hold")

_COUNTED = 0.75
"""Of a step's movements so many are of the motion that is counted; the others that it names share the rest."""

_USUALLY = {1: (1.0,), 2: (0.8, 0.2), 3: (0.7, 0.1, 0.2)}
"""How often a motion is seen as the first, second, third of the kinds that it may be; a long press is a hold, too."""

_IN_ALL_MM = 2 * 175.0 * 650.0
"""The area that movements of any kind lie on: the reference pad's."""

_PLACE_MM = 20.0
_POINT_MM = 25.0
_FORCES_N = (0.5, 90.0)
_SPEEDS_CM_S = (0.5, 60.0)


def fit(
    moves: Movements, step: Step, routine: Routine, limits: Limits, pad: PadLayout
) -> tuple[NDArray[np.float64], ...]:
    """(n,) logarithms: how much more likely each movement is in the step than anywhere; for each way to do it."""
    where_to = _direction(moves, step) + _place(moves, step, pad)
    how = _force(moves, step, routine, limits) + _speed(moves, step, routine)
    rest = where_to + how + by_hands(moves, step)
    return tuple(_kind(moves, weights) + rest for weights in _ways(step))


def number_of_ways(step: Step) -> int:
    """How many ways there are to do a step: mostly by what it counts, or by one of its other motions alone."""
    return len(_ways(step))


def kinds_of(step: Step) -> frozenset[str]:
    """The kinds of movement, as the analysis names them, that a step is made of."""
    return frozenset(kind for motion in step.motions for kind in _seen_as(motion))


def _seen_as(motion: Motion | None) -> tuple[str, ...]:
    if motion == "press":
        return (*SEEN_AS[motion], "hold")
    return ("hold",) if motion in (None, "hold", "stretch") else SEEN_AS[motion]


def _ways(step: Step) -> list[dict[Motion | None, float]]:
    """For each way to do a step, what part of its movements is of which motion."""
    others: list[Motion | None] = [motion for motion in step.motions if motion != step.counts]
    if not others:
        return [{step.counts: 1.0}]
    usual = {step.counts: _COUNTED, **dict.fromkeys(others, (1 - _COUNTED) / len(others))}
    return [usual, *({motion: 1.0} for motion in others)]


def _kind(moves: Movements, weights: Mapping[Motion | None, float]) -> NDArray[np.float64]:
    share = dict.fromkeys(KINDS, ASTRAY / len(KINDS))
    for motion, weight in weights.items():
        seen = _seen_as(motion)
        for place, kind in enumerate(seen):
            # A knead is seen as any of three; elsewhere the first name is the usual one.
            part = 1 / len(seen) if motion == "knead" else _USUALLY[len(seen)][place]
            share[kind] += (1 - ASTRAY) * weight * part
    return np.log([share[kind] * len(KINDS) for kind in moves.kind.tolist()])


def _direction(moves: Movements, step: Step) -> NDArray[np.float64]:
    if not step.directions:
        return np.zeros(len(moves))
    share = dict.fromkeys(OPPOSITE, 0.0) | dict.fromkeys(step.directions, 1.0)
    if step.returns == "light":
        back = OPPOSITE.get(step.directions[0])
        share |= {} if back is None else {back: 0.7}
    whole = sum(share.values())
    ratio = {d: ASTRAY + (1 - ASTRAY) * len(share) * part / whole for d, part in share.items()}
    return np.log(
        [ratio.get(d, 1.0) if kind == "stroke" else 1.0 for d, kind in zip(moves.direction, moves.kind, strict=True)]
    )


def _place(moves: Movements, step: Step, pad: PadLayout) -> NDArray[np.float64]:
    """Both ends of a way, each by itself; a movement that stays has one place."""
    zones = [zone for zone in pad.zones if zone.name in step.zones]
    if step.points:
        ends = [_near_points(moves.ends_mm[:, at : at + 2], step, pad) for at in (0, 2)]
    elif zones:
        ends = [_in_zones(moves.ends_mm[:, at : at + 2], zones) for at in (0, 2)]
    else:
        return np.zeros(len(moves))
    both = ends[0] + ends[1]
    return np.where(moves.kind == "stroke", both, both / 2)


def _near_points(places: NDArray[np.float64], step: Step, pad: PadLayout) -> NDArray[np.float64]:
    far = [min(point_distance_mm(pad, p, x + pad.spine_x_mm, y) for p in step.points) for x, y in places.tolist()]
    images = sum(2 if point.mirrored else 1 for point in step.points)
    density = np.exp(-0.5 * (np.array(far) / _POINT_MM) ** 2) / (2 * np.pi * _POINT_MM**2 * images)
    return np.asarray(np.log(ASTRAY + (1 - ASTRAY) * density * _IN_ALL_MM))


def _in_zones(places: NDArray[np.float64], zones: Sequence[Zone]) -> NDArray[np.float64]:
    boxes = [
        (way * z.x0_mm, way * z.x1_mm, z.y0_mm, z.y1_mm) for z in zones for way in ((1, -1) if z.mirrored else (1,))
    ]
    sides = np.array([(min(a, b), max(a, b), y0, y1) for a, b, y0, y1 in boxes])
    x, y = places[:, :1], places[:, 1:]
    across = np.maximum(np.maximum(sides[:, 0] - x, x - sides[:, 1]), 0.0)
    along = np.maximum(np.maximum(sides[:, 2] - y, y - sides[:, 3]), 0.0)
    far = np.sqrt(across * across + along * along).min(axis=1)
    area = float(((sides[:, 1] - sides[:, 0]) * (sides[:, 3] - sides[:, 2])).sum())
    return np.asarray(np.log(ASTRAY + (1 - ASTRAY) * np.exp(-far / _PLACE_MM) * _IN_ALL_MM / area))


def _force(moves: Movements, step: Step, routine: Routine, limits: Limits) -> NDArray[np.float64]:
    """Of working movements only: how light the way back is, no step says in numbers."""
    ratios = _banded(moves.force_n, routine, step, "pressure", _FORCES_N, limits.widening)
    light_way = step.contrast.less if step.contrast is not None else None
    if step.returns == "light" and step.directions:
        light_way = OPPOSITE.get(step.directions[0])
    return np.where((moves.direction == light_way) & (light_way is not None), 0.0, ratios)


def _speed(moves: Movements, step: Step, routine: Routine) -> NDArray[np.float64]:
    return _banded(moves.speed_cm_s, routine, step, "speed", _SPEEDS_CM_S)


def _banded(
    values: NDArray[np.float64],
    routine: Routine,
    step: Step,
    quantity: Quantity,
    everywhere: tuple[float, float],
    widening: float = 1.0,
) -> NDArray[np.float64]:
    band: Band | None = routine.wanted(step, quantity)
    if band is None:
        return np.zeros(len(values))
    low = everywhere[0] if band.low is None else max(band.low / widening, everywhere[0])
    high = everywhere[1] if band.high is None else min(band.high * widening, everywhere[1])
    return within(values, (low, high), everywhere)

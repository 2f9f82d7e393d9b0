"""Quick movements about one place: friction to and fro, and vibration.

Both are sines about a place that a hand keeps for some seconds. The rule: the rate is the hand's own, even but for a
few percent a bout, and one to-and-fro is one pass in the truth; a vibration is one pass as a whole.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from rig.performance.times import LAND_S

if TYPE_CHECKING:
    from rig.performance.stage import Stage
    from rig.virtual.motion import Track

_BOUTS = 3
_ALMOST_EVEN = 0.02
_RUBS = 8
_VIBRATION_S = (2.5, 4.0)
_PULSE = 0.25
"""How much the force swells and falls in a vibration, relative (our choice)."""


def to_and_fro(stage: Stage) -> None:
    """Friction along the muscles while the hands move on over the back, on both sides at once or on one."""
    plan, rng = stage.plan, stage.rng
    reach = float(rng.uniform(40, 60))
    y0, y1 = stage.ground.stretch(rng)
    centres = np.linspace(y0 + reach, max(y1 - reach, y0 + reach), _BOUTS * _RUBS)
    for group in stage.sides:
        bouts = [stage.periods(plan.at(k), 1 / (plan.at(k).rate_hz or 1.0), _RUBS) for k in range(_BOUTS)]
        begun_s = stage.t_s + 0.1 + LAND_S
        for side in group:
            part = stage.part(side)
            x = stage.x_mm(side, stage.ground.beside(part, rng))
            track = stage.track(part, x, centres[0] - reach)
            track.wait(0.1 + stage.late_s()).wait(LAND_S, stage.leaning(side, plan.at(0).force_n, plan.at(0)))
            track.soft = _ALMOST_EVEN
            for y, seconds in zip(centres, chain.from_iterable(bouts), strict=True):
                _rub(track, float(y), reach, seconds)
            track.wait(LAND_S, 0.0)
            stage.enter(part, track)
            stage.t_s = max(stage.t_s, track.t_s)
        ends = begun_s + np.cumsum([sum(bout) for bout in bouts])
        for k, (end, bout) in enumerate(zip(ends, bouts, strict=True)):
            if plan.which is not None and plan.goes_wrong(k):
                stage.goes_wrong(float(end) - sum(bout), float(end))
        stage.t_s += 0.8
    if plan.which is None:
        stage.went_wrong_throughout()


def vibrations(stage: Stage) -> None:
    """A palm that trembles on purpose, on a few places."""
    side = stage.sides[0][0]
    part = stage.part(side)
    track = stage.track(part, stage.x_mm(side, stage.ground.beside(part, stage.rng)), 0.0)
    for bout in range(_BOUTS):
        manner = stage.plan.at(bout)
        rate = manner.rate_hz or 5.5
        x = stage.x_mm(side, stage.ground.beside(part, stage.rng))
        y = float(stage.rng.uniform(*stage.ground.stretch(stage.rng)))
        track.away(x, y, 0.1 if bout == 0 else float(stage.rng.uniform(1.0, 1.6)))
        seconds, reach = float(stage.rng.uniform(*_VIBRATION_S)), float(stage.rng.uniform(1.5, 3.0))
        begun_s = track.t_s
        track.wait(0.3, manner.force_n)
        _tremble(track, reach, rate, seconds)
        track.wait(0.3, 0.0)
        if stage.plan.which is not None and stage.plan.goes_wrong(bout):
            stage.goes_wrong(begun_s, track.t_s)
    stage.enter(part, track)
    stage.t_s = track.t_s + 0.8
    if stage.plan.which is None:
        stage.went_wrong_throughout()


def _rub(track: Track, y_mm: float, reach_mm: float, seconds: float) -> None:
    """Once to and fro along the back about a place, from the lower end, wherever the last rub has left the hand."""
    t0, x, force_n = track.t_s, track.x_mm, track.force_n
    behind = y_mm - reach_mm - track.y_mm
    track.along(
        seconds,
        lambda s: (np.full_like(s, x), y_mm - behind * (1 - s) - reach_mm * np.cos(2 * np.pi * s)),
        lambda u: np.full_like(u, force_n),
    ).note(t0, "to-and-fro")


def _tremble(track: Track, reach_mm: float, rate_hz: float, seconds: float) -> None:
    """Vibrate in place; the force swells along with the movement."""
    t0, x, y, force_n = track.t_s, track.x_mm, track.y_mm, track.force_n
    turns = round(rate_hz * seconds)
    track.soft = _ALMOST_EVEN
    track.along(
        turns / rate_hz,
        lambda s: (np.full_like(s, x), y + reach_mm * np.sin(2 * np.pi * turns * s)),
        lambda u: force_n * (1 + _PULSE * np.sin(2 * np.pi * turns * u)),
    ).note(t0, "vibration")

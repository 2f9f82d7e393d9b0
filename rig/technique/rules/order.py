"""Order: of the steps in a session, and of the points in a step.

A step has begun once hands have been on the pad in it for a second in all. That the order is broken shows when a step
begins, for the first time, behind some that should have come after it. If that is one, it was done too early (fast
vibration before the kneading); if they are several, it is the new one that comes too late; whoever was blamed is not
blamed again. The order of points is judged press by press. The rule: what is left out is not out of order, so a step
can be practised alone and a point can be missed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rig.analysis.findings import HOP_US
from rig.technique.flags import Flag, flag_on_stroke
from rig.technique.limits import Limit
from rig.technique.places import point_distance_mm
from rig.technique.repetitions import counts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.analysis.findings import Stroke
    from rig.pad import PadLayout
    from rig.technique.routine.routine import Routine, Step

BEGUN_HOPS = 1_000_000 // HOP_US


class StepOrder:
    """Watches which step of a routine is practised after which."""

    def __init__(self, routine: Routine, *, calibrated: bool) -> None:
        self._routine = routine
        self._calibrated = calibrated
        self._before = {step.id: _all_before(routine, step.id) for step in routine.steps}
        self._touched: dict[int, int] = {}
        self._begun: dict[str, float] = {}
        self._told: set[str] = set()

    def push(self, t_us: NDArray[np.int64], row: NDArray[np.int64], steps: list[Step | None]) -> list[Flag]:
        """Take the hops in which hands were on the pad: their times, their marks, and the steps of those."""
        flags: list[Flag] = []
        for mark in np.unique(row).tolist():
            had = self._touched.get(mark, 0)
            hops = t_us[row == mark]
            self._touched[mark] = had + len(hops)
            step = steps[mark]
            if step is not None and had < BEGUN_HOPS <= had + len(hops):
                flags += self._begin(step.id, int(hops[BEGUN_HOPS - had - 1]))
        return flags

    def _begin(self, name: str, t_us: int) -> list[Flag]:
        if name in self._begun or name not in self._before:
            return []
        now_s = (t_us + HOP_US) / 1e6
        early = [other for other in self._begun if name in self._before[other] and other not in self._told]
        self._begun[name] = now_s
        if not early:
            return []
        first, places = early[0], [*self._begun]
        told, since_s = (name, now_s) if len(early) > 1 else (first, self._begun[first])
        self._told.add(told)
        return [
            Flag(
                kind="out-of-order",
                t0=since_s,
                t1=now_s,
                step=told,
                side="both",
                x_mm=None,
                y_mm=None,
                value=float(1 + places.index(told)),
                limit=float(1 + places.index(first if told == name else name)),
                unit="place",
                source=f"{self._routine.cite(self._routine.step(first).source)}: {name} comes before {first}",
                calibrated=self._calibrated,
                about=f"Too late: it comes before {self._title(first)}"
                if told == name
                else f"Too early: first comes {self._title(name)}",
            )
        ]

    def _title(self, name: str) -> str:
        return f"'{self._routine.step(name).title}'"


class PointOrder:
    """Watches the order of a step's points."""

    def __init__(self, pad: PadLayout, routine: Routine, reach_mm: float, *, calibrated: bool) -> None:
        self._pad = pad
        self._routine = routine
        self._reach_mm = reach_mm
        self._calibrated = calibrated
        self._row = -1
        self._last = -1

    def judge_press(self, stroke: Stroke, step: Step, row: int) -> list[Flag]:
        """The flag of a press at a point that lies before the one pressed last."""
        if row != self._row:
            self._row, self._last = row, -1
        if not counts(step, stroke) or len(step.points) < 2:
            return []
        distances = [point_distance_mm(self._pad, point, stroke.x0_mm, stroke.y0_mm) for point in step.points]
        if min(distances) > self._reach_mm:
            return []
        # Points that lie close together are told apart in favour of the hands: the one that comes next, if it may be.
        near = [k for k, d in enumerate(distances) if d <= min(distances) + self._reach_mm / 2]
        number, last = min((k for k in near if k >= self._last), default=max(near)), self._last
        self._last = number
        if number >= last:
            return []
        limit = Limit(float(last + 1), self._routine.cite(step.points[number].source))
        about, calibrated = f"Point {number + 1} comes before point {last + 1}", self._calibrated
        return [
            flag_on_stroke(
                "out-of-order", stroke, step.id, number + 1.0, limit, "place", calibrated=calibrated, about=about
            )
        ]


def _all_before(routine: Routine, name: str) -> frozenset[str]:
    """Every step that comes, by way of others, before the one of that name."""
    found: set[str] = set()
    waiting = list(routine.step(name).after)
    while waiting:
        other = waiting.pop()
        if other not in found:
            found.add(other)
            waiting += routine.step(other).after
    return frozenset(found)

"""Loads that stay beyond their limit: found in columns of hops, raised as soon as they have lasted.

A load counts once it was over the limit in every hop for a while (`sustain_s`); it is over once it was below for as
long again, or once hops are missing for that long. Runs of equal hops are taken at a time, so that an hour of quiet
costs one array operation. The rule: the state after a hop depends on the hops up to it and on nothing else, least of
all on how they were cut into pushes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from rig.analysis.findings import HOP_US

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Spell:
    """One stretch beyond the limit, so far.

    `t0_us` is when it began, `t1_us` the end of its last hop beyond the limit (None while it lasts), `decided_us` when
    it became certain that it has begun or that it is over; the rest belongs to its worst hop.
    """

    t0_us: int
    t1_us: int | None
    decided_us: int
    value: float
    limit: float
    x_mm: float
    y_mm: float
    at_least: bool


@dataclass(frozen=True, slots=True, eq=False)
class Loads:
    """Columns over h hops: the load that is watched, its limit there, where it is, and whether it is a lower bound."""

    t_us: NDArray[np.int64]
    value: NDArray[np.float64]
    limit: NDArray[np.float64]
    x_mm: NDArray[np.float64]
    y_mm: NDArray[np.float64]
    at_least: NDArray[np.bool_]


class Sustained:
    """Watches one load; `push` gives the spells that began and those that ended, in order."""

    def __init__(self, sustain_s: float) -> None:
        self._sustain_us = round(sustain_s * 1e6)
        self._last_us: int | None = None
        self._start_us: int | None = None
        self._worst: Spell | None = None
        self._over_us = 0
        self._raised = False

    def push(self, loads: Loads) -> list[Spell]:
        """Take the next hops."""
        t_us = loads.t_us
        if not len(t_us):
            return []
        found: list[Spell] = []
        over = loads.value > loads.limit
        last_us = t_us[0] - HOP_US if self._last_us is None else self._last_us
        self._last_us = int(t_us[-1])
        if self._start_us is None and not over.any():
            return found
        hole = np.diff(t_us, prepend=last_us) > max(self._sustain_us, HOP_US)
        turns = np.flatnonzero(np.diff(over) | hole[1:]) + 1
        edges = [0, *turns.tolist(), len(t_us)]
        for a, b in pairwise(edges):
            if hole[a]:
                found += self._end(int(t_us[a]) + HOP_US)
            if over[a]:
                found += self._beyond(loads, a, b)
            else:
                found += self._within(t_us[a:b])
        return found

    def finish(self) -> list[Spell]:
        """There is no more: what lasts ends with its last hop."""
        return self._end(None)

    def _beyond(self, loads: Loads, a: int, b: int) -> list[Spell]:
        if self._start_us is None:
            self._start_us = int(loads.t_us[a])
        self._over_us = int(loads.t_us[b - 1])
        if self._raised:
            self._note(loads, a, b)
            return []
        k = a + int(np.searchsorted(loads.t_us[a:b], self._start_us + self._sustain_us - HOP_US))
        if k >= b:
            self._note(loads, a, b)
            return []
        begun = self._note(loads, a, k + 1)
        self._raised = True
        self._note(loads, k + 1, b)
        return [replace(begun, decided_us=int(loads.t_us[k]) + HOP_US)]

    def _within(self, t_us: NDArray[np.int64]) -> list[Spell]:
        if not self._raised:
            self._forget()
            return []
        k = int(np.searchsorted(t_us, self._over_us + max(self._sustain_us, HOP_US)))
        return self._end(int(t_us[k]) + HOP_US) if k < len(t_us) else []

    def _end(self, decided_us: int | None) -> list[Spell]:
        worst, end_us = self._worst, self._over_us + HOP_US
        raised = self._raised
        self._forget()
        return [replace(worst, t1_us=end_us, decided_us=decided_us or end_us)] if raised and worst else []

    def _forget(self) -> None:
        self._start_us = self._worst = None
        self._raised = False

    def _note(self, loads: Loads, a: int, b: int) -> Spell:
        """Keep the worst hop of those seen and of [a, b); the first of equals."""
        worst = self._worst
        if a < b:
            k = a + int(np.argmax(loads.value[a:b]))
            if worst is None or loads.value[k] > worst.value:
                self._worst = worst = Spell(
                    t0_us=self._start_us or 0,
                    t1_us=None,
                    decided_us=0,
                    value=float(loads.value[k]),
                    limit=float(loads.limit[k]),
                    x_mm=float(loads.x_mm[k]),
                    y_mm=float(loads.y_mm[k]),
                    at_least=bool(loads.at_least[k]),
                )
        assert worst is not None
        return worst

"""The tasks of a guided run: press a few times, leave the pad alone, put this weight on that sensor.

The rule: a task is done when the readings that it asks for are there, so that a run that was interrupted needs nothing
but them to go on.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING, Literal

from rig.calibration.other_units import GRAMS_PER_N

if TYPE_CHECKING:
    from collections.abc import Sequence

WEIGHTS_N = (0.3, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0)
"""The weights that CALIBRATION.md asks for."""

PRESSES, PRESS_FACTOR = 5, 1.1
"""Conditioning: five presses at 110 % of the largest weight (CALIBRATION.md)."""

CHECK_SHARE = 0.4
"""A check weight of this part of the largest speaks for both ends: with 8 N of 20 N, sensors that bore it were off by
1 % the next day and by 2 % at most, with 3 N by 1.5 % and 4.7 % (24 draws of the benchmark's sensors)."""

Phase = Literal["condition", "unloaded", "up", "down", "verify"]

Key = tuple[Phase, int | None, float, int]
"""Phase, channel, newtons and cycle."""


@dataclass(frozen=True)
class Task:
    """One thing to do: `load_n` on `channel` (None: the whole pad), in a cycle."""

    phase: Phase
    channel: int | None
    load_n: float
    cycle: int

    @property
    def says(self) -> str:
        """The task as an instruction."""
        if self.phase == "condition":
            return f"press channel {self.channel} firmly, {PRESSES} times, with about {self.load_n:.3g} N"
        if self.phase == "unloaded":
            return "take everything off the pad and leave it alone"
        return f"put {self.load_n:.3g} N ({self.load_n * GRAMS_PER_N:.0f} g) on channel {self.channel}, on the puck"


@dataclass(frozen=True)
class Reading:
    """One reading that was kept: a row of a Loads CSV."""

    channel: int
    t_us: int
    load_n: float
    counts: int
    cycle: int
    phase: Phase


def plan(channels: Sequence[int], weights_n: Sequence[float] = WEIGHTS_N, cycles: int = 3) -> list[Task]:
    """The tasks of a whole run: each sensor conditioned, then weights up and down; last, one weight at three spots."""
    rising = sorted(weights_n)
    tasks = []
    for channel in channels:
        tasks.append(Task("condition", channel, PRESS_FACTOR * rising[-1], 0))
        tasks.append(Task("unloaded", None, 0.0, channel))
        for cycle in range(1, cycles + 1):
            tasks += [Task("up", channel, w, cycle) for w in rising]
            tasks += [Task("down", channel, w, cycle) for w in rising[-2::-1]]
    middle = min(rising, key=lambda w: abs(log(w / (CHECK_SHARE * rising[-1]))))
    spots = [channels[k] for k in sorted({0, len(channels) // 2, len(channels) - 1})]
    return [*tasks, *(Task("verify", c, middle, cycles + 1) for c in spots)]


def undone(tasks: Sequence[Task], readings: Sequence[Reading]) -> list[Task]:
    """What is left of the tasks; a sensor that was begun is conditioned again, since it has rested meanwhile."""
    finished = {key_of(r) for r in readings}
    begun = {r.channel for r in readings if r.phase in {"up", "down"}}
    weights = [t for t in tasks if t.phase not in {"condition", "unloaded"} and key_of(t) not in finished]
    wanting = {t.channel for t in weights if t.phase != "verify"}
    return [
        t
        for t in tasks
        if (t.phase == "condition" and (t.channel in wanting or t.channel not in begun))
        or (t.phase == "unloaded" and t.cycle not in begun)
        or t in weights
    ]


def key_of(of: Task | Reading) -> Key:
    """What a task and its readings have in common."""
    return of.phase, of.channel, round(of.load_n, 4), of.cycle

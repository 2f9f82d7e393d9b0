"""Virtual hands that follow the coach: a live board's source of counts that does the step that is asked for.

It hears the session's event lines, as a trainee hears the coach. A step is done over and over until the coach goes on;
where nothing happens for a while, the hands ask for the next step by a gesture. The rule: hands change to another step
only while none of them is on the pad, and times must not go back.

Hands that are to do something new take a while to be drawn, in which a live board must not stand still: they are drawn
in a thread of their own, and the pad lies at rest until then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from math import ceil, inf
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from rig.frame import Block
from rig.performance.leaving import Leave, able_to_leave
from rig.performance.manner import USUAL_REPETITIONS
from rig.performance.perform import perform
from rig.performance.signs import sign_scene
from rig.technique.routine.bands import Band, merged_bands
from rig.technique.routine.routine import Want
from rig.virtual.scene import Scene
from rig.virtual.virtual_pad import VirtualPad

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from rig.pad import PadLayout
    from rig.technique.routine.routine import Routine

Drawing = Callable[[], Scene]
_Drawn = tuple[Scene, Leave, Iterator[Block], Block]
"""A scene, how to tell its hands to leave, its further blocks, and its first."""

AHEAD_FRAMES = 256
IDLE_S = 0.5

_AMPLE = 1.5
"""A performance is drawn for so much more than the time there is, and left when that is over."""

PATIENCE_S = 6.0
"""Hands that have done their step wait so long before they ask for the next."""

READY_S = 3.0
"""... and so long before they say that the checklist is ticked."""


class Follower:
    """Plays what the coach asks for.

    Args:
        layout, routine: where, and what is done there. seed: draws pad and hands. rate_hz: scans a second.
        at_once: whether hands are drawn when they are needed, whatever it takes; for sessions that are not live.
    """

    def __init__(
        self, layout: PadLayout, routine: Routine, seed: int, rate_hz: float, *, at_once: bool = False
    ) -> None:
        self.about = f"the hands follow the coach through {routine.title}"
        self._routine = routine
        self._pad = VirtualPad.drawn(layout, seed)
        self._seed = seed
        self._rate_hz = rate_hz
        self._number = 0
        self._asked: Mapping[str, Any] = {"phase": "waiting"}
        self._doing: tuple[str, float] | None = None
        self._idle_s = 0.0
        self._t_us = self._ahead_us = 0
        self._drawers = None if at_once else ThreadPoolExecutor(1, "virtual hands")
        self._coming: Future[_Drawn] | None = None
        self._begins_us = self._buffer_begins = 0
        self._scene, self._leave, self._blocks, self._buffer = _drawn(self._rest())

    def hear(self, line: Mapping[str, Any]) -> None:
        """One event line of the session."""
        if line["event"] == "coach":
            self._asked = line["state"]
            self._ahead_us = self._t_us - round(line["t"] * 1e6)

    def counts(self, t_us: NDArray[np.int64]) -> NDArray[np.uint16]:
        """(n, n_channels) counts at (n,) ascending microseconds since the first start."""
        return np.stack([self._row(int(t)) for t in t_us])

    def _row(self, t_us: int) -> NDArray[np.uint16]:
        self._t_us = t_us
        row = self._row_of(t_us)
        self._leaves_when_done(row)
        changes = self._coming is None and (self._is_outdated() or self._is_enough()) and not self._hands_down(row)
        if changes or row >= self._scene.frames:
            self._play(self._ready())
            row = self._row_of(t_us)
        while row >= self._buffer_begins + len(self._buffer):
            self._buffer_begins += len(self._buffer)
            self._buffer = next(self._blocks)
        counts: NDArray[np.uint16] = self._buffer.counts[row - self._buffer_begins]
        return counts

    def _ready(self) -> _Drawn:
        """What the hands do next, if it is drawn; else nothing for a moment."""
        coming, self._coming = self._coming, None
        if coming is None or (coming.done() and self._is_outdated()):
            following = self._following()
            if self._drawers is None:
                return _drawn(following)
            coming = self._drawers.submit(_drawn, following)
        if coming.done():
            return coming.result()
        self._coming = coming
        return _drawn(self._rest())

    def _play(self, drawn: _Drawn) -> None:
        self._scene, self._leave, self._blocks, self._buffer = drawn
        self._begins_us = self._t_us + self._late_us(self._scene)
        self._buffer_begins = 0

    def _row_of(self, t_us: int) -> int:
        return max(int((t_us - self._begins_us) * self._rate_hz / 1e6), 0)

    def _late_us(self, scene: Scene) -> int:
        """How long to wait until the breath that the hands were drawn for and the coach's come in together."""
        pacer = self._asked.get("pacer")
        breath = scene.steps[0].breath if scene.steps else None
        if pacer is None or breath is None:
            return 0
        since_us: float = self._t_us - self._ahead_us - pacer["t_us"]
        return round(float(-since_us - breath.t0 * 1e6) % (60e6 / float(pacer["per_min"])))

    def _leaves_when_done(self, row: int) -> None:
        """Hands that are told that it is enough end the pass that they are in, and lift."""
        if self._is_enough() and self._leave.after_s == inf:
            # What is drawn already cannot be altered.
            drawn = self._buffer_begins + len(self._buffer) + AHEAD_FRAMES
            self._leave.after_s = max(drawn, row) / self._rate_hz

    def _is_enough(self) -> bool:
        """Whether the coach says that the step that is played is done."""
        if not self._scene.steps or self._doing is None or self._doing != self._wanted():
            return False
        # A point that has been begun is brought to its end.
        by_points = self._routine.step(self._doing[0]).each_point
        return bool(self._asked["done"] and self._asked["automatic"]) and not by_points

    def _hands_down(self, row: int) -> bool:
        t_s = row / self._rate_hz
        return any(hand.is_down(t_s, t_s + 1 / self._rate_hz) for hand in self._scene.hands)

    def _is_outdated(self) -> bool:
        """Whether what is played is no longer what is asked for."""
        return self._doing is not None and self._doing != self._wanted()

    def _wanted(self) -> tuple[str, float] | None:
        """The step asked for, and when it was begun; None while there is none to do."""
        step = self._asked.get("step")
        if self._asked["phase"] != "practising" or step is None:
            return None
        return step["id"], self._asked["begun_s"]

    def _following(self) -> Drawing:
        """What the hands do next."""
        wanted, phase = self._wanted(), self._asked["phase"]
        if phase == "waiting" and self._idle_s >= READY_S:
            return self._sign_next()
        if wanted is None:
            self._doing = None
            return self._rest()
        if wanted == self._doing and (self._asked["done"] or not self._asked["automatic"]) and self._asked["of"] > 1:
            # Done, as far as the hands know: the coach goes on by itself, or has to be asked.
            return self._sign_next() if self._idle_s >= PATIENCE_S else self._rest()
        self._doing = wanted
        self._idle_s = 0.0
        return self._step(wanted[0])

    def _step(self, step_id: str) -> Drawing:
        """The step as often as its document asks; one that lasts for a time, as often as fills what is left of it."""
        self._number += 1
        duration_s, left_s = self._asked["step"]["duration_s"], 0.0
        if duration_s is not None:
            begun_s = self._asked["begun_s"] + self._asked["rested_s"]
            left_s = duration_s + begun_s - (self._t_us - self._ahead_us) / 1e6
        routine = self._along_with_the_pacer(self._routine)
        return partial(_lasting, self._pad, routine, step_id, left_s, self._seed + 1000 * self._number, self._rate_hz)

    def _along_with_the_pacer(self, routine: Routine) -> Routine:
        """The routine with the coach's breath for its own."""
        pacer = self._asked.get("pacer")
        if pacer is None:
            return routine
        per_min = pacer["per_min"]
        at = Band(name="breath", unit="1/min", source="the coach's pacer", low=per_min, high=per_min)
        return msgspec.structs.replace(routine, bands=merged_bands((at,), routine.bands))

    def _sign_next(self) -> Drawing:
        self._number += 1
        self._idle_s = 0.0
        return partial(sign_scene, self._pad, "next", self._seed + self._number, self._rate_hz)

    def _rest(self) -> Drawing:
        self._number += 1
        self._idle_s += IDLE_S
        return partial(Scene, self._pad, (), IDLE_S, self._seed + self._number, self._rate_hz)


def _drawn(drawing: Drawing) -> _Drawn:
    """The scene, with its first block made."""
    scene, leave = able_to_leave(drawing())
    blocks = scene.blocks(AHEAD_FRAMES)
    return scene, leave, blocks, next(blocks)


def _lasting(pad: VirtualPad, routine: Routine, step_id: str, left_s: float, seed: int, rate_hz: float) -> Scene:
    """A step once, or as often as fills `left_s` seconds where that is longer."""
    once = perform(pad, routine, step_id, seed=seed, rate_hz=rate_hz)
    times = USUAL_REPETITIONS * (ceil(_AMPLE * left_s / once.duration_s) + 1)
    if left_s <= once.duration_s:
        return once
    often = Want(low=times, high=times, source="as often as there is time for")
    steps = tuple(
        step if routine.wanted(step, "count") else msgspec.structs.replace(step, count=often) for step in routine.steps
    )
    # One long performance and not several: hands that begin anew have another beat.
    lasting = msgspec.structs.replace(routine, steps=steps)
    return perform(pad, lasting, step_id, seed=seed, rate_hz=rate_hz)

"""Virtual hands that follow the coach: a live board's source of counts that does the step that is asked for.

It hears the session's event lines, as a trainee hears the coach. A step is done over and over until the coach goes on;
where nothing happens for a while, the hands ask for the next step by a gesture. The rule: hands change to another step
only while none of them is on the pad, and times must not go back.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from rig.performance.manner import USUAL_REPETITIONS
from rig.performance.perform import perform
from rig.performance.signs import sign_scene
from rig.technique.bands import Band, merged_bands
from rig.technique.routine import Want
from rig.virtual.scene import Scene
from rig.virtual.virtual_pad import VirtualPad

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from rig.frame import Block
    from rig.pad import PadLayout
    from rig.performance.signs import Sign
    from rig.technique.routine import Routine

AHEAD_FRAMES = 256
IDLE_S = 0.5

PATIENCE_S = 6.0
"""Hands that have done their step wait so long before they ask for the next."""

READY_S = 3.0
"""... and so long before they say that the checklist is ticked."""


class Follower:
    """Plays what the coach asks for.

    Args:
        layout, routine: where, and what is done there. seed: draws pad and hands. rate_hz: scans a second.
    """

    def __init__(self, layout: PadLayout, routine: Routine, seed: int, rate_hz: float) -> None:
        self.about = f"the hands follow the coach through {routine.title}"
        self._layout = layout
        self._routine = routine
        self._pad = VirtualPad.drawn(layout, seed)
        self._seed = seed
        self._rate_hz = rate_hz
        self._number = 0
        self._asked: Mapping[str, Any] = {"phase": "waiting"}
        self._doing: tuple[str, float] | None = None
        self._idle_s = 0.0
        self._t_us = self._ahead_us = 0
        self._begins_us = self._buffer_begins = 0
        self._scene = self._rest()
        self._blocks: Iterator[Block] = self._scene.blocks(AHEAD_FRAMES)
        self._buffer = next(self._blocks)

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
        if row >= self._scene.frames or (self._is_outdated() and not self._hands_down(row)):
            self._play(self._following())
            row = self._row_of(t_us)
        while row >= self._buffer_begins + len(self._buffer):
            self._buffer_begins += len(self._buffer)
            self._buffer = next(self._blocks)
        counts: NDArray[np.uint16] = self._buffer.counts[row - self._buffer_begins]
        return counts

    def _play(self, scene: Scene) -> None:
        self._scene = scene
        self._begins_us = self._t_us + self._late_us(scene)
        self._blocks = scene.blocks(AHEAD_FRAMES)
        self._buffer = next(self._blocks)
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

    def _following(self) -> Scene:
        """What the hands do next."""
        wanted, phase = self._wanted(), self._asked["phase"]
        if phase == "waiting" and self._idle_s >= READY_S:
            return self._sign("next")
        if wanted is None:
            self._doing = None
            return self._rest()
        if wanted == self._doing and (self._asked["done"] or not self._asked["automatic"]):
            # Done, as far as the hands know: the coach goes on by itself, or has to be asked.
            return self._sign("next") if self._idle_s >= PATIENCE_S else self._rest()
        self._doing = wanted
        self._idle_s = 0.0
        return self._step(wanted[0])

    def _step(self, step_id: str) -> Scene:
        """The step as often as its document asks; one that lasts for a time, as often as fills what is left of it."""
        self._number += 1
        seed = self._seed + 1000 * self._number
        routine = self._along_with_the_pacer(self._routine)
        once = perform(self._pad, routine, step_id, seed=seed, rate_hz=self._rate_hz)
        duration_s = self._asked["step"]["duration_s"]
        if duration_s is None:
            return once
        left_s = duration_s - (self._t_us - self._ahead_us) / 1e6 + self._asked["begun_s"] + self._asked["rested_s"]
        times = USUAL_REPETITIONS * (ceil(left_s / once.duration_s) + 1)
        if times <= 2 * USUAL_REPETITIONS:
            return once
        often = Want(low=times, high=times, source="as often as there is time for")
        steps = tuple(
            step if routine.wanted(step, "count") else msgspec.structs.replace(step, count=often)
            for step in routine.steps
        )
        # One long performance and not several: hands that begin anew have another beat.
        lasting = msgspec.structs.replace(routine, steps=steps)
        return perform(self._pad, lasting, step_id, seed=seed, rate_hz=self._rate_hz)

    def _along_with_the_pacer(self, routine: Routine) -> Routine:
        """The routine with the coach's breath for its own."""
        pacer = self._asked.get("pacer")
        if pacer is None:
            return routine
        per_min = pacer["per_min"]
        at = Band(name="breath", unit="1/min", source="the coach's pacer", low=per_min, high=per_min)
        return msgspec.structs.replace(routine, bands=merged_bands((at,), routine.bands))

    def _sign(self, sign: Sign) -> Scene:
        self._number += 1
        self._idle_s = 0.0
        return sign_scene(self._pad, sign, self._seed + self._number, self._rate_hz)

    def _rest(self) -> Scene:
        self._number += 1
        self._idle_s += IDLE_S
        return Scene(self._pad, (), IDLE_S, self._seed + self._number, self._rate_hz)

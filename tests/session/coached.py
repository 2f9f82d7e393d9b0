"""A coached session in one process, faster than real time: hands that follow, a source without a wire, a coach.

`on_firmware.py` puts the simulated board between the hands and the coach.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rig.calibration.nominal import NominalConversion
from rig.clock import ManualClock
from rig.device.loads import Loads
from rig.device.records import DeviceCounters
from rig.device.timeline import Timeline
from rig.frame import Block
from rig.performance.follower import Follower
from rig.recording.format import GESTURES
from rig.recording.writer import RecordingWriter
from rig.session.coaching import Coaching
from rig.session.pipeline import Pipeline
from rig.session.practice import Practice
from rig.technique.coach.coach import Coach
from rig.technique.coach.lengths import plan
from rig.technique.routine.loading import load_routine, routine_text, standalone_text
from tests.session.hands import PAD, header

if TYPE_CHECKING:
    from pathlib import Path

    from rig.clock import Clock
    from rig.session.practice import Source
    from rig.technique.tally import Outcome

Counts = Callable[[NDArray[np.int64]], NDArray[np.uint16]]
"""What the sensors read at some times."""


class Straight:
    """A source that asks for counts and hands them on, `frames` at a time."""

    def __init__(self, counts: Counts, clock: ManualClock, rate_hz: float, frames: int) -> None:
        self._counts = counts
        self._clock = clock
        self._period_us = round(1e6 / rate_hz)
        self._frames = frames
        self._t_us = 0
        self.cues: list[tuple[int, int]] = []
        self.counters = DeviceCounters()
        self.loads = Loads(Timeline())

    def poll(self) -> Block:
        t_us = self._t_us + self._period_us * np.arange(self._frames, dtype=np.int64)
        self._t_us = int(t_us[-1]) + self._period_us
        self._clock.advance(self._frames * self._period_us / 1e6)
        return Block.of(t_us, self._counts(t_us), received_s=np.full(len(t_us), self._clock.now_s()))

    def cue(self, kind: int, duration_ms: int) -> None:
        self.cues.append((kind, duration_ms))

    def events(self) -> list[Any]:
        return []


class Session:
    """A practice on a table, coached; `turns` lets it run until something is so."""

    def __init__(
        self,
        routine: str = "backpain",
        *,
        seed: int = 1,
        length_s: float | None = None,
        path: Path | None = None,
        rate_hz: float = 100.0,
        frames: int = 2,
        counts: Counts | None = None,
        **coaching: Any,
    ) -> None:
        self.routine = load_routine(routine, PAD)
        self.follower = Follower(PAD, self.routine, seed, rate_hz, at_once=True)
        self.clock, self.source = self._plugged(counts or self.follower.counts, rate_hz, frames)
        self.lines: list[dict[str, Any]] = []
        text = standalone_text(routine_text(routine)[0], self.routine)
        writer = None if path is None else RecordingWriter(path, header(routine=text, session={GESTURES: True}))
        self.pipeline = Pipeline(PAD, NominalConversion(PAD), self.routine, gestures=True)
        self.planned = plan(self.routine, PAD, length_s)
        self.coach = Coach(self.routine, self.planned, PAD, **{"calibrated": False, **coaching})
        self.practice = Practice(self.source, self.pipeline, self._take, self.clock, writer, Coaching(self.coach))

    def _plugged(self, counts: Counts, rate_hz: float, frames: int) -> tuple[Clock, Source]:
        clock = ManualClock()
        return clock, Straight(counts, clock, rate_hz, frames)

    def _take(self, line: dict[str, Any]) -> None:
        self.lines.append(line)
        self.follower.hear(line)

    def close(self) -> None:
        """Unplug; there is no plug here."""

    def turns(self, until: Callable[[], bool], longest_s: float = 3000.0) -> None:
        while not until():
            assert self.pipeline.t_us < longest_s * 1e6, "it did not come to that"
            self.practice.turn()

    def run(self, longest_s: float = 3000.0) -> Outcome:
        self.turns(lambda: self.practice.over, longest_s)
        return self.practice.finish()

    def told(self, *kinds: str) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["event"] in kinds]

"""A real practice on a virtual board for the window's tests and pictures: board, device, session, all but the glass."""

from __future__ import annotations

import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rig.calibration.nominal import NominalConversion
from rig.clock import ManualClock, SystemClock
from rig.device.device import Device
from rig.gui.practice.opening import VIRTUAL_RATE_HZ, Feed
from rig.pad import load_pad
from rig.performance.demo import ROUTINE, STEP, demo_player
from rig.performance.follower import Follower
from rig.session.pipeline import Pipeline
from rig.session.practice import Practice
from rig.session.running import RunningPractice
from rig.technique.routine.loading import load_routine
from rig.technique.timeline import Mark
from rig.virtual.board import VirtualBoard
from rig.virtual.board_state import BoardModel
from rig.virtual.port import VirtualPort

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from rig.clock import Clock
    from rig.gui.choices import Choice
    from rig.session.cues import Sounder

PAD = load_pad("back-144")
EXAMPLE_PROFILE = Path(__file__).parent.parent.parent / "calibration" / "example_profile.json"
DEMONSTRATED = load_routine(ROUTINE, PAD)


class PacedClock(ManualClock):
    """A clock that stands still but while somebody waits on it, for a fraction of the time that they asked for.

    So a step takes a second, and a busy computer loses nothing by being late.
    """

    def __init__(self, times: float) -> None:
        super().__init__()
        self._times = times

    def wait_s(self, seconds: float) -> None:
        super().wait_s(seconds)
        time.sleep(max(seconds, 0.0) / self._times)


@contextmanager
def practising(
    skip_s: float = 0.0, sounder: Sounder | None = None, times: float = 1.0
) -> Iterator[tuple[RunningPractice, VirtualPort]]:
    """The demonstration from `skip_s` on, running so many times as fast; and the port that the board hangs on."""
    player = demo_player(PAD, DEMONSTRATED, 1)

    def counts(t_us: NDArray[np.int64]) -> NDArray[np.uint16]:
        return player.counts(t_us + round(skip_s * 1e6))

    # What is skipped has to be drawn all the same: before the board runs, which would lose scans to it.
    counts(np.zeros(1, np.int64))
    clock: Clock = SystemClock() if times == 1 else PacedClock(times)
    port = VirtualPort(VirtualBoard(BoardModel.of(PAD, "test"), counts, now_s=clock.now_s()), clock, timeout_s=0.01)
    pipeline = Pipeline(PAD, NominalConversion(PAD), DEMONSTRATED, None, [Mark(0, STEP)])
    with Device(port.open, PAD, clock) as device:
        device.connect()
        device.start()
        running = RunningPractice(
            lambda sink: Practice(device, pipeline, sink, clock, sounder=sounder), calibrated=False
        )
        running.start(None)
        try:
            yield running, port
        finally:
            running.stop()
            running.wait(10)


def following(choice: Choice, clock: Clock, seed: int = 1) -> tuple[Feed, VirtualPort]:
    """Hands that follow the coach on a virtual board, and the port that it hangs on."""
    routine = load_routine(choice.routine, PAD)
    hands = Follower(PAD, routine, seed, VIRTUAL_RATE_HZ)
    board = VirtualBoard(BoardModel.of(PAD, "test"), hands.counts, seed=seed, now_s=clock.now_s())
    port = VirtualPort(board, clock, timeout_s=0.01)
    return Feed(port.open, hands.hear), port

"""A real practice on a virtual board for the window's tests and pictures: board, device, session, all but the glass."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from rig.calibration.nominal import NominalConversion
from rig.clock import SystemClock
from rig.device.device import Device
from rig.pad import load_pad
from rig.performance.demo import ROUTINE, STEP, demo_player
from rig.session.pipeline import Pipeline
from rig.session.practice import Practice
from rig.session.running import RunningPractice
from rig.technique.loading import load_routine
from rig.technique.timeline import Mark
from rig.virtual.board import BoardModel, VirtualBoard
from rig.virtual.port import VirtualPort

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

PAD = load_pad("back-144")


@contextmanager
def practising(skip_s: float = 0.0) -> Iterator[tuple[RunningPractice, VirtualPort]]:
    """The demonstration from `skip_s` on, running; and the port that the board hangs on."""
    routine = load_routine(ROUTINE, PAD)
    player = demo_player(PAD, routine, 1)

    def counts(t_us: NDArray[np.int64]) -> NDArray[np.uint16]:
        return player.counts(t_us + round(skip_s * 1e6))

    clock = SystemClock()
    port = VirtualPort(VirtualBoard(BoardModel.of(PAD, "test"), counts, now_s=clock.now_s()), clock, timeout_s=0.01)
    pipeline = Pipeline(PAD, NominalConversion(PAD), routine, None, [Mark(0, STEP)])
    with Device(port.open, PAD, clock) as device:
        device.connect()
        device.start()
        running = RunningPractice(lambda sink: Practice(device, pipeline, sink, clock), calibrated=False)
        running.start(None)
        try:
            yield running, port
        finally:
            running.stop()
            running.wait(10)

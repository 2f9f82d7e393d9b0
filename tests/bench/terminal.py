"""A virtual board on a pseudo-terminal, in a process of its own, that knows when each frame went out.

The board is `PtyBoard` as it is; what it hands to the terminal is noted with the time right before, and taken apart
after the stream has ended, so that the noting costs the stream nothing.
"""

from __future__ import annotations

import multiprocessing
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rig.clock import SystemClock
from rig.pad import load_pad
from rig.virtual.board import VirtualBoard
from rig.virtual.board_state import BoardModel
from rig.virtual.pace import TICK_HZ
from rig.virtual.pty import PtyBoard
from rig.wire.decoder import FrameDecoder
from tests.bench.massage import PAD_NAME, minute

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from types import TracebackType
    from typing import Self

    from numpy.typing import NDArray

READY_S = 120.0
"""How long the process may take to begin: it draws a minute of massage first."""


@dataclass(frozen=True, slots=True, eq=False)
class Sent:
    """The n frames that went out.

    Attributes:
        t_us: (n,) device time since the first. counts: (n, n_channels).
        written_s: (n,) host monotonic time right before the frame's last byte was written.
    """

    t_us: NDArray[np.int64]
    counts: NDArray[np.uint16]
    written_s: NDArray[np.float64]


class TerminalBoard:
    """Plays a minute of massage on end; `name` is the terminal to open, `stop` gives what was sent.

    Args:
        rate_hz: of the frames, as the board's model has it. press_s: as `minute` takes it.
    """

    def __init__(self, rate_hz: float, press_s: float) -> None:
        context = multiprocessing.get_context("spawn")
        self._line, there = context.Pipe()
        self._process = context.Process(target=_play, args=(rate_hz, press_s, there), daemon=True)

    def __enter__(self) -> Self:
        self._process.start()
        if not self._line.poll(READY_S):
            raise TimeoutError("the board's process did not begin")
        self.name: str = self._line.recv()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.join()

    def stop(self) -> Sent:
        """End the stream."""
        self._line.send("stop")
        return Sent(*self._line.recv())


class _NotingBoard(VirtualBoard):
    """A board whose every output is kept with its time."""

    def __init__(self, model: BoardModel, once: NDArray[np.uint16], rate_hz: float) -> None:
        super().__init__(model, self._play, now_s=time.monotonic())
        self.sent: list[tuple[float, bytes]] = []
        self._once = once
        self._rate_hz = rate_hz

    def step(self, now_s: float) -> bytes:
        data = super().step(now_s)
        if data:
            self.sent.append((time.monotonic(), data))
        return data

    def _play(self, t_us: NDArray[np.int64]) -> NDArray[np.uint16]:
        return np.asarray(self._once[np.rint(t_us * (self._rate_hz / 1e6)).astype(int) % len(self._once)])


def _play(rate_hz: float, press_s: float, line: Connection) -> None:
    """The other process."""
    board = _NotingBoard(BoardModel.of(load_pad(PAD_NAME), "bench"), minute(rate_hz, press_s=press_s).counts, rate_hz)
    with PtyBoard(board, SystemClock()) as pty:
        line.send(pty.name)
        line.recv()
    decoder = FrameDecoder()
    ticks, counts, written = [], [], []
    for sent_s, data in board.sent:
        for columns in decoder.feed_columns(data).frames:
            ticks.append(columns.ticks)
            counts.append(columns.counts)
            written += [sent_s] * len(columns)
    # One run of the board: its 32-bit clock wraps, differences do not.
    since = np.cumsum(np.diff(np.concatenate(ticks), prepend=ticks[0][:1]).astype(np.uint32), dtype=np.int64)
    line.send(((since * 1_000_000 + TICK_HZ // 2) // TICK_HZ, np.concatenate(counts), np.array(written)))

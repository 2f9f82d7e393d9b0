"""A host and a virtual board on one hand-moved clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from rig.clock import ManualClock
from rig.device.device import Device
from rig.frame import Block
from rig.pad import PadLayout, load_pad
from rig.transport.base import READ_BYTES
from rig.virtual.board import VirtualBoard
from rig.virtual.board_state import BoardModel
from rig.virtual.port import VirtualPort

PAD = load_pad("back-144")

FRAME_US = 148 * 26
"""148 conversions of 26 us: exact at 16 MHz."""


def ramp(t_us: np.ndarray) -> np.ndarray:
    """Counts that tell the time since the first start (ms mod 1,024) and the channel."""
    return ((t_us[:, None] // 1000 + np.arange(PAD.n_channels)) % 1024).astype(np.uint16)


class Bench:
    """A pad on a bench: clock, board, port and the device under test."""

    def __init__(self, pad: PadLayout = PAD, resets: bool = True, **model: Any) -> None:
        self.clock = ManualClock(1000.0)
        self.board = self.new_board(**model)
        self.port = VirtualPort(self.board, self.clock, resets=resets)
        self.device = Device(self.port.open, pad, self.clock)
        self.blocks: list[Block] = []

    def new_board(self, seed: int = 0, **model: Any) -> VirtualBoard:
        whole = replace(BoardModel.of(PAD, "pad-a"), **model)
        return VirtualBoard(whole, ramp, seed=seed, now_s=self.clock.now_s())

    def run(self, seconds: float) -> Block:
        """Poll for so long; what came, as one block."""
        new = []
        until_s = self.clock.now_s() + seconds
        while self.clock.now_s() < until_s:
            block = self.device.poll()
            if block is not None:
                new.append(block)
        self.blocks += new
        return Block.join(new) if new else Block.empty(PAD.n_channels)

    def run_until(self, condition: Callable[[], bool], limit_s: float = 20.0) -> Block:
        new = [Block.empty(PAD.n_channels)]
        until_s = self.clock.now_s() + limit_s
        while not condition():
            assert self.clock.now_s() < until_s, "it did not come to that"
            block = self.device.poll()
            if block is not None:
                new.append(block)
        self.blocks += new[1:]
        return Block.join(new)

    @property
    def whole(self) -> Block:
        return Block.join(self.blocks)


class Foreign:
    """A port on which something else talks."""

    name = "port"

    def __init__(self, clock: ManualClock, says: bytes) -> None:
        self.clock, self.says = clock, says
        self.bauds: list[int] = []

    def read(self, max_bytes: int = READ_BYTES) -> bytes:
        self.clock.advance(0.05)
        return self.says[:max_bytes]

    def write(self, data: bytes) -> None:
        pass

    def set_baud(self, baud: int) -> None:
        self.bauds.append(baud)

    def close(self) -> None:
        self.closed = True

    def __enter__(self) -> Foreign:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def kinds(bench: Bench) -> list[str]:
    """What the device has told of its link since the last call."""
    return [event.kind for event in bench.device.events()]


def assert_true_to_time(block: Block) -> None:
    """Each frame's time is the sum of the frame times before it, the lost ones included, and its counts are of then."""
    steps = np.diff(block.t_us)
    assert (steps == (block.lost[1:] + 1) * FRAME_US).all()
    assert (block.counts == ramp(block.t_us)).all()

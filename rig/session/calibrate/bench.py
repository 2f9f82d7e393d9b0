"""The board that a calibration is done on: one at a port, or a virtual pad with a load cell and a maker of its own.

The rule: a virtual bench is the same evening by the same code; only its clock may run faster, so that somebody can
watch it to the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rig.clock import Clock, HurriedClock, SystemClock
from rig.device.device import Device
from rig.device.launch import WantedPace
from rig.device.ports import opener
from rig.session.calibrate.virtual import VirtualMaker
from rig.virtual.board import VirtualBoard
from rig.virtual.board_state import BoardModel
from rig.virtual.load_cell import VirtualLoadCell
from rig.virtual.port import VirtualPort

if TYPE_CHECKING:
    from collections.abc import Callable

    from rig.pad import PadLayout
    from rig.session.calibrate.evening import Evening

HURRY = 8.0
"""A virtual evening runs so many times faster than the clock on the wall."""

UNHURRIED = WantedPace(prescaler=128)
"""The slowest scan of the board, so that a hurried evening costs no more than a real one."""


@dataclass(frozen=True)
class Bench:
    """A board that is not connected yet, its clock, and who has to be told of the evening."""

    device: Device
    clock: Clock
    watch: Callable[[Evening], None]


def bench_at(port: str, pad: PadLayout) -> Bench:
    """The board at a port; the maker is a person."""
    clock = SystemClock()
    return Bench(Device(opener(port), pad, clock), clock, lambda _: None)


def virtual_bench(pad: PadLayout) -> Bench:
    """A virtual board with a load cell, and a virtual maker who does what the evening asks."""
    clock = HurriedClock(HURRY)
    maker = VirtualMaker(pad)
    board = VirtualBoard(BoardModel.of(pad, "virtual"), maker.counts, now_s=clock.now_s())
    board.load_cell = VirtualLoadCell(maker.cell)
    port = VirtualPort(board, clock, timeout_s=0.05 * HURRY)
    return Bench(Device(port.open, pad, clock, UNHURRIED), clock, maker.follow)

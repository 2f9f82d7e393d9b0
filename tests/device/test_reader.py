from __future__ import annotations

import sys
import threading
from collections.abc import Iterator

import numpy as np
import pytest

from rig.clock import SystemClock
from rig.device.device import Device
from rig.device.launch import WantedPace
from rig.device.ports import opener
from rig.device.reader import DeviceReader
from rig.errors import ProtocolError
from rig.frame import Block
from rig.transport.serial_port import SerialTransport
from rig.virtual.board import BoardModel, VirtualBoard
from rig.virtual.pty import PtyBoard
from rig.wire.packets import AskStatus, CueKind, StatusReport
from tests.device.bench import PAD, Bench, ramp


class Scripted:
    """A device that yields given blocks and then says that it is done."""

    def __init__(self, blocks: list[Block], error: Exception | None = None) -> None:
        self.blocks, self.error = list(blocks), error
        self.done = threading.Event()

    def start(self) -> None: ...

    def close(self) -> None: ...

    def poll(self) -> Block | None:
        if self.blocks:
            return self.blocks.pop(0)
        self.done.set()
        if self.error is not None:
            raise self.error
        SystemClock().wait_s(0.001)
        return None


def blocks(n: int) -> list[Block]:
    whole = Bench()
    whole.device.connect()
    whole.device.start()
    whole.run(0.1)
    return whole.blocks[:n]


def read(scripted: Scripted, capacity: int = 1000) -> DeviceReader:
    return DeviceReader(scripted, capacity)  # type: ignore[arg-type]  # stands in for a Device


def test_what_waits_comes_as_one_block() -> None:
    scripted = Scripted(blocks(10))
    expected = Block.join(scripted.blocks)
    with read(scripted) as reader:
        scripted.done.wait(2)
        got = reader.get(0.0)
        assert got is not None
        assert (got.t_us == expected.t_us).all()
        assert reader.get(0.0) is None


def test_a_full_queue_drops_the_newest_and_marks_the_gap() -> None:
    scripted = Scripted(blocks(12))
    more = scripted.blocks[8:]
    del scripted.blocks[8:]
    with read(scripted, capacity=5) as reader:
        scripted.done.wait(2)
        first = reader.get(1.0)
        assert first is not None
        assert len(first) == 5
        assert reader.dropped == 3
        scripted.done.clear()
        scripted.blocks += more
        scripted.done.wait(2)
        rest = reader.get(1.0)

    assert rest is not None
    assert rest.lost.tolist() == [3, 0, 0, 0]


def test_what_ends_the_reading_reaches_the_consumer_after_the_frames() -> None:
    scripted = Scripted(blocks(3), ProtocolError("the board changed"))
    with read(scripted) as reader:
        scripted.done.wait(2)
        assert reader.get(1.0) is not None
        with pytest.raises(ProtocolError, match="the board changed"):
            reader.get(1.0)


pty_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")


@pytest.fixture
def pty() -> Iterator[PtyBoard]:
    board = VirtualBoard(BoardModel.of(PAD, "pad-a"), ramp, now_s=SystemClock().now_s())
    with PtyBoard(board, SystemClock()) as made:
        yield made


@pty_only
def test_a_session_through_pyserial_with_an_unplug_in_it(pty: PtyBoard) -> None:
    clock = SystemClock()
    device = Device(lambda: SerialTransport(pty.name), PAD, clock)
    device.connect()
    taken: list[Block] = []

    def take(frames: int) -> None:
        wanted = sum(map(len, taken)) + frames
        until_s = clock.now_s() + 10
        while sum(map(len, taken)) < wanted and clock.now_s() < until_s:
            block = reader.get(0.1)
            taken.extend([block] if block is not None else [])

    with DeviceReader(device) as reader:
        take(50)
        device.cue(CueKind.TICK, 20)
        status = device.ask(AskStatus(0)).result(timeout=2)
        pty.unplug()
        pty.plug()
        take(60)

    whole = Block.join(taken)
    assert isinstance(status, StatusReport)
    with pty.locked() as board:
        assert [cue.kind for _, cue in board.cues] == [CueKind.TICK]
    assert (np.diff(whole.t_us) > 0).all()
    assert whole.gap.sum() == 1
    assert [event.kind for event in device.events()] == ["up", "lost", "back"]
    assert reader.dropped == 0


@pty_only
def test_a_fast_board_is_read_through_pyserial_without_loss(pty: PtyBoard) -> None:
    device = Device(opener(pty.name), PAD, SystemClock(), WantedPace(prescaler=16, extra=4, baud=1_000_000))
    device.connect()
    frames = 0
    with DeviceReader(device) as reader:
        while frames < 400:
            block = reader.get(2.0)
            assert block is not None
            frames += len(block)

    assert device.counters.lost == device.counters.damaged == 0
    assert device.hello is not None
    assert device.hello.tick_hz / device.hello.frame_ticks == pytest.approx(519.75, abs=0.01)

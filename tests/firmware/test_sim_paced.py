"""The simulated board behind a pseudo-terminal, as pyserial sees it. Real time, so only what needs a real port."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest
import serial

from firmware.sim.boards import MEGA2560, Board
from firmware.sim.paced import PacedBoard
from firmware.sim.toolchain import SIM, built
from rig.clock import SystemClock
from rig.device.device import Device
from rig.errors import OperationError
from rig.pad import load_pad
from rig.transport.serial_port import SerialTransport
from rig.wire.packets import CueKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rig.frame import Block

PROBE = Board("atmega2560", "probe-atmega2560.elf", 1, "adc0=A0A1A2A3")
BAUD = 1_000_000
POWER_ON, EXTERNAL = 1, 2


@pytest.fixture
def board(tmp_path: Path) -> Iterator[PacedBoard]:
    with PacedBoard(PROBE, built(PROBE.elf_name), link=tmp_path / "port") as paced:
        yield paced


def _open(port: str, baud: int = BAUD) -> serial.Serial:
    return serial.Serial(port, baud, timeout=10.0)


def test_opening_resets_and_bytes_go_both_ways(board: PacedBoard) -> None:
    board.counts[3] = 777
    with _open(board.port) as port:
        assert port.read(2) == bytes([ord("B"), EXTERNAL])
        port.write(b"s\x03\x00")
        assert port.read(4) == bytes([0, 777 & 0xFF, 777 >> 8, 777 >> 2])
        board.counts[3] = 12
        port.write(b"s\x03\x00")
        assert port.read(4)[1] == 12
        board.reset()
        assert port.read(2) == bytes([ord("B"), EXTERNAL])
    assert board.opened == 1
    assert board.counters.resets == 2


def test_time_keeps_to_the_clock(board: PacedBoard) -> None:
    def pace() -> tuple[float, int]:
        return time.monotonic(), board.counters.cycle

    with _open(board.port) as port:
        port.read(2)
        before, cycle = pace()
        for _ in range(100):
            port.write(b"t")
            assert len(port.read(100)) == 100
        after, last = pace()
    # 100 pieces of 100 bytes of 10 us cannot take less than 0.1 s of either time.
    assert (last - cycle) / 16e6 >= 0.1
    # A busy computer may lag by a quarter of a second before the board gives the time up as slipped.
    assert (last - cycle) / 16e6 == pytest.approx(after - before, abs=0.3 + board.slipped * 0.0005)


def test_a_port_at_the_wrong_rate_hears_garbage(board: PacedBoard) -> None:
    with _open(board.port, 500_000) as port:
        heard = port.read(2)
    assert len(heard) == 2
    assert heard != bytes([ord("B"), EXTERNAL])


def test_the_link_leads_to_the_port_and_goes_with_it(tmp_path: Path) -> None:
    link = tmp_path / "port"
    with PacedBoard(PROBE, built(PROBE.elf_name), link=link) as board:
        assert str(link.resolve()) == board.port
        with _open(str(link)) as port:
            assert port.read(1) == b"B"
    assert not link.is_symlink()


def test_ending_is_an_unplug(board: PacedBoard) -> None:
    with _open(board.port) as port:
        port.read(2)
        board.close()
        with pytest.raises((serial.SerialException, OSError)):
            port.read(1)
    with pytest.raises(OperationError, match="has ended"):
        board.hang()


def test_a_start_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(OperationError, match=r"nothing\.elf is not a firmware ELF"):
        PacedBoard(PROBE, tmp_path / "nothing.elf")


@pytest.mark.firmware
def test_the_command_serves_a_board_until_interrupted(tmp_path: Path) -> None:
    link = tmp_path / "port"
    command = [sys.executable, "-m", "firmware.sim", "--board", "atmega328p", "--link", str(link)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=SIM.parent.parent) as served:
        assert served.stdout is not None
        assert served.stdout.readline().strip() == str(link.resolve())
        with SerialTransport(str(link), timeout_s=10.0) as port:
            assert port.read()
        served.send_signal(signal.SIGINT)
        assert served.wait(10) == 0
    assert not link.is_symlink()


@pytest.mark.firmware
def test_the_real_firmware_streams_to_the_real_device() -> None:
    """Firmware binary, pseudo-terminal, pyserial, Device: a second or so of it, losing nothing."""
    clock = SystemClock()
    with PacedBoard(MEGA2560) as board:
        board.set_counts(np.arange(144) * 7)
        with Device(lambda: SerialTransport(board.port), load_pad("back-144"), clock) as device:
            assert device.connect().channels == 144
            device.start()
            blocks: list[Block] = []
            end = clock.now_s() + 20.0
            while sum(map(len, blocks)) < 300 and clock.now_s() < end:
                block = device.poll()
                blocks += [block] if block is not None else []
            before = board.counters.buzzer_edges
            device.cue(CueKind.SPINE_ALARM, 100)
            while board.counters.buzzer_edges == before and clock.now_s() < end:
                device.poll()
            assert board.counters.buzzer_edges > before
        assert board.unread == 0
    counts = np.concatenate([block.counts for block in blocks])
    assert len(counts) >= 300
    assert (counts == np.arange(144) * 7).all()
    assert sum(int(block.lost.sum()) for block in blocks) == 0
    assert device.counters.damaged == 0

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import serial

from rig.clock import SystemClock
from rig.errors import InputError
from rig.frame import Frame
from rig.pad import load_pad
from rig.virtual.board import VirtualBoard
from rig.virtual.board_state import BoardModel
from rig.virtual.pty import PtyBoard
from rig.wire.codec import encode
from rig.wire.decoder import FrameDecoder
from rig.wire.packets import Hello, Start

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")

PAD = load_pad("back-144")


def board() -> VirtualBoard:
    counts = np.arange(PAD.n_channels, dtype=np.uint16)
    model = BoardModel.of(PAD, "pty")
    return VirtualBoard(model, lambda t_us: np.tile(counts, (len(t_us), 1)), now_s=SystemClock().now_s())


def hear(port: serial.Serial, decoder: FrameDecoder, kind: type, n: int = 1, limit_s: float = 3.0) -> list[object]:
    items: list[object] = []
    until_s = time.monotonic() + limit_s
    while sum(isinstance(item, kind) for item in items) < n and time.monotonic() < until_s:
        items += decoder.feed(port.read(1) + port.read(port.in_waiting))
    return [item for item in items if isinstance(item, kind)]


def test_opening_resets_the_board_and_frames_come_at_its_pace() -> None:
    with PtyBoard(board(), SystemClock()) as pty, serial.Serial(pty.name, 500_000, timeout=0.1) as port:
        decoder = FrameDecoder()
        (hello,) = hear(port, decoder, Hello)
        assert isinstance(hello, Hello)
        assert hello.pad_id == "pty"
        port.write(encode(Start(1)))
        hear(port, decoder, Frame, 2)
        begun_s = time.monotonic()
        frames = hear(port, decoder, Frame, 130)
        took_s = time.monotonic() - begun_s

    assert took_s == pytest.approx(130 / 259.875, rel=0.15)
    seqs = [frame.seq for frame in frames if isinstance(frame, Frame)]
    assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))
    assert decoder.counters.damaged == 0


def test_each_opening_is_a_reset() -> None:
    with PtyBoard(board(), SystemClock()) as pty:
        for _ in range(3):
            with serial.Serial(pty.name, 500_000, timeout=0.1) as port:
                assert len(hear(port, FrameDecoder(), Hello)) == 1
            until_s = time.monotonic() + 2
            while pty.in_use and time.monotonic() < until_s:
                SystemClock().wait_s(0.005)


def test_an_unplug_takes_the_port_away_and_the_link_leads_to_the_new_one(tmp_path: Path) -> None:
    link = tmp_path / "board"
    with PtyBoard(board(), SystemClock(), link) as pty:
        assert pty.name == str(link)
        with serial.Serial(pty.name, 500_000, timeout=0.1) as port:
            first = os.path.realpath(link)
            hear(port, FrameDecoder(), Hello)
            pty.unplug()
            with pytest.raises((OSError, serial.SerialException)):
                port.read(100_000)
        pty.plug()
        assert first
        with serial.Serial(pty.name, 500_000, timeout=0.1) as port:
            assert hear(port, FrameDecoder(), Hello)
    assert not link.is_symlink()


def test_a_host_that_does_not_read_loses_frames_and_does_not_stop_the_board() -> None:
    with PtyBoard(board(), SystemClock()) as pty, serial.Serial(pty.name, 500_000, timeout=0.1) as port:
        decoder = FrameDecoder()
        hear(port, decoder, Hello)
        port.write(encode(Start(1)))
        hear(port, decoder, Frame)
        SystemClock().wait_s(2.0)  # 100 kB of frames; Linux keeps about 64 kB for a terminal
        frames = [frame for frame in hear(port, decoder, Frame, 450) if isinstance(frame, Frame)]

    assert np.diff([frame.seq for frame in frames]).max() > 20
    assert np.diff([frame.seq for frame in frames[-20:]]).max() == 1


def test_a_link_does_not_overwrite_a_file(tmp_path: Path) -> None:
    taken = tmp_path / "notes.txt"
    taken.write_text("mine")

    with pytest.raises(InputError, match=r"notes\.txt: a file of this name exists"):
        PtyBoard(board(), SystemClock(), taken)
    assert taken.read_text() == "mine"

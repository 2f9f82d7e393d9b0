"""`rig virtual` over a real pseudo-terminal, as the host's own device meets it."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from rig.cli import main
from rig.clock import SystemClock
from rig.device.device import Device
from rig.pad import load_pad
from rig.transport.serial_port import SerialTransport

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")


@contextlib.contextmanager
def virtual(link: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "rig", "virtual", "--link", str(link), "--duration", "60", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as board:
        try:
            until_s = time.monotonic() + 30
            while not link.exists():
                assert board.poll() is None, board.communicate()[1]
                assert time.monotonic() < until_s
                time.sleep(0.05)  # another program's start has no clock to pass in
            yield board
        finally:
            board.terminate()
            board.communicate()


def test_the_hands_of_a_step_come_through_the_port(tmp_path: Path) -> None:
    link = tmp_path / "pad"
    with virtual(link, "--routine", "contact", "--step", "contact.2", "--seed", "4"):
        clock = SystemClock()
        with Device(lambda: SerialTransport(str(link)), load_pad("back-144"), clock) as device:
            assert device.connect().channels == 144
            device.start()
            frames, least, most = 0, 1 << 30, 0
            until_s = clock.now_s() + 10
            while clock.now_s() < until_s and most < least + 300:
                block = device.poll()
                if block is not None:
                    pressed = block.counts.astype(int).sum(axis=1)
                    frames, least, most = frames + len(block), min(least, pressed.min()), max(most, pressed.max())
    assert frames > 100
    assert most >= least + 300, "hands pressed within the step's first seconds"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--step", "contact.2"], "--step: says nothing without --routine"),
        (["--fault", "too-fast"], "--fault: says nothing without --routine"),
        (["--routine", "contact", "--step", "contact.9"], "has no step 'contact.9'"),
        (["--routine", "contact", "--step", "contact.2", "--fault", "too-fast"], "cannot be performed with 'too-fast'"),
    ],
)
def test_mistakes_are_one_line(capsys: pytest.CaptureFixture[str], arguments: list[str], message: str) -> None:
    assert main(["virtual", *arguments, "--duration", "0.1"]) == 2
    said = capsys.readouterr().err
    assert message in said
    assert said.count("\n") == 1

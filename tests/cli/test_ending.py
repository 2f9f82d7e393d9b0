"""Long-running commands asked to end: by Ctrl-C, by a kill, by a terminal that is closed under them."""

from __future__ import annotations

import os
import pty
import signal
import threading

import pytest

from rig.cli.ending import stop_on_interrupt
from rig.cli.keys import Keys


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_first_request_asks_and_leaves_the_next_to_kill(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    stopping = threading.Event()
    with stop_on_interrupt(stopping):
        signal.raise_signal(number)
        assert stopping.is_set()
        assert signal.getsignal(number) is signal.SIG_DFL
    assert signal.getsignal(number) is before


def test_what_nohup_ignores_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        stopping = threading.Event()
        with stop_on_interrupt(stopping):
            signal.raise_signal(signal.SIGHUP)
            assert not stopping.is_set()
    finally:
        signal.signal(signal.SIGHUP, before)


def test_whoever_writes_to_a_terminal_that_was_closed_does_not_fail() -> None:
    """A process of its own, at a terminal that is closed while it runs."""
    ended, told = os.pipe()
    child, terminal = pty.fork()
    if child == 0:
        stopping = threading.Event()
        with stop_on_interrupt(stopping), Keys() as keys:
            os.write(1, b"ready")
            stopping.wait(10)
            os.write(1, b"the report goes on")
            keys.pressed()
        os.write(told, b"whole")
        os._exit(0)
    os.close(told)
    assert os.read(terminal, 5) == b"ready"
    os.close(terminal)
    with os.fdopen(ended, "rb") as pipe:
        assert pipe.read() == b"whole"
    assert os.waitpid(child, 0)[1] == 0

"""A virtual board on a pseudo-terminal, paced to real time: for every program that can open a serial port.

A thread sleeps until the board has something to send or the host has sent something. Whoever opens the terminal resets
the board, as an Arduino's DTR does; what the host does not read in time is lost, as on a UART; an unplug
closes the terminal under its reader. The rule that keeps it right: only this thread touches the board while it runs.
"""

from __future__ import annotations

import contextlib
import os
import select
import sys
import threading
from typing import TYPE_CHECKING, Self

from rig.errors import InputError, LinkError

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from rig.clock import Clock
    from rig.virtual.board import VirtualBoard

IDLE_S = 0.02
"""How often the terminal is looked at while nobody has it open."""

LONGEST_WAIT_S = 0.1

READ_BYTES = 4096


class PtyBoard:
    """A board on a pseudo-terminal, from `start` (or entering the context) to `close`.

    Args:
        board: what answers on it. clock: must be the real time's.
        link: a path that shall always lead to the terminal, as `/dev/serial/by-id` does; it survives an unplug.

    Raises:
        InputError: `link` exists and is not a link.
        LinkError: this system has no pseudo-terminals.
    """

    def __init__(self, board: VirtualBoard, clock: Clock, link: Path | None = None) -> None:
        if sys.platform == "win32":
            raise LinkError("a virtual board on a port needs pseudo-terminals, which Windows does not have")
        if link is not None and link.exists() and not link.is_symlink():
            raise InputError(f"{link}: a file of this name exists already")
        self._board = board
        self._clock = clock
        self._link = link
        self._lock = threading.RLock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._master = -1
        self._name = ""
        self._in_use = False
        self.plug()

    @property
    def name(self) -> str:
        """The path to open: the link if there is one."""
        return str(self._link) if self._link is not None else self._name

    @property
    def in_use(self) -> bool:
        """Whether somebody has the terminal open."""
        return self._in_use

    def start(self) -> None:
        """Run the board in a thread."""
        self._thread = threading.Thread(target=self.run, name="virtual board", daemon=True)
        self._thread.start()

    def run(self) -> None:
        """Run the board in this thread, until `close`."""
        while not self._stopping.is_set():
            self._turn()

    def unplug(self) -> None:
        """Pull the cable: the terminal goes away under whoever reads it."""
        with self._lock:
            self._drop()

    def plug(self) -> None:
        """Plug the board in (again): a new terminal, and power."""
        import pty
        import tty

        with self._lock:
            self._drop()
            self._master, slave = pty.openpty()
            tty.setraw(slave)
            self._name = os.ttyname(slave)
            os.set_blocking(self._master, False)
            # Once its other end was open and is closed again, the terminal tells whether anybody has it open.
            os.close(slave)
            self._in_use = False
            self._board.reset(self._clock.now_s())
            if self._link is not None:
                fresh = self._link.with_name(f".{self._link.name}.new")
                fresh.unlink(missing_ok=True)
                fresh.symlink_to(self._name)
                fresh.replace(self._link)

    def close(self) -> None:
        """Stop, and take the terminal and the link away."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self.unplug()
        if self._link is not None:
            self._link.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _drop(self) -> None:
        master, self._master = self._master, -1
        if master >= 0:
            os.close(master)

    def _turn(self) -> None:
        """One wait and one step of the board."""
        with self._lock:
            master = self._master
            wait_s = min(max(self._board.next_s() - self._clock.now_s(), 0.0), LONGEST_WAIT_S)
        if master < 0:
            self._clock.wait_s(IDLE_S)
            return
        # `select` takes microseconds where `poll` rounds up to a millisecond, a quarter of a frame.
        readable, _, _ = select.select([master], [], [], wait_s)
        with self._lock:
            if master == self._master:
                self._carry(master, bool(readable))
        if not self._in_use:
            self._clock.wait_s(IDLE_S)

    def _carry(self, master: int, readable: bool) -> None:
        now_s = self._clock.now_s()
        try:
            heard = os.read(master, READ_BYTES) if readable else b""
        except OSError:
            # A terminal that nobody has open is always ready to be read, and then fails.
            self._in_use = False
            return
        if not self._in_use:
            self._in_use = True
            self._board.reset(now_s)
        self._board.feed(heard)
        sent = self._board.step(now_s)
        if sent:
            # What does not fit is lost: the host does not read, and a UART does not wait.
            with contextlib.suppress(OSError):
                os.write(master, sent)

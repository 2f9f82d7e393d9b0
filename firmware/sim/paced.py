"""The simulated board as a serial port: the real firmware in real time, for anything that talks to a port.

`PacedBoard` starts the program `simboard` and shares one file with it: sensor counts in, counters out. Opening the port
resets the board as DTR does on an Arduino; closing the `PacedBoard` looks to the port's owner like an unplug.
The rule: the program paces itself from one absolute start; nothing here waits to keep time.
"""

from __future__ import annotations

import ctypes
import mmap
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np

from firmware.sim.boards import CHANNELS_MAX, Board
from firmware.sim.library import Counters
from firmware.sim.toolchain import built
from rig.errors import OperationError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_END_WITHIN_S = 5.0


class _Shared(ctypes.Structure):
    """The shared file; simboard.c's `struct shared`."""

    _fields_ = (
        ("counts", ctypes.c_uint16 * CHANNELS_MAX),
        ("counters", Counters),
        ("unread", ctypes.c_uint64),
        ("slipped", ctypes.c_uint64),
        ("opened", ctypes.c_uint64),
    )
    counters: Counters
    unread: int
    slipped: int
    opened: int


class PacedBoard:
    """A board on a pseudo-terminal until it is closed; `board` says which, `link` is a path that leads to the port.

    `counts` is (256,) uint16 and live: what is written there is what the sensors read from that moment on, in the
    protocol's order of channels. Raises OperationError when the simulator cannot be built or does not start.

    Attributes:
        port: the port's path.
        counts: the sensors.
    """

    def __init__(self, board: Board, elf: Path | None = None, *, link: Path | None = None, boot_ms: int = 20) -> None:
        program = built("simboard")
        firmware = elf or board.elf
        self._folder = tempfile.TemporaryDirectory(prefix="simboard-")
        shared = Path(self._folder.name, "shared")
        shared.write_bytes(bytes(ctypes.sizeof(_Shared)))
        with shared.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), 0)
        self._shared = _Shared.from_buffer(self._map)
        self.counts: NDArray[np.uint16] = np.frombuffer(self._map, np.uint16, CHANNELS_MAX)
        command = [str(program), "--control", "--elf", str(firmware), "--mcu", board.mcu, "--wiring", board.wiring]
        command += ["--shared", str(shared), "--boot-ms", str(boot_ms)]
        command += ["--link", str(link)] if link else []
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self.port = self._process.stdout.readline().strip()
        if not self.port:
            _, said = self._process.communicate()
            self._folder.cleanup()
            raise OperationError(f"the simulated board did not start: {said.strip()}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def set_counts(self, counts: ArrayLike) -> None:
        """What each sensor reads from now on: channel k's counts, 0 to 1023."""
        values = np.asarray(counts, np.uint16)
        self.counts[: values.size] = values

    @property
    def counters(self) -> Counters:
        """A copy of the board's counters, at most half a millisecond old."""
        return Counters.from_buffer_copy(self._shared.counters)

    @property
    def unread(self) -> int:
        """Bytes that were lost because whoever has the port open did not read."""
        return self._shared.unread

    @property
    def slipped(self) -> int:
        """Half milliseconds by which this computer was too slow for real time."""
        return self._shared.slipped

    @property
    def opened(self) -> int:
        """How often the port was opened."""
        return self._shared.opened

    def reset(self) -> None:
        """Press the reset button."""
        self._say("reset")

    def hang(self) -> None:
        """Make the firmware's main loop stick."""
        self._say("hang")

    def close(self) -> None:
        """Unplug: the port goes away under whoever has it open."""
        if self._process.poll() is None:
            try:
                self._process.communicate(timeout=_END_WITHIN_S)  # closes its input, which ends it
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.communicate()
        else:
            self._process.communicate()
        self._folder.cleanup()

    def _say(self, word: str) -> None:
        stdin = self._process.stdin
        if stdin is None or stdin.closed or self._process.poll() is not None:
            raise OperationError("the simulated board has ended")
        stdin.write(f"{word}\n")
        stdin.flush()

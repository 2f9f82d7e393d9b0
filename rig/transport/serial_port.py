"""A serial port through pyserial, with its traps filled in.

A read takes one byte with the timeout and then all that is waiting: p50 52 us, where `read_until` took 361 (HOST.md).
An unplug shows as SerialException, OSError, termios.error or TypeError, depending on where it strikes, and `is_open`
stays true: all four are a `LinkError` here. Opening an Arduino's port resets it (DTR), so its first words are a hello.
The rule: the port is only ever closed while no read is inside it.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING

import serial

from rig.errors import InputError, LinkError
from rig.transport.base import READ_BYTES, Closing
from rig.transport.port_owner import why_refused
from rig.wire.packets import BOOT_BAUD

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    T = TypeVar("T")

if sys.platform != "win32":
    import fcntl
    import termios

    _LOST: tuple[type[Exception], ...] = (OSError, TypeError, termios.error)
else:
    _LOST = (OSError, TypeError)

WRITE_TIMEOUT_S = 1.0
"""Commands are short; a line that takes none for so long is lost."""


class SerialTransport(Closing):
    """An open serial port, held for this program alone.

    Parameters:
        port: its name, such as /dev/ttyACM0 or COM3. baud: the rate to begin with.
        timeout_s: how long a read waits for the first byte.

    Raises:
        LinkError: there is no such port, another program holds it, or it is forbidden; the message says what to do.
        InputError: a baud that the port cannot do.
    """

    def __init__(self, port: str, baud: int = BOOT_BAUD, timeout_s: float = 0.05) -> None:
        self._port = port
        self._closed = False
        self._reading = Lock()
        try:
            self._serial = serial.Serial(port, baud, timeout=timeout_s, write_timeout=WRITE_TIMEOUT_S, exclusive=True)
        except ValueError as error:
            raise InputError(f"{port}: {error}") from None
        except _LOST as error:
            raise LinkError(why_refused(port, error)) from error
        self._hold_alone()
        self._hurry()

    @property
    def name(self) -> str:
        """The port's name."""
        return self._port

    def read(self, max_bytes: int = READ_BYTES) -> bytes:
        """What has come, waiting for the first byte up to the timeout; LinkError once lost or closed."""
        with self._reading:
            return self._guard(lambda: self._take(max_bytes))

    def write(self, data: bytes) -> None:
        """Hand all of `data` to the port; LinkError if it is lost, closed, or takes nothing for a second."""
        self._guard(lambda: self._serial.write(data))

    def set_baud(self, baud: int) -> None:
        """Change the rate; InputError if the port cannot do it, LinkError if it is lost."""
        try:
            self._guard(lambda: setattr(self._serial, "baudrate", baud))
        except ValueError as error:
            raise InputError(f"{self._port}: baud {baud}: {error}") from None

    def close(self) -> None:
        """Let go of the port; a read in another thread ends at once, with LinkError."""
        if self._closed:
            return
        self._closed = True
        with suppress(*_LOST):  # a port that is gone has no read to end
            self._serial.cancel_read()
        with self._reading:
            self._release()
            self._serial.close()

    def _take(self, max_bytes: int) -> bytes:
        first: bytes = self._serial.read(1)
        waiting = min(self._serial.in_waiting, max_bytes - 1) if first else 0
        return first + self._serial.read(waiting) if waiting > 0 else first

    def _guard(self, use: Callable[[], T]) -> T:
        """Use the port; whatever way a loss shows, it comes out as LinkError."""
        if not self._closed:
            try:
                used = use()
            except _LOST as error:
                if not self._closed:
                    raise LinkError(f"{self._port} was lost: {error}") from error
        if self._closed:
            raise LinkError(f"{self._port} is closed")
        return used

    def _hold_alone(self) -> None:
        """Keep other programs out: pyserial's lock binds only those that ask for it."""
        if sys.platform == "linux":
            with suppress(*_LOST):  # a device that is no terminal knows no exclusive use; the advisory lock stands
                fcntl.ioctl(self._serial.fileno(), termios.TIOCEXCL)

    def _release(self) -> None:
        """A terminal that outlives its user (a pseudo-terminal, say) would otherwise stay exclusive."""
        if sys.platform == "linux":
            with suppress(*_LOST):
                fcntl.ioctl(self._serial.fileno(), termios.TIOCNXCL)

    def _hurry(self) -> None:
        """Ask the driver not to collect bytes, as FTDI bridges do for up to 16 ms; most others know no such mode."""
        with suppress(NotImplementedError, ValueError, OSError, AttributeError):
            self._serial.set_low_latency_mode(True)

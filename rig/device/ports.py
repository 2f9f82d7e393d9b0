"""The ports of this computer: which may have a board, which do, and how to come back to one after an unplug.

A board is suspected by its USB id and known by its hello. Asking for the hello opens the port, which resets the
board, so a port that is in use is never asked. The rule that keeps it right: a port's path may change with every
plugging, so a session comes back by path first and then by what the USB bus says of the same device.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import msgspec

from rig.device.device import Device, OpenTransport
from rig.errors import LinkError, RigError
from rig.transport.serial_port import SerialTransport
from rig.wire.packets import Board

if TYPE_CHECKING:
    from rig.clock import Clock
    from rig.transport.base import Transport

USB_NAMES: dict[tuple[int, int], str] = {
    (0x2341, 0x0010): "Arduino Mega 2560",
    (0x2341, 0x0042): "Arduino Mega 2560 R3",
    (0x2341, 0x0210): "Arduino Mega ADK",
    (0x2341, 0x0242): "Arduino Mega 2560",
    (0x2A03, 0x0010): "Arduino Mega 2560",
    (0x2A03, 0x0042): "Arduino Mega 2560 R3",
    (0x2A03, 0x0210): "Arduino Mega ADK",
    (0x2A03, 0x0242): "Arduino Mega 2560",
    (0x2341, 0x0043): "Arduino Uno R3",
    (0x2341, 0x0001): "Arduino Uno",
    (0x2A03, 0x0043): "Arduino Uno R3",
    (0x0403, 0x6001): "FTDI serial bridge (Arduino Nano)",
    (0x1A86, 0x7523): "CH340 serial bridge (Mega, Uno and Nano clones)",
}
"""USB vendor and product ids of the boards that the firmware runs on (HOST.md; Arduino's boards.txt)."""

BOARD_NAMES = {
    Board.ATMEGA2560: "ATmega2560",
    Board.ATMEGA328P: "ATmega328P",
    Board.VIRTUAL: "virtual board",
    Board.OTHER: "other board",
}

State = Literal["ok", "busy", "forbidden", "silent", "foreign"]


@dataclass(frozen=True, slots=True)
class Port:
    """A serial port as the operating system lists it; `usb` is vendor and product, None for no USB device."""

    path: str
    usb: tuple[int, int] | None = None
    serial_number: str | None = None
    description: str = ""

    @property
    def usb_id(self) -> str | None:
        """The USB id as it is usually written."""
        return None if self.usb is None else f"{self.usb[0]:04X}:{self.usb[1]:04X}"

    def is_again(self, earlier: Port) -> bool:
        """Whether this is the device that `earlier` was, on whatever path: the same USB id and serial number."""
        return self.usb is not None and (self.usb, self.serial_number) == (earlier.usb, earlier.serial_number)


class BoardAtPort(msgspec.Struct, frozen=True):
    """One line of `rig devices`.

    Attributes:
        port, usb, description: as the operating system says. board, firmware, pad_id, channels: as the hello says.
        state: `ok` a board of ours; `busy` another program has the port; `forbidden` no permission; `silent` nothing
            answers; `foreign` something else answers.
        text: one sentence about it.
    """

    port: str
    usb: str | None
    description: str
    state: State
    text: str
    board: str | None = None
    firmware: str | None = None
    pad_id: str | None = None
    channels: int | None = None


ListPorts = Callable[[], Sequence[Port]]


def list_ports() -> list[Port]:
    """All serial ports of this computer, USB or not."""
    from serial.tools import list_ports as pyserial

    found = []
    for entry in pyserial.comports():
        usb = (entry.vid, entry.pid) if entry.vid is not None and entry.pid is not None else None
        text = USB_NAMES.get(usb, "") if usb is not None else ""
        found.append(Port(entry.device, usb, entry.serial_number, text or entry.description or ""))
    return sorted(found, key=lambda port: port.path)


def candidate_ports(listed: ListPorts = list_ports) -> list[str]:
    """The paths of the ports whose USB id is that of a board the firmware runs on."""
    return [port.path for port in listed() if port.usb in USB_NAMES]


def opener(
    path: str, listed: ListPorts = list_ports, open_path: Callable[[str], Transport] = SerialTransport
) -> OpenTransport:
    """Opens `path` each time it is called; once that path is gone, the same USB device wherever it is now."""
    known = next((port for port in listed() if port.path == path), None)

    def open_port() -> Transport:
        try:
            return open_path(path)
        except LinkError:
            now = {port.path: port for port in listed()}
            if known is None or path in now:
                raise
            again = [port.path for port in now.values() if port.is_again(known)]
            if len(again) != 1:
                raise
            return open_path(again[0])

    return open_port


def find_boards(
    clock: Clock,
    extra: Sequence[str] = (),
    listed: ListPorts = list_ports,
    open_path: Callable[[str], Transport] = SerialTransport,
) -> list[BoardAtPort]:
    """Ask every USB port with a known id, and those named in `extra`, who is there; up to five seconds each.

    Ports without a known USB id are not touched unless named: a stranger's device may not like to be opened.
    """
    ports = {port.path: port for port in listed()}
    wanted = [port for port in ports.values() if port.usb in USB_NAMES]
    wanted += [ports.get(path, Port(path)) for path in extra if path not in {port.path for port in wanted}]
    return [_asked(port, clock, open_path) for port in wanted]


def _asked(port: Port, clock: Clock, open_path: Callable[[str], Transport]) -> BoardAtPort:
    def found(state: State, text: str) -> BoardAtPort:
        return BoardAtPort(port.path, port.usb_id, port.description, state, text)

    try:
        transport = open_path(port.path)
    except RigError as error:
        return found(_why(error), str(error))
    with Device(lambda: transport, None, clock) as device:
        try:
            hello = device.connect()
        except LinkError as error:
            return found("silent", str(error))
        except RigError as error:
            return found("foreign", str(error))
    board = BOARD_NAMES.get(Board(hello.board), "other board") if hello.board in set(Board) else "other board"
    firmware = ".".join(map(str, hello.firmware))
    pad = f"pad '{hello.pad_id}'" if hello.pad_id else "a pad without an id"
    text = f"{board} with firmware {firmware}, {hello.channels} channels, {pad}"
    return BoardAtPort(
        port.path, port.usb_id, port.description, "ok", text, board, firmware, hello.pad_id, hello.channels
    )


def _why(error: RigError) -> State:
    """From the system's error underneath, busy or forbidden; anything else counts as silent."""
    import errno

    number = getattr(error.__cause__, "errno", None)
    # On Windows pyserial gives no number, and a port that is held by another program is refused as if forbidden.
    if number in {errno.EBUSY, errno.EAGAIN} or "PermissionError" in str(error.__cause__):
        return "busy"
    return "forbidden" if number in {errno.EACCES, errno.EPERM} else "silent"

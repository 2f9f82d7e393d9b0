from __future__ import annotations

import errno
import os
import sys
from typing import TYPE_CHECKING

import pytest

from rig.clock import ManualClock, SystemClock
from rig.device.ports import BoardAtPort, Port, candidate_ports, find_boards, list_ports, opener
from rig.errors import LinkError
from rig.pad import load_pad
from rig.virtual.board import VirtualBoard
from rig.virtual.board_state import BoardModel
from rig.virtual.port import VirtualPort
from rig.virtual.pty import PtyBoard
from tests.device.bench import Foreign, ramp

if TYPE_CHECKING:
    from rig.transport.base import Transport

MEGA = Port("/dev/a", (0x2341, 0x0042), "55432", "Arduino Mega 2560 R3")
CLONE = Port("/dev/b", (0x1A86, 0x7523), None, "CH340")
MODEM = Port("/dev/c", (0x12D1, 0x1001), "9", "a modem")
BUILT_IN = Port("/dev/d")


def refused(number: int) -> LinkError:
    error = LinkError("the sentence")
    error.__cause__ = OSError(number, "refused")
    return error


def test_boards_are_suspected_by_their_usb_id() -> None:
    assert candidate_ports(lambda: [MEGA, CLONE, MODEM, BUILT_IN]) == ["/dev/a", "/dev/b"]


def test_boards_are_known_by_their_hello() -> None:
    clock = ManualClock()
    pad = load_pad("back-144")
    board = VirtualBoard(BoardModel.of(pad, "pad-a"), ramp, now_s=0.0)

    def open_path(path: str) -> Transport:
        match path:
            case "/dev/a":
                return VirtualPort(board, clock).open()
            case "/dev/b":
                return Foreign(clock, b"hello world\r\n")
            case "/dev/quiet":
                return Foreign(clock, b"")
            case "/dev/busy":
                raise refused(errno.EBUSY)
            case "COM3":
                # As pyserial says it on Windows of a port that another program holds: without a number.
                raise LinkError("in use") from OSError("could not open port 'COM3': PermissionError(13, 'Access')")
            case _:
                raise refused(errno.EACCES)

    extra = ["/dev/quiet", "/dev/busy", "COM3", "/dev/locked"]
    found = {at.port: at for at in find_boards(clock, extra, lambda: [MEGA, CLONE, MODEM], open_path)}

    assert found["/dev/a"] == BoardAtPort(
        "/dev/a",
        "2341:0042",
        "Arduino Mega 2560 R3",
        "ok",
        "virtual board with firmware 1.0.0, 144 channels, pad 'pad-a'",
        "virtual board",
        "1.0.0",
        "pad-a",
        144,
    )
    assert {path: at.state for path, at in found.items()} == {
        "/dev/a": "ok",
        "/dev/b": "foreign",
        "/dev/quiet": "silent",
        "/dev/busy": "busy",
        "COM3": "busy",
        "/dev/locked": "forbidden",
    }
    assert "another program: it prints 'hello world'" in found["/dev/b"].text
    assert found["/dev/busy"].text == "the sentence"
    assert "/dev/c" not in found, "a stranger's device is left alone"


def test_a_device_that_came_back_on_another_path_is_found_by_what_usb_says() -> None:
    now = [MEGA, CLONE]
    there = {"/dev/a"}

    def open_path(path: str) -> Transport:
        if path not in there:
            raise LinkError(f"{path}: no such port")
        return Foreign(ManualClock(), path.encode())

    open_port = opener("/dev/a", lambda: now, open_path)
    assert open_port().read() == b"/dev/a"

    there.clear()
    now[:] = [CLONE]
    with pytest.raises(LinkError, match="/dev/a: no such port"):
        open_port()

    there.add("/dev/x")
    now[:] = [CLONE, Port("/dev/x", MEGA.usb, MEGA.serial_number)]
    assert open_port().read() == b"/dev/x"

    now[:] = [Port("/dev/x", MEGA.usb, MEGA.serial_number), Port("/dev/y", MEGA.usb, MEGA.serial_number)]
    with pytest.raises(LinkError, match="/dev/a"):
        open_port()


def test_the_list_of_this_computer_can_be_made() -> None:
    assert all(port.path for port in list_ports())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
def test_a_port_in_use_is_said_to_be_busy() -> None:
    pad = load_pad("back-144")
    board = VirtualBoard(BoardModel.of(pad, "pad-a"), ramp, now_s=SystemClock().now_s())
    with PtyBoard(board, SystemClock()) as pty:
        first = opener(pty.name)()
        (at,) = find_boards(SystemClock(), [pty.name], list)
        first.close()
        (free,) = find_boards(SystemClock(), [pty.name], list)

    assert at.state == "busy"
    assert "in use" in at.text
    assert f"process {os.getpid()}" in at.text
    assert (free.state, free.pad_id) == ("ok", "pad-a")

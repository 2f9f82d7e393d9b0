"""The serial port's own troubles, on a real pseudo-terminal where one will do."""

from __future__ import annotations

import errno
import os
import sys
import termios
from typing import TYPE_CHECKING, Any

import pytest
import serial

from rig.errors import InputError, LinkError
from rig.transport.port_owner import holder, why_refused
from rig.transport.serial_port import SerialTransport
from tests.transport.ends import SerialSetup

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal stands for the port")


@pytest.fixture
def setup() -> Iterator[SerialSetup]:
    setup = SerialSetup()
    yield setup
    setup.transport.close()
    setup.hang_up()


def test_a_port_that_is_not_there() -> None:
    with pytest.raises(LinkError, match=r"/dev/ttyNowhere: there is no such port; `rig devices`"):
        SerialTransport("/dev/ttyNowhere")


def test_a_file_that_is_no_port(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "file"):
        if path != tmp_path:
            path.write_text("")
        with pytest.raises(LinkError, match="this is not a serial port"):
            SerialTransport(str(path))


@pytest.mark.skipif(sys.platform != "linux", reason="who holds a port is told on Linux")
def test_a_port_in_use_names_the_program_that_holds_it(setup: SerialSetup) -> None:
    with pytest.raises(
        LinkError, match=rf"the port is in use: .+ \(process {os.getpid()}\) holds it; close that first"
    ):
        SerialTransport(setup.port)


def test_a_port_let_go_can_be_opened_again(setup: SerialSetup) -> None:
    for _ in range(3):
        setup.transport.close()
        setup.transport = SerialTransport(setup.port)
    setup.send(b"again")
    assert setup.transport.read() == b"again"


def test_a_forbidden_port_names_the_group_to_join(tmp_path: Path) -> None:
    import grp

    port = tmp_path / "port"
    port.write_text("")
    group = grp.getgrgid(port.stat().st_gid).gr_name
    sentence = why_refused(str(port), OSError(errno.EACCES, "Permission denied"))
    assert sentence.startswith(f"{port}: you may not open this port; it belongs to the group {group}: `sudo usermod")


def test_the_holder_is_found_among_the_open_files_of_all_processes(tmp_path: Path) -> None:
    port = tmp_path / "ttyACM7"
    port.write_text("")
    for number, name, target in ((17, "idle", "/dev/null"), (4711, "screen", str(port))):
        process = tmp_path / "proc" / str(number)
        (process / "fd").mkdir(parents=True)
        (process / "fd" / "3").symlink_to(target)
        (process / "comm").write_text(name + "\n")
    (tmp_path / "proc" / "1").mkdir()
    assert holder(str(port), tmp_path / "proc") == "screen (process 4711)"
    assert holder(str(tmp_path), tmp_path / "proc") is None
    busy = serial.SerialException(errno.EBUSY, "could not open port")
    assert "screen (process 4711) holds it" in why_refused(str(port), busy, tmp_path / "proc")
    assert "another program holds it" in why_refused("/dev/null", busy, tmp_path / "nothing")


def test_what_windows_says_of_a_missing_port_is_understood() -> None:
    error = serial.SerialException("could not open port 'COM9': FileNotFoundError(2, 'not found', None, 2)")
    assert why_refused("COM9", error).startswith("COM9: there is no such port")


def test_an_unknown_reason_is_passed_on() -> None:
    assert why_refused("COM9", serial.SerialException("a new one")) == "COM9: the port does not open: a new one"


@pytest.mark.parametrize(
    "error",
    [
        serial.SerialException("device reports readiness to read but returned no data"),
        OSError(errno.EIO, "Input/output error"),
        termios.error(errno.EIO, "Input/output error"),
        TypeError("'NoneType' object cannot be interpreted as an integer"),
    ],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("where", ["read", "in_waiting", "write", "baudrate"])
def test_all_ways_an_unplug_shows_are_a_link_error(
    setup: SerialSetup, monkeypatch: pytest.MonkeyPatch, error: Exception, where: str
) -> None:
    def fail(*_: Any) -> Any:
        raise error

    setup.send(b"there")
    if where in ("in_waiting", "baudrate"):
        monkeypatch.setattr(serial.Serial, where, property(fail, fail))
    else:
        monkeypatch.setattr(serial.Serial, where, fail)
    use: Callable[[], Any] = {
        "write": lambda: setup.transport.write(b"?"),
        "baudrate": lambda: setup.transport.set_baud(1_000_000),
    }.get(where, setup.transport.read)
    with pytest.raises(LinkError, match=f"{setup.port} was lost"):
        use()
    monkeypatch.undo()


def test_a_rate_that_no_port_can_do(setup: SerialSetup) -> None:
    with pytest.raises(InputError, match="baud -1"):
        setup.transport.set_baud(-1)
    setup.transport.close()
    with pytest.raises(InputError, match=setup.port):
        SerialTransport(setup.port, baud=-1)


def test_closing_after_an_unplug_does_no_harm(setup: SerialSetup) -> None:
    setup.hang_up()
    with pytest.raises(LinkError):
        setup.transport.read()
    setup.transport.close()
    with pytest.raises(LinkError, match="closed"):
        setup.transport.read()


def test_only_one_read_waits_for_what_came_together(setup: SerialSetup) -> None:
    """A frame that is there whole is taken whole, in two system calls."""
    setup.send(bytes(range(192)))
    assert setup.transport.read() == bytes(range(192))

"""What every transport promises, asked of all of them."""

from __future__ import annotations

import random
import threading
from typing import TYPE_CHECKING

import pytest

from rig.errors import LinkError
from rig.transport.memory import pair
from rig.transport.serial_port import SerialTransport
from tests.transport.ends import LIVE, SETUPS, SerialSetup, Setup

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rig.transport.base import Transport


@pytest.fixture(params=SETUPS)
def setup(request: pytest.FixtureRequest) -> Iterator[Setup]:
    setup = SETUPS[request.param]()
    yield setup
    setup.transport.close()
    setup.hang_up()


def read_all(transport: Transport, n: int) -> bytes:
    """`n` bytes, in however many reads they take."""
    data = b""
    for _ in range(100 * n + 100):
        if len(data) >= n:
            break
        data += transport.read()
    return data


def test_what_is_sent_is_read_in_order(setup: Setup) -> None:
    data = random.Random(1).randbytes(3000)
    setup.send(data)
    assert read_all(setup.transport, len(data)) == data


def test_a_read_takes_no_more_than_asked(setup: Setup) -> None:
    setup.send(b"abcdefgh")
    data = b""
    while len(data) < 8:
        piece = setup.transport.read(3)
        assert len(piece) <= 3
        data += piece
    assert data == b"abcdefgh"


@pytest.mark.parametrize("setup", LIVE, indirect=True)
def test_a_silent_line_gives_nothing_and_then_what_comes(setup: Setup) -> None:
    assert setup.transport.read() == b""
    setup.send(b"x")
    assert setup.transport.read() == b"x"


@pytest.mark.parametrize("setup", LIVE, indirect=True)
def test_what_is_written_arrives(setup: Setup) -> None:
    setup.transport.write(b"\x05\x82\x02\x5d\xb8\0")
    assert setup.heard(100) == b"\x05\x82\x02\x5d\xb8\0"


def test_the_rate_can_be_changed(setup: Setup) -> None:
    setup.transport.set_baud(500_000)
    setup.send(b"y")
    assert read_all(setup.transport, 1) == b"y"


def test_it_has_a_name(setup: Setup) -> None:
    assert setup.transport.name


def test_a_lost_line_is_a_link_error_after_all_that_came(setup: Setup) -> None:
    setup.send(b"last")
    assert read_all(setup.transport, 4) == b"last"
    setup.hang_up()
    with pytest.raises(LinkError, match=setup.transport.name):
        setup.transport.read()


@pytest.mark.parametrize("setup", LIVE, indirect=True)
def test_writing_to_a_lost_line_is_a_link_error(setup: Setup) -> None:
    setup.hang_up()
    with pytest.raises(LinkError, match=setup.transport.name):
        setup.transport.write(b"?")


def test_a_closed_one_is_a_link_error_and_closing_twice_does_no_harm(setup: Setup) -> None:
    setup.send(b"z")
    with setup.transport as transport:
        pass
    transport.close()
    for use in (transport.read, lambda: transport.write(b"?")):
        with pytest.raises(LinkError, match="closed"):
            use()


def waiting_memory() -> tuple[Transport, Callable[[], None]]:
    return pair(timeout_s=30)[0], lambda: None


def waiting_serial() -> tuple[Transport, Callable[[], None]]:
    setup = SerialSetup()
    setup.transport.close()
    return SerialTransport(setup.port, timeout_s=30), setup.hang_up


@pytest.mark.parametrize("opened", [waiting_memory, waiting_serial])
def test_closing_ends_a_read_in_another_thread(opened: Callable[[], tuple[Transport, Callable[[], None]]]) -> None:
    transport, hang_up = opened()
    outcome: list[Exception] = []
    began = threading.Event()

    def read() -> None:
        began.set()
        try:
            transport.read()
        except Exception as error:
            outcome.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    began.wait(10)
    transport.close()
    reader.join(10)
    hang_up()
    assert not reader.is_alive()
    assert [type(error) for error in outcome] == [LinkError]

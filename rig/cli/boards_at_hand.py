"""Where a session's frames come from: a port that was named, the one board that is plugged in, or a virtual pad.

The rule: a board is never guessed. With none or several plugged in, the command says so and names them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from rig.device.device import Device
from rig.errors import InputError, LinkError

if TYPE_CHECKING:
    from rig.clock import Clock
    from rig.pad import PadLayout
    from rig.virtual.board import CountsSource

PortOption = Annotated[str | None, typer.Option(metavar="PORT", help="The board's port, such as /dev/ttyACM0 or COM3.")]
DurationOption = Annotated[float | None, typer.Option(min=0.1, metavar="S", help="End by itself after S seconds.")]


def the_board(port: str | None, pad: PadLayout | None, clock: Clock) -> Device:
    """A device on `port`, or on the only port with a board; not connected yet.

    After an unplug it comes back on that path, or wherever the same USB device is then.

    Raises:
        LinkError: no board, or more than one, is plugged in.
    """
    from rig.device.ports import opener

    return Device(opener(the_port(port)), pad, clock)


def virtual_board(pad: PadLayout, source: CountsSource, clock: Clock, seed: int) -> Device:
    """A device whose board is a virtual one inside this program."""
    from rig.virtual.board import VirtualBoard
    from rig.virtual.board_state import BoardModel
    from rig.virtual.port import VirtualPort

    board = VirtualBoard(BoardModel.of(pad, "virtual"), source, seed=seed, now_s=clock.now_s())
    return Device(VirtualPort(board, clock, timeout_s=0.01).open, pad, clock)


def check_choice(port: str | None, virtual: bool) -> None:
    """Refuse two sources at once.

    Raises:
        InputError: both were asked for.
    """
    if port is not None and virtual:
        raise InputError("--port and --virtual: give one of them")


def the_port(port: str | None) -> str:
    """The port that was named, or the only one with a board.

    Raises:
        LinkError: no board, or more than one, is plugged in.
    """
    if port is not None:
        return port
    from rig.device.ports import candidate_ports

    ports = candidate_ports()
    if not ports:
        raise LinkError("no board is plugged in; plug one in, name its --port, or use --virtual where a command has it")
    if len(ports) > 1:
        raise LinkError(f"several boards are plugged in ({', '.join(ports)}); name one with --port")
    return ports[0]

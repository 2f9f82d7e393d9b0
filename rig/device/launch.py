"""The commands that turn a greeted board into a streaming one: its pace, and then the start.

They go out in order, each after the answer to the last; if one gets no answer the whole sequence is begun again, since
on a noisy line either the command or its answer may be what was lost. The rule that keeps it right: a
sequence has one outcome - all of it done, or the first thing that went wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rig.errors import LinkError
from rig.wire.packets import AskHello, SetBaud, SetRate, Start, Stop

if TYPE_CHECKING:
    from concurrent.futures import Future

    from rig.device.commands import Commands
    from rig.wire.packets import BoardPacket, Command

ATTEMPTS = 4


@dataclass(frozen=True)
class WantedPace:
    """The pace to set before each start; None leaves the board's own."""

    prescaler: int | None = None
    extra: int = 0
    baud: int | None = None

    def commands(self) -> list[Command]:
        """What to ask for, with a hello at the end if anything changes."""
        wanted: list[Command] = []
        if self.baud is not None:
            wanted.append(SetBaud(0, self.baud))
        if self.prescaler is not None:
            wanted.append(SetRate(0, self.prescaler, self.extra))
        return [*wanted, AskHello(0)] if wanted else []


AS_IT_IS = WantedPace()


class Launch:
    """The sequence, and how often it was begun since frames flowed last."""

    def __init__(self, commands: Commands, pace: WantedPace) -> None:
        self._commands = commands
        self._pace = pace
        self._asked: list[Future[BoardPacket]] = []
        self._begun = 0

    def begin(self) -> None:
        """Ask for all of it."""
        self._begun += 1
        # What was lost may have been the answer alone, and then the board streams already and takes no pace.
        again: list[Command] = [Stop(0)] if self._begun > 1 else []
        self._asked = [self._commands.ask(command) for command in [*again, *self._pace.commands(), Start(0)]]

    def done(self) -> bool:
        """Whether all of it was done; begins again where an answer failed to come.

        Raises:
            LinkError: none came `ATTEMPTS` times. ProtocolError: the board refused a command.
        """
        if not self._asked or not self._asked[-1].done():
            return False
        failed = next((error for error in (asked.exception() for asked in self._asked) if error is not None), None)
        if failed is None:
            return True
        if isinstance(failed, LinkError) and self._begun < ATTEMPTS:
            self.begin()
            return False
        self._begun = 0
        raise failed

    def succeeded(self) -> None:
        """Frames flow."""
        self._begun = 0

"""Commands on their way: one at a time, each matched to its answer, none of them in the way of the frames.

PROTOCOL.md: the next command goes out after the answer to the last, or 250 ms later without one. A cue is special:
only the newest matters, it overtakes everything, and nobody waits for it. The rule that keeps it right: any thread
may ask, only the thread that reads sends and completes.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, replace

from rig.errors import LinkError, OperationError, ProtocolError
from rig.wire.codec import encode
from rig.wire.packets import (
    AskHello,
    AskStatus,
    BoardPacket,
    Command,
    Cue,
    ForeignHello,
    Hello,
    Reply,
    Result,
    RunSelfTest,
    SelfTest,
    StatusReport,
)

ANSWER_S = 0.25
"""PROTOCOL.md: how long a board may take to answer."""

SELF_TEST_S = 1.0
"""... but a self-test takes about 0.3 s by itself."""

REFUSALS: dict[int, str] = {
    Result.UNKNOWN_COMMAND: "its firmware does not know the command",
    Result.OUT_OF_RANGE: "a value is out of range",
    Result.NOT_WHILE_STREAMING: "not while it streams",
    Result.HARDWARE_FAILED: "its hardware failed",
}


@dataclass(frozen=True)
class _Asked:
    command: Command
    answer: Future[BoardPacket]


class Commands:
    """The commands waiting, the one in flight, and the newest cue."""

    def __init__(self) -> None:
        self._waiting: deque[_Asked] = deque()
        self._cue: Cue | None = None
        self._flying: _Asked | None = None
        self._until_s = 0.0
        self._tag = 0

    def ask(self, command: Command) -> Future[BoardPacket]:
        """Queue a command (its tag is replaced); the future gets the answer, or the error that came of it.

        Raises:
            InputError: a value does not fit into its field.
        """
        encode(command)
        answer: Future[BoardPacket] = Future()
        self._waiting.append(_Asked(command, answer))
        return answer

    def cue(self, kind: int, duration_ms: int) -> None:
        """Set the newest cue; never waits.

        Raises:
            InputError: a value does not fit into its field.
        """
        cue = Cue(0, kind, duration_ms)
        encode(cue)
        self._cue = cue

    def due(self, now_s: float) -> bytes:
        """The bytes of the next command, if it is its turn; gives up on one that was not answered in time."""
        if self._flying is not None:
            if now_s < self._until_s:
                return b""
            self._fail(LinkError(f"the board did not answer '{_spelled(self._flying.command)}' in time"))
        cue, self._cue = self._cue, None
        if cue is not None:
            asked = _Asked(cue, Future())
        elif self._waiting:
            asked = self._waiting.popleft()
        else:
            return b""
        self._tag = (self._tag + 1) % 256
        self._flying = replace(asked, command=replace(asked.command, tag=self._tag))
        self._until_s = now_s + (SELF_TEST_S if isinstance(asked.command, RunSelfTest) else ANSWER_S)
        return encode(self._flying.command)

    def answered(self, packet: BoardPacket | ForeignHello) -> None:
        """Complete the command in flight, if this packet answers it."""
        flying = self._flying
        if flying is None or isinstance(packet, ForeignHello) or not _answers(packet, flying.command):
            return
        if isinstance(packet, Reply) and packet.result != Result.DONE:
            why = REFUSALS.get(packet.result, f"result {packet.result}")
            self._fail(ProtocolError(f"the board refused '{_spelled(flying.command)}': {why}"))
            return
        self._flying = None
        if not flying.answer.done():
            flying.answer.set_result(packet)

    def give_up(self, why: str) -> None:
        """The link is gone: everything asked fails with LinkError, and a waiting cue is forgotten."""
        self._cue = None
        self._fail(LinkError(why))
        while self._waiting:
            self._flying = self._waiting.popleft()
            self._fail(LinkError(why))

    def _fail(self, error: OperationError) -> None:
        flying, self._flying = self._flying, None
        if flying is not None and not flying.answer.done():
            flying.answer.set_exception(error)


def _answers(packet: BoardPacket, command: Command) -> bool:
    match packet:
        case Reply(tag=tag, command=kind):
            return tag == command.tag and kind == command.TYPE
        case SelfTest(tag=tag):
            return isinstance(command, RunSelfTest) and tag == command.tag
        case Hello():
            return isinstance(command, AskHello)
        case StatusReport():
            return isinstance(command, AskStatus)
        case _:
            return False


def _spelled(command: Command) -> str:
    """A command's name as PROTOCOL.md spells it: SetRate is 'set rate'."""
    name = type(command).__name__
    return "".join(f" {c.lower()}" if c.isupper() else c for c in name).strip()

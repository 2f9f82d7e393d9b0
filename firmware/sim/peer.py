"""A host at the other end of a simulated board: asks, waits in simulated time, and keeps what came.

It speaks through `rig.wire`, so that firmware and host check each other. The rule: nothing that came is dropped
here; frames, packets and damage stay until `take` hands them over.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from rig.errors import OperationError
from rig.wire.codec import encode
from rig.wire.decoded import Decoded, FrameColumns
from rig.wire.decoder import FrameDecoder
from rig.wire.packets import (
    AskHello,
    AskStatus,
    BoardPacket,
    Command,
    Hello,
    Reply,
    Result,
    RunSelfTest,
    SelfTest,
    SetBaud,
    SetRate,
    Start,
    StatusReport,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from firmware.sim.simboard import SimBoard

STEP_S = 0.001
P = TypeVar("P", bound=BoardPacket)


@dataclass(frozen=True, eq=False)
class Heard:
    """What came in one `take`: `decoded`, and for each byte of the stream so far the cycle at which it was over."""

    decoded: Decoded
    first_byte: int
    byte_cycles: NDArray[np.uint64]

    def frames(self) -> FrameColumns | None:
        """The frames, or None if there were none."""
        return FrameColumns.join(list(self.decoded.frames)) if self.decoded.frames else None

    def ended_at(self, end: NDArray[np.int64]) -> NDArray[np.uint64]:
        """Cycles at which the packets that end at these offsets were over."""
        return self.byte_cycles[end - 1 - self.first_byte]

    def packets(self, kind: type[P]) -> list[P]:
        """The packets of one kind."""
        return [received.packet for received in self.decoded.packets if isinstance(received.packet, kind)]


class Peer:
    """Talks to `sim`; every method moves simulated time by what it needs."""

    def __init__(self, sim: SimBoard) -> None:
        self.sim = sim
        self.decoder = FrameDecoder()
        self._cycles: list[NDArray[np.uint64]] = []
        self._decoded: list[Decoded] = []
        self._first_byte = 0
        self._tag = 0

    def run_s(self, seconds: float) -> None:
        """Let time go by and listen."""
        self.sim.run_s(seconds)
        sent = self.sim.receive_timed()
        self._cycles.append(sent["done_at"])
        self._decoded.append(self.decoder.feed_columns(sent["value"].astype(np.uint8).tobytes()))

    def take(self) -> Heard:
        """What came since the last `take`, by packets that are complete."""
        cycles = np.concatenate(self._cycles) if self._cycles else np.empty(0, np.uint64)
        heard = Heard(Decoded.join(self._decoded), self._first_byte, cycles)
        pending = self.decoder.pending
        self._first_byte += cycles.size - pending
        self._cycles = [cycles[cycles.size - pending :]]
        self._decoded = []
        return heard

    def listen(self, kind: type[P], within_s: float = 0.6) -> P:
        """The next packet of one kind. Raises OperationError when none comes in time."""
        for _ in range(round(within_s / STEP_S)):
            self.run_s(STEP_S)
            for received in self._decoded[-1].packets:
                if isinstance(received.packet, kind):
                    return received.packet
        raise OperationError(f"no {kind.__name__} within {within_s} s")

    def next_tag(self) -> int:
        """A tag that the last commands did not have."""
        self._tag = self._tag % 255 + 1
        return self._tag

    def order(self, command: Command) -> Reply:
        """Send a command that is answered by a reply, and return that."""
        self.sim.send(encode(command))
        return self.listen(Reply)

    def hello(self) -> Hello:
        """Ask who is there."""
        self.sim.send(encode(AskHello(self.next_tag())))
        return self.listen(Hello)

    def status(self) -> StatusReport:
        """Ask for the counters."""
        self.sim.send(encode(AskStatus(self.next_tag())))
        return self.listen(StatusReport)

    def self_test(self) -> SelfTest:
        """Have the board test itself."""
        self.sim.send(encode(RunSelfTest(self.next_tag())))
        return self.listen(SelfTest, 2.0)

    def set_up(self, prescaler: int | None = None, extra: int = 0, baud: int | None = None) -> Hello:
        """Listen for the boot hello, set the rates, and return the hello that says what came of it."""
        hello = self.listen(Hello)
        if baud is not None:
            self._must(SetBaud(self.next_tag(), baud))
        if prescaler is not None:
            self._must(SetRate(self.next_tag(), prescaler, extra))
        return hello if baud is None and prescaler is None else self.hello()

    def start(self) -> None:
        """Have frames sent."""
        self._must(Start(self.next_tag()))

    def _must(self, command: Command) -> None:
        reply = self.order(command)
        if reply.result != Result.DONE:
            raise OperationError(f"{command} was answered by {Result(reply.result).name}")

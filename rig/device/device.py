"""A board as a source of blocks, followed through whatever becomes of its link.

One thread polls. Each poll sends what is due, reads what has come, decodes it and hands over the frames as a
Block in session time (`rig.device.timeline`). A link is greeted, started and then watched:

    GREETING --hello fits--> READY --start()--> STARTING --reply--> STREAMING
        ^                                          ^------- the board reset itself ---'
        '---- opened again <---- LOST <---- unplug, or silence for `LOST_S` ------ any

Before the first hello was accepted a failure is raised, since it is the user's to mend; after it, the device
keeps trying, and says so in its events. The rules that keep it right: session time never goes back; whatever is
missing is counted in `lost` of the block that follows; a board that is not the one that was connected is refused.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from contextlib import suppress
from enum import Enum
from typing import TYPE_CHECKING

from rig.device.arrivals import Arrivals, in_stream_order
from rig.device.commands import Commands
from rig.device.flow import Flow
from rig.device.greeting import BAUDS, Ask, Greeting, cause_of_reset, check_same_pad, fitting, other_pad
from rig.device.launch import AS_IT_IS, Launch, WantedPace
from rig.device.loads import Loads
from rig.device.records import DeviceCounters
from rig.device.timeline import Timeline
from rig.device.vigil import LOST_S, Vigil
from rig.errors import InputError, LinkError, ProtocolError, RigError
from rig.frame import Block
from rig.wire.codec import encode
from rig.wire.decoded import FrameColumns
from rig.wire.packets import (
    Ability,
    AskHello,
    ForeignHello,
    Hello,
    Load,
    Reply,
    SetBaud,
    SetRate,
    Start,
    StatusReport,
    Stop,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future

    from rig.clock import Clock
    from rig.device.records import LinkEvent
    from rig.device.vigil import Due
    from rig.pad import PadLayout
    from rig.transport.base import Transport
    from rig.wire.decoded import Decoded
    from rig.wire.packets import BoardPacket, Command

OpenTransport = Callable[[], "Transport"]
"""Opens the port; LinkError where it is not there, busy or forbidden."""

RETRY_S = 0.25
REFUSED_RETRY_S = 2.0
POLL_WAIT_S = 0.05


class _State(Enum):
    CLOSED = "closed"
    GREETING = "greeting"
    READY = "ready"
    STARTING = "starting"
    STREAMING = "streaming"
    LOST = "lost"


class Device:
    """The board of one session.

    Args:
        open_transport: opens its port, now and after each unplug.
        pad: what the board must fit; None takes any board.
        clock: the host's clock.
        pace: what to set before each start.

    Attributes:
        hello: what the board said of itself last; None before `connect`.
        status: its last counters, if it has sent any.
        counters: what came, and what did not.
        timeline: session time, with the clock fit.
        loads: what its load cell reads, if it has one.
    """

    def __init__(
        self,
        open_transport: OpenTransport,
        pad: PadLayout | None,
        clock: Clock,
        pace: WantedPace = AS_IT_IS,
    ) -> None:
        self.hello: Hello | None = None
        self.status: StatusReport | None = None
        self.counters = DeviceCounters()
        self.timeline = Timeline()
        self.loads = Loads(self.timeline)
        self._open = open_transport
        self._pad = pad
        self._clock = clock
        self._pace = pace
        self._commands = Commands()
        self._launch = Launch(self._commands, pace)
        self._kept: deque[Block] = deque()
        self._state = _State.CLOSED
        self._transport: Transport | None = None
        self._arrivals = Arrivals(self.timeline, self.counters)
        self._wanted = False
        self._flow = Flow(self.timeline, clock)
        self._retry_s = 0.0
        self._vigil = Vigil()

    # --- for the session

    def connect(self) -> Hello:
        """Open the port and wait for the hello, at most about five seconds.

        Raises:
            LinkError: the port cannot be opened, or nothing answers.
            ProtocolError: what answers is not a board of this protocol, or not one for this pad.
        """
        self._greet()
        try:
            while self.hello is None:
                self._exchange()
        except RigError as error:
            self._drop_transport(str(error))
            raise
        return self.hello

    def start(self) -> None:
        """Let frames flow, from the next polls on and after every loss."""
        self._wanted = True
        self._flow.wanted()
        if self._state is _State.READY:
            self._begin_stream()

    def stop(self) -> None:
        """No more frames; the link stays."""
        self._wanted = False
        self._flow.unwanted()
        if self._state in {_State.STARTING, _State.STREAMING}:
            self._state = _State.READY
            self._commands.ask(Stop(0))

    def poll(self) -> Block | None:
        """What one read brought, or None; waits no longer than the transport's timeout.

        Raises:
            ProtocolError: the board refuses to start, and no frame has come from it yet.
        """
        if self._kept:
            return self._kept.popleft()
        if self._transport is None:
            self._reopen()
            return None
        try:
            return self._exchange()
        except LinkError as error:
            self._lose(str(error), RETRY_S)
        except ProtocolError as error:
            if not self._flow.ever:
                raise
            self._refuse(str(error))
        return None

    def blocks(self) -> Iterator[Block]:
        """Blocks as they come, until the device is closed."""
        self.start()
        while self._state is not _State.CLOSED:
            block = self.poll()
            if block is not None:
                yield block

    def ask(self, command: Command) -> Future[BoardPacket]:
        """Queue a command from any thread; the polling thread sends it and completes the future."""
        return self._commands.ask(command)

    def command(self, command: Command) -> BoardPacket:
        """Send a command and wait for its answer; only for the thread that polls, which keeps the frames meanwhile.

        Raises:
            LinkError: no answer in time, or no link. ProtocolError: the board refused it.
        """
        answer = self._commands.ask(command)
        kept: list[Block] = []
        while not answer.done():
            if self._transport is None:
                self._commands.give_up("no link to the board")
                break
            block = self.poll()
            kept += [block] if block is not None else []
        self._kept.extend(kept)
        return answer.result()

    def cue(self, kind: int, duration_ms: int) -> None:
        """Buzzer and light, from any thread; never waits, and a lost cue is not sent again."""
        self._commands.cue(kind, duration_ms)

    def events(self) -> list[LinkEvent]:
        """What became of the link since the last call."""
        return self._flow.events()

    @property
    def flowing(self) -> bool:
        """Whether frames come."""
        return self._flow.now

    def close(self) -> None:
        """Stop the board as far as it can be reached, and leave the port. From the polling thread, or after it."""
        if self._transport is not None and self._state in {_State.STARTING, _State.STREAMING}:
            with suppress(LinkError):  # It may be gone already, and so is the stream.
                self._transport.write(encode(Stop(0)))
        self._drop_transport("the device was closed")
        self._state = _State.CLOSED

    def __enter__(self) -> Device:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    # --- the link comes and goes

    def _greet(self) -> None:
        self._transport = self._open()
        self._arrivals = Arrivals(self.timeline, self.counters)
        self._state = _State.GREETING
        self._greeting = Greeting(self._transport.name, self._pad, self._clock.now_s())

    def _reopen(self) -> None:
        wait_s = self._retry_s - self._clock.now_s()
        if self._state is _State.CLOSED or wait_s > 0:
            self._clock.wait_s(min(max(wait_s, 0.0), POLL_WAIT_S))
            return
        try:
            self._greet()
        except LinkError:
            self._retry_s = self._clock.now_s() + RETRY_S

    def _lose(self, why: str, retry_s: float) -> None:
        self._drop_transport(why)
        self._state = _State.LOST
        self._retry_s = self._clock.now_s() + retry_s
        self._flow.ended("lost", why)

    def _refuse(self, why: str) -> None:
        self._flow.refused(why)
        self._lose(why, REFUSED_RETRY_S)

    def _drop_transport(self, why: str) -> None:
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.close()
        self._commands.give_up(why)

    # --- one exchange

    def _exchange(self) -> Block | None:
        assert self._transport is not None
        if self._state is _State.STARTING:
            self._launch.done()
        if self._state is not _State.GREETING:
            command = self._commands.due(self._clock.now_s())
            if command:
                self._transport.write(command)
        asked_s = self._clock.now_s()
        data = self._transport.read()
        received_s = self._clock.now_s()
        decoded = self._arrivals.decode(data)
        if self._state is _State.GREETING:
            self._answer_greeting(data, decoded, received_s)
            return None
        if decoded.frames or decoded.packets:
            self._vigil.heard()
        elif self._state is _State.STREAMING:
            self._mind_silence(self._vigil.nothing(received_s - asked_s, len(decoded.damage)))
        blocks: list[Block] = []
        for item in in_stream_order(decoded):
            if not isinstance(item, FrameColumns):
                try:
                    self._take(item)
                except RigError:
                    self._kept.extend(blocks)
                    raise
            elif self._state is _State.STREAMING:
                block = self._arrivals.block(item, received_s)
                if block is not None:
                    blocks.append(block)
                    if not self._flow.now:
                        self._launch.succeeded()
                        named = other_pad(self.hello, self._pad) if self.hello is not None else ""
                        self._flow.began(int(block.lost[0]), named)
        return Block.join(blocks) if blocks else None

    def _mind_silence(self, due: Due | None) -> None:
        """A stream that stopped: ask the board, at the rate of a fresh reset too; open the port anew in the end."""
        assert self._transport is not None
        if due is None:
            return
        why = f"{self._transport.name}: {self._vigil.looks_like}"
        self._flow.ended("lost", why)
        if due == "reopen":
            raise LinkError(f"{why}, for {LOST_S:g} s now")
        if due == "ask":
            baud = self._pace.baud
            if baud is not None:
                self._transport.set_baud(baud if self._vigil.asks % 2 else BAUDS[0])
                # What was asked at the wrong rate stands in the board as the beginning of a packet: a zero ends it.
                self._transport.write(b"\0")
            self._commands.ask(AskHello(0))

    def _answer_greeting(self, data: bytes, decoded: Decoded, now_s: float) -> None:
        assert self._transport is not None
        outcome = self._greeting.push(data, decoded, now_s)
        if isinstance(outcome, Ask):
            with suppress(InputError):  # A port that cannot do one rate may do the next.
                self._transport.set_baud(outcome.baud)
            # A zero first ends whatever the board may have taken for the beginning of a packet.
            self._transport.write(b"\0" + encode(AskHello(0)))
        elif outcome is not None:
            if self.hello is not None:
                check_same_pad(outcome, self.hello, self._transport.name)
                self.counters.reconnects += 1
            self.hello = outcome
            self._flow.accepted()
            self._state = _State.READY
            if self._wanted:
                self._begin_stream()

    def _begin_stream(self) -> None:
        self._launch.begin()
        self._state = _State.STARTING

    # --- what comes

    def _take(self, packet: BoardPacket | ForeignHello) -> None:
        self._commands.answered(packet)
        match packet:
            case Hello() | ForeignHello():
                self._take_hello(packet)
            case StatusReport():
                self.status = packet
            case Load() if self._flow.now:
                self.loads.add(packet)
            case Reply(command=SetBaud.TYPE, result=0):
                if self._transport is not None and self._pace.baud is not None:
                    self._transport.set_baud(self._pace.baud)
            case Reply(command=SetRate.TYPE, result=0) if self._state is _State.READY:
                # The hello at hand names the frame time of before; a launch asks for the new one itself.
                self._commands.ask(AskHello(0))
            case Reply(command=Start.TYPE, result=0):
                if self._state is _State.STARTING and self.hello is not None and self._launch.done():
                    self.timeline.begin_run(self.hello)
                    self._vigil.heard()
                    self._state = _State.STREAMING
            case _:
                pass

    def _take_hello(self, said: Hello | ForeignHello) -> None:
        assert self._transport is not None
        hello = fitting(said, self._pad, self._transport.name)
        was_reset = self._state is _State.STREAMING and not hello.flags & Ability.STREAMING
        if self._state is _State.STREAMING and not was_reset:
            return
        if was_reset and self.hello is not None:
            check_same_pad(hello, self.hello, self._transport.name)
        self.hello = hello
        if was_reset:
            self.counters.resets += 1
            self._flow.ended("reset", f"{self._transport.name}: the board restarted ({cause_of_reset(hello)})")
            self._begin_stream()

"""A board in pure Python that behaves as PROTOCOL.md says: bytes in, bytes out, no I/O and no clock of its own.

It boots with a hello, obeys every command, scans whatever source of counts it is given and sends the scans with the
sequence and the ticks that a real board would have counted, so that a host cannot tell. Whoever owns it carries
the bytes (`rig.virtual.pty`, or a test) and says what time it is. The rule that keeps it right: which scans are
sent, and with what, depends on the time and on the commands, never on how often `step` was called.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from rig.frame import Status
from rig.transport.faults import misheard
from rig.virtual.board_state import NOTHING_TO_REPORT, BoardModel, BoardState
from rig.virtual.pace import TICK_HZ, Pace
from rig.wire.codec import FRAME_STRUCT, encode, seal
from rig.wire.decoded import Damage
from rig.wire.packets import (
    FRAME_TYPE,
    AskHello,
    AskStatus,
    BoardPacket,
    Command,
    Cue,
    CueKind,
    Hello,
    Reply,
    ResetCause,
    Result,
    RunSelfTest,
    SetBaud,
    SetPadId,
    SetRate,
    Start,
    Stop,
)
from rig.wire.samples import pack_samples

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.virtual.load_cell import VirtualLoadCell
    from rig.virtual.wiring import WiringFault

CountsSource = Callable[["NDArray[np.int64]"], "NDArray[np.uint16]"]
"""Times (n,) in microseconds since the first start to counts (n, n_channels)."""

PRESCALERS = (16, 32, 64, 128)
MAX_CUE_MS = 5_000
STATUS_EVERY = 256
WATCHDOG_S, BAUD_TRIAL_S, SELF_TEST_S = 0.25, 1.0, 0.3


class VirtualBoard:
    """A board, switched on at `now_s`.

    Args:
        model: what it is. source: its sensors. seed: of what is random about it.
        now_s: the time at which it gets power, on the clock that `step` is given.

    Attributes:
        fault: what the line to the host does to bytes (`rig.transport.faults.ByteFaults`), None for nothing.
        skip: the share of scans that are never sent, as on a line slower than the scan; the board counts overruns.
        wiring: faults of the pad, applied in order to what the source gives; to be changed at any time.
        load_cell: an amplifier on its pins, None for none; to be set before the first start.
        host_baud: the rate at which the other side listens and talks; None = always the right one.
        pad_id: the pad id that it has stored. cues: the last cues obeyed, each with the time of it.
    """

    def __init__(self, model: BoardModel, source: CountsSource, *, seed: int = 0, now_s: float = 0.0) -> None:
        self.model = model
        self.fault: Callable[[bytes], bytes] | None = None
        self.skip = 0.0
        self.wiring: list[WiringFault] = []
        self.host_baud: int | None = None
        self.load_cell: VirtualLoadCell | None = None
        self.pad_id = model.pad_id
        self.cues: deque[tuple[float, Cue]] = deque(maxlen=64)
        self._format = model.frame_format
        self._source = source
        self._rng = np.random.default_rng(seed)
        self._hands_s: float | None = None
        self._resets = 0
        self._incoming = bytearray()
        self._state = BoardState.after_reset(model, now_s, ResetCause.POWER_ON)

    def feed(self, data: bytes) -> None:
        """Bytes from the host; they are acted on in the next `step`."""
        self._incoming += data

    def step(self, now_s: float) -> bytes:
        """Everything that the board has sent since the last step, up to `now_s`."""
        state = self._state
        if state.hung_s is not None and now_s >= state.hung_s + WATCHDOG_S:
            self._resets += 1
            cause = ResetCause.WATCHDOG | ResetCause.HANG
            state = self._state = BoardState.after_reset(self.model, state.hung_s + WATCHDOG_S, cause)
        if state.hung_s is not None or (state.boots_s is not None and now_s < state.boots_s):
            self._incoming.clear()
            return b""
        out = b""
        if state.boots_s is not None:
            state.boots_s = None
            out += self._on_line(_encoded(self._hello()))
        if state.baud_trial_s is not None and now_s >= state.baud_trial_s:
            state.baud_trial_s, state.baud = None, state.proven_baud
        out += self._on_line(self._scan(now_s)) + self._on_line(self._finished_self_test(now_s)) + self._obey(now_s)
        return out if self.fault is None else self.fault(out)

    def next_s(self) -> float:
        """When the board will have something to send, if nobody asks it anything; infinite where never."""
        state = self._state
        if state.hung_s is not None:
            return state.hung_s + WATCHDOG_S
        if state.boots_s is not None:
            return state.boots_s
        if state.streams_from is not None:
            last_sample = state.scans * state.pace.frame_ticks + state.pace.active_ticks
            return state.clock.host_s(state.streams_from + last_sample)
        return state.self_test[0] if state.self_test is not None else float("inf")

    def reset(self, now_s: float, cause: ResetCause = ResetCause.EXTERNAL) -> None:
        """The reset line is pulled, as opening an Arduino's port does; hello comes `BOOT_S` later."""
        self._incoming.clear()
        self._state = BoardState.after_reset(self.model, now_s, cause)

    def hang(self, now_s: float) -> None:
        """The program hangs: silence, until the watchdog resets the board."""
        self._state.hung_s = now_s

    @property
    def streaming(self) -> bool:
        """Whether it was started."""
        return self._state.streaming

    @property
    def baud(self) -> int:
        """The rate of its line."""
        return self._state.baud

    # --- scans

    def _scan(self, now_s: float) -> bytes:
        state, pace = self._state, self._state.pace
        if state.streams_from is None:
            return b""
        done = (state.clock.ticks(now_s) - state.streams_from - pace.active_ticks) // pace.frame_ticks + 1
        if done <= state.scans:
            return b""
        ticks = [state.streams_from + scan * pace.frame_ticks for scan in range(state.scans, done)]
        out = b""
        for tick, samples in zip(ticks, pack_samples(self._counts(ticks), self._format), strict=True):
            out += self._frame(tick, samples.tobytes())
            state.scans += 1
            if state.scans % STATUS_EVERY == 0:
                out += encode(state.report(tick, self._resets))
        if self.load_cell is not None:
            out += self.load_cell.said(state.streams_from, state.clock.ticks(now_s), self._since_first_start_us)
        return out

    def _counts(self, ticks: list[int]) -> NDArray[np.uint16]:
        counts = self._source(self._since_first_start_us(ticks))
        for fault in self.wiring:
            counts = fault(counts)
        return counts

    def _since_first_start_us(self, ticks: list[int]) -> NDArray[np.int64]:
        started_s, host_s = self._hands_s or 0.0, self._state.clock.host_s
        return np.array([max(round((host_s(tick) - started_s) * 1e6), 0) for tick in ticks], np.int64)

    def _frame(self, tick: int, samples: bytes) -> bytes:
        state = self._state
        if self.skip and self._rng.random() < self.skip:
            state.overruns += 1
            state.status |= Status.OVERRUN
            return b""
        cue = Status.CUE if state.clock.host_s(tick) < state.cue_until_s else NOTHING_TO_REPORT
        head = FRAME_STRUCT.pack(FRAME_TYPE, state.status | cue, state.scans & 0xFFFF, tick & 0xFFFFFFFF)
        state.sent += 1
        state.status = NOTHING_TO_REPORT
        return seal(head + samples)

    def _hello(self) -> Hello:
        return self._state.hello(self.pad_id, load_cell=self.load_cell is not None)

    def _on_line(self, data: bytes) -> bytes:
        baud = self._state.baud
        return data if self.host_baud in {None, baud} else misheard(data, baud, self.host_baud or baud)

    # --- commands

    def _obey(self, now_s: float) -> bytes:
        state = self._state
        data = bytes(self._incoming)
        self._incoming.clear()
        if self.host_baud not in {None, state.baud}:
            data = misheard(data, self.host_baud or state.baud, state.baud)
        out = b""
        for command in state.commands.feed(data):
            if isinstance(command, Damage):
                state.rx_damaged += 1
                state.status |= Status.COMMAND_LOST
            elif state.self_test is not None:
                state.rx_overflow += 1
                state.status |= Status.COMMAND_LOST
            else:
                state.baud_trial_s, state.proven_baud = None, state.baud
                answer = self._answer(command, now_s)
                out += self._on_line(_encoded(answer)) if answer is not None else b""
                if isinstance(command, SetBaud) and isinstance(answer, Reply) and answer.result == Result.DONE:
                    self._try_baud(command.baud, now_s)
        return out

    def _answer(self, command: Command, now_s: float) -> BoardPacket | None:
        match command:
            case AskHello():
                return self._hello()
            case AskStatus():
                return self._state.report(self._state.clock.ticks(now_s), self._resets)
            case RunSelfTest() if not self.streaming:
                self._state.self_test = (now_s + SELF_TEST_S, command.tag)
                return None
            case _:
                return Reply(command.tag, command.TYPE, self._result(command, now_s))

    def _result(self, command: Command, now_s: float) -> Result:
        state = self._state
        match command:
            case Start():
                state.streams_from = state.clock.ticks(now_s)
                state.scans = state.sent = state.overruns = 0
                self._hands_s = now_s if self._hands_s is None else self._hands_s
            case Stop():
                state.streams_from = None
            case Cue():
                if command.kind not in set(CueKind) or command.duration_ms > MAX_CUE_MS:
                    return Result.OUT_OF_RANGE
                state.cue_until_s = now_s + (command.duration_ms / 1e3 if command.kind else 0.0)
                self.cues.append((now_s, command))
            case _ if self.streaming:
                return Result.NOT_WHILE_STREAMING
            case SetRate():
                if command.prescaler not in PRESCALERS:
                    return Result.OUT_OF_RANGE
                state.pace = Pace.at(self._format, state.baud, command.prescaler, command.extra)
            case SetBaud():
                # The rates that an eighth of the crystal's divides into without a remainder.
                if not 9_600 <= command.baud <= 2_000_000 or (TICK_HZ // 8) % command.baud:
                    return Result.OUT_OF_RANGE
            case SetPadId():
                self.pad_id = command.pad_id
        return Result.DONE

    def _try_baud(self, baud: int, now_s: float) -> None:
        state = self._state
        state.proven_baud, state.baud = state.baud, baud
        state.baud_trial_s = now_s + BAUD_TRIAL_S
        state.pace = Pace.at(self._format, baud, state.pace.prescaler, state.pace.extra)

    def _finished_self_test(self, now_s: float) -> bytes:
        state = self._state
        if state.self_test is None or now_s < state.self_test[0]:
            return b""
        tag, state.self_test = state.self_test[1], None
        return encode(state.tested(tag))


def _encoded(packet: BoardPacket) -> bytes:
    """The packet on the wire; a zero before each hello clears the line of what may stand on it."""
    return b"\0" + encode(packet) if isinstance(packet, Hello) else encode(packet)

"""A board in pure Python that behaves as PROTOCOL.md says: bytes in, bytes out, no I/O and no clock of its own.

It boots with a hello, obeys every command, scans whatever source of counts it is given and sends the scans with the
sequence and the ticks that a real board would have counted, so that a host cannot tell. Whoever owns it carries
the bytes (`rig.virtual.pty`, or a test) and says what time it is. The rule that keeps it right: which scans are
sent, and with what, depends on the time and on the commands, never on how often `step` was called.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from rig.frame import Status
from rig.transport.faults import misheard
from rig.virtual.pace import TICK_HZ, DeviceClock, Pace
from rig.wire.codec import FRAME_STRUCT, encode, seal
from rig.wire.decoded import Damage
from rig.wire.decoder import CommandDecoder
from rig.wire.packets import (
    FRAME_TYPE,
    PROTOCOL,
    UNKNOWN,
    Ability,
    AskHello,
    AskStatus,
    Board,
    BoardPacket,
    Command,
    Cue,
    CueKind,
    Hello,
    Reply,
    ResetCause,
    Result,
    RunSelfTest,
    SelfTest,
    SetBaud,
    SetPadId,
    SetRate,
    Start,
    StatusReport,
    Stop,
)
from rig.wire.samples import FrameFormat, pack_samples

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.pad import PadLayout
    from rig.virtual.load_cell import VirtualLoadCell
    from rig.virtual.wiring import WiringFault

CountsSource = Callable[["NDArray[np.int64]"], "NDArray[np.uint16]"]
"""Times (n,) in microseconds since the first start to counts (n, n_channels)."""

PRESCALERS = (16, 32, 64, 128)
BOOT_BAUD = 500_000
MAX_CUE_MS = 5_000
STATUS_EVERY = 256
WATCHDOG_S, BAUD_TRIAL_S, SELF_TEST_S = 0.25, 1.0, 0.3
NOTHING_TO_REPORT = Status(0)
BANDGAP_V, SUPPLY_V = 1.1, 5.0
FREE_RAM = 4_000


@dataclass(frozen=True)
class BoardModel:
    """What a virtual board is.

    Attributes:
        channels, adc_bits, muxes: as its hello says; they need not fit any pad.
        pad_id: what it has stored; empty for none. protocol, firmware: the versions it claims.
        prescaler: of the ADC clock at boot. skew: how much slower its crystal runs than nominal, as a share.
        boot_s: from a reset to the hello. first_ticks: where its device clock starts.
    """

    channels: int
    adc_bits: int
    muxes: int
    pad_id: str = ""
    protocol: int = PROTOCOL
    firmware: tuple[int, int, int] = (1, 0, 0)
    prescaler: int = 32
    skew: float = 0.0
    boot_s: float = 0.1
    first_ticks: int = 0

    @classmethod
    def of(cls, pad: PadLayout, pad_id: str = "") -> BoardModel:
        """The board that fits a pad."""
        return cls(pad.n_channels, pad.adc_bits, pad.n_muxes, pad_id)


@dataclass
class _Memory:
    """Everything that a reset forgets."""

    cause: ResetCause
    boots_s: float | None
    clock: DeviceClock
    pace: Pace
    baud: int = BOOT_BAUD
    proven_baud: int = BOOT_BAUD
    baud_trial_s: float | None = None
    hung_s: float | None = None
    self_test: tuple[float, int] | None = None
    cue_until_s: float = 0.0
    streams_from: int | None = None
    scans: int = 0
    sent: int = 0
    overruns: int = 0
    rx_damaged: int = 0
    rx_overflow: int = 0
    status: Status = NOTHING_TO_REPORT
    commands: CommandDecoder = field(default_factory=CommandDecoder)


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
        self._format = FrameFormat(model.channels, model.adc_bits)
        self._source = source
        self._rng = np.random.default_rng(seed)
        self._hands_s: float | None = None
        self._resets = 0
        self._incoming = bytearray()
        self._memory = self._after_reset(now_s, ResetCause.POWER_ON)

    def feed(self, data: bytes) -> None:
        """Bytes from the host; they are acted on in the next `step`."""
        self._incoming += data

    def step(self, now_s: float) -> bytes:
        """Everything that the board has sent since the last step, up to `now_s`."""
        memory = self._memory
        if memory.hung_s is not None and now_s >= memory.hung_s + WATCHDOG_S:
            self._resets += 1
            memory = self._memory = self._after_reset(memory.hung_s + WATCHDOG_S, ResetCause.WATCHDOG | ResetCause.HANG)
        if memory.hung_s is not None or (memory.boots_s is not None and now_s < memory.boots_s):
            self._incoming.clear()
            return b""
        out = b""
        if memory.boots_s is not None:
            memory.boots_s = None
            out += self._on_line(_encoded(self._hello()))
        if memory.baud_trial_s is not None and now_s >= memory.baud_trial_s:
            memory.baud_trial_s, memory.baud = None, memory.proven_baud
        out += self._on_line(self._scan(now_s)) + self._on_line(self._finished_self_test(now_s)) + self._obey(now_s)
        return out if self.fault is None else self.fault(out)

    def next_s(self) -> float:
        """When the board will have something to send, if nobody asks it anything; infinite where never."""
        memory = self._memory
        if memory.hung_s is not None:
            return memory.hung_s + WATCHDOG_S
        if memory.boots_s is not None:
            return memory.boots_s
        if memory.streams_from is not None:
            last_sample = memory.scans * memory.pace.frame_ticks + memory.pace.active_ticks
            return memory.clock.host_s(memory.streams_from + last_sample)
        return memory.self_test[0] if memory.self_test is not None else float("inf")

    def reset(self, now_s: float, cause: ResetCause = ResetCause.EXTERNAL) -> None:
        """The reset line is pulled, as opening an Arduino's port does; hello comes `boot_s` later."""
        self._incoming.clear()
        self._memory = self._after_reset(now_s, cause)

    def hang(self, now_s: float) -> None:
        """The program hangs: silence, until the watchdog resets the board."""
        self._memory.hung_s = now_s

    @property
    def streaming(self) -> bool:
        """Whether it was started."""
        return self._memory.streams_from is not None

    @property
    def baud(self) -> int:
        """The rate of its line."""
        return self._memory.baud

    def _after_reset(self, now_s: float, cause: ResetCause) -> _Memory:
        clock = DeviceClock(now_s, self.model.first_ticks, self.model.skew)
        pace = Pace.at(self._format, BOOT_BAUD, self.model.prescaler)
        return _Memory(cause, now_s + self.model.boot_s, clock, pace)

    # --- scans

    def _scan(self, now_s: float) -> bytes:
        memory, pace = self._memory, self._memory.pace
        if memory.streams_from is None:
            return b""
        done = (memory.clock.ticks(now_s) - memory.streams_from - pace.active_ticks) // pace.frame_ticks + 1
        if done <= memory.scans:
            return b""
        ticks = [memory.streams_from + scan * pace.frame_ticks for scan in range(memory.scans, done)]
        out = b""
        for tick, samples in zip(ticks, pack_samples(self._counts(ticks), self._format), strict=True):
            out += self._frame(tick, samples.tobytes())
            memory.scans += 1
            if memory.scans % STATUS_EVERY == 0:
                out += encode(self._status(tick))
        if self.load_cell is not None:
            out += self.load_cell.said(memory.streams_from, memory.clock.ticks(now_s), self._since_first_start_us)
        return out

    def _counts(self, ticks: list[int]) -> NDArray[np.uint16]:
        counts = self._source(self._since_first_start_us(ticks))
        for fault in self.wiring:
            counts = fault(counts)
        return counts

    def _since_first_start_us(self, ticks: list[int]) -> NDArray[np.int64]:
        started_s, host_s = self._hands_s or 0.0, self._memory.clock.host_s
        return np.array([max(round((host_s(tick) - started_s) * 1e6), 0) for tick in ticks], np.int64)

    def _frame(self, tick: int, samples: bytes) -> bytes:
        memory = self._memory
        if self.skip and self._rng.random() < self.skip:
            memory.overruns += 1
            memory.status |= Status.OVERRUN
            return b""
        cue = Status.CUE if memory.clock.host_s(tick) < memory.cue_until_s else NOTHING_TO_REPORT
        head = FRAME_STRUCT.pack(FRAME_TYPE, memory.status | cue, memory.scans & 0xFFFF, tick & 0xFFFFFFFF)
        memory.sent += 1
        memory.status = NOTHING_TO_REPORT
        return seal(head + samples)

    # --- what it says of itself

    def _hello(self) -> Hello:
        memory, pace = self._memory, self._memory.pace
        flags = Ability.BUZZER | Ability.LIGHT | (Ability.STREAMING if self.streaming else 0)
        flags |= (Ability.PAD_ID if self.pad_id else 0) | (Ability.LOAD_CELL if self.load_cell else 0)
        return Hello(
            protocol=self.model.protocol,
            firmware=self.model.firmware,
            board=Board.VIRTUAL,
            adc_bits=self.model.adc_bits,
            prescaler=pace.prescaler,
            channels=self.model.channels,
            muxes=self.model.muxes,
            extra=pace.extra,
            baud=memory.baud,
            tick_hz=TICK_HZ,
            slot_ticks=pace.slot_ticks,
            frame_ticks=pace.frame_ticks,
            reset_cause=memory.cause,
            flags=flags,
            pad_id=self.pad_id,
        )

    def _status(self, tick: int) -> StatusReport:
        memory = self._memory
        return StatusReport(
            resets=min(self._resets, 0xFF),
            ticks=tick & 0xFFFFFFFF,
            scans=memory.scans,
            sent=memory.sent,
            overruns=min(memory.overruns, 0xFFFF),
            late=0,
            rx_damaged=min(memory.rx_damaged, 0xFFFF),
            rx_overflow=min(memory.rx_overflow, 0xFFFF),
            bandgap=self._bandgap,
            ground=0,
            idle=UNKNOWN,
        )

    @property
    def _bandgap(self) -> int:
        return round(((1 << self.model.adc_bits) - 1) * BANDGAP_V / SUPPLY_V)

    def _on_line(self, data: bytes) -> bytes:
        baud = self._memory.baud
        return data if self.host_baud in {None, baud} else misheard(data, baud, self.host_baud or baud)

    # --- commands

    def _obey(self, now_s: float) -> bytes:
        memory = self._memory
        data = bytes(self._incoming)
        self._incoming.clear()
        if self.host_baud not in {None, memory.baud}:
            data = misheard(data, self.host_baud or memory.baud, memory.baud)
        out = b""
        for command in memory.commands.feed(data):
            if isinstance(command, Damage):
                memory.rx_damaged += 1
                memory.status |= Status.COMMAND_LOST
            elif memory.self_test is not None:
                memory.rx_overflow += 1
                memory.status |= Status.COMMAND_LOST
            else:
                memory.baud_trial_s, memory.proven_baud = None, memory.baud
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
                return self._status(self._memory.clock.ticks(now_s))
            case RunSelfTest() if not self.streaming:
                self._memory.self_test = (now_s + SELF_TEST_S, command.tag)
                return None
            case _:
                return Reply(command.tag, command.TYPE, self._result(command, now_s))

    def _result(self, command: Command, now_s: float) -> Result:
        memory = self._memory
        match command:
            case Start():
                memory.streams_from = memory.clock.ticks(now_s)
                memory.scans = memory.sent = memory.overruns = 0
                self._hands_s = now_s if self._hands_s is None else self._hands_s
            case Stop():
                memory.streams_from = None
            case Cue():
                if command.kind not in set(CueKind) or command.duration_ms > MAX_CUE_MS:
                    return Result.OUT_OF_RANGE
                memory.cue_until_s = now_s + (command.duration_ms / 1e3 if command.kind else 0.0)
                self.cues.append((now_s, command))
            case _ if self.streaming:
                return Result.NOT_WHILE_STREAMING
            case SetRate():
                if command.prescaler not in PRESCALERS:
                    return Result.OUT_OF_RANGE
                memory.pace = Pace.at(self._format, memory.baud, command.prescaler, command.extra)
            case SetBaud():
                # The rates that an eighth of the crystal's divides into without a remainder.
                if not 9_600 <= command.baud <= 2_000_000 or (TICK_HZ // 8) % command.baud:
                    return Result.OUT_OF_RANGE
            case SetPadId():
                self.pad_id = command.pad_id
        return Result.DONE

    def _try_baud(self, baud: int, now_s: float) -> None:
        memory = self._memory
        memory.proven_baud, memory.baud = memory.baud, baud
        memory.baud_trial_s = now_s + BAUD_TRIAL_S
        memory.pace = Pace.at(self._format, baud, memory.pace.prescaler, memory.pace.extra)

    def _finished_self_test(self, now_s: float) -> bytes:
        memory = self._memory
        if memory.self_test is None or now_s < memory.self_test[0]:
            return b""
        tag, memory.self_test = memory.self_test[1], None
        return encode(
            SelfTest(
                tag=tag,
                failed=0,
                settling=1,
                bandgap=self._bandgap,
                ground=0,
                supply_mv=round(SUPPLY_V * 1000),
                free_ram=FREE_RAM,
            )
        )


def _encoded(packet: BoardPacket) -> bytes:
    """The packet on the wire; a zero before each hello clears the line of what may stand on it."""
    return b"\0" + encode(packet) if isinstance(packet, Hello) else encode(packet)

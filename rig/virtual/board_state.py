"""What a virtual board is, what it forgets in a reset, and what it says of itself.

The rule that keeps it right: what survives a reset (the pad id, the count of resets, the wires) is not in here, so that
a reset is a new `BoardState` and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rig.frame import Status
from rig.virtual.pace import TICK_HZ, DeviceClock, Pace
from rig.wire.decoder import CommandDecoder
from rig.wire.packets import (
    BOOT_BAUD,
    PROTOCOL,
    UNKNOWN,
    Ability,
    Board,
    Hello,
    ResetCause,
    SelfTest,
    StatusReport,
)
from rig.wire.samples import FrameFormat

if TYPE_CHECKING:
    from rig.pad import PadLayout

BANDGAP_V, SUPPLY_V = 1.1, 5.0
FREE_RAM = 4_000
BOOT_S = 0.1
"""From a reset to the hello."""
NOTHING_TO_REPORT = Status(0)


@dataclass(frozen=True)
class BoardModel:
    """What a virtual board is.

    Attributes:
        channels, adc_bits, muxes: as its hello says; they need not fit any pad.
        pad_id: what it has stored; empty for none. protocol, firmware: the versions it claims.
        prescaler: of the ADC clock at boot. skew: how much slower its crystal runs than nominal, as a share.
        first_ticks: where its device clock starts.
    """

    channels: int
    adc_bits: int
    muxes: int
    pad_id: str = ""
    protocol: int = PROTOCOL
    firmware: tuple[int, int, int] = (1, 0, 0)
    prescaler: int = 32
    skew: float = 0.0
    first_ticks: int = 0

    @classmethod
    def of(cls, pad: PadLayout, pad_id: str = "") -> BoardModel:
        """The board that fits a pad."""
        return cls(pad.n_channels, pad.adc_bits, pad.n_muxes, pad_id)

    @property
    def frame_format(self) -> FrameFormat:
        """The format of its frames."""
        return FrameFormat(self.channels, self.adc_bits)


@dataclass
class BoardState:
    """Everything that a reset forgets."""

    model: BoardModel
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

    @classmethod
    def after_reset(cls, model: BoardModel, now_s: float, cause: ResetCause) -> BoardState:
        """As a reset at `now_s` leaves it."""
        clock = DeviceClock(now_s, model.first_ticks, model.skew)
        pace = Pace.at(model.frame_format, BOOT_BAUD, model.prescaler)
        return cls(model, cause, now_s + BOOT_S, clock, pace)

    @property
    def streaming(self) -> bool:
        """Whether it was started."""
        return self.streams_from is not None

    def hello(self, pad_id: str, *, load_cell: bool) -> Hello:
        """Who is there."""
        flags = Ability.BUZZER | Ability.LIGHT | (Ability.STREAMING if self.streaming else 0)
        flags |= (Ability.PAD_ID if pad_id else 0) | (Ability.LOAD_CELL if load_cell else 0)
        return Hello(
            protocol=self.model.protocol,
            firmware=self.model.firmware,
            board=Board.VIRTUAL,
            adc_bits=self.model.adc_bits,
            prescaler=self.pace.prescaler,
            channels=self.model.channels,
            muxes=self.model.muxes,
            extra=self.pace.extra,
            baud=self.baud,
            tick_hz=TICK_HZ,
            slot_ticks=self.pace.slot_ticks,
            frame_ticks=self.pace.frame_ticks,
            reset_cause=self.cause,
            flags=flags,
            pad_id=pad_id,
        )

    def report(self, tick: int, resets: int) -> StatusReport:
        """Its counters at a tick."""
        return StatusReport(
            resets=min(resets, 0xFF),
            ticks=tick & 0xFFFFFFFF,
            scans=self.scans,
            sent=self.sent,
            overruns=min(self.overruns, 0xFFFF),
            late=0,
            rx_damaged=min(self.rx_damaged, 0xFFFF),
            rx_overflow=min(self.rx_overflow, 0xFFFF),
            bandgap=self._bandgap,
            ground=0,
            idle=UNKNOWN,
        )

    def tested(self, tag: int) -> SelfTest:
        """What came of a self-test: nothing is wrong with it."""
        return SelfTest(
            tag=tag,
            failed=0,
            settling=1,
            bandgap=self._bandgap,
            ground=0,
            supply_mv=round(SUPPLY_V * 1000),
            free_ram=FREE_RAM,
        )

    @property
    def _bandgap(self) -> int:
        return round(((1 << self.model.adc_bits) - 1) * BANDGAP_V / SUPPLY_V)

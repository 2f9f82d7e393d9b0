"""Every packet of the protocol, once: the dataclass is the table that encoder, decoder and tests read.

A field's type says how it lies on the wire (`U16`: little-endian, two bytes), the order of the fields is the
order of the bytes, and `TYPE` is the first byte of the body. Values stay plain numbers, compared with the
enumerations beside them, so that a board newer than this host cannot make decoding fail. A frame is the one
packet that is not here: its length depends on the board (`rig.wire.samples`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, IntFlag
from typing import Annotated, ClassVar

from rig.errors import InputError
from rig.wire.samples import FrameFormat

PROTOCOL = 1
"""The version that this host speaks."""

BOOT_BAUD = 500_000
"""What a board speaks after a reset."""

FRAME_TYPE = 0x01

U8 = Annotated[int, "B"]
U16 = Annotated[int, "H"]
U32 = Annotated[int, "I"]
I32 = Annotated[int, "i"]
Version = Annotated[tuple[int, int, int], "3B"]
PadId = Annotated[str, "16s"]

UNKNOWN = 0xFFFF
"""The value of a u16 that the board does not know (bandgap, ground, idle)."""


class Board(IntEnum):
    """Which board it is."""

    OTHER = 0
    ATMEGA2560 = 1
    ATMEGA328P = 2
    VIRTUAL = 3


class ResetCause(IntFlag):
    """Why the board started last."""

    POWER_ON = 1
    EXTERNAL = 2
    BROWN_OUT = 4
    WATCHDOG = 8
    HANG = 16
    """The watchdog caught a hang."""


class Ability(IntFlag):
    """The flags of a hello: what the board does now and what it has."""

    STREAMING = 1
    BUZZER = 2
    LIGHT = 4
    LOAD_CELL = 8
    PAD_ID = 16
    """A pad id is stored."""


class Result(IntEnum):
    """What became of a command."""

    DONE = 0
    UNKNOWN_COMMAND = 1
    OUT_OF_RANGE = 2
    NOT_WHILE_STREAMING = 3
    HARDWARE_FAILED = 4


class SelfTestFailure(IntFlag):
    """The parts of the board that its self-test found wrong."""

    BANDGAP = 1
    GROUND = 2
    EEPROM = 4
    RAM = 8
    SETTLING = 16


class LoadStatus(IntFlag):
    """What is wrong with a reading of the load cell."""

    SATURATED = 1


LOAD_MOST = 0x7FFFFF
"""The highest reading of a load cell amplifier; the lowest is one below its negative."""


class CueKind(IntEnum):
    """What the board's buzzer and light do."""

    OFF = 0
    SPINE_ALARM = 1
    TICK = 2
    ACCENT = 3


@dataclass(frozen=True, slots=True)
class Hello:
    """Who is there; PROTOCOL.md gives each field's unit."""

    TYPE: ClassVar[int] = 0x02
    protocol: U8
    firmware: Version
    board: U8
    adc_bits: U8
    prescaler: U8
    channels: U16
    muxes: U8
    extra: U8
    baud: U32
    tick_hz: U32
    slot_ticks: U16
    frame_ticks: U32
    reset_cause: U8
    flags: U8
    pad_id: PadId

    @property
    def frame_format(self) -> FrameFormat | None:
        """The format of the frames that follow, or None if no frame of the protocol can have it."""
        try:
            return FrameFormat(self.channels, self.adc_bits)
        except InputError:
            return None


@dataclass(frozen=True, slots=True)
class ForeignHello:
    """A hello in another version of the protocol: undamaged, but this host must refuse the board."""

    protocol: int
    body: bytes


@dataclass(frozen=True, slots=True)
class StatusReport:
    """The board's counters, every 256 scans while streaming and on request."""

    TYPE: ClassVar[int] = 0x03
    resets: U8
    ticks: U32
    scans: U32
    sent: U32
    overruns: U16
    late: U16
    rx_damaged: U16
    rx_overflow: U16
    bandgap: U16
    ground: U16
    idle: U16


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of the command `command` that carried `tag`."""

    TYPE: ClassVar[int] = 0x04
    tag: U8
    command: U8
    result: U8


@dataclass(frozen=True, slots=True)
class SelfTest:
    """The answer to `RunSelfTest`: `failed` holds `SelfTestFailure` bits."""

    TYPE: ClassVar[int] = 0x05
    tag: U8
    failed: U8
    settling: U8
    bandgap: U16
    ground: U16
    supply_mv: U16
    free_ram: U16


@dataclass(frozen=True, slots=True)
class Load:
    """One reading of a load cell amplifier: `status` holds `LoadStatus` bits, `raw` is 24 bits, sign-extended."""

    TYPE: ClassVar[int] = 0x06
    status: U8
    ticks: U32
    raw: I32


@dataclass(frozen=True, slots=True)
class AskHello:
    """Answered by a `Hello`."""

    TYPE: ClassVar[int] = 0x81
    tag: U8


@dataclass(frozen=True, slots=True)
class Start:
    """Frames from the next whole scan on."""

    TYPE: ClassVar[int] = 0x82
    tag: U8


@dataclass(frozen=True, slots=True)
class Stop:
    """No more frames after the one on the line."""

    TYPE: ClassVar[int] = 0x83
    tag: U8


@dataclass(frozen=True, slots=True)
class SetRate:
    """The ADC clock's prescaler (16, 32, 64, 128) and the conversions after the last channel."""

    TYPE: ClassVar[int] = 0x84
    tag: U8
    prescaler: U8
    extra: U8


@dataclass(frozen=True, slots=True)
class SetBaud:
    """Another rate of the line, after the reply."""

    TYPE: ClassVar[int] = 0x85
    tag: U8
    baud: U32


@dataclass(frozen=True, slots=True)
class SetPadId:
    """At most 16 ASCII characters, kept through power-off."""

    TYPE: ClassVar[int] = 0x86
    tag: U8
    pad_id: PadId


@dataclass(frozen=True, slots=True)
class Cue:
    """Buzzer and light: a `CueKind` for at most 5,000 ms."""

    TYPE: ClassVar[int] = 0x87
    tag: U8
    kind: U8
    duration_ms: U16


@dataclass(frozen=True, slots=True)
class RunSelfTest:
    """Answered by a `SelfTest` after about 0.3 s."""

    TYPE: ClassVar[int] = 0x88
    tag: U8


@dataclass(frozen=True, slots=True)
class AskStatus:
    """Answered by a `StatusReport`."""

    TYPE: ClassVar[int] = 0x89
    tag: U8


BoardPacket = Hello | StatusReport | Reply | SelfTest | Load
"""What a board sends beside frames."""

Command = AskHello | Start | Stop | SetRate | SetBaud | SetPadId | Cue | RunSelfTest | AskStatus
"""What a host sends."""

BOARD_PACKETS: tuple[type[BoardPacket], ...] = (Hello, StatusReport, Reply, SelfTest, Load)
COMMANDS: tuple[type[Command], ...] = (
    AskHello,
    Start,
    Stop,
    SetRate,
    SetBaud,
    SetPadId,
    Cue,
    RunSelfTest,
    AskStatus,
)

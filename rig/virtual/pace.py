"""How fast a board scans, in ticks of its own clock, and that clock against the computer's.

The sums are PROTOCOL.md's: 13 ADC clocks a conversion, one conversion a channel, and after the last channel as
many more as the line needs to send the frame. The rule that keeps it right: a scan's place is a whole
number of ticks; only `DeviceClock` turns ticks into seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rig.wire import cobs
from rig.wire.codec import CRC_BYTES

if TYPE_CHECKING:
    from rig.wire.samples import FrameFormat

TICK_HZ = 16_000_000
"""The reference board's crystal."""

CONVERSION_CLOCKS = 13
"""ADC clocks of one conversion in free running (ATmega2560 data sheet)."""

BITS_PER_BYTE = 10
"""A start bit, eight of data and a stop bit."""

MAX_EXTRA = 255


@dataclass(frozen=True)
class Pace:
    """The ADC clock's prescaler, and the conversions after the last channel."""

    channels: int
    prescaler: int
    extra: int

    @classmethod
    def at(cls, fmt: FrameFormat, baud: int, prescaler: int, extra: int = 0) -> Pace:
        """The pace with `extra` raised to what the line needs at `baud`."""
        line_bytes = cobs.max_encoded(fmt.body_bytes + CRC_BYTES) + 1
        line_ticks = -(-line_bytes * BITS_PER_BYTE * TICK_HZ // baud)
        needed = -(-line_ticks // (CONVERSION_CLOCKS * prescaler)) - fmt.channels
        return cls(fmt.channels, prescaler, min(max(extra, needed), MAX_EXTRA))

    @property
    def slot_ticks(self) -> int:
        """From one sample to the next."""
        return CONVERSION_CLOCKS * self.prescaler

    @property
    def active_ticks(self) -> int:
        """From a scan's first sample until its last is converted."""
        return self.channels * self.slot_ticks

    @property
    def frame_ticks(self) -> int:
        """From one scan to the next."""
        return (self.channels + self.extra) * self.slot_ticks


@dataclass(frozen=True)
class DeviceClock:
    """A tick counter, not wrapped: `first_ticks` at host time `zero_s`, slower than nominal by the share `skew`."""

    zero_s: float
    first_ticks: int
    skew: float

    def ticks(self, host_s: float) -> int:
        """The counter at a host time."""
        return self.first_ticks + round((host_s - self.zero_s) * TICK_HZ / (1 + self.skew))

    def host_s(self, ticks: int) -> float:
        """When the counter reaches `ticks`."""
        return self.zero_s + (ticks - self.first_ticks) * (1 + self.skew) / TICK_HZ

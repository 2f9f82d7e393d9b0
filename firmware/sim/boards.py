"""The boards that can be simulated: which part, which firmware, and how HARDWARE.md wires the multiplexers.

A wiring is a text of words, `adc0=A0A1A2A3` for a multiplexer on ADC input 0 with its four select lines (lowest first;
`--` for a broken one) in the order of the firmware's multiplexer numbers, then `buzzer=` and `light=` with their pins
and `load=` with the data and clock pins of a load cell amplifier.
The rule: this is the one place, outside the firmware's own board file, that knows the pins.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from firmware.sim.toolchain import firmware

if TYPE_CHECKING:
    from pathlib import Path

CYCLES_PER_S: Final = 16_000_000
INPUTS: Final = 16
CHANNELS_MAX: Final = 256


@dataclass(frozen=True)
class Board:
    """One build of the firmware and the hardware under it."""

    mcu: str
    elf_name: str
    muxes: int
    wiring: str

    @property
    def channels(self) -> int:
        """Sensors behind all multiplexers."""
        return self.muxes * INPUTS

    @property
    def elf(self) -> Path:
        """The firmware, built if need be. Raises OperationError when that fails."""
        return firmware(self.elf_name)


def _on_two_buses(muxes: int, bus_a: str, bus_b: str) -> str:
    """Multiplexers on ADC 0, 1, ...: the first half (rounded up) select by bus A, the others by bus B."""
    return " ".join(f"adc{mux}={bus_a if mux < (muxes + 1) // 2 else bus_b}" for mux in range(muxes))


MEGA2560: Final = Board(
    "atmega2560",
    "rig-mega2560.elf",
    9,
    _on_two_buses(9, "A0A1A2A3", "A4A5A6A7") + " buzzer=H6 light=B7 load=E4E5",
)
"""Arduino Mega with the reference pad's nine multiplexers: 144 channels."""

MEGA2560_FULL: Final = Board(
    "atmega2560",
    "rig-mega2560-256.elf",
    16,
    _on_two_buses(16, "A0A1A2A3", "A4A5A6A7") + " buzzer=H6 light=B7 load=E4E5",
)
"""The same with a multiplexer on every ADC input: 256 channels."""

ATMEGA328P: Final = Board(
    "atmega328p",
    "rig-atmega328p.elf",
    6,
    _on_two_buses(6, "B0B1B2B3", "D4D5D6D7") + " buzzer=D3 light=B5 load=D2B4",
)
"""Arduino Uno or Nano: 96 channels."""

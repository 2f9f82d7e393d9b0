"""The boards that can be simulated: which part, which firmware, and how HARDWARE.md wires the multiplexers.

A wiring is a text of words, `adc0=A0A1A2A3` for a multiplexer on ADC input 0 with its four select lines (lowest first),
in the order of the firmware's multiplexer numbers, then `buzzer=` and `light=` with their pins.
The rule: this is the one place, outside the firmware's own board file, that knows the pins.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from firmware.sim.build import firmware

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


def _shared_nibbles(adcs: range, low_muxes: int, port: str) -> str:
    """Multiplexers on consecutive ADC inputs: `low_muxes` on the port's low nibble, the others on its high one."""
    low, high = ("".join(f"{port}{bit}" for bit in bits) for bits in (range(4), range(4, 8)))
    return " ".join(f"adc{adc}={low if number < low_muxes else high}" for number, adc in enumerate(adcs))


BOARDS: Final = {
    "mega2560": Board("atmega2560", "rig-mega2560.elf", 9, f"{_shared_nibbles(range(9), 5, 'A')} buzzer=E3 light=B7"),
}
"""By the name of the firmware's build."""

"""The simulated board in lock-step: the real firmware, one call at a time, the same to the byte in every run.

`SimBoard` loads `firmware/sim/build/libboard.so` (simavr with its faults mended, see `board.h`) and moves only when
told to. Time is the board's cycle count. The rule: nothing here looks at a clock, and how a run is cut into calls
changes nothing, except that bytes and counts take effect where they are given.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from firmware.sim.boards import CHANNELS_MAX, CYCLES_PER_S, Board
from firmware.sim.library import CONVERSION, EDGE, SAMPLE, SENT_BYTE, Counters, LoadCounters, board_library
from firmware.sim.toolchain import symbol_address
from rig.errors import OperationError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import ArrayLike, NDArray

BUZZER: Final = 0
LIGHT: Final = 1
_SENT, _SAMPLES, _EDGES, _CONVERSIONS = 0, 1, 2, 3


@dataclass(frozen=True)
class Analogue:
    """The analogue world: supply (also the reference), the chip's band gap and ground as the ADC sees them, the time
    constant of a multiplexer's output, and the ADC clocks from a conversion's start to its sample-and-hold.

    The datasheet gives 1.5 for a single conversion and 2 for a triggered one, and leaves free running open. 2 us is
    10 kohm of a divider against 200 pF: a 74HC4067's common pin, half a metre of wire and the ADC's input.
    """

    supply_mv: float = 5000.0
    bandgap_mv: float = 1100.0
    ground_mv: float = 0.0
    settle_us: float = 2.0
    hold_clocks: float = 1.5


class SimBoard:
    """A board at power-on. `board` says which part and wiring, `elf` overrides its firmware.

    Raises OperationError when the simulator or the firmware cannot be built or loaded, naming what is missing.
    """

    def __init__(self, board: Board, elf: Path | None = None, *, samples: bool = False, edges: bool = False) -> None:
        self._library = board_library()
        self.board = board
        self._elf = elf or board.elf
        self._counts = np.zeros(CHANNELS_MAX, np.uint16)
        error = ctypes.create_string_buffer(256)
        self._handle = self._library.board_new(
            str(self._elf).encode(),
            board.mcu.encode(),
            board.wiring.encode(),
            self._counts.ctypes.data,
            error,
            len(error),
        )
        if not self._handle:
            raise OperationError(error.value.decode())
        self._library.board_keep(self._handle, samples, edges)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the board and free it."""
        if self._handle:
            self._library.board_free(self._handle)
            self._handle = None

    # ---- time ----

    def run(self, cycles: int) -> None:
        """Run for that many cycles, to the end of the instruction in which they are over."""
        self.run_until(self.cycle + cycles)

    def run_s(self, seconds: float) -> None:
        """Run for that much simulated time."""
        self.run(round(seconds * CYCLES_PER_S))

    def run_until(self, cycle: int) -> None:
        """Run to that cycle. Raises OperationError when the program jumped into nowhere or sleeps for good."""
        if self._library.board_run(self._handle, cycle):
            raise OperationError(f"the firmware stopped for good at cycle {self.cycle}")

    @property
    def counters(self) -> Counters:
        """A copy of all counters."""
        counters = Counters()
        self._library.board_count(self._handle, ctypes.byref(counters))
        return counters

    @property
    def cycle(self) -> int:
        """CPU cycles since the board was made."""
        return self.counters.cycle

    @property
    def idle_cycles(self) -> int:
        """Cycles that the CPU was asleep, or halted on waking."""
        return self.counters.idle

    @property
    def baud(self) -> float:
        """The rate that the firmware has set its UART to."""
        return CYCLES_PER_S / self.counters.cycles_per_bit

    # ---- sensors ----

    def set_counts(self, counts: ArrayLike) -> None:
        """What each sensor reads from now on: channel k's counts, 0 to 1023, in the protocol's order of channels."""
        values = np.asarray(counts, np.uint16)
        self._counts[: values.size] = values

    @property
    def counts(self) -> NDArray[np.uint16]:
        """What each sensor reads now, as a copy."""
        return self._counts.copy()

    def set_analogue(self, analogue: Analogue) -> None:
        """Another supply, reference, ground or settling."""
        self._library.board_analogue(
            self._handle,
            analogue.supply_mv,
            analogue.bandgap_mv,
            analogue.ground_mv,
            analogue.settle_us,
            analogue.hold_clocks,
        )

    def sample_log(self) -> NDArray[np.void]:
        """The conversions since the last call, as SAMPLE (needs `samples=True`)."""
        return self._take(_SAMPLES, SAMPLE)

    def edge_log(self) -> NDArray[np.void]:
        """The cue pins' edges since the last call, as EDGE (needs `edges=True`)."""
        return self._take(_EDGES, EDGE)

    # ---- the load cell amplifier ----

    def plug_load_cell(self, readings_per_s: float = 80.0) -> None:
        """Connect an HX711, or give it power anew: its first reading is the fourth that it makes."""
        self._library.board_load_cell(self._handle, True, readings_per_s)

    def unplug_load_cell(self) -> None:
        """Take its data wire off, whatever is under way."""
        self._library.board_load_cell(self._handle, False, 0.0)

    def short_load_cell(self, shorted: bool = True) -> None:
        """Hold its data line at ground."""
        self._library.board_load_short(self._handle, shorted)

    def set_load(self, raw: int, scatter: int = 0) -> None:
        """What the amplifier reads from now on, plus 0 to `scatter` - 1 at random; beyond 24 bits it saturates."""
        self._library.board_load(self._handle, raw, scatter)

    def conversion_log(self) -> NDArray[np.void]:
        """The amplifier's readings since the last call, as CONVERSION, read by the board or not."""
        return self._take(_CONVERSIONS, CONVERSION)

    @property
    def load_counters(self) -> LoadCounters:
        """A copy of what befell the amplifier."""
        counters = LoadCounters()
        self._library.board_load_count(self._handle, ctypes.byref(counters))
        return counters

    # ---- the line ----

    def send(self, data: bytes, *, broken: bool = False) -> None:
        """Queue bytes towards the board; they arrive at the peer's rate, `broken` ones with a framing error."""
        self._library.board_send(self._handle, data, len(data), broken)

    def receive(self) -> bytes:
        """The bytes that the board has sent since the last call."""
        return self.receive_timed()["value"].astype(np.uint8).tobytes()

    def receive_timed(self) -> NDArray[np.void]:
        """The same with the cycle at which each was over, as SENT_BYTE."""
        return self._take(_SENT, SENT_BYTE)

    def set_peer_baud(self, baud: float | None) -> None:
        """The rate at which the other end talks and listens; None follows the board's own."""
        self._library.board_peer_baud(self._handle, baud or 0.0)

    # ---- faults and resets ----

    def hang(self, *, interrupts_off: bool = False) -> None:
        """Make the main loop stick, at the next instant when no interrupt runs."""
        self._library.board_hang(self._handle, interrupts_off)

    def stall(self, cycles: int) -> None:
        """Hold the CPU while everything around it goes on, as a stretch with interrupts off does."""
        self._library.board_stall(self._handle, cycles)

    def poke(self, address: int, value: int) -> None:
        """Change a register or a byte of RAM (data address) as a disturbance would."""
        self._library.board_poke(self._handle, address, value)

    def poke_symbol(self, name: str, data: bytes) -> None:
        """Overwrite a variable of the firmware. Raises OperationError if it has none of that name and size."""
        address = symbol_address(self._elf, name, len(data))
        for offset, byte in enumerate(data):
            self.poke(address + offset, byte)

    def wear_eeprom(self, worn: bool = True) -> None:
        """EEPROM cells keep something else than what is written."""
        self._library.board_wear_eeprom(self._handle, worn)

    def read_eeprom(self, size: int = 64) -> bytes:
        """The EEPROM's first bytes."""
        data = ctypes.create_string_buffer(size)
        self._library.board_eeprom(self._handle, data, size, False)
        return data.raw

    def write_eeprom(self, data: bytes) -> None:
        """Put bytes at the EEPROM's start, as a power-off would keep or damage them."""
        self._library.board_eeprom(self._handle, ctypes.create_string_buffer(data, len(data)), len(data), True)

    def reset(self) -> None:
        """Pull the reset pin, as opening the port does through DTR. RAM stays."""
        self._library.board_reset(self._handle, 1)

    def power_cycle(self) -> None:
        """Switch off and on: RAM is noise, EEPROM stays."""
        self._library.board_reset(self._handle, 0)

    def _take(self, what: int, dtype: np.dtype[np.void]) -> NDArray[np.void]:
        parts = []
        while True:
            part = np.empty(65536, dtype)
            count = self._library.board_take(self._handle, what, part.ctypes.data, part.size)
            parts.append(part[:count])
            if count < part.size:
                return np.concatenate(parts) if len(parts) > 1 else parts[0].copy()

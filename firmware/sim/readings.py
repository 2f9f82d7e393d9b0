"""What became of the load cell amplifier's readings: those that it made against those that came over the line.

The rule: no tolerance for values. Each reading that came is the next one that was made, or something is missing or
wrong; its time may be off by what other interrupts made the amplifier's wait.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from firmware.sim.boards import CYCLES_PER_S, Board
from firmware.sim.peer import Peer
from firmware.sim.simboard import SimBoard
from firmware.sim.witness import Witness

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from firmware.sim.library import LoadCounters
    from firmware.sim.witness import Tally
    from rig.wire.packets import Load

SCATTER: Final = 1 << 20
"""Readings differ by so much at random, that no mix-up goes unseen."""


@dataclass(frozen=True)
class Readings:
    """Readings that came; those made between them that did not; those that nobody made; the worst error of a time."""

    came: int
    missing: int
    wrong: int
    worst_time_error_us: float
    befell: LoadCounters

    @classmethod
    def compared(
        cls, loads: Sequence[Load], made: NDArray[np.void], clock_offset: int, befell: LoadCounters
    ) -> Readings:
        """`made` as CONVERSION, in order, beginning no later than `loads`; the offset is cycles at tick 0."""
        missing = wrong = at = 0
        worst = 0.0
        raw = made["raw"].tolist()
        for number, load in enumerate(loads):
            if load.raw not in raw[at:]:
                wrong += 1
                continue
            found = raw.index(load.raw, at)
            missing += found - at if number else 0
            at = found + 1
            cycles_per_tick = CYCLES_PER_S // 1_000_000
            error = load.ticks * cycles_per_tick + clock_offset - int(made["ready_at"][found])
            worst = max(worst, abs(error) / cycles_per_tick)
        return cls(len(loads), missing, wrong, worst, befell)


def load_stream(
    board: Board,
    seconds: float,
    prescaler: int | None,
    baud: int | None,
    readings_per_s: float,
    each: Callable[[SimBoard], None],
    every_s: float = 0.025,
) -> tuple[Tally, Readings]:
    """A stream with an amplifier plugged in, its frames checked like any other's; `each` presses or disturbs."""
    with SimBoard(board, samples=True) as sim:
        sim.plug_load_cell(readings_per_s)
        sim.set_load(-SCATTER // 2, SCATTER)
        peer = Peer(sim)
        hello = peer.set_up(prescaler, 0, baud)
        peer.start()
        witness = Witness(peer, hello)
        tally = witness.watch(seconds, each, every_s)
        assert witness.clock_offset is not None
        readings = Readings.compared(witness.loads, sim.conversion_log(), witness.clock_offset, sim.load_counters)
        return tally, readings

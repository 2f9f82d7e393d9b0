"""The firmware's figures beside their limits, measured in simulated time: one list for the tests and the benchmark.

All are exact and the same in every run; none says anything about real silicon, whose ADC and USB bridge set limits of
their own (FIRMWARE in the design notes, HARDWARE.md). The rule: a limit is written here and nowhere else.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from firmware.sim.boards import ATMEGA328P, CYCLES_PER_S, MEGA2560, MEGA2560_FULL, Board
from firmware.sim.peer import Peer
from firmware.sim.readings import load_stream
from firmware.sim.simboard import SimBoard
from firmware.sim.witness import Witness
from rig.wire.packets import BOOT_BAUD, Hello, ResetCause

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from firmware.sim.witness import Tally

LONG_S: Final = 60.0
"""How long the main run lasts: 4.6 million conversions at /16."""

MILLION_CONVERSIONS_S: Final = 1e6 * 13 * 32 / CYCLES_PER_S + 0.5
SHORT_S: Final = 3.0
FLOOD_S: Final = 5.0
LOAD_S: Final = 5.0
LOAD_READINGS_PER_S: Final = 80.0
"""The faster rate of an HX711."""

PRESS_EVERY_S: Final = 0.025
HANG_AFTER_S: Final = (0.05, 0.0507, 0.0519)


@dataclass(frozen=True)
class Figure:
    """One number: `least` and `most` are the limits, either may be missing."""

    name: str
    value: float
    unit: str = ""
    least: float | None = None
    most: float | None = None

    @property
    def met(self) -> bool:
        """Whether the value is within its limits."""
        return (self.least is None or self.value >= self.least) and (self.most is None or self.value <= self.most)

    @property
    def limit(self) -> str:
        """The limit in words."""
        if self.least is not None:
            return f">= {self.least:,.10g}"
        if self.most is not None:
            return f"<= {self.most:g}" if self.most else "0"
        return ""


def moving_pressure(seed: int) -> Callable[[SimBoard], None]:
    """Counts that differ from channel to channel and change all the time, so that no mix-up goes unseen."""
    random = np.random.default_rng(seed)

    def press(sim: SimBoard) -> None:
        sim.set_counts(random.integers(0, 1024, sim.board.channels))

    return press


def stream(board: Board, seconds: float, prescaler: int | None, baud: int | None, seed: int) -> Tally:
    """A whole stream from power-on, under moving pressure, checked sample by sample."""
    with SimBoard(board, samples=True) as sim:
        peer = Peer(sim)
        hello = peer.set_up(prescaler, 0, baud)
        peer.start()
        return Witness(peer, hello).watch(seconds, moving_pressure(seed), PRESS_EVERY_S)


def flooded_stream(board: Board, seconds: float) -> tuple[Tally, int]:
    """A stream at 1 M and /16 while the host sends noise at full line rate; also the bytes that overran."""
    random = np.random.default_rng(7)

    def flood(sim: SimBoard) -> None:
        sim.send(random.integers(0, 256, round(0.01 * 1e5), np.uint8).tobytes())

    with SimBoard(board, samples=True) as sim:
        peer = Peer(sim)
        hello = peer.set_up(16, 0, 1_000_000)
        sim.set_counts(random.permutation(1024)[: board.channels])
        peer.start()
        tally = Witness(peer, hello).watch(seconds, flood, 0.01)
        return tally, sim.counters.rx_overruns


def hang_to_hello_ms(board: Board, interrupts_off: bool) -> float:
    """From the main loop's last instruction to the end of the hello after the reset, while streaming; the worst of
    several moments. Infinite if the hello does not own up to the hang. (With interrupts off no program can tell that
    the watchdog's reset was a hang, where the chip's own record is all there is.)
    """
    return max(_hang_to_hello_ms(board, interrupts_off, after_s) for after_s in HANG_AFTER_S)


def _hang_to_hello_ms(board: Board, interrupts_off: bool, after_s: float) -> float:
    with SimBoard(board) as sim:
        peer = Peer(sim)
        peer.set_up(16, 0, 1_000_000)
        peer.start()
        peer.run_s(after_s)
        peer.take()
        sim.hang(interrupts_off=interrupts_off)
        hung_at = sim.cycle
        sim.set_peer_baud(BOOT_BAUD)
        hello = peer.listen(Hello)
        heard = peer.take()
        end = next(got.end for got in heard.decoded.packets if isinstance(got.packet, Hello))
        if not hello.reset_cause & (ResetCause.WATCHDOG if interrupts_off else ResetCause.HANG):
            return float("inf")
        return float(heard.ended_at(np.array([end]))[0] - hung_at) * 1e3 / CYCLES_PER_S


@functools.cache
def figures() -> tuple[Figure, ...]:
    """All of them; takes about 15 s of a core."""
    return tuple(_measure())


def _measure() -> Iterator[Figure]:
    main = stream(MEGA2560, LONG_S, 16, 1_000_000, seed=1)
    default = stream(MEGA2560, MILLION_CONVERSIONS_S, None, None, seed=2)
    fast = stream(MEGA2560, SHORT_S, 16, 2_000_000, seed=3)
    full = stream(MEGA2560_FULL, SHORT_S, 16, 1_000_000, seed=4)
    small = stream(ATMEGA328P, SHORT_S, 16, 1_000_000, seed=5)
    flood, overruns = flooded_stream(MEGA2560, FLOOD_S)

    yield Figure("144 channels, /16, 1 M", main.frames_per_s, "frames/s", least=519.7)
    yield Figure("144 channels, /32, 500 k (default)", default.frames_per_s, "frames/s", least=259.8)
    yield Figure("144 channels, /16, 2 M", fast.frames_per_s, "frames/s", least=534.1)
    yield Figure("256 channels, /16, 1 M", full.frames_per_s, "frames/s", least=299.2)
    yield Figure("96 channels on the 328P, /16, 1 M", small.frames_per_s, "frames/s", least=754.0)
    for name, tally, slot in (("/16", main, 208), ("/32", default, 416)):
        yield Figure(f"conversions watched at {name}", tally.conversions, least=1e6)
        yield Figure(f"conversions not {slot} cycles apart", tally.uneven_conversions, most=0)
        yield Figure(f"select lines moved before sample-and-hold at {name}", tally.moved_before_hold, most=0)
    yield Figure("multiplexers settled at /16", main.least_settled_us, "us", least=60.0)
    yield Figure("multiplexers settled at /32", default.least_settled_us, "us", least=60.0)
    yield Figure("multiplexers settled on the 328P at /16", small.least_settled_us, "us")
    for name, tally in _runs(main, default, fast, full, small):
        yield Figure(f"{name}: damaged frames", tally.damaged, most=0)
        yield Figure(f"{name}: lost frames", tally.lost, most=0)
        yield Figure(f"{name}: wrong samples", tally.wrong_samples, most=0)
        yield Figure(f"{name}: frames flagged late", 100 * tally.late / tally.frames, "%", most=0.2)
        yield Figure(f"{name}: wrong time stamps", tally.wrong_ticks, most=0)
    yield Figure("CPU idle at 519 frames/s", 100 * main.idle_share, "%", least=25.0)
    yield Figure("CPU idle in the default mode", 100 * default.idle_share, "%", least=25.0)
    for name, interrupts_off in (("hang to hello", False), ("hang with interrupts off to hello", True)):
        yield Figure(name, hang_to_hello_ms(MEGA2560, interrupts_off), "ms", most=260.0)
    yield Figure("hang to hello on the 328P", hang_to_hello_ms(ATMEGA328P, False), "ms", most=260.0)
    yield Figure("flood at full line rate: wrong samples without a flag", flood.wrong_samples, most=0)
    yield Figure("flood: wrong time stamps without a flag", flood.wrong_ticks, most=0)
    yield Figure("flood: damaged frames", flood.damaged, most=0)
    yield Figure("flood: frames flagged late", 100 * flood.late / flood.frames, "%")
    yield Figure("flood: received bytes that overran", overruns)
    yield from _with_load_cell("/16, 1 M", MEGA2560, 16, 1_000_000, least_frames_per_s=512.7)
    yield from _with_load_cell("default mode", MEGA2560, None, None, least_frames_per_s=252.9)
    yield from _with_load_cell("328P", ATMEGA328P, 16, 1_000_000, least_frames_per_s=739.5)


def _with_load_cell(
    name: str, board: Board, prescaler: int | None, baud: int | None, least_frames_per_s: float
) -> Iterator[Figure]:
    tally, readings = load_stream(board, LOAD_S, prescaler, baud, LOAD_READINGS_PER_S, moving_pressure(6))
    name = f"load cell, {name}"
    yield Figure(name, tally.frames_per_s, "frames/s", least=least_frames_per_s)
    yield Figure(f"{name}: readings", readings.came / LOAD_S, "1/s", least=79.0)
    yield Figure(f"{name}: wrong or missing readings", readings.wrong + readings.missing, most=0)
    yield Figure(f"{name}: error of their times", readings.worst_time_error_us, "us", most=25.0)
    yield Figure(f"{name}: longest clock pulse", readings.befell.longest_pulse * 1e6 / CYCLES_PER_S, "us", most=50.0)
    yield Figure(f"{name}: lost, late or damaged frames", tally.lost + tally.late + tally.damaged, most=0)
    yield Figure(f"{name}: wrong samples or time stamps", tally.wrong_samples + tally.wrong_ticks, most=0)
    yield Figure(f"{name}: CPU idle", 100 * tally.idle_share, "%")


def _runs(main: Tally, default: Tally, fast: Tally, full: Tally, small: Tally) -> tuple[tuple[str, Tally], ...]:
    return (
        (f"{LONG_S:.0f} s at /16, 1 M", main),
        ("default mode", default),
        ("2 M", fast),
        ("256 channels", full),
        ("328P", small),
    )

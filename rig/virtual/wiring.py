"""Soldering faults of a pad: what the board reads where it should read something else.

A fault maps the counts of a sound pad to those of the faulty one. Most of them only change which sensor a channel
reads, because a multiplexer with a wrong select line goes on reading faithfully - another input. The rule that keeps
it right: a fault knows the wiring (multiplexer and input of each channel) and the divider, never the hands.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from rig.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.pad import PadLayout

WiringFault = Callable[["NDArray[np.uint16]"], "NDArray[np.uint16]"]
"""(n, n_channels) counts of the sound pad to those of the faulty one, as a new array."""

MUX_OHM = 70.0
"""On resistance of a 74HC4067 at 4.5 V (its data sheet): what a shorted sensor still leaves in the circuit."""


def dead(*channels: int) -> WiringFault:
    """A lead is open: the divider pulls the channels to zero."""
    return constant(0, *channels)


def shorted(pad: PadLayout, *channels: int) -> WiringFault:
    """The two leads touch: full scale, less what the multiplexer's own resistance takes."""
    return constant(int(pad.full_scale * pad.divider_ohm / (pad.divider_ohm + MUX_OHM)), *channels)


def constant(count: int, *channels: int) -> WiringFault:
    """The channels always read `count`."""

    def fault(counts: NDArray[np.uint16]) -> NDArray[np.uint16]:
        out = counts.copy()
        out[:, channels] = count
        return out

    return fault


def loose(pad: PadLayout, channel: int, seed: int) -> WiringFault:
    """A joint that makes and breaks: jumps of up to a twentieth of full scale."""
    rng = np.random.default_rng(seed)
    swing = int(0.05 * pad.full_scale)

    def fault(counts: NDArray[np.uint16]) -> NDArray[np.uint16]:
        out = counts.copy()
        jumps = rng.integers(-swing, swing + 1, len(counts))
        out[:, channel] = np.clip(counts[:, channel].astype(np.int64) + jumps, 0, pad.full_scale)
        return out

    return fault


def swapped(a: int, b: int) -> WiringFault:
    """Two sensors' wires are crossed."""

    def fault(counts: NDArray[np.uint16]) -> NDArray[np.uint16]:
        out = counts.copy()
        out[:, [a, b]] = counts[:, [b, a]]
        return out

    return fault


def bridged(pad: PadLayout, a: int, b: int) -> WiringFault:
    """Two inputs touch: both channels read the two sensors in parallel, so their conductances add."""

    def fault(counts: NDArray[np.uint16]) -> NDArray[np.uint16]:
        out = counts.copy()
        both = counts[:, [a, b]].astype(np.float64)
        conductance = (both / np.maximum(pad.full_scale - both, 0.5)).sum(axis=1)
        out[:, a] = out[:, b] = np.rint(pad.full_scale * conductance / (1 + conductance)).astype(np.uint16)
        return out

    return fault


def mux_dead(pad: PadLayout, *muxes: int) -> WiringFault:
    """Multiplexers without supply, with an open common, or never enabled: all their channels read zero."""
    return dead(*_channels(pad, *muxes))


def mux_at_rail(pad: PadLayout, mux: int) -> WiringFault:
    """A multiplexer's common is shorted to the supply: all its channels read full scale."""
    return constant(pad.full_scale, *_channels(pad, mux))


def mux_constant(pad: PadLayout, mux: int, read: int) -> WiringFault:
    """A multiplexer that ignores its select lines: each of its channels reads input `read`."""
    return _rewired(pad, {mux}, lambda _input: read)


def select_stuck(pad: PadLayout, muxes: set[int], line: int, high: bool) -> WiringFault:
    """Select line `line` of some multiplexers never switches."""
    bit = 1 << line
    return _rewired(pad, muxes, (lambda i: i | bit) if high else (lambda i: i & ~bit))


def select_swapped(pad: PadLayout, muxes: set[int], line_a: int, line_b: int) -> WiringFault:
    """Two select lines of some multiplexers are crossed."""

    def crossed(i: int) -> int:
        if (i >> line_a & 1) == (i >> line_b & 1):
            return i
        return i ^ (1 << line_a) ^ (1 << line_b)

    return _rewired(pad, muxes, crossed)


def muxes_swapped(pad: PadLayout, a: int, b: int) -> WiringFault:
    """The commons of two multiplexers are crossed."""
    wires = _wires(pad)
    source = list(range(pad.n_channels))
    for (mux, i), channel in wires.items():
        if mux in {a, b}:
            source[channel] = wires.get((a + b - mux, i), channel)
    return _gather(source)


def _rewired(pad: PadLayout, muxes: set[int], reads: Callable[[int], int]) -> WiringFault:
    wires = _wires(pad)
    source = list(range(pad.n_channels))
    for (mux, i), channel in wires.items():
        if mux in muxes:
            # An input without a sensor is open: nothing in the pad stands for it, so the channel keeps its own.
            source[channel] = wires.get((mux, reads(i)), channel)
    return _gather(source)


def _gather(source: list[int]) -> WiringFault:
    index = np.array(source)
    return lambda counts: counts[:, index]


def _wires(pad: PadLayout) -> dict[tuple[int, int], int]:
    wires = {(s.mux, s.input): s.channel for s in pad.sensors if s.mux is not None and s.input is not None}
    if not wires:
        raise InputError(f"pad {pad.name}: its file gives no multiplexers, so it has no wiring to break")
    return wires


def _channels(pad: PadLayout, *muxes: int) -> list[int]:
    return [channel for (mux, _), channel in _wires(pad).items() if mux in muxes]

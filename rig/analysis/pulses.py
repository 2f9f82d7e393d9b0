"""Pulses of force: the squeezes and pushes of a hand that does not let go between them.

A hand that works in one place, or moves on by less than a finger's length at a time, bears down again and again and
eases in between by half or more. One that rests drifts, breathes and trembles by less; stairs of pressure never ease;
a stroke has gone farther by its next pulse. The rule: pulses depend on the samples of their own span only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

EASED = 0.5
"""Between two pulses the force falls to this part of either, or less: a resting hand that breathes keeps more."""

LEAST_SWING_N = 1.5
"""A smaller swing is none: as of the lightest press."""

LEAST_PULSES, HARDLY_HELD = 3, 0.35
"""Fewer are a hand that shifts its weight; but two are two where it hardly held on between, with this part of their
force."""

PULSE_US, APART_US = (150_000, 3_000_000), (400_000, 5_000_000)
"""How long a pulse lasts, up to what is still a press, and how long it takes from one to the next: quicker is a
vibration, slower is breath."""

ONWARD_MM = 32.0
"""From one pulse to the next a hand comes no farther: squeezed along the top of the shoulder, 70-80 mm, a muscle is
taken four or five times. At the slow stroke's 5 cm/s, two pulses a second come as near."""

FOOT = 0.2
"""A pulse lasts while the force is by this part of its swing above where it eased to, before it or after it: where it
eased less."""

RISEN = 0.75
"""Of its peak, where a pulse is steep: neither eased nor held."""

WIDE_MM = 52.0
"""What spans as much is a grip or a flat hand, and squeezes; what is smaller presses."""

_T, _X, _Y, _FORCE, _WIDTH, _LENGTH = range(6)


class Pulse(NamedTuple):
    """One pulse: its first and its last sample, and the heaviest."""

    start: int
    peak: int
    stop: int


def find_pulses(path: NDArray[np.float64]) -> list[Pulse]:
    """The longest run of pulses among (6 or more, n) samples: time, x, y, force, width, length; empty without one."""
    force = path[_FORCE].tolist()
    runs: list[list[Pulse]] = [[]]
    for pulse in _pulses(force):
        lasted_us = path[_T, pulse.stop] - path[_T, pulse.start]
        if not PULSE_US[0] <= lasted_us <= PULSE_US[1]:
            runs.append([])
            continue
        if runs[-1] and not _follows(path, runs[-1][-1], pulse):
            runs.append([])
        runs[-1].append(pulse)
    longest = max(runs, key=len)
    if len(longest) == LEAST_PULSES - 1:
        one, two = longest
        if min(force[one.peak : two.peak]) > HARDLY_HELD * min(force[one.peak], force[two.peak]):
            return []
    return _ends_as_the_others(force, longest) if len(longest) >= LEAST_PULSES - 1 else []


def _ends_as_the_others(force: Sequence[float], run: list[Pulse]) -> list[Pulse]:
    """The run, with its first pulse setting in as the second, and its last one ceasing as the one before.

    The hand lands before the one, and lifts after the other: neither has eased as far as between two.
    """
    first, second, last_but_one, last = run[0], run[1], run[-2], run[-1]
    start = _crossing(force, first, -1) - (_crossing(force, second, -1) - second.start)
    stop = _crossing(force, last, 1) + (last_but_one.stop - _crossing(force, last_but_one, 1))
    run[0] = run[0]._replace(start=max(start, 0))
    run[-1] = run[-1]._replace(stop=min(stop, len(force) - 1))
    return run


def _crossing(force: Sequence[float], pulse: Pulse, way: int) -> int:
    """Where the force comes past `RISEN` of the peak, before it (`way` -1) or after it (1)."""
    level, end = RISEN * force[pulse.peak], pulse.start if way < 0 else pulse.stop
    return next((k for k in range(pulse.peak, end, way) if force[k] <= level), end)


def squeezed(path: NDArray[np.float64], run: Sequence[Pulse]) -> bool:
    """Whether the hand spans enough for a grip, which it does while it eases."""
    extents = path[_WIDTH : _LENGTH + 1, run[0].start : run[-1].stop + 1]
    return bool(np.quantile(extents, 0.75, axis=1).max() >= WIDE_MM)


def bears_down(path: NDArray[np.float64]) -> bool:
    """Whether a hand that goes there and back eases by half: at either end, or where it turns.

    Args:
        path: (6 or more, n) samples: time, x, y, force, width, length. One who rubs bears down all along; that the
            first pass begins with the landing, or the last one ends with the lift, is one end alone.
    """
    force = path[_FORCE]
    quarter = len(force) // 4
    if not quarter:
        return False
    ends = max(force[:quarter].min(), force[-quarter:].min())
    return bool(min(ends, force[quarter:-quarter].min()) <= EASED * force.max())


def _follows(path: NDArray[np.float64], before: Pulse, now: Pulse) -> bool:
    apart_us = path[_T, now.start] - path[_T, before.start]
    # Where a pulse is heaviest says little of one that is held, so the middle stands for its place.
    here, there = ((one.start + one.stop) // 2 for one in (now, before))
    dx, dy = (path[_X : _Y + 1, here] - path[_X : _Y + 1, there]).tolist()
    return bool(APART_US[0] <= apart_us <= APART_US[1] and dx * dx + dy * dy <= ONWARD_MM * ONWARD_MM)


def _pulses(force: Sequence[float]) -> Iterator[Pulse]:
    """Each pulse from foot to foot."""
    turns = [0, *_turning(force), len(force) - 1]
    for before, peak, after in zip(turns[:-1:2], turns[1:-1:2], turns[2::2], strict=False):
        eased = max(force[before], force[after])
        foot = eased + FOOT * (force[peak] - eased)
        start = next((k for k in range(peak, before, -1) if force[k] <= foot), before)
        stop = next((k for k in range(peak, after) if force[k] <= foot), after)
        yield Pulse(start, peak, stop)


def _turning(force: Sequence[float]) -> list[int]:
    """Where the force is heaviest and least, in turns, beginning and ending with a heaviest one."""
    turns: list[int] = []
    high = low = 0
    rising = True
    for k, value in enumerate(force):
        if rising:
            high = k if value > force[high] else high
            if value <= EASED * force[high] and force[high] - value >= LEAST_SWING_N:
                turns.append(high)
                rising, low = False, k
        else:
            low = k if value < force[low] else low
            if force[low] <= EASED * value and value - force[low] >= LEAST_SWING_N:
                turns.append(low)
                rising, high = True, k
    if rising and turns:
        turns.append(high)
    return turns

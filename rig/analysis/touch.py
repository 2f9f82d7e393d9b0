"""What hands do in one place, told from a whole touch, from landing to lift: vibration, or the squeeze of a grip.

Only touches that went nowhere come here. Vibration is a steady oscillation of force or centre that stands out from
tremor: tremor is 6-12 Hz, too, but moves the centre by less than a millimetre and the force by a few percent (0.5 mm
and 4 % at most on the rig's virtual pad, where vibration had 1.4-2.8 mm and 15-20 %). Kneading without a lift is as
large, but below 2 Hz. A grip is wide and light first, and narrower the harder it presses: a press is not. Midway
between two rows of tiles a grip may close unseen (of 128 grips of 48 to 30 mm at any place 9 in 10 were squeezes).
The rule: what is found depends on the touch's own samples only, which are the same however they arrive.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from rig.analysis.findings import HOP_US

if TYPE_CHECKING:
    from numpy.typing import NDArray

LONGEST_SAMPLES = 3_000
"""A minute: of a longer touch only its beginning is looked at, so that a resting hand takes no memory."""

VIBRATION_HZ = (2.6, 12.5)
"""Manual vibration is 3-11 Hz (McCarren 2006); outside by what a hand may be off. The hop mean takes 8 % at 11 Hz."""

SWELL, SWAY_MM = 0.07, 1.0
"""The least amplitude of vibration: of the force, relative, and of the centre."""

LEAST_VIBRATION, LEAST_TURNS = 40, 3.0
"""Samples (0.8 s) and turns: fewer are a stumble."""

LEAST_PART = 0.1
"""A hand vibrates for this part of its touch at least: one that rests for a minute may tremble for a second."""

LANDED, SETTLED = 0.7, 6
"""A hand has landed at this part of its median force, and settled so many samples later; what its force does before
says nothing of vibration, nor what it does as it leaves."""

PURE = 0.5
"""The least part of an oscillation's power within `LINE_HZ` of its rate; tremor is spread over several hertz."""

LINE_HZ = 0.75

WIDE_MM, CLOSE_MM = 52.0, 12.0
"""A light grip spans at least the first, and closes by the second: finger and thumb around a muscle."""

LEAST_LIGHT = 2
"""Samples of the light grip that its width must rest on."""

_TREND, _ENVELOPE = 17, 25
_ROWS = 6


@dataclass(slots=True)
class Touch:
    """The samples of a touch so far: rows time, x, y, force, width, length."""

    _parts: list[NDArray[np.float64]] = field(default_factory=list)
    _count: int = 0

    def add(self, path: NDArray[np.float64]) -> None:
        """The next (6, k) samples."""
        room = LONGEST_SAMPLES - self._count
        if room > 0:
            self._parts.append(path[:, :room])
            self._count += min(path.shape[1], room)

    def samples(self) -> NDArray[np.float64]:
        """(6, n), all of them."""
        return np.concatenate(self._parts, axis=1) if self._parts else np.zeros((_ROWS, 0))


@dataclass(frozen=True, slots=True)
class Vibration:
    """A hand that trembles on purpose: from when to when, and how fast."""

    t0_us: int
    t1_us: int
    rate_hz: float


def find_vibration(path: NDArray[np.float64]) -> Vibration | None:
    """The longest vibration in a touch, (6, n) samples; None if there is none."""
    if path.shape[1] < LEAST_VIBRATION:
        return None
    landed = np.flatnonzero(path[3] >= LANDED * np.median(path[3]))
    path = path[:, landed[0] + SETTLED : landed[-1] + 1 - SETTLED]
    t_us = path[0]
    if len(t_us) < LEAST_VIBRATION or np.diff(t_us).max() > 2 * HOP_US:
        return None
    # In units of the least amplitude, so that one number serves force and centre.
    x, y, force = path[1:4]
    signals = np.array([force / (force.mean() * SWELL), x / SWAY_MM, y / SWAY_MM])
    fast = signals - _running_mean(signals, _TREND)
    amplitude = np.sqrt(2.0 * _running_mean(fast * fast, _ENVELOPE)).max(axis=0)
    first, last = _longest(amplitude >= 1.0)
    if last - first < max(LEAST_VIBRATION, LEAST_PART * len(t_us)):
        return None
    span = fast[:, first:last]
    rate_hz = _rate(span[int(np.argmax((span * span).sum(axis=1)))])
    if rate_hz is None or rate_hz * (last - first) * HOP_US < LEAST_TURNS * 1e6:
        return None
    return Vibration(int(t_us[first]), int(t_us[last - 1]) + HOP_US, rate_hz)


def is_squeeze(path: NDArray[np.float64]) -> bool:
    """Whether a touch, (6, n) samples, narrowed along or across the back as its force grew."""
    force = path[3]
    if not len(force):
        return False
    hard, light = force >= 0.7 * force.max(), force < 0.5 * force.max()
    if light.sum() < LEAST_LIGHT:
        return False
    wide, close = path[4:6, light].mean(axis=1), path[4:6, hard].mean(axis=1)
    return bool(((wide >= WIDE_MM) & (wide - close >= CLOSE_MM)).any())


def _running_mean(values: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """(s, n) the mean over `width` samples around each; over fewer at the ends."""
    n = values.shape[1]
    sums = np.concatenate([np.zeros((len(values), 1)), np.cumsum(values, axis=1)], axis=1)
    at = np.arange(n)
    low, high = np.maximum(at - width // 2, 0), np.minimum(at + width // 2 + 1, n)
    return np.asarray((sums[:, high] - sums[:, low]) / (high - low))


def _longest(on: NDArray[np.bool_]) -> tuple[int, int]:
    """First and one past the last of the longest run of True; (0, 0) without one."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], on, [False]]).astype(np.int8)))
    if not len(edges):
        return 0, 0
    runs = edges.reshape(-1, 2)
    first, last = runs[int(np.argmax(runs[:, 1] - runs[:, 0]))].tolist()
    return first, last


def _rate(values: NDArray[np.float64]) -> float | None:
    """The rate of a steady oscillation in Hz; None if there is no single one, or none of a vibration."""
    size = 1 << (4 * len(values) - 1).bit_length()
    power = np.abs(np.fft.rfft(values * np.hanning(len(values)), size)) ** 2
    hz = np.arange(len(power)) * (1e6 / HOP_US / size)
    best = int(np.argmax(power))
    near = np.abs(hz - hz[best]) <= max(LINE_HZ, 2e6 / HOP_US / len(values))
    if not VIBRATION_HZ[0] <= hz[best] <= VIBRATION_HZ[1] or power[near].sum() < PURE * power.sum():
        return None
    # The peak of a Hann window's line is a parabola in logarithms, nearly.
    a, b, c = np.log(power[best - 1 : best + 2])
    return float(hz[best] + (a - c) / (a - 2 * b + c) / 2 * hz[1])

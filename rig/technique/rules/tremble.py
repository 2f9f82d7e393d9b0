"""How fast a hand trembles on purpose, whether or not that is as fast as it should.

The analysis names a vibration only if it is as fast as one. In a step that asks for vibration a slower or faster
one is a vibration too, at the wrong rate, and its force swells and falls with it. The rule: what does not stand out of
the force as a single line has no rate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rig.analysis.findings import HOP_US

if TYPE_CHECKING:
    from numpy.typing import NDArray

SLOWEST_HZ, FASTEST_HZ = 0.9, 23.0
"""Slower is kneading or creep; faster than this, hops of 20 ms see nothing."""

SWAYING_HZ = 2.5
"""Up to here a hand's weight sways by itself as well, so a faster oscillation is looked for first."""

SWELL = 0.07
"""The least amplitude, relative to the force: tremor swells by a few percent at most (see `rig.analysis.touch`)."""

BEYOND_TREMOR_HZ, BEYOND_TREMOR_SWELL = 12.5, 0.04
"""No tremor is as fast as the first: there the second is enough, of what hops of 20 ms leave of it."""

PURE = 0.4
"""The least part of the power in one line, of that which is no slower."""

LEAST_HOPS = 75
ENDS = 15
"""Hops at either end in which the hand lands or lifts."""


def tremble_hz(force_n: NDArray[np.float64]) -> float | None:
    """The rate of the oscillation in (k,) forces, one a hop; None where there is none."""
    inner = force_n[ENDS:-ENDS]
    if len(inner) < LEAST_HOPS:
        return None
    at = np.arange(len(inner)) / len(inner) - 0.5
    # A press that grows, settles and creeps is a curve of low order, which must not pass for a slow oscillation.
    relative = inner / inner.mean() - 1
    fast = relative - np.polynomial.Polynomial.fit(at, relative, 3)(at)
    size = 1 << (4 * len(fast) - 1).bit_length()
    window = np.hanning(len(fast))
    power = np.abs(np.fft.rfft(fast * window, size)) ** 2
    hz = np.arange(len(power)) * (1e6 / HOP_US / size)
    for slowest_hz in (SWAYING_HZ, SLOWEST_HZ):
        first = int(np.searchsorted(hz, slowest_hz))
        best = first + int(np.argmax(power[first:]))
        line = np.abs(hz - hz[best]) <= 2e6 / HOP_US / len(fast)
        amplitude = 2 * float(np.sqrt(power[best])) / float(window.sum())
        least = SWELL if hz[best] <= BEYOND_TREMOR_HZ else BEYOND_TREMOR_SWELL
        pure = power[line].sum() >= PURE * power[first if slowest_hz == SWAYING_HZ else 0 :].sum()
        if best > first and hz[best] <= FASTEST_HZ and amplitude >= least and pure:
            # The peak of a Hann window's line is nearly a parabola in logarithms.
            a, b, c = np.log(power[best - 1 : best + 2])
            return float(hz[best] + (a - c) / (a - 2 * b + c) / 2 * hz[1])
    return None

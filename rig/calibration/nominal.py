"""Newtons by the curve of a typical FSR 402, for a pad that nobody has calibrated yet.

Published figures of the part (Interlink's FSR integration guide, its resistance-over-force plot; the values read
off it that Adafruit tabulates: 30 kOhm at 0.2 N, 6 kOhm at 1 N, 1 kOhm at 10 N, 250 Ohm at 100 N) lie within a
factor of 1.6 of G = 110 uS * (F / N) ** 0.85 from 0.2 to 100 N. Single parts differ by more than that fit does
(CALIBRATION: seating alone 3-11 times), so these newtons are relative: `calibrated` is False, always.

The rule: one table of whole force steps, built once per pad, so that no block size and no library can change a
bit. Beyond the plot's end (100 N), or where one count is worth more than 4 % of the force, the table stays level
and `at_least` says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rig.calibration.circuit import conductance_s, counts_for
from rig.calibration.conversion import FORCE_STEPS_PER_N

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.frame import Block
    from rig.pad import PadLayout

CONDUCTANCE_AT_1_N_S = 110e-6
EXPONENT = 0.85
PLOT_END_N = 100.0
COARSEST_COUNT = 0.04
"""The largest part of a force that a single count may be worth before the reading only bounds it."""


def nominal_conductance_s(force_n: NDArray[np.float64]) -> NDArray[np.float64]:
    """Conductance of the typical sensor in siemens under forces in newtons, any shape."""
    return np.asarray(CONDUCTANCE_AT_1_N_S * np.maximum(force_n, 0.0) ** EXPONENT)


def nominal_force_n(conductance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Force in newtons that gives the typical sensor these conductances in siemens, any shape."""
    return np.asarray((np.maximum(conductance, 0.0) / CONDUCTANCE_AT_1_N_S) ** (1.0 / EXPONENT))


class NominalConversion:
    """Counts to newtons by the typical curve through the pad's circuit; see the module's head."""

    calibrated = False
    spread_mm: float | None = None

    def __init__(self, pad: PadLayout) -> None:
        counts = np.arange(pad.full_scale)
        force = nominal_force_n(conductance_s(counts, pad.full_scale, pad.divider_ohm))
        end = counts_for(nominal_conductance_s(np.array(PLOT_END_N)), pad.full_scale, pad.divider_ohm)
        step = np.diff(force, append=np.inf)
        coarse = (counts > pad.full_scale / 2) & (step > COARSEST_COUNT * force)
        self.limit_counts = min(int(np.argmax(coarse)), int(np.ceil(end)))
        """The lowest reading that is only a lower bound."""
        force = np.append(force, 0.0)
        force[self.limit_counts :] = force[self.limit_counts]
        self._steps = np.rint(force * FORCE_STEPS_PER_N).astype(np.int32)
        self.about = f"not calibrated: typical FSR 402 curve, good to a factor of two, up to {force[-1]:.0f} N a sensor"

    def push(self, block: Block) -> NDArray[np.int32]:
        """(n, n_channels) forces in steps of 1/1024 N; counts above full scale read as full scale."""
        return self._steps.take(block.counts, mode="clip")

    def at_least(self, counts: NDArray[np.uint16]) -> NDArray[np.bool_]:
        """True where a reading is at or beyond the range of the curve."""
        return np.asarray(counts >= self.limit_counts)

"""The divider between a sensor and the ADC: counts to conductance and back.

The sensor hangs between the ADC's reference and its input, the pad's resistor R between the input and ground,
so counts = full_scale * R / (R + 1/G) and G = counts / ((full_scale - counts) * R). The inversion is exact and
ratiometric: the supply voltage cancels. The rule: conductance is in siemens, and a reading at full scale is
infinite here; what to make of it is the caller's business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def conductance_s(counts: ArrayLike, full_scale: int, divider_ohm: float) -> NDArray[np.float64]:
    """The sensor's conductance in siemens for readings of any shape; infinite at full scale and beyond."""
    reading = np.asarray(counts, np.float64)
    headroom = np.maximum(full_scale - reading, 0.0)
    with np.errstate(divide="ignore"):
        return np.where(headroom > 0, reading / (headroom * divider_ohm), np.inf)


def counts_for(conductance: ArrayLike, full_scale: int, divider_ohm: float) -> NDArray[np.float64]:
    """The reading, not yet rounded to whole counts, for conductances in siemens of any shape."""
    ratio = np.asarray(conductance, np.float64) * divider_ohm
    return full_scale * ratio / (1.0 + ratio)

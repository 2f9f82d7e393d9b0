"""What a profile makes of check weights, each once it has settled.

The rule: memory included, as a conversion would have read them, and as force on one tile: gains that speak for the gaps
between tiles, too, are no error of a weight.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rig.calibration.circuit import conductance_s
from rig.calibration.readings import net_conductance
from rig.calibration.verdict import WeightRead

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.calibration.profile import Profile
    from rig.calibration.readings import Readings
    from rig.pad import PadLayout


def forces(profile: Profile, pad: PadLayout, readings: Readings) -> NDArray[np.float64]:
    """(n,) newtons that the profile makes of readings, memory included; NaN at full scale."""
    unloaded = conductance_s(profile.unloaded_counts, pad.full_scale, pad.divider_ohm)
    net = net_conductance(readings.counts, readings.channel, unloaded, pad)
    static = profile.curves.force_n(np.nan_to_num(net), readings.channel)
    memory = profile.memory
    terms = readings.terms(static, memory.tau_s, memory.width)
    coefficients = np.array([*memory.creep, *memory.hysteresis])
    force = static * np.exp(terms @ coefficients) if len(coefficients) else static
    return np.where(np.isnan(net), np.nan, force)


def read_weights(profile: Profile, pad: PadLayout, readings: Readings) -> dict[int, WeightRead]:
    """What the profile makes of each weight once it has settled, by trial; infinite where it is at full scale."""
    force = forces(profile, pad, readings)
    out = {}
    for k, trial in enumerate(readings.trials):
        rows = readings.trial == k
        if rows.any():
            # The later half of a weight's stay: it has settled by then.
            later = force[rows][rows.sum() // 2 :]
            read = float(np.nanmean(later)) / profile.on_tile if np.isfinite(later).any() else float("inf")
            out[k] = WeightRead(trial.channel, trial.load_n, read)
    return out

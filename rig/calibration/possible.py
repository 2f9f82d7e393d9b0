"""What a sensor's numbers can be on its pad's circuit, and what they cannot.

A profile's fields each have bounds of their own; this looks at them together. A sensor that rests as under half of its
largest load is pressed by its mounting, or its number was damaged; one that would show next to nothing under its
largest load, or stand at full scale under its smallest, is no sensor of this circuit. The rule: a fit calls such a
sensor dead, and a profile that holds one all the same was damaged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rig.calibration.circuit import conductance_s, counts_for

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.calibration.curve import Curves

RESTS_MOST = 0.5
"""A sensor may rest as under this part of its largest load: foam weighs tenths of a newton, the loads go to 20 N."""

SHOWS_COUNTS = 3.0
"""A sensor shows at least so many counts under its largest load; one that shows fewer is dead."""

_LEAST_N = 1e-3


def impossible(
    curves: Curves, resting: NDArray[np.float64], range_n: NDArray[np.float64], full_scale: int, divider_ohm: float
) -> dict[int, tuple[str, str]]:
    """By channel, the field that cannot be and why.

    Args:
        curves: of all sensors. resting: (n_channels,) counts without load. range_n: (n_channels, 2) smallest and
            largest load in newtons. full_scale, divider_ohm: of the pad.
    """
    channels = np.arange(len(resting))
    low_n, top_n = np.maximum(range_n, _LEAST_N).T
    # At full scale a sensor conducts no one knows how well; that is told by its counts.
    siemens = conductance_s(np.minimum(resting, full_scale - 1), full_scale, divider_ohm)
    as_under = curves.force_n(siemens, channels)

    at_low, at_top = (
        counts_for(
            np.exp(curves.a + curves.b * curves.shape.inverse(np.log(load_n))) + siemens, full_scale, divider_ohm
        )
        for load_n in (low_n, top_n)
    )
    found: dict[int, tuple[str, str]] = {}
    for c in channels.tolist():
        if resting[c] >= full_scale or as_under[c] > RESTS_MOST * top_n[c]:
            found[c] = "unloaded_counts", f"rests at {resting[c]:.0f} of {full_scale} counts, pressed or shorted"
        elif at_top[c] - resting[c] < SHOWS_COUNTS:
            found[c] = "ln_gain", f"would show {at_top[c] - resting[c]:.1f} counts under {top_n[c]:g} N"
        elif at_low[c] > full_scale - 1:
            found[c] = "ln_gain", f"would stand at full scale under {low_n[c]:g} N"
    return found

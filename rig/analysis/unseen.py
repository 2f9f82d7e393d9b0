"""How long a hand lay on the pad before it was seen, and after.

A contact is seen from about a newton on. A hand that lands or lifts gently lies there longer: as long as its force,
followed on along its own slope, has still to go to what counts as a touch. What this leaves: of 95 % of the holds of
virtual hands the length is right within 0.1 s, and of a palm of 4 N that takes 0.8 s to leave it may be 0.2 s off, for
two newtons of it are spread over tiles that do not feel them. The rule: the slope is that of the first
samples, or of the last ones, and of nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.analysis.findings import HOP_US

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

FELT_N = 0.28
"""As much of a hand of half a newton, less than a resting finger and so off the pad, is measured on the whole: the rest
lies on tiles that feel nothing yet (between 0 and 0.7 N in holds of virtual hands)."""

SLOPE_HOPS, LEAST_SLOPE_HOPS, LANDED = 20, 5, 0.9
"""The slope is taken over at most so many hops, and at least over the second; a hand that has come to this part of what
it comes to meanwhile has landed, and its slope ends there."""

MOST_UNSEEN = 20.0
"""No more hops than this are added at either end."""


def unseen_us(force_n: NDArray[np.float64] | Sequence[float]) -> float:
    """The time that the force took from `FELT_N` to where it is first seen, in microseconds.

    `force_n` are forces in N, one a hop, from the end in question inward.
    """
    first = list(force_n[: SLOPE_HOPS + 1])
    if len(first) <= LEAST_SLOPE_HOPS:
        return 0.0
    landed = next(k for k, force in enumerate(first) if force >= LANDED * max(first))
    hops = min(max(landed, LEAST_SLOPE_HOPS), len(first) - 1)
    slope = (first[hops] - first[0]) / hops
    if slope <= 0:
        return 0.0
    return float(min(max(first[0] - FELT_N, 0.0) / slope, MOST_UNSEEN)) * HOP_US

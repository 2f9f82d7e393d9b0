"""What two hands at rest on the spine line weigh on it.

Bands speak of one hand, and a step that rests hands on the line names the points where they lie: there each hand may
weigh as much as one. What presses the line elsewhere is no resting hand, and gets what the line gets anywhere. The
rule: the load and its limit belong to the same contact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rig.technique.places import distance_mm

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.analysis.findings import ContactTable, HopTable
    from rig.pad import PadLayout
    from rig.technique.routine.routine import Step


def rests(step: Step | None) -> bool:
    """Whether hands rest on the line in this step."""
    return step is not None and step.spine is not None and step.spine.policy == "rest" and bool(step.points)


def resting_loads(
    pad: PadLayout,
    step: Step,
    hops: HopTable,
    contacts: ContactTable,
    at: NDArray[np.bool_],
    limits_n: tuple[float, float],
    reach_mm: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The load on the line and its limit, (k,) each, in the (h,) hops `at` which hands rest.

    Args:
        step: whose points the hands rest on. limits_n: of a resting hand, and of anything else.
        reach_mm: how far from a point a hand that rests on it may lie.
    """
    across = np.abs(contacts.x_mm - pad.spine_x_mm) < contacts.width_mm / 2
    hop = np.searchsorted(hops.t_us, contacts.t_us)
    across &= at[hop]
    where = np.flatnonzero(across)
    resting, other = np.zeros(len(hops.t_us)), np.zeros(len(hops.t_us))
    off_mm = np.array([distance_mm(pad, step, contacts.x_mm[k], contacts.y_mm[k]) for k in where.tolist()])
    near = off_mm <= reach_mm
    np.maximum.at(resting, hop[where[near]], contacts.force_n[where[near]])
    np.maximum.at(other, hop[where[~near]], contacts.force_n[where[~near]])
    rest_n, other_n = limits_n
    # A load that no contact across the line explains is taken as it is.
    resting = np.where((resting == 0) & (other == 0), hops.spine_n, resting)
    pressed = other[at] > other_n
    load = np.minimum(np.where(pressed, other[at], resting[at]), hops.spine_n[at])
    return load, np.where(pressed, other_n, rest_n)

"""Direct pressure on the spine line, told apart from hands beside it.

(v1: density under the line against its larger neighbour.)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rig.analysis.geometry import ASIDE, LEFT, LINE, PLACES_PER_MM, RIGHT
from rig.calibration.conversion import FORCE_STEP_N

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.analysis.geometry import PadGeometry

BEGINS = 0.85
STAYS = 0.7
LEAST_N = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class LineView:
    """What a run of hops shows on the line.

    Attributes:
        parted: (regions,) bool, the region reaches over the line without pressing on it: a hand on either side.
        left_part: (regions,) what part of the force between the sides belongs to the left.
        spine_n, spine_y_mm: (h,) as in `HopTable`.
    """

    parted: NDArray[np.bool_]
    left_part: NDArray[np.float64]
    spine_n: NDArray[np.float64]
    spine_y_mm: NDArray[np.float64]


class SpineLine:
    """Watches the line; remembers from hop to hop whether it was pressed."""

    def __init__(self, geometry: PadGeometry) -> None:
        self._geometry = geometry
        self._pressed = False

    def push(
        self,
        hops: int,
        region_hop: NDArray[np.int64],
        region: NDArray[np.int64],
        channel: NDArray[np.int64],
        cell_force: NDArray[np.float64],
        cell_load: NDArray[np.float64],
    ) -> LineView:
        """The line in the next `hops` hops, from the cells of their regions.

        Args:
            hops: h.
            region_hop: (regions,) row of each region's hop.
            region, channel, cell_force, cell_load: one entry a cell: region from 0, channel, reading in force
                steps, unspread load in N (not negative).
        """
        geometry, regions = self._geometry, len(region_hop)
        role = geometry.role[channel]
        near = role != ASIDE
        density = (cell_load / geometry.width_mm[channel])[near]
        sums = np.bincount(region[near] * 4 + role[near], density, regions * 4).reshape(-1, 4)
        left, line, right = sums[:, LEFT], sums[:, LINE], sums[:, RIGHT]
        force_n = np.bincount(region[near], cell_force[near], regions) * FORCE_STEP_N
        beside = np.maximum(left, right)
        if not geometry.has_line:
            line = np.minimum(left, right) * 2.0
        heavy = (force_n >= LEAST_N) & (line > 0)
        begins = heavy & (line >= BEGINS * beside)
        stays = heavy & (line >= STAYS * beside)
        direct = np.where(self._held(hops, region_hop, begins, stays)[region_hop], stays, begins)

        spine_n = np.bincount(region_hop, np.where(direct, force_n, 0.0), hops)
        under = near & (role == LINE) if geometry.has_line else near
        under &= direct[region]
        moment = np.bincount(region_hop[region[under]], cell_force[under] * geometry.y[channel[under]], hops)
        weight = np.bincount(region_hop[region[under]], cell_force[under], hops)
        spine_y_mm = np.full(hops, np.nan)
        np.divide(moment, weight * PLACES_PER_MM, out=spine_y_mm, where=weight > 0)
        sides = left + right
        left_part = np.full(regions, 0.5)
        np.divide(left, sides, out=left_part, where=sides > 0)
        return LineView(~direct & (left > 0) & (right > 0), left_part, spine_n, spine_y_mm)

    def _held(
        self, hops: int, region_hop: NDArray[np.int64], begins: NDArray[np.bool_], stays: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        """(h,) whether the line was pressed in the hop before each: set by a beginning, kept while something stays."""
        starts, keeps = np.zeros(hops, bool), np.zeros(hops, bool)
        starts[region_hop[begins]] = True
        keeps[region_hop[stays]] = True
        # The last hop that settled the matter, by a beginning or by nothing that stays, decides.
        settled = np.where(starts | ~keeps, np.arange(hops), -1)
        last = np.maximum.accumulate(settled)
        after = np.where(last >= 0, starts[last], self._pressed)
        before = np.concatenate([[self._pressed], after[:-1]])
        self._pressed = bool(after[-1])
        return before

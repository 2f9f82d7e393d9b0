"""Contacts: what presses on the pad in each hop, and what of it speaks for a press on the spine line.

Tiles that bear load of their own (`TOUCH_N`, `HALO`) and touch one another form a region (`regions.py`). Force and
centre are taken from the readings themselves over the region and the tiles around it, because the foam moves force
about but neither makes any nor shifts its centre; the profile across the line comes from the unspread load, the peak
from a part of it (`PEAK_UNDONE`).
A region across the line is one contact if something presses on the line, else one on either side (`spine.py`):
the tile between then counts for both in the ratio of their neighbours. The rule: nothing is kept from hop to hop, so a
hop may be worked out before it is known to be over.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rig.analysis.geometry import LINE, PLACES_PER_MM
from rig.analysis.regions import RegionFinder, bridge_along, largest_around
from rig.analysis.spine import SpineLine
from rig.analysis.sums import group_sums
from rig.calibration.conversion import FORCE_STEP_N, FORCE_STEPS_PER_N

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.analysis.geometry import PadGeometry
    from rig.analysis.spine import LineView
    from rig.pad import PadLayout

TOUCH_N = 0.25
"""A tile bears force from here on; FSRs of this class respond from about 0.2 N."""

FELT = round(TOUCH_N / 2 * FORCE_STEPS_PER_N)
"""A tile bears nothing that it does not feel: undoing foam that is not there rings two tiles away."""

FAINT_N = 0.06
"""A tile with so much between two that bear force, one headward and one footward, joins them: the middle of a palm that
lies on with 3 N has 0.07-0.25 N a tile."""

HALO = 0.06
"""Part of a neighbour's load below which a tile holds only what foam softer than documented brought there."""

LEAST_CONTACT_N = 0.5
"""A region with less in all is not reported: the lightest documented touch is 2 N."""

PEAK_UNDONE = 0.35
"""Of the strongest tile so much of the foam is undone: undoing takes tiles for pressed evenly, presses are narrower.
Set after looking at hands and thumbs on 12 virtual pads of both layouts: peaks are then within 5 % in the middle;
as they are felt they read 9 to 16 % low, and all undone 23 to 27 % high."""

_MIDDLE, _LEFT, _RIGHT = 0, 1, 2


@dataclass(frozen=True, slots=True, eq=False)
class Touches:
    """Contacts of a run of hops before they are tracked; m rows, hop after hop.

    Attributes:
        hop: (m,) int64 row of the hop. The others as in `ContactTable`.
        line: what the hops show on the spine line; None for nothing.
    """

    hop: NDArray[np.int64]
    x_mm: NDArray[np.float64]
    y_mm: NDArray[np.float64]
    force_n: NDArray[np.float64]
    peak_n: NDArray[np.float64]
    width_mm: NDArray[np.float64]
    length_mm: NDArray[np.float64]
    line: LineView | None


_NONE = np.zeros(0)
NOTHING_TOUCHED = Touches(np.zeros(0, np.int64), _NONE, _NONE, _NONE, _NONE, _NONE, _NONE, None)
"""A run of hops without a contact."""


class ContactFinder:
    """Finds the contacts of hops."""

    def __init__(self, pad: PadLayout, geometry: PadGeometry) -> None:
        self._geometry = geometry
        self._line = SpineLine(geometry)
        x, y = geometry.x.astype(np.float64), geometry.y.astype(np.float64)
        spread = pad.foam_spread_mm**2
        # Sheppard's correction: grouping into tiles adds a twelfth of their size squared to a variance.
        widen_x, widen_y = spread + geometry.width_mm**2 / 12, spread + geometry.length_mm**2 / 12
        self._measures = x, y, x * x, y * y, widen_x, widen_y
        self._regions = RegionFinder(geometry)

    def find(self, force: NDArray[np.int32], load_n: NDArray[np.float64]) -> Touches:
        """The contacts of h hops.

        Args:
            force: (h, n) above the baseline, in force steps.
            load_n: (h, n) the same, foam spread undone, in newtons.
        """
        geometry = self._geometry
        faint = load_n >= np.maximum(FAINT_N, HALO * largest_around(geometry, load_n))
        faint &= force >= FELT
        pressed = bridge_along(geometry, faint & (load_n >= TOUCH_N), faint)
        cells = self._regions.find(pressed)
        channel, region, region_hop = cells.channel, cells.region, cells.region_hop
        if not len(region):
            # The pad is free, and there is nothing to measure.
            return NOTHING_TOUCHED
        cell_force = force.ravel()[cells.at].astype(np.float64)
        cell_load = np.maximum(load_n.ravel()[cells.at], 0.0)
        view = self._line.look(region_hop, region, channel, cell_force, cell_load)

        if view is None or not view.parted.any():
            return self._measure(region * 3 + _MIDDLE, channel, cell_force, cell_load, region_hop, view)
        # Each cell with its side of the region; a cell under the line of a parted region appears on both.
        side = np.where(view.parted[region], np.where(geometry.x[channel] < geometry.spine_x, _LEFT, _RIGHT), _MIDDLE)
        share = np.ones(len(region))
        between = np.flatnonzero(view.parted[region] & (geometry.role[channel] == LINE))
        if len(between):
            side[between] = _LEFT
            share[between] = view.left_part[region[between]]
            side = np.append(side, np.full(len(between), _RIGHT))
            share = np.append(share, 1.0 - share[between])
            region, channel = np.append(region, region[between]), np.append(channel, channel[between])
            cell_force, cell_load = np.append(cell_force, cell_force[between]), np.append(cell_load, cell_load[between])
        return self._measure(region * 3 + side, channel, cell_force * share, cell_load * share, region_hop, view)

    def _measure(
        self,
        part: NDArray[np.int64],
        channel: NDArray[np.int64],
        cell_force: NDArray[np.float64],
        cell_load: NDArray[np.float64],
        region_hop: NDArray[np.int64],
        view: LineView | None,
    ) -> Touches:
        """The contacts whose cells are given; `part` is three times the region plus the side."""
        parts = 3 * len(region_hop)
        force = group_sums(part, cell_force, parts)
        kept = np.flatnonzero(force >= LEAST_CONTACT_N * FORCE_STEPS_PER_N)
        force = force[kept]
        means = (group_sums(part, cell_force * of[channel], parts)[kept] / force for of in self._measures)
        x, y, square_x, square_y, widen_x, widen_y = means
        spread_x = (square_x - x * x) / PLACES_PER_MM**2
        spread_y = (square_y - y * y) / PLACES_PER_MM**2
        felt_n, peak = cell_force * FORCE_STEP_N, np.zeros(parts)
        np.maximum.at(peak, part, felt_n + PEAK_UNDONE * (cell_load - felt_n))
        return Touches(
            hop=region_hop[kept // 3],
            x_mm=x / PLACES_PER_MM,
            y_mm=y / PLACES_PER_MM,
            force_n=force * FORCE_STEP_N,
            peak_n=peak[kept],
            width_mm=_extent(spread_x - widen_x),
            length_mm=_extent(spread_y - widen_y),
            line=view,
        )


def _extent(variance: NDArray[np.float64]) -> NDArray[np.float64]:
    """The width of an evenly pressed patch with this variance; a fingertip's where less than that is left."""
    return np.asarray(np.sqrt(np.maximum(12.0 * variance, 100.0)))

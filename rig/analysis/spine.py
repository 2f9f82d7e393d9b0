"""Direct pressure on the spine line, told apart from hands beside it.

The tiles under the line read something in both cases: a thumb centred 20 mm beside it lies on its edge, and the
foam carries more over. What differs is the profile across the line, as densities (unspread load over tile width):

- A body *on* the line presses on the tiles under it at least as densely as on those beside: a palm fills all three
  columns alike, anything narrower peaks on the line.
- Bodies *beside* it leave a valley, even if foam half fills it from both sides.

So the evidence is g = line / sqrt(larger neighbour * mean neighbour). The larger neighbour guards against a single
body to one side, the mean of both makes one sensor's gain matter less. Densities are pooled along the body, so that
unlike gains average out. On even pressure and foam of 6-12.5 mm, undone as 9 mm, bodies centred within 8 mm of the
line give g = 0.94-1.6 (palms), 1.2-1.9 (a row of fingertips), 1.7 and more (heels, thumbs); bodies beside it at most
0.79 (two palms, each 3 mm off the line), 0.74 (heels, likewise) and 1.02 (two wide thumbs at 20 mm on the softest
foam, 0.75 on the documented one). Thumbs fill the valley most, for they press all their force close beside the line,
and they are small; so the limit lies between the two kinds for small bodies and for large ones (`SMALL_LIMIT`). Only
two wide thumbs at just 20 mm on foam 40 % softer than its pad file says pass for direct.

Over 3,000 drawn static presses, even and lumpy, on such foam, half of them direct: none wrong with equal gains; with
gains differing by 10 % (standard deviation) 0.4 % of the direct ones were missed and 0.3 % of the others taken for
direct; by 15 %, 0.9 % and 0.7 %. Calibrating the pad is what makes the difference.

A pad whose line runs between two columns has no tile that sees the line. There a body on the line reads on both
sides, and one on one side does not. Two hands, one on either side, are told by what they press further out; two
thumbs close beside the line cannot be told from one body on it and are taken for direct: a needless alarm harms
less than a missing one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rig.analysis.geometry import ASIDE, LEFT, LINE, PLACES_PER_MM, RIGHT
from rig.analysis.sums import group_sums, quotient
from rig.calibration.conversion import FORCE_STEP_N

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.analysis.geometry import PadGeometry

LEAST_N = 1.0
"""Half the lightest touch that the technique knows: below it nothing presses."""

SMALL_LIMIT, LARGE_LIMIT = 0.93, 0.83
SMALL_MM, LARGE_MM = 20.0, 28.0
SMALL_ASIDE, LARGE_ASIDE = 0.02, 0.06
"""The limit for small bodies and for large ones. Large: the load's standard deviation along the line is at least
`LARGE_MM`, or what lies beyond the columns beside the line is at least this part of what lies on the three."""

CLEAR, LIKELY, STAYS = 1.5, 1.0, 0.93
"""A press begins with clear evidence (in parts of the limit), or with likely evidence in two hops running, because a
landing hand's first hop is faint; it goes on while the evidence stays: no flicker at the boundary."""

LESSER_SIDE = 0.15
"""A hand beside the line shows up to this much on its other side, by foam that spreads more than the pad file says."""

WINDOW_MM = 85.0
"""Bodies on the line are looked at this far up and down from their middle: a palm's length."""

ONE_BODY_ASIDE = 0.2
"""Without a column under the line: more than this beyond the columns beside it (as a part of what they bear) is more
than one hand on the line can reach; two palms 5 mm off the line give 0.8, two heels 0.3."""

BETWEEN_COLUMNS = 0.22
"""On a pad without a column under the line: the lesser side over the greater from which a body lies on the line. A
thumb 8 mm off the line gives 0.27 on 9 mm of foam, a thumb 20 mm off 0.02."""


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
        self._pressed = self._likely = False

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
        y_mm = geometry.y[channel] / PLACES_PER_MM
        under = role == LINE if geometry.has_line else near
        line_load = np.where(under, cell_load, 0.0)
        middle = quotient(group_sums(region, line_load * y_mm, regions), group_sums(region, line_load, regions))
        offset = y_mm - middle[region]
        load = np.where(np.abs(offset) <= WINDOW_MM, cell_load, 0.0)
        density = group_sums(region * 4 + role, load / geometry.width_mm[channel], regions * 4).reshape(-1, 4)
        left, line, right = density[:, LEFT], density[:, LINE], density[:, RIGHT]
        near_load = np.where(near, load, 0.0)
        on_three = group_sums(region, near_load, regions)
        aside = quotient(group_sums(region, load, regions) - on_three, on_three)
        large = np.maximum(
            (_deviation(region, near_load, offset, on_three) - SMALL_MM) / (LARGE_MM - SMALL_MM),
            (aside - SMALL_ASIDE) / (LARGE_ASIDE - SMALL_ASIDE),
        ).clip(0.0, 1.0)
        limit = SMALL_LIMIT + large * (LARGE_LIMIT - SMALL_LIMIT)
        force_n = group_sums(region, np.where(near, cell_force, 0.0), regions) * FORCE_STEP_N
        if geometry.has_line:
            evidence = _valley_or_ridge(left, line, right, limit)
        else:
            evidence = np.where(aside <= ONE_BODY_ASIDE, _shared_by_both_sides(left, right), 0.0)
        heavy = force_n >= LEAST_N
        clear, likely = heavy & (evidence >= CLEAR), heavy & (evidence >= LIKELY)
        stays = heavy & (evidence >= STAYS)
        direct = stays & self._pressed_in(*(_by_hop(hops, region_hop, e) for e in (clear, likely, stays)))[region_hop]

        under = under & direct[region]
        hop = region_hop[region[under]]
        moment = group_sums(hop, cell_force[under] * y_mm[under], hops)
        spine_y_mm = quotient(moment, group_sums(hop, cell_force[under], hops), np.nan)
        spine_n = group_sums(region_hop, np.where(direct, force_n, 0.0), hops)
        left_part = quotient(left, left + right, 0.5)
        two = np.minimum(left, right) > LESSER_SIDE * np.maximum(left, right)
        return LineView((evidence < STAYS) & two, left_part, spine_n, spine_y_mm)

    def _pressed_in(
        self, clear: NDArray[np.bool_], likely: NDArray[np.bool_], stays: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        """(h,) whether the line is pressed in each hop, from what each hop shows (all (h,))."""
        starts = clear | (likely & np.concatenate([[self._likely], likely[:-1]]))
        # The last hop that settled the matter, by a beginning or by nothing that stays, decides.
        settled = np.maximum.accumulate(np.where(starts | ~stays, np.arange(len(starts)), -1))
        pressed = np.where(settled >= 0, starts[settled], self._pressed)
        self._pressed, self._likely = bool(pressed[-1]), bool(likely[-1])
        return pressed


def _valley_or_ridge(
    left: NDArray[np.float64], line: NDArray[np.float64], right: NDArray[np.float64], limit: NDArray[np.float64]
) -> NDArray[np.float64]:
    """How far each region's profile across the line speaks for a body on it; 1 is the limit."""
    beside = np.sqrt(np.maximum(left, right) * (left + right) / 2)
    return np.where(line > 0, quotient(line, limit * beside, np.inf), 0.0)


def _shared_by_both_sides(left: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same where no tile lies under the line."""
    return quotient(np.minimum(left, right), BETWEEN_COLUMNS * np.maximum(left, right))


def _by_hop(hops: int, region_hop: NDArray[np.int64], shown: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(h,) whether any region of each hop shows it."""
    found = np.zeros(hops, bool)
    found[region_hop[shown]] = True
    return found


def _deviation(
    region: NDArray[np.int64], load: NDArray[np.float64], offset_mm: NDArray[np.float64], weight: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(regions,) standard deviation along the line, in mm, of loads that sum to `weight`."""
    moment = load * offset_mm
    mean = quotient(group_sums(region, moment, len(weight)), weight)
    square = quotient(group_sums(region, moment * offset_mm, len(weight)), weight)
    return np.asarray(np.sqrt(np.maximum(square - mean * mean, 0.0)))

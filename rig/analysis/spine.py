"""Direct pressure on the spine line, told apart from hands beside it.

The tiles under the line read something in both cases: a thumb centred 20 mm beside it lies on its edge, and the
foam carries more over. What differs is the profile across the line, as densities (unspread load over tile width):

- A body *on* the line presses on the tiles under it at least as densely as on those beside: a palm fills all three
  columns alike, anything narrower peaks on the line.
- Bodies *beside* it leave a valley, even if foam half fills it from both sides.

So the evidence is g = line / sqrt(larger neighbour * mean neighbour), pooled along the body, so that unlike gains
average out; and unless the line bears most, the body's centre must lie within half the column pitch of it.

Where only one side is loaded, a thumb on the line is easily drawn into the hand that works beside it. There the line
is held against the column beside it alone: a body whose edge stays clear of the line fills at most a good third of the
tile under it (`ASTRIDE`).

Where both sides are, pairs, one hand on either side, stand against one body across: two heels with a gap of a few
millimetres between them and one palm fill the columns almost alike. They differ in how far they reach:

- along the line: a palm reaches farther than heels and fingers (`SHORT_MM`, `TALL_MM`), so it needs less evidence;
- beyond the columns beside the line: only two palms (or a forearm laid across) bear there on *both* sides.

A thumb that presses close behind two hands is pooled with the valley between them. So a single row that stands out far
more than any pair could (`RIDGE_LIMIT`) is direct, whatever the rest of the body shows.

Measured on 3,000 drawn static presses (uniform and lumpy discs and rectangles, Gaussian and exponential foam of
6-12.5 mm undone as 9 mm, 6.5-40 N, bodies centred within 8 mm of the line against bodies clear of it by 3-12 mm; not
the rig's own virtual pad), gains differing by 0 / 10 / 20 % (standard deviation): direct ones missed 0.3 / 1.2 /
3.8 %, all of them fingertips that straddle the line or palms; others taken for direct 0.2 / 0.8 / 1.8 %, nearly all
pairs of heels or palms; thumbs and single heels never missed. Forearms across the line are missed in a quarter: they
look like two palms. On 3,000 more, a thumb, knuckle or heel within 8 mm of the line with another body right beside it
on one side against one or two bodies on one side, clear of the line: missed 9 % (12 % before the line was held
against one side), mostly a light thumb beside a hand of several times its force; others taken for direct 0.0 %, and
0.7 % with gains that differ by 20 %, fingertips not counted. These are one frame each. Calibrating the pad is what
makes the difference.

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

SHORT_LIMIT, TALL_LIMIT, WIDE_LIMIT = 0.93, 0.7, 0.85
"""The least g of a body that is short along the line, tall, or as wide as two hands."""

SHORT_MM, TALL_MM = 20.0, 24.0
"""The load's standard deviation along the line: heels and fingers stay below the first, palms reach the second."""

NARROW_BEYOND, WIDE_BEYOND = 0.12, 0.3
"""Load beyond the columns beside the line, on the side with less of it, over the larger load on those columns: one
palm at most 0.01, two heels 0.2, two palms from 0.45 on."""

RIDGE_LIMIT, RIDGE_N = 2.3, 1.5
"""The least g of a single row that bears at least so much on the line: beyond all that a pair beside it shows there
(1.02 for two wide thumbs), gains that differ by 20 % included."""

ASTRIDE = 0.75
"""Where one side is loaded: the least density on the line, over that beside it, of a body on the line. A palm with a
gap of 3 mm shows 0.4, a thumb at 20 mm 0.2, and one that has strayed to 15 mm up to 0.85 on soft foam and bad sensors.
"""

CENTRED_MM = 14.0
"""Half the column pitch beside the line: a body whose centre is farther off lies beside it."""

FAINT_N = 0.1
"""A region with less on the line, and nothing on one side of it, shows no evidence: so are most hands beside it."""

DIRECT = 0.93
"""The least evidence, in parts of the limit, of a body that presses on the line."""

SIDE_AT_MOST = 1.25
"""A body on the line bears no more than this on either side of it, over what it bears on the line: what goes beyond
is another hand's."""

LESSER_SIDE = 0.15
"""A hand beside the line shows up to this much on its other side, by foam that spreads more than the pad file says."""

WINDOW_MM = 85.0
"""Bodies on the line are looked at this far up and down from their middle: a palm's length."""

ONE_BODY_ASIDE = 0.2
"""Without a column under the line: more than this beyond the columns beside it (as a part of what they bear) is more
than one hand on the line can reach; two palms 5 mm off the line give 0.8, two heels 0.3."""

BETWEEN_COLUMNS = 0.12
"""On a pad without a column under the line: the lesser side over the greater from which a body lies on the line. A
thumb 7 mm off it gives 0.12, 0.24 and 0.34 on foam of 6, 9 and 12 mm, undone as 9 mm, a thumb 20 mm off at most 0.03
on foam of up to 15 mm; a heel with a gap of 3 mm some 0.08 there."""


@dataclass(frozen=True, slots=True, eq=False)
class LineView:
    """What each region shows on the line; all (regions,).

    Attributes:
        hop: row of the region's hop.
        evidence: for a body on the line, 1 being the limit; 0 where nothing presses there.
        force_n: what the tiles of the line and the columns beside it read of a body on the line.
        under, moment: what those under the line read, in force steps, and that times their y in mm.
        parted: the region reaches over the line without pressing on it: a hand on either side.
        left_part: what part of the force between the sides belongs to the left.
    """

    hop: NDArray[np.int64]
    evidence: NDArray[np.float64]
    force_n: NDArray[np.float64]
    under: NDArray[np.float64]
    moment: NDArray[np.float64]
    parted: NDArray[np.bool_]
    left_part: NDArray[np.float64]


class SpineLine:
    """Looks at the line of one pad; keeps nothing from hop to hop."""

    def __init__(self, geometry: PadGeometry) -> None:
        self._geometry = geometry
        line_y = np.unique(geometry.y[geometry.role == LINE])
        self._rows = len(line_y)
        """How many tiles lie along the line; `_row` says which of them each channel is level with."""
        if geometry.has_line:
            self._row = np.abs(geometry.y[:, None] - line_y).argmin(axis=1)

    def look(
        self,
        region_hop: NDArray[np.int64],
        region: NDArray[np.int64],
        channel: NDArray[np.int64],
        cell_force: NDArray[np.float64],
        cell_load: NDArray[np.float64],
    ) -> LineView | None:
        """What regions show on the line, from their cells; None where no region comes near it.

        Args:
            region_hop: (regions,) row of each region's hop.
            region, channel, cell_force, cell_load: one entry a cell: region from 0, channel, reading in force
                steps, unspread load in N (not negative).
        """
        geometry, regions = self._geometry, len(region_hop)
        role = geometry.role[channel]
        placed = group_sums(region * 4 + role, cell_load, regions * 4).reshape(-1, 4)
        asked = (placed[:, LEFT] > 0) & (placed[:, RIGHT] > 0)
        if geometry.has_line:
            asked |= placed[:, LINE] >= FAINT_N
        if not asked.any():
            return None
        cells = np.flatnonzero(asked[region])
        region, channel, role = region[cells], channel[cells], role[cells]
        cell_force, cell_load = cell_force[cells], cell_load[cells]
        near = role != ASIDE
        y_mm = geometry.y[channel] / PLACES_PER_MM
        beneath = role == LINE if geometry.has_line else near
        line_load = np.where(beneath, cell_load, 0.0)
        middle = quotient(group_sums(region, line_load * y_mm, regions), group_sums(region, line_load, regions))
        offset = y_mm - middle[region]
        load = np.where(np.abs(offset) <= WINDOW_MM, cell_load, 0.0)
        density = group_sums(region * 4 + role, load / geometry.width_mm[channel], regions * 4).reshape(-1, 4)
        left, line, right = density[:, LEFT], density[:, LINE], density[:, RIGHT]
        near_load = np.where(near, load, 0.0)
        on_three = group_sums(region, near_load, regions)
        tall = _ramp(_deviation(region, near_load, offset, on_three), SHORT_MM, TALL_MM)
        limit = SHORT_LIMIT + tall * (TALL_LIMIT - SHORT_LIMIT)
        limit += _ramp(self._beyond(region, channel, load, regions), NARROW_BEYOND, WIDE_BEYOND) * (WIDE_LIMIT - limit)
        two = np.minimum(left, right) > LESSER_SIDE * np.maximum(left, right)
        if geometry.has_line:
            x_mm = (geometry.x[channel] - geometry.spine_x) / PLACES_PER_MM
            centre_mm = quotient(group_sums(region, load * x_mm, regions), group_sums(region, load, regions))
            # Where the line bears most, another hand close by may draw the centre away from it.
            on_line = (np.abs(centre_mm) <= CENTRED_MM) | (line >= np.maximum(left, right))
            evidence = np.where(on_line, _valley_or_ridge(left, line, right, limit), 0.0)
            evidence = np.maximum(evidence, self._ridge(region, channel, cell_load, regions))
            astride = quotient(line, ASTRIDE * np.maximum(left, right))
            evidence = np.maximum(evidence, np.where(two, 0.0, astride))
        else:
            aside = quotient(group_sums(region, load, regions) - on_three, on_three)
            evidence = np.where(aside <= ONE_BODY_ASIDE, _shared_by_both_sides(left, right), 0.0)
        parted = (evidence < DIRECT) & two
        read = group_sums(region * 4 + role, cell_force, regions * 4).reshape(-1, 4) * FORCE_STEP_N
        at_most = SIDE_AT_MOST * read[:, LINE] if geometry.has_line else np.inf
        force_n = read[:, LINE] + np.minimum(read[:, LEFT], at_most) + np.minimum(read[:, RIGHT], at_most)
        evidence[force_n < LEAST_N] = 0.0
        beneath_force = np.where(beneath, cell_force, 0.0)
        under, moment = (group_sums(region, values, regions) for values in (beneath_force, beneath_force * y_mm))
        return LineView(region_hop, evidence, force_n, under, moment, parted, quotient(left, left + right, 0.5))

    def _ridge(
        self,
        region: NDArray[np.int64],
        channel: NDArray[np.int64],
        load: NDArray[np.float64],
        regions: int,
    ) -> NDArray[np.float64]:
        """(regions,) evidence of the row that stands out most on the line; loads one entry a cell."""
        geometry = self._geometry
        place = (region * self._rows + self._row[channel]) * 4 + geometry.role[channel]
        size = regions * self._rows * 4
        density = group_sums(place, load / geometry.width_mm[channel], size).reshape(-1, 4)
        bears = group_sums(place, load, size).reshape(-1, 4)[:, LINE] >= RIDGE_N
        limit = np.full(len(density), RIDGE_LIMIT)
        shown = _valley_or_ridge(density[:, LEFT], density[:, LINE], density[:, RIGHT], limit)
        return np.asarray(np.where(bears, shown, 0.0).reshape(regions, self._rows).max(axis=1))

    def _beyond(
        self,
        region: NDArray[np.int64],
        channel: NDArray[np.int64],
        load: NDArray[np.float64],
        regions: int,
    ) -> NDArray[np.float64]:
        """(regions,) how much lies beyond the columns beside the line, as in `WIDE_BEYOND`; loads one entry a cell."""
        role, x = self._geometry.role[channel], self._geometry.x[channel]
        outside = np.where(role == ASIDE, load, 0.0)
        on_left = x < self._geometry.spine_x
        lesser = np.minimum(
            group_sums(region, np.where(on_left, outside, 0.0), regions),
            group_sums(region, np.where(on_left, 0.0, outside), regions),
        )
        sides = [group_sums(region, np.where(role == side, load, 0.0), regions) for side in (LEFT, RIGHT)]
        return quotient(lesser, np.maximum(*sides))


def _ramp(value: NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
    """0 up to `low`, 1 from `high` on, even between."""
    return np.clip((value - low) / (high - low), 0.0, 1.0)


def _valley_or_ridge(
    left: NDArray[np.float64], line: NDArray[np.float64], right: NDArray[np.float64], limit: NDArray[np.float64]
) -> NDArray[np.float64]:
    """How far each region's profile across the line speaks for a body on it; 1 is the limit."""
    beside = np.sqrt(np.maximum(left, right) * (left + right) / 2)
    return np.where(line > 0, quotient(line, limit * beside, np.inf), 0.0)


def _shared_by_both_sides(left: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same where no tile lies under the line."""
    return quotient(np.minimum(left, right), BETWEEN_COLUMNS * np.maximum(left, right))


def _deviation(
    region: NDArray[np.int64], load: NDArray[np.float64], offset_mm: NDArray[np.float64], weight: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(regions,) standard deviation along the line, in mm, of loads that sum to `weight`."""
    moment = load * offset_mm
    mean = quotient(group_sums(region, moment, len(weight)), weight)
    square = quotient(group_sums(region, moment * offset_mm, len(weight)), weight)
    return np.asarray(np.sqrt(np.maximum(square - mean * mean, 0.0)))

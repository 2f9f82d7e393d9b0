"""A hand that rests across the spine line, which the analysis takes for two: its palm on one side, its fingers on the
other.

Where hands rest on the line, what lies level within a hand's reach is one hand: its force is the sum, its place the
centre of force, and all of it lies on the line. Two hands seldom rest in so little room; where none rests, two such
contacts are two thumbs or two heels, and stay two. The rule: a hop is joined from its own contacts alone.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from rig.analysis.findings import ContactTable
from rig.analysis.prints import PrintReader
from rig.analysis.sums import group_sums, quotient
from rig.technique.places import CENTRE_MM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rig.analysis.findings import Hold, HopTable
    from rig.pad import PadLayout

HAND_MM = 205.0
"""No two parts of a hand reach farther: a large hand, our own choice; up to 182 mm were measured."""

BREADTH_MM = 84.0
"""Its parts are, by their force, no longer along the back than this: between hands laid across and hands laid along it
on either side of the line.

Medians of hands, measured on foam of 4.5-11.5 mm, at 2.3-8 N, turned by up to 20 degrees and more, with and without a
calibration: up to 69 mm of palms and flat hands laid across, up to 80 mm of hands with their fingers spread; from
77 mm of palms laid along, most of them 84 mm and more, and less of hands that bear less than 3 N.
"""

LEVEL_MM = 60.0
"""Its parts are level to this: up to 59 mm were measured."""

SHARED = 0.5
"""Two holds are one hand's if they share more than this part of the shorter one's time."""


def hands_at_rest(
    pad: PadLayout, hops: HopTable, contacts: ContactTable, at: NDArray[np.bool_]
) -> tuple[HopTable, ContactTable]:
    """Hops and their contacts with whole hands in those (h,) hops `at` which hands rest on the line."""
    hop = np.searchsorted(hops.t_us, contacts.t_us)
    hands, joined = whole_hands(contacts, at[hop])
    if not joined.any():
        return hops, contacts
    # Beside the line lies what has its centre there, as with any other body.
    on_line = np.flatnonzero(joined & (np.abs(hands.x_mm - pad.spine_x_mm) <= CENTRE_MM))
    hop, force_n = np.searchsorted(hops.t_us, hands.t_us[on_line]), hands.force_n[on_line]
    spine_n, spine_y_mm = hops.spine_n.copy(), hops.spine_y_mm.copy()
    np.maximum.at(spine_n, hop, force_n)
    heaviest = force_n == spine_n[hop]
    spine_y_mm[hop[heaviest]] = hands.y_mm[on_line][heaviest]
    return replace(hops, spine_n=spine_n, spine_y_mm=spine_y_mm), hands


def whole_hands(contacts: ContactTable, at: NDArray[np.bool_]) -> tuple[ContactTable, NDArray[np.bool_]]:
    """The contacts with the parts of each hand joined under the lowest of their numbers, and which rows were joined.

    Args:
        at: (m,) the rows to look at.
    """
    rows = np.flatnonzero(at)
    rows = rows[np.lexsort((contacts.y_mm[rows], contacts.t_us[rows]))]
    joined = np.zeros(len(contacts.t_us), bool)
    t_us, y = contacts.t_us[rows], contacts.y_mm[rows]
    apart = (np.diff(t_us) != 0) | (np.diff(y) > LEVEL_MM)
    if apart.all():
        return contacts, joined
    first = np.flatnonzero(np.append(True, apart))
    group = np.append(0, np.cumsum(apart))
    x, width, length = contacts.x_mm[rows], contacts.width_mm[rows], contacts.length_mm[rows]
    force = contacts.force_n[rows]
    whole = group_sums(group, force, len(first))

    def mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return quotient(group_sums(group, force * values, len(first)), whole)

    def extent(place: NDArray[np.float64], centre: NDArray[np.float64], of: NDArray[np.float64]) -> NDArray[np.float64]:
        # The variance of an evenly pressed patch is a twelfth of its extent squared.
        off = place - centre[group]
        return np.asarray(np.sqrt(mean(of * of + 12.0 * off * off)))

    one = np.bincount(group) > 1
    one &= np.maximum.reduceat(y, first) - y[first] <= LEVEL_MM
    reach = np.maximum.reduceat(x + width / 2, first) - np.minimum.reduceat(x - width / 2, first)
    one &= (reach <= HAND_MM) & (mean(length) <= BREADTH_MM)
    if not one.any():
        return contacts, joined

    centre_x, centre_y = mean(x), mean(y)
    values = {
        "contact": np.minimum.reduceat(contacts.contact[rows], first),
        "x_mm": centre_x,
        "y_mm": centre_y,
        "force_n": whole,
        "peak_n": np.maximum.reduceat(contacts.peak_n[rows], first),
        "width_mm": extent(x, centre_x, width),
        "length_mm": extent(y, centre_y, length),
    }
    kept = np.ones(len(joined), bool)
    kept[rows[one[group]]] = False
    into = rows[first][one]
    kept[into] = joined[into] = True
    columns = []
    for column in fields(ContactTable):
        values_of = getattr(contacts, column.name).copy()
        if column.name in values:
            values_of[into] = values[column.name][one]
        columns.append(values_of[kept])
    return ContactTable(*columns), joined[kept]


def whole_holds(pad: PadLayout, holds: Sequence[Hold]) -> list[Hold]:
    """The holds of hands that rest on the line, in order of their beginning, with the parts of each hand joined."""
    whole: list[Hold] = []
    for hold in sorted(holds, key=lambda h: (h.t0, h.contact)):
        for k, other in enumerate(whole):
            shared = min(hold.t1, other.t1) - max(hold.t0, other.t0)
            if shared > SHARED * min(hold.t1 - hold.t0, other.t1 - other.t0):
                both = _joined(pad, other, hold)
                if both is not None:
                    whole[k] = both
                    break
        else:
            whole.append(hold)
    return whole


def _joined(pad: PadLayout, one: Hold, other: Hold) -> Hold | None:
    """Two holds as one hand's; None where they are two hands'."""
    pair = (one, other)
    t0, t1 = min(h.t0 for h in pair), max(h.t1 for h in pair)
    force_n = np.array([h.force_mean_n * (h.t1 - h.t0) / (t1 - t0) for h in pair])
    table = ContactTable(
        np.zeros(2, np.int64),
        np.array([h.contact for h in pair]),
        np.array([h.x_mm for h in pair]),
        np.array([h.y_mm for h in pair]),
        force_n,
        force_n,
        np.array([h.contact_width_mm or 0.0 for h in pair]),
        np.array([h.contact_length_mm or 0.0 for h in pair]),
    )
    hands, joined = whole_hands(table, np.ones(2, bool))
    if not joined.any():
        return None
    contact, x, y, force, _, width, length = (getattr(hands, f.name).item() for f in fields(ContactTable)[1:])
    return msgspec.structs.replace(
        one,
        t0=t0,
        t1=t1,
        contact=contact,
        x_mm=x,
        y_mm=y,
        force_mean_n=force,
        contact_width_mm=width,
        contact_length_mm=length,
        contact_size=PrintReader(pad).size_of(x, y, width, length),
    )

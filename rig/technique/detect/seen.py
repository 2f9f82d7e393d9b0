"""What a session's hands did, movement by movement, as columns that a step can be recognised by.

A movement is a stroke, circle, press ... or a hold. Beside what the report tells of it stands how large a part of the
pad the hand covered, and whether another hand worked at the same time. The rule: sizes are summed as whole numbers, so
that the columns are the same however the scans were cut into blocks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rig.analysis.findings import Hold
from rig.technique.limits import weight_n
from rig.technique.places import side_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.analysis.findings import ContactTable, Findings, Stroke
    from rig.pad import PadLayout
    from rig.technique.limits import Limits

BIN_US = 500_000
"""A contact's size is kept by the half second: a stroke lasts longer, and an hour has few enough of them."""

_PARTS_MM = 16
"""Extents are summed in sixteenths of a millimetre."""

_BESIDE_S = 0.2
"""Half a bin at either end of a movement is its landing and its lift."""


class Size(NamedTuple):
    """The mean extent of a contact across and along the back, in mm."""

    width_mm: float
    length_mm: float


@dataclass(frozen=True, slots=True, eq=False)
class Movements:
    """The movements of a session, (n,) each, in order of their beginning; what does not apply is NaN, or "none".

    Attributes:
        t0_s, t1_s: device seconds. kind: as in the report, or "hold". direction, side: as in the report.
        ends_mm: (n, 4) x and y where it began and ended, x from the spine line. force_n: by which it is judged.
        speed_cm_s: of strokes. width_mm, length_mm: what the hand covered.
        together: the share of its time, 0 to 1, in which another contact moved or rested as well.
    """

    t0_s: NDArray[np.float64]
    t1_s: NDArray[np.float64]
    kind: NDArray[np.str_]
    direction: NDArray[np.str_]
    side: NDArray[np.str_]
    ends_mm: NDArray[np.float64]
    force_n: NDArray[np.float64]
    speed_cm_s: NDArray[np.float64]
    width_mm: NDArray[np.float64]
    length_mm: NDArray[np.float64]
    together: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.t0_s)


class Gathering:
    """Collects the movements of one session from its findings."""

    def __init__(self, pad: PadLayout, limits: Limits) -> None:
        self._pad = pad
        self._limits = limits
        self._found: list[Stroke | Hold] = []
        self._sizes: dict[tuple[int, int], NDArray[np.int64]] = {}

    def push(self, findings: Findings) -> None:
        """Take the next findings."""
        self._found += [stroke for stroke in findings.strokes if self._limits.is_movement(stroke)]
        self._found += [hold for hold in findings.holds if hold.force_mean_n >= self._limits.touch_n]
        self._measure(findings.contacts)

    def movements(self) -> Movements:
        """All movements so far."""
        found = sorted(self._found, key=lambda m: (m.t0, m.t1, m.contact))
        sizes = [self._size(m) for m in found]
        spine = self._pad.spine_x_mm
        rows = [_row(m, spine) for m in found]
        t0, t1 = np.array([m.t0 for m in found]), np.array([m.t1 for m in found])
        contact = np.array([m.contact for m in found])
        return Movements(
            t0_s=t0,
            t1_s=t1,
            kind=np.array([row.kind for row in rows], np.str_),
            direction=np.array([row.direction for row in rows], np.str_),
            side=np.array([row.side for row in rows], np.str_),
            ends_mm=np.array([row.ends_mm for row in rows]).reshape(-1, 4),
            force_n=np.array([row.force_n for row in rows]),
            speed_cm_s=np.array([row.speed_cm_s for row in rows]),
            width_mm=np.array([size.width_mm for size in sizes]),
            length_mm=np.array([size.length_mm for size in sizes]),
            together=_together(t0, t1, contact),
        )

    def _measure(self, contacts: ContactTable) -> None:
        if not len(contacts.t_us):
            return
        bins = contacts.t_us // BIN_US
        keys, row = np.unique(np.stack([contacts.contact, bins], axis=1), axis=0, return_inverse=True)
        sums = np.zeros((len(keys), 3), np.int64)
        extents = np.stack([np.ones(len(row)), contacts.width_mm, contacts.length_mm], axis=1)
        np.add.at(sums, row.ravel(), np.rint(extents * [1, _PARTS_MM, _PARTS_MM]).astype(np.int64))
        for key, more in zip(map(tuple, keys.tolist()), sums, strict=True):
            self._sizes[key] = self._sizes[key] + more if key in self._sizes else more

    def _size(self, movement: Stroke | Hold) -> Size:
        first = int((movement.t0 + _BESIDE_S) * 1e6) // BIN_US
        last = max(int((movement.t1 - _BESIDE_S) * 1e6) // BIN_US, first)
        bins = [self._sizes.get((movement.contact, at)) for at in range(first, last + 1)]
        whole = sum((each for each in bins if each is not None), np.zeros(3, np.int64))
        if not whole[0]:
            return Size(np.nan, np.nan)
        return Size(*(float(part / whole[0] / _PARTS_MM) for part in whole[1:]))


class _Row(NamedTuple):
    kind: str
    direction: str
    side: str
    ends_mm: tuple[float, float, float, float]
    force_n: float
    speed_cm_s: float


def _row(movement: Stroke | Hold, spine_x_mm: float) -> _Row:
    if isinstance(movement, Hold):
        x, y = movement.x_mm - spine_x_mm, movement.y_mm
        return _Row("hold", "none", side_of(x), (x, y, x, y), movement.force_mean_n, np.nan)
    ends = (movement.x0_mm - spine_x_mm, movement.y0_mm, movement.x1_mm - spine_x_mm, movement.y1_mm)
    speed = movement.speed_cm_s if movement.kind == "stroke" else np.nan
    return _Row(movement.kind, movement.direction, movement.side, ends, weight_n(movement), speed)


def _together(t0: NDArray[np.float64], t1: NDArray[np.float64], contact: NDArray[np.int64]) -> NDArray[np.float64]:
    """The share of each movement's time that movements of other contacts cover most of, one by one."""
    shares = np.zeros(len(t0))
    for number in range(len(t0)):
        # Later ones overlap only while they begin before this one's end; and overlapping is mutual.
        after = slice(number + 1, int(np.searchsorted(t0, t1[number])))
        for other in range(after.start, after.stop):
            if contact[other] == contact[number]:
                continue
            shared = min(t1[number], t1[other]) - max(t0[number], t0[other])
            for one in (number, other):
                shares[one] = max(shares[one], shared / max(t1[one] - t0[one], 1e-6))
    return np.clip(shares, 0.0, 1.0)

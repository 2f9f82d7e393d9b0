"""Gestures: both palms held still on two corners of the pad, so that oily hands need no key.

Top corners held mean *next* once they leave, or *again* when they stay; bottom corners mean *pause*, or go on. A corner
is what lies within a palm's reach of the outermost sensors. While both lie there nothing else touches the pad, and no
documented step does that: its hands move, are small, or lie elsewhere (tests perform every step to see to it).

What such hands do must not be judged, and what a trainee does must not go unjudged for looking like a gesture at first.
So as long as hands lie in corners and nowhere else, it is undecided whose hops these are, for two and a half seconds at
most. The rule: what is decided of a hop depends on the hops up to the decision alone, never on how they were cut.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.analysis.findings import ContactTable
    from rig.pad import PadLayout
    from rig.technique.coach.state import Meaning

Ends = Literal["top", "bottom"]

ACROSS_MM, ALONG_MM = 60.0, 75.0
"""How far from the outermost column and row a palm on a corner has its centre; drawn palms at 95-148 mm from the line
had it within 54 and 62 mm."""

FAINT_N = 1.0
"""A lighter contact is a sensor at unrest, not a hand."""

PALMS_MM2 = 2_800.0
"""Width times length of two palms on corners, hanging over the edge, together; fingertips and thumbs have less."""

STILL_MM = 14.0
"""A hand that lies still wanders less than this; one that settles has come to lie within half a second."""

HELD_US = 1_500_000
"""Hands held so long mean something."""

AGAIN_US = 4_000_000
"""Hands on the top corners for so long mean the same step again."""

ALONE_US = 1_000_000
"""The second hand follows the first within this, else the first is judged."""

OFF_US = 100_000
"""A hand that is not seen for less has not left."""

_NOWHERE, _LEFT, _RIGHT = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Gesture:
    """Something meant by hands on the corners; `t_us` is when it was certain, `t0_us` when the first hand came."""

    t_us: int
    t0_us: int
    means: Meaning


@dataclass(slots=True)
class Span:
    """Hops that are a gesture's, from `t0_us` until before `t1_us` (None while hands are still there).

    Nothing but its hands lies on the pad in them.
    """

    t0_us: int
    t1_us: int | None = None

    def holds(self, t_us: int) -> bool:
        """Whether a moment lies in it."""
        return self.t0_us <= t_us and (self.t1_us is None or t_us < self.t1_us)


@dataclass(slots=True)
class _Corner:
    """What lies on one of the two corners in a hop."""

    x_mm: float
    y_mm: float
    area_mm2: float


@dataclass(slots=True)
class _Stay:
    """Hands on the corners of one end, and nowhere else, so far."""

    ends: Ends
    t0_us: int
    seen_us: int
    both_us: int | None = None
    anchors: tuple[_Corner, _Corner] | None = None
    span: Span | None = None
    told_again: bool = False

    @property
    def undecided_us(self) -> int:
        """From here on it is open whose the hops are."""
        since = self.seen_us if self.both_us is None else self.both_us
        return max(self.t0_us, since - ALONE_US)


class GestureWatch:
    """Watches the contacts of one session.

    Attributes:
        spans: the hops that are gestures', in order. told: gestures since somebody last took them.
    """

    def __init__(self, pad: PadLayout) -> None:
        x, y = pad.x_mm - pad.spine_x_mm, pad.y_mm
        self._left, self._right = float(x.min()) + ACROSS_MM, float(x.max()) - ACROSS_MM
        self._top, self._bottom = float(y.max()) - ALONG_MM, float(y.min()) + ALONG_MM
        self._spine_x = pad.spine_x_mm
        # On a pad no wider or longer than its corners, no place is left to work in.
        self._able = self._left < 0 < self._right and self._bottom < self._top
        self._stay: _Stay | None = None
        self.spans: list[Span] = []
        self.told: list[Gesture] = []

    @property
    def undecided_us(self) -> int | None:
        """From this moment on it is open whose the hops are; None while nothing is open."""
        return None if self._stay is None or self._stay.span is not None else self._stay.undecided_us

    @property
    def meaning(self) -> tuple[Meaning, int] | None:
        """What the hands on the corners mean if they leave now, and since when they lie there; None without any."""
        stay = self._stay
        if stay is None or stay.span is None or stay.both_us is None:
            return None
        means: Meaning = "pause" if stay.ends == "bottom" else "again" if stay.told_again else "next"
        return means, stay.both_us

    def push(self, t_us: NDArray[np.int64], contacts: ContactTable) -> None:
        """Take the next (h,) hops and their contacts."""
        if not self._able:
            return
        side, top, bottom = self._places(contacts)
        if self._stay is None and not ((side != _NOWHERE) & (top | bottom)).any():
            return
        felt = contacts.force_n >= FAINT_N
        first = np.searchsorted(contacts.t_us, t_us)
        last = np.searchsorted(contacts.t_us, t_us, side="right")
        for hop, a, b in zip(t_us.tolist(), first.tolist(), last.tolist(), strict=True):
            rows = a + np.flatnonzero(felt[a:b])
            cornered = side[rows] != _NOWHERE
            ends: Ends | None = None
            if len(rows) and cornered.all():
                ends = "top" if top[rows].all() else "bottom" if bottom[rows].all() else None
            if self._stay is None and ends is None:
                continue
            self._take(hop, ends, rows, side, contacts)

    def _places(self, contacts: ContactTable) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]:
        """(m,) the side of each contact that is far out, and whether it is at the top or the bottom."""
        x = contacts.x_mm - self._spine_x
        side = np.where(x <= self._left, _LEFT, np.where(x >= self._right, _RIGHT, _NOWHERE))
        return side, contacts.y_mm >= self._top, contacts.y_mm <= self._bottom

    def _take(
        self, t_us: int, ends: Ends | None, rows: NDArray[np.int64], side: NDArray[np.int64], contacts: ContactTable
    ) -> None:
        stay = self._stay
        if stay is not None and ends != stay.ends:
            if not len(rows) and t_us - stay.seen_us < OFF_US:
                return
            self._leave(t_us, stay)
            stay = None
        if stay is None:
            if ends is None:
                return
            stay = self._stay = _Stay(ends, t_us, t_us)
        stay.seen_us = t_us
        corners = tuple(_corner(rows[side[rows] == which], contacts) for which in (_LEFT, _RIGHT))
        self._hold(t_us, stay, *corners)

    def _hold(self, t_us: int, stay: _Stay, left: _Corner | None, right: _Corner | None) -> None:
        """Hands on one corner or on both."""
        if left is None or right is None:
            if stay.span is None:
                stay.both_us = stay.anchors = None
            return
        if stay.span is not None:
            self._stayed_on(t_us, stay)
            return
        anchors = stay.anchors
        if stay.both_us is None or anchors is None or _moved(anchors[0], left) or _moved(anchors[1], right):
            stay.both_us, stay.anchors = t_us, (left, right)
            return
        for anchor, corner in zip(anchors, (left, right), strict=True):
            anchor.area_mm2 = max(anchor.area_mm2, corner.area_mm2)
        if t_us - stay.both_us >= HELD_US and sum(anchor.area_mm2 for anchor in anchors) >= PALMS_MM2:
            stay.span = Span(stay.undecided_us)
            self.spans.append(stay.span)
            if stay.ends == "bottom":
                self.told.append(Gesture(t_us, stay.span.t0_us, "pause"))

    def _stayed_on(self, t_us: int, stay: _Stay) -> None:
        assert stay.span is not None
        assert stay.both_us is not None
        if stay.ends == "top" and not stay.told_again and t_us - stay.both_us >= AGAIN_US:
            stay.told_again = True
            self.told.append(Gesture(t_us, stay.span.t0_us, "again"))

    def _leave(self, t_us: int, stay: _Stay) -> None:
        """The hands are off the corners, or at work elsewhere."""
        self._stay = None
        if stay.span is None:
            return
        stay.span.t1_us = t_us
        if stay.ends == "top" and not stay.told_again:
            self.told.append(Gesture(t_us, stay.span.t0_us, "next"))


def _corner(rows: NDArray[np.int64], contacts: ContactTable) -> _Corner | None:
    if not len(rows):
        return None
    force = contacts.force_n[rows]
    total = float(force.sum())
    return _Corner(
        float((contacts.x_mm[rows] * force).sum()) / total,
        float((contacts.y_mm[rows] * force).sum()) / total,
        float((contacts.width_mm[rows] * contacts.length_mm[rows]).sum()),
    )


def _moved(anchor: _Corner, now: _Corner) -> bool:
    return hypot(now.x_mm - anchor.x_mm, now.y_mm - anchor.y_mm) > STILL_MM

"""Figures of eight, told by their swings.

Whoever draws an eight swings once to and fro on one axis while swinging twice on the other, wherever on it the hand
began, whether it lies or stands, is flat or tall, drifts, or has uneven lobes. An arc gone to and fro swings so, too,
but encloses nothing; the lobes of an eight do, in opposite senses. An eight is seen for certain only when it is gone,
so the passes that may be its parts wait, and no longer than it may be one. The rule: what is told depends on the
passes, and on the samples up to the moment at which the latest of them was certain.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from rig.analysis.passes import REST_US, TURN_MM
from rig.analysis.shapes import bent, winds
from rig.analysis.turns import NEARLY, Swings, measured
from rig.analysis.ways import LEAST_STROKE_MM, QUICK_US

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rig.analysis.turns import Turn
    from rig.analysis.ways import Pass

LEAST_LONG_MM, LEAST_HIGH_MM, LEAST_HIGH = 60.0, 25.0, 0.15
"""An eight is as long as the first, and as high as the second and as this part of its length."""

SWING_MM = 16.0
"""A smaller swing is tremor, wander, and the roll of a hand that lands."""

LOBE, PART_LOBE = 0.25, 0.06
"""The area of a lobe over that of its box (an even eight has 2 / 3); the one that the hand began or left in may have no
more than the second."""

LONGEST_US = 33_000_000
"""Of four eights a minute, two and the half of a lobe take as long; by then the first is told."""

ASLANT = 0.3
"""A pass goes aslant if it has this part of its chord on either axis: of a tall eight, the way from lobe to lobe."""

RETRACING = -0.92
"""The cosine of a straight pass and one back along it."""

AMID = 0.42
"""Of a lobe's height, how far off its middle its far side may be."""

OUTSIDE = 0.35
"""A pass from, or to, farther outside than this part of the eight's extent is no part of it."""

_T, _X, _Y = range(3)


class Eights:
    """Follows the passes of one touch; `going` while it draws eights."""

    def __init__(self) -> None:
        self._waiting: list[Pass] = []
        self._from_us = 0
        self._last_us = 0
        self._usual_us = 0
        self._slow: int | None = None
        self._latest = np.zeros((2, 0))

    @property
    def going(self) -> bool:
        """Whether the latest passes were parts of an eight."""
        return self._slow is not None

    def take(self, one: Pass, path: NDArray[np.float64]) -> list[Turn | Pass]:
        """What is certain now that `one` is: eights, and passes that are no part of any, in the order of time.

        Args:
            one: the next pass.
            path: (4, k) time, x, y, force; all samples since the last pass that this gave back, or the last eight.
        """
        found = [] if self._goes_on(one, path) else self._settle(path, self._last_us, over=True)
        self._waiting.append(one)
        self._last_us = one.t1_us
        over = one.last or not _moves(path, one.certain_us - REST_US, one.certain_us)
        return found + self._settle(path, one.certain_us, over=over)

    def release(self) -> list[Pass]:
        """The passes that wait: the hand circles, and draws no eights."""
        waiting, self._waiting, self._slow = self._waiting, [], None
        return waiting

    def _goes_on(self, one: Pass, path: NDArray[np.float64]) -> bool:
        if self.going and _outside(self._latest, one.x1, one.y1):
            return False
        # Round a lobe, a hand that goes on may come no farther from where its pass began.
        return one.t0_us - self._last_us <= QUICK_US or _moves(path, self._last_us, one.t0_us)

    def _settle(self, path: NDArray[np.float64], until_us: int, *, over: bool) -> list[Turn | Pass]:
        found: list[Turn | Pass] = []
        while self._waiting:
            if not self.going and not _begins(self._waiting, until_us):
                found.append(self._waiting.pop(0))
                continue
            start_us = self._from_us if self.going else self._waiting[0].t0_us
            rows = path[:, np.searchsorted(path[_T], start_us) : np.searchsorted(path[_T], until_us, side="right")]
            axes = (0, 1) if self._slow is None else (self._slow,)
            sides = [_sides(rows, slow, over=over) for slow in axes]
            seen = next(((slow, far) for slow, far in zip(axes, sides, strict=True) if far and len(far) > 1), None)
            if seen is not None and (before := self._before(rows, seen[1])):
                found += before
                continue
            end = None if seen is None else self._end(rows, *seen, over=over)
            if seen is not None and end is not None:
                found.append(self._tell(rows[:, : end + 1], seen[0]))
            elif not over and any(far is not None and len(far) < 3 for far in sides) and not self._overdue(until_us):
                break
            elif self.going:
                # What was begun of one more is no movement of its own.
                self._slow, self._waiting = None, [] if over else self._waiting
            else:
                found.append(self._waiting.pop(0))
        if over:
            self._slow = None
        return found

    def _overdue(self, until_us: int) -> bool:
        return self.going and until_us - self._from_us > 2 * self._usual_us

    def _before(self, rows: NDArray[np.float64], far: list[int]) -> list[Pass]:
        """The first pass that waits, if it came from outside: from one far side to the next, the eight is all seen."""
        if self.going or len(self._waiting) < 2:
            return []
        half = rows[_X : _Y + 1, far[0] : far[1] + 1]
        return [self._waiting.pop(0)] if _outside(half, *rows[_X : _Y + 1, 0].tolist()) else []

    def _end(self, rows: NDArray[np.float64], slow: int, far: list[int], *, over: bool) -> int | None:
        """Where the first eight among the samples ends: where it began, by the far side that comes next."""
        if len(far) > 2:
            return far[2] - min(far[0], far[1] - far[0]) if _two_lobes(rows, slow, far) else None
        last = rows.shape[1] - 1
        if not over or not (self.going or _two_lobes(rows, slow, [*far, last])):
            return None
        usual_us = self._usual_us if self.going else 2 * (rows[_T, far[1]] - rows[_T, far[0]])
        return last if rows[_T, last] - rows[_T, 0] >= NEARLY * usual_us else None

    def _tell(self, rows: NDArray[np.float64], slow: int) -> Turn:
        turn = measured(rows)
        self._slow, self._from_us = slow, turn.t1_us
        self._usual_us = turn.t1_us - turn.t0_us
        self._latest = rows[_X : _Y + 1]
        self._waiting = [one for one in self._waiting if one.t0_us + one.t1_us > 2 * turn.t1_us]
        return turn


def _outside(eight: NDArray[np.float64], x: float, y: float) -> bool:
    """Whether a place is no part of the eight that (2, n) samples are of."""
    low, high, place = eight.min(axis=1), eight.max(axis=1), np.array([x, y])
    return bool((np.maximum(low - place, place - high) > OUTSIDE * (high - low)).any())


def _moves(path: NDArray[np.float64], t0_us: int, t1_us: int) -> bool:
    """Whether the hand goes anywhere between two moments."""
    between = path[_X : _Y + 1, slice(*np.searchsorted(path[_T], (t0_us, t1_us)))]
    return between.size > 0 and bool(np.ptp(between, axis=1).max() > TURN_MM)


def _begins(waiting: list[Pass], until_us: int) -> bool:
    """Whether the first of these passes may be the first one of an eight that is not complete by then."""
    one = waiting[0]
    dx, dy = abs(one.x1 - one.x0), abs(one.y1 - one.y0)
    if one.chord_mm < LEAST_STROKE_MM or until_us - one.t0_us > LONGEST_US:
        return False
    if not winds(one) and min(dx, dy) < ASLANT * one.chord_mm:
        return False
    return len(waiting) < 2 or not _turns_or_returns(one, waiting[1])


def _turns_or_returns(first: Pass, second: Pass) -> bool:
    """Whether two passes are the halves of a circle, or straight there and back."""
    if bent(first) and bent(second):
        return (first.swept_mm2 > 0) == (second.swept_mm2 > 0)
    ahead = (first.x1 - first.x0) * (second.x1 - second.x0) + (first.y1 - first.y0) * (second.y1 - second.y0)
    return ahead < RETRACING * first.chord_mm * second.chord_mm and not (winds(first) or winds(second))


def _sides(rows: NDArray[np.float64], slow: int, *, over: bool) -> list[int] | None:
    """Where an eight that swings once on axis `slow` is at its far sides; None if the path is none, or no longer one.

    Between two far sides the other axis turns twice, and before the first one and after the last one no more often.
    """
    swings = Swings(SWING_MM), Swings(SWING_MM)
    for axis, one in enumerate(swings):
        one.follow(rows[_X + axis], 0)
    far, turns = swings[slow].ends[1:4], swings[1 - slow].ends[1:]
    ends_far = over and len(far) < 2
    if ends_far:
        far = swings[slow].all_ends(rows[_X + slow])[1:]
    between = np.searchsorted(turns, [0, *far, rows.shape[1]])
    count = [b - a for a, b in pairwise(between.tolist())]
    # Where the hand leaves on a far side, the other axis need not have turned for the second time.
    even = all(n == 2 or (ends_far and n == 1) for n in count[1:-1])
    return far if even and count[0] <= 2 and (count[-1] <= 2 or len(far) > 2) else None


def _two_lobes(rows: NDArray[np.float64], slow: int, far: Sequence[int]) -> bool:
    """Whether the path encloses a lobe about the first of three far sides, and one in the other sense about the second.

    The third may be where the hand left.
    """
    first, second, third = far
    along, across = rows[_X + slow], rows[_X + 1 - slow]
    beyond = (along > (along[first] + along[second]) / 2) == (along[first] > along[second])
    came = first - int(np.argmin(np.append(beyond[first::-1], False))) + 1
    crossed = first + int(np.argmin(beyond[first : second + 1]))
    left = _crossing(along, second, third)
    long_mm, high_mm = abs(float(along[first] - along[second])), float(np.ptp(across[came : left + 1]))
    if long_mm < LEAST_LONG_MM or high_mm < max(LEAST_HIGH_MM, LEAST_HIGH * long_mm):
        return False
    box = long_mm / 2 * high_mm
    one, other = _area(rows[:, came : crossed + 1]) / box, _area(rows[:, crossed : left + 1]) / box
    less, more = sorted((abs(one), abs(other)))
    amid = _amid(across[came : crossed + 1], first - came)
    return amid and less >= PART_LOBE and more >= LOBE and (one > 0) != (other > 0)


def _amid(lobe: NDArray[np.float64], far: int) -> bool:
    """Whether a lobe is at its far side when it is amid its height: an arc to and fro turns there on both axes."""
    low, high = float(lobe.min()), float(lobe.max())
    return abs(float(lobe[far]) - (low + high) / 2) <= AMID * (high - low)


def _crossing(along: NDArray[np.float64], a: int, b: int) -> int:
    """Where the way from one far side to the next comes past its middle."""
    middle = (along[a] + along[b]) / 2
    past = along[a : b + 1] <= middle if along[a] > middle else along[a : b + 1] >= middle
    return a + int(np.argmax(past))


def _area(rows: NDArray[np.float64]) -> float:
    """The signed area that a path and its chord enclose."""
    x, y = rows[_X] - rows[_X, 0], rows[_Y] - rows[_Y, 0]
    return float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum()) / 2

"""The turns of a hand that circles, counted by its swings.

Whoever circles swings to and fro along the back and across it, twice a turn, wherever on the circle the hand began. A
tile's pitch away from round, and drifting while the circle travels, a path still swings: that one axis at least shows
every swing is all that counting needs, whereas halves of a circle are lost where the path is seen flat. The rule: a
turn depends on the samples up to the moment at which it is asked for and on nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SWING_MM = 7.0
"""A smaller swing is tremor and wander: circles of a thumb have a radius of a centimetre or more."""

SWINGS, NEARLY = 2, 0.7
"""So many swings are a turn; who leaves after so much of the usual time has done the turn."""

SET_OUT_MM = 4.0
LENGTH_EVERY = 5
"""The length of a turn is that of every fifth sample's polygon, so that tremor adds nothing to it."""

LONGEST_SAMPLES = 3_000
"""A minute: of what a resting hand does longer before it circles, only the end is kept."""

_T, _X, _Y, _FORCE = range(4)


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn: its ends in microseconds and mm, the length of its way, and the force in N on it."""

    t0_us: int
    t1_us: int
    x0: float
    y0: float
    x1: float
    y1: float
    middle_x: float
    middle_y: float
    length_mm: float
    force_mean: float
    force_peak: float


@dataclass(slots=True)
class Swings:
    """The turning points of one coordinate, as sample numbers; the beginning is the first."""

    least_mm: float = SWING_MM
    ends: list[int] = field(default_factory=list)
    _sense: int = 0
    _low: int = 0
    _high: int = 0

    def follow(self, values: NDArray[np.float64], start: int) -> None:
        """Take `values[start:]`; `values` are all samples of the bout so far."""
        if not self.ends and len(values):
            self.ends.append(0)
        for k in range(start, len(values)):
            value = values[k]
            if value > values[self._high]:
                self._high = k
            if value < values[self._low]:
                self._low = k
            if self._sense >= 0 and values[self._high] - value >= self.least_mm:
                self._turn(self._high, -1, k)
            elif self._sense <= 0 and value - values[self._low] >= self.least_mm:
                self._turn(self._low, 1, k)

    def all_ends(self, values: NDArray[np.float64]) -> list[int]:
        """The turning points if nothing follows: the farthest that the last swing came is one, too."""
        last = self._high if self._sense >= 0 else self._low
        far = self.ends and abs(values[last] - values[self.ends[-1]]) >= self.least_mm
        return [*self.ends, last] if far else self.ends

    def drop(self, count: int) -> None:
        """The first `count` samples are no longer there; the first one left counts as the beginning."""
        self.ends = [0, *(end - count for end in self.ends if end > count)]
        self._low, self._high = max(self._low - count, 0), max(self._high - count, 0)

    def _turn(self, at: int, sense: int, now: int) -> None:
        # Before the first swing is known, an extreme that is hardly one is the beginning itself.
        if self._sense:
            self.ends.append(at)
        else:
            self.ends[0] = at
        self._sense = sense
        self._low = self._high = now


class Turns:
    """Follows one touch; `going` while it circles."""

    def __init__(self) -> None:
        self.going = False
        self._path = np.zeros((4, 0))
        self._axes = (Swings(), Swings())
        self._followed = 0
        self._told_to = 0
        self._usual = 0
        self._axis: int | None = None
        self._lands = True

    @property
    def path(self) -> NDArray[np.float64]:
        """(4, n) the samples that are kept."""
        return self._path

    @property
    def kept(self) -> int:
        """How many samples are kept."""
        return self._path.shape[1]

    def add(self, path: NDArray[np.float64]) -> None:
        """The next (4, k) samples: time, x, y, force."""
        self._path = np.concatenate([self._path, path], axis=1)
        if not self.going and self._path.shape[1] > LONGEST_SAMPLES:
            self._path = self._path[:, -LONGEST_SAMPLES:]
            self._lands = False

    def forget(self, until_us: int) -> None:
        """What came before is no part of a circle, and a bout that was under way is over."""
        self._path = self._path[:, int(np.searchsorted(self._path[_T], until_us)) :]
        self._axes, self._axis = (Swings(), Swings()), None
        self._followed = self._told_to = self._usual = 0
        self.going = self._lands = False

    def told_until(self, until_us: int, *, over: bool) -> list[Turn]:
        """The turns that are complete by then and were not told yet; all if the bout is `over`."""
        # Whoever asks for an earlier moment than before gets what was known by then.
        count = max(int(np.searchsorted(self._path[_T], until_us, side="right")), self._followed)
        for axis, swings in enumerate(self._axes):
            swings.follow(self._path[_X + axis, :count], self._followed)
        self._followed = count
        ends = [s.all_ends(self._path[_X + k, :count]) if over else s.ends for k, s in enumerate(self._axes)]
        found: list[Turn] = []
        while (end := self._next_end(ends, count, over=over)) is not None:
            found.append(self._turn(self._told_to, end))
            self._usual, self._told_to = end - self._told_to, end
        if self._told_to > LONGEST_SAMPLES and not over:
            self._drop(self._told_to)
        return found

    def _next_end(self, ends: list[list[int]], count: int, *, over: bool) -> int | None:
        """Where the next turn ends: the second swing from the last told end, on the axis that is followed.

        The axes are a quarter of a turn apart; one that shows three swings while the other shows not even two is the
        better one to follow, from the end that comes nearest to where the turn should end.
        """
        after = [[e for e in axis[1:] if e > self._told_to] for axis in ends]
        if self._axis is None:
            if min(map(len, after)) < SWINGS and max(map(len, after)) < 2 * SWINGS and not over:
                return None
            self._axis = int(_unlike(ends[1]) < _unlike(ends[0]))
        own, other = after[self._axis], after[1 - self._axis]
        if len(own) >= SWINGS:
            return own[SWINGS - 1]
        should = self._told_to + self._usual
        if len(other) > SWINGS and self._usual:
            self._axis = 1 - self._axis
            far = [e for e in other if e > self._told_to + self._usual / 2]
            return min(far, key=lambda e: abs(e - should)) if far else other[SWINGS - 1]
        if over and len(other) >= SWINGS and count - 1 >= self._told_to + NEARLY * self._usual:
            return count - 1
        return None

    def _drop(self, count: int) -> None:
        """Forget samples of turns that were told, so that whoever circles for long takes no memory."""
        self._path = self._path[:, count:]
        for swings in self._axes:
            swings.drop(count)
        self._followed -= count
        self._told_to -= count
        self._lands = False

    def _turn(self, a: int, b: int) -> Turn:
        turn = measured(self._path[:, a : b + 1])
        return replace(turn, t0_us=self._set_out_us(turn.t0_us)) if a == 0 and self._lands else turn

    def _set_out_us(self, otherwise_us: int) -> int:
        """When a hand that landed began to circle: it goes at an even pace, and lay still before."""
        dx, dy = self._path[_X] - self._path[_X, 0], self._path[_Y] - self._path[_Y, 0]
        off = np.sqrt(dx * dx + dy * dy)
        near, far = int(np.argmax(off >= SET_OUT_MM)), int(np.argmax(off >= 2 * SET_OUT_MM))
        if not 0 < near < far:
            return otherwise_us
        return int(max(2 * self._path[_T, near] - self._path[_T, far], self._path[_T, 0]))


def measured(path: NDArray[np.float64]) -> Turn:
    """The turn that (4, n) samples are."""
    corners = path[_X : _Y + 1, [*range(0, path.shape[1] - 1, LENGTH_EVERY), -1]]
    steps = np.diff(corners, axis=1)
    return Turn(
        int(path[_T, 0]),
        int(path[_T, -1]),
        float(path[_X, 0]),
        float(path[_Y, 0]),
        float(path[_X, -1]),
        float(path[_Y, -1]),
        float(path[_X].min() + path[_X].max()) / 2,
        float(path[_Y].min() + path[_Y].max()) / 2,
        float(np.sqrt(steps[0] * steps[0] + steps[1] * steps[1]).sum()),
        float(path[_FORCE].sum() / path.shape[1]),
        float(path[_FORCE].max()),
    )


def _unlike(ends: list[int]) -> float:
    """How much the first swing's time differs from the second one's, relative: a bout that begins amid a swing of one
    axis begins at the end of one on the other; without two swings beyond all that have them."""
    if len(ends) <= SWINGS:
        return 2.0
    first, second = ends[1] - ends[0], ends[2] - ends[1]
    return abs(first - second) / max(first + second, 1)

"""A contact's path cut into passes: from one turning point, rest or touch-down to the next.

A pass runs from its start to the farthest point that it reached. It ends when the contact comes back from there by
`TURN_MM`, stays there for `REST_US`, or lifts. While it still runs, its course is told once, as soon as the pass can be
nothing but a stroke in that direction (`ways.py`). All sums run along the path sample by sample and are carried on from
push to push, so that the same path gives the same passes to the bit however it arrives.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from math import pi, sqrt
from typing import TYPE_CHECKING

import numpy as np

from rig.analysis.ways import COURSE_MM, LEAST_STROKE_MM, NEAR_MM, Course, Mark, Pass, Tally, force_parts, runs_straight

if TYPE_CHECKING:
    from numpy.typing import NDArray

TURN_MM = 10.0
"""Coming back by this much is a turn: beyond tremor and the wander of a centre over unlike sensors."""

REST_US = 1_500_000
"""Staying this long at the farthest point ends the pass."""

LINGER_US = 400_000
"""Whoever stays near a start or an end for longer than this, and than a smooth motion would, has been resting."""


class PathFollower:
    """Cuts the path of one contact."""

    def __init__(self, contact: int) -> None:
        self.contact = contact
        self._start: Tally | None = None

    def push(
        self,
        t_us: NDArray[np.int64],
        x: NDArray[np.float64],
        y: NDArray[np.float64],
        force: NDArray[np.float64],
        jump: NDArray[np.bool_],
    ) -> list[Pass | Course]:
        """What the next samples make certain: passes that end, and the courses of those under way.

        All arrays are (k,), in order of time.
        """
        if jump.any():
            return self._around_jumps(t_us, x, y, force, jump)
        return self._advance(np.array([t_us, x, y, force]))

    def finish(self, certain_us: int) -> list[Pass]:
        """The contact lifted: the pass under way, whatever its length; empty if nothing was ever seen."""
        if self._start is None:
            return []
        done = self._pass(self._far, certain_us, last=True)
        self._start = None
        return [done]

    def _around_jumps(
        self,
        t_us: NDArray[np.int64],
        x: NDArray[np.float64],
        y: NDArray[np.float64],
        force: NDArray[np.float64],
        jump: NDArray[np.bool_],
    ) -> list[Pass | Course]:
        """Take each jump out of the path: the start moves along with it."""
        found: list[Pass | Course] = []
        cuts = [0, *np.flatnonzero(jump).tolist(), len(t_us)]
        for a, b in itertools.pairwise(cuts):
            if a == b:
                continue
            if jump[a] and self._start is not None:
                self._shift(float(x[a]) - self._now.x, float(y[a]) - self._now.y)
            found += self._advance(np.array([t_us[a:b], x[a:b], y[a:b], force[a:b]]))
        return found

    def _shift(self, dx: float, dy: float) -> None:
        assert self._start is not None
        for tally in {id(t): t for t in (self._start, self._far, self._now)}.values():
            tally.x += dx
            tally.y += dy
        self._tail[1] += dx
        self._tail[2] += dy

    def _begin(self, sample: NDArray[np.float64], t_us: int) -> None:
        start = Tally(t_us, float(sample[1]), float(sample[2]), 0.0, 1, float(sample[3]), float(sample[3]), 0.0)
        self._start, self._far, self._now = start, start, start
        self._left_us = t_us
        self._marks: list[Mark] = []
        self._on_course = False
        self._tail = np.zeros((4, 0))

    def _advance(self, path: NDArray[np.float64]) -> list[Pass | Course]:
        found: list[Pass | Course] = []
        while path.shape[1]:
            if self._start is None:
                self._begin(path[:, 0], int(path[0, 0]))
                path = path[:, 1:]
                continue
            path = self._walk(path, found)
        return found

    def _walk(self, path: NDArray[np.float64], found: list[Pass | Course]) -> NDArray[np.float64]:
        """Follow `path` to its end or to the pass' end, add to `found`; what is still to be followed."""
        start, far, now = self._start, self._far, self._now
        assert start is not None
        t, x, y, force = path
        dx, dy = x - start.x, y - start.y
        dist = np.sqrt(dx * dx + dy * dy)
        farthest = np.maximum.accumulate(np.concatenate([[far.dist], dist]))
        newly = dist > farthest[:-1]
        farthest = farthest[1:]
        index = np.where(newly, np.arange(len(t)), -1)
        at = np.maximum.accumulate(index)
        # A new step of the way is progress; within a step a resting hand trembles.
        step = np.floor(np.concatenate([[far.dist], farthest]) / NEAR_MM)
        stepped = np.where(step[1:] > step[:-1], t, self._marks[-1].t_us if self._marks else start.t_us)
        progress_t = np.maximum.accumulate(stepped)
        over = (farthest >= TURN_MM) & ((farthest - dist >= TURN_MM) | (t - progress_t >= REST_US))
        end = int(np.argmax(over)) if over.any() else -1
        count = len(t) if end < 0 else end + 1

        swept = np.cumsum(
            np.concatenate(
                [
                    [now.swept],
                    np.concatenate([[now.x - start.x], dx[:-1]]) * dy
                    - dx * np.concatenate([[now.y - start.y], dy[:-1]]),
                ]
            )
        )
        sums = np.cumsum(np.concatenate([[now.force], force]))
        peaks = np.maximum.accumulate(np.concatenate([[now.peak], force]))

        def tally(i: int) -> Tally:
            return Tally(
                int(t[i]),
                float(x[i]),
                float(y[i]),
                float(dist[i]),
                now.samples + i + 1,
                float(sums[i + 1]),
                float(peaks[i + 1]),
                float(swept[i + 1]),
            )

        near = np.flatnonzero((dist[:count] <= NEAR_MM) & (farthest[:count] < TURN_MM))
        if len(near):
            self._left_us = int(t[near[-1]])
        if at[count - 1] >= 0:
            self._far = tally(int(at[count - 1]))
            self._tail = path[:, int(at[count - 1]) + 1 : count]
        else:
            self._tail = np.concatenate([self._tail, path[:, :count]], axis=1)
        new = np.flatnonzero(step[1 : count + 1] > step[:count])
        if len(new):
            columns = (dist[new], t[new].astype(np.int64), new + (now.samples + 1), sums[new + 1], swept[new + 1])
            self._marks += map(Mark, *(column.tolist() for column in columns))
            if not self._on_course and dist[new[-1]] >= COURSE_MM:
                ahead = (i for i in new.tolist() if runs_straight(start, tally(i), self._left_us))
                for i in itertools.islice(ahead, 1):
                    self._on_course = True
                    found.append(self._course(tally(i), float(force[i])))
        self._now = tally(count - 1)
        if self._far.dist < TURN_MM:
            # Still at its start: nothing of this will be walked again.
            self._tail = self._tail[:, :0]
        if end < 0:
            return path[:, :0]
        done = self._pass(self._far, int(t[end]), last=False)
        onward = np.concatenate([self._tail, path[:, count:]], axis=1)
        far = self._far
        turned = farthest[end] - dist[end] >= TURN_MM
        self._begin(np.array([far.t_us, far.x, far.y, 0.0]), far.t_us if turned else done.t1_us)
        self._now.samples, self._now.force, self._now.peak = 0, 0.0, 0.0
        # A hand that lifts at this very moment has rested until now, not until it began to rest.
        self._now = replace(self._now, t_us=far.t_us)
        found.append(done)
        return onward

    def _course(self, here: Tally, force_now: float) -> Course:
        start = self._start
        assert start is not None
        t0_us = self._left_us if self._left_us - start.t_us > LINGER_US else start.t_us
        mean = here.force / here.samples
        return Course(t0_us, here.t_us, start.x, start.y, here.x, here.y, here.dist, mean, force_now)

    def _pass(self, end: Tally, certain_us: int, *, last: bool) -> Pass:
        start = self._start
        assert start is not None
        still = end.dist < (LEAST_STROKE_MM if last else TURN_MM)
        whole = self._now if still else end
        rested = whole.t_us - start.t_us if still else self._left_us - start.t_us
        t0, t1 = start.t_us, whole.t_us
        if not still:
            arrived = next((m.t_us for m in reversed(self._marks) if m.dist <= end.dist - NEAR_MM), start.t_us)
            moving = max(arrived - self._left_us, 0)
            # A smooth motion s = (1 - cos) / 2 spends this part of its time on its first and on its last NEAR_MM.
            ease = 2 / pi * sqrt(NEAR_MM / end.dist)
            eased = int(moving * ease / (1 - 2 * ease)) if ease < 0.4 else moving
            linger = max(LINGER_US, 2 * eased)
            t0 = max(self._left_us - eased, t0) if rested > linger else t0
            t1 = min(arrived + eased, t1) if t1 - arrived > linger else t1
        return Pass(
            t0,
            t1,
            start.x,
            start.y,
            end.x,
            end.y,
            end.dist,
            end.swept / 2.0,
            max((m.swept for m in self._marks), key=abs, default=0.0) / 2.0,
            whole.samples,
            whole.force,
            whole.peak,
            certain_us,
            rested,
            start.t_us,
            last,
            () if still else force_parts(start, self._marks, end),
        )

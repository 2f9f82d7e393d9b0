"""Contacts followed from touch-down to lift: one number each, through merging and parting.

Most hops change nothing: as many contacts as before, each within reach of where it was. Those are linked by array
operations over whole runs of hops. A hop that changes something is an event, handled one by one: touch-down,
lift, two contacts run together or come apart, a contact that flickers. The rule: the links of a hop depend on
the hop before it and on what was lost shortly before, never on where a block ends.

A merged contact keeps the number of the heavier; the other number waits with it and comes back if they part. Where
a number's centre jumps for such a reason, and not because a hand moved, `jump` says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from numpy.typing import NDArray

    from rig.analysis.contacts import Touches

FASTEST_MM_S = 1_000.0
"""No documented stroke reaches 1 m/s; a centre that moves faster jumped."""

SLACK_MM = 5.0
"""How far a centre may wander in any hop: tiles of unlike gain come and go at a contact's edge."""

REACH_MM = 45.0
"""A contact within about one tile of a lost one is the same, seen differently."""

MERGE_REACH_MM = 130.0
"""Half of two hands' breadth: how far off the middle of a merged pair can be."""

LEAST_MERGED_N, TAKEN_OVER = 1.0, 0.6
"""A contact that vanishes with more than this force merged if another grew by this part of it in the same hop."""

RESUME_US = 80_000
"""A contact seen again within this time was never lifted: less than the off time of the fastest percussion."""


@dataclass(slots=True)
class _Track:
    number: int
    x: float
    y: float
    force: float
    seen_us: int
    carries: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Lift:
    """A contact's end: its number, when it was last seen, and the hop (a time) at which that became certain."""

    contact: int
    seen_us: int
    certain_us: int


@dataclass(frozen=True, slots=True, eq=False)
class Tracked:
    """Numbers for the rows of `Touches`: (m,) int64 `contact`, (m,) bool `jump`; and what ended."""

    contact: NDArray[np.int64]
    jump: NDArray[np.bool_]
    lifts: list[Lift]


class Tracker:
    """Numbers the contacts of one run of hops after the other."""

    def __init__(self) -> None:
        self._next = 1
        self._live: list[_Track] = []
        self._lost: list[_Track] = []
        self._last_us = 0

    def push(self, t_us: NDArray[np.int64], touches: Touches, gaps: AbstractSet[int]) -> Tracked:
        """Number the contacts of the next h hops.

        Args:
            t_us: (h,) the hops' times.
            touches: their contacts.
            gaps: rows of hops right before which the pad was not seen.
        """
        h = len(t_us)
        if h == 0:
            return Tracked(np.zeros(0, np.int64), np.zeros(0, bool), [])
        if h == 1 and not gaps and self._stayed(int(t_us[0]), touches):
            return self._followed(t_us, touches)
        first = np.searchsorted(touches.hop, np.arange(h + 1))
        contact, jump = np.zeros(len(touches.hop), np.int64), np.zeros(len(touches.hop), bool)
        lifts: list[Lift] = []
        quiet = self._quiet(t_us, touches, first)
        quiet[list(gaps)] = False
        events = np.flatnonzero(~quiet).tolist()
        starts = events if events and events[0] == 0 else [0, *events]
        for start, end in zip(starts, [*starts[1:], h], strict=True):
            if not quiet[start]:
                if start in gaps:
                    self._end_all(int(t_us[start]), lifts)
                self._expire(t_us, start, lifts)
                self._change(int(t_us[start]), touches, slice(int(first[start]), int(first[start + 1])), jump)
            if self._live:
                a, b = int(first[start]), int(first[end])
                numbers = [t.number for t in self._live]
                contact[a:b] = numbers * (end - start)
                self._note(touches, slice(b - len(self._live), b), int(t_us[end - 1]))
            self._last_us = int(t_us[end - 1])
        self._expire(t_us, h - 1, lifts)
        return Tracked(contact, jump, lifts)

    def finish(self) -> list[Lift]:
        """End all that is still on the pad."""
        lifts: list[Lift] = []
        self._end_all(self._last_us, lifts)
        return lifts

    def _stayed(self, now_us: int, touches: Touches) -> bool:
        """`_quiet` of a single hop, as they come live: with a few contacts arrays cost ten times as much."""
        if len(touches.hop) != len(self._live):
            return False
        reach = SLACK_MM + FASTEST_MM_S * ((now_us - self._last_us) / 1e6)
        places = zip(touches.x_mm.tolist(), touches.y_mm.tolist(), self._live, strict=True)
        # Multiplied as arrays multiply: a power may differ from them in the last bit.
        return all((x - t.x) * (x - t.x) + (y - t.y) * (y - t.y) <= reach * reach for x, y, t in places)

    def _followed(self, t_us: NDArray[np.int64], touches: Touches) -> Tracked:
        """The numbers of a single hop in which all stayed."""
        lifts: list[Lift] = []
        self._last_us = int(t_us[0])
        self._note(touches, slice(None), self._last_us)
        if self._lost:
            self._expire(t_us, 0, lifts)
        contact = np.array([t.number for t in self._live], np.int64)
        return Tracked(contact, np.zeros(len(contact), bool), lifts)

    def _note(self, touches: Touches, rows: slice, now_us: int) -> None:
        """Keep where the live contacts are now; theirs are these rows."""
        columns = (column[rows].tolist() for column in (touches.x_mm, touches.y_mm, touches.force_n))
        for track, x, y, force in zip(self._live, *columns, strict=True):
            track.x, track.y, track.force, track.seen_us = x, y, force, now_us

    def _quiet(self, t_us: NDArray[np.int64], touches: Touches, first: NDArray[np.int64]) -> NDArray[np.bool_]:
        """(h,) whether each hop has the contacts of the hop before it, in the same order and within reach."""
        known = len(self._live)
        number = np.append(known, first[1:] - first[:-1])
        dt_s = (t_us - np.append(self._last_us, t_us[:-1])) / 1e6
        same = number[1:] == number[:-1]
        rows = np.flatnonzero(same[touches.hop])
        if len(rows) == 0:
            return np.asarray(same)
        x = np.concatenate([[t.x for t in self._live], touches.x_mm])
        y = np.concatenate([[t.y for t in self._live], touches.y_mm])
        hop = touches.hop[rows]
        now = rows + known
        then = now - number[1:][hop]
        reach = SLACK_MM + FASTEST_MM_S * dt_s[hop]
        far = (x[now] - x[then]) ** 2 + (y[now] - y[then]) ** 2 > reach * reach
        same[hop[far]] = False
        return np.asarray(same)

    def _change(self, now_us: int, touches: Touches, rows: slice, jump: NDArray[np.bool_]) -> None:
        """Number the contacts of a hop that are not simply those of the hop before."""
        new = list(range(rows.start, rows.stop))
        x, y, _force = touches.x_mm, touches.y_mm, touches.force_n
        known = [*self._live, *self._lost]
        pairs = sorted((float((x[r] - t.x) ** 2 + (y[r] - t.y) ** 2), i, r) for i, t in enumerate(known) for r in new)
        owner: dict[int, _Track] = {}
        matched: set[int] = set()
        for square, i, r in pairs:
            if square > REACH_MM**2 or r in owner or i in matched:
                continue
            owner[r] = known[i]
            matched.add(i)
            reach = SLACK_MM + FASTEST_MM_S * (now_us - known[i].seen_us) / 1e6
            jump[r] = square > reach * reach
        gone = [t for i, t in enumerate(known[: len(self._live)]) if i not in matched]
        lost = [t for i, t in enumerate(known[len(self._live) :], len(self._live)) if i not in matched]
        self._merge(gone, owner, touches, jump)
        for r in new:
            if r not in owner:
                owner[r] = self._parted(r, owner, touches, jump) or self._touch_down()
        self._live = [owner[r] for r in new]
        self._lost = lost + gone

    def _merge(self, gone: list[_Track], owner: dict[int, _Track], touches: Touches, jump: NDArray[np.bool_]) -> None:
        """Let contacts that vanished beside one that grew by their force go on inside it."""
        for track in list(gone):
            near = [r for r in owner if _square(track, touches, r) < MERGE_REACH_MM**2]
            for r in near:
                host = owner[r]
                if track.force < LEAST_MERGED_N or touches.force_n[r] - host.force < TAKEN_OVER * track.force:
                    continue
                gone.remove(track)
                jump[r] = True
                heavier, lighter = (host, track) if host.force >= track.force else (track, host)
                heavier.carries += [lighter.number, *lighter.carries]
                lighter.carries = []
                owner[r] = heavier
                break

    def _parted(self, row: int, owner: dict[int, _Track], touches: Touches, jump: NDArray[np.bool_]) -> _Track | None:
        """The track that `row` carries on with, if it came off a merged contact."""
        for r, host in owner.items():
            if host.carries and _square(host, touches, row) < MERGE_REACH_MM**2:
                jump[r] = jump[row] = True
                return _Track(host.carries.pop(), 0.0, 0.0, 0.0, 0)
        return None

    def _touch_down(self) -> _Track:
        self._next += 1
        return _Track(self._next - 1, 0.0, 0.0, 0.0, 0)

    def _expire(self, t_us: NDArray[np.int64], row: int, lifts: list[Lift]) -> None:
        """Call lifted what was not seen again in time, as of hop `row`."""
        kept = []
        for track in self._lost:
            certain = int(np.searchsorted(t_us, track.seen_us + RESUME_US))
            if certain > row:
                kept.append(track)
            else:
                _lift(track, int(t_us[certain]), lifts)
        self._lost = kept

    def _end_all(self, now_us: int, lifts: list[Lift]) -> None:
        for track in [*self._live, *self._lost]:
            _lift(track, now_us, lifts)
        self._live, self._lost = [], []


def _lift(track: _Track, certain_us: int, lifts: list[Lift]) -> None:
    lifts += [Lift(number, track.seen_us, certain_us) for number in (track.number, *track.carries)]


def _square(track: _Track, touches: Touches, row: int) -> float:
    return float((touches.x_mm[row] - track.x) ** 2 + (touches.y_mm[row] - track.y) ** 2)

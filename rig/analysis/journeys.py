"""From numbered contacts to strokes, holds, beats and rhythms, in the order in which each became certain.

Strokes are certain only after they end and headings after a good way, so nobody waits for them hop by hop: contacts
are collected and walked once per `WALK_US` of device time, which live costs a fifth of walking every hop. The rule:
what a walk covers ends at a whole multiple of `WALK_US`, wherever blocks end, so the findings and their order stay
the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from rig.analysis.findings import Hold
from rig.analysis.prints import faint_ones
from rig.analysis.rhythm import RhythmKeeper
from rig.analysis.shadows import Shadows
from rig.analysis.strokes import StrokeTeller
from rig.analysis.ways import Course

if TYPE_CHECKING:
    from rig.analysis.findings import Beat, ContactTable, Heading, Rhythm, Stroke
    from rig.analysis.shadows import TouchKey
    from rig.analysis.tracks import Lift, Tracked
    from rig.analysis.ways import Pass
    from rig.pad import PadLayout

WALK_US = 100_000
"""Five hops: soon enough for what took a second to become certain."""


@dataclass(slots=True)
class Told:
    """What ended and what set out, each list in the order of its becoming certain."""

    strokes: list[Stroke] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    beats: list[Beat] = field(default_factory=list)
    rhythms: list[Rhythm] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)


class Journeys:
    """Follows all contacts of a session."""

    def __init__(self, pad: PadLayout) -> None:
        self._teller = StrokeTeller(pad)
        self._rhythm = RhythmKeeper()
        self._shadows = Shadows()
        none = np.zeros(0, np.int64)
        self._contacts = [(none, none, np.zeros((5, 0)), np.zeros(0, bool))]
        self._lifts: list[Lift] = []
        self._walk = 0

    def push(self, contacts: ContactTable, tracked: Tracked, now_us: int) -> Told:
        """Take in the contacts of the next hops, the last of which is at `now_us`; what that brings to an end."""
        where = np.array([contacts.x_mm, contacts.y_mm, contacts.force_n, contacts.width_mm, contacts.length_mm])
        self._contacts.append((contacts.t_us, contacts.contact, where, tracked.jump))
        self._lifts += tracked.lifts
        walk = now_us // WALK_US
        if walk == self._walk:
            return Told()
        self._walk = walk
        return self._walk_until(walk * WALK_US)

    def finish(self, lifts: list[Lift], end_us: int) -> Told:
        """Walk what is left, with everything lifted at the end."""
        self._lifts += lifts
        last = max((lift.certain_us for lift in self._lifts), default=0)
        told = self._walk_until(max(end_us, last) + 1)
        told.rhythms += self._rhythm.finish()
        return told

    def _walk_until(self, until_us: int) -> Told:
        t_us, contact, where, jump = (np.concatenate(column, axis=-1) for column in zip(*self._contacts, strict=True))
        covered = int(np.searchsorted(t_us, until_us))
        self._contacts = [(t_us[covered:], contact[covered:], where[:, covered:], jump[covered:])]
        faint = faint_ones(t_us[:covered], *where[:3, :covered])
        where = np.concatenate([where[:, :covered], faint])
        lifts = [lift for lift in self._lifts if lift.certain_us < until_us]
        self._lifts = [lift for lift in self._lifts if lift.certain_us >= until_us]
        ended: list[tuple[int, TouchKey, Pass | Course]] = []
        for number in sorted(set(contact[:covered].tolist())):
            rows = np.flatnonzero(contact[:covered] == number)
            for piece in self._shadows.cut(number, where[2, rows]):
                own = rows[piece.start : piece.stop]
                done = self._teller.follow(piece.touch, t_us[own], where[:, own], jump[own])
                if piece.ends:
                    done += self._teller.lift(piece.touch, int(t_us[rows[piece.stop]]))
                ended += [(one.certain_us, piece.touch, one) for one in done]
        for lift in lifts:
            touch = self._shadows.lift(lift.contact)
            if touch is not None:
                ended += [(one.certain_us, touch, one) for one in self._teller.lift(touch, lift.certain_us)]
        return self._tell(ended, until_us)

    def _tell(self, ended: list[tuple[int, TouchKey, Pass | Course]], until_us: int) -> Told:
        told = Told()
        for certain_us, touch, one in sorted(ended, key=lambda e: (e[0], e[1])):
            if isinstance(one, Course):
                heading = self._teller.heading(touch, one)
                told.headings += [heading] if heading is not None else []
                continue
            for found in self._teller.tell(touch, one):
                if isinstance(found, Hold):
                    told.holds.append(found)
                    continue
                told.strokes.append(found)
                beat, over = self._rhythm.take(found, certain_us / 1e6)
                told.beats.append(beat)
                told.rhythms += over
        told.rhythms += self._rhythm.overdue(until_us / 1e6)
        return told

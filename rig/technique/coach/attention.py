"""What of the findings is for the judge: neither what hands did in a pause, nor the gestures that speak to the coach.

Hops pass at once, but for those that may yet turn out to be a gesture's (`gestures.py`): they wait until that is known,
and with them the movements of their contacts. The hops of a gesture pass without their contacts, and those of a pause
as though the pad had not been seen. The rule: what passes, and in which order, hangs on the findings and
on the pauses alone, so that live, replay and batch judge the same.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from rig.analysis.findings import ContactTable, Findings, Gap, Hold, HopTable, Stroke
from rig.analysis.tables import NO_CONTACTS, NO_HOPS
from rig.technique.coach.gestures import GestureWatch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from rig.analysis.findings import Beat
    from rig.pad import PadLayout
    from rig.technique.coach.gestures import Gesture, Span
    from rig.technique.coach.state import Meaning

Heard = tuple[HopTable, ContactTable]

Table = TypeVar("Table", HopTable, ContactTable)

_TOGETHER = 0.5
"""A movement is a gesture's if so much of its time is: while a gesture lasts nothing else touches the pad."""


@dataclass(slots=True)
class Rest:
    """A pause, from `t0_us` until before `t1_us` (None while it lasts)."""

    t0_us: int
    t1_us: int | None = None

    def holds(self, t_us: int) -> bool:
        """Whether a moment lies in it."""
        return self.t0_us <= t_us and (self.t1_us is None or t_us < self.t1_us)


class Attention:
    """Passes on what is to be judged of one session.

    Args:
        pad: where the corners are. rests: the pauses, as far as they are known. gestures: whether corners mean
            anything in this session.
    """

    def __init__(self, pad: PadLayout, rests: Iterable[Rest] = (), *, gestures: bool = False) -> None:
        self._watch = GestureWatch(pad) if gestures else None
        self._rests = list(rests)
        self._hops, self._contacts = NO_HOPS, NO_CONTACTS
        self._numbered = NO_CONTACTS
        self._strokes: list[Stroke] = []
        self._holds: list[Hold] = []
        self._beats: list[Beat] = []
        self._turned = 0
        self._broken: set[tuple[int, int]] = set()

    @property
    def resting(self) -> bool:
        """Whether a pause lasts."""
        return bool(self._rests) and self._rests[-1].t1_us is None

    @property
    def meaning(self) -> tuple[Meaning, int] | None:
        """What the hands on the corners mean if they leave now, and since when they lie there."""
        return None if self._watch is None else self._watch.meaning

    def rest(self, t_us: int) -> None:
        """Nothing is judged from `t_us` on."""
        if not self.resting:
            self._rests.append(Rest(t_us))

    def resume(self, t_us: int) -> None:
        """From `t_us` on hands are judged again."""
        if self.resting:
            self._rests[-1].t1_us = t_us

    def turns(self, until_us: int) -> list[tuple[int, bool]]:
        """The beginnings (True) and ends (False) of pauses up to a moment, since the last call."""
        turns = [(t_us, begins) for r in self._rests for t_us, begins in ((r.t0_us, True), (r.t1_us, False))]
        new = [(t_us, begins) for t_us, begins in turns[self._turned :] if t_us is not None and t_us <= until_us]
        self._turned += len(new)
        return new

    def gestures(self) -> list[Gesture]:
        """The gestures that were made since the last call."""
        if self._watch is None:
            return []
        told, self._watch.told = self._watch.told, []
        return told

    def hops(self, hops: HopTable, contacts: ContactTable, *, last: bool = False) -> Heard:
        """What may be judged now of the next hops and of those that waited; `last`: nothing will follow.

        The contacts have no numbers yet; `findings` gives them with theirs.
        """
        if self._watch is not None:
            self._watch.push(hops.t_us, contacts)
            hops, contacts = self._in_time(
                _joined(self._hops, hops), _joined(self._contacts, contacts), None if last else self._watch.undecided_us
            )
        resting = _within(hops.t_us, self._rests)
        if resting.any():
            # Nothing presses in a pause: an alarm that is on when it begins ends with it.
            hops = replace(hops, spine_n=np.where(resting, 0.0, hops.spine_n))
            contacts = _rows(contacts, ~_within(contacts.t_us, self._rests))
        return hops, contacts

    def findings(self, found: Findings, heard: Sequence[Heard], *, last: bool = False) -> Findings:
        """The findings to be judged, with what `hops` gave since the last findings: one or more of its answers."""
        if self._watch is None and not self._rests:
            return found
        hops, contacts = heard[0]
        for more in heard[1:]:
            hops, contacts = _joined(hops, more[0]), _joined(contacts, more[1])
        contacts = self._with_numbers(found.contacts, hops, contacts)
        if self._rests:
            hops = _rows(hops, ~_within(hops.t_us, self._rests))
        strokes = self._strokes + found.strokes
        holds = self._holds + found.holds
        beats = self._beats + found.beats
        known = _known(strokes, lambda s: not last and self._waits(s))
        self._strokes, strokes = strokes[known:], strokes[:known]
        known = _known(holds, lambda h: not last and self._waits(h))
        self._holds, holds = holds[known:], holds[:known]
        known = _known(beats, lambda b: not last and self._is_open(_us(b.t)))
        self._beats, beats = beats[known:], beats[:known]
        return Findings(
            found.until_us,
            hops,
            contacts,
            [s for s in strokes if self._counts(s)],
            found.rhythms,
            [b for b in beats if not self._is_gesture(_us(b.t)) and not self._is_rest(_us(b.t))],
            [h for h in holds if self._counts(h)],
            found.gaps,
            found.faults,
            [h for h in found.headings if not self._is_rest(_us(h.t0))],
        )

    def _with_numbers(self, found: ContactTable, hops: HopTable, heard: ContactTable) -> ContactTable:
        """The contacts that were heard, as they were found: a hop's are heard all, or none of them."""
        found = _joined(self._numbered, found)
        if not len(hops.t_us):
            self._numbered = found
            return heard
        passed = int(np.searchsorted(found.t_us, hops.t_us[-1], side="right"))
        self._numbered = _rows(found, slice(passed, None))
        found = _rows(found, slice(passed))
        return _rows(found, np.isin(found.t_us, heard.t_us))

    def breaks(self) -> list[Gap]:
        """The pauses and gestures that have ended since the last call: no beat is missed in them."""
        spans: Sequence[Rest | Span] = [*self._rests, *(self._watch.spans if self._watch is not None else ())]
        ended = [(s.t0_us, s.t1_us) for s in spans if s.t1_us is not None]
        new = [span for span in ended if span not in self._broken]
        self._broken.update(new)
        return [Gap(t0_us / 1e6, t1_us / 1e6, 0) for t0_us, t1_us in new]

    def _in_time(self, hops: HopTable, contacts: ContactTable, until_us: int | None) -> Heard:
        """The hops before `until_us`, those of gestures without contacts; the others wait."""
        assert self._watch is not None
        if until_us is None:
            self._hops, self._contacts = NO_HOPS, NO_CONTACTS
        else:
            cut, row = np.searchsorted(hops.t_us, until_us), np.searchsorted(contacts.t_us, until_us)
            self._hops, self._contacts = _rows(hops, slice(cut, None)), _rows(contacts, slice(row, None))
            hops, contacts = _rows(hops, slice(cut)), _rows(contacts, slice(row))
        first_us = hops.t_us[0] if len(hops.t_us) else 0
        spans = [span for span in self._watch.spans if span.t1_us is None or span.t1_us > first_us]
        return hops, _rows(contacts, ~_within(contacts.t_us, spans)) if spans else contacts

    def _waits(self, movement: Stroke | Hold) -> bool:
        """Whether a movement may yet turn out to be part of a gesture."""
        return self._is_open(_us(movement.t1))

    def _is_open(self, t_us: int) -> bool:
        open_us = None if self._watch is None else self._watch.undecided_us
        return open_us is not None and t_us >= open_us

    def _counts(self, movement: Stroke | Hold) -> bool:
        """Whether a movement is neither a gesture's nor begun in a pause."""
        t0_us, t1_us = _us(movement.t0), _us(movement.t1)
        if self._is_rest(t0_us):
            return False
        for span in self._watch.spans if self._watch is not None else ():
            shared = min(t1_us, t1_us if span.t1_us is None else span.t1_us) - max(t0_us, span.t0_us)
            if shared >= _TOGETHER * (t1_us - t0_us):
                return False
        return True

    def _is_gesture(self, t_us: int) -> bool:
        return self._watch is not None and any(span.holds(t_us) for span in self._watch.spans)

    def _is_rest(self, t_us: int) -> bool:
        return any(rest.holds(t_us) for rest in self._rests)


def _us(t_s: float) -> int:
    return round(t_s * 1e6)


def _known(things: Sequence[Any], waits: Callable[[Any], bool]) -> int:
    """How many come before the first that has to wait: nothing overtakes it."""
    return next((k for k, thing in enumerate(things) if waits(thing)), len(things))


def _within(t_us: NDArray[np.int64], spans: Iterable[Rest | Span]) -> NDArray[np.bool_]:
    """(n,) whether each moment lies in one of the spans."""
    inside = np.zeros(len(t_us), bool)
    for span in spans:
        inside |= (t_us >= span.t0_us) & ((span.t1_us is None) | (t_us < (span.t1_us or 0)))
    return inside


def _rows(table: Table, which: NDArray[np.bool_] | slice) -> Table:
    return type(table)(*(getattr(table, f.name)[which] for f in fields(table)))


def _joined(first: Table, second: Table) -> Table:
    if not len(first.t_us):
        return second
    columns = ([getattr(table, f.name) for table in (first, second)] for f in fields(first))
    return type(first)(*(np.concatenate(pair) for pair in columns))

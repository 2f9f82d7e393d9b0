"""The judge: findings in, flags out, raised while the hands move.

Loads on the line and on the back are watched hop by hop (`rules/sustained.py`); what a step asks for is judged by
rules of its own (`rules/step.py`). Without a routine only what holds across all documents is judged. The rule: every
decision hangs on the findings of one kind, in their order, and on the marks, so that live, replay and batch raise the
same flags to the bit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from rig.technique.carried import Carried
from rig.technique.flags import Flag, FlagEvent, harm_rank
from rig.technique.laid_across import hands_at_rest
from rig.technique.limits import Limits
from rig.technique.places import side_of
from rig.technique.resting import resting_loads, rests
from rig.technique.rules.levels import Stair
from rig.technique.rules.step import StepRules
from rig.technique.rules.sustained import Loads, Spell, Sustained
from rig.technique.rules.wrong_way import WrongWay

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rig.analysis.findings import ContactTable, Fault, Findings, Gap, Hold, HopTable, Stroke
    from rig.pad import PadLayout
    from rig.technique.flags import FlagKind
    from rig.technique.limits import Limit, StepLimits
    from rig.technique.routine.routine import Routine
    from rig.technique.timeline import Timeline


@dataclass(frozen=True, slots=True, eq=False)
class _ByMark:
    """Limits by mark, as arrays to be indexed with `Timeline.rows`: row -1, before the first mark, is the last entry.

    `spine_n` and `hard_n` in newtons; `hands` is by how much a lone load across the line may exceed `hard_n`;
    `resting` is whether hands may rest on the line, each with `spine_n`; up to `harmless_n` no load is too hard under
    any mark.
    """

    version: int
    spine_n: NDArray[np.float64]
    hard_n: NDArray[np.float64]
    hands: NDArray[np.float64]
    resting: NDArray[np.bool_]
    harmless_n: float

    @classmethod
    def of(cls, version: int, each: list[StepLimits], limits: Limits) -> _ByMark:
        ceiling_n = limits.high("ceiling").value
        two = [step.step is not None and step.step.two_handed for step in each]
        hard_n = np.array([step.hard.value for step in each])
        hands = np.where(two, np.minimum(2.0, ceiling_n / hard_n), 1.0)
        harmless_n = float((hard_n * np.minimum(hands, 1.0)).min())
        resting = np.array([rests(s.step) for s in each])
        return cls(version, np.array([s.spine.value for s in each]), hard_n, hands, resting, harmless_n)


class Judge:
    """Judges one session.

    Args:
        pad: where the line and the zones are.
        timeline: which step is practised when; marks may be added while the session runs.
        routine: at its level; None judges what holds across all documents.
        calibrated: whether forces are newtons of this pad's own calibration.
    """

    def __init__(
        self, pad: PadLayout, timeline: Timeline, routine: Routine | None = None, *, calibrated: bool = True
    ) -> None:
        self._pad = pad
        self._timeline = timeline
        self._calibrated = calibrated
        self._limits = Limits(routine, calibrated=calibrated)
        self._steps = StepRules(pad, timeline, routine, self._limits, calibrated=calibrated)
        self._wrong_way = WrongWay(calibrated=calibrated)
        self._spine = Sustained(self._limits.sustained_s("spine-avoid"))
        self._carried_spine, self._carried_hard = Carried(), Carried()
        self._hard = Sustained(self._limits.sustained_s("too-hard"))
        self._faults: list[Flag] = []
        self._known = _ByMark.of(-1, [self._limits.anywhere], self._limits)
        self._until_us = 0

    @property
    def limits(self) -> Limits:
        """The limits that this session is judged by."""
        return self._limits

    @property
    def stairs(self) -> list[Stair]:
        """The pressures that rose in levels so far, each with the step that asks for that."""
        return [Stair(self._timeline.marks[row].step or "", tuple(levels)) for row, levels in self._steps.stairs]

    def push(self, findings: Findings) -> list[FlagEvent]:
        """The flags that the next findings raise or close, in order of time, then of harm."""
        return _in_order([*self.watch(findings.hops, findings.contacts), *self.weigh(findings)])

    def watch(self, hops: HopTable, contacts: ContactTable) -> list[FlagEvent]:
        """The alarms of the next hops: of what hurts, and needs no knowledge of what the hands are about."""
        if not len(hops.t_us):
            return []
        row = self._timeline.rows(hops.t_us)
        hops, contacts = self._as_hands(hops, contacts, row)
        events = self._events("spine-pressure", self._spine.push(self._line_loads(hops, contacts, row)))
        events += self._events("too-hard", self._hard.push(self._hardest_loads(hops, contacts, row)))
        return _in_order(events)

    def weigh(self, findings: Findings) -> list[FlagEvent]:
        """The other flags that findings raise or close, once their hops have been watched."""
        self._until_us = max(self._until_us, findings.until_us)
        events: list[FlagEvent] = []
        if len(findings.hops.t_us):
            row = self._timeline.rows(findings.hops.t_us)
            _, contacts = self._as_hands(findings.hops, findings.contacts, row)
            events += _whole(self._steps.judge_hops(replace(findings, contacts=contacts), row))
        for heading in findings.headings:
            events += self._wrong_way.take_heading(heading, self._limits.of(self._step_of(heading.t0)))
        # Before the strokes: one that follows a gap may come in the same push.
        for gap in findings.gaps:
            self._steps.take_gap(gap)
            events += _whole(self._gap(gap))
        events += self._movements(findings.strokes, findings.holds)
        for fault in findings.faults:
            events += self._fault(fault)
        return _in_order(events)

    def set_back(self, strokes: Sequence[Stroke], holds: Sequence[Hold]) -> list[FlagEvent]:
        """Judge movements anew that a mark which reaches back has given to its step."""
        self._steps.set_back()
        return _in_order(self._movements(strokes, holds))

    def take_break(self, gap: Gap) -> None:
        """Somebody paused, or spoke to the coach by a gesture: no beat is missed meanwhile."""
        self._steps.take_break(gap)

    def finish(self) -> list[FlagEvent]:
        """Close what still lasts at the session's end."""
        events = self._events("spine-pressure", self._spine.finish())
        events += self._events("too-hard", self._hard.finish())
        events += self._wrong_way.finish(self._until_us / 1e6)
        events += _whole(self._steps.finish())
        for flag in self._faults:
            t1 = max(self._until_us / 1e6, flag.t0)
            events.append(FlagEvent(True, round(t1 * 1e6), msgspec.structs.replace(flag, t1=t1)))
        self._faults = []
        return _in_order(events)

    def _movements(self, strokes: Sequence[Stroke], holds: Sequence[Hold]) -> list[FlagEvent]:
        events: list[FlagEvent] = []
        for stroke in strokes:
            over, flags = self._wrong_way.take_stroke(stroke, self._steps.judge_stroke(stroke))
            events += [*over, *_whole(flags), *_whole(self._steps.judge_closing(stroke))]
        for hold in holds:
            events += _whole(self._steps.judge_hold(hold))
        return events

    def _step_at(self, t_s: float) -> str | None:
        return self._timeline.step_at(round(t_s * 1e6))

    def _step_of(self, t_s: float) -> str | None:
        return self._timeline.step_of(round(t_s * 1e6))

    def _by_mark(self) -> _ByMark:
        """The limits of each mark's step; worked out anew only when there are new marks."""
        if self._known.version != self._timeline.version:
            each = [self._limits.of(mark.step) for mark in self._timeline.marks]
            self._known = _ByMark.of(self._timeline.version, [*each, self._limits.anywhere], self._limits)
        return self._known

    def _as_hands(
        self, hops: HopTable, contacts: ContactTable, row: NDArray[np.int64]
    ) -> tuple[HopTable, ContactTable]:
        """Hops and contacts with whole hands where hands may rest on the line."""
        resting = self._by_mark().resting[row]
        return hands_at_rest(self._pad, hops, contacts, resting) if resting.any() else (hops, contacts)

    def _line_loads(self, hops: HopTable, contacts: ContactTable, row: NDArray[np.int64]) -> Loads:
        limit = self._by_mark().spine_n[row]
        load = hops.spine_n
        if self._by_mark().resting[row].any():
            load, limit = self._resting(hops, contacts, row, limit)
        limit = self._carried_spine.limits(hops.t_us, row, load, limit)
        return Loads(hops.t_us, load, limit, np.full(len(row), self._pad.spine_x_mm), hops.spine_y_mm, hops.at_least)

    def _resting(
        self, hops: HopTable, contacts: ContactTable, row: NDArray[np.int64], limit: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The loads on the line and their limits, (h,) each, where hands may rest on it."""
        load, limit = hops.spine_n.copy(), limit.copy()
        for mark in np.unique(row[self._by_mark().resting[row]]).tolist():
            limits, at = self._limits.of(self._timeline.marks[mark].step), row == mark
            assert limits.step is not None
            both = (limits.spine.value, self._limits.anywhere.spine.value)
            load[at], limit[at] = resting_loads(
                self._pad, limits.step, hops, contacts, at, both, 2 * limits.place.value
            )
        return load, limit

    def _hardest_loads(self, hops: HopTable, contacts: ContactTable, row: NDArray[np.int64]) -> Loads:
        """The contact in each hop that exceeds its limit most; no load at all while every contact is harmless."""
        limit = self._by_mark().hard_n[row]
        value, x_mm, y_mm = np.zeros(len(row)), np.full(len(row), np.nan), np.full(len(row), np.nan)
        # Where no load can be too hard, none needs to be known.
        if contacts.force_n.max(initial=0.0) > self._by_mark().harmless_n:
            hop = np.searchsorted(hops.t_us, contacts.t_us)
            allowed = limit[hop] * self._hands(contacts, row, hop)
            worst = _first_of_each(hop, np.lexsort((allowed - contacts.force_n, hop)))
            at = hop[worst]
            value[at], limit[at] = contacts.force_n[worst], allowed[worst]
            x_mm[at], y_mm[at] = contacts.x_mm[worst], contacts.y_mm[worst]
        limit = self._carried_hard.limits(hops.t_us, row, value, limit)
        return Loads(hops.t_us, value, limit, x_mm, y_mm, hops.at_least)

    def _hands(self, contacts: ContactTable, row: NDArray[np.int64], hop: NDArray[np.int64]) -> NDArray[np.float64]:
        """(m,) how many hands each contact may be: two where a two-handed step shows one load that straddles the line.

        Bands speak of one hand; the ceiling is for any load and never doubles.
        """
        alone = np.bincount(hop, minlength=len(row))[hop] == 1
        straddles = np.abs(contacts.x_mm - self._pad.spine_x_mm) < contacts.width_mm / 2
        return np.where(alone & straddles, self._by_mark().hands[row[hop]], 1.0)

    def _events(self, kind: FlagKind, spells: list[Spell]) -> list[FlagEvent]:
        return [FlagEvent(s.t1_us is not None, s.decided_us, self._spell_flag(kind, s)) for s in spells]

    def _spell_flag(self, kind: FlagKind, spell: Spell) -> Flag:
        step = self._timeline.step_at(spell.t0_us)
        limits = self._limits.of(step)
        limit: Limit = limits.spine if kind == "spine-pressure" else limits.hard
        if kind == "spine-pressure" and spell.limit < limit.value:
            limit = self._limits.anywhere.spine
        source = limit.source
        if kind == "too-hard" and spell.limit > limit.value:
            source += "; both hands in one contact, so twice that of one"
        return Flag(
            kind=kind,
            t0=spell.t0_us / 1e6,
            t1=None if spell.t1_us is None else spell.t1_us / 1e6,
            step=step,
            side="centre" if kind == "spine-pressure" else side_of(spell.x_mm - self._pad.spine_x_mm),
            x_mm=spell.x_mm,
            y_mm=None if np.isnan(spell.y_mm) else spell.y_mm,
            value=spell.value,
            limit=spell.limit,
            unit="N",
            source=source,
            calibrated=self._calibrated,
            at_least=spell.at_least,
        )

    def _gap(self, gap: Gap) -> list[Flag]:
        limit = self._limits.high("signal-gap")
        seconds = round(gap.t1 - gap.t0, 6)
        if seconds < limit.value:
            return []
        return [self._rig_flag("signal-gap", gap.t0, gap.t1, seconds, limit.value, "s", limit.source)]

    def _fault(self, fault: Fault) -> list[FlagEvent]:
        about = f"the rig's self-check: channel {fault.channel} is {fault.what} and left out from here on"
        flag = msgspec.structs.replace(
            self._rig_flag("sensor-fault", fault.t0, None, fault.value, fault.limit, fault.unit, about),
            side=side_of(fault.x_mm - self._pad.spine_x_mm),
            x_mm=fault.x_mm,
            y_mm=fault.y_mm,
        )
        self._faults.append(flag)
        return [FlagEvent(False, round(fault.t0 * 1e6), flag)]

    def _rig_flag(
        self, kind: FlagKind, t0: float, t1: float | None, value: float, limit: float, unit: str, source: str
    ) -> Flag:
        """A flag about the rig itself; it lies on no side of the back."""
        return Flag(kind, t0, t1, self._step_at(t0), "both", None, None, value, limit, unit, source, self._calibrated)


def _whole(flags: list[Flag]) -> list[FlagEvent]:
    """Raised and over at once: flags about something that is past when it is known."""
    ends = [(flag, round((flag.t0 if flag.t1 is None else flag.t1) * 1e6)) for flag in flags]
    return [event for flag, t_us in ends for event in (FlagEvent(False, t_us, flag), FlagEvent(True, t_us, flag))]


def _first_of_each(group: NDArray[np.int64], order: NDArray[np.int64]) -> NDArray[np.int64]:
    """The first row of each group, rows taken in `order`, which is sorted by group."""
    sorted_group = group[order]
    return order[np.flatnonzero(np.diff(sorted_group, prepend=-1))]


def _in_order(events: list[FlagEvent]) -> list[FlagEvent]:
    # Stable, so that a flag that is raised and over at one instant is raised first.
    return sorted(events, key=lambda e: (e.t_us, harm_rank(e.flag), e.flag.t0))

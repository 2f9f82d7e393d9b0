"""Blocks in, events out: analysis, judge and tally in one object, the same for live, replay and batch.

The rule that makes the three agree: this is the only way from scans to flags, it looks at device time alone, and a
step begun by hand is marked right behind the last scan, so that the recording can say the same; a mark that is known
beforehand is set once the scans have come to it, as it was when nobody knew it yet.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import replace
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING, Any

import numpy as np

from rig.analysis.analysis import Analysis
from rig.analysis.findings import Gap
from rig.analysis.tables import join
from rig.errors import InputError
from rig.session.events import Event, entry, flag_event
from rig.technique.coach.attention import Attention
from rig.technique.judge import Judge
from rig.technique.tally import Tally
from rig.technique.timeline import Mark, Timeline

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rig.analysis.analysis import Sight
    from rig.analysis.findings import Findings
    from rig.analysis.imprint import Imprint
    from rig.calibration.conversion import Conversion
    from rig.frame import Block
    from rig.pad import PadLayout
    from rig.session.events import EventKind
    from rig.session.seeing import Seeing
    from rig.technique.coach.attention import Heard, Rest
    from rig.technique.coach.state import Meaning
    from rig.technique.flags import Flag, FlagEvent
    from rig.technique.repetitions import RepetitionCounter
    from rig.technique.routine.routine import Routine
    from rig.technique.tally import Outcome
    from rig.technique.timeline import Pacer


HOPS_AT_ONCE = 5
"""So many hops are weighed together where nothing is told of them: 0.1 s of what nobody waits for."""


class Pipeline:
    """One session's way from scans to flags.

    Args:
        pad, conversion: what the counts mean; the conversion is used up by this session.
        routine: what is practised; None judges what holds across all documents.
        level: a level of the routine; None for its own bands.
        marks: which step is practised from when on, as far as that is known.
        rests: the pauses, as far as they are known. gestures: whether hands on the pad's corners speak to a coach.
        unseen_until_us: when the session ends, if no scan is to come until then.
        analysis: in place of the rig's own, for tests.
        imprint: gathers what the session's pictures are drawn from; None gathers nothing.

    Raises:
        InputError: the routine has no such level, or no such step as a mark names.

    Attributes:
        found: what was weighed with the last block; None for nothing.
    """

    def __init__(
        self,
        pad: PadLayout,
        conversion: Conversion,
        routine: Routine | None = None,
        level: str | None = None,
        marks: Iterable[Mark] = (),
        *,
        rests: Iterable[Rest] = (),
        gestures: bool = False,
        unseen_until_us: int | None = None,
        analysis: Seeing | None = None,
        imprint: Imprint | None = None,
    ) -> None:
        marks = list(marks)
        self.pad = pad
        self.routine = routine.at_level(level) if routine is not None else None
        self.level = level if routine is not None else None
        self.conversion = conversion
        if self.routine is not None:
            for mark in marks:
                if mark.step is not None:
                    self.routine.step(mark.step)
        self._timeline = Timeline()
        self._ahead = deque(sorted(marks, key=lambda mark: mark.t_us))
        self._announced = 0
        self._set_back: list[Event] = []
        self.analysis: Seeing = analysis if analysis is not None else Analysis(pad, conversion, imprint)
        self._judge = Judge(pad, self._timeline, self.routine, calibrated=conversion.calibrated)
        self._tally = Tally(pad, self._timeline, self.routine, self._judge.limits, calibrated=conversion.calibrated)
        self._attention = Attention(pad, rests, gestures=gestures)
        self._seen: list[Sight] = []
        self._heard: list[Heard] = []
        self._followed: list[Findings] = []
        self._block: Block | None = None
        self._first_us: int | None = None
        self._last_us = 0
        self._last_received_s = math.nan
        self._unseen_until_us = unseen_until_us
        self._set_those_before(1)
        self.found: Findings | None = None
        self.frames = 0
        self.lost_frames = 0

    @property
    def t_us(self) -> int:
        """Device time of the last scan."""
        return self._last_us

    @property
    def step(self) -> str | None:
        """The step practised now."""
        return self._timeline.step_at(self._last_us + 1)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Which step is practised from when on, so far."""
        return (*self._timeline.marks, *self._ahead)

    @property
    def flags(self) -> list[Flag]:
        """The flags that are over so far, in the order in which they ended."""
        return self._tally.flags

    def mark(self, step_id: str | None, pacer: Pacer | None = None, since_us: int | None = None) -> Mark:
        """From the next scan on, `step_id` is practised; gives the mark, for the recording to keep.

        `pacer` is the breath that the session shows meanwhile. `since_us`: hands had begun it by themselves, so what
        they have done since then belongs to it; no farther back than the last mark.

        Raises:
            InputError: the routine has no such step.
        """
        if step_id is not None and self.routine is not None:
            self.routine.step(step_id)
        return self._set(Mark(self._last_us + 1 if self.frames else 0, step_id, pacer, since_us=since_us))

    def _set(self, mark: Mark) -> Mark:
        mark = self._timeline.add(mark)
        if mark.since_us is None:
            return mark
        # What hands had done before it was understood: judged again, as movements of the step that they are of.
        back = self._tally.set_back(mark)
        told = [Event("flag-withdrawn", mark.t_us, math.nan, entry(flag)) for flag in back.mistaken]
        told += self._flags(self._judge.set_back(back.strokes, back.holds), None)
        told += [Event("rep", mark.t_us, math.nan, entry(each)) for each in back.repetitions]
        self._set_back += [replace(event, t_us=mark.t_us) for event in told]
        return mark

    def _set_those_before(self, t_us: int) -> None:
        """Set the marks that were known beforehand and lie before a moment."""
        while self._ahead and self._ahead[0].t_us < t_us:
            self._set(self._ahead.popleft())

    @property
    def resting(self) -> bool:
        """Whether a pause lasts."""
        return self._attention.resting

    def rest(self) -> int:
        """From the next scan on nothing is judged; gives the moment, for the recording to keep."""
        t_us = self._last_us + 1 if self.frames else 0
        self._attention.rest(t_us)
        return t_us

    def resume(self) -> int:
        """From the next scan on hands are judged again; gives the moment."""
        t_us = self._last_us + 1 if self.frames else 0
        self._attention.resume(t_us)
        return t_us

    @property
    def meaning(self) -> tuple[Meaning, int] | None:
        """What hands on the pad's corners mean if they leave now, and since when they lie there (us)."""
        return self._attention.meaning

    @property
    def reps(self) -> RepetitionCounter | None:
        """The counter of the step practised now; None before its first movement."""
        return self._tally.counter_at(self._last_us + 1)

    def push(self, block: Block) -> list[Event]:
        """What the next block brings, in order of device time."""
        due = takewhile(lambda mark: len(block) and mark.t_us <= block.t_us[-1], self._ahead)
        edges = [0, *(int(np.searchsorted(block.t_us, mark.t_us)) for mark in due), len(block)]
        events = []
        for begin, end in pairwise(dict.fromkeys(edges)):
            events += [*self.look(block[begin:end]), *self.follow()]
        return _in_order(events)

    def look(self, block: Block) -> list[Event]:
        """The alarms of the next block, and the steps that begin with it; `follow` must give the rest before long.

        Raises:
            InputError: the block's time is not after that of the last.
        """
        self._seen, self._block = [], block
        if not len(block):
            return []
        first_us = int(block.t_us[0])
        if self._first_us is None:
            self._first_us = first_us
        elif first_us <= self._last_us:
            raise InputError(f"time goes back from {self._last_us / 1e6:.3f} s to {first_us / 1e6:.3f} s")
        self.frames += len(block)
        self.lost_frames += int(block.lost.sum())
        self._last_us = int(block.t_us[-1])
        self._last_received_s = float(block.received_s[-1])
        self._set_those_before(first_us + 1)
        self._seen = self.analysis.see(block)
        heard = [self._attention.hops(sight.hops, sight.contacts) for sight in self._seen]
        self._heard += heard
        alarms = [alarm for hops in heard for alarm in self._judge.watch(*hops)]
        return _in_order([*self._steps_begun(), *self._flags(alarms, block), *self._told_to_the_coach(block)])

    def follow(self) -> list[Event]:
        """What else the block brings that was looked at, in order of device time: nothing here is urgent."""
        self.found = None
        # Most live blocks close no hop, and then there is nothing to follow; most hops tell nothing, and then there is
        # nothing that could not be weighed with the next ones.
        if not self._seen:
            return []
        found = self.analysis.follow(self._seen)
        self._followed.append(found)
        if not found.told and sum(len(f.hops.t_us) for f in self._followed) < HOPS_AT_ONCE:
            return []
        return self._weigh()

    def prepare(self) -> None:
        """Use the time until the next block to work ahead; a live session's alarms come sooner for it."""
        self.analysis.prepare()

    def unseen_until(self, t_us: int) -> None:
        """No scan has come since the last, and the session ends at `t_us`: the board is gone."""
        self._unseen_until_us = t_us

    def finish(self) -> list[Event]:
        """The session is over: what still lasts is closed, and the last event says what it came to."""
        # A mark right behind the last scan was set while the session ran.
        self._set_those_before(self._last_us + 2)
        events, self._set_back = self._set_back, []
        events += self._weigh() if self._followed else []
        found = self.analysis.finish()
        unseen = self._unseen()
        if unseen is not None:
            found.gaps.append(unseen)
            self.lost_frames += unseen.lost_frames
        heard = self._attention.hops(found.hops, found.contacts, last=True)
        findings = self._attention.findings(found, [heard], last=True)
        self._mind_breaks()
        events += self._judged(findings, self._judge.push(findings), None)
        closing = self._judge.finish()
        events += self._flags(closing, None)
        start_us = self._last_us if self._first_us is None else self._first_us
        end_us = self._last_us if unseen is None else round(unseen.t1 * 1e6)
        outcome = self._tally.finish(start_us / 1e6, end_us / 1e6, level=self.level, conversion=self.conversion.about)
        self.outcome = replace(outcome, unseen=unseen, stairs=tuple(self._judge.stairs))
        return [*_in_order(events), Event("end", end_us, self._last_received_s, self._summary(self.outcome))]

    def _weigh(self) -> list[Event]:
        """The events of what was followed and not yet weighed."""
        self.found = findings = self._attention.findings(join(self._followed), self._heard)
        self._followed, self._heard = [], []
        self._mind_breaks()
        return _in_order(self._judged(findings, self._judge.weigh(findings), self._block))

    def _unseen(self) -> Gap | None:
        """What was not seen at the end because the board had gone."""
        until_us, first_us = self._unseen_until_us, self._first_us
        if until_us is None or first_us is None or until_us <= self._last_us:
            return None
        # At the rate of before, the scan that a replug would have shown to be the next not among them.
        away = (until_us - self._last_us) * (self.frames + self.lost_frames - 1) // max(self._last_us - first_us, 1)
        return Gap(self._last_us / 1e6, until_us / 1e6, away)

    def _judged(self, findings: Findings, flags: list[FlagEvent], block: Block | None) -> list[Event]:
        strokes, repetitions = self._tally.push(findings)
        events = self._flags(flags, block)
        for stroke in strokes:
            events.append(self._event("stroke", stroke.t1, block, entry(stroke)))
        for beat in findings.beats:
            events.append(self._event("beat", beat.t, block, entry(beat)))
        for repetition in repetitions:
            events.append(self._event("rep", repetition.t, block, entry(repetition)))
        return events

    def _flags(self, flags: list[FlagEvent], block: Block | None) -> list[Event]:
        events = []
        for flag in flags:
            kept = self._tally.flag(flag)
            event = flag_event(flag, self._received_s(flag.t_us, block))
            events += [event] if kept else [event, replace(event, kind="flag-withdrawn")]
        return events

    def _told_to_the_coach(self, block: Block) -> list[Event]:
        """The gestures made, and the pauses that the scans have come to."""
        told = [
            Event("gesture", g.t_us, self._received_s(g.t_us, block), {"means": g.means, "t0": g.t0_us / 1e6})
            for g in self._attention.gestures()
        ]
        for t_us, rests in self._attention.turns(self._last_us):
            told.append(Event("pause", t_us, self._last_received_s, {"state": "on" if rests else "off"}))
        return told

    def _mind_breaks(self) -> None:
        for gap in self._attention.breaks():
            self._judge.take_break(gap)

    def _event(self, kind: EventKind, t_s: float, block: Block | None, body: dict[str, Any]) -> Event:
        t_us = round(t_s * 1e6)
        return Event(kind, t_us, self._received_s(t_us, block), body)

    def _received_s(self, t_us: int, block: Block | None) -> float:
        """When the frame came in that reached device time `t_us`: of this block, for an earlier one brought nothing."""
        if block is None:
            return self._last_received_s
        row = min(int(np.searchsorted(block.t_us, t_us)), len(block) - 1)
        return float(block.received_s[row])

    def _steps_begun(self) -> list[Event]:
        """The marks that the scans have reached since the last push."""
        events = []
        marks = self._timeline.marks
        while self._announced < len(marks) and marks[self._announced].t_us <= self._last_us:
            mark = marks[self._announced]
            self._announced += 1
            events.append(Event("step", mark.t_us, self._last_received_s, self._step_body(mark.step)))
        set_back, self._set_back = self._set_back, []
        return events + [replace(event, received_s=self._last_received_s) for event in set_back]

    def _step_body(self, step_id: str | None) -> dict[str, Any]:
        if step_id is None or self.routine is None:
            return {"step": step_id, "title": None, "how": None}
        step = self.routine.step(step_id)
        return {"step": step.id, "title": step.title, "how": step.about}

    def _summary(self, outcome: Outcome) -> dict[str, Any]:
        return {
            "duration_s": outcome.duration_s,
            "frames": self.frames,
            "lost_frames": self.lost_frames,
            "contacts_s": outcome.contacts_s,
            "strokes": len(outcome.strokes),
            "flags": len(outcome.flags),
            "score": outcome.score,
        }


def _in_order(events: list[Event]) -> list[Event]:
    # Stable: what happens at one moment stays in the order of harm in which the judge gave it.
    return sorted(events, key=lambda event: event.t_us)

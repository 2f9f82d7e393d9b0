"""Everything that a step asks for, judged rule by rule: strokes, beat, force from pass to pass, holds, order, counts.

Each rule is a module of its own and remembers what it needs; this one hands each of them the findings of the kind that
it hangs on. The rule: a movement belongs to the step in which it began, and a rule sees findings of one kind only,
in their order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rig.technique.pieces import SAID_OF_PIECES, Ways
from rig.technique.rules.breath import BreathRules
from rig.technique.rules.closing import Closing
from rig.technique.rules.evenness import Evenness
from rig.technique.rules.hold import HoldRules, is_held
from rig.technique.rules.lifted import Lifted
from rig.technique.rules.order import PointOrder, StepOrder
from rig.technique.rules.pass_forces import PassForces
from rig.technique.rules.rhythm import RhythmRules
from rig.technique.rules.stays import Stays
from rig.technique.rules.stroke import StrokeRules

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.analysis.findings import ContactTable, Findings, Gap, Hold, Stroke
    from rig.pad import PadLayout
    from rig.technique.flags import Flag
    from rig.technique.limits import Limits
    from rig.technique.routine.routine import Routine, Step
    from rig.technique.rules.levels import Level
    from rig.technique.rules.stays import Stay
    from rig.technique.timeline import Timeline


@dataclass(frozen=True, slots=True, eq=False)
class _ByMark:
    """The step of each mark, and whether its hands stay in place; row -1, before the first mark, is the last entry."""

    version: int
    steps: list[Step | None]
    held: NDArray[np.bool_]

    @classmethod
    def of(cls, timeline: Timeline, limits: Limits) -> _ByMark:
        steps = [*(limits.of(mark.step).step for mark in timeline.marks), None]
        held = np.array([step is not None and is_held(step) for step in steps])
        return cls(timeline.version, steps, held)


class StepRules:
    """The rules of one session's steps; without a routine only the beat is judged."""

    def __init__(
        self, pad: PadLayout, timeline: Timeline, routine: Routine | None, limits: Limits, *, calibrated: bool
    ) -> None:
        self._timeline = timeline
        self._limits = limits
        self._ways = Ways()
        self._strokes = StrokeRules(pad, limits, calibrated=calibrated)
        self._rhythm = RhythmRules(limits, calibrated=calibrated)
        self._closing = Closing(pad, timeline, routine, limits, calibrated=calibrated)
        self._stays = Stays()
        self._known = _ByMark.of(timeline, limits)
        self._of_routine = None if routine is None else _OfRoutine(pad, routine, limits, calibrated=calibrated)

    def judge_hops(self, findings: Findings, row: NDArray[np.int64]) -> list[Flag]:
        """What is judged of the next hops, (h,) with their marks: holds, order of steps, hands that leave."""
        rules = self._of_routine
        if rules is None:
            return []
        known = self._by_mark()
        hops, contacts = findings.hops.t_us, findings.contacts
        touched = np.zeros(len(hops), bool)
        touched[np.searchsorted(hops, contacts.t_us)] = True
        flags = rules.step_order.push(hops[touched], row[touched], known.steps)
        flags += rules.lifted.push(hops, touched, row, known.steps)
        held, marks = contacts, np.zeros(0, np.int64)
        if known.held[row].any():
            marks = self._timeline.rows(contacts.t_us)
            watched = known.held[marks]
            held, marks = _rows_of(contacts, watched), marks[watched]
        for stay in self._stays.push(held, marks, hops):
            flags += self._of_stay(rules, stay)
        return flags

    def take_gap(self, gap: Gap) -> None:
        """Nothing is known of this time: no beat is missed in it."""
        self._rhythm.take_gap(gap)

    def take_break(self, gap: Gap) -> None:
        """Hands paused, or spoke to the coach: no beat is missed in it, and whoever left had leave to."""
        self.take_gap(gap)
        if self._of_routine is not None:
            self._of_routine.lifted.take_break(gap)

    def judge_stroke(self, stroke: Stroke) -> list[Flag]:
        """What is judged of a movement that is complete."""
        t_us = round(stroke.t0 * 1e6)
        row = self._timeline.row_of(t_us)
        name = self._timeline.marks[row].step if row >= 0 else None
        flags = self._strokes.judge_stroke(stroke, name)
        if self._ways.is_piece(stroke, name):
            return [flag for flag in flags if flag.kind in SAID_OF_PIECES]
        flags += self._rhythm.judge_beat(stroke, name)
        step, rules = self._limits.of(name).step, self._of_routine
        if rules is not None and step is not None and self._limits.is_movement(stroke):
            flags += rules.forces.judge_pass(stroke, step, row)
            flags += rules.evenness.judge_pass(stroke, step, row)
            # What hands had begun before the step was announced, no pacer led.
            pacer = self._timeline.marks[row].pacer if t_us >= self._timeline.marks[row].t_us else None
            flags += rules.breath.judge_stroke(stroke, step, pacer)
            flags += rules.point_order.judge_press(stroke, step, row)
        return flags

    def judge_hold(self, hold: Hold) -> list[Flag]:
        """What is judged of a hand that stayed, besides what its hops say."""
        row = self._timeline.row_of(round(hold.t0 * 1e6))
        step, rules = self._by_mark().steps[row], self._of_routine
        if rules is None or step is None:
            return []
        return self._strokes.judge_hold(hold, step)

    def set_back(self) -> None:
        """A mark says that some of the movements judged last belong to its step: they will be judged again."""
        self._closing.set_back()

    def judge_closing(self, stroke: Stroke) -> list[Flag]:
        """What is judged of the steps that this movement shows to be over."""
        return self._closing.take(stroke)

    @property
    def stairs(self) -> list[tuple[int, list[Level]]]:
        """The levels of each stay whose pressure should rise, with the number of its mark."""
        return [] if self._of_routine is None else self._of_routine.holds.stairs

    def finish(self) -> list[Flag]:
        """What the session's end decides."""
        rules = self._of_routine
        stays = self._stays.finish() if rules is not None else []
        flags = [flag for stay in stays if rules is not None for flag in self._of_stay(rules, stay)]
        return flags + self._closing.finish()

    def _of_stay(self, rules: _OfRoutine, stay: Stay) -> list[Flag]:
        step = self._by_mark().steps[stay.row]
        return rules.holds.judge_stay(stay, self._limits.of(None if step is None else step.id))

    def _by_mark(self) -> _ByMark:
        """Worked out anew only when there are new marks."""
        if self._known.version != self._timeline.version:
            self._known = _ByMark.of(self._timeline, self._limits)
        return self._known


class _OfRoutine:
    """The rules that there are only with a routine."""

    def __init__(self, pad: PadLayout, routine: Routine, limits: Limits, *, calibrated: bool) -> None:
        self.forces = PassForces(routine, calibrated=calibrated)
        self.evenness = Evenness(pad, routine, limits, calibrated=calibrated)
        self.breath = BreathRules(routine, limits, calibrated=calibrated)
        self.holds = HoldRules(pad, routine, limits, calibrated=calibrated)
        self.step_order = StepOrder(routine, calibrated=calibrated)
        self.point_order = PointOrder(pad, routine, limits.high("same-point").value, calibrated=calibrated)
        self.lifted = Lifted(routine, limits, calibrated=calibrated)


def _rows_of(contacts: ContactTable, which: NDArray[np.bool_]) -> ContactTable:
    return type(contacts)(*(getattr(contacts, name)[which] for name in contacts.__slots__))

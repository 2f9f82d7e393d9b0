"""What can be judged of a step only when it is over: how often it was done, in what order its parts, how deep it and
they went, and which way its movements travelled.

A step is over once a movement begins well behind its end, so that those under way at its end are still counted; the
last one is over with the session. The rule: movements are taken in the order in which the analysis gives them out,
and nothing else decides.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

import msgspec

from rig.analysis.findings import Direction, Stroke
from rig.technique.flags import flag_on_stroke
from rig.technique.limits import Limit
from rig.technique.repetitions import RepetitionCounter, counts, small_movements
from rig.technique.routine.routine import OPPOSITE
from rig.technique.rules.depth import depth_n, first_deeper, fits

if TYPE_CHECKING:
    from rig.pad import PadLayout
    from rig.technique.flags import Flag, FlagKind
    from rig.technique.limits import Limits
    from rig.technique.routine.routine import Routine, Step
    from rig.technique.timeline import Timeline

UNDER_WAY_US = 2_000_000
"""A movement that begins so long after a step's end shows that those of the step have been given out."""


LEAST_TRAVEL_MM = 8.0
"""Two small movements nearer than this are in the same place: a fifth of the pad's row spacing."""

MORE_BACK, LEAST_BACK_MM = 2, 30.0
"""So many more back than on, and so far on the whole, are no slip."""


_ONWARD: dict[Direction, str] = {"up": "upward", "down": "downward", "out": "outward", "in": "inward"}


@dataclass(slots=True)
class _Practised:
    """One stretch of one step."""

    step: Step
    movements: list[Stroke] = field(default_factory=list)


class Closing:
    """Judges the steps of one session as they end."""

    def __init__(
        self, pad: PadLayout, timeline: Timeline, routine: Routine | None, limits: Limits, *, calibrated: bool
    ) -> None:
        self._pad = pad
        self._timeline = timeline
        self._routine = routine
        self._limits = limits
        self._calibrated = calibrated
        self._open: dict[int, _Practised] = {}
        self._depths: dict[str, float] = {}

    def take(self, stroke: Stroke) -> list[Flag]:
        """Count a movement; the flags of the steps that its beginning shows to be over."""
        t_us = round(stroke.t0 * 1e6)
        marks = self._timeline.marks
        over = [r for r in self._open if r + 1 < len(marks) and marks[r + 1].t_us + UNDER_WAY_US <= t_us]
        flags = [flag for row in over for flag in self._close(row)]
        row = self._timeline.row_of(t_us)
        step = self._limits.of(marks[row].step).step if row >= 0 else None
        if step is None or not self._limits.is_movement(stroke):
            return flags
        if row not in self._open:
            self._open[row] = _Practised(step)
        self._open[row].movements.append(stroke)
        return flags

    def set_back(self) -> None:
        """A mark has been set that reaches back: movements behind its beginning are no longer those of another."""
        for row, done in self._open.items():
            done.movements = [s for s in done.movements if self._timeline.row_of(round(s.t0 * 1e6)) == row]

    def finish(self) -> list[Flag]:
        """The session is over, and with it every step."""
        return [flag for row in list(self._open) for flag in self._close(row)]

    def _close(self, row: int) -> list[Flag]:
        done = self._open.pop(row)
        flags = self._too_few(done) + self._travelled(done) + self._no_deeper(done)
        return flags + (self._parts_out_of_order(done) or self._parts_no_lighter(done))

    def _too_few(self, done: _Practised) -> list[Flag]:
        counter = RepetitionCounter(done.step, self._limits)
        for movement in done.movements:
            counter.take(movement)
        short, last = counter.short_of(), counter.last
        fewest = self._limits.of(done.step.id).fewest
        if short is None or fewest is None or not isinstance(last, Stroke):
            return []
        flag = self._flag("missing-reps", last, done.step, float(short), fewest, "times")
        if done.step.each_point:
            return [msgspec.structs.replace(flag, about="Too few repetitions at one point")]
        sides = counter.short_sides
        if not sides:
            return [flag]
        side, where = ("both", "either side") if len(sides) > 1 else (sides[0], f"the {sides[0]}")
        return [msgspec.structs.replace(flag, side=side, about=f"Too few repetitions on {where}")]

    def _parts_out_of_order(self, done: _Practised) -> list[Flag]:
        """Of the steps that this one repeats, those that can be told apart, each by the middle of its movements."""
        if self._routine is None or not done.step.repeats:
            return []
        parts = [self._routine.step(name) for name in done.step.repeats]
        middles = []
        for number, part in enumerate(parts):
            own = [s for s in done.movements if fits(s, part) and not any(fits(s, o) for o in parts if o is not part)]
            if own:
                middles.append((number, median(s.t0 for s in own), own[0]))
        late = next((b for a, b in pairwise(middles) if b[1] < a[1]), None)
        if late is None:
            return []
        number, _, first = late
        limit = Limit(float(number + 1), self._routine.cite(done.step.source))
        came = 1 + sum(middle < late[1] for _, middle, _ in middles)
        about = f"What is of '{parts[number].title}' comes too late"
        return [self._flag("out-of-order", first, done.step, float(came), limit, "place", about)]

    def _parts_no_lighter(self, done: _Practised) -> list[Flag]:
        """Of the steps that this one repeats, each lighter than the one before, the first that is not."""
        if self._routine is None or not done.step.repeats:
            return []
        parts = [self._routine.step(name) for name in done.step.repeats]
        found = first_deeper(parts, done.movements, self._limits.widening)
        if found is None:
            return []
        stroke, depth, before = found
        limit = self._limits.raised(Limit(before, self._cited(done.step)))
        return [self._flag("contrast", stroke, done.step, depth, limit, "N", "Each part lighter than the one before")]

    def _no_deeper(self, done: _Practised) -> list[Flag]:
        """A step that does not go deeper than the one that it should, if that one was practised before it."""
        depth = depth_n(done.step, done.movements)
        if depth is None:
            return []
        self._depths[done.step.id] = depth
        before = self._depths.get(done.step.deeper_than or "")
        if before is None:
            return []
        limit = self._limits.lowered(Limit(before, self._cited(done.step)))
        if depth > limit.value:
            return []
        about = f"Press deeper than in '{self._title(done.step.deeper_than)}'"
        return [self._flag("contrast", done.movements[-1], done.step, depth, limit, "N", about)]

    def _travelled(self, done: _Practised) -> list[Flag]:
        """Movements of one side of which more go back from the last than on; a new row begins anywhere."""
        step = done.step
        travel, flags = step.travel, []
        if travel is None or step.counts is None:
            return []
        kinds = frozenset[str]()
        if step.counts == "stroke" and _is_the_stroke(step, travel):
            # Its strokes go that way themselves; but it may have been done by small movements alone.
            if any(s.kind == "stroke" for s in done.movements):
                return []
            kinds = small_movements(step)
        near_mm = self._limits.high("same-point").value if step.each_point else LEAST_TRAVEL_MM
        for side in ("left", "right"):
            own = [s for s in done.movements if s.side == side and (s.kind in kinds or counts(step, s))]
            ways = [self._onward_mm(a, b, travel) for a, b in pairwise(own)]
            back = [way for way in ways if way < -near_mm]
            on = [way for way in ways if way > near_mm]
            if len(back) >= len(on) + MORE_BACK and sum(ways) <= -LEAST_BACK_MM:
                against = self._limits.of(step.id).against
                about = f"Go on {_ONWARD[travel]} from one to the next"
                flags.append(self._flag("wrong-direction", own[-1], step, sum(back), against, "mm", about))
        return flags

    def _onward_mm(self, before: Stroke, after: Stroke, travel: Direction) -> float:
        """How far a movement lies from the one before it, in the direction in which the step travels."""
        spine = self._pad.spine_x_mm
        up = after.y0_mm - before.y0_mm
        out = abs(after.x0_mm - spine) - abs(before.x0_mm - spine)
        return {"up": up, "down": -up, "out": out, "in": -out}.get(travel, 0.0)

    def _title(self, name: str | None) -> str:
        assert self._routine is not None
        assert name is not None
        return self._routine.step(name).title

    def _cited(self, step: Step) -> str:
        assert self._routine is not None
        return self._routine.cite(step.source)

    def _flag(
        self, kind: FlagKind, stroke: Stroke, step: Step, value: float, limit: Limit, unit: str, about: str = ""
    ) -> Flag:
        return flag_on_stroke(kind, stroke, step.id, value, limit, unit, calibrated=self._calibrated, about=about)


def _is_the_stroke(step: Step, travel: Direction) -> bool:
    """Whether the step's strokes themselves go the way that it travels, so that nothing goes from one to the next."""
    return not step.directions or step.directions[0] in {travel, OPPOSITE.get(travel)}

"""How far a step has come: enough of it, all of it, and whether hands have come to a point where it may go on.

A step is full when it has had all that is asked for - the most of a count, its hold, its time - and has had enough from
the least of its count on. Full, it goes on as soon as hands are off, or rest; enough, only after a longer wait, since
the next repetition may be meant. The rule: nothing goes on under a moving hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.technique.coach.lengths import ends_itself

if TYPE_CHECKING:
    from rig.technique.coach.hands_on import HandsOn
    from rig.technique.coach.lengths import Planned
    from rig.technique.repetitions import RepetitionCounter
    from rig.technique.routine.briefing import Brief
    from rig.technique.routine.routine import Motion, Routine

OFF_S = 0.8
"""Hands that are off for so long have finished a movement, if the step is full."""

POINT_S = 1.8
"""... or a point, where each one is worked several times: between two times hands are off for less."""

WAIT_S = 3.0
"""... and mean no further repetition, if it has had enough."""

REST_S = 2.5
"""Hands that lie still for so long have paused."""

_MOVING: frozenset[Motion | None] = frozenset(("stroke", "circle", "figure-eight", "to-and-fro"))
"""Only where hands move is a hand that lies still at rest; elsewhere it may be at work."""

_HOLD_ERROR_S = 0.1
"""A hold that is short by less is long enough for the judge as well (band `hold-error`)."""


class Progress:
    """One stretch of one step, from its beginning.

    Attributes:
        enough, full: how far it has come.
        needs_hands: how many hands hold, where the step is a hold; else 0.
    """

    def __init__(self, routine: Routine, planned: Planned, brief: Brief) -> None:
        step = planned.step
        self._duration_s = planned.duration_s
        self._each = 2 if step.sides == "each" else 1
        self._counted = ends_itself(routine, step)
        self._most = brief.reps[1] if brief.reps is not None else None
        self._off_s = POINT_S if step.each_point else OFF_S
        self._moves = step.counts in _MOVING
        self._hold_s: float | None = None
        self.needs_hands = 0
        if step.counts == "stretch":
            self._hold_s = routine.band("a-few-seconds").low
            self.needs_hands = 2
        elif self._counted and step.counts == "hold" and brief.hold_s is not None:
            self._hold_s = brief.hold_s[0]
            self.needs_hands = 2 if len(step.points) > 1 else 1
        self.enough = self.full = False

    def look(self, elapsed_s: float, counter: RepetitionCounter | None, hands: HandsOn, t_us: int) -> None:
        """How it stands now."""
        if self._hold_s is not None:
            since_us = hands.holding_since_us(self.needs_hands)
            held = since_us is not None and (t_us - since_us) / 1e6 + _HOLD_ERROR_S >= self._hold_s
            self.enough = self.full = self.full or held
        elif self._counted:
            count = 0 if counter is None else counter.count
            self.enough = counter is not None and count > 0 and counter.short_of() is None
            self.full = self.enough and (self._most is None or count >= self._most * self._each)
        elif self._duration_s is not None:
            self.enough = self.full = elapsed_s >= self._duration_s

    def may_go_on(self, hands: HandsOn) -> bool:
        """Whether the hands have come to a point where the next step may begin."""
        if self.full:
            return hands.off_s >= self._off_s or (self._moves and hands.still_s >= REST_S)
        return self.enough and hands.off_s >= WAIT_S

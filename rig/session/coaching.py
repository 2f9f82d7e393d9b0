"""The coach in a live session: it hears the events, sees the hands, and its orders become marks, pauses and sounds.

`Practice` calls `follow` once a turn and carries out what comes back. The rule: the coach is asked once a hop, or when
somebody wishes something, so that a session at any rate of scans is coached alike and costs alike.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from rig.technique.coach.coach import Now
from rig.technique.coach.hands_on import hands_in
from rig.technique.coach.metronome import beat_between
from rig.technique.resting import rests

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rig.session.events import Event
    from rig.session.pipeline import Pipeline
    from rig.technique.coach.coach import Coach, Order
    from rig.technique.coach.metronome import Beat
    from rig.technique.coach.state import CoachState, Meaning
    from rig.technique.routine.routine import Step


@dataclass(frozen=True, slots=True)
class Led:
    """What a turn asks for: orders of the coach, a beat to be heard, and the state to be told where it changed."""

    orders: list[Order] = field(default_factory=list)
    beat: Beat | None = None
    state: dict[str, Any] | None = None


class Coaching:
    """Leads one session.

    Args:
        coach: fresh. metronome: whether beat and breath are to be heard.
    """

    def __init__(self, coach: Coach, *, metronome: bool = True) -> None:
        self._coach = coach
        self._metronome = metronome
        self._told: CoachState | None = None
        self._looked_us = -1
        self._heard_s = 0.0

    @property
    def over(self) -> bool:
        """Whether the session has come to its end."""
        return self._coach.over

    @property
    def left_out(self) -> tuple[str, ...]:
        """What of the routine the session leaves out or cuts short, in sentences."""
        return self._coach.state.left_out

    def start(self) -> list[Order]:
        """The first orders, before anything was seen."""
        return self._coach.start()

    def go_to(self, step_id: str, t_us: int) -> list[Order]:
        """Begin a step, whichever.

        Raises:
            InputError: it is not part of the session.
        """
        return self._coach.go_to(step_id, t_us)

    def follow(self, pipeline: Pipeline, events: Iterable[Event], wishes: Iterable[Meaning]) -> Led:
        """What the turn brings, after its block was judged."""
        for wish in wishes:
            self._coach.wish(wish)
            self._looked_us = -1
        if pipeline.found is not None:
            self._coach.follow(pipeline.found)
        for event in events:
            self._coach.hear(event.kind, event.body, event.t_us)
        picture = pipeline.analysis.picture
        orders: list[Order] = []
        gesture = self._coach.state.gesture
        if picture.t_us > self._looked_us:
            self._looked_us = picture.t_us
            hands = hands_in(picture.contacts, at_rest=rests(_step_of(pipeline)))
            # A step begins behind the last scan, and is counted from there.
            orders = self._coach.look(Now(pipeline.t_us + 1, hands, pipeline.reps, pipeline.meaning))
        state = self._coach.state
        beat = self._beat(pipeline.t_us / 1e6)
        if state.gesture is not None and state.gesture != gesture:
            beat = "accent"
        if state == self._told:
            return Led(orders, beat)
        self._told = state
        return Led(orders, beat, {"state": msgspec.to_builtins(state)})

    def _beat(self, t_s: float) -> Beat | None:
        after_s, self._heard_s = self._heard_s, t_s
        return beat_between(self._coach.state, after_s, t_s) if self._metronome else None


def _step_of(pipeline: Pipeline) -> Step | None:
    """The step practised now."""
    return None if pipeline.routine is None or pipeline.step is None else pipeline.routine.step(pipeline.step)

"""The coach: leads through the steps of a session, counts along, goes on when a step is done, and says one thing at a
time.

A state machine on device time. It hears what the pipeline tells (flags, repetitions, movements, gestures) and wishes
from the keys, looks at the hands now and then, and gives orders: begin a step, rest, resume, end. Whoever runs it
carries them out and records them, so that the recording is judged as the session was. The rule: it orders and never
judges; a step is gone on from only when hands are off or at rest, or have clearly begun the next one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from rig.technique.coach.going_on import GoingOn
from rig.technique.coach.hands_on import HandsOn
from rig.technique.coach.progress import Progress
from rig.technique.coach.saying import Teller
from rig.technique.coach.state import CoachState
from rig.technique.limits import Limits
from rig.technique.routine.briefing import brief
from rig.technique.timeline import Pacer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rig.analysis.findings import Findings
    from rig.pad import PadLayout
    from rig.technique.coach.hands_on import Hand
    from rig.technique.coach.lengths import Plan
    from rig.technique.coach.state import Meaning, Phase
    from rig.technique.repetitions import RepetitionCounter
    from rig.technique.routine.briefing import Brief
    from rig.technique.routine.routine import Routine, Step

ANNOUNCED_S = 5.0
"""A step's title stays up for so long after it began."""

ASSENT_S = 2.5
"""Hands on their way to the corners when a step begins by itself are there by now, and who comes later wants the next:
the rig's own choice, which nobody measured."""


@dataclass(frozen=True, slots=True)
class Begin:
    """Order: from now on this step is practised (None: none in particular), with this breath to move with.

    `since_us`: hands had begun it by themselves then, so that what they have done since belongs to it.
    """

    step: str | None
    pacer: Pacer | None = None
    since_us: int | None = None


Order = Begin | Literal["rest", "resume", "end"]


@dataclass(frozen=True, slots=True)
class Now:
    """What there is to look at: the moment, the hands on the pad, what counts the step, what a gesture would mean."""

    t_us: int
    hands: Sequence[Hand] = ()
    counter: RepetitionCounter | None = None
    meaning: tuple[Meaning, int] | None = None


class Coach:
    """Leads one session.

    Args:
        routine: at its level. plan: what is practised. pad: where the zones are.
        first: the step to begin with; None for the plan's first.
        automatic: whether steps that are done are gone on from; else only when asked.
        breaths_per_min: of the pacer in steps that go with the breath; None for no pacer.
        checklist: whether to wait until somebody has ticked the routine's checklist.
        calibrated: whether forces are newtons to be trusted.

    Raises:
        InputError: the plan has no such first step.

    Attributes:
        state: where the session is.
    """

    def __init__(
        self,
        routine: Routine,
        plan: Plan,
        pad: PadLayout,
        *,
        first: str | None = None,
        automatic: bool = True,
        breaths_per_min: float | None = None,
        checklist: bool = False,
        calibrated: bool,
    ) -> None:
        self._routine = routine
        self._plan = plan
        self._briefs = [brief(routine, planned.step, pad, planned.duration_s) for planned in plan.steps]
        self._index = 0 if first is None else plan.index(first)
        self._automatic = automatic
        self._breaths = breaths_per_min
        self._hands = HandsOn()
        self._teller = Teller()
        self._progress = self._new_progress()
        self._wishes: list[Meaning] = []
        self._going_on = GoingOn(pad, routine, Limits(routine, calibrated=calibrated))
        self._went_on_by_itself = False
        waits = checklist and bool(routine.checklist)
        self.state = CoachState(
            next=self._briefs[self._index],
            of=len(self._briefs),
            automatic=automatic,
            checklist=tuple(rule.about for rule in routine.checklist) if waits else (),
            left_out=plan.left_out,
        )

    @property
    def over(self) -> bool:
        """Whether the session has come to its end."""
        return self.state.phase == "over"

    def start(self, t_us: int = 0) -> list[Order]:
        """The first orders, before anything was seen."""
        if self.state.checklist:
            return ["rest"]
        return self._begin(self._index, t_us)

    def wish(self, meaning: Meaning) -> None:
        """Somebody asks for the next step, the same again, or a pause; the next look follows."""
        self._wishes.append(meaning)

    def go_to(self, step_id: str, t_us: int) -> list[Order]:
        """Begin a step of the plan, whichever; a pause is over with it.

        Raises:
            InputError: it is not part of the session.
        """
        resumed: list[Order] = ["resume"] if self.state.phase in {"waiting", "paused"} else []
        return [*resumed, *self._begin(self._plan.index(step_id), t_us)]

    def hear(self, kind: str, body: Mapping[str, Any], t_us: int) -> None:
        """Something that the pipeline told, by the event line's kind and fields."""
        t_s = t_us / 1e6
        match kind:
            case "flag":
                self._teller.flag(body, t_s)
            case "flag-end":
                self._teller.flag_end(body, t_s)
            case "flag-withdrawn":
                self._teller.withdraw(body)
            case "rep":
                self._teller.movement(t_s)
                self._went_on_by_itself = False
            case "gesture" if not self._is_late_assent(body):
                self._wishes.append(body["means"])
            case _:
                pass

    def follow(self, findings: Findings) -> None:
        """What was found on the pad and is to be judged."""
        self._going_on.push(findings)

    def look(self, now: Now) -> list[Order]:
        """What to do now."""
        self._hands.look(now.t_us, now.hands)
        orders: list[Order] = []
        wishes, self._wishes = self._wishes, []
        for wish in wishes:
            orders += self._grant(wish, now.t_us)
        if self.state.phase == "practising" and not orders:
            self._progress.look(self.state.elapsed_s(now.t_us / 1e6), now.counter, self._hands, now.t_us)
            since_us = self._going_on.since_us(full=self._progress.full)
            over = since_us is not None or self._progress.may_go_on(self._hands)
            if over and self._automatic and now.meaning is None:
                orders += self._next(now.t_us, since_us)
                self._went_on_by_itself = self.state.phase == "practising"
        self._describe(now, orders)
        return orders

    def _grant(self, wish: Meaning, t_us: int) -> list[Order]:
        match self.state.phase, wish:
            case "waiting", "next" | "pause":
                return ["resume", *self._begin(self._index, t_us)]
            case "practising", "next":
                return self._next(t_us)
            case "practising", "again":
                return self._begin(self._index, t_us)
            case "practising", "pause":
                self.state = msgspec.structs.replace(self.state, phase="paused", paused_s=t_us / 1e6)
                return ["rest"]
            case "paused", "pause":
                paused_s = self.state.paused_s or 0.0
                rested_s = self.state.rested_s + t_us / 1e6 - paused_s
                self.state = msgspec.structs.replace(self.state, phase="practising", paused_s=None, rested_s=rested_s)
                return ["resume"]
            case "paused", "next":
                return ["resume", *self._next(t_us)]
            case "paused", "again":
                return ["resume", *self._begin(self._index, t_us)]
            case _:
                return []

    def _next(self, t_us: int, since_us: int | None = None) -> list[Order]:
        if self._index + 1 < len(self._briefs):
            return self._begin(self._index + 1, t_us, since_us)
        self.state = msgspec.structs.replace(self.state, phase="over", paused_s=None)
        return ["end"]

    def _begin(self, index: int, t_us: int, since_us: int | None = None) -> list[Order]:
        self._index = index
        announced = self._briefs[index]
        self._progress = self._new_progress()
        self._teller.begin()
        steps = self._plan.steps
        self._going_on.begin(steps[index].step, steps[index + 1].step if index + 1 < len(steps) else None)
        self._went_on_by_itself = False
        breathes = announced.breaths and self._breaths is not None
        pacer = Pacer(t_us, self._breaths) if breathes and self._breaths is not None else None
        beats = pacer is None and announced.beat is not None and announced.beat.ticks
        self.state = msgspec.structs.replace(
            self.state,
            phase="practising",
            step=announced,
            next=self._briefs[index + 1] if index + 1 < len(self._briefs) else None,
            number=index + 1,
            begun_s=t_us / 1e6,
            rested_s=0.0,
            paused_s=None,
            pacer=pacer,
            ticks_s=t_us / 1e6 if beats else None,
        )
        return [Begin(announced.id, pacer, since_us)]

    def _new_progress(self) -> Progress:
        return Progress(self._routine, self._plan.steps[self._index], self._briefs[self._index])

    def _is_late_assent(self, gesture: Mapping[str, Any]) -> bool:
        """Whether hands ask for the step that has begun by itself meanwhile: nothing was done in it yet."""
        return gesture["means"] == "next" and self._went_on_by_itself and not self._worked_since(float(gesture["t0"]))

    def _worked_since(self, t0_s: float) -> bool:
        return self.state.reps not in (None, 0) or t0_s - self.state.begun_s > ASSENT_S

    def _describe(self, now: Now, orders: Sequence[Order]) -> None:
        """Bring the state up to date, and what is said."""
        t_s = now.t_us / 1e6
        progress, practising = self._progress, self.state.phase == "practising"
        step = self._plan.steps[self._index].step
        # A new stretch has a new counter, which begins with its first movement.
        counter = None if any(isinstance(order, Begin) for order in orders) else now.counter
        since_us = self._hands.holding_since_us(progress.needs_hands) if practising and progress.needs_hands else None
        self._teller.word(*self._word(t_s, now.meaning))
        self.state = msgspec.structs.replace(
            self.state,
            reps=None if step.counts in (None, "stretch") else 0 if counter is None else counter.count,
            expected=_expected(self._briefs[self._index], step),
            holding_s=None if since_us is None else max(since_us / 1e6, self.state.begun_s),
            done=practising and progress.full,
            gesture=None if now.meaning is None else now.meaning[0],
            gesture_s=None if now.meaning is None else now.meaning[1] / 1e6,
            say=self._teller.now(t_s),
        )

    def _word(self, t_s: float, meaning: tuple[Meaning, int] | None) -> tuple[str, str]:
        """What the coach has to say where nothing is wrong."""
        phase: Phase = self.state.phase
        title = self.state.step.title if self.state.step is not None else ""
        following = self.state.next.title if self.state.next is not None else "the end"
        if meaning is not None and phase == "practising":
            means, since_us = meaning
            if self._went_on_by_itself and not self._worked_since(since_us / 1e6):
                # What they ask for has begun already.
                following = title
            return {
                "next": ("next", f"Lift for the next: {following}"),
                "again": ("again", f"Lift, and again: {title}"),
                "pause": ("paused", "Paused"),
            }[means]
        if phase == "waiting":
            return "waiting", "Ready? Both palms on the top corners"
        if phase == "paused":
            return "paused", "Paused. Palms on the bottom corners: go on"
        if phase == "over":
            return "over", "That was the last step"
        if self._progress.full:
            how = f"Lift your hands, then: {following}" if self._automatic else "Both palms on the top corners to go on"
            return "done", f"Done. {how}"
        if self.state.step is not None and t_s - self.state.begun_s < ANNOUNCED_S:
            return "now", f"Now: {title}"
        return "", ""


def _expected(announced: Brief, step: Step) -> tuple[int | None, int | None] | None:
    """The fewest and the most repetitions in all."""
    if announced.reps is None or step.each_point or step.counts == "stretch":
        return None
    times = 2 if step.sides == "each" else 1
    low, high = (None if end is None else round(end) * times for end in announced.reps)
    return low, high

"""Where a coached session is at one moment, in one struct that event lines and screens share.

The rule: it holds what changes now and then (a step, a count, a word), never what runs by itself; a screen works out
seconds and phases from its own clock of device time, so that it may draw as often as it likes.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from rig.technique.routine.briefing import Brief  # noqa: TC001 - msgspec reads the annotations
from rig.technique.timeline import Pacer  # noqa: TC001

Phase = Literal["waiting", "practising", "paused", "over"]
"""Before the checklist is ticked, at work, at rest, at the end."""

Meaning = Literal["next", "again", "pause"]
"""What a gesture on the pad's corners, or a key, asks for."""


class Say(msgspec.Struct, frozen=True):
    """The one thing to say now.

    Attributes:
        number: counts up with each new thing, so that a voice says it once. text: a short sentence.
        kind: the flag's, or "better", "good", "done", "next", "paused", "waiting"; "" where there is nothing to say.
        figures: value against limit, or "". good: True for praise, False for a flag, None for neither.
        since_s: device seconds at which it came up.
    """

    number: int = 0
    kind: str = ""
    text: str = ""
    figures: str = ""
    good: bool | None = None
    since_s: float = 0.0


class CoachState(msgspec.Struct, frozen=True):
    """A coached session at one moment; times in seconds of device time.

    Attributes:
        step: the step at work, None while waiting and at the end. next: what follows, None behind the last one.
        number, of: the how manieth of how many steps. begun_s: when it began; `rested_s` of that were pauses.
        reps: repetitions counted, None where nothing is counted. expected: how many in all, both sides together.
        holding_s: since when hands have been holding, None while they are not or the step wants no hold.
        done: the step has had what it wants; hands off, or a rest, and it goes on.
        pacer: the breath to move with. ticks_s: when the metronome's first beat fell.
        gesture: what the hands on the corners will mean when they leave (a pause: at once), and since when.
    """

    phase: Phase = "waiting"
    step: Brief | None = None
    next: Brief | None = None
    number: int = 0
    of: int = 0
    begun_s: float = 0.0
    rested_s: float = 0.0
    paused_s: float | None = None
    reps: int | None = None
    expected: tuple[int | None, int | None] | None = None
    holding_s: float | None = None
    done: bool = False
    pacer: Pacer | None = None
    ticks_s: float | None = None
    gesture: Meaning | None = None
    gesture_s: float | None = None
    automatic: bool = True
    checklist: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    say: Say = Say()

    def elapsed_s(self, t_s: float) -> float:
        """Seconds in the step at `t_s`, pauses left out."""
        now_s = t_s if self.paused_s is None else self.paused_s
        return max(now_s - self.begun_s - self.rested_s, 0.0) if self.step is not None else 0.0

    def breath(self, t_s: float) -> tuple[bool, float] | None:
        """Whether the pacer breathes in at `t_s`, and how far that half breath has come (0 to 1); None without one."""
        if self.pacer is None:
            return None
        halves = (t_s - self.pacer.t_us / 1e6) * self.pacer.per_min / 30.0
        whole = int(halves // 1)
        return whole % 2 == 0, halves - whole

    def beat(self, t_s: float) -> float | None:
        """How far the metronome's beat has come at `t_s` (0 to 1); None without one."""
        tempo = None if self.step is None else self.step.beat
        if tempo is None or self.ticks_s is None or t_s < self.ticks_s:
            return None
        return ((t_s - self.ticks_s) * tempo.at_per_min / 60.0) % 1.0

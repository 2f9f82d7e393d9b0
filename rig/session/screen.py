"""What the trainee sees now, worked out without any window: the window and the terminal only draw it.

`Screen.take` follows the event lines of a session; `coach` lines carry where a coached session is, and what runs by
itself in between (seconds, the beat, the breath) is worked out from device time. `Screen.flag` is the most harmful of
what is wrong at this moment, `Screen.say` the one thing to say. The rule: spine first, one at a time, and nothing is
told twice by two screens in two ways.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from rig.technique.coach.state import CoachState, Say
from rig.technique.flags import HARM_ORDER
from rig.technique.wording import figures, words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rig.technique.routine.briefing import Brief, Span, Tempo

UNCALIBRATED = "Uncalibrated pad: forces are estimates."

SHOWN_S = 2.5
"""How long a flag stays up after it has ended, or after it fell if it has no length of its own."""


@dataclass
class Screen:
    """The state that both screens draw; times in seconds of device time.

    Attributes:
        t: now. step: title of the step in practice, "" without a routine; how: what the hands do in it.
        coach: where the coached session is; None where nobody coaches (a replay, a demonstration).
        strokes, flags: how many so far. rate_per_min: of the last beats.
        force_n: of the heaviest contact now; at_least: it may be more, a sensor is beyond its range.
        last_stroke: the last finished stroke's report entry.
        link: "" while connected, else what is wrong with it. recording: why no more is recorded; "" while it is.
        calibrated: whether forces are newtons to be trusted. doubt: what to say of them where they are not quite.
        ended: the session is over.
    """

    calibrated: bool = False
    doubt: str = ""
    t: float = 0.0
    step: str = ""
    how: str = ""
    coach: CoachState | None = None
    strokes: int = 0
    flags: int = 0
    rate_per_min: float | None = None
    force_n: float = 0.0
    at_least: bool = False
    last_stroke: Mapping[str, Any] | None = None
    link: str = ""
    recording: str = ""
    ended: bool = False
    _up: dict[str, tuple[Mapping[str, Any], float]] = field(default_factory=dict)

    @property
    def trust(self) -> str:
        """What is to be said of the forces shown; empty where nothing is."""
        return self.doubt if self.calibrated or self.doubt else UNCALIBRATED

    def take(self, event: Mapping[str, Any]) -> None:
        """Follow one event line."""
        self.t = max(self.t, float(event["t"]))
        match event["event"]:
            case "flag":
                self.flags += 1
                open_ended = event.get("t1") is None
                self._up[event["kind"]] = (event, float("inf") if open_ended else float(event["t"]) + SHOWN_S)
            case "flag-end":
                shown = self._up.get(event["kind"])
                if shown is not None:
                    self._up[event["kind"]] = (shown[0], float(event["t"]) + SHOWN_S)
            case "flag-withdrawn":
                self.flags -= 1
                self._up.pop(event["kind"], None)
            case "stroke":
                self.strokes += 1
                self.last_stroke = event
            case "beat":
                self.rate_per_min = event.get("rate_per_min")
            case "step":
                self.step = str(event.get("title") or event.get("step") or "")
                self.how = str(event.get("how") or "")
                self.rate_per_min = None
            case "coach":
                self.coach = msgspec.convert(event["state"], CoachState)
            case "link":
                self.link = (
                    "" if event.get("state") == "up" else str(event.get("message") or event.get("state") or "lost")
                )
            case "recording":
                self.recording = f"not recorded any more: {event['message']}"
            case "end":
                self.ended = True
            case _:
                pass

    def now(self, t: float) -> None:
        """Time has passed: take down what has been up long enough."""
        self.t = max(self.t, t)
        self._up = {kind: (flag, until) for kind, (flag, until) in self._up.items() if until > self.t}

    @property
    def flag(self) -> Mapping[str, Any] | None:
        """The most harmful of what is wrong now, or None when nothing is."""
        for kind in HARM_ORDER:
            if kind in self._up:
                return self._up[kind][0]
        return None

    @property
    def say(self) -> Say:
        """The one thing to say now: the coach's word; without a coach, the flag, and no praise."""
        if self.coach is not None:
            return self.coach.say
        flag = self.flag
        if flag is None:
            return Say()
        return Say(self.flags, flag["kind"], words(flag), figures(flag), good=False, since_s=float(flag["t"]))

    # What a coached session shows; each is empty, None or 0 where nobody coaches.

    @property
    def paused(self) -> bool:
        """Whether nothing is judged now because somebody rests."""
        return self.coach is not None and self.coach.phase == "paused"

    @property
    def waiting(self) -> bool:
        """Whether the session waits for its checklist to be ticked."""
        return self.coach is not None and self.coach.phase == "waiting"

    @property
    def checklist(self) -> tuple[str, ...]:
        """What to see to before starting; shown while `waiting`."""
        return self.coach.checklist if self.coach is not None else ()

    @property
    def brief(self) -> Brief | None:
        """The step at work, announced in words and numbers."""
        return self.coach.step if self.coach is not None else None

    @property
    def next_step(self) -> Brief | None:
        """The step that follows."""
        return self.coach.next if self.coach is not None else None

    @property
    def elapsed_s(self) -> float:
        """Seconds in the step, pauses left out; against `duration_s`."""
        return self.coach.elapsed_s(self.t) if self.coach is not None else 0.0

    @property
    def duration_s(self) -> float | None:
        """How long the step is to last; None where its count decides."""
        brief = self.brief
        return brief.duration_s if brief is not None else None

    @property
    def reps(self) -> int | None:
        """Repetitions so far; None where nothing is counted."""
        return self.coach.reps if self.coach is not None else None

    @property
    def reps_expected(self) -> tuple[int | None, int | None] | None:
        """The fewest and the most repetitions asked for; None where no number is."""
        return self.coach.expected if self.coach is not None else None

    @property
    def held_s(self) -> float | None:
        """How long hands have been holding; None while they are not, or where the step wants no hold."""
        since = self.coach.holding_s if self.coach is not None else None
        return None if since is None else max(self.t - since, 0.0)

    @property
    def force_band(self) -> Span | None:
        """The force that the step wants of a hand, in newtons; against `force_n`."""
        brief = self.brief
        return brief.force_n if brief is not None else None

    @property
    def tempo(self) -> Tempo | None:
        """The beat that the step wants; against `rate_per_min`."""
        brief = self.brief
        return brief.beat if brief is not None else None

    @property
    def beat_phase(self) -> float | None:
        """How far the metronome's beat has come, 0 to 1; None while none is beaten."""
        return self.coach.beat(self.t) if self.coach is not None else None

    @property
    def breath(self) -> tuple[bool, float] | None:
        """Whether the pacer breathes in, and how far that half breath has come, 0 to 1; None without a pacer."""
        return self.coach.breath(self.t) if self.coach is not None else None

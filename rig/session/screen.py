"""What the trainee sees now, worked out without any window: the window and the terminal only draw it.

`Screen.take` follows the event lines of a session; `Screen.flag` is the one thing to tell, the most harmful of what is
wrong at this moment, kept up long enough to be read. The rule: spine first, one at a time, and nothing is told twice
by two screens in two ways.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rig.technique.flags import HARM_ORDER
from rig.technique.wording import limited, measured

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rig.technique.flags import FlagKind

WORDS: dict[FlagKind, str] = {
    "spine-pressure": "On the spine: move off the line",
    "too-hard": "Too hard: ease off",
    "signal-gap": "No signal from the pad",
    "sensor-fault": "A sensor has failed: its spot is not judged",
    "wrong-direction": "Wrong way",
    "wrong-place": "Wrong place",
    "too-fast": "Too fast: slow down",
    "too-slow": "Too slow",
    "too-light": "Too light",
    "irregular": "Uneven rhythm",
    "uneven": "Uneven pressure",
    "contrast": "Press more on the way up than on the way down",
    "hold-short": "Hold it longer",
    "lifted": "Stay in contact",
    "missing-reps": "Too few repetitions",
    "out-of-order": "Out of order",
    "breath": "Out of step with the breath",
}
"""What a flag says to somebody whose eyes are on the pad."""

UNCALIBRATED = "Uncalibrated pad: forces are estimates."

SHOWN_S = 2.5
"""How long a flag stays up after it has ended, or after it fell if it has no length of its own."""


@dataclass
class Screen:
    """The state that both screens draw; times in seconds of device time.

    Attributes:
        t: now. step: title of the step in practice, "" without a routine.
        strokes, flags: how many so far. rate_per_min: of the last beats.
        last_stroke: the last finished stroke's report entry. link: "" while connected, else what is wrong with it.
        calibrated: whether forces are newtons to be trusted. doubt: what to say of them where they are not quite.
    """

    calibrated: bool = False
    doubt: str = ""
    t: float = 0.0
    step: str = ""
    how: str = ""
    strokes: int = 0
    flags: int = 0
    rate_per_min: float | None = None
    last_stroke: Mapping[str, Any] | None = None
    link: str = ""
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
            case "stroke":
                self.strokes += 1
                self.last_stroke = event
            case "beat":
                self.rate_per_min = event.get("rate_per_min")
            case "step":
                self.step = str(event.get("title") or event.get("step") or "")
                self.how = str(event.get("how") or "")
            case "link":
                self.link = (
                    "" if event.get("state") == "up" else str(event.get("message") or event.get("state") or "lost")
                )
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
        """The one flag to tell now, or None when all is well."""
        for kind in HARM_ORDER:
            if kind in self._up:
                return self._up[kind][0]
        return None


def words(flag: Mapping[str, Any]) -> str:
    """A flag as one short sentence."""
    return WORDS[flag["kind"]]


def figures(flag: Mapping[str, Any]) -> str:
    """A flag's value against its limit, with the unit; empty where it has none."""
    kind, unit = flag["kind"], flag.get("unit") or ""
    value = measured(kind, flag.get("value"), unit, at_least=bool(flag.get("at_least")))
    limit = limited(kind, flag.get("limit"), unit) if value else ""
    return f"{value} (limit {limit})" if limit else value

"""What the practice view shows at one moment, as plain values; no Qt, no session.

The page fills it in from the session's `Screen`, the panel draws it. The rule: numbers are already chosen and texts
already in the user's language, so that whoever paints decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["good", "wrong", "doubt", "quiet"]


@dataclass(frozen=True, slots=True)
class Reading:
    """A measured value against its band.

    Attributes:
        title, about: what it is, and a tooltip with the unit. value: None while there is none. said: the value as text.
        low, high: the band, either open. top: where the scale ends. pulse: 0 to 1 within the beat, None without one.
    """

    title: str
    value: float | None
    said: str
    unit: str
    low: float | None = None
    high: float | None = None
    top: float = 1.0
    wanted: str = ""
    pulse: float | None = None

    @property
    def state(self) -> State:
        """Whether the value is within its band; quiet without a value or a band."""
        if self.value is None or (self.low is None and self.high is None):
            return "quiet"
        low = self.low if self.low is not None else float("-inf")
        high = self.high if self.high is not None else float("inf")
        return "good" if low <= self.value <= high else "doubt"


@dataclass(frozen=True, slots=True)
class Breath:
    """The breath to move by: `full` from 0 (out) to 1 (in), and the word to say."""

    full: float
    said: str


@dataclass(frozen=True, slots=True)
class Count:
    """Something counted: `share` done, 0 to 1, None where nobody says how much there is to do."""

    title: str
    said: str
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Glance:
    """The whole side panel.

    Attributes:
        step, how, following: title of the step, how it goes, what comes next. said, figures, state: the one thing to
            tell and how bad it is. readings: force and tempo. breath: None where none is paced.
        counts: repetitions, time. foot: what is to be said of the forces, and that this is no health advice.
        keys: what the keyboard does.
    """

    step: str
    how: str
    following: str
    said: str
    figures: str
    state: State
    readings: tuple[Reading, ...] = ()
    breath: Breath | None = None
    counts: tuple[Count, ...] = ()
    foot: str = ""
    keys: str = ""

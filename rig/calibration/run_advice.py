"""What a guided run says, as data with its sentence.

A terminal prints the sentence; a window words the same kind in its own language and draws where it is. The rule: the
two never decide anything, so both always say the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

AdviceKind = Literal[
    "place",
    "press",
    "pressed-enough",
    "still-moves",
    "quiet",
    "elsewhere",
    "change-weight",
    "wobbling",
    "unlike",
    "settling",
    "kept",
    "done",
]


@dataclass(frozen=True)
class Advice:
    """One thing to say.

    Attributes:
        kind: what it is. text: it in a sentence. channel: the sensor that it is about, if not the task's own.
        value: presses so far for `press`, counts for `settling`, newtons that it reads like for `unlike`.
    """

    kind: AdviceKind
    text: str
    channel: int | None = None
    value: float = 0.0

    @property
    def asks(self) -> bool:
        """Whether somebody has to say that it is right."""
        return self.kind == "unlike"


DONE = Advice("done", "done")

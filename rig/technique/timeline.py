"""Which step is being practised when: marks in time, each holding until the next.

Marks come from a recording, from a file, or from a person saying "next"; they may come late in wall time but never
in device time. Hands that go on by themselves are understood late: such a mark says since when its movements have been
made, and they are given to its step once it is set. The rules: a mark lies at or after everything judged so far, and
what was judged by moments stays as it was, so that a live session and its recording ask the same question of the same
instant.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray


class Pacer(msgspec.Struct, frozen=True):
    """The breath that a session showed: a breath in began at `t_us`, `per_min` breaths a minute, half of each in."""

    t_us: int
    per_min: Annotated[float, msgspec.Meta(gt=0)]


class Candidate(msgspec.Struct, frozen=True):
    """A step that it may have been, and how likely that is, from 0 to 1."""

    step: str
    confidence: float


class Detection(msgspec.Struct, frozen=True):
    """How sure it is that a mark which nobody set is right, and which other steps it may have been.

    Where it is undecided which step it was, the confidence is 0 and all candidates are among the alternatives; there
    are none where the hands did nothing that the routine knows.
    """

    confidence: float
    alternatives: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """From `t_us` on, `step` is practised; None means none in particular. `pacer` is what hands breathe along with.

    `detected` is there where the step was found from what the hands do (`rig.technique.detect`). `since_us`, where it
    is there, is before `t_us`: hands had begun the step by themselves then, which was understood at `t_us`.
    """

    t_us: int
    step: str | None
    pacer: Pacer | None = None
    detected: Detection | None = None
    since_us: int | None = None

    @property
    def begun_us(self) -> int:
        """When hands began the step, as far as it is known."""
        return self.t_us if self.since_us is None else self.since_us

    @classmethod
    def of_event(cls, t_us: int, body: Mapping[str, Any]) -> Mark:
        """A mark as an event of a recording holds it.

        Raises:
            msgspec.ValidationError: the body is none of a mark.
        """
        pacer = msgspec.convert(body.get("pacer"), Pacer | None)
        since_us = msgspec.convert(body.get("since_us"), Annotated[int, msgspec.Meta(le=t_us)] | None)
        return cls(t_us, body.get("step"), pacer, since_us=since_us)

    def event_body(self) -> dict[str, Any]:
        """The body of the event that keeps this mark in a recording."""
        pacer = {} if self.pacer is None else {"pacer": msgspec.structs.asdict(self.pacer)}
        since = {} if self.since_us is None else {"since_us": self.since_us}
        return {"step": self.step, **pacer, **since}


class Timeline:
    """The marks of a session, in order; `version` changes whenever they do."""

    def __init__(self, marks: Iterable[Mark] = ()) -> None:
        self._marks: list[Mark] = []
        self._t_us = np.zeros(0, np.int64)
        self.version = 0
        for mark in sorted(marks, key=lambda m: m.t_us):
            self.add(mark)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """All marks, earliest first."""
        return tuple(self._marks)

    def add(self, mark: Mark) -> Mark:
        """Put a mark behind the others, and give it as it was put: it reaches no farther back than to the last one.

        One at the same instant takes the place of the last.

        Raises:
            ValueError: the mark is earlier than the last one.
        """
        if self._marks and mark.t_us < self._marks[-1].t_us:
            raise ValueError("a mark cannot lie before the one set last")
        if self._marks and mark.since_us is not None:
            mark = replace(mark, since_us=max(mark.since_us, self._marks[-1].t_us))
        if self._marks and mark.t_us == self._marks[-1].t_us:
            self._marks.pop()
        self._marks.append(mark)
        self.version += 1
        self._t_us = np.array([m.t_us for m in self._marks], np.int64)
        return mark

    def step_at(self, t_us: int) -> str | None:
        """The step practised at an instant."""
        row = self.row_at(t_us)
        return self._marks[row].step if row >= 0 else None

    def row_at(self, t_us: int) -> int:
        """The mark that holds at an instant; -1 before the first."""
        return bisect_right(self._marks, t_us, key=lambda m: m.t_us) - 1

    def step_of(self, t_us: int) -> str | None:
        """The step that a movement belongs to which began at `t_us`, as far as the marks tell so far."""
        row = self.row_of(t_us)
        return self._marks[row].step if row >= 0 else None

    def row_of(self, t_us: int) -> int:
        """The mark that a movement belongs to which began at `t_us`; -1 before the first."""
        return bisect_right(self._marks, t_us, key=lambda m: m.begun_us) - 1

    def rows(self, t_us: NDArray[np.int64]) -> NDArray[np.int64]:
        """(n,) the mark that holds at each instant; -1 before the first."""
        return np.searchsorted(self._t_us, t_us, side="right") - 1

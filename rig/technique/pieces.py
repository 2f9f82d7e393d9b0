"""Pieces of a longer way: what the sensors leave of a stroke that is lighter than they can feel throughout.

A palm that comes back at two newtons presses some tiles below their threshold, so that one way is seen as several
short ones. Their direction and place are right, and a slow piece is of a slow way; that it is fast, its beat and its
force say nothing of the movement. A stroke is taken for a piece if it is much shorter than the longest one of its step
so far, or goes on at once where another left off. The rule: it depends on the strokes in their order and on nothing
else.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from math import hypot
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rig.analysis.findings import Stroke
    from rig.technique.flags import FlagKind

PIECE = 0.4
"""Of the longest way: the steps that ask for strokes ask for whole ways, and hands keep to them within a third."""

SAID_OF_PIECES: frozenset[FlagKind] = frozenset(("wrong-direction", "wrong-place", "too-slow"))
"""What a piece of a way says as truly as the whole."""

LOST_S, LOST_MM = 0.25, 45.0
"""Between tiles that feel little a hand is lost for so long, and goes on so far from where it was last seen: about as
long and as far as one tile takes."""

_RECENT = 4


@dataclass(slots=True)
class Trails:
    """Where the last strokes ended."""

    _last: deque[Stroke] = field(default_factory=lambda: deque(maxlen=_RECENT))

    def goes_on(self, stroke: Stroke) -> bool:
        """Whether a stroke is the rest of one before it, of a hand that was lost on the way."""
        found = any(other.contact != stroke.contact and continues(other, stroke) for other in self._last)
        self._last.append(stroke)
        return found


def continues(before: Stroke, after: Stroke) -> bool:
    """Whether a stroke begins where, and when, the other one left off, and goes the same way."""
    if before.direction != after.direction:
        return False
    near = hypot(after.x0_mm - before.x1_mm, after.y0_mm - before.y1_mm) <= LOST_MM
    return near and 0.0 <= after.t0 - before.t1 <= LOST_S


@dataclass(slots=True)
class Ways:
    """The longest stroke of each step so far, and where the last ones ended."""

    _longest_mm: dict[str | None, float] = field(default_factory=dict)
    _trails: Trails = field(default_factory=Trails)

    def is_piece(self, stroke: Stroke, step_id: str | None) -> bool:
        """Whether a stroke is only part of a way, as far as the strokes before it tell."""
        if stroke.kind != "stroke":
            return False
        longest = max(self._longest_mm.get(step_id, 0.0), stroke.length_mm)
        self._longest_mm[step_id] = longest
        return self._trails.goes_on(stroke) or stroke.length_mm < PIECE * longest

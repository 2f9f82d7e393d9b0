"""Pieces of a longer way: what the sensors leave of a stroke that is lighter than they can feel throughout.

A palm that comes back at two newtons presses some tiles below their threshold, so that one way is seen as several
short ones. Their direction and place are right, and a slow piece is of a slow way; that it is fast, its beat and its
force say nothing of the movement. A stroke is
taken for a piece if it is much shorter than the longest one of its step so far. The rule: it depends on the strokes in
their order and on nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rig.analysis.findings import Stroke
    from rig.technique.flags import FlagKind

PIECE = 0.4
"""Of the longest way: the steps that ask for strokes ask for whole ways, and hands keep to them within a third."""

SAID_OF_PIECES: frozenset[FlagKind] = frozenset(("wrong-direction", "wrong-place", "too-slow"))
"""What a piece of a way says as truly as the whole."""


@dataclass(slots=True)
class Ways:
    """The longest stroke of each step so far."""

    _longest_mm: dict[str | None, float] = field(default_factory=dict)

    def is_piece(self, stroke: Stroke, step_id: str | None) -> bool:
        """Whether a stroke is only part of a way, as far as the strokes before it tell."""
        if stroke.kind != "stroke":
            return False
        longest = max(self._longest_mm.get(step_id, 0.0), stroke.length_mm)
        self._longest_mm[step_id] = longest
        return stroke.length_mm < PIECE * longest

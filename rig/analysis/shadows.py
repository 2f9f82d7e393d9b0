"""Touches cut out of contacts: what a lifted hand leaves in the sensors is no hand any more.

A tile forgets a load slowly, so a contact may last for seconds after the hand has gone, with a few percent of its
force, until the hand comes back to it. The rule: a touch ends where its force has fallen to such a shadow of its peak,
and another begins where it rises from it; both depend on the contact's own samples only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHADOW_N, SHADOW = 1.0, 0.15
"""A shadow has less than both: half the lightest documented touch, and this part of the touch's peak. 0.62 N were seen
after a palm of 7 N."""

TouchKey = tuple[int, int]
"""The contact's number, and which of its touches."""


@dataclass(slots=True)
class _State:
    peak_n: float = 0.0
    number: int = 0
    shadow: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """Samples `start` to `stop` of those given belong to a touch; `ends`: the sample at `stop` is its shadow."""

    touch: TouchKey
    start: int
    stop: int
    ends: bool


class Shadows:
    """Cuts the samples of all contacts."""

    def __init__(self) -> None:
        self._states: dict[int, _State] = {}

    def cut(self, contact: int, force_n: NDArray[np.float64]) -> list[Piece]:
        """The touches among the next (k,) samples of a contact; what lies between them is shadow."""
        state = self._states.setdefault(contact, _State())
        pieces: list[Piece] = []
        at = 0
        while at < len(force_n):
            rest = force_n[at:]
            if state.shadow:
                risen = (rest >= SHADOW_N) | (rest >= SHADOW * state.peak_n)
                if not risen.any():
                    break
                at += int(np.argmax(risen))
                state.peak_n, state.shadow = 0.0, False
                state.number += 1
                continue
            peak = np.maximum(np.maximum.accumulate(rest), state.peak_n)
            faint = (rest < SHADOW_N) & (rest < SHADOW * peak)
            state.shadow = bool(faint.any())
            stop = at + int(np.argmax(faint)) if state.shadow else len(force_n)
            state.peak_n = float(peak[stop - at - 1]) if stop > at else state.peak_n
            pieces.append(Piece((contact, state.number), at, stop, state.shadow))
            at = stop
        return pieces

    def lift(self, contact: int) -> TouchKey | None:
        """The touch that ends as the contact lifts; None if only its shadow was left."""
        state = self._states.pop(contact, None)
        return None if state is None or state.shadow else (contact, state.number)

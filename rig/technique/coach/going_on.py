"""Whether hands have clearly begun the next step, and since when.

Each movement is weighed against the step at work and the next one by its kind, way, place, force, tempo and the size of
the hand (`detect/fit.py`). Of the last few, those are taken together that speak most clearly for the next step: where
they begin, it has begun. The rule: a fault is no reason to go on - a movement that fits neither step speaks for
neither.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rig.analysis.tables import join
from rig.technique.detect.fit import fit
from rig.technique.detect.seen import Gathering

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.analysis.findings import Findings
    from rig.pad import PadLayout
    from rig.technique.detect.seen import Movements
    from rig.technique.limits import Limits
    from rig.technique.routine.routine import Routine, Step

LAST = 6
"""Movements looked at; two hands that move as one make two."""

FEWEST = 2
"""A single one shows nothing, unless the step at work has had all that is asked for."""

CLEARLY = 8.0
"""The logarithm of how much better they must fit.

Of steps performed with seeds 8100 to 8103 (rightly) and 8300 (with each fault) those of one step came to 5.3 for the
next at most; those of the next step to 8 from its second movement on in 90 of 120, from its third or fourth in 18.
"""

CLEARLY_AFTER_ALL = 4.0
"""... where the step at work has had all that is asked for, so that hands will go on: single ones came to 3.9."""

_BEFORE_US = 500_000
"""A hand touches down a little before its movement begins."""

NOTHING = np.zeros(0)


class GoingOn:
    """Watches the movements of one session.

    Args:
        pad, routine, limits: as the judge has them.
    """

    def __init__(self, pad: PadLayout, routine: Routine, limits: Limits) -> None:
        self._pad, self._routine, self._limits = pad, routine, limits
        self._here: Step | None = None
        self._there: Step | None = None
        self._gathering = Gathering(pad, limits)
        self._waiting: list[Findings] = []
        self._clearer = NOTHING
        self._begun_us: list[int] = []

    def begin(self, here: Step, there: Step | None) -> None:
        """Another step is at work, and another one follows it."""
        self._here, self._there = here, there
        self._gathering = Gathering(self._pad, self._limits)
        self._waiting = []
        self._clearer, self._begun_us = NOTHING, []

    def push(self, findings: Findings) -> None:
        """What was found on the pad."""
        if self._here is None or self._there is None:
            return
        # Gathered movement by movement: hop by hop it would cost twenty times as much.
        if len(findings.contacts.t_us) or findings.strokes or findings.holds:
            self._waiting.append(findings)
        if not (findings.strokes or findings.holds):
            return
        self._gathering.push(join(self._waiting))
        self._waiting = []
        moves = self._gathering.movements()
        self._clearer = self._sums(moves, self._there) - self._sums(moves, self._here)
        self._begun_us = [_begun_us(moves, len(moves) - 1 - number) for number in range(len(self._clearer))]

    def since_us(self, *, full: bool) -> int | None:
        """Since when hands have clearly been at the next step; None while they are not.

        `full`: the step at work has had all that is asked for.
        """
        skipped, clearly = (0, CLEARLY_AFTER_ALL) if full else (FEWEST - 1, CLEARLY)
        clearer = self._clearer[skipped:]
        if not len(clearer) or clearer.max() < clearly:
            return None
        return self._begun_us[skipped + int(clearer.argmax())]

    def _sums(self, moves: Movements, step: Step) -> NDArray[np.float64]:
        """How well the last one, the last two, ... fit a step, in the way to do it that they fit best."""
        names = step.repeats or (step.id,)
        steps = [self._routine.step(name) for name in names]
        ways = [way for each in steps for way in fit(moves, each, self._routine, self._limits, self._pad)]
        return np.asarray(np.max([np.cumsum(way[-LAST:][::-1]) for way in ways], axis=0))


def _begun_us(moves: Movements, number: int) -> int:
    """When a movement began, the hand's way there included."""
    t0_s = float(moves.t0_s[number])
    free_s = t0_s - float(moves.t1_s[:number].max()) if number else np.inf
    return round(t0_s * 1e6 - min(_BEFORE_US, max(free_s, 0.0) * 1e6 / 2))

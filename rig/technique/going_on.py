"""Whether hands have clearly begun the next step: their last movements fit it far better than the one at work.

Each movement is weighed against both steps by its kind, way, place, force, tempo and the size of the hand
(`detect_fit.py`); the last few are taken together, and only since hands were last off for a while, because that is
where a step begins. The rule: a fault is no reason to go on - a movement that fits neither step speaks for neither.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.analysis.tables import join
from rig.technique.detect_fit import fit
from rig.technique.detect_seen import Gathering

if TYPE_CHECKING:
    from rig.analysis.findings import Findings
    from rig.pad import PadLayout
    from rig.technique.limits import Limits
    from rig.technique.routine import Routine, Step

LAST = 6
"""Movements taken together; two hands that move as one make two."""

FEWEST = 4
"""Fewer show nothing, unless the step at work has had enough."""

FEWEST_AFTER_ENOUGH = 2

CLEARLY = 8.0
"""The logarithm of how much better they must fit.

Of performed steps, right ones and with faults, the windows of one step came to 5.6 for the next at most, and to -10 and
less as a rule; those of the next step to 9 and more from its fourth movement on.
"""


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
        self._weight, self._number = 0.0, 0

    def begin(self, here: Step, there: Step | None) -> None:
        """Another step is at work, and another one follows it."""
        self._here, self._there = here, there
        self.rested()

    def rested(self) -> None:
        """Hands were off for a while: what comes now may be the next step."""
        self._gathering = Gathering(self._pad, self._limits)
        self._waiting = []
        self._weight, self._number = 0.0, 0

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
        fits = (fit(moves, step, self._routine, self._limits, self._pad) for step in (self._here, self._there))
        here, there = (max(float(way[-LAST:].sum()) for way in ways) for ways in fits)
        self._weight, self._number = there - here, len(moves)

    def clearly(self, *, enough: bool) -> bool:
        """Whether hands are at the next step; `enough`: the one at work has had enough."""
        return self._number >= (FEWEST_AFTER_ENOUGH if enough else FEWEST) and self._weight >= CLEARLY

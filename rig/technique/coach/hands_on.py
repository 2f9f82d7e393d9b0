"""Whether hands are on the pad, still or at work, and since when: what the coach needs to know of them.

The rule: contacts lighter than a touch are sensors at unrest, and a hand not seen for a moment has not left.
"""

from __future__ import annotations

from math import hypot
from typing import TYPE_CHECKING

import numpy as np

from rig.technique.laid_across import whole_hands

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.analysis.findings import ContactTable

Hand = tuple[int, float, float, float]
"""A contact's number, x and y in mm, force in N."""

FAINT_N = 1.0
STILL_MM = 12.0
FLICKER_US = 200_000
UNSEEN_US = 300_000
"""Looks further apart than this have a hole in the signal between them."""


def hands_in(contacts: ContactTable, *, at_rest: bool) -> list[Hand]:
    """The hands of one hop; `at_rest` is whether they may rest on the line, where one may be seen as two contacts."""
    if at_rest:
        contacts, _ = whole_hands(contacts, np.ones(len(contacts.t_us), bool))
    columns = contacts.contact, contacts.x_mm, contacts.y_mm, contacts.force_n
    return list(zip(*(column.tolist() for column in columns), strict=True))


class HandsOn:
    """Follows the contacts of one session from look to look; all times in microseconds of device time."""

    def __init__(self) -> None:
        self._anchors: dict[int, tuple[float, float, int]] = {}
        self._enough: dict[int, tuple[int, int]] = {}
        self._off_us: int | None = 0
        self._seen_us: int | None = None
        self._t_us = 0

    def look(self, t_us: int, hands: Sequence[Hand]) -> None:
        """The contacts at `t_us`."""
        if t_us - self._t_us > UNSEEN_US and self._off_us is None:
            # A hole in the signal is nobody's lifting.
            self._seen_us = t_us
        self._t_us = t_us
        felt = [hand for hand in hands if hand[3] >= FAINT_N]
        if felt:
            self._seen_us, self._off_us = t_us, None
        elif self._off_us is None and self._seen_us is not None and t_us - self._seen_us >= FLICKER_US:
            self._off_us = self._seen_us
        anchors = {}
        for number, x, y, _ in felt:
            anchor = self._anchors.get(number)
            if anchor is None or hypot(x - anchor[0], y - anchor[1]) > STILL_MM:
                anchor = (x, y, t_us)
            anchors[number] = anchor
        if felt or self._off_us is not None:
            self._anchors = anchors
        for needed in (1, 2):
            self._mind(needed, len(felt), t_us)

    @property
    def on(self) -> bool:
        """Whether a hand is on the pad."""
        return self._off_us is None

    @property
    def off_s(self) -> float:
        """For how long no hand has been on the pad; 0 while one is."""
        return 0.0 if self._off_us is None else (self._t_us - self._off_us) / 1e6

    @property
    def still_s(self) -> float:
        """For how long every hand on the pad has lain still; 0 without hands."""
        return min(((self._t_us - since) / 1e6 for _, _, since in self._anchors.values()), default=0.0)

    def holding_since_us(self, needed: int) -> int | None:
        """Since when so many hands (1 or 2) have been on the pad; None while they are not."""
        kept = self._enough.get(needed)
        return None if kept is None else kept[0]

    def _mind(self, needed: int, there: int, t_us: int) -> None:
        kept = self._enough.get(needed)
        if there >= needed:
            self._enough[needed] = (t_us if kept is None else kept[0], t_us)
        elif kept is not None and t_us - kept[1] >= FLICKER_US:
            del self._enough[needed]

"""Whether the hands that a step names did it: fingertips or a whole hand, one hand or two at once, one after the other.

A print says how large a hand is, not whose (`rig.analysis.prints`), and often not even that. So only what no such hand
can measure is told, of several movements: a print of 17 cm2 is no flat hand, one of 22 no forearm, and a flat hand is
no thumb. Reinforced hands, one on the other, are one contact at a time; hand over hand, one leaves as the other lands.
What a print cannot show is listed as not judged (`unseen_of_hands`). The rule: it depends on the counted movements and
the hops of a stretch of a step in their order and on nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rig.analysis.findings import HOP_US, Hold
from rig.analysis.prints import SMALL_MM2
from rig.technique.flags import Flag
from rig.technique.places import side_of
from rig.technique.repetitions import counts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.analysis.findings import ContactTable, Stroke
    from rig.pad import PadLayout
    from rig.technique.routine import Hands, Routine, Step

WHOLE: frozenset[Hands] = frozenset(
    ("crossed-hands", "forearms", "hand-over-hand", "hands", "palm", "palms", "reinforced-hands", "resting-hands")
)
"""Hands of which fingertips are not enough."""

TIPS: frozenset[Hands] = frozenset(
    ("fingertips", "reinforced-finger", "reinforced-fingertips", "reinforced-thumbs", "thumb", "thumbs")
)
"""Hands of which a flat hand is too much."""

ONE_AT_A_TIME: frozenset[Hands] = frozenset(("hand-over-hand", "reinforced-hands"))

_STILL = frozenset(("press", "squeeze", "vibration"))

NO_HAND_MM2 = 1_700.0
"""With less a print is no flat hand's, however it lies: a disc of 46 mm."""

FEWEST, FEWEST_STILL, MOSTLY = 3, 2, 0.75
"""So many movements (or touches in one place), and this part of those that say anything, tell that other hands are at
work."""

AT_ONCE, AT_ONCE_HOPS = 1 / 3, 100
"""Two hands work at once where both are seen for more than this part of the time, and for so many hops: 2 s. Hand over
hand they meet for a tenth of it."""

ANOTHER_MM, AS_HEAVY = 100.0, 1 / 3
"""Two contacts are two hands at such a distance, and if neither is lighter than this part of the other."""


@dataclass(slots=True)
class _Stretch:
    """What one stretch of a step has shown so far: movements that say something, and hops with a hand."""

    row: int
    right: int = 0
    wrong: int = 0
    touched: int = 0
    at_once: int = 0
    began_us: int = 0
    told: bool = False


class HandRules:
    """Watches the hands of one session."""

    def __init__(self, pad: PadLayout, routine: Routine, *, calibrated: bool) -> None:
        self._pad = pad
        self._routine = routine
        self._calibrated = calibrated
        self._sizes, self._numbers = _Stretch(-1), _Stretch(-1)

    def judge(self, movement: Stroke | Hold, step: Step, row: int) -> list[Flag]:
        """The flag that a movement earns together with those before it; one in a stretch of a step."""
        held = isinstance(movement, Hold)
        if not (step.counts in {"hold", "stretch"} if held else counts(step, movement)):
            return []
        if row != self._sizes.row:
            self._sizes = _Stretch(row)
        seen = self._sizes
        wrong = self._is_other(movement, step)
        if wrong is None or seen.told:
            return []
        seen.wrong += wrong
        seen.right += not wrong
        still = isinstance(movement, Hold) or movement.kind in _STILL
        fewest = FEWEST_STILL if still else FEWEST
        if not wrong or seen.wrong < fewest or seen.wrong < MOSTLY * (seen.wrong + seen.right):
            return []
        seen.told = True
        source = f"{self._named(step)}; fingertips cover no more than this (measured), a flat hand does"
        x, y = _place(movement)
        return [
            Flag(
                kind="wrong-hands",
                t0=movement.t0,
                t1=movement.t1,
                step=step.id,
                side=side_of(x - self._pad.spine_x_mm),
                x_mm=x,
                y_mm=y,
                value=_area_mm2(movement) / 100,
                limit=SMALL_MM2 / 100,
                unit="cm2",
                source=source,
                calibrated=self._calibrated,
            )
        ]

    def watch(self, hops: NDArray[np.int64], contacts: ContactTable, step: Step, row: int) -> list[Flag]:
        """The flag of two hands at once where one at a time should work; (h,) touched hops of the step in order."""
        if row != self._numbers.row:
            self._numbers = _Stretch(row)
        seen = self._numbers
        if seen.told or not len(hops):
            return []
        two = np.isin(hops, _with_two(contacts))
        if two.any() and not seen.at_once:
            seen.began_us = int(hops[np.argmax(two)])
        touched, at_once = seen.touched + np.arange(1, len(hops) + 1), seen.at_once + np.cumsum(two)
        seen.touched, seen.at_once = int(touched[-1]), int(at_once[-1])
        enough = np.flatnonzero(two & (at_once >= AT_ONCE_HOPS) & (at_once > AT_ONCE * touched))
        if not len(enough):
            return []
        seen.told = True
        k = int(enough[0])
        return [
            Flag(
                kind="wrong-hands",
                t0=seen.began_us / 1e6,
                t1=(int(hops[k]) + HOP_US) / 1e6,
                step=step.id,
                side="both",
                x_mm=None,
                y_mm=None,
                value=float(at_once[k] / touched[k]),
                limit=AT_ONCE,
                unit="ratio",
                source=f"{self._named(step)}; two hands for more of the time are two at once (our own choice)",
                calibrated=self._calibrated,
            )
        ]

    def _is_other(self, movement: Stroke | Hold, step: Step) -> bool | None:
        """Whether no hand that the step names has such a print; None where the print does not tell."""
        size = movement.contact_size
        if size is None or (size == "small" and step.hands in WHOLE and not self._is_no_hand(movement, step)):
            return None
        if step.hands in WHOLE:
            return size == "small"
        return size != "small" and not self._may_be_two(movement, step) if step.hands in TIPS else None

    def _is_no_hand(self, movement: Stroke | Hold, step: Step) -> bool:
        return step.hands == "forearms" or _area_mm2(movement) <= NO_HAND_MM2

    def _may_be_two(self, movement: Stroke | Hold, step: Step) -> bool:
        """Whether it may be two hands beside the line, seen as one contact across it."""
        x, _ = _place(movement)
        return step.two_handed and abs(x - self._pad.spine_x_mm) < (movement.contact_width_mm or 0.0) / 2

    def _named(self, step: Step) -> str:
        return f"{self._routine.cite(step.source)}: {step.hands.replace('-', ' ')}"


def unseen_of_hands(step: Step) -> list[str]:
    """What of the hands that a step names no print shows, and why."""
    named = step.hands.replace("-", " ")
    reasons = []
    if step.hands.startswith("reinforced-"):
        reasons.append("hands: whether one lies on the other; both leave one print")
    if step.hands == "forearms":
        reasons.append("hands: a forearm that lies aslant measures as a flat hand")
    if step.repeats or step.hands not in WHOLE | TIPS:
        reasons.append(f"hands: {named}; their prints are of many sizes")
    return reasons


def _place(movement: Stroke | Hold) -> tuple[float, float]:
    """The middle of a movement, or where a hand stayed."""
    if isinstance(movement, Hold):
        return movement.x_mm, movement.y_mm
    return (movement.x0_mm + movement.x1_mm) / 2, (movement.y0_mm + movement.y1_mm) / 2


def _area_mm2(movement: Stroke | Hold) -> float:
    return (movement.contact_width_mm or 0.0) * (movement.contact_length_mm or 0.0)


def _with_two(contacts: ContactTable) -> NDArray[np.int64]:
    """The times of the hops with two hands, far apart and about as heavy: the heaviest contact and another."""
    t_us, force = contacts.t_us, contacts.force_n
    order = np.lexsort((-force, t_us))
    heaviest = order[np.searchsorted(t_us[order], t_us)]
    dx, dy = contacts.x_mm - contacts.x_mm[heaviest], contacts.y_mm - contacts.y_mm[heaviest]
    another = (dx * dx + dy * dy >= ANOTHER_MM**2) & (force >= AS_HEAVY * force[heaviest])
    return np.asarray(t_us[another])

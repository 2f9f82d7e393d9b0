"""Whether the hands that a step names did it: fingertips or a whole hand, one hand or two at once, one after the other.

A print says how large a hand is, not whose (`rig.analysis.prints`), and often not even that. So only what no such hand
can measure is told, of several movements: a print of 17 cm2 is no flat hand, one of 22 no forearm, and a flat hand is
no thumb. Reinforced hands, one on the other, are one contact at a time; hand over hand, one leaves as the other lands.
The rule: this is told beside what is not judged, and fails nobody; no document says how large a hand is.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from rig.analysis.findings import Hold
from rig.technique.repetitions import counts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.analysis.findings import Stroke
    from rig.technique.routine.routine import Hands, Step

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

AT_ONCE, AT_ONCE_S = 1 / 3, 2.0
"""Two hands work at once where strokes lie side by side for more than this part of their time, and for so long. Hand
over hand they meet for a tenth of it."""


def hands_seen(step: Step, strokes: Sequence[Stroke], holds: Sequence[Hold]) -> list[str]:
    """What there is to say of the hands of a stretch of a step, a line each: what is unlike, and what is not seen."""
    return [*_others(step, [*strokes, *holds]), *_at_once(step, strokes), *unseen_of_hands(step)]


def unseen_of_hands(step: Step) -> list[str]:
    """What of the hands that a step names no print shows, and why."""
    reasons = []
    if step.hands.startswith("reinforced-"):
        reasons.append("hands: whether one lies on the other; both leave one print")
    if step.hands == "forearms":
        reasons.append("hands: a forearm that lies aslant measures as a flat hand")
    if step.repeats or step.hands not in WHOLE | TIPS:
        reasons.append(f"hands: {_named(step)}; their prints are of many sizes")
    return reasons


def _others(step: Step, movements: Sequence[Stroke | Hold]) -> list[str]:
    """That hands of another size did it."""
    told = [(m, other) for m in movements if _belongs(m, step) and (other := _is_other(m, step)) is not None]
    wrong = [movement for movement, other in told if other]
    still = any(isinstance(m, Hold) or m.kind in _STILL for m in wrong)
    if len(wrong) < (FEWEST_STILL if still else FEWEST) or len(wrong) < MOSTLY * len(told):
        return []
    area_cm2 = sorted(map(_area_mm2, wrong))[len(wrong) // 2] / 100
    return [f"hands: {_named(step)} are named, and prints of {area_cm2:.0f} cm2 were seen; told, not judged"]


def _at_once(step: Step, strokes: Sequence[Stroke]) -> list[str]:
    """That two hands worked side by side where one at a time should."""
    if step.hands not in ONE_AT_A_TIME:
        return []
    spans = sorted((stroke.t0, stroke.t1) for stroke in strokes)
    side_by_side = sum(max(0.0, min(a[1], b[1]) - b[0]) for a, b in pairwise(spans))
    part = side_by_side / max(sum(t1 - t0 for t0, t1 in spans) - side_by_side, 1e-9)
    if side_by_side < AT_ONCE_S or part <= AT_ONCE:
        return []
    return [f"hands: {_named(step)} are named, and two were at work at once for {part:.0%}; told, not judged"]


def _belongs(movement: Stroke | Hold, step: Step) -> bool:
    """Whether a movement is one of those that the step is made of."""
    return step.counts in {"hold", "stretch"} if isinstance(movement, Hold) else counts(step, movement)


def _is_other(movement: Stroke | Hold, step: Step) -> bool | None:
    """Whether no hand that the step names has such a print; None where the print does not tell."""
    size = movement.contact_size
    if size is None:
        return None
    if step.hands in WHOLE:
        is_none = step.hands == "forearms" or _area_mm2(movement) <= NO_HAND_MM2
        return None if size == "small" and not is_none else size == "small"
    if step.hands not in TIPS:
        return None
    # Two hands beside the line may be seen as one contact across it.
    across = not isinstance(movement, Hold) and movement.side in {"centre", "both"}
    return size != "small" and not (step.two_handed and across)


def _named(step: Step) -> str:
    return step.hands.replace("-", " ")


def _area_mm2(movement: Stroke | Hold) -> float:
    return (movement.contact_width_mm or 0.0) * (movement.contact_length_mm or 0.0)

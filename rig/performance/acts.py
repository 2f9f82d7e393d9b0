"""What is to be performed of a routine: its steps, each with what is wrong with it.

A fault may bring in steps that nobody asked for: one that should have come before, or one that another goes deeper
than. The rule: a fault that no step can have is refused, and a step that cannot have it is done rightly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rig.errors import InputError
from rig.performance.faults import check_fault, has_order, possible_faults

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.pad import PadLayout
    from rig.technique.flags import FlagKind
    from rig.technique.routine.routine import Routine, Step


@dataclass(frozen=True, slots=True)
class Act:
    """A step and what is wrong with it.

    Attributes:
        brief: only a little of it. early: it should have come later. shallow: another goes deeper than it.
    """

    step: Step
    fault: FlagKind | None = None
    brief: bool = False
    early: bool = False
    shallow: bool = False


def acts_of(layout: PadLayout, routine: Routine, steps: Sequence[Step], fault: str | None) -> list[Act]:
    """Each step with its fault; none for those that cannot have it, but at least one can.

    Raises:
        InputError: no step can have the fault.
    """
    if fault is None:
        return [Act(step) for step in steps]
    can = [fault in possible_faults(layout, routine, step) for step in steps]
    if not any(can):
        if len(steps) > 1:
            raise InputError(f"none of {', '.join(step.id for step in steps)} can be performed with '{fault}'")
        check_fault(layout, routine, steps[0], fault)
    acts = [
        Act(step, check_fault(layout, routine, step, fault) if able else None)
        for step, able in zip(steps, can, strict=True)
    ]
    if fault == "out-of-order":
        return _disordered(routine, acts)
    if fault == "contrast" and len(acts) == 1 and steps[0].deeper_than is not None and steps[0].contrast is None:
        return [Act(routine.step(steps[0].deeper_than), brief=True), *acts]
    return acts


def _disordered(routine: Routine, acts: Sequence[Act]) -> list[Act]:
    """The acts out of order: what has an order in itself loses it; else two steps change places.

    A step by itself is followed by one that should have come before it.
    """
    if any(has_order(act.step) for act in acts):
        return [act if has_order(act.step) else Act(act.step) for act in acts]
    steps = [act.step for act in acts]
    for at, step in enumerate(steps):
        early = next((k for k in range(at) if steps[k].id in step.after), None)
        if early is not None:
            others = [Act(s) for k, s in enumerate(steps) if k not in (early, at)]
            return [*others[:early], Act(step, early=True), Act(steps[early]), *others[early:]]
    which = next(k for k, step in enumerate(steps) if step.after)
    missed = Act(routine.step(steps[which].after[0]), brief=True)
    ahead = Act(steps[which], early=True)
    return [*(Act(step) for step in steps[:which]), ahead, missed, *(Act(step) for step in steps[which + 1 :])]

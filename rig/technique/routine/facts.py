"""All that a routine says of a step, fact by fact, each with who says so: for people who read a routine.

The rule: every field of `Step` that asks for something appears here (a test compares the two), so that nothing is
judged that nobody could read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, get_args

from rig.technique.routine.routine import Quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rig.technique.routine.routine import Routine, Step

_SIDES = {"both": "both at once", "each": "each side in turn", "centre": "along the line"}
_RETURNS = {"lifted": "lifted", "light": "lifted, or gliding lightly"}
_POLICY = {
    "avoid": "nothing on the line",
    "light-only": "lightly at most",
    "rest": "resting hands on their points, lightly; nothing elsewhere",
}


class Fact(NamedTuple):
    """One demand: what it is about, what is asked for, and who asks; `source` is empty for the step's own item."""

    about: str
    asked: str
    source: str = ""


def facts(routine: Routine, step: Step) -> list[Fact]:
    """The demands of a step, in the order in which hands meet them; what the document leaves open is left out."""
    return [*_where(step), *_motion(step), *_pressure(step), *_amounts(routine, step), *_order(routine, step)]


def _where(step: Step) -> Iterator[Fact]:
    yield Fact("hands", step.hands.replace("-", " "))
    if step.sides != "any":
        yield Fact("sides", _SIDES[step.sides])
    if step.points:
        named = [point.name + (" (either side)" if point.mirrored else "") for point in step.points]
        yield Fact("points", ", ".join(named), "; ".join(dict.fromkeys(point.source for point in step.points)))
    elif step.zones:
        yield Fact("where", ", ".join(step.zones))
    if step.end_line is not None:
        yield Fact("end line", f"no further up than {step.end_line.y_mm:g} mm", step.end_line.source)


def _motion(step: Step) -> Iterator[Fact]:
    if step.motions:
        counted = " (counted)" if len(step.motions) > 1 else ""
        yield Fact("motion", ", ".join(motion + (counted if motion == step.counts else "") for motion in step.motions))
    if step.directions:
        yield Fact("direction", ", ".join(step.directions))
    if step.forbids:
        yield Fact("way back", _RETURNS[step.returns])
    if step.travel is not None:
        yield Fact("travel", step.travel)
    if step.breath is not None:
        yield Fact("breath", f"in: {step.breath.inhale}, out: {step.breath.exhale}", step.breath.source)
    if step.unbroken is not None:
        yield Fact("hands stay on", "from the first touch to the last", step.unbroken.source)


def _pressure(step: Step) -> Iterator[Fact]:
    if step.contrast is not None:
        asked = f"{step.contrast.more} with more force than {step.contrast.less}"
        yield Fact("contrast", asked, step.contrast.source or "")
    if step.lighter_in is not None:
        yield Fact("lighter in", step.lighter_in.zone, step.lighter_in.source)
    if step.deeper_than is not None:
        yield Fact("deeper than", step.deeper_than)
    if step.even:
        yield Fact("evenness", "equal all along, left and right alike")
    if step.fading:
        yield Fact("fading", "each pass lighter than the one before")
    if step.rising:
        yield Fact("rising", "the force grows in steps")


def _amounts(routine: Routine, step: Step) -> Iterator[Fact]:
    for quantity in get_args(Quantity):
        band = routine.wanted(step, quantity)
        if band is not None:
            each = ""
            if quantity == "count" and (step.each_point or step.sides == "each"):
                each = " at each point" if step.each_point else " on each side"
            yield Fact(quantity.replace("_", " "), band.text + each, band.source)


def _order(routine: Routine, step: Step) -> Iterator[Fact]:
    if step.repeats:
        yield Fact("consists of", ", then ".join(step.repeats))
    if step.after:
        yield Fact("comes after", ", ".join(step.after))
    spine = routine.spine_of(step)
    yield Fact("spine", _POLICY[spine.policy], spine.source)

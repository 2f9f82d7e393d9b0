"""A school's own numbers for a routine, without a copy of it: a file that names its base and what is different.

    base = "backpain"
    school = "north"

    [[steps]]
    id = "backpain.1"
    speed = { low = 4, high = 7, source = "lesson-3.mcap of 2026-11-20, 12 repetitions" }

`rig teach` writes such files, and so can people. Everything else is the base's: what the hands do, where, in which
order, and what may touch the spine. The rules: every number says who asks for it, and none is told as the document's;
what keeps the recipient from harm can be narrowed and never widened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, get_args

import msgspec
from msgspec import Meta

from rig.technique.routine.bands import Band, Level, Text, find_band, merged_bands
from rig.technique.routine.checking import check_bands, check_levels, check_replacement, check_want
from rig.technique.routine.reading import Mistake, nearest
from rig.technique.routine.routine import UNITS, Quantity, Routine, Step, Want

if TYPE_CHECKING:
    from collections.abc import Sequence


class TaughtStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a school asks of a step in place of the document; what is left out stays as the base has it."""

    id: Text
    pressure: Want | None = None
    speed: Want | None = None
    rate: Want | None = None
    count: Want | None = None
    hold: Want | None = None
    duration: Want | None = None
    contrast_ratio: Want | None = None


class School(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A school's file: the base, and what takes the place of its numbers.

    `bands` and `levels` replace those of the same name, or add to them.
    """

    base: Text
    school: Annotated[str, Meta(pattern=r"^[a-z0-9-]+$")]
    title: Text | None = None
    about: Text | None = None
    bands: tuple[Band, ...] = ()
    levels: tuple[Level, ...] = ()
    steps: tuple[TaughtStep, ...] = ()


def as_taught(school: School, base: Routine) -> Routine:
    """The base with the school's numbers in their places.

    Raises:
        Mistake: something in the school's file is wrong; the path is the field there.
    """
    bands = _bands(school.bands, base)
    levels = _levels(school.levels, base, bands)
    _check_steps(school.steps, base, bands)
    taught = {step.id: step for step in school.steps}
    return msgspec.structs.replace(
        base,
        school=school.school,
        title=school.title or base.title,
        about=school.about or base.about,
        bands=bands,
        levels=levels,
        steps=tuple(_step(step, taught.get(step.id)) for step in base.steps),
    )


def _bands(own: Sequence[Band], base: Routine) -> tuple[Band, ...]:
    check_bands(own, "bands")
    known = {band.name for band in base.bands}
    for row, band in enumerate(own):
        if band.name in known:
            check_replacement(band, base.bands, f"bands[{row}]")
    return merged_bands(tuple(own), base.bands)


def _levels(own: Sequence[Level], base: Routine, bands: tuple[Band, ...]) -> tuple[Level, ...]:
    check_levels(own, bands)
    names = {level.name for level in own}
    return (*own, *(level for level in base.levels if level.name not in names))


def _check_steps(steps: Sequence[TaughtStep], base: Routine, bands: tuple[Band, ...]) -> None:
    known = {step.id: step for step in base.steps}
    seen: set[str] = set()
    for row, step in enumerate(steps):
        path = f"steps[{row}]"
        if step.id not in known:
            told = f"unknown step '{step.id}': {nearest(step.id, known)}(known: {', '.join(known)})"
            raise Mistake(f"{path}.id", told)
        if step.id in seen:
            raise Mistake(f"{path}.id", f"step '{step.id}' is given twice")
        seen.add(step.id)
        _check_wants(step, known[step.id], path, bands)


def _check_wants(step: TaughtStep, of_base: Step, path: str, bands: tuple[Band, ...]) -> None:
    for quantity, units in UNITS.items():
        want: Want | None = getattr(step, quantity)
        if want is None:
            continue
        if want.source is None:
            raise Mistake(f"{path}.{quantity}", "`source` is missing (expected who asks for it, as no document does)")
        check_want(bands, want, f"{path}.{quantity}", units)
    ceiling_n = find_band(bands, "ceiling", "the routine").high
    high = step.pressure.high if step.pressure is not None else None
    if high is not None and ceiling_n is not None and high > ceiling_n:
        raise Mistake(f"{path}.pressure.high", f"no contact may press with more than the ceiling of {ceiling_n:g} N")
    if step.contrast_ratio is not None and of_base.contrast is None:
        raise Mistake(f"{path}.contrast_ratio", f"step '{step.id}' has no contrast that could have a ratio")


def _step(step: Step, taught: TaughtStep | None) -> Step:
    if taught is None:
        return step
    wants = {quantity: getattr(taught, quantity) for quantity in get_args(Quantity)}
    own = {name: msgspec.structs.replace(want, school=True) for name, want in wants.items() if want is not None}
    return msgspec.structs.replace(step, **own)

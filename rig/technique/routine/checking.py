"""What makes a routine sound beyond its types: names that exist, bands the right way up, an order without a circle.

Each check raises a `Mistake` with the path of the field, from which the loader finds the line. The rule: whatever
the judge reads without asking twice is checked here.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from rig.technique.routine.reading import Mistake, nearest
from rig.technique.routine.routine import UNITS, Routine, Want

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rig.technique.routine.bands import Band, Level, Unit
    from rig.technique.routine.routine import Step

JUDGED_BANDS: dict[str, tuple[Unit, tuple[str, ...]]] = {
    "light": ("N", ("low", "high")),
    "ceiling": ("N", ("high",)),
    "too-hard": ("N", ("sustained_s",)),
    "spine-avoid": ("N", ("high", "sustained_s")),
    "spine-light-only": ("N", ("high",)),
    "spine-rest": ("N", ("high",)),
    "regular": ("ratio", ("high",)),
    "regular-at-all": ("ratio", ("high",)),
    "rhythm-beats": ("times", ("low",)),
    "rhythm-pause": ("ratio", ("high",)),
    "judged-length": ("mm", ("low",)),
    "length-error": ("mm", ("high",)),
    "place-margin": ("mm", ("high",)),
    "same-repetition": ("ratio", ("low",)),
    "signal-gap": ("s", ("high",)),
    "force-error": ("ratio", ("high",)),
    "rate-over": ("s", ("low",)),
    "rate-error": ("ratio", ("high",)),
    "hold-error": ("s", ("high",)),
    "even-along": ("ratio", ("high",)),
    "even-sides": ("ratio", ("high",)),
    "reduced": ("ratio", ("high",)),
    "with-the-breath": ("ratio", ("low",)),
    "same-point": ("mm", ("high",)),
    "left-alone": ("s", ("low", "high")),
    "level-step": ("ratio", ("low",)),
    "open-step": ("s", ("low", "high")),
    "breath-pacer": ("1/min", ("low",)),
    "uncalibrated": ("ratio", ("high",)),
}
"""The bands that the judge and the coach always read: their unit, and the fields that must be there."""


HARMLESS = ("ceiling", "too-hard", "spine-avoid", "spine-light-only", "spine-rest", "uncalibrated")
"""The bands that keep the recipient from harm: what replaces one may be narrower and never wider."""


def check_routine(routine: Routine, zones: frozenset[str]) -> None:
    """See that a routine, default bands included, is sound; `zones` are the names a pad knows.

    Raises:
        Mistake: the first thing that is wrong.
    """
    check_bands(routine.bands, "bands")
    check_levels(routine.levels, routine.bands)
    if routine.duration is not None:
        check_want(routine.bands, routine.duration, "duration", ("s",))
        if routine.duration.source is None:
            raise Mistake("duration", "`source` is missing (expected the item that says so)")
    ids = _check_ids(routine)
    for row in range(len(routine.steps)):
        _check_step(routine, row, zones, ids)
    for row, disagreement in enumerate(routine.disagreements):
        _check_known(disagreement.steps, ids, f"disagreements[{row}].steps")
    _check_circles(routine.steps, ids)


def check_levels(levels: Sequence[Level], bands: Sequence[Band]) -> None:
    """See that each level is there once and replaces some of `bands`, without harm.

    Raises:
        Mistake: the first thing that is wrong.
    """
    seen: set[str] = set()
    for row, level in enumerate(levels):
        if level.name in seen:
            raise Mistake(f"levels[{row}].name", f"level '{level.name}' is given twice")
        seen.add(level.name)
        check_bands(level.bands, f"levels[{row}].bands")
        for at, band in enumerate(level.bands):
            check_replacement(band, bands, f"levels[{row}].bands[{at}]")


def check_bands(bands: Sequence[Band], path: str) -> None:
    """See that bands are the right way up, each there once, and fit for the judge.

    Raises:
        Mistake: the first thing that is wrong.
    """
    seen: set[str] = set()
    for row, band in enumerate(bands):
        if band.name in seen:
            raise Mistake(f"{path}[{row}].name", f"band '{band.name}' is given twice")
        seen.add(band.name)
        if band.low is None and band.high is None and band.sustained_s is None:
            raise Mistake(f"{path}[{row}]", f"band '{band.name}' gives no number (low, high)")
        _check_upright(band.low, band.high, f"{path}[{row}].high")
    _check_judged(bands, path)


def _check_judged(bands: Sequence[Band], path: str) -> None:
    for row, band in enumerate(bands):
        unit, fields = JUDGED_BANDS.get(band.name, (band.unit, ()))
        missing = [field for field in fields if getattr(band, field) is None]
        if band.unit != unit or missing:
            raise Mistake(f"{path}[{row}]", f"band '{band.name}' must be in {unit} and give {' and '.join(fields)}")


def _check_upright(low: float | None, high: float | None, path: str) -> None:
    if low is not None and high is not None and high < low:
        raise Mistake(path, f"the band is upside down: high {high:g} is below low {low:g}")


def check_replacement(band: Band, bands: Iterable[Band], path: str) -> None:
    """See that a band can take the place of the one of its name, and does not allow what harms.

    Raises:
        Mistake: there is none of that name, it is in another unit, or it is stricter.
    """
    names = {b.name: b for b in bands}
    replaced = names.get(band.name)
    if replaced is None:
        raise Mistake(f"{path}.name", f"no band '{band.name}' that this could replace: {nearest(band.name, names)}")
    if replaced.unit != band.unit:
        raise Mistake(f"{path}.unit", f"band '{band.name}' is in {replaced.unit}, not in {band.unit}")
    if band.name in HARMLESS:
        for field in ("high", "sustained_s"):
            most, given = getattr(replaced, field), getattr(band, field)
            if most is not None and (given is None or given > most):
                told = f"'{band.name}' keeps from harm: {field} is needed, and at most {most:g}"
                raise Mistake(f"{path}.{field}", told)


def _check_ids(routine: Routine) -> dict[str, int]:
    ids: dict[str, int] = {}
    for row, step in enumerate(routine.steps):
        if step.id in ids:
            raise Mistake(f"steps[{row}].id", f"step '{step.id}' is given twice")
        if step.id.split(".")[0] != routine.name:
            raise Mistake(f"steps[{row}].id", f"'{step.id}' must begin with the routine's name, '{routine.name}.'")
        ids[step.id] = row
    return ids


def _check_step(routine: Routine, row: int, zones: frozenset[str], ids: Mapping[str, int]) -> None:
    step, path = routine.steps[row], f"steps[{row}]"
    for field in ("motions", "zones", "directions", "after", "repeats"):
        _check_once(getattr(step, field), f"{path}.{field}")
    for number, zone in enumerate(step.zones):
        if zone not in zones:
            raise _unknown("zone", zone, zones, f"{path}.zones[{number}]")
    if step.lighter_in is not None and step.lighter_in.zone not in zones:
        raise _unknown("zone", step.lighter_in.zone, zones, f"{path}.lighter_in.zone")
    for quantity, units in UNITS.items():
        want: str | Want | None = getattr(step, quantity)
        if want is not None:
            wanted = Want(band=want) if isinstance(want, str) else want
            check_want(routine.bands, wanted, f"{path}.{quantity}", units)
    if step.counted is not None and step.counted not in step.motions:
        raise Mistake(f"{path}.counted", f"'{step.counted}' is not among the step's motions")
    _check_ways(step, path)
    _check_known(step.after, ids, f"{path}.after")
    _check_known(step.repeats, ids, f"{path}.repeats")
    if step.deeper_than is not None and step.deeper_than not in ids:
        raise _unknown("step", step.deeper_than, ids, f"{path}.deeper_than")


def _check_ways(step: Step, path: str) -> None:
    """Directions that are ones, and pairs of them that differ."""
    named: dict[str, str | None] = {f"directions[{n}]": way for n, way in enumerate(step.directions)}
    named["travel"] = step.travel
    if step.contrast is not None:
        named |= {"contrast.more": step.contrast.more, "contrast.less": step.contrast.less}
        if step.contrast.more == step.contrast.less:
            raise Mistake(f"{path}.contrast.less", "more and less name the same direction")
    if step.breath is not None:
        named |= {"breath.inhale": step.breath.inhale, "breath.exhale": step.breath.exhale}
        if step.breath.inhale == step.breath.exhale:
            raise Mistake(f"{path}.breath.exhale", "inhale and exhale name the same direction")
    for field, way in named.items():
        if way == "none":
            raise Mistake(
                f"{path}.{field}", "expected one of down, in, out, up; leave the field out where there is none"
            )
    if step.contrast_ratio is not None and step.contrast is None:
        raise Mistake(f"{path}.contrast_ratio", "says how much a contrast is, but the step has no contrast")


def _check_once(names: Sequence[str], path: str) -> None:
    for number, name in enumerate(names):
        if name in names[:number]:
            raise Mistake(f"{path}[{number}]", f"'{name}' is given twice")


def check_want(bands: Sequence[Band], want: Want, path: str, units: Sequence[Unit]) -> None:
    """See that what a step wants of a quantity is a band that exists, or numbers, in one of `units`.

    Raises:
        Mistake: the first thing that is wrong.
    """
    numbers = want.low is not None or want.high is not None
    if (want.band is not None) == numbers:
        raise Mistake(path, "give either a band's name or numbers (low, high)")
    if want.band is not None:
        if want.unit is not None:
            raise Mistake(f"{path}.unit", f"the unit is that of band '{want.band}'; leave it out here")
        found = next((b for b in bands if b.name == want.band), None)
        if found is None:
            known = sorted(b.name for b in bands if b.unit in units)
            raise _unknown(f"band in {' or '.join(units)}", want.band, known, path)
        if found.unit not in units:
            raise Mistake(path, f"must be in {' or '.join(units)}; band '{want.band}' is in {found.unit}")
    if want.unit is not None and want.unit not in units:
        raise Mistake(f"{path}.unit", f"must be in {' or '.join(units)}, not in {want.unit}")
    _check_upright(want.low, want.high, f"{path}.high")
    for end in ("low", "high"):
        amount = getattr(want, end)
        if units == UNITS["count"] and amount is not None and amount != int(amount):
            raise Mistake(f"{path}.{end}", f"expected a whole number of times, not {amount:g}")


def _check_known(steps: Sequence[str], ids: Mapping[str, int], path: str) -> None:
    for number, step in enumerate(steps):
        if step not in ids:
            raise _unknown("step", step, ids, f"{path}[{number}]")


def _unknown(what: str, name: str, known: Iterable[str], path: str) -> Mistake:
    known = sorted(known)
    return Mistake(path, f"unknown {what} '{name}': {nearest(name, known)}(known: {', '.join(known)})")


def _check_circles(steps: Sequence[Step], ids: Mapping[str, int]) -> None:
    """No step may come, by way of others, before itself."""
    before = {step.id: (*step.after, *step.repeats) for step in steps}
    done: set[str] = set()

    def visit(step: str, trail: tuple[str, ...]) -> None:
        if step in trail:
            _refuse_circle((*trail[trail.index(step) :], step), steps, ids)
        if step not in done:
            for other in before[step]:
                visit(other, (*trail, step))
            done.add(step)

    for step in before:
        visit(step, ())


def _refuse_circle(circle: Sequence[str], steps: Sequence[Step], ids: Mapping[str, int]) -> None:
    """Point at the step that wants to come after one further down in the file: most likely that is the mistake."""
    late, further = next((a, b) for a, b in pairwise(circle) if ids[b] >= ids[a])
    row = ids[late]
    field = "after" if further in steps[row].after else "repeats"
    path = f"steps[{row}].{field}[{getattr(steps[row], field).index(further)}]"
    raise Mistake(path, f"the order runs in a circle: {' after '.join(circle)}")

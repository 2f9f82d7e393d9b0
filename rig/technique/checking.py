"""What makes a routine sound beyond its types: names that exist, bands the right way up, an order without a circle.

Each check raises a `Mistake` with the path of the field, from which the loader finds the line. The rule: whatever
the judge reads without asking twice is checked here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.technique.routine import UNITS, Routine, Want

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rig.technique.bands import Band, Unit

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
    "with-the-breath": ("ratio", ("low",)),
    "same-point": ("mm", ("high",)),
    "left-alone": ("s", ("low", "high")),
    "level-step": ("ratio", ("low",)),
    "uncalibrated": ("ratio", ("high",)),
}
"""The bands that the judge always reads: their unit, and the fields that must be there."""


class Mistake(ValueError):  # noqa: N818 - the writer's mistake, which the loader turns into an InputError
    """A routine that contradicts itself; `path` is the field as it is spelled in the file."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(message)
        self.path = path


def check_routine(routine: Routine, zones: frozenset[str]) -> None:
    """See that a routine, default bands included, is sound; `zones` are the names a pad knows.

    Raises:
        Mistake: the first thing that is wrong.
    """
    _check_bands(routine.bands, "bands")
    for row, level in enumerate(routine.levels):
        _check_bands(level.bands, f"levels[{row}].bands")
        _check_judged(level.bands, f"levels[{row}].bands")
        for at, band in enumerate(level.bands):
            _check_replacement(band, routine.bands, f"levels[{row}].bands[{at}]")
    _check_judged(routine.bands, "bands")
    if routine.duration is not None:
        _check_want(routine, routine.duration, "duration", ("s",))
    ids = _check_ids(routine)
    for row in range(len(routine.steps)):
        _check_step(routine, row, zones, ids)
    for row, disagreement in enumerate(routine.disagreements):
        _check_known(disagreement.steps, ids, f"disagreements[{row}].steps")
    _check_circles({step.id: (*step.after, *step.repeats) for step in routine.steps}, ids)


def _check_bands(bands: Sequence[Band], path: str) -> None:
    seen: set[str] = set()
    for row, band in enumerate(bands):
        if band.name in seen:
            raise Mistake(f"{path}[{row}].name", f"band '{band.name}' is given twice")
        seen.add(band.name)
        if band.low is None and band.high is None and band.sustained_s is None:
            raise Mistake(f"{path}[{row}]", f"band '{band.name}' gives no number (low, high)")
        _check_upright(band.low, band.high, f"{path}[{row}].high")


def _check_judged(bands: Sequence[Band], path: str) -> None:
    for row, band in enumerate(bands):
        unit, fields = JUDGED_BANDS.get(band.name, (band.unit, ()))
        missing = [field for field in fields if getattr(band, field) is None]
        if band.unit != unit or missing:
            raise Mistake(f"{path}[{row}]", f"band '{band.name}' must be in {unit} and give {' and '.join(fields)}")


def _check_upright(low: float | None, high: float | None, path: str) -> None:
    if low is not None and high is not None and high < low:
        raise Mistake(path, f"the band is upside down: high {high:g} is below low {low:g}")


def _check_replacement(band: Band, bands: Iterable[Band], path: str) -> None:
    replaced = next((b for b in bands if b.name == band.name), None)
    if replaced is None:
        raise Mistake(f"{path}.name", f"no band '{band.name}' that this could replace")
    if replaced.unit != band.unit:
        raise Mistake(f"{path}.unit", f"band '{band.name}' is in {replaced.unit}, not in {band.unit}")


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
    for zone in step.zones:
        if zone not in zones:
            raise Mistake(f"{path}.zones", f"unknown zone '{zone}' (known: {', '.join(sorted(zones))})")
    for quantity, units in UNITS.items():
        want: str | Want | None = getattr(step, quantity)
        if want is not None:
            _check_want(routine, Want(band=want) if isinstance(want, str) else want, f"{path}.{quantity}", units)
    if step.counted is not None and step.counted not in step.motions:
        raise Mistake(f"{path}.counted", f"'{step.counted}' is not among the step's motions")
    if step.contrast is not None and step.contrast.more == step.contrast.less:
        raise Mistake(f"{path}.contrast", "more and less name the same direction")
    if step.lighter_in is not None and step.lighter_in.zone not in zones:
        known = ", ".join(sorted(zones))
        raise Mistake(f"{path}.lighter_in", f"unknown zone '{step.lighter_in.zone}' (known: {known})")
    _check_known(step.after, ids, f"{path}.after")
    _check_known(step.repeats, ids, f"{path}.repeats")


def _check_want(routine: Routine, want: Want, path: str, units: Sequence[Unit]) -> None:
    numbers = want.low is not None or want.high is not None
    if (want.band is not None) == numbers:
        raise Mistake(path, "give either a band's name or numbers (low, high)")
    unit = want.unit
    if want.band is not None:
        if want.unit is not None:
            raise Mistake(f"{path}.unit", f"the unit is that of band '{want.band}'; leave it out here")
        found = next((b for b in routine.bands if b.name == want.band), None)
        if found is None:
            known = ", ".join(sorted(b.name for b in routine.bands if b.unit in units))
            raise Mistake(path, f"unknown band '{want.band}' (known in {' or '.join(units)}: {known})")
        unit = found.unit
    if unit is not None and unit not in units:
        raise Mistake(path, f"must be in {' or '.join(units)}, not in {unit}")
    _check_upright(want.low, want.high, f"{path}.high")


def _check_known(steps: Iterable[str], ids: Mapping[str, int], path: str) -> None:
    for step in steps:
        if step not in ids:
            raise Mistake(path, f"unknown step '{step}'")


def _check_circles(before: Mapping[str, Sequence[str]], ids: Mapping[str, int]) -> None:
    """No step may come, by way of others, before itself."""
    done: set[str] = set()

    def visit(step: str, trail: tuple[str, ...]) -> None:
        if step in trail:
            circle = " after ".join((*trail[trail.index(step) :], step))
            raise Mistake(f"steps[{ids[step]}].after", f"the order runs in a circle: {circle}")
        if step not in done:
            for other in before[step]:
                visit(other, (*trail, step))
            done.add(step)

    for step in before:
        visit(step, ())

"""Steps as the page shows them: what each asked for, what was done, the verdict and what its score is made of.

The rule: figures are those of `rig.report.measures`, limits those that the routine gives, so that the page, the
comparison and the history never disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from rig.report.html.charts import span_text
from rig.report.html.flags import steps_text
from rig.report.measures import measures, stretch_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rig.report.report import Report
    from rig.technique.routine.bands import Band
    from rig.technique.routine.routine import Quantity, Routine
    from rig.technique.tally import StepResult

MOST_STEPS = 14
"""So many rows are shown and printed, one more than the longest document has; all are in the list behind them."""

PARTS = {
    "loads": ("load", "share of the time with hands on the pad that no load was flagged"),
    "strokes": ("strokes", "share of movements without a flag"),
    "order": ("order", "what a step is worth that came after one that it should have gone before"),
    "amounts": ("amount", "least share of an amount that was asked for"),
    "contact": ("contact", "share of the time in which a hand stayed that should"),
    "rhythm": ("rhythm", "share of the rhythms' time that was even and at its rate; a bad beat costs half at most"),
}
"""What the parts of a score are called on the page, and what they are."""

_ASKED: tuple[tuple[Quantity, str, str], ...] = (
    ("pressure", "force", "mean force"),
    ("speed", "speed", "stroke speed"),
    ("rate", "rate", "rate"),
    ("hold", "hold", "hold time"),
)


class Part(NamedTuple):
    """A share of a score in percent."""

    name: str
    about: str
    percent: int


class Figure(NamedTuple):
    """What was measured, and what was asked for; either may be empty."""

    name: str
    was: str
    asked: str


@dataclass(frozen=True, slots=True)
class StepRow:
    """One stretch of one step, and its own figures."""

    result: StepResult
    title: str
    figures: list[Figure]
    parts: list[Part]


def step_rows(report: Report, routine: Routine | None) -> list[StepRow]:
    """A row for each entry of the report, in its order."""
    return [
        StepRow(
            result,
            routine.step(result.id).title if routine is not None else "",
            _figures(report, result, routine),
            parts_of(result.parts),
        )
        for result in report.steps
    ]


def parts_of(shares: Mapping[str, float]) -> list[Part]:
    """The shares that a score is made of, as percentages."""
    return [Part(*PARTS[name], round(100 * share)) for name, share in shares.items() if name in PARTS]


def session_parts(report: Report) -> list[Part]:
    """The shares of the whole session: each part's mean over the steps that have it, by how long they lasted."""
    means = {}
    for name in PARTS:
        weighed = [(s.parts[name], s.t1 - s.t0) for s in report.steps if s.score is not None and name in s.parts]
        seconds = sum(weight for _, weight in weighed)
        if seconds > 0:
            means[name] = sum(share * weight for share, weight in weighed) / seconds
    return parts_of(means)


def unjudged(report: Report) -> list[tuple[str, str]]:
    """What was not judged and why, each line once, with the steps it holds for."""
    return [(line, "") for line in report.not_judged] + _once((s.id, s.not_judged) for s in report.steps)


def notes(report: Report) -> list[tuple[str, str]]:
    """Where documents disagree on what was practised, each line once, with the steps it holds for."""
    return _once((s.id, s.notes) for s in report.steps)


def _once(said: Iterable[tuple[str, Iterable[str]]]) -> list[tuple[str, str]]:
    """Each line with all steps of which it was said, in words."""
    steps: dict[str, list[str]] = {}
    for step, lines in said:
        for line in lines:
            steps.setdefault(line, []).append(step)
    return [(line, steps_text(ids)) for line, ids in steps.items()]


def _asked(band: Band) -> str:
    """A band in words, in the unit of its measure."""
    if band.unit == "Hz":
        low, high = (None if end is None else end * 60 for end in (band.low, band.high))
        return f"{span_text(low, high)} /min"
    return f"{span_text(band.low, band.high)} {band.unit.removeprefix('1')}"


def _figures(report: Report, result: StepResult, routine: Routine | None) -> list[Figure]:
    found = {measure.name: measure for measure in measures(stretch_of(report, result), ())}
    figures = []
    for quantity, name, measure_name in _ASKED:
        band = routine.wanted(routine.step(result.id), quantity) if routine is not None else None
        asked = "" if band is None else _asked(band)
        measure = found[measure_name]
        if measure.value is not None and (asked or quantity in {"pressure", "speed"}):
            figures.append(Figure(name, f"{measure.value:.3g} {measure.unit}", asked))
    return figures

"""The measures of a step, or of a whole session: what two recordings, or many, are set side by side by.

A stretch is all the time that one step was practised in, however often it was begun; the whole recording is a
stretch too. The rule: a measure is computed from the report's own entries, so it says nothing that the report does not
hold, and what was not seen is None, never 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeVar

import numpy as np

from rig.technique.flags import HARM_ORDER
from rig.technique.limits import weight_n

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rig.analysis.findings import Hold, Rhythm, Stroke
    from rig.report.report import Report
    from rig.technique.flags import Flag, FlagKind
    from rig.technique.tally import StepResult

FLAG_UNIT: Literal["flags/min"] = "flags/min"

_Entry = TypeVar("_Entry", "Stroke", "Rhythm", "Hold")

Unit = Literal["", "s", "cm/s", "N", "mm", "/min", "cv", "of 100", "flags/min"]
"""A measure's unit; a count has none, and "cv" is a share of the mean."""

TRAVELLING = frozenset(("stroke", "circle", "figure-eight", "to-and-fro"))
"""The kinds of movement that have a length and a speed; the others stay where they are."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure; `value` is None where there was nothing to measure."""

    name: str
    unit: Unit
    value: float | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """What a report holds of one step, or of the whole recording (`step` None).

    Attributes:
        spans: (t0, t1) in seconds, in order; what lies between them is another step's.
        seconds: of all spans together. seen_s: of these, those without a gap in the signal.
        reps: None where there is nothing to count. score: mean over the spans by their length; None if not judged.
        verdict: "fail" if any span failed, else "pass" if any passed; None of a whole recording.
    """

    step: str | None
    spans: tuple[tuple[float, float], ...]
    seen_s: float
    contacts_s: float | None
    reps: int | None
    score: float | None
    verdict: str | None
    strokes: Sequence[Stroke]
    rhythms: Sequence[Rhythm]
    holds: Sequence[Hold]
    flags: Sequence[Flag]

    @property
    def seconds(self) -> float:
        """Of all spans together."""
        return sum(t1 - t0 for t0, t1 in self.spans)


def stretches(report: Report) -> dict[str | None, Stretch]:
    """The whole recording (None) and each step in the order in which they were first practised."""
    strokes, rhythms, holds = _by_step(report.strokes), _by_step(report.rhythm), _by_step(report.holds)
    found: dict[str | None, Stretch] = {None: _whole(report)}
    for step in dict.fromkeys(result.id for result in report.steps):
        results = [result for result in report.steps if result.id == step]
        found[step] = _of_step(report, results, strokes.get(step, []), rhythms.get(step, []), holds.get(step, []))
    return found


def stretch_of(report: Report, result: StepResult) -> Stretch:
    """One stretch of a step by itself."""
    return _of_step(
        report,
        [result],
        _begun_in(result, report.strokes),
        _begun_in(result, report.rhythm),
        _begun_in(result, report.holds),
    )


def flag_kinds(some: Iterable[Stretch]) -> list[FlagKind]:
    """The kinds of flag that were raised in any of the stretches, in order of harm."""
    raised = {flag.kind for stretch in some for flag in stretch.flags}
    return [kind for kind in HARM_ORDER if kind in raised]


def measures(stretch: Stretch, kinds: Sequence[FlagKind]) -> list[Measure]:
    """A stretch's measures, always the same ones in the same order, then one for each of these kinds of flag.

    Speeds and lengths are medians over the movements that travel, the spread is the middle half's (the distance between
    the quartiles); forces are what movements and holds are judged by (the mean, of a press and a squeeze the peak), on
    the mean by the time that each lasted; the peak is the highest of a movement; the rate and its regularity (standard
    deviation over mean of the periods) are means by the time that each rhythm lasted; flags are those of a minute, of
    the time in which the pad was seen.
    """
    travelling = [s for s in stretch.strokes if s.kind in TRAVELLING]
    speeds = [s.speed_cm_s for s in travelling]
    held_s = [h.t1 - h.t0 for h in stretch.holds]
    return [
        Measure("duration", "s", stretch.seconds),
        Measure("hands on the pad", "s", stretch.contacts_s),
        Measure("score", "of 100", stretch.score),
        Measure("repetitions", "", stretch.reps),
        Measure("stroke speed", "cm/s", _median(speeds)),
        Measure("spread of speed", "cm/s", _spread(speeds)),
        Measure("stroke length", "mm", _median([s.length_mm for s in travelling])),
        Measure("mean force", "N", _mean_force(stretch.strokes, stretch.holds)),
        Measure("peak force", "N", max((s.force_peak_n for s in stretch.strokes), default=None)),
        Measure("rate", "/min", _mean([(r.rate_per_min, r.t1 - r.t0) for r in stretch.rhythms])),
        Measure("unevenness", "cv", _mean([(r.regularity_cv, r.t1 - r.t0) for r in stretch.rhythms])),
        Measure("holds", "", len(held_s)),
        Measure("hold time", "s", _median(held_s)),
        *(Measure(kind, FLAG_UNIT, _a_minute(stretch, kind)) for kind in kinds),
    ]


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a stretch: median speed in cm/s, mean force in N, and how many flags; None where it has none."""

    speed_cm_s: float | None
    force_n: float | None
    flags: int | None


def part(stretch: Stretch | None, t0: float, t1: float) -> Part:
    """What began from `t0` to `t1` seconds since a stretch began, on a clock that stands while another step is on."""
    if stretch is None or t0 >= stretch.seconds:
        return Part(None, None, None)
    spans = _spans_of(stretch.spans, t0, t1)
    strokes = [s for s in stretch.strokes if _is_within(s.t0, spans)]
    holds = [h for h in stretch.holds if _is_within(h.t0, spans)]
    return Part(
        _median([s.speed_cm_s for s in strokes if s.kind in TRAVELLING]),
        _mean_force(strokes, holds),
        sum(_is_within(f.t0, spans) for f in stretch.flags),
    )


def _spans_of(spans: Sequence[tuple[float, float]], t0: float, t1: float) -> list[tuple[float, float]]:
    """The recording's times in which the clock of the spans goes from `t0` to `t1`."""
    found = []
    gone_s = 0.0
    for start, end in spans:
        shift = start - gone_s
        found.append((max(start, t0 + shift), min(end, t1 + shift)))
        gone_s += end - start
    return found


def _mean_force(strokes: Sequence[Stroke], holds: Sequence[Hold]) -> float | None:
    """By the time that each lasted."""
    forces = [(weight_n(s), s.t1 - s.t0) for s in strokes] + [(h.force_mean_n, h.t1 - h.t0) for h in holds]
    return _mean(forces)


def _a_minute(stretch: Stretch, kind: FlagKind) -> float | None:
    count = sum(flag.kind == kind for flag in stretch.flags)
    return 60 * count / stretch.seen_s if stretch.seen_s > 0 else None


def _whole(report: Report) -> Stretch:
    reps = [result.reps for result in report.steps if result.reps is not None]
    # Times count from the recording's start; a recording without a single frame lasts no time.
    spans = ((0.0, report.recording.duration_s),)
    return Stretch(
        None,
        spans,
        _seen_s(report, spans),
        report.contacts_s,
        sum(reps) if reps else None,
        report.score,
        None,
        report.strokes,
        report.rhythm,
        report.holds,
        report.flags,
    )


def _by_step(entries: Sequence[_Entry]) -> dict[str | None, list[_Entry]]:
    found: dict[str | None, list[_Entry]] = {}
    for entry in entries:
        found.setdefault(entry.step, []).append(entry)
    return found


def _begun_in(result: StepResult, entries: Sequence[_Entry]) -> list[_Entry]:
    return [entry for entry in entries if entry.step == result.id and result.t0 <= entry.t0 < result.t1]


def _of_step(
    report: Report, results: list[StepResult], strokes: list[Stroke], rhythms: list[Rhythm], holds: list[Hold]
) -> Stretch:
    spans = tuple((result.t0, result.t1) for result in results)
    reps = [result.reps for result in results if result.reps is not None]
    contacts = [result.contacts_s for result in results if result.contacts_s is not None]
    scores = [(float(result.score), result.t1 - result.t0) for result in results if result.score is not None]
    verdicts = {result.verdict for result in results}
    return Stretch(
        results[0].id,
        spans,
        _seen_s(report, spans),
        sum(contacts) if contacts else None,
        sum(reps) if reps else None,
        _mean(scores),
        next(verdict for verdict in ("fail", "pass", "not-judged") if verdict in verdicts),
        strokes,
        rhythms,
        holds,
        [f for f in report.flags if _is_within(f.t0, spans)],
    )


def _is_within(t_s: float, spans: Sequence[tuple[float, float]]) -> bool:
    """Whether a moment lies in a span, as the judge counts a flag to the step in which it began."""
    return any(t0 <= t_s < t1 for t0, t1 in spans)


def _seen_s(report: Report, spans: Sequence[tuple[float, float]]) -> float:
    """Seconds of the spans that no gap covers."""
    hidden = sum(max(0.0, min(t1, gap.t1) - max(t0, gap.t0)) for t0, t1 in spans for gap in report.recording.gaps)
    return sum(t1 - t0 for t0, t1 in spans) - hidden


def _median(values: Sequence[float]) -> float | None:
    return float(np.median(values)) if values else None


def _spread(values: Sequence[float]) -> float | None:
    """The distance between the quartiles; None of fewer than two values."""
    if len(values) < 2:
        return None
    low, high = np.quantile(values, (0.25, 0.75))
    return float(high - low)


def _mean(weighted: Sequence[tuple[float, float]]) -> float | None:
    """The mean of (value, weight) pairs; None where nothing weighs anything."""
    whole = sum(weight for _, weight in weighted)
    return sum(value * weight for value, weight in weighted) / whole if whole > 0 else None

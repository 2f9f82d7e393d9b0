"""Bands from an instructor's hands: what a session showed of each step, with the spread that it leaves open.

A band is the interval in which the same hands' next repetition falls with 95 % probability (mean and standard
deviation, Student's t: the usual prediction interval), and never less than what was shown. Of fewer than
`FEWEST_TO_SPREAD` repetitions no spread can be told: then a seventh of the mean stands in, our own choice; and no
spread is told that is less than what the pad itself may err by. The band says where either is so. The rules: what was
not shown keeps the document's band; what goes against the step's direction is not learnt from; a step that repeats
others has no bands of its own; nothing that keeps from harm is learnt at all; a source names the recording and the
number of repetitions, never a document.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, log10, sqrt
from statistics import fmean, stdev
from typing import TYPE_CHECKING

import msgspec

from rig.technique.detect.fit import kinds_of
from rig.technique.limits import weight_n
from rig.technique.repetitions import counts
from rig.technique.routine.routine import OPPOSITE, UNITS, Want
from rig.technique.routine.school import TaughtStep

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rig.analysis.findings import Hold, Rhythm, Stroke
    from rig.technique.flags import Flag, FlagKind
    from rig.technique.limits import Limits
    from rig.technique.routine.routine import Quantity, Routine, Step
    from rig.technique.rules.levels import Level
    from rig.technique.tally import Outcome

FEWEST_TO_SPREAD = 3

_FEW_SPREAD = 1 / 7
_FEW_WIDTH = 3.0
LEAST_SPREAD: dict[Quantity, float] = {
    "pressure": 0.05,
    "contrast_ratio": 0.05,
    "speed": 0.02,
    "rate": 0.02,
    "hold": 0.02,
}
"""No spread less than this share of the mean is told. Force-sensitive resistors are good to 5-25 % (Interlink); rates
are asked to be within 2 %, and speeds and times are no better."""

_FIGURES = 3
"""Bands are written with so many figures, rounded outward."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """Where bands come from: the recording's name, its date (ISO), and whether forces are newtons to be trusted."""

    recording: str
    date: str
    calibrated: bool

    def source(self, quantity: Quantity, shown: Sequence[float], unit: str, what: str) -> str:
        """What stands behind a band."""
        amount = f"{fmean(shown):.3g}" + (f" +/- {stdev(shown):.2g}" if len(shown) > 1 else "")
        many = "" if len(shown) == 1 else "s"
        told = f"taught by {self.recording} of {self.date}: {len(shown)} {what}{many}, {amount} {unit}".rstrip()
        least = LEAST_SPREAD.get(quantity, 0.0)
        if len(shown) < FEWEST_TO_SPREAD:
            told += ", widened because they are few"
        elif stdev(shown) < least * fmean(shown):
            told += f", spread taken as {100 * least:g} %, which the pad may err by"
        if quantity == "pressure" and not self.calibrated:
            told += ", forces of an uncalibrated pad"
        return told


def taught_steps(outcome: Outcome, routine: Routine, limits: Limits, lesson: Lesson) -> tuple[TaughtStep, ...]:
    """What a session teaches, step by step in the routine's order; steps that it does not show are left out."""
    own = [step for step in routine.steps if not step.repeats]
    shown = [_taught(step, outcome, routine, limits, lesson) for step in own]
    return tuple(_harmless(step, limits) for step in shown if step is not None)


def widened(steps: Iterable[TaughtStep], flags: Iterable[Flag], limits: Limits) -> tuple[TaughtStep, ...]:
    """The bands with room for what a judge who goes by them has still flagged in the lesson itself.

    A judge measures force from moment to moment and tempo over several beats, and no summary of strokes shows all that.
    """
    flags = [flag for flag in flags if flag.kind in _ENDS and flag.value is not None]
    roomy = (_with_room(step, [flag for flag in flags if flag.step == step.id]) for step in steps)
    return tuple(_harmless(step, limits) for step in roomy)


def _harmless(step: TaughtStep, limits: Limits) -> TaughtStep:
    """No band reaches beyond the ceiling, however hard the lesson was."""
    ceiling_n = limits.high("ceiling").value
    want = step.pressure
    if want is None or want.high is None or want.high <= ceiling_n:
        return step
    low = None if want.low is None else min(want.low, ceiling_n)
    return msgspec.structs.replace(step, pressure=msgspec.structs.replace(want, low=low, high=ceiling_n))


def _taught(step: Step, outcome: Outcome, routine: Routine, limits: Limits, lesson: Lesson) -> TaughtStep | None:
    own = [s for s in outcome.strokes if s.step == step.id and limits.is_movement(s)]
    strokes = [s for s in own if s.kind != "stroke" or s.direction not in step.forbids]
    holds = [h for h in outcome.holds if h.step == step.id and h.force_mean_n >= limits.touch_n]
    kinds = kinds_of(step)
    work = [s for s in strokes if counts(step, s) or (s.kind in kinds and s.direction not in _light_ways(step))]
    stays = [h for h in holds if counts(step, h) or step.counts == "stretch"]
    levels = [stair.levels for stair in outcome.stairs if stair.step == step.id]
    wants: dict[Quantity, Want | None] = {
        "pressure": _highest(levels, lesson) if step.rising else _pressure(work, stays, lesson),
        "speed": _speed(step, strokes, lesson),
        "rate": _rate(step, routine, outcome.rhythms, strokes, lesson),
        "count": _count(step, routine, [r.reps for r in outcome.steps if r.id == step.id and r.reps], lesson),
        "hold": _hold(step, routine, holds, levels, lesson),
        "contrast_ratio": _contrast(step, own, lesson),
    }
    found = {quantity: want for quantity, want in wants.items() if want is not None}
    return TaughtStep(id=step.id, **found) if found else None


def _light_ways(step: Step) -> set[str]:
    """The directions in which a step's hands may be light, so that their force says nothing of its pressure."""
    back = {OPPOSITE[d] for d in step.directions[:1] if d in OPPOSITE} if step.returns == "light" else set()
    return back | ({step.contrast.less} if step.contrast is not None else set())


def _pressure(work: Sequence[Stroke], holds: Sequence[Hold], lesson: Lesson) -> Want | None:
    """As light as the mean of a movement gets, as heavy as its peak."""
    means = [weight_n(s) for s in work] + [h.force_mean_n for h in holds]
    if not means:
        return None
    peaks = [s.force_peak_n for s in work] + [h.force_mean_n for h in holds]
    least = LEAST_SPREAD["pressure"]
    low, high = spread(means, least)[0], spread(peaks, least)[1]
    return _want("pressure", low, high, lesson.source("pressure", means, "N", "movement"))


def _highest(stairs: Sequence[Sequence[Level]], lesson: Lesson) -> Want | None:
    """As hard as the last level of a pressure that rises gets; it may begin as lightly as it likes."""
    tops = [stair[-1].force_n for stair in stairs]
    if not tops:
        return None
    high = _rounded(spread(tops, LEAST_SPREAD["pressure"])[1], down=False)
    return Want(high=high, unit="N", source=lesson.source("pressure", tops, "N", "last level"))


def _speed(step: Step, strokes: Sequence[Stroke], lesson: Lesson) -> Want | None:
    speeds = [s.speed_cm_s for s in strokes if s.kind == "stroke"]
    if step.counts != "stroke" or not speeds:
        return None
    return _want("speed", *spread(speeds, LEAST_SPREAD["speed"]), lesson.source("speed", speeds, "cm/s", "stroke"))


def _rate(
    step: Step, routine: Routine, rhythms: Sequence[Rhythm], strokes: Sequence[Stroke], lesson: Lesson
) -> Want | None:
    """Where the step has a rate at all; from beat to beat, or as the analysis tells it of a hand that vibrates."""
    wanted = routine.wanted(step, "rate")
    if wanted is None:
        return None
    if step.counts == "vibration":
        rates = [s.rate_hz for s in strokes if s.rate_hz is not None]
    else:
        rates = [r.rate_per_min / 60 for r in rhythms if r.step == step.id]
    if not rates:
        return None
    per_s = 60.0 if wanted.unit == "1/min" else 1.0
    shown = [rate * per_s for rate in rates]
    low, high = spread(shown, LEAST_SPREAD["rate"])
    want = _want("rate", low, high, lesson.source("rate", shown, wanted.unit, "rhythm"))
    return msgspec.structs.replace(want, unit=wanted.unit)


def _count(step: Step, routine: Routine, reps: Sequence[int], lesson: Lesson) -> Want | None:
    """Where the document counts: one less or more than was shown at least, and more once that shows a spread."""
    if routine.wanted(step, "count") is None or step.each_point or not reps:
        return None
    shown = [count / (2 if step.sides == "each" else 1) for count in reps]
    low, high = min(shown) - 1, max(shown) + 1
    if len(shown) >= FEWEST_TO_SPREAD:
        low, high = min(low, spread(shown)[0]), max(high, spread(shown)[1])
    source = lesson.source("count", shown, "times", "showing")
    return Want(low=float(max(floor(low), 1)), high=float(ceil(high)), unit="times", source=source)


def _hold(
    step: Step, routine: Routine, holds: Sequence[Hold], stairs: Sequence[Sequence[Level]], lesson: Lesson
) -> Want | None:
    """Where the step holds; of a pressure that rises, how long each level."""
    if step.rising:
        seconds, what = [level.seconds for stair in stairs for level in stair], "level"
    else:
        seconds, what = [h.t1 - h.t0 for h in holds], "hold"
    if routine.wanted(step, "hold") is None or not seconds:
        return None
    return _want("hold", *spread(seconds, LEAST_SPREAD["hold"]), lesson.source("hold", seconds, "s", what))


def _contrast(step: Step, own: Sequence[Stroke], lesson: Lesson) -> Want | None:
    """From pass to pass on each side, how many times as heavy the heavier way is; never less than any."""
    if step.contrast is None:
        return None
    more, less = step.contrast.more, step.contrast.less
    ratios = []
    for side in ("left", "right", "centre", "both"):
        passes = [s for s in own if s.kind == "stroke" and s.side == side and s.direction in (more, less)]
        for one, other in pairwise(passes):
            if one.direction != other.direction:
                heavy, light = (one, other) if one.direction == more else (other, one)
                ratios.append(heavy.force_mean_n / max(light.force_mean_n, 1e-3))
    if not ratios or min(ratios) <= 1:
        return None
    source = lesson.source("contrast_ratio", ratios, "", "pair")
    low = spread(ratios, LEAST_SPREAD["contrast_ratio"])[0]
    return Want(low=max(_rounded(low, down=True), 1.0), unit="ratio", source=source)


def spread(shown: Sequence[float], least: float = 0.0) -> tuple[float, float]:
    """Where the next one falls with 95 % probability, and at least all that was shown; not below 0.

    `least`: the share of the mean that a spread is taken for at least.
    """
    from scipy.special import stdtrit

    mean, n = fmean(shown), len(shown)
    if n < FEWEST_TO_SPREAD:
        reach = _FEW_WIDTH * _FEW_SPREAD * mean
    else:
        reach = float(stdtrit(n - 1, 0.975)) * sqrt(1 + 1 / n) * max(stdev(shown), least * mean)
    return max(min(mean - reach, *shown), 0.0), max(mean + reach, *shown)


def _want(quantity: Quantity, low: float, high: float, source: str) -> Want:
    return Want(low=_rounded(low, down=True), high=_rounded(high, down=False), unit=UNITS[quantity][0], source=source)


def _rounded(value: float, *, down: bool) -> float:
    """To a few figures, outward."""
    if value <= 0:
        return 0.0
    scale = 10.0 ** (_FIGURES - 1 - floor(log10(value)))
    # What has so few figures already stays as it is, though a product of floats may miss it by a hair.
    scaled = round(value * scale, 6)
    return (floor(scaled) if down else ceil(scaled)) / scale


_ENDS: dict[FlagKind, tuple[tuple[Quantity, str], ...]] = {
    "too-hard": (("pressure", "high"),),
    "too-light": (("pressure", "low"),),
    "too-fast": (("speed", "high"), ("rate", "high")),
    "too-slow": (("speed", "low"), ("rate", "low")),
    "hold-short": (("hold", "low"),),
    "missing-reps": (("count", "low"),),
}
"""Which end of which band a flag says was passed; of two the one in the flag's unit."""


def _with_room(step: TaughtStep, flags: Sequence[Flag]) -> TaughtStep:
    roomy = step
    for flag in flags:
        for quantity, end in _ENDS[flag.kind]:
            judged_by: Want | None = getattr(step, quantity)
            limit = None if judged_by is None else getattr(judged_by, end)
            if (
                judged_by is None
                or limit is None
                or judged_by.unit != flag.unit
                or not flag.limit
                or flag.value is None
            ):
                continue
            # The judge's limit may be a multiple of the band's end: for two hands in one contact, or uncalibrated.
            passed = _rounded(limit * flag.value / flag.limit, down=end == "low")
            want = getattr(roomy, quantity)
            moved = min(passed, getattr(want, end) or 0.0) or None if end == "low" else max(passed, getattr(want, end))
            roomy = msgspec.structs.replace(roomy, **{quantity: msgspec.structs.replace(want, **{end: moved})})
    return roomy

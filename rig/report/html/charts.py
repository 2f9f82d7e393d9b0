"""Charts over a session's time for the page: force, speed, beat and vibration, each against what the steps ask for.

A chart is a plane of 1000 by 100 that the page stretches to its width, with lines of fixed thickness; its labels are
text beside it, so that they stay legible at any width. The rule: what is drawn as a bar is one figure of the report,
namely the one that its step judges by.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from rig.report.groups import clock
from rig.report.html.movements import tone_of
from rig.report.measures import TRAVELLING
from rig.technique.flags import ABOUT_THE_RIG
from rig.technique.limits import Limits, weight_n

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rig.analysis.imprint import Imprint
    from rig.report.html.movements import Tone
    from rig.report.report import Report
    from rig.technique.limits import StepLimits
    from rig.technique.routine.routine import Routine
    from rig.technique.tally import StepResult

WIDE, HIGH = 1000.0, 100.0
"""The plane on which a chart is drawn, in units of its own."""

TICKS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)
MOST_TICKS = 6
LEAST_LABEL = 0.025
"""The share of the width from which a step's name has room; on a phone the page leaves out more of them."""

HEADROOM = 1.08


@dataclass(frozen=True, slots=True)
class Tick:
    """A label at a share (0 to 1) of an axis."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Span:
    """A step on the time axis: from where, how wide (0 to 1), what it is called there, what became of it."""

    at: float
    width: float
    label: str
    title: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of a chart, in its own units: a step's band, or a gap in the signal."""

    x: float
    y: float
    width: float
    height: float
    title: str


@dataclass
class Chart:
    """One chart; paths are in its own units, `ticks` go up from 0 at the bottom.

    Attributes:
        name, unit: what the height means. bands: what the steps ask for.
        area, spine: filled. bars: one line for each movement or rhythm, by the tone of its way.
    """

    name: str
    unit: str
    ticks: list[Tick]
    bands: list[Box]
    area: str = ""
    spine: str = ""
    bars: dict[Tone, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """What all charts share: the length of time, its ticks, the steps, the gaps, and where flags fell."""

    end_s: float
    ticks: list[Tick]
    steps: list[Span]
    gaps: list[Box]
    flags: str
    rig_flags: str


def time_axis(report: Report, routine: Routine | None) -> TimeAxis:
    """The axis over a whole session."""
    end_s = max(
        report.recording.duration_s,
        *(stroke.t1 for stroke in report.strokes),
        *(hold.t1 for hold in report.holds),
        *(rhythm.t1 for rhythm in report.rhythm),
        *(step.t1 for step in report.steps),
        *(flag.t1 or flag.t0 for flag in report.flags),
        0.001,
    )
    gaps = [Box(_x(gap.t0, end_s), 0, _x(gap.t1 - gap.t0, end_s), HIGH, "no signal") for gap in report.recording.gaps]
    of_the_rig = [flag.kind in ABOUT_THE_RIG for flag in report.flags]
    return TimeAxis(
        end_s,
        _time_ticks(end_s),
        [_span(step, end_s, routine) for step in report.steps],
        gaps,
        moments((f.t0 for f, rig in zip(report.flags, of_the_rig, strict=True) if not rig), end_s),
        moments((f.t0 for f, rig in zip(report.flags, of_the_rig, strict=True) if rig), end_s),
    )


def moments(times_s: Iterable[float], end_s: float) -> str:
    """A mark from top to bottom at each moment."""
    return "".join(f"M{_x(t, end_s):.1f} 0v{HIGH:.0f}" for t in times_s)


def charts(report: Report, axis: TimeAxis, routine: Routine | None, imprint: Imprint | None) -> list[Chart]:
    """The charts that have anything to show."""
    limits = Limits(routine, calibrated=report.calibration.calibrated)
    steps = [(step, limits.of(step.id)) for step in report.steps if routine is not None]
    made = [
        _force(report, axis, steps, limits, imprint),
        _speed(report, axis, steps),
        _beat(report, axis, steps),
        _vibration(report, axis, steps),
    ]
    return [chart for chart in made if chart is not None]


def _force(
    report: Report, axis: TimeAxis, steps: Sequence[_Asked], limits: Limits, imprint: Imprint | None
) -> Chart | None:
    ceiling_n = limits.high("ceiling").value
    hardest = np.zeros(0) if imprint is None else imprint.hardest_n
    bars = [(s.t0, s.t1, weight_n(s), tone_of(s)) for s in report.strokes]
    bars += [(h.t0, h.t1, h.force_mean_n, "aside") for h in report.holds]
    if not bars and not hardest.any():
        return None
    # The ceiling is for everybody, and a band of the step's own is drawn alone.
    asked = [
        (step, limit.light.value if limit.light else None, limit.hard.value if limit.hard.value < ceiling_n else None)
        for step, limit in steps
        if limit.step is not None and limit.step.pressure is not None
    ]
    top = _top([v for *_, v, _ in bars], asked, hardest)
    chart = _chart("Force", "N" if report.calibration.calibrated else "N, relative", top, axis, asked, bars)
    if imprint is not None:
        chart.area = _area(hardest, imprint.bin_s, top, axis.end_s)
        chart.spine = _area(imprint.spine_n, imprint.bin_s, top, axis.end_s) if imprint.spine_n.any() else ""
    return chart


def _speed(report: Report, axis: TimeAxis, steps: Sequence[_Asked]) -> Chart | None:
    bars = [(s.t0, s.t1, s.speed_cm_s, tone_of(s)) for s in report.strokes if s.kind in TRAVELLING]
    if not bars:
        return None
    asked = [
        (step, limit.slow.value if limit.slow else None, limit.fast.value if limit.fast else None)
        for step, limit in steps
    ]
    return _chart("Speed", "cm/s", _top([v for *_, v, _ in bars], asked), axis, asked, bars)


def _beat(report: Report, axis: TimeAxis, steps: Sequence[_Asked]) -> Chart | None:
    bars: list[_Bar] = [(r.t0, r.t1, r.rate_per_min, "aside") for r in report.rhythm]
    if not bars:
        return None
    asked = [_asked_rate(step, limit, 60.0) for step, limit in steps if not _is_vibration(limit)]
    return _chart("Beat", "a minute", _top([v for *_, v, _ in bars], asked), axis, asked, bars)


def _vibration(report: Report, axis: TimeAxis, steps: Sequence[_Asked]) -> Chart | None:
    bars: list[_Bar] = [(s.t0, s.t1, s.rate_hz, "aside") for s in report.strokes if s.rate_hz is not None]
    if not bars:
        return None
    asked = [_asked_rate(step, limit, 1.0) for step, limit in steps if _is_vibration(limit)]
    return _chart("Vibration", "Hz", _top([v for *_, v, _ in bars], asked), axis, asked, bars)


def _asked_rate(step: StepResult, limit: StepLimits, per_hz: float) -> _Range:
    """The rates asked for, in a unit of which `per_hz` make one hertz."""
    factor = per_hz if limit.rate_unit == "Hz" else per_hz / 60
    low, high = limit.seldom, limit.often
    return (step, low.value * factor if low else None, high.value * factor if high else None)


def _is_vibration(limit: StepLimits) -> bool:
    return limit.step is not None and limit.step.counts == "vibration"


def _chart(name: str, unit: str, top: float, axis: TimeAxis, asked: Sequence[_Range], bars: Sequence[_Bar]) -> Chart:
    chart = Chart(name, unit, _ticks(top), [box for one in asked for box in _band(one, top, unit, axis.end_s)])
    for t0, t1, value, tone in bars:
        x0, x1 = _x(t0, axis.end_s), _x(t1, axis.end_s)
        line = f"M{x0:.1f} {_y(value, top):.1f}h{x1 - x0:.1f}"
        chart.bars[tone] = chart.bars.get(tone, "") + line
    return chart


def _band(asked: _Range, top: float, unit: str, end_s: float) -> list[Box]:
    step, low, high = asked
    if low is None and high is None:
        return []
    above = _y(min(top if high is None else high, top), top)
    height = _y(low or 0.0, top) - above
    x = _x(step.t0, end_s)
    return [Box(x, above, _x(step.t1, end_s) - x, height, f"{step.id}: {span_text(low, high)} {unit}")]


def span_text(low: float | None, high: float | None) -> str:
    """A band in words: 2 to 20, at least 18, at most 40."""
    if low is None or high is None:
        return f"at most {high:.3g}" if low is None else f"at least {low:.3g}"
    return f"{low:.3g}" if low == high else f"{low:.3g} to {high:.3g}"


def _area(values: np.ndarray, bin_s: float, top: float, end_s: float) -> str:
    """A filled curve: one stair a bin."""
    stairs = "".join(
        f"V{_y(value, top):.1f}H{min(_x((k + 1) * bin_s, end_s), WIDE):.1f}" for k, value in enumerate(values)
    )
    return f"M0 {HIGH:.0f}{stairs}V{HIGH:.0f}Z"


def _top(values: Sequence[float], asked: Sequence[_Range], more: Iterable[float] = ()) -> float:
    """The top of a scale: a round number above all figures; a band far beyond them goes out of the picture."""
    seen = max((*values, *more), default=0.0)
    lows = (low for _, low, _ in asked if low is not None)
    highs = (min(high, 2 * seen) for _, _, high in asked if high is not None)
    most = max((seen, *lows, *highs)) * HEADROOM
    if most <= 0:
        return 1.0
    unit = 10.0 ** math.floor(math.log10(most))
    return next(unit * step for step in (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0) if unit * step >= most)


def _ticks(top: float) -> list[Tick]:
    """Two to four round numbers from 0 up."""
    unit = 10.0 ** math.floor(math.log10(top))
    step = next(unit * part for part in (0.2, 0.25, 0.5, 1.0, 2.0, 2.5, 5.0) if top / (unit * part) <= 4)
    return [Tick(k * step / top, f"{k * step:g}") for k in range(int(top / step + 1e-9) + 1)]


def _time_ticks(end_s: float) -> list[Tick]:
    step = next((s for s in TICKS_S if end_s / s <= MOST_TICKS), math.ceil(end_s / MOST_TICKS))
    return [Tick(k * step / end_s, _minutes(k * step)) for k in range(int(end_s / step) + 1)]


def _minutes(seconds: float) -> str:
    return clock(seconds).removesuffix(".0")


def _span(step: StepResult, end_s: float, routine: Routine | None) -> Span:
    at, width = step.t0 / end_s, (step.t1 - step.t0) / end_s
    title = routine.step(step.id).title if routine is not None else step.id
    return Span(at, width, step.id.rpartition(".")[2] if width >= LEAST_LABEL else "", title, step.verdict)


def _x(t_s: float, end_s: float) -> float:
    return WIDE * t_s / end_s


def _y(value: float, top: float) -> float:
    return HIGH * (1 - min(max(value / top, 0.0), 1.0))


_Bar = tuple[float, float, float, "Tone"]
_Range = tuple["StepResult", float | None, float | None]
_Asked = tuple["StepResult", "StepLimits"]

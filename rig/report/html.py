"""The report as one HTML file that needs no network: what a trainee keeps and an instructor reads.

Everything in it comes from the `Report`; the template only lays it out. Strokes are drawn on the pad in its own
millimetres, y upward toward the head. The rule: nothing is said here that the JSON does not hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from rig.technique.flags import HARM_ORDER

if TYPE_CHECKING:
    from jinja2 import Template

    from rig.pad import PadLayout
    from rig.report.report import Report
    from rig.technique.flags import Flag

MARGIN_MM = 20.0
MOST_STROKES = 400
"""More lines than this only blacken the picture; the latest ones are drawn, and the page says so."""


@dataclass(frozen=True, slots=True)
class _FlagCount:
    kind: str
    count: int
    seconds: float
    worst: Flag | None


@dataclass(frozen=True, slots=True)
class _StrokeGroup:
    kind: str
    direction: str
    count: int
    length_mm: float
    speed_cm_s: float
    force_mean_n: float
    force_peak_n: float


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("rig.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["clock"] = _clock
    environment.filters["amount"] = _amount
    return environment.get_template("report.html.j2")


def report_html(report: Report, pad: PadLayout) -> str:
    """The page for a report made on `pad`."""
    x0, y0 = pad.tiles[:, 0].min() - MARGIN_MM, pad.tiles[:, 1].min() - MARGIN_MM
    x1, y1 = pad.tiles[:, 2].max() + MARGIN_MM, pad.tiles[:, 3].max() + MARGIN_MM
    drawn = [stroke for stroke in report.strokes if stroke.length_mm > 0][-MOST_STROKES:]
    return _template().render(
        report=report,
        pad=pad,
        name=Path(report.recording.path).name,
        box=(x0, -y1, x1 - x0, y1 - y0),
        drawn=drawn,
        undrawn=len(report.strokes) - len(drawn),
        places=[f for f in report.flags if f.x_mm is not None and f.y_mm is not None],
        counts=_flag_counts(report.flags),
        groups=_stroke_groups(report),
    )


def _flag_counts(flags: list[Flag]) -> list[_FlagCount]:
    """The flags by kind, in order of harm, each kind with its worst one (the farthest from its limit)."""
    counts = []
    for kind in HARM_ORDER:
        these = [flag for flag in flags if flag.kind == kind]
        if these:
            amounts = [flag for flag in these if flag.value is not None and flag.limit is not None]
            worst = max(amounts, key=lambda f: abs((f.value or 0.0) - (f.limit or 0.0)), default=None)
            counts.append(_FlagCount(kind, len(these), sum((f.t1 or f.t0) - f.t0 for f in these), worst))
    return counts


def _stroke_groups(report: Report) -> list[_StrokeGroup]:
    groups = []
    for kind, direction in sorted({(s.kind, s.direction) for s in report.strokes}):
        these = [s for s in report.strokes if (s.kind, s.direction) == (kind, direction)]
        n = len(these)
        groups.append(
            _StrokeGroup(
                kind,
                direction,
                n,
                sum(s.length_mm for s in these) / n,
                sum(s.speed_cm_s for s in these) / n,
                sum(s.force_mean_n for s in these) / n,
                max(s.force_peak_n for s in these),
            )
        )
    return groups


def _clock(seconds: float) -> str:
    """Minutes and seconds to a tenth: 75.04 is 1:15.0."""
    tenths = round(seconds * 10)
    return f"{tenths // 600}:{tenths % 600 / 10:04.1f}"


def _amount(value: float | None, unit: str = "") -> str:
    """Three figures and the unit; a dash for nothing."""
    if value is None:
        return "–"  # noqa: RUF001 - a dash for readers, not a minus
    shown = f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{shown} {unit}".strip() if unit != "ratio" else shown

"""The report as one HTML file that needs no network: what a trainee keeps and an instructor reads.

Everything in it comes from the `Report`; the template only lays it out. Strokes are drawn on the pad in its own
millimetres, y upward toward the head. The rule: nothing is said here that the JSON does not hold.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from rig.report.groups import clock, flag_groups, stroke_groups
from rig.technique.wording import limited, measured

if TYPE_CHECKING:
    from jinja2 import Template

    from rig.pad import PadLayout
    from rig.report.report import Report
    from rig.technique.flags import Flag

MARGIN_MM = 20.0
MOST_STROKES = 400
"""More lines than this only blacken the picture; the latest ones are drawn, and the page says so."""


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
    environment.filters["clock"] = clock
    environment.filters["amount"] = _amount
    environment.filters["measured"] = _measured
    environment.filters["limited"] = _limited
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
        counts=flag_groups(report.flags),
        groups=stroke_groups(report.strokes),
    )


def _amount(value: float | None, unit: str = "") -> str:
    """Three figures and the unit; a dash for nothing."""
    if value is None:
        return "–"  # noqa: RUF001 - a dash for readers, not a minus
    shown = f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{shown} {unit}".strip() if unit != "ratio" else shown


def _measured(flag: Flag) -> str:
    return measured(flag.kind, flag.value, flag.unit, at_least=flag.at_least)


def _limited(flag: Flag) -> str:
    return limited(flag.kind, flag.limit, flag.unit)

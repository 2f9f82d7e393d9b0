"""The report as one HTML file that needs no network: what a trainee keeps and an instructor reads.

It is read on a screen, wide or narrow, light or dark, and printed on two pages: what repeats is grouped, and what is
only looked up is behind the groups, on the screen alone. The rule: every figure in words is the report's; what was
gathered beside it (`Imprint`) is drawn and never quoted.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from rig.back import PRESSURE_ON_DARK, PRESSURE_ON_LIGHT
from rig.report.groups import clock, stroke_groups
from rig.report.html.advice import tasks
from rig.report.html.back import body_of, places
from rig.report.html.charts import charts, time_axis
from rig.report.html.flags import flag_cards, limit_of, name_of, value_of
from rig.report.html.movements import movements
from rig.report.html.pressure import pressure_maps
from rig.report.html.steps import MOST_STEPS, notes, session_parts, step_rows, unjudged

if TYPE_CHECKING:
    from jinja2 import Template

    from rig.analysis.imprint import Imprint
    from rig.pad import PadLayout
    from rig.report.report import Report
    from rig.technique.routine.routine import Routine

DENSITIES = ((44, "denser"), (24, "dense"))
"""Steps, kinds of flag (twice as long) and remarks together from which print is set smaller, to stay on two pages."""

_TONES = {"pass": "good", "fail": "bad", "not-judged": "open"}


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("rig.report.html", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "amount": _amount,
        "clock": clock,
        "limit_of": limit_of,
        "name_of": name_of,
        "places": places,
        "value_of": value_of,
    }
    return environment.get_template("report.html.j2")


def report_html(report: Report, pad: PadLayout, routine: Routine | None = None, imprint: Imprint | None = None) -> str:
    """The page for a report made on `pad`.

    Args:
        routine: the one that was practised, at its level; None where none was: then no titles, no bands.
        imprint: gathered while the session was analysed; None leaves out the pressure and the force over time.
    """
    axis = time_axis(report, routine)
    cards = flag_cards(report.flags, axis.end_s)
    drawn, undrawn = movements(report)
    silent, conflicts = unjudged(report), notes(report)
    return _template().render(
        report=report,
        pad=pad,
        name=Path(report.recording.path).name,
        title=routine.title if routine is not None else report.routine or "Practice without a routine",
        date=_date(report.recording.started_s),
        density=_density(len(report.steps[:MOST_STEPS]) + 2 * len(cards) + len(silent) + len(conflicts)),
        tones=_TONES,
        parts=session_parts(report),
        advice=tasks(report),
        steps=step_rows(report, routine),
        most_steps=MOST_STEPS,
        body=body_of(pad),
        maps=pressure_maps(pad, imprint, report.flags),
        day=PRESSURE_ON_LIGHT,
        night=PRESSURE_ON_DARK,
        movements=drawn,
        undrawn=undrawn,
        axis=axis,
        charts=charts(report, axis, routine, imprint),
        measured=imprint is not None,
        bin_s=imprint.bin_s if imprint is not None else 0.0,
        cards=cards,
        unjudged=silent,
        notes=conflicts,
        groups=stroke_groups(report.strokes),
    )


def _density(entries: int) -> str:
    """How small a page of so many entries is printed."""
    return next((name for least, name in DENSITIES if entries >= least), "")


def _amount(value: float | None, unit: str = "") -> str:
    """Three figures and the unit; a dash for nothing."""
    if value is None:
        return "–"  # noqa: RUF001 - a dash for readers, not a minus
    shown = f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{shown} {unit}".strip()


def _date(started_s: float | None) -> str:
    """The day and the time as people write them; empty where the recording does not say."""
    if started_s is None:
        return ""
    start = datetime.fromtimestamp(started_s, UTC)
    return f"{start.day} {start:%B %Y, %H:%M} UTC"

"""`rig history`: progress over all sessions of a workspace.

The rule: the charts say nothing that the JSON does not hold, and what is left out is told on stderr.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer  # noqa: TC002 - it reads the command's annotations
from rich.text import Text

from rig.cli.charts import NOTHING, bars_for, figure, label, local_date, sparkline
from rig.cli.compare import judged
from rig.cli.output import JsonOption, console, give_json, notice, table
from rig.cli.targets import keep_apart
from rig.recording.reader import Recording
from rig.report.groups import clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.table import Table

    from rig.report.history import History, StepHistory

MOST_SHOWN = 32
"""Of longer series the chart shows the latest sessions, so that a row fits a terminal of 80 columns."""


def history(context: typer.Context, json: JsonOption = None) -> None:
    """Progress over the sessions of the workspace: each measure, session after session."""
    from rig.report.history import build_history, gather

    folder: Path = context.obj.recordings
    paths = sorted(folder.glob("*.mcap"))
    keep_apart("--json", json, paths)
    sessions, left_out = gather(_with_progress(paths), lambda path: judged(Recording.open(path)))
    for one in left_out:
        notice(f"left out: {one.why}")
    found = build_history(sessions, left_out)
    if json is not None:
        give_json(found, json)
    if json == "-":
        return
    if found.sessions:
        print_history(found)
    else:
        console().print(Text(f"No recordings in {folder} yet; rig practice makes them."), soft_wrap=True)


def _with_progress(paths: Sequence[Path]) -> Iterable[Path]:
    """The paths, with a bar on stderr while they are gone through, if a person sees it."""
    from rich.console import Console
    from rich.progress import track

    return track(paths, "judging", console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())


def print_history(found: History) -> None:
    """For the terminal: the sessions, then each step's measures as small charts."""
    out = console()
    rows = [
        (
            local_date(one.date),
            Path(one.path).name,
            one.routine or NOTHING,
            ", ".join(one.steps) or NOTHING,
            clock(one.duration_s),
            one.score,
            ", ".join(f"{count} {kind}" for kind, count in one.flags.items()) or "none",
        )
        for one in found.sessions
    ]
    out.print(table("", ("began", "recording", "routine", "steps", "length", "score", "flags"), rows))
    for remark in found.remarks:
        out.print(Text(f"{remark}.", style="dim"), soft_wrap=True)
    for step in found.steps:
        out.print()
        out.print(_charts(step, bars_for(out.encoding)))
    if found.next:
        out.print()
        out.print(Text("To practise next", style="bold"))
    for number, one in enumerate(found.next, 1):
        where = f" ({', '.join(one.steps)})" if one.steps else ""
        why = f": {one.why}" if one.why else ""
        out.print(Text(f"{number}. {one.do}{where}{why}"), soft_wrap=True)


def _charts(step: StepHistory, bars: str) -> Table:
    rows = []
    for series in step.measures:
        known = [value for value in series.values if value is not None]
        if known:
            ends = (figure(value, series.unit) for value in (known[0], known[-1]))
            rows.append((label(series), sparkline(series.values[-MOST_SHOWN:], bars), *ends))
    chart = "over the sessions" if len(step.verdicts) <= MOST_SHOWN else f"the latest {MOST_SHOWN} sessions"
    return table(step.step or "the whole recordings", ("measure", chart, "first", "latest"), rows)

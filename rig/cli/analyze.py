"""`rig analyze`: recordings to reports, for people on the terminal, for programs as JSON, to keep as HTML.

The rule: the summary on the terminal says nothing that the JSON does not hold.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from rig.cli.output import JsonOption, console, give_json, notice, table
from rig.cli.sources import LevelOption, ProfileOption, RoutineOption, StepOption, open_recording, recording_conversion
from rig.cli.targets import keep_apart, keep_results_apart
from rig.errors import InputError, StorageError
from rig.report.groups import clock, flag_groups
from rig.technique.wording import limited, measured, some

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from rig.analysis.imprint import Imprint
    from rig.pad import PadLayout
    from rig.report.report import Report
    from rig.technique.flags import Flag
    from rig.technique.routine.routine import Routine
    from rig.technique.tally import StepResult


def analyze(
    recordings: Annotated[list[str], typer.Argument(metavar="REC", help="Recordings.")],
    routine: RoutineOption = None,
    step: StepOption = None,
    level: LevelOption = None,
    profile: ProfileOption = None,
    json: JsonOption = None,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the report as one HTML file.")] = None,
) -> None:
    """Judge recordings and report: strokes, rhythm, holds, flags, steps and a score."""
    from rig.analysis.imprint import Imprint
    from rig.report.report import build_report
    from rig.session.batch import analyse
    from rig.session.recorded import recorded_routine
    from rig.technique.routine.loading import load_routine

    if html is not None and len(recordings) > 1:
        raise InputError("--html: takes one recording; give them one at a time")
    keep_apart("--html", html, (*recordings, routine, profile))
    keep_apart("--json", json, (*recordings, routine, profile))
    keep_results_apart("--json", json, "--html", html)
    reports = []
    for path in recordings:
        recording = open_recording(path)
        pad = recording.pad
        judged = load_routine(routine, pad) if routine is not None else None
        imprint = Imprint(pad.n_channels) if html is not None else None
        outcome = analyse(recording, judged, level, step, recording_conversion(recording, profile), imprint=imprint)
        report = build_report(recording, outcome)
        reports.append(report)
        if html is not None:
            practised = judged if judged is not None else recorded_routine(recording, pad)
            write_html(html, report, pad, practised.at_level(outcome.level) if practised is not None else None, imprint)
            notice(f"wrote {html}")
    if json is not None:
        give_json(reports[0] if len(reports) == 1 else reports, json)
    if json != "-":
        for report in reports:
            print_report(report)


def print_report(report: Report) -> None:
    """The report in short, for the terminal."""
    out = console()
    facts = report.recording
    out.print(Text(facts.path, style="bold"), soft_wrap=True)
    lost = f", {facts.lost_frames} lost" if facts.lost_frames else ""
    damaged = "".join(
        f", {count} damaged {where}"
        for count, where in ((facts.damaged_on_wire, "on the wire"), (facts.damaged_in_file, "in the file"))
        if count
    )
    out.print(
        f"{facts.duration_s:.1f} s, {facts.frames} frames{lost}{damaged}; "
        f"hands on the pad for {report.contacts_s:.1f} s; {some(len(report.strokes), 'stroke')}"
    )
    out.print(Text(report.calibration.about, style="dim"))
    for rhythm in report.rhythm:
        out.print(
            f"rhythm from {rhythm.t0:.1f} to {rhythm.t1:.1f} s: {rhythm.rate_per_min:.1f} a minute, "
            f"{rhythm.regularity_cv:.0%} uneven"
        )
    _print_steps(out, report.steps)
    _print_flags(out, report.flags)
    for note in dict.fromkeys(note for step in report.steps for note in step.notes):
        out.print(Text(f"{note[0].upper()}{note[1:]}", style="dim"))
    for reason in report.not_judged:
        out.print(Text(f"Not judged: {reason}.", style="dim"))
    score = "not scored" if report.score is None else f"score {report.score}"
    out.print(f"{score}. Practice feedback, not health advice.")


def _print_steps(out: Console, steps: Sequence[StepResult]) -> None:
    """What became of each step; where nobody said which it was, how sure that is."""
    if not steps:
        return
    found = any(step.detected for step in steps)
    rows = [
        (
            s.id,
            f"{s.t0:.1f}-{s.t1:.1f} s",
            s.reps if s.reps is None or s.reps_expected is None else f"{s.reps} of {s.reps_expected}",
            s.verdict,
            s.score,
            *((_sure(s),) if found else ()),
        )
        for s in steps
    ]
    names = ("step", "time", "repetitions", "verdict", "score")
    out.print(table("", (*names, "found by itself") if found else names, rows))


def _sure(step: StepResult) -> str:
    if step.confidence is None:
        return ""
    others = ", ".join(f"{other.step} {other.confidence:.0%}" for other in step.alternatives[:2])
    return f"{step.confidence:.0%} sure" + (f", else {others}" if others else "")


def _print_flags(out: Console, flags: Sequence[Flag]) -> None:
    """By kind, the most harmful first, and who says so once."""
    groups = flag_groups(flags)
    if not groups:
        out.print("no flags")
        return
    rows = []
    for group in groups:
        worst = limit = ""
        if group.worst is not None:
            flag = group.worst
            worst = measured(flag.kind, flag.value, flag.unit, at_least=flag.at_least, limit=flag.limit)
            worst = ": ".join(part for part in (flag.about, worst) if part)
            limit = limited(flag.kind, flag.limit, flag.unit, flag.value)
        rows.append((group.kind, group.count, clock(group.first_s), clock(group.last_s), worst, limit))
    out.print(table("", ("flag", "times", "first", "last", "worst", "limit"), rows))
    for group in groups:
        out.print(Text(f"{group.kind}: {'; '.join(group.sources)}", style="dim"))


def write_html(
    path: Path, report: Report, pad: PadLayout, routine: Routine | None = None, imprint: Imprint | None = None
) -> None:
    """The report as one HTML file; the arguments are those of `report_html`.

    Raises:
        StorageError: the file cannot be written.
    """
    from rig.report.html import report_html

    try:
        path.write_text(report_html(report, pad, routine, imprint), "utf-8")
    except OSError as error:
        raise StorageError.writing(path, error) from error

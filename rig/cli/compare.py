"""`rig compare`: two recordings side by side.

The rule: tables and small charts say nothing that the JSON does not hold.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from rig.cli.charts import NOTHING, bars_for, figure, label, local_date, signed, sparkline
from rig.cli.output import JsonOption, console, give_json, table
from rig.cli.sources import LevelOption, ProfileOption, RoutineOption, StepOption, open_recording, recording_conversion
from rig.cli.targets import keep_apart
from rig.errors import InputError
from rig.recording.reader import Recording
from rig.report.groups import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from rig.calibration.conversion import Conversion
    from rig.report.compare import ComparedStep, Comparison, CoursePart
    from rig.report.judged import Judged
    from rig.report.measures import Unit
    from rig.report.pairs import Pair

MOST_PAIRS = 20
"""Of pairs the chart shows the first, both recordings in one row."""


def compare(
    a: Annotated[str, typer.Argument(metavar="A", help="A recording.")],
    b: Annotated[str, typer.Argument(metavar="B", help="Another one.")],
    routine: RoutineOption = None,
    step: StepOption = None,
    level: LevelOption = None,
    profile: ProfileOption = None,
    json: JsonOption = None,
) -> None:
    """Two recordings side by side, by step and measure; differences are B less A."""
    from rig.report.compare import compare as compared

    keep_apart("--json", json, (a, b, routine, profile))
    if Path(a).exists() and Path(b).exists() and Path(a).samefile(b):
        raise InputError(f"{b}: is the recording A itself; name two different ones")
    opened = [open_recording(path) for path in (a, b)]
    comparison = compared(*(judged(one, routine, step, level, recording_conversion(one, profile)) for one in opened))
    if json is not None:
        give_json(comparison, json)
    if json != "-":
        print_comparison(comparison)


def judged(
    recording: Recording,
    routine: str | None = None,
    step: str | None = None,
    level: str | None = None,
    conversion: Conversion | None = None,
) -> Judged:
    """A recording with its report; what is None is the recording's own."""
    from rig.report.judged import Judged
    from rig.report.report import build_report
    from rig.session.batch import analyse
    from rig.technique.routine.loading import load_routine

    pad = recording.pad
    wanted = load_routine(routine, pad) if routine is not None else None
    outcome = analyse(recording, wanted, level, step, conversion)
    return Judged.of(recording, pad, build_report(recording, outcome))


def print_comparison(comparison: Comparison) -> None:
    """For the terminal."""
    out = console()
    for name, side in (("A", comparison.a), ("B", comparison.b)):
        routine = side.routine or "no routine"
        out.print(Text(f"{name}  {side.path}", style="bold"), soft_wrap=True)
        what = f"   {local_date(side.date)}, {clock(side.duration_s)}, {routine}, pad {side.pad}"
        out.print(Text(what), soft_wrap=True)
    for remark in comparison.remarks:
        out.print(Text(f"{remark}.", style="dim"), soft_wrap=True)
    for compared in comparison.steps:
        _print_step(out, compared)
        if compared.a and compared.b and (compared.step is not None or len(comparison.steps) == 1):
            _print_course(out, compared.course)
            _print_pairs(out, compared.pairs)
    for name, steps in (("A", comparison.only_in_a), ("B", comparison.only_in_b)):
        if steps:
            out.print(Text(f"Only in {name}: {', '.join(steps)}."), soft_wrap=True)


def _print_step(out: Console, compared: ComparedStep) -> None:
    rows = [
        (label(m), figure(m.a, m.unit), figure(m.b, m.unit), signed(m.difference, m.unit))
        for m in compared.measures
        if m.a is not None or m.b is not None
    ]
    if compared.step is not None:
        in_a, in_b = (side.verdict or NOTHING if side else "not practised" for side in (compared.a, compared.b))
        rows.insert(0, ("verdict", in_a, in_b, ""))
    out.print()
    out.print(table(compared.step or "the whole recordings", ("measure", "A", "B", "B - A"), rows))


def _print_course(out: Console, course: Sequence[CoursePart]) -> None:
    """Speed, force and flags since the step began, A above B on one scale."""
    if len(course) < 2:
        return
    part_s = course[0].t1 - course[0].t0
    out.print(f"[dim]in parts of {part_s:g} s from its start:[/dim]")
    courses: tuple[tuple[str, Unit, list[float | None], list[float | None]], ...] = (
        ("speed", "cm/s", [p.a_speed_cm_s for p in course], [p.b_speed_cm_s for p in course]),
        ("force", "N", [p.a_force_n for p in course], [p.b_force_n for p in course]),
        ("flags", "", [p.a_flags for p in course], [p.b_flags for p in course]),
    )
    for name, unit, a, b in courses:
        if name != "flags" or any((*a, *b)):
            _print_beside(out, name, unit, a, b)


def _print_pairs(out: Console, pairs: Sequence[Pair]) -> None:
    """The commonest movement, the first with the first and so on, as far as there are pairs."""
    kinds = Counter((pair.kind, pair.direction, pair.side) for pair in pairs if pair.a and pair.b)
    if not kinds or max(kinds.values()) < 2:
        return
    key, _ = kinds.most_common(1)[0]
    own = [(p.a, p.b) for p in pairs if (p.kind, p.direction, p.side) == key and p.a and p.b][:MOST_PAIRS]
    words = " ".join(word for word in key if word not in ("none", "both"))
    out.print(f"[dim]{words}, the first {len(own)} one by one:[/dim]")
    _print_beside(out, "speed", "cm/s", [a.speed_cm_s for a, _ in own], [b.speed_cm_s for _, b in own])
    _print_beside(out, "force", "N", [a.force_n for a, _ in own], [b.force_n for _, b in own])


def _print_beside(out: Console, name: str, unit: Unit, a: Sequence[float | None], b: Sequence[float | None]) -> None:
    """A's chart beside B's, on one scale."""
    known = [value for value in (*a, *b) if value is not None]
    if known:
        both = sparkline([*a, *b], bars_for(out.encoding))
        scale = f"{figure(min(known), unit)} to {figure(max(known), unit)} {unit}".rstrip()
        out.print(f"  {name}  A {both[: len(a)]}  B {both[len(a) :]}  {scale}")

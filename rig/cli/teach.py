"""`rig teach`: an instructor's recording becomes a school's own numbers for a routine.

The file names the routine and what is different, for people to read and change. The rule: nothing is written over, and
whatever the lesson did not show, or would not pass by, is said.
"""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer
from rich.text import Text

from rig.cli.output import console, notice, table
from rig.cli.sources import ProfileOption, StepOption, open_recording, recording_conversion
from rig.cli.targets import check_new
from rig.errors import InputError, StorageError

if TYPE_CHECKING:
    from rig.recording.reader import Recording
    from rig.session.teaching import Taught
    from rig.technique.routine.routine import Routine
    from rig.technique.routine.school import School


def teach(
    recording: Annotated[str, typer.Argument(metavar="REC", help="An instructor's recording.")],
    routine: Annotated[str, typer.Option(metavar="ROUTINE", help="The routine that it shows.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The school's file, a new one.")],
    school: Annotated[str | None, typer.Option(metavar="NAME", help="The school; else as the file is called.")] = None,
    step: StepOption = None,
    profile: ProfileOption = None,
) -> None:
    """An instructor's recording becomes a school's own bands, with their spread, for a routine."""
    from rig.session.teaching import teach as taught_by
    from rig.technique.routine.loading import load_routine
    from rig.technique.routine.school import School
    from rig.technique.teach import Lesson

    check_new("-o", output)
    opened = open_recording(recording)
    base = load_routine(routine, opened.pad)
    if base.school is not None:
        raise InputError(f"--routine {routine}: is a school's file itself; name the routine that it builds on")
    conversion = recording_conversion(opened, profile)
    name = "".join(letter if letter.isprintable() else "?" for letter in Path(recording).name)
    lesson = Lesson(name, _date(opened), conversion.calibrated)
    empty = School(base=_base_name(routine, output), school=_name(school or output.stem))
    taught = taught_by(opened, empty, base, conversion, lesson, step)
    if not taught.school.steps:
        raise InputError(f"{recording}: shows nothing of routine '{base.name}' that numbers could be taken from")
    _write(output, taught.school, lesson.recording)
    _print(taught, base)
    notice(f"wrote {output}; practise it with: rig practice {output}")


def _date(recording: Recording) -> str:
    started_s = recording.header.started_s
    return "an unknown date" if started_s is None else f"{datetime.fromtimestamp(started_s, UTC):%Y-%m-%d}"


def _base_name(routine: str, output: Path) -> str:
    """A built-in's name, or the way from the school's file to the routine's."""
    from rig.technique.routine.loading import builtin_routines

    if routine in builtin_routines():
        return routine
    return Path(os.path.relpath(routine, output.absolute().parent)).as_posix()


def _name(wanted: str) -> str:
    name = re.sub(r"[^a-z0-9]+", "-", wanted.lower()).strip("-")
    if not name:
        raise InputError(f"--school {wanted}: give a name in small letters, digits and hyphens")
    return name


def _write(path: Path, school: School, recording: str) -> None:
    import msgspec

    from rig.technique.routine.toml_text import toml_text

    head = f"# What {recording} teaches of routine '{school.base}'; all else is that routine's.\n\n"
    try:
        path.write_text(head + toml_text(msgspec.to_builtins(school)), "utf-8")
    except OSError as error:
        raise StorageError.writing(path, error) from error


def _print(taught: Taught, base: Routine) -> None:
    """What was taught, beside what the document asks for, and what the lesson itself comes to."""
    from rig.technique.routine.routine import Quantity

    out = console()
    rows = []
    for step in taught.school.steps:
        for quantity in get_args(Quantity):
            want = getattr(step, quantity)
            if want is not None:
                before = base.wanted(base.step(step.id), quantity)
                now = taught.routine.wanted(taught.routine.step(step.id), quantity)
                assert now is not None
                asked = "not asked for" if before is None else before.text
                rows.append((step.id, quantity.replace("_", " "), asked, now.text, want.source))
    out.print(table("", ("step", "of what", "document", "taught", "source"), rows))
    shown = {step.id for step in taught.school.steps}
    kept = [step.id for step in base.steps if step.id not in shown]
    if kept:
        out.print(Text(f"As documented, for the recording does not show them: {', '.join(kept)}.", style="dim"))
    for result in taught.outcome.steps:
        found = "" if result.confidence is None else f", found by itself and {result.confidence:.0%} sure"
        said = f"{result.verdict} ({'; '.join(result.reasons)}){found}"
        out.print(Text(f"{result.id} at {result.t0:.1f} s, judged by these bands: {said}"))
    for span in taught.outcome.undecided:
        out.print(Text(f"Nothing was taken from {span.t0:.1f} to {span.t1:.1f} s: undecided which step it is."))

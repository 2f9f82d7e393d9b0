"""Where results may be written: asked before the work begins, so that nobody practises for a file that cannot be.

The rule: no command writes over a recording, and none writes a result over what it was made from.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rig.errors import InputError
from rig.recording.records import MAGIC

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rig.clock import Clock
    from rig.workspace import Workspace

OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="REC", help="The recording; else one named by date.")
]
REPORT_SUFFIX = ".html"


def recording_target(output: Path | None, workspace: Workspace, what: str, clock: Clock) -> Path:
    """Where a recording goes: `output`, or a new name in the workspace.

    Raises:
        InputError: `output` exists, or its folder does not. StorageError: the workspace cannot be made.
    """
    if output is None:
        return workspace.new_recording(what, clock)
    check_new("-o", output)
    return output


def check_new(option: str, target: Path) -> None:
    """Refuse what cannot be a new file.

    Raises:
        InputError: `target` exists, or its folder does not.
    """
    if target.exists():
        raise InputError(f"{option}: {target} exists already and is not overwritten; choose another name")
    if not target.absolute().parent.is_dir():
        raise InputError(f"{option}: {target}: there is no folder {target.parent}")


def report_target(recording: Path) -> Path:
    """Where a session's report goes: beside its recording, under the same name.

    Raises:
        InputError: that is the recording itself, or is taken.
    """
    report = recording.with_suffix(REPORT_SUFFIX)
    if report == recording:
        raise InputError(f"-o: {recording}: a recording cannot end in {REPORT_SUFFIX}, its report does; try .mcap")
    if report.exists():
        raise InputError(f"-o: {recording}: its report would overwrite {report}; choose another name")
    return report


def keep_apart(option: str, target: str | Path | None, sources: Iterable[str | Path | None]) -> None:
    """Refuse a result that would overwrite what it is made from, or any recording.

    Sources that are no files - a built-in's name, an option not given - are nobody's to overwrite.

    Raises:
        InputError: `target` is one of `sources`, or a recording.
    """
    if target is None or target == "-" or not Path(target).exists():
        return
    for source in sources:
        if source is not None and Path(source).exists() and Path(target).samefile(source):
            raise InputError(f"{option}: {target} is what is read; choose another name")
    if _is_recording(Path(target)):
        raise InputError(f"{option}: {target} is a recording and is not overwritten; choose another name")


def keep_results_apart(option: str, target: str | Path | None, other_option: str, other: str | Path | None) -> None:
    """Refuse two results in one file.

    Raises:
        InputError: both go to the same place.
    """
    if target is not None and other is not None and target != "-" and Path(target).resolve() == Path(other).resolve():
        raise InputError(f"{option}: {target} is where {other_option} goes; choose another name")


def _is_recording(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return stream.read(len(MAGIC)) == MAGIC
    except OSError:
        return False

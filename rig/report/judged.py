"""A recording with its report, and the copy of both that is kept beside it: NAME.mcap, NAME.report.json.

Judging a session takes seconds, a history has many sessions; the copy is read in milliseconds. It holds for one state
of one file and one of the program. The rule: a copy that is stale, damaged or cannot be written is no error, it
is as if there were none.
"""

from __future__ import annotations

import os
import zlib
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Self

import msgspec

import rig
from rig.report.report import Report, path_text

if TYPE_CHECKING:
    from rig.pad import PadLayout
    from rig.recording.reader import Recording

SUFFIX = ".report.json"

_CODE = {".py", ".toml"}
"""What a recording is judged by."""


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """A recording and what it came to.

    Attributes:
        started_s: the session's start in seconds since 1970; None where the recording does not say.
        pad: the pad's name. layout: a sum over all that its file says, which tells two pads of one name apart.
    """

    started_s: float | None
    pad: str
    layout: int
    report: Report

    @classmethod
    def of(cls, recording: Recording, pad: PadLayout, report: Report) -> Self:
        """A recording with the report that was made of it."""
        layout = zlib.crc32(msgspec.json.encode(pad))
        return cls(started_s=recording.header.started_s, pad=pad.name, layout=layout, report=report)


class FileState(msgspec.Struct, frozen=True):
    """What a copy holds for: a file's name, size and time of change, and the program that judged it."""

    file: str
    size: int
    mtime_ns: int
    program: str


class _Copy(msgspec.Struct, frozen=True):
    of: FileState
    judged: Judged


def state_of(path: Path) -> FileState:
    """The state of a recording's file; ask before it is read, so that a change meanwhile makes the copy stale.

    Raises:
        OSError: there is no such file.
    """
    stat = path.stat()
    return FileState(path.name, stat.st_size, stat.st_mtime_ns, _program())


@cache
def _program() -> str:
    """The version, and for a checkout, which changes without one, how many files it has and when one was changed."""
    changed = [file.stat().st_mtime_ns for file in Path(rig.__file__).parent.rglob("*") if file.suffix in _CODE]
    return f"{rig.__version__} {len(changed)} {max(changed)}"


def copy_path(path: Path) -> Path:
    """Where the copy of a recording's report is kept."""
    return path.with_suffix(SUFFIX)


def read_copy(path: Path, state: FileState) -> Judged | None:
    """What was kept of a recording in this state; None where nothing was that can be trusted."""
    try:
        copy = msgspec.json.decode(copy_path(path).read_bytes(), type=_Copy)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None
    if copy.of != state:
        return None
    # The folder may have been moved since; the report names its recording as it is called now.
    facts = msgspec.structs.replace(copy.judged.report.recording, path=path_text(path))
    report = msgspec.structs.replace(copy.judged.report, recording=facts)
    return msgspec.structs.replace(copy.judged, report=report)


def write_copy(path: Path, state: FileState, judged: Judged) -> None:
    """Keep a report beside its recording, in one go: a reader finds the old copy or the new one, never half of one."""
    written = path.with_name(f".{path.stem}.{os.getpid()}{SUFFIX}")
    with suppress(OSError):
        try:
            written.write_bytes(msgspec.json.encode(_Copy(state, judged)))
            written.replace(copy_path(path))
        finally:
            written.unlink(missing_ok=True)

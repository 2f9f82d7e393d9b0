"""What several commands are given: recordings, routines, profiles; opened, checked and warned about in one way.

The rule: damage in a recording is told on stderr before any result, and a profile that cannot be read is an
error, and one that does not hold today gives relative forces with a notice, never a silent fall-back.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from rig.calibration.check import conversion_of
from rig.calibration.check_file import verdict_at
from rig.calibration.nominal import NominalConversion
from rig.calibration.profile import load_profile
from rig.cli.output import notice
from rig.clock import SystemClock
from rig.recording.reader import Recording

if TYPE_CHECKING:
    from pathlib import Path

    from rig.calibration.conversion import Conversion
    from rig.pad import PadLayout

ProfileOption = Annotated[str | None, typer.Option(metavar="PROFILE", help="The pad's calibration profile.")]
LevelOption = Annotated[str | None, typer.Option(help="A level of the routine, such as gentle or strict.")]
RoutineOption = Annotated[str | None, typer.Option(metavar="ROUTINE", help="A built-in routine or a routine file.")]
StepOption = Annotated[str | None, typer.Option("--step", metavar="ID", help="The step that is practised.")]


def open_recording(path: str | Path) -> Recording:
    """A recording, its damage told on stderr.

    Raises:
        InputError: no such file, or not a recording. StorageError: it cannot be read.
    """
    recording = Recording.open(path)
    for warning in recording.warnings:
        notice(f"warning: {warning}")
    return recording


def conversion_for(pad: PadLayout, profile: str | None, at_s: float | None = None) -> Conversion:
    """The conversion of a profile; without one the nominal curve, which says that it is uncalibrated.

    Args:
        pad: the pad at hand. profile: the file. at_s: the session's date in seconds since 1970, or None for now.

    A profile that its day's check does not uphold gives relative forces, and a notice says why.

    Raises:
        InputError: no such profile, a damaged one, or another pad's.
    """
    if profile is None:
        return NominalConversion(pad)
    found = load_profile(profile, pad)
    now = datetime.fromtimestamp(SystemClock().date_s() if at_s is None else at_s, UTC)
    verdict = verdict_at(found, profile, pad, now)
    if verdict.state == "invalid":
        notice(f"warning: {profile}: forces are relative, not newtons: {verdict.why}")
    elif verdict.state == "doubtful":
        notice(f"warning: {profile}: doubtful: {verdict.why}")
    return conversion_of(found, pad, verdict)

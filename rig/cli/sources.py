"""What several commands are given: recordings, routines, profiles; opened, checked and warned about in one way.

The rule: damage in a recording is told on stderr before any result, and a profile that cannot be read is an
error, and one that does not hold today gives relative forces with a notice, never a silent fall-back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from rig.cli.output import notice
from rig.clock import SystemClock
from rig.recording.reader import Recording
from rig.session.calibrated import Calibration, calibration_at

if TYPE_CHECKING:
    from pathlib import Path

    from rig.calibration.conversion import Conversion
    from rig.calibration.verdict import Verdict
    from rig.pad import PadLayout

ProfileOption = Annotated[str | None, typer.Option(metavar="PROFILE", help="The pad's calibration profile.")]
LevelOption = Annotated[
    str | None, typer.Option(metavar="LEVEL", help="A level of the routine, such as gentle or strict.")
]
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


def calibration_for(pad: PadLayout, profile: str | None, at_s: float | None = None) -> Calibration:
    """The calibration of a profile; without one the nominal curve, which says that it is uncalibrated.

    Args:
        pad: the pad at hand. profile: the file. at_s: the session's date in seconds since 1970, or None for now.

    The day's verdict is told on stderr; one that does not uphold the profile gives relative forces.

    Raises:
        InputError: no such profile, a damaged one, or another pad's.
    """
    calibration = calibration_at(pad, profile, SystemClock().date_s() if at_s is None else at_s)
    if profile is not None and calibration.verdict is not None:
        _tell(profile, calibration.verdict)
    return calibration


def recording_conversion(recording: Recording, profile: str | None = None) -> Conversion:
    """The conversion for a recording: its own, or that of another profile; what holds of that is told on stderr.

    Raises:
        InputError: as `rig.session.recorded.calibration_of`.
    """
    from rig.session.recorded import calibration_of

    calibration = calibration_of(recording, profile)
    if calibration.verdict is not None:
        _tell(profile or f"{recording.path} (its profile)", calibration.verdict)
    return calibration.conversion


def _tell(profile: str, verdict: Verdict) -> None:
    if verdict.state == "invalid":
        notice(f"warning: {profile}: invalid, so forces are relative, not newtons: {verdict.why}")
    elif verdict.state == "doubtful":
        notice(f"warning: {profile}: doubtful: {verdict.why}")
    else:
        notice(f"{profile}: valid")

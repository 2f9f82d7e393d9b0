"""What several commands are given: recordings, routines, profiles; opened, checked and warned about in one way.

The rule: damage in a recording is told on stderr before any result, and a profile that cannot be used is an error and
never a silent fall-back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from rig.calibration.nominal import NominalConversion
from rig.cli.output import notice
from rig.errors import InputError
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


def conversion_for(pad: PadLayout, profile: str | None) -> Conversion:
    """The conversion of a profile; without one the nominal curve, which says that it is uncalibrated."""
    if profile is not None:
        raise InputError(f"--profile {profile}: this version cannot use profiles yet")
    return NominalConversion(pad)

"""By what a recording is to be judged when it is looked at again: as it was recorded, or otherwise.

The rule: looking at a recording never fails for its calibration or its routine alone. What of the recording's own
cannot be read is left out and told in one sentence; what somebody asks for and cannot be had is an error.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rig.calibration.nominal import NominalConversion
from rig.errors import InputError
from rig.session.recorded import (
    calibration_of,
    pipeline_for,
    pipeline_of,
    recorded_conversion,
    recorded_level,
    recorded_marks,
    recorded_routine,
    recorded_verdict,
)
from rig.technique.routine.loading import load_routine
from rig.technique.timeline import Mark

if TYPE_CHECKING:
    from rig.calibration.conversion import Conversion
    from rig.recording.reader import Recording
    from rig.session.pipeline import Pipeline
    from rig.technique.routine.routine import Routine

RECORDED = ""
"""As the recording has it."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a recording is to be judged; each `RECORDED` unless somebody says otherwise.

    Attributes:
        routine: a built-in's name or a file's path; None judges what holds without a routine.
        level: one of the routine's levels; None for the routine's own bands.
        step: the step that the whole recording is, whatever its marks say; None for no step at all.
        profile: a calibration profile's path; None for the nominal curve.
    """

    routine: str | None = RECORDED
    level: str | None = RECORDED
    step: str | None = RECORDED
    profile: str | None = RECORDED

    @property
    def as_recorded(self) -> bool:
        """Whether nothing is wanted otherwise."""
        return self == Wishes()


def readable(recording: Recording) -> tuple[Wishes, list[str]]:
    """What of the recording's own can be used, and a sentence for each thing that cannot.

    Raises:
        InputError: the pad's description is lost, so that nothing can be shown.
    """
    pad = recording.pad
    wishes, doubts = Wishes(), []
    try:
        recorded_conversion(recording)
        verdict = recorded_verdict(recording)
        if verdict is not None and verdict.state != "valid":
            what = "invalid that day, so forces are relative" if verdict.state == "invalid" else "doubtful that day"
            doubts.append(f"{recording.path} (its profile): {what}: {verdict.why}")
    except InputError as error:
        wishes = replace(wishes, profile=None)
        doubts.append(f"{error}; forces are estimates")
    try:
        recorded_marks(recording)
    except InputError as error:
        wishes = replace(wishes, step=None)
        doubts.append(f"{error}; no step is told")
    try:
        recorded_routine(recording, pad)
        check(recording, wishes)
    except InputError as error:
        wishes = replace(wishes, routine=None, level=None)
        doubts.append(f"{error}; judged without a routine")
    return wishes, doubts


def conversion_for(recording: Recording, wishes: Wishes) -> Conversion:
    """A fresh conversion; a profile holds as of the recording's day.

    Raises:
        InputError: no such profile, a damaged one, or another pad's.
    """
    if wishes.profile is None:
        return NominalConversion(recording.pad)
    return calibration_of(recording, wishes.profile or None).conversion


def check(recording: Recording, wishes: Wishes) -> None:
    """See whether a recording can be judged by these wishes, without going through it.

    Raises:
        InputError: no such profile, routine, level or step, or the recording's marks name steps that the routine
            has not.
    """
    conversion_for(recording, wishes)
    routine = routine_for(recording, wishes)
    if routine is None:
        if wishes.step:
            raise InputError(f"{recording.path}: step '{wishes.step}' says nothing without a routine; name one")
        return
    try:
        routine.at_level(level_for(recording, wishes))
        for mark in _marks(recording, wishes):
            if mark.step is not None:
                routine.step(mark.step)
    except InputError as error:
        raise InputError(f"{recording.path}: {error}") from error


def pipeline_by(recording: Recording, wishes: Wishes, conversion: Conversion) -> Pipeline:
    """A fresh pipeline; may go through the whole recording first, to find its steps (see `pipeline_for`).

    Raises:
        InputError: as `check`. StorageError: the file changed while it was read.
    """
    routine = routine_for(recording, wishes)
    if routine is not None and wishes.step is not None:
        return pipeline_for(recording, routine, level_for(recording, wishes), wishes.step or None, conversion)
    level = level_for(recording, wishes) if routine is not None else None
    return pipeline_of(recording, conversion, routine, level, _marks(recording, wishes))


def routine_for(recording: Recording, wishes: Wishes) -> Routine | None:
    """The routine that is wished for.

    Raises:
        InputError: no such routine, or a damaged one.
    """
    pad = recording.pad
    if wishes.routine == RECORDED:
        return recorded_routine(recording, pad)
    return None if wishes.routine is None else load_routine(wishes.routine, pad)


def level_for(recording: Recording, wishes: Wishes) -> str | None:
    """The level that is wished for; None for the routine's own bands."""
    if wishes.level != RECORDED:
        return wishes.level
    # The recorded level is one of the recorded routine's.
    return recorded_level(recording) if wishes.routine == RECORDED else None


def _marks(recording: Recording, wishes: Wishes) -> list[Mark]:
    if wishes.step is None:
        return []
    return recorded_marks(recording) if wishes.step == RECORDED else [Mark(0, wishes.step)]

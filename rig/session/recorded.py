"""How a recording wants to be judged: by its own calibration, routine, level and marks, unless somebody says otherwise.

The rule: a live session writes all that judging needs into its recording, and this module reads it back, so that
the flags come out the same. A profile therefore goes in with the verdict that the session's day passed on it.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from rig.calibration.check import conversion_of
from rig.calibration.nominal import NominalConversion
from rig.calibration.profile import load_profile, parse_profile
from rig.calibration.verdict import Verdict
from rig.clock import SystemClock
from rig.errors import InputError
from rig.recording.format import GESTURES, GONE, LEVEL, LINK, PAUSE, STEP, VERDICT
from rig.session.calibrated import Calibration, calibration_at
from rig.session.detected import detected_marks
from rig.session.pipeline import Pipeline
from rig.technique.coach.attention import Rest
from rig.technique.routine.loading import builtin_routines, load_routine, parse_routine
from rig.technique.timeline import Mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.analysis.imprint import Imprint
    from rig.calibration.conversion import Conversion
    from rig.calibration.profile import Profile
    from rig.pad import PadLayout
    from rig.recording.reader import Recording
    from rig.technique.routine.routine import Routine


def recorded_verdict(recording: Recording) -> Verdict | None:
    """What was held of the recording's profile when the session began; None where there was no profile.

    Raises:
        InputError: it cannot be read.
    """
    kept = recording.header.session.get(VERDICT)
    if recording.header.profile is None or kept is None:
        return None
    try:
        return msgspec.convert(kept, Verdict)
    except msgspec.ValidationError as error:
        raise InputError(f"{recording.path}: the verdict on its profile is damaged: {error}") from error


def recorded_conversion(recording: Recording) -> Conversion:
    """The conversion that the session itself used; the nominal curve where it had no profile.

    Raises:
        InputError: the recording's profile cannot be read.
    """
    pad, text, verdict = recording.pad, recording.header.profile, recorded_verdict(recording)
    if text is None or verdict is None:
        return NominalConversion(pad)
    return conversion_of(parse_profile(text, f"{recording.path} (its profile)", pad), pad, verdict)


def calibration_of(recording: Recording, profile: str | None = None) -> Calibration:
    """A recording's own calibration, or that of another profile as of the recording's day.

    The recording's own profile, named by its file, holds as it did when the session began.

    Raises:
        InputError: no such profile, a damaged one, or another pad's; or the recording's own cannot be read.
    """
    if profile is None or load_profile(profile) == _own_profile(recording):
        return Calibration(recorded_conversion(recording), recording.header.profile, recorded_verdict(recording))
    started_s = recording.header.started_s
    return calibration_at(recording.pad, profile, SystemClock().date_s() if started_s is None else started_s)


def _own_profile(recording: Recording) -> Profile | None:
    """The profile that the session used; None where there was none, or it cannot be read."""
    text = recording.header.profile
    with suppress(InputError):
        if text is not None and recorded_verdict(recording) is not None:
            return parse_profile(text, str(recording.path))
    return None


def recorded_marks(recording: Recording) -> list[Mark]:
    """Which step was practised from when on, in order of time.

    The body of each event is `{"step": id or null}`, with `"pacer": {"t_us", "per_min"}` where one was running, and
    `"since_us"` where hands had begun the step by themselves.

    Raises:
        InputError: a mark that cannot be read.
    """
    try:
        marks = [Mark.of_event(event.t_us, event.body) for event in recording.events(STEP)]
    except msgspec.ValidationError as error:
        raise InputError(f"{recording.path}: a step mark cannot be read ({error})") from error
    return sorted(marks, key=lambda mark: mark.t_us)


def recorded_rests(recording: Recording) -> list[Rest]:
    """The pauses, in order of time; one that was under way at the end has none."""
    rests: list[Rest] = []
    for event in sorted(recording.events(PAUSE), key=lambda event: event.t_us):
        if event.body.get("state") == "on":
            rests.append(Rest(event.t_us))
        elif rests and rests[-1].t1_us is None:
            rests[-1].t1_us = event.t_us
    return rests


def recorded_end_us(recording: Recording) -> int | None:
    """When a session ended that its board had left for good; None where the board stayed."""
    return next((event.t_us for event in recording.events(LINK) if event.body.get("what") == GONE), None)


def recorded_level(recording: Recording) -> str | None:
    """The routine's level that was practised; None for its own bands."""
    return recording.header.session.get(LEVEL)


def recorded_routine(recording: Recording, pad: PadLayout) -> Routine | None:
    """The routine that was practised, as it was then; else the built-in one that all its marks speak of; or None.

    Raises:
        InputError: the recording's routine, or a mark, cannot be read.
    """
    text = recording.header.routine
    if text:
        return parse_routine(text, f"{recording.path} (its routine)", pad)
    marked = {mark.step for mark in recorded_marks(recording) if mark.step is not None}
    named = {step.partition(".")[0] for step in marked}
    if len(named) != 1 or not named <= set(builtin_routines()):
        return None
    routine = load_routine(named.pop(), pad)
    return routine if marked <= {step.id for step in routine.steps} else None


def pipeline_for(
    recording: Recording,
    routine: Routine | None = None,
    level: str | None = None,
    step: str | None = None,
    conversion: Conversion | None = None,
    imprint: Imprint | None = None,
    marks: Sequence[Mark] | None = None,
) -> Pipeline:
    """A pipeline for a recording's blocks.

    Args:
        recording: what is to be judged.
        routine: in place of the recorded one. level: in place of the recorded one.
        step: the whole recording is this step, whatever its marks say. Without it and without a mark of any step,
            the steps are found from what the hands do.
        conversion: None takes the recording's own.
        imprint: gathers what the session's pictures are drawn from; None gathers nothing.
        marks: in place of the recorded ones, and of those that would be found.

    Raises:
        InputError: no such step or level, a step without a routine, or a pad that is lost.
    """
    pad = recording.pad
    own = routine is None
    if routine is None:
        routine = recorded_routine(recording, pad)
    if own and level is None:
        level = recorded_level(recording)
    if step is not None and routine is None:
        raise InputError(f"{recording.path}: step '{step}' says nothing without a routine; name one")
    conversion = conversion or recorded_conversion(recording)
    try:
        if step is not None:
            marks = [Mark(0, step)]
        elif marks is None:
            marks = recorded_marks(recording)
            if routine is not None and not any(mark.step for mark in marks):
                marks = detected_marks(recording, routine.at_level(level), conversion)
        return pipeline_of(recording, conversion, routine, level, marks, imprint)
    except InputError as error:
        raise InputError(f"{recording.path}: {error}") from error


def pipeline_of(
    recording: Recording,
    conversion: Conversion,
    routine: Routine | None,
    level: str | None,
    marks: Sequence[Mark],
    imprint: Imprint | None = None,
) -> Pipeline:
    """A pipeline with what the session wrote beside its scans: pauses, gestures, and when its board left for good.

    Raises:
        InputError: no such step or level.
    """
    return Pipeline(
        recording.pad,
        conversion,
        routine,
        level,
        marks,
        rests=recorded_rests(recording),
        gestures=recording.header.session.get(GESTURES) is True,
        unseen_until_us=recorded_end_us(recording),
        imprint=imprint,
    )

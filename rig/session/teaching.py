"""An instructor's recording becomes a school's file: judged, summed up, and judged again by what came of it.

The second judging goes by the first one's marks and shows what a summary of strokes cannot: where the hands still went
beyond the bands for a moment. The rule: the lesson passes by its own bands, but for what no band may allow.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from rig.session.batch import BATCH_FRAMES
from rig.session.recorded import pipeline_for, recorded_marks
from rig.technique.limits import Limits
from rig.technique.routine.school import as_taught
from rig.technique.teach import taught_steps, widened

if TYPE_CHECKING:
    from rig.calibration.conversion import Conversion
    from rig.recording.reader import Recording
    from rig.session.pipeline import Pipeline
    from rig.technique.routine.routine import Routine
    from rig.technique.routine.school import School
    from rig.technique.tally import Outcome
    from rig.technique.teach import Lesson

JUDGINGS = 4
"""Widening a band changes nothing else, so the second judging settles nearly all; more than this settles nothing."""


@dataclass(frozen=True, slots=True)
class Taught:
    """A school's file, the routine that it makes of its base, and what the lesson itself comes to by it."""

    school: School
    routine: Routine
    outcome: Outcome


def teach(
    recording: Recording, school: School, base: Routine, conversion: Conversion, lesson: Lesson, step: str | None = None
) -> Taught:
    """What a recording teaches.

    Args:
        school: its base and name; its steps are filled in. base: the routine of that name.
        conversion: fresh; copies of it are used up. step: teach this one alone; where no step of the routine is
            marked, the whole recording is this step.

    Raises:
        InputError: no such step; see `pipeline_for`. StorageError: the file changed while it was read.
    """
    if step is not None:
        base.step(step)
    own = {each.id for each in base.steps}
    marked = any(mark.step in own for mark in recorded_marks(recording))
    first = pipeline_for(recording, base, None, None if marked else step, deepcopy(conversion))
    outcome = _judged(first, recording)
    limits = Limits(base, calibrated=conversion.calibrated)
    steps = tuple(s for s in taught_steps(outcome, base, limits, lesson) if step in {None, s.id})
    for _ in range(JUDGINGS):
        school = msgspec.structs.replace(school, steps=steps)
        routine = as_taught(school, base)
        again = pipeline_for(recording, routine, conversion=deepcopy(conversion), marks=first.marks)
        outcome = _judged(again, recording)
        roomier = widened(steps, outcome.flags, limits)
        if roomier == steps:
            break
        steps = roomier
    return Taught(school, routine, outcome)


def _judged(pipeline: Pipeline, recording: Recording) -> Outcome:
    for block in recording.blocks(block_frames=BATCH_FRAMES):
        pipeline.push(block)
    pipeline.finish()
    return pipeline.outcome

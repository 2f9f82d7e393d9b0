"""A recording as fast as it can be read, through the pipeline, to its outcome.

The rule: columns are dropped as soon as they are judged, so memory grows with what the hands did (strokes, flags),
not with how long the recording is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.session.recorded import pipeline_for

if TYPE_CHECKING:
    from rig.analysis.imprint import Imprint
    from rig.calibration.conversion import Conversion
    from rig.recording.reader import Recording
    from rig.technique.routine.routine import Routine
    from rig.technique.tally import Outcome

BATCH_FRAMES = 2_000
"""Frames in a block: enough that the cost of a push vanishes, few enough that its arrays stay in a core's cache.

45 minutes of 144 channels at 200 Hz took 2.7 s of a core by 2,000, 3.0 by 4,000 and 3.4 by 1,000."""


def analyse(
    recording: Recording,
    routine: Routine | None = None,
    level: str | None = None,
    step: str | None = None,
    conversion: Conversion | None = None,
    imprint: Imprint | None = None,
) -> Outcome:
    """What a recording came to; the arguments are those of `pipeline_for`.

    Raises:
        InputError: see `pipeline_for`. StorageError: the file changed while it was read.
    """
    pipeline = pipeline_for(recording, routine, level, step, conversion, imprint)
    for block in recording.blocks(block_frames=BATCH_FRAMES):
        pipeline.push(block)
    pipeline.finish()
    return pipeline.outcome

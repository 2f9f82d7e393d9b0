"""The steps of a recording that has no step marks, found in a pass of their own before it is judged.

Judging needs to know the step while the hands move, and finding it needs the whole recording: so a recording without
marks is read twice. The rule: marks that somebody set are never set aside, and what was found says how sure it is.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

from rig.analysis.analysis import Analysis
from rig.technique.detect.detect import Detector
from rig.technique.limits import Limits

if TYPE_CHECKING:
    from rig.calibration.conversion import Conversion
    from rig.recording.reader import Recording
    from rig.technique.routine.routine import Routine
    from rig.technique.timeline import Mark

DETECTION_FRAMES = 2_000
"""As many frames at once as judging takes, for the same reasons (`rig.session.batch`)."""


def detected_marks(recording: Recording, routine: Routine, conversion: Conversion) -> list[Mark]:
    """Which steps of a routine a recording shows, as marks that say how sure they are.

    Args:
        routine: at its level. conversion: fresh; a copy of it is used up, so that judging can have it afterwards.

    Raises:
        InputError: the recording's pad is lost. StorageError: the file changed while it was read.
    """
    conversion = deepcopy(conversion)
    pad = recording.pad
    analysis = Analysis(pad, conversion)
    detector = Detector(pad, routine, Limits(routine, calibrated=conversion.calibrated))
    for block in recording.blocks(block_frames=DETECTION_FRAMES):
        detector.push(analysis.push(block))
    detector.push(analysis.finish())
    return detector.marks()

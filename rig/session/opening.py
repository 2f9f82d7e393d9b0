"""A live session put together: board, calibration, judge, coach and recording around one another, and its report.

The window and the command line open theirs here, so that both record and judge alike. The rule: whatever can be
refused is refused before the board is touched, and once a recording is open, whatever ends the session closes it.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import msgspec

from rig.analysis.imprint import Imprint
from rig.recording.format import GESTURES, LEVEL, VERDICT, Header
from rig.recording.writer import RecordingWriter
from rig.session.pipeline import Pipeline
from rig.session.practice import Practice
from rig.session.running import RunningPractice

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from types import TracebackType

    from rig.clock import Clock
    from rig.device.device import Device
    from rig.pad import PadLayout
    from rig.session.calibrated import Calibration
    from rig.session.coaching import Coaching
    from rig.session.cues import Sounder
    from rig.technique.routine.routine import Routine


@dataclass(frozen=True)
class Task:
    """What is practised.

    Attributes:
        pad, pad_toml: the layout and its text. routine, routine_toml: likewise, the routine before its level.
        level: one of the routine's, or None. calibration: fresh, for this session alone.
    """

    pad: PadLayout
    pad_toml: str
    routine: Routine
    routine_toml: str
    calibration: Calibration
    level: str | None = None


class OpenSession:
    """A session that is ready to run; as a context it closes recording and board.

    Attributes:
        task: what is practised. routine: at its level. running: start it, draw it, wait for it.
        coaching: who leads. imprint: what the report's pictures are drawn from.
        writer: of the recording.
    """

    def __init__(
        self,
        task: Task,
        routine: Routine,
        running: RunningPractice,
        coaching: Coaching,
        imprint: Imprint,
        writer: RecordingWriter,
        stack: ExitStack,
    ) -> None:
        self.task, self.routine, self.running = task, routine, running
        self.coaching, self.imprint, self.writer = coaching, imprint, writer
        self._stack = stack

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)


def open_session(
    task: Task,
    device: Device,
    target: Callable[[], Path],
    clock: Clock,
    *,
    coaching: Callable[[Routine, bool], Coaching],
    sounder: Sounder | None = None,
    listener: Callable[[Mapping[str, Any]], None] | None = None,
) -> OpenSession:
    """Connect, begin the recording, and put the session around them; it does not run yet.

    Args:
        task: what to practise. device: not connected yet. clock: the host's.
        target: says where the recording goes, and makes its folder; asked once all else is known to be sound.
        coaching: makes who leads, for the routine at its level and whether forces are calibrated.
        sounder: the computer's sound. listener: gets each event line.

    Raises:
        InputError: the task cannot be carried out; nothing was opened or written then.
        LinkError, ProtocolError: no board, or one of another pad. StorageError: the recording cannot be begun.
    """
    imprint = Imprint(task.pad.n_channels)
    conversion = task.calibration.conversion
    pipeline = Pipeline(task.pad, conversion, task.routine, task.level, gestures=True, imprint=imprint)
    assert pipeline.routine is not None
    routine = pipeline.routine
    lead = coaching(routine, conversion.calibrated)
    path = target()
    with ExitStack() as stack:
        stack.enter_context(device)
        header = Header(
            pad=task.pad_toml,
            hello=msgspec.to_builtins(device.connect()),
            profile=task.calibration.text,
            routine=task.routine_toml,
            session=_details(task),
        )
        writer = stack.enter_context(RecordingWriter(path, header, clock))
        device.start()
        running = RunningPractice(
            lambda sink: Practice(device, pipeline, sink, clock, writer, lead, sounder=sounder),
            calibrated=conversion.calibrated,
            doubt=task.calibration.doubt,
            listener=listener,
        )
        kept_open = stack.pop_all()
    return OpenSession(task, routine, running, lead, imprint, writer, kept_open)


def _details(task: Task) -> dict[str, Any]:
    """What the recording keeps beside the frames, so that it is judged afterwards as it was live."""
    kept: dict[str, Any] = {GESTURES: True}
    if task.level is not None:
        kept[LEVEL] = task.level
    if task.calibration.verdict is not None:
        kept[VERDICT] = msgspec.to_builtins(task.calibration.verdict)
    return kept

"""From what was chosen to a running session, and from its end to its report; no Qt, both in a thread of their own.

The rule: whatever can be refused is refused before the board is touched, and once a recording is open, whatever ends
the session closes it properly.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from rig.analysis.imprint import Imprint
from rig.device.device import Device
from rig.device.ports import opener
from rig.gui.choices import VIRTUAL, Choice
from rig.pad import load_pad, pad_text
from rig.performance.follower import Follower
from rig.recording.format import GESTURES, VERDICT, Header
from rig.recording.reader import Recording
from rig.recording.writer import RecordingWriter
from rig.report.html import report_html
from rig.report.report import build_report
from rig.session.calibrated import calibration_at
from rig.session.coaching import Coaching
from rig.session.pipeline import Pipeline
from rig.session.practice import Practice
from rig.session.running import RunningPractice
from rig.technique.coach import Coach
from rig.technique.lengths import Plan, plan
from rig.technique.loading import load_routine, routine_text, standalone_text
from rig.virtual.board import BoardModel, VirtualBoard
from rig.virtual.port import VirtualPort

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from rig.clock import Clock
    from rig.device.device import OpenTransport
    from rig.pad import PadLayout
    from rig.report.report import Report
    from rig.session.cues import Sounder
    from rig.technique.routine import Routine
    from rig.workspace import Workspace

VIRTUAL_RATE_HZ = 260.0
_SEED = 1


@dataclass(frozen=True)
class Finished:
    """What a session left behind.

    Attributes:
        report: of it. peak_n: (n_channels,) the most that each tile bore. recording, page: files; the page is None
            where it could not be written. loss: what could not be, or "".
    """

    report: Report
    peak_n: NDArray[np.float64]
    recording: Path
    page: Path | None
    loss: str = ""


@dataclass(frozen=True)
class Feed:
    """Where frames come from: what opens the port, and who hears the session's event lines, if anybody does."""

    opens: OpenTransport
    hears: Callable[[Mapping[str, Any]], None] | None = None


class OpenSession:
    """A session that runs; made by `open_session`.

    Attributes:
        pad, routine: what is practised, the routine at its level. running: what a screen draws.
    """

    def __init__(
        self,
        pad: PadLayout,
        routine: Routine,
        imprint: Imprint,
        running: RunningPractice,
        writer: RecordingWriter,
        stack: ExitStack,
    ) -> None:
        self.pad, self.routine, self.running = pad, routine, running
        self._imprint = imprint
        self._writer, self._stack = writer, stack

    def finish(self) -> Finished:
        """Wait for the session's end, close board and recording, and write the report beside the recording.

        Raises:
            RigError: as the session itself failed; what was recorded until then is kept.
        """
        with self._stack:
            self.running.wait()
        if self.running.error is not None:
            raise self.running.error
        assert self.running.outcome is not None
        path = self._writer.path
        report = build_report(Recording.open(path), self.running.outcome)
        loss = "" if self._writer.error is None else str(self._writer.error)
        page = path.with_suffix(".html")
        try:
            page.write_text(report_html(report, self.pad, self.routine, self._imprint), "utf-8")
        except OSError as error:
            loss = loss or f"{page}: cannot be written ({error.strerror})"
            return Finished(report, self._imprint.tile_peak_n, path, None, loss)
        return Finished(report, self._imprint.tile_peak_n, path, page, loss)


def open_session(
    choice: Choice,
    home: Workspace,
    clock: Clock,
    sounder: Sounder | None = None,
    feed: Feed | None = None,
) -> OpenSession:
    """Connect, start the recording and the session.

    Args:
        choice: what to practise on what. home: where the recording goes. sounder: the computer's sound.
        feed: in place of the chosen device, for tests.

    Raises:
        InputError: something chosen cannot be used; nothing was opened or written then.
        LinkError, ProtocolError: no board, or one of another pad. StorageError: the recording cannot be begun.
    """
    pad = load_pad(choice.pad)
    whole = load_routine(choice.routine, pad)
    level = choice.level or None
    routine = whole.at_level(level)
    coach = _coach(choice, routine, pad)
    calibration = calibration_at(pad, choice.profile or None, clock.date_s())
    imprint = Imprint(pad.n_channels)
    pipeline = Pipeline(pad, calibration.conversion, whole, level, gestures=True, imprint=imprint)
    kept: dict[str, Any] = {GESTURES: True} if level is None else {GESTURES: True, "level": level}
    if calibration.verdict is not None:
        kept[VERDICT] = msgspec.to_builtins(calibration.verdict)
    feed = feed or _feed(choice, pad, routine, clock)
    with ExitStack() as stack:
        device = stack.enter_context(Device(feed.opens, pad, clock))
        header = Header(
            pad=pad_text(choice.pad),
            hello=msgspec.to_builtins(device.connect()),
            profile=calibration.text,
            routine=standalone_text(routine_text(choice.routine)[0], whole),
            session=kept,
        )
        path = home.new_recording(whole.name, clock)
        writer = stack.enter_context(RecordingWriter(path, header, clock))
        device.start()
        running = RunningPractice(
            lambda sink: Practice(device, pipeline, sink, clock, writer, Coaching(coach), sounder=sounder),
            calibrated=calibration.conversion.calibrated,
            doubt=calibration.doubt,
            listener=feed.hears,
        )
        running.start(None)
        kept_open = stack.pop_all()
    return OpenSession(pad, routine, imprint, running, writer, kept_open)


def _coach(choice: Choice, routine: Routine, pad: PadLayout) -> Coach:
    """Who leads: through all steps within the length, or through the one that was chosen."""
    planned = plan(routine, pad, 60.0 * float(choice.length) if choice.length else None)
    if choice.step:
        planned = Plan((planned.steps[planned.index(routine.step(choice.step).id)],))
    return Coach(routine, planned, pad, breaths_per_min=routine.band("breath-pacer").low, checklist=True)


def _feed(choice: Choice, pad: PadLayout, routine: Routine, clock: Clock) -> Feed:
    """The chosen port, or a virtual board under hands that follow the coach."""
    if choice.device != VIRTUAL:
        return Feed(opener(choice.device))
    hands = Follower(pad, routine, _SEED, VIRTUAL_RATE_HZ)
    board = VirtualBoard(BoardModel.of(pad, "virtual"), hands.counts, seed=_SEED, now_s=clock.now_s())
    return Feed(VirtualPort(board, clock, timeout_s=0.01).open, hands.hear)

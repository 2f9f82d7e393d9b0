"""From what was chosen to a running session, and from its end to its report; no Qt, both in a thread of their own.

The rule: a session that has begun is finished by `Chosen.finish`, whatever ended it, so that its report is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rig.device.device import Device
from rig.device.ports import opener
from rig.gui.choices import VIRTUAL, Choice
from rig.pad import load_pad, pad_text
from rig.performance.follower import Follower
from rig.recording.reader import Recording
from rig.report.html import report_html
from rig.report.report import build_report
from rig.session.calibrated import calibration_at
from rig.session.coaching import Coaching
from rig.session.opening import OpenSession, Task, open_session
from rig.technique.coach.coach import Coach
from rig.technique.coach.lengths import Plan, plan
from rig.technique.routine.loading import load_routine, routine_text, standalone_text
from rig.virtual.board import VirtualBoard
from rig.virtual.board_state import BoardModel
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
    from rig.session.running import RunningPractice
    from rig.technique.routine.routine import Routine
    from rig.workspace import Workspace

VIRTUAL_RATE_HZ = 260.0
_SEED = 1


@dataclass(frozen=True)
class Feed:
    """Where frames come from: what opens the port, and who hears the session's event lines, if anybody does."""

    opens: OpenTransport
    hears: Callable[[Mapping[str, Any]], None] | None = None


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


class Chosen:
    """A session that runs as somebody chose it; made by `begin`.

    Attributes:
        pad, routine: what is practised, the routine at its level. running: what a screen draws.
    """

    def __init__(self, session: OpenSession) -> None:
        self._session = session
        self.pad: PadLayout = session.task.pad
        self.routine: Routine = session.routine
        self.running: RunningPractice = session.running

    def finish(self) -> Finished:
        """Wait for the session's end, close board and recording, and write the report beside the recording.

        Raises:
            RigError: as the session itself failed; what was recorded until then is kept.
        """
        session = self._session
        with session:
            self.running.wait()
        if self.running.error is not None:
            raise self.running.error
        assert self.running.outcome is not None
        recording = Recording.open(session.writer.path)
        report = build_report(recording, self.running.outcome)
        loss = "" if session.writer.error is None else str(session.writer.error)
        page: Path | None = recording.path.with_suffix(".html")
        assert page is not None
        try:
            page.write_text(report_html(report, self.pad, self.routine, session.imprint), "utf-8")
        except OSError as error:
            loss = loss or f"{page}: cannot be written ({error.strerror})"
            page = None
        return Finished(report, session.imprint.tile_peak_n, recording.path, page, loss)


def begin(
    choice: Choice, home: Workspace, clock: Clock, sounder: Sounder | None = None, feed: Feed | None = None
) -> Chosen:
    """Connect, and start the recording and the session.

    Args:
        choice: what to practise on what. home: where the recording goes. sounder: the computer's sound.
        feed: in place of the chosen device, for tests.

    Raises:
        RigError: as `rig.session.opening.open_session`.
    """
    pad = load_pad(choice.pad)
    routine = load_routine(choice.routine, pad)
    level = choice.level or None
    task = Task(
        pad,
        pad_text(choice.pad),
        routine,
        standalone_text(routine_text(choice.routine)[0], routine),
        calibration_at(pad, choice.profile or None, clock.date_s()),
        level,
    )
    feed = feed or _feed(choice, pad, routine.at_level(level), clock)
    session = open_session(
        task,
        Device(feed.opens, pad, clock),
        lambda: home.new_recording(routine.name, clock),
        clock,
        coaching=lambda leveled, calibrated: _coaching(choice, leveled, pad, calibrated=calibrated),
        sounder=sounder,
        listener=feed.hears,
    )
    session.running.start(None)
    return Chosen(session)


def _coaching(choice: Choice, routine: Routine, pad: PadLayout, *, calibrated: bool) -> Coaching:
    """Who leads: through all steps within the length, or through the one that was chosen."""
    planned = plan(routine, pad, 60.0 * float(choice.length) if choice.length else None)
    if choice.step:
        planned = Plan((planned.steps[planned.index(routine.step(choice.step).id)],))
    breaths = routine.band("breath-pacer").low
    return Coaching(Coach(routine, planned, pad, breaths_per_min=breaths, checklist=True, calibrated=calibrated))


def _feed(choice: Choice, pad: PadLayout, routine: Routine, clock: Clock) -> Feed:
    """The chosen port, or a virtual board under hands that follow the coach."""
    if choice.device != VIRTUAL:
        return Feed(opener(choice.device))
    hands = Follower(pad, routine, _SEED, VIRTUAL_RATE_HZ)
    board = VirtualBoard(BoardModel.of(pad, "virtual"), hands.counts, seed=_SEED, now_s=clock.now_s())
    return Feed(VirtualPort(board, clock, timeout_s=0.01).open, hands.hear)

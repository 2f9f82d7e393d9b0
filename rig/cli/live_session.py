"""One live session from the board to its report, shown as the place allows.

A window where there is a screen, a live view in a terminal, lines where stdout goes elsewhere. The session runs in a
thread of its own (`rig.session.running`); this one only looks. The rule: however it ends - its time, a key, a closed
window, Ctrl-C, a reader of stdout that left - the recording is closed and the report written.
"""

from __future__ import annotations

import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rig.cli.analyze import print_report, write_html
from rig.cli.coached import Bell
from rig.cli.ending import stop_on_interrupt
from rig.cli.event_lines import check_events, json_line, plain_line, while_read
from rig.cli.gui import has_screen, no_window
from rig.cli.output import console, notice
from rig.cli.sources import calibration_for, open_recording
from rig.cli.targets import recording_target, report_target
from rig.errors import LinkError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from typing import Any

    from rig.cli.coached import Lead
    from rig.cli.event_lines import Listener
    from rig.clock import Clock
    from rig.device.device import Device
    from rig.pad import PadLayout
    from rig.session.cues import Sounder
    from rig.session.opening import OpenSession
    from rig.session.running import RunningPractice
    from rig.technique.routine.routine import Routine
    from rig.workspace import Workspace

LOOK_S = 0.2
"""How often a session that nobody draws is asked whether it is over."""


@dataclass(frozen=True)
class Plan:
    """What is practised, and how it is shown and kept.

    Attributes:
        pad, pad_toml: the layout and its text. routine, routine_toml: likewise. lead: how the session is coached.
        level, profile: None for the routine's own bands and the nominal curve.
        duration_s: of host time, or None until somebody ends it.
        headless: no window. events: '-' for JSON lines. output: the recording, or None. what: names it then.
        hears: gets each event line, whatever is shown.
    """

    pad: PadLayout
    pad_toml: str
    routine: Routine
    routine_toml: str
    what: str
    lead: Lead
    level: str | None = None
    profile: str | None = None
    duration_s: float | None = None
    headless: bool = False
    events: str | None = None
    output: Path | None = None
    hears: Listener | None = None

    @property
    def windowed(self) -> bool:
        """Whether a window shows the session."""
        return self.events is None and not self.headless and no_window() is None

    @property
    def seen(self) -> bool:
        """Whether a person sees what is shown, in a window or in a terminal."""
        return self.windowed or (self.events is None and sys.stdout.isatty())


def run_session(plan: Plan, device: Device, workspace: Workspace, clock: Clock) -> None:
    """Practise on a device that is not connected yet, and report.

    Raises:
        InputError: the plan cannot be carried out; nothing was opened or written then.
        LinkError, ProtocolError: no board, or one of another pad. StorageError: the recording had to stop; what it
            holds is readable, and the report covers all of the session.
    """
    from rig.report.report import build_report, gone_for_good
    from rig.session.opening import Task, open_session

    check_events(plan.events)
    calibration = calibration_for(plan.pad, plan.profile, clock.date_s())
    stopping = threading.Event()
    if plan.events is None and not plan.headless and has_screen() and (why := no_window()) is not None:
        notice(f"{why}: what a window would show is in the terminal")
    with (
        _sounder(plan) as sounder,
        open_session(
            Task(plan.pad, plan.pad_toml, plan.routine, plan.routine_toml, calibration, plan.level),
            device,
            lambda: _target(plan, workspace, clock),
            clock,
            coaching=lambda leveled, calibrated: plan.lead.coaching(
                leveled, plan.pad, seen=plan.seen, calibrated=calibrated
            ),
            sounder=sounder,
            listener=_listener(plan, stopping),
        ) as session,
        stop_on_interrupt(stopping),
    ):
        for said in session.coaching.left_out:
            notice(said)
        running, path = session.running, session.writer.path
        running.start(plan.duration_s)
        try:
            _look(session, plan, stopping)
        finally:
            # Should drawing fail, the recording is closed all the same.
            running.stop()
            running.wait()
    if running.error is not None:
        notice(f"what was practised until then: {path}")
        raise running.error
    assert running.outcome is not None
    report = build_report(open_recording(path), running.outcome)
    if plan.events is None:
        print_report(report)
    if running.outcome.unseen is not None:
        notice(gone_for_good(running.outcome.unseen))
    notice(f"recording: {path}")
    # Last, for it may fail, and then the rest has been said.
    html = report_target(path)
    write_html(html, report, plan.pad, session.routine, session.imprint)
    notice(f"report: {html}")
    if session.writer.error is not None:
        raise session.writer.error
    if not report.recording.frames:
        raise LinkError(running.screen.link or "the board sent no frames")


def _target(plan: Plan, workspace: Workspace, clock: Clock) -> Path:
    """Where the recording goes; its report must have room beside it."""
    path = recording_target(plan.output, workspace, plan.what, clock)
    report_target(path)
    return path


@contextmanager
def _sounder(plan: Plan) -> Iterator[Sounder | None]:
    """The computer's own sound beside a window; the terminal's bell where it is asked for."""
    if plan.lead.bell:
        yield Bell()
    elif plan.windowed:
        from rig.gui.practice.sound import ComputerSound, player_here

        sound = ComputerSound(player_here())
        try:
            yield sound
        finally:
            sound.close()
    else:
        yield None


def _listener(plan: Plan, stopping: threading.Event) -> Listener | None:
    """What hears each event line: whoever the plan names, and stdout where no live view draws them."""
    if plan.events is None and sys.stdout.isatty():
        return plan.hears
    told = while_read(json_line if plan.events is not None else plain_line, stopping)
    hears = plan.hears
    if hears is None:
        return told

    def both(line: Mapping[str, Any]) -> None:
        hears(line)
        told(line)

    return both


def _look(session: OpenSession, plan: Plan, stopping: threading.Event) -> None:
    """Show the session until it is over."""
    running = session.running
    if plan.windowed:
        from rig.gui.practice.window import show_practice

        title = f"rig: {plan.routine.title}"
        show_practice(plan.pad, running, title, stopping.is_set, routine=session.routine)
        running.stop()
    elif plan.events is None and sys.stdout.isatty():
        _watch(running, plan.pad, stopping)
    while not running.wait(LOOK_S):
        if stopping.is_set():
            running.stop()


def _watch(running: RunningPractice, pad: PadLayout, stopping: threading.Event) -> None:
    """The live view in the terminal."""
    from rich.live import Live

    from rig.cli.keys import Keys
    from rig.cli.live import REFRESH_HZ, LiveView

    view = LiveView(pad)
    out = console()
    # The other screen is drawn over from its corner, never cleared: nothing flickers, and scrolling back stays clean.
    with Keys() as keys, Live(console=out, auto_refresh=False, screen=True) as live:
        while not running.wait(1 / REFRESH_HZ):
            for key in keys.pressed().lower():
                match key:
                    case "n" | " " | "\n":
                        running.next_step()
                    case "p":
                        running.pause()
                    case "a":
                        running.again()
                    case "q":
                        stopping.set()
                    case _:
                        pass
            if stopping.is_set():
                running.stop()
            force_n, contacts, _ = running.picture()
            live.update(view.render(running.screen, force_n, contacts, out.size), refresh=True)

"""One live session from the board to its report, shown as the place allows.

A window where there is a screen, a live view in a terminal, lines where stdout goes elsewhere. The session runs in a
thread of its own (`rig.session.running`); this one only looks. The rule: however it ends - its time, a key, a closed
window, Ctrl-C, a reader of stdout that left - the recording is closed and the report written.
"""

from __future__ import annotations

import os
import sys
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from rig.cli.analyze import print_report, write_html
from rig.cli.coached import Bell
from rig.cli.ending import stop_on_interrupt
from rig.cli.event_lines import check_events, json_line, plain_line, while_read
from rig.cli.output import console, notice
from rig.cli.sources import calibration_for, open_recording
from rig.cli.targets import recording_target, report_target
from rig.recording.format import GESTURES, VERDICT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any

    from rig.cli.coached import Lead
    from rig.cli.event_lines import Listener
    from rig.clock import Clock
    from rig.device.device import Device
    from rig.pad import PadLayout
    from rig.session.calibrated import Calibration
    from rig.session.running import RunningPractice
    from rig.technique.routine import Routine
    from rig.workspace import Workspace

LOOK_S = 0.2
"""How often a session that nobody draws is asked whether it is over."""


@dataclass(frozen=True)
class Plan:
    """What is practised, and how it is shown and kept.

    Attributes:
        pad, pad_toml: the layout and its text. routine, routine_toml: likewise.
        step: the one that is practised throughout, if nobody leads. lead: how the session is coached, if it is.
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
    step: str | None = None
    lead: Lead | None = None
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
        return self.events is None and not self.headless and has_screen()

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
    from rig.analysis.imprint import Imprint
    from rig.recording.format import Header
    from rig.recording.writer import RecordingWriter
    from rig.report.report import build_report
    from rig.session.pipeline import Pipeline
    from rig.session.practice import Practice
    from rig.session.running import RunningPractice
    from rig.technique.timeline import Mark

    check_events(plan.events)
    calibration = calibration_for(plan.pad, plan.profile, clock.date_s())
    imprint = Imprint(plan.pad.n_channels)
    marks = [Mark(0, plan.step)] if plan.step is not None else []
    pipeline = Pipeline(
        plan.pad,
        calibration.conversion,
        plan.routine,
        plan.level,
        marks,
        gestures=plan.lead is not None,
        imprint=imprint,
    )
    assert pipeline.routine is not None
    lead = plan.lead
    coaching = None if lead is None else lead.coaching(pipeline.routine, plan.pad, seen=plan.seen)
    sounder = Bell() if lead is not None and lead.bell else None
    path = recording_target(plan.output, workspace, plan.what, clock)
    html = report_target(path)
    stopping = threading.Event()
    for said in () if coaching is None else coaching.left_out:
        notice(said)
    with device:
        header = Header(
            pad=plan.pad_toml,
            hello=msgspec.to_builtins(device.connect()),
            profile=calibration.text,
            routine=plan.routine_toml,
            session=_session(plan, calibration),
        )
        with RecordingWriter(path, header, clock) as writer, stop_on_interrupt(stopping):
            device.start()
            running = RunningPractice(
                lambda sink: Practice(device, pipeline, sink, clock, writer, coaching, sounder=sounder),
                calibrated=calibration.conversion.calibrated,
                doubt=calibration.doubt,
                listener=_listener(plan, stopping),
            )
            running.start(plan.duration_s)
            _look(running, plan, stopping)
    if running.error is not None:
        notice(f"what was practised until then: {path}")
        raise running.error
    assert running.outcome is not None
    report = build_report(open_recording(path), running.outcome)
    if plan.events is None:
        print_report(report)
    notice(f"recording: {path}")
    # Last, for it may fail, and then the rest has been said.
    write_html(html, report, plan.pad, pipeline.routine, imprint)
    notice(f"report: {html}")
    if writer.error is not None:
        raise writer.error


def _session(plan: Plan, calibration: Calibration) -> dict[str, Any]:
    """What the recording keeps beside the frames, so that it is judged afterwards as it was live."""
    kept: dict[str, Any] = {}
    if plan.lead is not None:
        kept[GESTURES] = True
    if plan.level is not None:
        kept["level"] = plan.level
    if calibration.verdict is not None:
        kept[VERDICT] = msgspec.to_builtins(calibration.verdict)
    return kept


def has_screen() -> bool:
    """Whether a window could be shown here."""
    if sys.platform in {"win32", "darwin"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


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


def _look(running: RunningPractice, plan: Plan, stopping: threading.Event) -> None:
    """Show the session until it is over."""
    if plan.windowed:
        from rig.gui.practice_window import show_practice

        show_practice(plan.pad, running, f"rig: {plan.routine.title}", stopping.is_set)
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

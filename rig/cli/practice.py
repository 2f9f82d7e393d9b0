"""`rig practice`, `rig demo` and `rig record`: the commands that a person stands at the pad with.

They open a board, run the session in a thread of its own and look at it: in a window where there is a screen, as a live
view in a terminal, or as event lines for another program. The rule: Ctrl-C ends a session properly, with its recording
closed and its report written; only a second one kills it.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from rig.cli.analyze import print_report, write_html
from rig.cli.boards_at_hand import check_choice, the_board, virtual_board
from rig.cli.ending import stop_on_interrupt
from rig.cli.output import console, notice
from rig.cli.pads import DEFAULT_PAD, PadOption
from rig.cli.sources import LevelOption, ProfileOption, StepOption, conversion_for, open_recording
from rig.clock import SystemClock
from rig.errors import InputError
from rig.pad import load_pad, pad_text
from rig.session.screen import figures, words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rig.device.device import Device
    from rig.pad import PadLayout
    from rig.session.running import RunningPractice
    from rig.technique.routine import Routine
    from rig.workspace import Workspace

PortOption = Annotated[str | None, typer.Option(help="The board's port, such as /dev/ttyACM0 or COM3.")]
OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="REC", help="The recording; else one named by date.")
]
DurationOption = Annotated[float | None, typer.Option(min=0.1, metavar="S", help="End by itself after S seconds.")]
HeadlessOption = Annotated[bool, typer.Option("--headless", help="No window, even where there is a screen.")]
EventsOption = Annotated[
    str | None, typer.Option(metavar="-", help="'-': one JSON object a line on stdout as things happen.")
]
SeedOption = Annotated[int, typer.Option(help="Draws the virtual hands and sensors.")]


def demo(
    context: typer.Context,
    headless: HeadlessOption = False,
    events: EventsOption = None,
    output: OutputOption = None,
    seed: SeedOption = 1,
) -> None:
    """A whole practice session on the virtual pad, about a minute: live flags, a recording and a report."""
    from rig.performance.demo import DURATION_S, ROUTINE, STEP, demo_player
    from rig.technique.loading import load_routine

    pad = load_pad(DEFAULT_PAD)
    routine = load_routine(ROUTINE, pad)
    clock = SystemClock()
    device = virtual_board(pad, demo_player(pad, routine, seed).counts, clock, seed)
    _run_session(
        context.obj,
        device,
        pad,
        pad_text(DEFAULT_PAD),
        routine,
        STEP,
        headless=headless,
        events=events,
        output=output,
        duration_s=DURATION_S,
        what="demo",
    )


def practice(
    context: typer.Context,
    routine: Annotated[str, typer.Argument(metavar="ROUTINE", help="A built-in routine or a routine file.")],
    port: PortOption = None,
    virtual: Annotated[bool, typer.Option("--virtual", help="Practise on the virtual pad.")] = False,
    pad: PadOption = DEFAULT_PAD,
    profile: ProfileOption = None,
    step: StepOption = None,
    level: LevelOption = None,
    headless: HeadlessOption = False,
    events: EventsOption = None,
    output: OutputOption = None,
    duration: DurationOption = None,
    seed: SeedOption = 1,
) -> None:
    """Practise a routine, told live what goes wrong. Keys: n next step, q end."""
    from rig.technique.loading import load_routine

    check_choice(port, virtual)
    layout = load_pad(pad)
    wanted = load_routine(routine, layout)
    first = wanted.step(step).id if step is not None else wanted.steps[0].id
    conversion_for(layout, profile)
    clock = SystemClock()
    if virtual:
        from rig.performance.demo import RATE_HZ
        from rig.performance.perform import performance_player

        hands = performance_player(layout, wanted, [first], None, seed, RATE_HZ)
        device = virtual_board(layout, hands.counts, clock, seed)
    else:
        device = the_board(port, layout, clock)
    _run_session(
        context.obj,
        device,
        layout,
        pad_text(pad),
        wanted,
        first,
        level=level,
        profile=profile,
        headless=headless,
        events=events,
        output=output,
        duration_s=duration,
        what=wanted.name,
    )


def record(
    context: typer.Context,
    port: PortOption = None,
    pad: PadOption = DEFAULT_PAD,
    output: OutputOption = None,
    duration: DurationOption = None,
) -> None:
    """Frames to a recording, nothing judged."""
    from rig.recording.format import Header
    from rig.recording.writer import RecordingWriter

    clock = SystemClock()
    layout = load_pad(pad)
    with the_board(port, layout, clock) as device:
        hello = device.connect()
        path = output or context.obj.new_recording("record", clock)
        header = Header(pad=pad_text(pad), hello=msgspec.to_builtins(hello))
        stopping = threading.Event()
        out = console()
        with RecordingWriter(path, header, clock) as writer, stop_on_interrupt(stopping):
            until_s = None if duration is None else clock.now_s() + duration
            device.start()
            notice(f"recording to {path}; Ctrl-C ends it")
            while not stopping.is_set() and (until_s is None or clock.now_s() < until_s):
                block = device.poll()
                for change in device.events():
                    notice(change.text)
                    writer.event(change.t_us, "link", {"what": change.kind, "message": change.text})
                if block is not None:
                    writer.write(block)
        if writer.error is not None:
            raise writer.error
    counters = device.counters
    out.print(f"{path}: {writer.saved_frames} frames, {counters.lost} lost, {counters.damaged} damaged")


def replay(
    recording: Annotated[str, typer.Argument(metavar="REC", help="A recording.")],
    speed: Annotated[float, typer.Option(help="Times its own pace.")] = 1.0,
    routine: Annotated[str | None, typer.Option(help="Judge by another routine.")] = None,
    step: StepOption = None,
    headless: HeadlessOption = False,  # noqa: ARG001 - there is no replay window yet; the option is the contract's
    events: EventsOption = None,
) -> None:
    """A recording through the same analysis, at any speed."""
    from rig.session.recorded import pipeline_for
    from rig.session.replay import replay as replay_blocks
    from rig.technique.loading import load_routine

    if not speed > 0:
        raise InputError("--speed: must be more than 0")
    _check_events(events)
    opened = open_recording(recording)
    pipeline = pipeline_for(opened, load_routine(routine, opened.pad) if routine else None, step=step)
    clock = SystemClock()
    listener = _json_line if events else _plain_line
    stopping = threading.Event()
    with stop_on_interrupt(stopping):
        replay_blocks(
            opened.blocks(),
            pipeline,
            lambda event: listener(event.line(clock.now_s())),
            clock,
            speed,
            stopping.is_set,
        )


def _run_session(
    workspace: Workspace,
    device: Device,
    pad: PadLayout,
    pad_toml: str,
    routine: Routine,
    step: str,
    *,
    level: str | None = None,
    profile: str | None = None,
    headless: bool,
    events: str | None,
    output: Path | None,
    duration_s: float | None,
    what: str,
) -> None:
    from rig.recording.format import Header
    from rig.recording.writer import RecordingWriter
    from rig.report.report import build_report
    from rig.session.pipeline import Pipeline
    from rig.session.practice import Practice
    from rig.session.running import RunningPractice
    from rig.technique.loading import routine_text, standalone_text
    from rig.technique.timeline import Mark

    _check_events(events)
    clock = SystemClock()
    conversion = conversion_for(pad, profile)
    pipeline = Pipeline(pad, conversion, routine, level, [Mark(0, step)])
    with device:
        hello = device.connect()
        path = output or workspace.new_recording(what, clock)
        header = Header(
            pad=pad_toml,
            hello=msgspec.to_builtins(hello),
            routine=standalone_text(routine_text(routine.name)[0], routine),
            session={"level": level} if level is not None else {},
        )
        writer = RecordingWriter(path, header, clock)
        device.start()
        running = RunningPractice(
            lambda sink: Practice(device, pipeline, sink, clock, writer),
            calibrated=conversion.calibrated,
            listener=_listener(events),
        )
        stopping = threading.Event()
        with stop_on_interrupt(stopping):
            running.start(duration_s)
            if events is None and not headless and has_screen():
                from rig.gui.practice_window import show_practice

                show_practice(pad, running, f"rig: {routine.title}")
                running.stop()
            elif events is None and sys.stdout.isatty():
                _watch(running, pad, routine, stopping)
            while not running.wait(0.2):
                if stopping.is_set():
                    running.stop()
    if running.error is not None:
        raise running.error
    assert running.outcome is not None
    report = build_report(open_recording(path), running.outcome)
    html = path.with_suffix(".html")
    write_html(html, report, pad)
    if events is None:
        print_report(report)
    notice(f"recording: {path}")
    notice(f"report: {html}")


def _watch(running: RunningPractice, pad: PadLayout, routine: Routine, stopping: threading.Event) -> None:
    """The live view until the session is over."""
    from rich.live import Live

    from rig.cli.keys import Keys
    from rig.cli.live import REFRESH_HZ, LiveView

    view = LiveView(pad)
    with Keys() as keys, Live(console=console(), auto_refresh=False, transient=True) as live:
        while not running.wait(1 / REFRESH_HZ):
            for key in keys.pressed().lower():
                if key == "n":
                    running.advance(next_step(routine, running.step))
                elif key == "q":
                    stopping.set()
            if stopping.is_set():
                running.stop()
            force_n, contacts, _ = running.picture()
            live.update(view.render(running.screen, force_n, contacts), refresh=True)


def next_step(routine: Routine, step: str | None) -> str:
    """The step after `step`; the last one is followed by itself."""
    ids = [s.id for s in routine.steps]
    return ids[min(ids.index(step) + 1, len(ids) - 1)] if step in ids else ids[0]


def has_screen() -> bool:
    """Whether a window could be shown here."""
    if sys.platform in {"win32", "darwin"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _check_events(events: str | None) -> None:
    if events not in {None, "-"}:
        raise InputError("--events: takes '-', for stdout")


def _listener(events: str | None) -> Any:
    """What hears each event line: JSON for a program, sentences where the live view cannot be drawn."""
    if events is not None:
        return _json_line
    return None if sys.stdout.isatty() else _plain_line


def _json_line(line: Mapping[str, Any]) -> None:
    sys.stdout.write(msgspec.json.encode(line).decode() + "\n")
    sys.stdout.flush()


def _plain_line(line: Mapping[str, Any]) -> None:
    match line["event"]:
        case "flag":
            text = f"{words(line)}  {figures(line)}"
        case "stroke":
            text = f"{line['side']} {line['kind']} {line['direction']}, {line['speed_cm_s']:.1f} cm/s"
        case "step":
            text = f"step {line['step']}: {line['title']}"
        case "link" | "recording":
            text = str(line["message"])
        case _:
            return
    sys.stdout.write(f"{line['t']:8.2f} s  {text}\n")
    sys.stdout.flush()

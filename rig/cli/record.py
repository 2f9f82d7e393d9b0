"""`rig record` and `rig replay`: frames into a recording with nothing judged, and a recording once more.

The rule: what a recording lost is told where it is made and where it is read.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from rig.cli.boards_at_hand import DurationOption, PortOption, the_board
from rig.cli.ending import stop_on_interrupt
from rig.cli.event_lines import EventsOption, check_events, json_line, plain_line
from rig.cli.output import console, notice
from rig.cli.pads import DEFAULT_PAD, PadOption
from rig.cli.sources import ProfileOption, RoutineOption, StepOption, open_recording, recording_conversion
from rig.cli.targets import OutputOption, recording_target
from rig.clock import SystemClock
from rig.errors import InputError, LinkError
from rig.pad import load_pad, pad_text
from rig.recording.format import LINK, LOAD_RAW

if TYPE_CHECKING:
    from rig.clock import Clock
    from rig.device.device import Device
    from rig.device.records import LinkEvent
    from rig.recording.writer import RecordingWriter


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
    path = recording_target(output, context.obj, "record", clock)
    with the_board(port, layout, clock) as device:
        header = Header(pad=pad_text(pad), hello=msgspec.to_builtins(device.connect()))
        stopping = threading.Event()
        with RecordingWriter(path, header, clock) as writer, stop_on_interrupt(stopping):
            notice(f"recording to {path}; Ctrl-C ends it")
            until_s = None if duration is None else clock.now_s() + duration
            _fill(writer, device, clock, until_s, stopping)
    if writer.error is not None:
        raise writer.error
    if not writer.saved_frames:
        raise LinkError(f"{path}: the board sent no frames")
    counters = device.counters
    console().print(f"{path}: {writer.saved_frames} frames, {counters.lost} lost, {counters.damaged} damaged")


def _fill(
    writer: RecordingWriter, device: Device, clock: Clock, until_s: float | None, stopping: threading.Event
) -> None:
    """Blocks and link events into the recording, until it is time, told to stop, or the disk refuses."""
    t_us = 0
    lost: LinkEvent | None = None
    try:
        device.start()
        while writer.error is None and not stopping.is_set() and (until_s is None or clock.now_s() < until_s):
            block = device.poll()
            for change in device.events():
                notice(change.text)
                writer.event(change.t_us, LINK, change.body)
                lost = None if change.body["state"] == "up" else change
            if block is not None:
                writer.write(block)
                t_us = int(block.t_us[-1])
            for reading in device.loads.take():
                writer.metrics(reading.t_us, {LOAD_RAW: reading.raw})
    finally:
        if lost is not None:
            gone = lost.gone_by(clock.now_s())
            writer.event(gone.t_us, LINK, gone.body)
        writer.metrics(t_us, device.counters.metrics())


def replay(
    recording: Annotated[str, typer.Argument(metavar="REC", help="A recording.")],
    speed: Annotated[float, typer.Option(metavar="X", help="Times its own pace.")] = 1.0,
    routine: RoutineOption = None,
    step: StepOption = None,
    profile: ProfileOption = None,
    headless: Annotated[  # noqa: ARG001 - a replay has no window; the option is there for scripts that always give it
        bool, typer.Option("--headless", help="No window.")
    ] = False,
    events: EventsOption = None,
) -> None:
    """A recording through the same analysis, at any speed."""
    from rig.session.recorded import pipeline_for
    from rig.session.replay import replay as replay_blocks
    from rig.technique.routine.loading import load_routine

    if not speed > 0:
        raise InputError(f"--speed {speed:g}: must be more than 0")
    check_events(events)
    opened = open_recording(recording)
    judged = load_routine(routine, opened.pad) if routine else None
    pipeline = pipeline_for(opened, judged, step=step, conversion=recording_conversion(opened, profile))
    clock = SystemClock()
    say = json_line if events else plain_line
    stopping = threading.Event()
    with stop_on_interrupt(stopping):
        replay_blocks(
            opened.blocks(),
            pipeline,
            lambda event: say(event.line(clock.now_s())),
            clock,
            speed,
            stopping.is_set,
        )

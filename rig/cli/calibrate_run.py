"""`rig calibrate run`: the guided run in the terminal.

One line says what to do now and how far the reading has settled; keys accept a reading that was asked about, leave a
task out, or end. Every reading is in `calibration/` before the next task is shown, and starting the same command again
goes on where it stopped. The rule: everything that is decided is decided in `rig.calibration.run`.
"""

from __future__ import annotations

import threading
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from rig.calibration.run import HOLD_S, WEIGHTS_N, GuidedRun, plan
from rig.calibration.run_file import append_readings, kept_readings
from rig.calibration.run_pressing import FreePressing, verified
from rig.cli.boards_at_hand import PortOption, the_board
from rig.cli.ending import stop_on_interrupt
from rig.cli.keys import Keys
from rig.cli.output import console, notice
from rig.cli.pads import DEFAULT_PAD, PadOption
from rig.clock import SystemClock
from rig.errors import InputError
from rig.pad import load_pad, pad_text
from rig.recording.format import LOAD_RAW, Header
from rig.recording.writer import RecordingWriter

if TYPE_CHECKING:
    from collections.abc import Callable

    from rig.calibration.run import Progress
    from rig.device.device import Device
    from rig.pad import PadLayout
    from rig.workspace import Workspace

BAR = 20


def run(
    context: typer.Context,
    channels: Annotated[
        str | None, typer.Option(help="Which sensors to weigh, as 10,40,75; or a spread of six.")
    ] = None,
    weights: Annotated[str | None, typer.Option(metavar="N,N,...", help="The weights at hand, in newtons.")] = None,
    cycles: Annotated[int, typer.Option(min=1, help="How often up and down.")] = 3,
    hold: Annotated[float, typer.Option(min=1.0, metavar="S", help="How long each weight stands once it is still.")] = (
        HOLD_S
    ),
    port: PortOption = None,
    pad: PadOption = DEFAULT_PAD,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="LOADS.csv", help="The readings; goes on if it is there.")
    ] = None,
    pressing: Annotated[bool, typer.Option(help="Free pressing after the weights, into a recording.")] = True,
) -> None:
    """Guide through the weights at the pad; interrupt and start again as you like."""
    layout, clock = load_pad(pad), SystemClock()
    wanted = _channels(channels, layout)
    loads = _weights(weights)
    path = output if output is not None else _target(context.obj, layout, datetime.fromtimestamp(clock.date_s()))
    done = kept_readings(path, layout)
    guided = GuidedRun(layout, plan(wanted, loads, cycles), done, hold)
    if done:
        notice(f"{path}: going on after {len(done)} readings")
    stopping = threading.Event()
    with the_board(port, layout, clock) as device:
        hello = device.connect()
        with Keys() as keys, stop_on_interrupt(stopping):
            notice(f"readings go to {path}; keys: a accept, s leave out, q end")
            device.start()
            guide(guided, device, path, keys.pressed, stopping)
            for sentence in verified(kept_readings(path, layout), layout) if guided.task is None else ():
                notice(sentence)
            press = path.with_name(f"{path.stem.removesuffix('_loads')}_press.mcap")
            if pressing and guided.task is None and not stopping.is_set() and not press.exists():
                header = Header(pad=pad_text(pad), hello=msgspec.to_builtins(hello))
                with RecordingWriter(press, header, clock) as writer:
                    press_all_over(FreePressing(layout), device, writer, keys.pressed, stopping)
    out = console()
    if guided.task is not None:
        out.print(f"{guided.left} tasks left; the same command goes on")
        return
    more = f" --press {press} --cell-span RAW_PER_N" if press.exists() else ""
    out.print(f"done; now: rig calibrate fit {path}{more} --pad {pad} -o PROFILE", markup=False)


def guide(guided: GuidedRun, device: Device, path: Path, pressed: Callable[[], str], stopping: threading.Event) -> None:
    """Work the run off on a streaming device, keeping every reading at once."""
    said = ""
    while guided.task is not None and not stopping.is_set():
        for key in pressed():
            if key == "a":
                guided.accept()
            elif key == "s":
                guided.skip()
            elif key == "q":
                return
        block = device.poll()
        for change in device.events():
            notice(change.text)
        if block is None:
            continue
        progress = guided.push(block)
        if progress.kept:
            append_readings(path, progress.kept)
        line = as_line(progress, guided.left)
        if line != said:
            typer.echo(f"\r\033[K{line}", nl=False)
            said = line
    typer.echo("")


def press_all_over(
    pressing: FreePressing,
    device: Device,
    writer: RecordingWriter,
    pressed: Callable[[], str],
    stopping: threading.Event,
) -> None:
    """Record free pressing with the load cell's readings, until every sensor has had enough or a key ends it."""
    said, cell = "", 0
    device.loads.take()  # what stood on the pad before is no pressing
    while not stopping.is_set() and "q" not in pressed():
        block = device.poll()
        if block is None:
            continue
        writer.write(block)
        for reading in device.loads.take():
            writer.metrics(reading.t_us, {LOAD_RAW: reading.raw})
            cell += 1
        progress = pressing.push(block)
        full = round(BAR * progress.share)
        line = f"{progress.left:3d} left  [{'#' * full}{'.' * (BAR - full)}]  {progress.advice}"
        if line != said:
            typer.echo(f"\r\033[K{line}", nl=False)
            said = line
        if not progress.left:
            break
    typer.echo("")
    if not cell:
        notice("the board has read no load cell: note times and totals off a scale, and give them with --totals")


def as_line(progress: Progress, left: int) -> str:
    """The one line that shows where the run stands."""
    full = round(BAR * progress.settled)
    asks = "  [a: accept it]" if progress.asks else ""
    return f"{left:3d} left  [{'#' * full}{'.' * (BAR - full)}]  {progress.advice}{asks}"


def _channels(given: str | None, pad: PadLayout) -> list[int]:
    if given is None:
        # A spread over the pad: what the sensors have in common is learnt from a few of them.
        many = min(6, pad.n_channels)
        return [round((k + 0.5) * pad.n_channels / many - 0.5) for k in range(many)]
    try:
        wanted = [int(cell) for cell in given.split(",")]
    except ValueError as error:
        raise InputError(f"--channels {given}: whole numbers between commas are needed") from error
    wrong = [c for c in wanted if not 0 <= c < pad.n_channels]
    if wrong:
        raise InputError(f"--channels {given}: pad {pad.name} has no channel {wrong[0]}")
    return wanted


def _weights(given: str | None) -> list[float]:
    if given is None:
        return list(WEIGHTS_N)
    try:
        loads = [float(cell) for cell in given.split(",")]
    except ValueError as error:
        raise InputError(f"--weights {given}: numbers between commas are needed") from error
    if min(loads) <= 0 or max(loads) > 60:
        raise InputError(f"--weights {given}: newtons between 0 and 60 are needed (100 g weigh 0.98 N)")
    return loads


def _target(workspace: Workspace, pad: PadLayout, today: datetime) -> Path:
    return workspace.calibration / f"{pad.name}_{today:%Y-%m-%d}_loads.csv"

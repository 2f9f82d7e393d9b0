"""`rig calibrate run`: a whole calibration in the terminal, from the first weight to the verdict.

One line says what to do now and how far the reading has settled; single keys accept a reading that was asked about,
leave a task out, have enough of the pressing, or end. Every reading is in `calibration/` before the next task is
shown, and the same command goes on where it stopped. The rule: everything that is decided is decided in
`rig.session.calibrate.evening`, which the window works off, too.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rig.calibration.run import HOLD_S
from rig.cli.boards_at_hand import PortOption, check_choice, the_port
from rig.cli.ending import stop_on_interrupt
from rig.cli.keys import Keys
from rig.cli.output import console, notice
from rig.cli.pads import DEFAULT_PAD, PadOption
from rig.pad import load_pad, pad_text
from rig.session.calibrate.bench import bench_at, virtual_bench
from rig.session.calibrate.evening import Evening
from rig.session.calibrate.making import profile_of_evening
from rig.session.calibrate.plan import (
    CalibrationFiles,
    CalibrationPlan,
    load_plan,
    new_files,
    parse_channels,
    parse_weights,
    save_plan,
    unfinished,
)
from rig.wire.packets import Ability

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from rig.clock import Clock
    from rig.device.device import Device
    from rig.pad import PadLayout
    from rig.session.calibrate.making import Made

BAR = 20

REPAINT_S = 0.1
"""The line is written so often at most: counts change with every scan, and nobody reads 200 a second."""

KEYS = (
    "keys: a accept, b take the last weight back, s leave out, e enough of the pressing, "
    "q end (the same command goes on)"
)

_PRESSLESS = {
    "": "",
    "not-wanted": "",
    "no-cell": "the board has no load cell, so nobody presses: docs/calibration.md tells how a scale serves",
    "deaf-cell": "the load cell did not follow the weights, so nobody presses: is it under the pad, and wired?",
}


def run(
    context: typer.Context,
    channels: Annotated[
        str, typer.Option(metavar="N,N,...", help="Which sensors to weigh, as 10,40,75; or a spread of six.")
    ] = "",
    weights: Annotated[str, typer.Option(metavar="N,N,...", help="The weights at hand, in newtons.")] = "",
    cycles: Annotated[int, typer.Option(min=1, help="How often up and down.")] = 3,
    hold: Annotated[float, typer.Option(min=1.0, metavar="S", help="How long a weight stands once it is still.")] = (
        HOLD_S
    ),
    port: PortOption = None,
    virtual: Annotated[
        bool,
        typer.Option("--virtual", help="A virtual pad with a virtual maker, eight times as fast: to see how it goes."),
    ] = False,
    pad: PadOption = DEFAULT_PAD,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="NAME", help="What the files' names begin with.")
    ] = None,
    pressing: Annotated[bool, typer.Option(help="Free pressing after the weights, beside the load cell.")] = True,
) -> None:
    """Guide through weights, free pressing and the fit at the pad; interrupt and start again as you like."""
    check_choice(port, virtual)
    layout = load_pad(pad)
    wanted = CalibrationPlan(
        layout.name, parse_channels(channels, layout), parse_weights(weights), cycles, pressing, hold_s=hold
    )
    bench = virtual_bench(layout) if virtual else bench_at(the_port(port), layout)
    files = _files(output, context.obj.calibration, layout, bench.clock)
    plan = _plan(files, wanted)
    stopping = threading.Event()
    with bench.device as device, stop_on_interrupt(stopping), Keys() as keys:
        hello = device.connect()
        has_cell = bool(hello.flags & Ability.LOAD_CELL)
        evening = Evening(layout, pad_text(pad), plan, files, bench.clock, has_cell=has_cell)
        bench.watch(evening)
        notice(f"readings go to {files.loads}; {KEYS}")
        if evening.resumed:
            notice(f"going on after {evening.resumed} readings")
        device.start()
        try:
            work_off(evening, device, bench.clock, keys.pressed, stopping)
        finally:
            evening.close()
    _tell(evening)


def work_off(
    evening: Evening, device: Device, clock: Clock, pressed: Callable[[], str], stopping: threading.Event
) -> None:
    """Work an evening off on a streaming device, until it is done, a key ends it, or `stopping` is set.

    Raises:
        InputError: the weights tell too little for a profile. StorageError: something cannot be written.
    """
    shown, shown_s, stage, channel = "", -REPAINT_S, evening.stage, -1
    making: Future[Made] | None = None
    with ThreadPoolExecutor(1, "calibration fit") as fits:
        while evening.stage != "done" and not stopping.is_set():
            for key in pressed():
                if key == "q":
                    return
                _obey(evening, key)
            block = device.poll()
            for change in device.events():
                notice(change.text)
            if block is not None:
                evening.push(block, device.loads.take())
            # A fit takes seconds, in which the board goes on sending.
            if evening.stage == "fit" and making is None:
                making = fits.submit(profile_of_evening, evening.pad, evening.files, clock)
            if making is not None and making.done():
                evening.adopt(making.result())
                making = None
            if evening.stage != stage:
                stage = evening.stage
                _announce(evening)
            task = evening.progress.task if evening.progress is not None else None
            if task is not None and task.channel is not None and task.channel != channel:
                channel = task.channel
                sensor = evening.pad.sensors[channel]
                typer.echo("")
                notice(f"next is channel {channel}, at x = {sensor.x_mm:g}, y = {sensor.y_mm:g} mm")
            line, now_s = as_line(evening), clock.now_s()
            if line != shown and now_s - shown_s >= REPAINT_S:
                typer.echo(f"\r\033[K{line}", nl=False)
                shown, shown_s = line, now_s
    typer.echo("")


def as_line(evening: Evening) -> str:
    """The one line that shows where the evening stands."""
    if evening.stage == "fit":
        return "fitting; leave the pad alone"
    pressed = evening.pressing.pressed if evening.pressing is not None else None
    if evening.stage == "press":
        if pressed is None:
            return "leave the pad alone for three seconds"
        return f"{pressed.left:3d} left  {_bar(pressed.share)}  {pressed.advice}"
    if evening.progress is None:
        return ""
    progress = evening.progress
    keys = ["a: accept it"] if progress.asks else []
    if progress.back is not None and (progress.asks or progress.doubted):
        why = "" if progress.asks else ", which reads unlike"
        keys.append(f"b: back to the {progress.back.load_n:.3g} N before{why}")
    told = f"  [{', '.join(keys)}]" if keys else ""
    return f"{evening.guided.left:3d} left  {_bar(progress.settled)}  {progress.advice}{told}"


def _obey(evening: Evening, key: str) -> None:
    match key:
        case "a":
            evening.accept()
        case "b":
            evening.back()
        case "s":
            evening.skip()
        case "e":
            evening.enough()


def _announce(evening: Evening) -> None:
    typer.echo("")
    if evening.stage == "press":
        notice("now press all over the pad with both hands, as in a massage; e when you have had enough")
    elif evening.stage == "fit" and _PRESSLESS[evening.pressless]:
        notice(_PRESSLESS[evening.pressless])
    elif evening.stage == "verify":
        if evening.unused:
            notice(f"warning: {evening.unused}; the profile is by the weights alone")
        notice(f"profile: {evening.files.profile}; now one weight at a few spots, to see whether it holds")


def _bar(share: float) -> str:
    # Full is done, and nothing less.
    full = int(BAR * share)
    return f"[{'#' * full}{'.' * (BAR - full)}]"


def _tell(evening: Evening) -> None:
    """What came of it, in a few lines."""
    out = console()
    if evening.verdict is None or evening.profile is None:
        where = {"press": "the pressing is not done", "fit": "the fit is not done"}
        left = where.get(evening.stage, f"{evening.guided.left} weights left")
        out.print(f"{left}; the same command goes on", markup=False)
        return
    told, total = evening.profile.held_out, evening.profile.total
    good = [f"{100 * told.of_reading:.1f} % of reading on weights left out"] if told.of_reading is not None else []
    good += [f"{100 * total[1]:.1f} % of the total"] if total is not None else []
    verdict = evening.verdict
    out.print(f"[bold]{verdict.state}[/bold]  {', '.join(good)}", highlight=False)
    for reason in verdict.reasons:
        out.print(f"  {reason.state}: {reason.what}", markup=False, highlight=False, soft_wrap=True)
    for entry in evening.profile.left_out:
        out.print(f"  left out: {entry.what}: {entry.why}", markup=False, highlight=False, soft_wrap=True)
    profile = evening.files.profile
    out.print(f"now: rig practice ROUTINE --profile {profile}", markup=False, highlight=False, soft_wrap=True)


def _files(output: Path | None, folder: Path, pad: PadLayout, clock: Clock) -> CalibrationFiles:
    """The evening that is meant: the one that is named, the one that was broken off, or a new one."""
    if output is not None:
        return CalibrationFiles(output.parent, output.name.removesuffix(".csv").removesuffix("_loads"))
    return unfinished(folder, pad) or new_files(folder, pad, clock)


def _plan(files: CalibrationFiles, wanted: CalibrationPlan) -> CalibrationPlan:
    """The plan that lies there from an earlier part of the evening, or the one that is wanted."""
    if not files.plan.exists():
        save_plan(wanted, files)
        return wanted
    kept = load_plan(files)
    if kept != wanted:
        notice(f"{files.plan}: goes on as it was begun, with channels {', '.join(map(str, kept.channels))}")
    return kept

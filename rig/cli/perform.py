"""`rig perform`: virtual hands do documented steps, straight into a recording, with the truth beside.

The recording explains itself like one of a real session: pad, routine and step marks are inside. The rule: the same
steps, fault, seed, pad and rate give the same recording to the byte.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rig.cli.output import notice
from rig.cli.pads import DEFAULT_PAD, PadOption
from rig.cli.targets import check_new
from rig.errors import InputError, StorageError
from rig.pad import load_pad, pad_text

if TYPE_CHECKING:
    from rig.recording.format import Header
    from rig.virtual.scene import Scene
    from rig.virtual.truth import Truth

BLOCK_FRAMES = 1_000


def perform(
    steps: Annotated[list[str], typer.Argument(metavar="STEP", help="Ids of steps of one routine, in order.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="REC", help="The recording to write.")],
    fault: Annotated[
        str | None, typer.Option(metavar="KIND", help="The flag that the hands or the pad earn, such as too-fast.")
    ] = None,
    seed: Annotated[int, typer.Option(metavar="N", help="Draws the hands, the sensors, places, tempo and force.")] = 1,
    pad: PadOption = DEFAULT_PAD,
    rate: Annotated[float, typer.Option(min=20.0, max=2000.0, metavar="HZ", help="Scans a second.")] = 200.0,
    truth: Annotated[Path | None, typer.Option(metavar="FILE", help="Write what really happened, as JSON.")] = None,
    routine: Annotated[
        str | None, typer.Option(metavar="ROUTINE", help="Whose steps; else the one that the ids begin with.")
    ] = None,
) -> None:
    """Virtual hands do documented steps, rightly or with a fault, straight into a recording."""
    from rig.performance.perform import perform as performed
    from rig.recording.format import Header
    from rig.technique.routine.loading import load_routine, routine_text, standalone_text
    from rig.virtual.virtual_pad import VirtualPad

    check_new("-o", output)
    if truth is not None:
        check_new("--truth", truth)
    layout = load_pad(pad)
    name = routine if routine is not None else _routine_of(steps)
    wanted = load_routine(name, layout)
    scene = performed(VirtualPad.drawn(layout, seed), wanted, steps, fault, seed=seed, rate_hz=rate)
    header = Header(
        pad=pad_text(pad),
        routine=standalone_text(routine_text(name)[0], wanted),
        session={"performed": scene.name, "seed": seed, "rate_hz": rate},
    )
    _record(scene, output, header)
    if truth is not None:
        _write_truth(scene.truth, truth)


def _routine_of(steps: list[str]) -> str:
    """The routine whose name the ids begin with.

    Raises:
        InputError: they begin with several names.
    """
    names = list(dict.fromkeys(step.partition(".")[0] for step in steps))
    if len(names) > 1:
        raise InputError(f"steps of several routines ({', '.join(names)}): perform one routine's at a time")
    return names[0]


def _record(scene: Scene, output: Path, header: Header) -> None:
    from rig.performance.marks import marks_of
    from rig.recording.format import STEP
    from rig.recording.writer import RecordingWriter

    with RecordingWriter(output, header) as writer:
        for mark in marks_of(scene):
            writer.event(mark.t_us, STEP, mark.event_body())
        for block in scene.blocks(BLOCK_FRAMES):
            writer.write(block)
    if writer.error is not None:
        raise writer.error
    notice(f"{output}: {scene.name}, {scene.duration_s:.1f} s, {writer.saved_frames} frames")


def _write_truth(truth: Truth, path: Path) -> None:
    try:
        path.write_text(truth.to_json() + "\n", "utf-8")
    except OSError as error:
        raise StorageError.writing(path, error) from error

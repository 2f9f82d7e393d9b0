"""`rig devices`, `rig doctor` and `rig virtual`: the maker's commands.

The rule: what the doctor says, it says with what to do about it, and what it could not tell it lists.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from rig.cli.boards_at_hand import PortOption, the_board
from rig.cli.ending import stop_on_interrupt
from rig.cli.output import JsonOption, console, give_json, notice, table
from rig.cli.pads import DEFAULT_PAD, PadOption
from rig.clock import SystemClock
from rig.errors import InputError
from rig.pad import load_pad

if TYPE_CHECKING:
    from rig.device.doctor.examination import Examination
    from rig.pad import PadLayout
    from rig.performance.player import Player


def devices(
    port: Annotated[
        list[str] | None, typer.Option(metavar="PORT", help="Ask this port too, whatever its USB id says.")
    ] = None,
    json: JsonOption = None,
) -> None:
    """Find the boards that are plugged in, by their USB ids and by their hello."""
    from rig.device.ports import find_boards

    boards = find_boards(SystemClock(), port or ())
    if json:
        give_json(boards, json)
        return
    if not boards:
        console().print("no board is plugged in (looked at every USB serial port with a known id)")
        return
    rows = [(b.port, b.state, b.board or b.description, b.pad_id, b.channels, b.text) for b in boards]
    console().print(table("", ("port", "state", "board", "pad id", "channels", "what to know"), rows))


def doctor(
    port: PortOption = None,
    pad: PadOption = DEFAULT_PAD,
    duration: Annotated[float, typer.Option(min=1.0, metavar="S", help="How long to listen at rest.")] = 3.0,
    press: Annotated[float, typer.Option(min=0.0, metavar="S", help="How long to listen while you press.")] = 0.0,
    json: JsonOption = None,
) -> None:
    """Examine a board and its pad: rate, loss, latency, noise; dead, stuck, shorted and swapped sensors, wiring."""
    from rig.device.doctor.examination import examine

    clock = SystemClock()
    layout = load_pad(pad)
    with the_board(port, layout, clock) as device:
        device.connect()
        found = examine(device, layout, clock, port=port or "", rest_s=duration, press_s=press, tell=notice)
    if json:
        give_json(found, json)
    if json != "-":
        _print_examination(found)


def virtual(
    routine: Annotated[str | None, typer.Option(metavar="ROUTINE", help="What the virtual hands practise.")] = None,
    step: Annotated[str | None, typer.Option(metavar="ID", help="The step; else the routine's steps in turn.")] = None,
    fault: Annotated[str | None, typer.Option(metavar="KIND", help="The flag that the hands or the pad earn.")] = None,
    pad: PadOption = DEFAULT_PAD,
    seed: Annotated[int, typer.Option(metavar="N", help="Draws the hands and the sensors.")] = 1,
    link: Annotated[Path | None, typer.Option(metavar="PATH", help="A path that always leads to the port.")] = None,
    duration: Annotated[float | None, typer.Option(min=0.1, metavar="S", help="End after S seconds.")] = None,
) -> None:
    """A virtual board on a pseudo-terminal, so that any serial program can talk to it. Ctrl-C ends it."""
    from rig.virtual.board import VirtualBoard
    from rig.virtual.board_state import BoardModel
    from rig.virtual.pty import PtyBoard

    layout = load_pad(pad)
    clock = SystemClock()
    hands = _hands(layout, routine, step, fault, seed)
    board = VirtualBoard(BoardModel.of(layout, "virtual"), hands.counts, seed=seed, now_s=clock.now_s())
    with PtyBoard(board, clock, link) as port:
        console().print(port.name)
        notice(f"a virtual {layout.name} answers on {port.name}; {hands.about}; Ctrl-C ends it")
        stopping = threading.Event()
        with stop_on_interrupt(stopping):
            stopping.wait(duration)


def _hands(layout: PadLayout, routine: str | None, step: str | None, fault: str | None, seed: int) -> Player:
    """The demonstration; with a routine its steps in turn, or one step again and again."""
    from rig.performance.demo import RATE_HZ, ROUTINE, demo_player
    from rig.performance.perform import performance_player
    from rig.technique.routine.loading import load_routine

    if routine is None:
        for option, given in (("--step", step), ("--fault", fault)):
            if given is not None:
                raise InputError(f"{option}: says nothing without --routine")
        return demo_player(layout, load_routine(ROUTINE, layout), seed)
    wanted = load_routine(routine, layout)
    steps = [wanted.step(step).id] if step is not None else [each.id for each in wanted.steps]
    return performance_player(layout, wanted, steps, fault, seed, RATE_HZ)


def _print_examination(found: Examination) -> None:
    out = console()
    line = found.line
    board = f"pad {found.pad}, id '{found.pad_id}', firmware {found.firmware}"
    out.print(f"[bold]{escape(found.port or 'board')}[/bold]: {escape(board)}")
    out.print(
        f"{line.rate_hz:.2f} frames/s (nominal {line.nominal_hz:.2f}), {found.loss:.2%} lost, {found.damaged} damaged, "
        f"answer after {found.latency_ms:.1f} ms"
    )
    noise = sorted(found.noise)
    if noise:
        out.print(f"noise at rest: median {noise[len(noise) // 2]:.2f} counts, worst {noise[-1]:.2f}")
    for finding in found.findings:
        out.print(f"[bold red]{finding.kind}[/bold red]  {escape(finding.text)}")
    for remark in found.remarks:
        out.print(remark, markup=False)
    for reason in found.not_judged:
        out.print(f"Not judged: {reason}.", style="dim", markup=False)
    if not found.findings and not found.remarks:
        out.print("[green]Nothing wrong found.[/green]")

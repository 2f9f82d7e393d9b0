"""The command `rig`: its global options, its commands, and how every error leaves.

Each command group is a file of its own with a function or a typer app, gathered here. The rule: no command handles
a RigError; they all end in `main`, which prints one line and returns the error's own exit code.
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rig import __version__
from rig.cli import (
    analyze,
    boards,
    calibrate,
    compare,
    convert,
    gui,
    history,
    pads,
    perform,
    practice,
    record,
    routines,
    teach,
)
from rig.errors import RigError
from rig.workspace import find_workspace

if TYPE_CHECKING:
    from collections.abc import Sequence

app = typer.Typer(
    name="rig",
    help="The massage practice rig: a pad that says what the hands did wrong, while they move. "
    "This is practice feedback, not health advice.",
    invoke_without_command=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"rig {__version__}")
        raise typer.Exit


@app.callback()
def _global(
    context: typer.Context,
    home: Annotated[Path | None, typer.Option(metavar="DIR", help="The workspace folder, instead of RIG_HOME.")] = None,
    version: Annotated[  # noqa: ARG001 - handled by its callback
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version and leave.")
    ] = False,
) -> None:
    context.obj = find_workspace(home, os.environ, Path.cwd())
    if context.invoked_subcommand is not None:
        return
    if gui.has_screen():
        gui.gui(context)
    else:
        typer.echo(context.get_help())


app.command()(practice.demo)
app.command()(gui.gui)
app.command()(practice.practice)
app.command()(record.record)
app.command()(record.replay)
app.command()(analyze.analyze)
app.command()(compare.compare)
app.command()(history.history)
app.command()(teach.teach)
app.command()(boards.devices)
app.command()(boards.doctor)
app.command()(boards.virtual)
app.command()(perform.perform)
app.command("import")(convert.import_)
app.command()(convert.export)
app.add_typer(calibrate.app, name="calibrate")
app.add_typer(pads.app, name="pad")
app.add_typer(routines.app, name="routines")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A file's name may hold letters that this terminal has not.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        outcome = app(args=arguments, standalone_mode=False)
    except RigError as error:
        return _complain(str(error), error.exit_code)
    except typer.TyperException as error:
        return _complain(error.format_message(), 2)
    except (typer.Abort, KeyboardInterrupt):
        return _complain("stopped", 1)
    except BrokenPipeError:
        # The reader (head, less) has left: what is still in the buffer has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        # What no command foresees: a folder that may not be looked into, a disk that is full of somebody else.
        return _complain(f"{error.filename or 'output'}: {error.strerror or error}", 1)
    return outcome if isinstance(outcome, int) else 0


def _complain(message: str, code: int) -> int:
    if message.startswith("Usage:"):
        # A group without a command: its help is the answer, and it needs its lines.
        typer.echo(message, err=True)
    else:
        typer.echo(f"rig: {' '.join(message.split())}", err=True)
    return code

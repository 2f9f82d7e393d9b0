"""How commands give their results: JSON to the place that was asked for, tables to people.

`--json -` means stdout and `--json FILE` a file; with `-` nothing else may go to stdout. The rule: numbers that are
not finite become null, since JSON has no other word for "not known".
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from rig.cli.targets import keep_apart
from rig.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

JsonOption = Annotated[
    str | None, typer.Option("--json", metavar="FILE", help="Give the result as JSON: '-' for stdout, or a file.")
]


def give_json(result: Any, where: str) -> None:
    """Write `result` as indented JSON to stdout ('-') or to a file.

    Raises:
        InputError: the file is a recording. StorageError: it cannot be written.
    """
    keep_apart("--json", where, ())
    text = msgspec.json.format(msgspec.json.encode(result), indent=2)
    if where == "-":
        put(text)
        return
    try:
        Path(where).write_bytes(text + b"\n")
    except OSError as error:
        raise StorageError.writing(where, error) from error


def put(text: bytes) -> None:
    """A line to stdout as it is: JSON is UTF-8, whatever the terminal's own encoding."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text + b"\n")
    sys.stdout.buffer.flush()


def console() -> Console:
    """The terminal that people read; wide enough for a table when stdout is not a terminal."""
    plain = not sys.stdout.isatty()
    return Console(width=120 if plain else None, highlight=False)


def notice(message: str) -> None:
    """A remark that is not a result: to stderr, so that stdout stays clean."""
    typer.echo(f"rig: {message}", err=True)


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """A plain table; None is an empty cell."""
    drawn = Table(title=escape(title), title_justify="left", box=None, pad_edge=False, header_style="bold")
    for name in columns:
        drawn.add_column(name)
    for row in rows:
        # What comes from a file may hold square brackets, which rich would take for its own.
        drawn.add_row(*("" if value is None else escape(str(value)) for value in row))
    return drawn

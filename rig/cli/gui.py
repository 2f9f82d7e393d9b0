"""`rig gui`: the window; also what `rig` alone opens where there is a screen.

The rule: where no window can be shown the command says so in one line, and every job of the window has a command too.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from typing import Annotated, Literal

import typer

from rig.cli.ending import stop_on_interrupt
from rig.errors import InputError, OperationError

ThemeOption = Annotated[Literal["auto", "light", "dark"], typer.Option(help="The colours; auto follows the system.")]
LanguageOption = Annotated[str | None, typer.Option(metavar="XX", help="The language, such as en or de; else yours.")]


def gui(
    context: typer.Context,
    recording: Annotated[Path | None, typer.Argument(metavar="REC", help="A recording to begin with.")] = None,
    theme: ThemeOption = "auto",
    language: LanguageOption = None,
) -> None:
    """The window: practise, replay, calibrate, examine a pad, look at progress."""
    if not has_screen():
        raise OperationError("there is no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set); see rig --help")
    if recording is not None and not recording.is_file():
        raise InputError(f"{recording}: there is no such file")
    from rig.gui.application import show_window

    stopping = threading.Event()
    with stop_on_interrupt(stopping):
        show_window(context.obj, theme, language, recording, stopping.is_set)


def has_screen() -> bool:
    """Whether a window could be shown here."""
    if sys.platform in {"win32", "darwin"}:
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))

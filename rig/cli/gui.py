"""`rig gui`: the window; also what `rig` alone opens where there is a screen.

The rule: where no window can be shown the command says so in one line, and every job of the window has a command too.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import typer

from rig.cli.ending import stop_on_interrupt
from rig.errors import InputError, OperationError

ThemeOption = Annotated[Literal["auto", "light", "dark"], typer.Option(help="The colours; auto follows the system.")]
LanguageOption = Annotated[str | None, typer.Option(metavar="XX", help="The language, such as en or de; else yours.")]

_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY")
_A_WINDOW = "from PySide6.QtWidgets import QApplication; QApplication([])"


def gui(
    context: typer.Context,
    recording: Annotated[Path | None, typer.Argument(metavar="REC", help="A recording to begin with.")] = None,
    theme: ThemeOption = "auto",
    language: LanguageOption = None,
) -> None:
    """The window: practise, replay, calibrate, examine a pad, look at progress."""
    if recording is not None and not recording.is_file():
        raise InputError(f"{recording}: there is no such file")
    if (why := no_window()) is not None:
        raise OperationError(f"{why}; see rig --help")
    from rig.gui.application import show_window

    stopping = threading.Event()
    with stop_on_interrupt(stopping):
        show_window(context.obj, theme, language, recording, stopping.is_set)


def has_screen() -> bool:
    """Whether there seems to be a screen here."""
    if sys.platform in {"win32", "darwin"}:
        return True
    return any(os.environ.get(name) for name in _SCREENS)


def no_window() -> str | None:
    """Why no window can be shown here; None where one can."""
    if not has_screen():
        return "there is no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set)"
    if sys.platform in {"win32", "darwin"}:
        return None
    return _trouble(tuple(os.environ.get(name) for name in _SCREENS))


@cache
def _trouble(_: tuple[str | None, ...]) -> str | None:
    """What keeps Qt from this screen; asked in a program of its own, for Qt ends the one in which it finds out."""
    tried = subprocess.run([sys.executable, "-c", _A_WINDOW], capture_output=True, text=True, check=False)
    if tried.returncode == 0:
        return None
    said = [line for line in tried.stderr.splitlines() if line.strip()] or ["Qt does not say why"]
    # Qt begins with the cause, Python ends with it.
    cause = said[0].partition(": ")[2] if said[0].startswith("qt.") else said[-1]
    return f"no window can be shown here ({cause.rstrip('.')})"

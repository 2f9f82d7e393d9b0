"""A window as a picture, and beside it in words what does not fit in it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from rig.gui.application import application, theme_for, words_for
from rig.gui.window import MainWindow
from tests.gui.fit import clipped, overlapping, tiny

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from rig.gui.theme import Scheme
    from rig.workspace import Workspace

SETTLED_S = 0.2
MISFIT = ".misfit.txt"


def window_of(home: Workspace, scheme: Scheme, size: tuple[int, int], language: str) -> MainWindow:
    """The main window in one look."""
    app = application()
    window = MainWindow(home, theme_for(app, scheme), words_for(app, language))
    window.resize(*size)
    window.show()
    return window


def pictured(window: QWidget, path: Path) -> Path:
    """The window as it is now; what is cut off, covered or too small to read goes into a file of words beside it."""
    end_s = time.monotonic() + SETTLED_S
    while time.monotonic() < end_s:
        QApplication.processEvents()
        time.sleep(0.005)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tiny() as small:
        window.grab().save(str(path))
    misfits = [*clipped(window), *map(str, overlapping(window)), *small]
    if misfits:
        path.with_suffix(MISFIT).write_text("\n".join(misfits) + "\n", "utf-8")
    return path

"""The keys of a replay, as names of actions (see `rig.gui.replay.controls`), and as people read them."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from rig.gui.words import text

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from rig.gui.words import Words

_BY_TEXT = {
    " ": "play",
    "[": "loop-from",
    "]": "loop-to",
    "+": "faster",
    "=": "faster",
    "-": "slower",
    "0": "show-all",
}

_MOVES = {
    Qt.Key.Key_Left: ("back", "second-back", "ten-back"),
    Qt.Key.Key_Right: ("on", "second-on", "ten-on"),
}

_OTHERS = {
    Qt.Key.Key_C: "raw",
    Qt.Key.Key_H: "hide",
    Qt.Key.Key_Home: "begin",
    Qt.Key.Key_End: "end",
    Qt.Key.Key_PageUp: "step-back",
    Qt.Key.Key_PageDown: "step-on",
    Qt.Key.Key_Backspace: "loop-off",
    Qt.Key.Key_Delete: "loop-off",
}


def action_of(event: QKeyEvent) -> str | None:
    """What a key asks for; None for nothing."""
    key, held = Qt.Key(event.key()), event.modifiers()
    if key in _MOVES:
        alone, with_shift, with_ctrl = _MOVES[key]
        if held & Qt.KeyboardModifier.ControlModifier:
            return with_ctrl
        return with_shift if held & Qt.KeyboardModifier.ShiftModifier else alone
    if key == Qt.Key.Key_F and not held & Qt.KeyboardModifier.ControlModifier:
        return "previous-flag" if held & Qt.KeyboardModifier.ShiftModifier else "next-flag"
    if held & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
        return {Qt.Key.Key_Plus: "zoom-in", Qt.Key.Key_Equal: "zoom-in", Qt.Key.Key_Minus: "zoom-out"}.get(key)
    return _OTHERS.get(key) or _BY_TEXT.get(event.text())


KEYS: tuple[tuple[str, str], ...] = (
    (text("Space"), text("play or stand")),
    ("← →", text("one frame; with Shift a second, with Ctrl ten")),
    (text("Page Up, Page Down"), text("the step before, the next step")),
    (text("Home, End"), text("the beginning, the end")),
    ("F, Shift+F", text("the next flag, the flag before")),
    ("+ -", text("faster, slower")),
    ("[ ]", text("the loop begins here, ends here; Backspace ends it; Shift and the mouse pull one")),
    ("C", text("raw counts on their tiles")),
    ("H", text("hide channels by number; a click on a tile hides one")),
    ("0", text("all channels and the whole time again")),
    ("Ctrl++ Ctrl+-", text("zoom the timeline; the wheel does, too")),
    ("Ctrl+B", text("another recording beside it, or none")),
    ("Ctrl+J", text("judge again")),
    ("Ctrl+E, Ctrl+T", text("save what is seen as a picture, as a table")),
    ("Ctrl+O, Ctrl+W", text("open, close")),
)


def keys_page(words: Words) -> str:
    """All keys as a table in rich text."""
    rows = (
        f"<tr><td><b>{escape(words.say(keys))}</b>&nbsp;&nbsp;</td><td>{escape(words.say(what))}</td></tr>"
        for keys, what in KEYS
    )
    return f"<table cellpadding='3'>{''.join(rows)}</table>"

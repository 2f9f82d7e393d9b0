"""The keys of a replay, as names of actions (see `rig.gui.replay_controls`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

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

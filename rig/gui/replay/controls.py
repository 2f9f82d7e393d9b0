"""The row of buttons under a replay: play, frames, flags, speed, loop, raw counts; each with its key in its tooltip.

The rule: a button does what its key does, and a click leaves the focus where it was, so that the keys go on working.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from rig.gui.theme import SPACE
from rig.gui.time_scale import clock_text
from rig.gui.words import text

if TYPE_CHECKING:
    from rig.gui.words import Words
    from rig.session.player.pace import Playhead


@dataclass(frozen=True)
class Action:
    """Something that a button or a key asks for; `keys` as people read them."""

    name: str
    sign: str
    about: str
    keys: str


ACTIONS = (
    Action("previous-flag", "⚑◂", text("To the flag before"), "Shift+F"),
    Action("back", "◂|", text("One frame back (with Shift a second, with Ctrl ten)"), "←"),
    Action("play", "▶", text("Play or stand"), text("Space")),
    Action("on", "|▸", text("One frame on (with Shift a second, with Ctrl ten)"), "→"),
    Action("next-flag", "▸⚑", text("To the next flag"), "F"),
    Action("slower", "−", text("Slower"), "-"),  # noqa: RUF001 - a minus sign, not a hyphen
    Action("faster", "+", text("Faster"), "+"),
    Action("loop-from", "[", text("The loop begins here"), "["),
    Action("loop-to", "]", text("The loop ends here"), "]"),
    Action("loop-off", "[×]", text("No loop"), text("Backspace")),  # noqa: RUF001 - a cross, not an x
    Action("raw", "123", text("Raw counts on their tiles"), "C"),
    Action("hide", "⊘", text("Hide channels by their numbers; a click on a tile hides it, too"), "H"),
    Action("show-all", "⇔", text("All channels and the whole time again"), "0"),
)


class Controls(QWidget):
    """Emits the name of the action that was asked for."""

    asked = Signal(str)

    def __init__(self, words: Words) -> None:
        super().__init__()
        say = words.say
        self.buttons: dict[str, QToolButton] = {}
        self._speed = QLabel()
        self._speed.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._speed.setMinimumWidth(44)
        self._speed.setToolTip(say("Speed; 1 is as it was"))
        self._time = QLabel()
        self._time.setProperty("role", "body")
        self._time.setToolTip(say("Time in the recording, and its length; F1 lists the keys"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE // 2 - 1)
        for action in ACTIONS:
            if action.name in {"slower", "loop-from", "raw"}:
                row.addSpacing(SPACE)
            if action.name == "faster":
                row.addWidget(self._speed)
            row.addWidget(self._button(action, f"{say(action.about)} ({say(action.keys)})"))
        row.addStretch(1)
        row.addWidget(self._time)
        self.buttons["raw"].setCheckable(True)

    def show_head(self, head: Playhead) -> None:
        """What the cursor does."""
        self.buttons["play"].setText("❚❚" if head.playing else "▶")
        self._speed.setText(f"{head.speed:g}×")  # noqa: RUF001 - a times sign, not an x
        self.buttons["loop-off"].setEnabled(head.loop_us is not None)
        self._time.setText(f"{clock_text(head.t_us, 3)} / {clock_text(head.last_us)}")

    def _button(self, action: Action, tip: str) -> QToolButton:
        button = QToolButton()
        button.setText(action.sign)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setStyleSheet("QToolButton { padding: 8px 5px; min-width: 22px; }")
        button.clicked.connect(lambda: self.asked.emit(action.name))
        self.buttons[action.name] = button
        return button

"""Which board and which pad: the two lists above whatever is done with them.

Boards come and go in the list as they are plugged in and out; a virtual one is always there. The rule: listing asks no
board who it is, since that would reset it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox

from rig.gui.choices import VIRTUAL, Option
from rig.pad import load_pad, pad_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QHideEvent, QShowEvent

    from rig.gui.choices import Choices
    from rig.gui.words import Words
    from rig.pad import PadLayout

LOOK_MS = 2_000


class DeviceBox(QComboBox):
    """The boards that are plugged in, and virtual ones.

    Args:
        choices: lists the boards. virtuals: what stands behind them.
    """

    def __init__(self, choices: Choices, virtuals: Sequence[Option], words: Words) -> None:
        super().__init__()
        self._choices, self._virtuals = choices, tuple(virtuals)
        self._shown: tuple[Option, ...] = ()
        self.setAccessibleName(words.say("Device"))
        self.setToolTip(words.say("The port that the board is plugged in at"))
        self._watch = QTimer(self)
        self._watch.setInterval(LOOK_MS)
        self._watch.timeout.connect(self.look)
        self.look()

    @property
    def chosen(self) -> str:
        """A port, or a virtual board's value."""
        return str(self.currentData())

    def look(self) -> None:
        """Look again which boards are there; what was chosen stays, and a first board is chosen as it comes."""
        boards = [option for option in self._choices.devices() if option.value != VIRTUAL]
        options = (*boards, *self._virtuals)
        if options == self._shown:
            return
        known = {option.value for option in self._shown}
        came = [option.value for option in boards if option.value not in known]
        chosen = came[0] if came else self.chosen
        self._shown = options
        self.clear()
        for option in options:
            self.addItem(f"{option.title}: {option.about}" if option.about else option.title, option.value)
        self.setCurrentIndex(max(self.findData(chosen), 0))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Boards are plugged in while somebody looks."""
        self.look()
        self._watch.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Nobody looks."""
        self._watch.stop()
        super().hideEvent(event)


class PadBox(QComboBox):
    """The pads that are known, or the path of another one's file."""

    def __init__(self, choices: Choices, words: Words) -> None:
        super().__init__()
        for option in choices.pads():
            self.addItem(option.title, option.value)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setAccessibleName(words.say("Pad"))
        self.setToolTip(words.say("A built-in pad, or the path of a pad file (TOML)"))

    @property
    def named(self) -> str:
        """A built-in's name, or a file's path."""
        at = self.findText(self.currentText())
        return str(self.itemData(at)) if at >= 0 else self.currentText().strip()

    def layout_chosen(self) -> PadLayout:
        """The pad.

        Raises:
            InputError: there is none of that name, or its file is unsound.
        """
        return load_pad(self.named)

    def text_chosen(self) -> str:
        """The pad file's text.

        Raises:
            InputError: as above.
        """
        return pad_text(self.named)

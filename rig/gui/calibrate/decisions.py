"""What the maker decides while a calibration runs: a row of buttons, each with a key of its own.

Only what can be decided now is shown. The rule: a button asks and decides nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from rig.gui.labels import button
from rig.gui.theme import SPACE

if TYPE_CHECKING:
    from rig.gui.words import Words
    from rig.session.calibrate.picture import Picture
    from rig.session.calibrate.running import Act


class Decisions(QWidget):
    """The row.

    Signals:
        asked(str): one of `Act` is wanted. leaves(): the maker stops for now.
    """

    asked = Signal(str)
    leaves = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        say = words.say
        self.of: dict[Act, QPushButton] = {}
        self._add("accept", say("It is right"), say("Take what was asked about"), "A", primary=True)
        self._add("back", say("Take it back"), say("The weight before was wrong: put it on anew"), "B")
        self._add("enough", say("Enough pressing"), say("End the pressing with what there is"), "E", primary=True)
        self._add("fit-again", say("Try again"), say("Work the profile out once more"), "T", primary=True)
        self._add("press-on", say("Press on"), say("Press more before the profile is worked out"), "P")
        self._add("skip", say("Leave it out"), say("Leave this one weight out"), "S")
        self._add("skip-sensor", say("Next sensor"), say("Leave the rest of this sensor's weights out"), "X")
        self.stop = button(say("Stop"), say("Stop for now; every reading is kept"), self.leaves.emit, "Esc")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        for each in self.of.values():
            each.hide()
            row.addWidget(each)
        row.addStretch(1)
        row.addWidget(self.stop)

    def show_for(self, picture: Picture) -> None:
        """Show what can be decided now."""
        weighing = picture.stage in {"weigh", "verify"} and not picture.problem
        wanted: dict[Act, bool] = {
            "accept": weighing and picture.progress is not None and picture.progress.asks,
            "back": weighing and picture.progress is not None and picture.progress.back is not None,
            "enough": picture.stage == "press",
            "fit-again": bool(picture.problem),
            "press-on": bool(picture.problem) and not picture.pressless,
            "skip": weighing,
            "skip-sensor": weighing,
        }
        for what, there in wanted.items():
            self.of[what].setVisible(there)

    def _add(self, what: Act, said: str, tip: str, keys: str, *, primary: bool = False) -> None:
        self.of[what] = button(said, tip, lambda: self.asked.emit(what), keys, primary=primary)

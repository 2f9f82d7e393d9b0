"""The doctor's first two pages: which board is to be examined, and the examination while it runs.

The rule: the pages look and ask, and examine nothing themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from rig.errors import RigError
from rig.gui.bench_boxes import DeviceBox, PadBox
from rig.gui.choices import VIRTUAL, Option
from rig.gui.doctor.words import STAGES
from rig.gui.growing import Column
from rig.gui.labels import Page, button, label, put
from rig.gui.pad_map import PadMap, TileLook
from rig.gui.settle_ring import SettleRing
from rig.gui.theme import SPACE

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QShowEvent

    from rig.gui.choices import Choices
    from rig.gui.theme import Theme
    from rig.gui.words import Words
    from rig.pad import PadLayout
    from rig.session.doctor.visit import Visit, VisitPicture

SOLDERED = "virtual-faults"
FRAME_MS = 50
_WIDEST = 760


class WaitingPage(Page):
    """What to examine.

    Signals:
        begins(str, object, bool): a port or a virtual board's value, the pad, and whether somebody strokes over it.
    """

    begins = Signal(str, object, bool)

    def __init__(self, words: Words, choices: Choices) -> None:
        super().__init__()
        say, self._told = words.say, words.told
        name = say("Virtual pad")
        virtuals = [
            Option(SOLDERED, name, say("with some faults of a first soldering")),
            Option(VIRTUAL, name, say("sound")),
        ]
        self.device, self.pad = DeviceBox(choices, virtuals, words), PadBox(choices, words)
        self.strokes = QCheckBox(say("I stroke over the pad when asked"))
        self.strokes.setChecked(True)
        self.strokes.setToolTip(say("Without it only faults that show on an untouched pad are found"))
        self._wrong = label()
        self._wrong.hide()
        begin = button(say("Examine"), say("Begin the examination"), self.begin, "Ctrl+Return", primary=True)
        self.begin_at(begin)
        form = QGridLayout()
        form.setSpacing(2 * SPACE)
        form.setColumnStretch(1, 1)
        form.addWidget(label(say("Device"), wraps=False), 0, 0)
        form.addWidget(self.device, 0, 1)
        form.addWidget(label(say("Pad"), wraps=False), 1, 0)
        form.addWidget(self.pad, 1, 1)
        form.addWidget(self.strokes, 2, 1)
        about = say(
            "The doctor listens to the line and to the untouched sensors, then to a hand that strokes over the pad. It "
            "shows each fault where it is, with what to solder, and takes a minute."
        )
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(begin)
        middle = QVBoxLayout()
        middle.setSpacing(2 * SPACE)
        middle.addStretch(1)
        middle.addWidget(label(say("Examine board and pad"), "headline"))
        middle.addWidget(label(about, "quiet"))
        middle.addLayout(form)
        middle.addWidget(self._wrong)
        middle.addLayout(foot)
        middle.addStretch(2)
        column = Column(_WIDEST)
        column.setLayout(middle)
        across = QHBoxLayout(self)
        across.addStretch(1)
        across.addWidget(column, 8)
        across.addStretch(1)

    def tell(self, wrong: str) -> None:
        """Say why nothing could be examined."""
        put(self._wrong, wrong, "wrong")
        self._wrong.setVisible(bool(wrong))

    def begin(self) -> None:
        """Examine what is chosen."""
        try:
            pad = self.pad.layout_chosen()
        except RigError as error:
            self.tell(self._told(error))
            return
        self.tell("")
        self.begins.emit(self.device.chosen, pad, self.strokes.isChecked())


class VisitPage(QWidget):
    """An examination while it runs.

    Signals:
        over(object): the examination. failed(str): it has ended, and why. leaves(): somebody breaks it off.
    """

    over = Signal(object)
    failed = Signal(str)
    leaves = Signal()

    def __init__(self, pad: PadLayout, visit: Visit, theme: Theme, words: Words) -> None:
        super().__init__()
        self._pad, self._visit, self._say, self._told = pad, visit, words.say, words.told
        self.map = PadMap(pad, theme)
        self.map.setAccessibleName(words.say("Sensors of the pad"))
        self.headline, self._what = label(role="headline"), label(role="quiet")
        self._ring = SettleRing(theme)
        say = words.say
        self.done = button(say("Done stroking"), say("The whole pad was stroked"), visit.enough, "D", primary=True)
        stop = button(say("Stop"), say("Break the examination off"), self.leaves.emit, "Esc")
        keys = QHBoxLayout()
        keys.addWidget(self.done)
        keys.addStretch(1)
        keys.addWidget(stop)
        right = QVBoxLayout()
        right.setSpacing(2 * SPACE)
        right.addStretch(1)
        right.addWidget(self.headline)
        right.addWidget(self._what)
        right.addWidget(self._ring, 0, Qt.AlignmentFlag.AlignLeft)
        right.addStretch(2)
        right.addLayout(keys)
        row = QHBoxLayout(self)
        row.setContentsMargins(3 * SPACE, 3 * SPACE, 3 * SPACE, 3 * SPACE)
        row.setSpacing(3 * SPACE)
        row.addWidget(self.map, 2)
        row.addLayout(right, 3)
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self.refresh)

    def refresh(self) -> None:
        """Draw the latest state."""
        if self._visit.error is not None:
            self._timer.stop()
            self.failed.emit(self._told(self._visit.error))
            return
        picture = self._visit.picture()
        if picture.found is not None:
            self._timer.stop()
            self.over.emit(picture.found)
            return
        headline, what = STAGES[picture.stage]
        put(self.headline, self._say(headline))
        put(self._what, self._say(what) if what else "")
        self._ring.show_now(picture.share, f"{100 * picture.share:.0f} %")
        self.done.setVisible(picture.stage == "press")
        self.map.show_looks(self._looks(picture))

    def showEvent(self, _event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Draw from now on."""
        self._timer.start()

    def hideEvent(self, _event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Nobody looks."""
        self._timer.stop()

    def _looks(self, picture: VisitPicture) -> list[TileLook]:
        """What is pressed now fills up, what was reached stays marked."""
        shares = np.round(picture.counts / self._pad.full_scale, 2).tolist()
        return [
            TileLook("accent", 0.9, share, "good" if reached else "", "✓" if reached else "", "good")
            for share, reached in zip(shares, picture.reached.tolist(), strict=True)
        ]

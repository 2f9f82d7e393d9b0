"""Before a calibration: which board and pad, which weights are at hand, and whether an earlier evening goes on.

The rule: everything has a usual value, so that Enter begins; what cannot be is said beside its field's name, in words,
and nothing is begun.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from rig.calibration.other_units import GRAMS_PER_N
from rig.calibration.run_tasks import WEIGHTS_N
from rig.clock import SystemClock
from rig.errors import RigError
from rig.gui.bench_boxes import DeviceBox, PadBox
from rig.gui.choices import VIRTUAL, Option
from rig.gui.growing import Column
from rig.gui.labels import Page, button, card, label, put
from rig.gui.theme import SPACE
from rig.session.calibrate.plan import (
    CalibrationFiles,
    CalibrationPlan,
    load_plan,
    new_files,
    parse_channels,
    parse_weights,
    save_plan,
    unfinished,
)

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from rig.gui.choices import Choices
    from rig.gui.words import Words
    from rig.pad import PadLayout
    from rig.workspace import Workspace

USUAL_CYCLES, MOST_CYCLES = 3, 6
_WIDEST = 760


@dataclass(frozen=True)
class Choice:
    """What was chosen: a port (None: the virtual pad), a pad with its file's text, and what is to be done where."""

    port: str | None
    pad: PadLayout
    pad_text: str
    plan: CalibrationPlan
    files: CalibrationFiles


class SetupPage(Page):
    """The choices.

    Args:
        home: the workspace. words: the language. choices: lists boards and pads.

    Signals:
        begins(object): a `Choice` was made.
    """

    begins = Signal(object)

    def __init__(self, home: Workspace, words: Words, choices: Choices) -> None:
        super().__init__()
        self._home, self._say, self._told = home, words.say, words.told
        self._earlier: CalibrationFiles | None = None
        about = words.say("time runs fast, and virtual hands put the weights on")
        self.device = DeviceBox(choices, [Option(VIRTUAL, words.say("Virtual pad"), about)], words)
        self.pad = PadBox(choices, words)
        self.weights, self.sensors = QLineEdit(), QLineEdit()
        self.unit = QComboBox()
        self.cycles = QComboBox()
        self.pressing = QCheckBox(words.say("Press all over the pad afterwards, on the load cell"))
        self._wrong = label()
        self._earlier_told = label(role="quiet")
        self._earlier_card = card()
        self._fill()
        self._lay_out()

    def tell(self, wrong: str) -> None:
        """Say why nothing could be begun, or why it ended."""
        put(self._wrong, wrong, "wrong")
        self._wrong.setVisible(bool(wrong))

    def begin(self) -> None:
        """Begin anew with what is chosen."""
        try:
            layout = self.pad.layout_chosen()
            files = new_files(self._home.calibration, layout, SystemClock())
            plan = CalibrationPlan(
                layout.name,
                parse_channels(self.sensors.text(), layout, self._say("Sensors")),
                self._weights_n(),
                self.cycles.currentData(),
                self.pressing.isChecked(),
            )
            save_plan(plan, files)
            self._choose(layout, plan, files)
        except RigError as error:
            self.tell(self._told(error))

    def go_on(self) -> None:
        """Go on with the unfinished evening."""
        if self._earlier is None:
            return
        try:
            self._choose(self.pad.layout_chosen(), load_plan(self._earlier), self._earlier)
        except RigError as error:
            self.tell(self._told(error))

    def showEvent(self, _event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Look whether an evening is unfinished."""
        self._look_for_earlier()

    def _choose(self, layout: PadLayout, plan: CalibrationPlan, files: CalibrationFiles) -> None:
        self.tell("")
        port = None if self.device.chosen == VIRTUAL else self.device.chosen
        self.begins.emit(Choice(port, layout, self.pad.text_chosen(), plan, files))

    def _weights_n(self) -> tuple[float, ...]:
        given = self.weights.text()
        where = self._say("Weights at hand")
        if self.unit.currentData() == "g" and given.strip():
            # What is no number is told by the parser, with the text as it was typed.
            with suppress(ValueError):
                given = ",".join(f"{float(cell) / GRAMS_PER_N:.6g}" for cell in given.split(","))
        return parse_weights(given, where)

    def _look_for_earlier(self) -> None:
        try:
            self._earlier = unfinished(self._home.calibration, self.pad.layout_chosen())
        except RigError:
            self._earlier = None  # A pad that cannot be read is told when it is begun with.
        self._earlier_card.setVisible(self._earlier is not None)
        if self._earlier is not None:
            put(self._earlier_told, self._say("{stem} has not come to its verdict yet.", stem=self._earlier.stem))

    def _fill(self) -> None:
        say = self._say
        self.pad.currentTextChanged.connect(lambda _: self._look_for_earlier())
        self.weights.setText(", ".join(f"{w:g}" for w in WEIGHTS_N))
        self.weights.setToolTip(say("The weights that you have, between commas; each with the puck's own"))
        self.unit.addItem("N", "N")
        self.unit.addItem("g", "g")
        self.unit.setToolTip(say("Newtons, or grams as stamped on the weights"))
        self.unit.currentIndexChanged.connect(lambda _: self._convert())
        self.sensors.setPlaceholderText(say("six spread over the pad"))
        self.sensors.setToolTip(say("Channel numbers between commas; what all sensors share is learnt from a few"))
        for times in range(1, MOST_CYCLES + 1):
            self.cycles.addItem(f"{times}", times)
        self.cycles.setCurrentIndex(USUAL_CYCLES - 1)
        self.cycles.setToolTip(say("How often all weights are put on, up and down"))
        self.pressing.setChecked(True)
        self.pressing.setToolTip(say("Tells every sensor's own gain; needs a load cell under the pad"))

    def _convert(self) -> None:
        """Show the same weights in the other unit."""
        factor = GRAMS_PER_N if self.unit.currentData() == "g" else 1 / GRAMS_PER_N
        try:
            values = [float(cell) * factor for cell in self.weights.text().split(",")]
        except ValueError:
            return  # What is no number has no unit either.
        self.weights.setText(", ".join(f"{value:.3g}" for value in values))

    def _lay_out(self) -> None:
        say = self._say
        weights = QHBoxLayout()
        weights.addWidget(self.weights, 1)
        weights.addWidget(self.unit)
        form = QGridLayout()
        form.setSpacing(2 * SPACE)
        form.setColumnStretch(1, 1)
        fields: tuple[tuple[str, QWidget | QHBoxLayout], ...] = (
            (say("Device"), self.device),
            (say("Pad"), self.pad),
            (say("Weights at hand"), weights),
            (say("Sensors to weigh"), self.sensors),
            (say("Times up and down"), self.cycles),
            ("", self.pressing),
        )
        for row, (name, field) in enumerate(fields):
            form.addWidget(label(name, wraps=False), row, 0)
            if isinstance(field, QWidget):
                field.setAccessibleName(name)
                form.addWidget(field, row, 1)
            else:
                form.addLayout(field, row, 1)
        begin = button(say("Begin"), say("Begin a calibration"), self.begin, "Ctrl+Return", primary=True)
        self.begin_at(begin)
        for line in (self.weights, self.sensors):
            line.returnPressed.connect(self.begin)
        self._wrong.hide()
        middle = QVBoxLayout()
        middle.setSpacing(2 * SPACE)
        middle.addStretch(1)
        middle.addWidget(label(say("Calibrate the pad"), "headline"))
        about = say(
            "Weights on a few sensors teach the curve that all share, pressing all over the pad on a load cell each "
            "sensor's own gain, and three weights at the end show whether it holds. Stop whenever you like: every "
            "reading is kept, and the evening goes on where it stopped."
        )
        middle.addWidget(label(about, "quiet"))
        middle.addWidget(self._earlier_box())
        middle.addLayout(form)
        middle.addWidget(self._wrong)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(begin)
        middle.addLayout(foot)
        middle.addStretch(2)
        column = Column(_WIDEST)
        column.setLayout(middle)
        across = QHBoxLayout(self)
        across.addStretch(1)
        across.addWidget(column, 8)
        across.addStretch(1)

    def _earlier_box(self) -> QWidget:
        say = self._say
        told = QVBoxLayout()
        told.addWidget(label(say("An unfinished calibration"), "title"))
        told.addWidget(self._earlier_told)
        row = QHBoxLayout(self._earlier_card)
        row.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        row.addLayout(told, 1)
        row.addWidget(button(say("Go on with it"), say("Go on where it stopped"), self.go_on, "Ctrl+G"))
        self._earlier_card.hide()
        return self._earlier_card

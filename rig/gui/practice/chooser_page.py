"""What to practise, on which pad: the routines as cards, everything else in a row each, and one large button.

All rows stand at what was chosen last, so that another routine and the button are two clicks. Boards come and go in
their row as they are plugged in and out. The rule: the page chooses and starts nothing itself.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from rig.gui.choices import VIRTUAL, Choices
from rig.gui.practice.option_row import OptionRow
from rig.gui.practice.routine_cards import RoutineCards
from rig.gui.theme import SPACE

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QHideEvent, QShowEvent

    from rig.gui.choices import Choice, StepWish
    from rig.gui.theme import Theme
    from rig.gui.words import Words

LOOK_MS = 1_000


class ChooserPage(QWidget):
    """The page before a practice.

    Args:
        choices: what there is. first: what was chosen last. theme, words: the look and the language.
        sound: what is to be heard here, or why nothing is.

    Signals:
        starts(object): the `Choice` to begin with.
    """

    starts = Signal(object)

    def __init__(self, choices: Choices, first: Choice, theme: Theme, words: Words, sound: str) -> None:
        super().__init__()
        self._choices, self._say = choices, words.say
        self._choice = choices.mended(first)
        self._known = {device.value for device in choices.devices()}
        self._cards = RoutineCards(theme)
        self._rows = {
            "device": OptionRow(self._say("Device")),
            "pad": OptionRow(self._say("Pad")),
            "profile": OptionRow(self._say("Profile")),
            "level": OptionRow(self._say("Level")),
            "length": OptionRow(self._say("Length")),
            "step": OptionRow(self._say("Steps"), as_list=True),
        }
        self._sound = QCheckBox(self._say("Sound on this computer"))
        self._sound.setToolTip(sound)
        self._said = QLabel()
        self._said.setWordWrap(True)
        self._said.setMinimumHeight(6 * SPACE)
        self._start = QPushButton(self._say("Start"))
        self._start.setProperty("role", "primary")
        self._start.setToolTip(self._say("Begin this practice (Return)"))
        self._start.setDefault(True)
        self._start.clicked.connect(self._begin)
        self._watch = QTimer(self)
        self._watch.setInterval(LOOK_MS)
        self._watch.timeout.connect(self._look_at_devices)
        self._lay_out()
        self._cards.chosen.connect(lambda value: self._choose("routine", value))
        for field, row in self._rows.items():
            row.chosen.connect(lambda value, field=field: self._choose(field, value))
        self._sound.toggled.connect(lambda on: self._take(replace(self._choice, sound=on)))
        self._offer()

    @property
    def choice(self) -> Choice:
        """What is chosen now."""
        return self._choice

    def look_every(self, milliseconds: int) -> None:
        """How often to look for boards; once a second unless asked otherwise."""
        self._watch.setInterval(milliseconds)

    def take_profile(self, profile: Path) -> None:
        """Choose a profile, and the pad that it is of.

        Raises:
            InputError: it is of no pad that there is.
        """
        self._choices.look_again()
        self._take(self._choices.with_profile(self._choice, profile))

    def take_step(self, wish: StepWish) -> None:
        """Choose one step of a routine."""
        self._choices.look_again()
        self._take(replace(self._choice, routine=wish.routine, step=wish.step))

    def tell(self, said: str, state: str = "") -> None:
        """A line beside the button: why something could not begin, or that it is beginning."""
        self._said.setText(said)
        self._said.setProperty("state", state)
        self._said.style().polish(self._said)

    def wait(self, waiting: bool) -> None:
        """Whether a practice is beginning, so that nothing can be chosen meanwhile."""
        for widget in (self._cards, *self._rows.values(), self._sound, self._start):
            widget.setEnabled(not waiting)
        if not waiting:
            self._start.setFocus()

    def showEvent(self, _event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Look at what there is."""
        self._look_again()
        self._align()
        self._watch.start()
        self._start.setFocus(Qt.FocusReason.OtherFocusReason)

    def hideEvent(self, _event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Nobody looks."""
        self._watch.stop()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Another style has other widths."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.StyleChange, QEvent.Type.FontChange}:
            self._align()

    def _align(self) -> None:
        """The rows' names are as wide as the widest."""
        widest = max(row.title_px for row in self._rows.values())
        for row in self._rows.values():
            row.give_title(widest)

    def _lay_out(self) -> None:
        question = QLabel(self._say("What will you practise?"))
        question.setProperty("role", "headline")
        card = QFrame()
        card.setProperty("role", "card")
        rows = QVBoxLayout(card)
        rows.setContentsMargins(3 * SPACE, 2 * SPACE, 3 * SPACE, 2 * SPACE)
        rows.setSpacing(SPACE)
        for row in self._rows.values():
            rows.addWidget(row)
            rows.addStretch(1)
        rows.addWidget(self._sound)
        rows.addStretch(6)
        rows.addWidget(self._said)
        rows.addWidget(self._start)
        columns = QHBoxLayout()
        columns.setSpacing(3 * SPACE)
        columns.addWidget(self._cards, 1)
        columns.addWidget(card, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(4 * SPACE, 3 * SPACE, 4 * SPACE, 4 * SPACE)
        whole.setSpacing(2 * SPACE)
        whole.addWidget(question)
        whole.addLayout(columns, 1)

    def _choose(self, field: str, value: str) -> None:
        change: dict[str, Any] = {field: value}
        self._take(replace(self._choice, **change))

    def _take(self, choice: Choice) -> None:
        self._choice = self._choices.mended(choice)
        self._offer()

    def _offer(self) -> None:
        choices, choice = self._choices, self._choice
        self._cards.offer(choices.routines(), choice.routine)
        self._rows["device"].offer(choices.devices(), choice.device)
        self._rows["pad"].offer(choices.pads(), choice.pad)
        self._rows["profile"].offer(choices.profiles(choice.pad), choice.profile)
        self._rows["level"].offer(choices.levels(choice.routine), choice.level)
        self._rows["length"].offer(choices.lengths(), choice.length)
        self._rows["step"].offer(choices.steps(choice.routine), choice.step)
        self._sound.setChecked(choice.sound)

    def _look_again(self) -> None:
        self._choices.look_again()
        self._take(self._choice)

    def _look_at_devices(self) -> None:
        devices = self._choices.devices()
        there = {device.value for device in devices}
        if self._choice.device not in there:
            self.tell(self._say("{port} was unplugged.", port=self._choice.device), "doubt")
            self._take(self._choice)
        else:
            new = [d for d in devices if d.value != VIRTUAL and d.value not in self._known]
            if new:
                # Whoever plugs a board in means to use it.
                self._take(replace(self._choice, device=new[0].value))
                self.tell(self._say("{port} is here.", port=new[0].value))
        self._known = there

    def _begin(self) -> None:
        self.starts.emit(self._choice)

"""What a recording is to be judged by again: routine, level, step and profile, each as recorded unless chosen.

The rule: the dialog only asks; what cannot be had is told by whoever judges, and then everything stays as it was.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFileDialog, QGridLayout, QLabel, QVBoxLayout

from rig.errors import InputError
from rig.gui.growing import grown
from rig.gui.theme import SPACE
from rig.session.player.wishes import RECORDED, Wishes, routine_for
from rig.technique.routine.loading import builtin_routines

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from rig.gui.words import Words
    from rig.session.player.player import Player
    from rig.technique.routine.routine import Routine
    from rig.workspace import Workspace

_BROWSE = "\0browse"
_WIDE_PX = 520


class JudgeDialog(QDialog):
    """Asks for `wishes`."""

    def __init__(self, player: Player, home: Workspace, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._player, self._say, self._told = player, words.say, words.told
        self.setWindowTitle(self._say("Judge again"))
        self.setMinimumWidth(round(_WIDE_PX * (1.0 if parent is None else grown(parent))))
        self.routine, self.level, self.step, self.profile = QComboBox(), QComboBox(), QComboBox(), QComboBox()
        self._fill_routines()
        self._fill_profiles(home)
        self.routine.activated.connect(self._routine_chosen)
        self.profile.activated.connect(self._profile_chosen)
        self._said = QLabel()
        self._said.setProperty("role", "quiet")
        self._said.setWordWrap(True)
        form = QGridLayout()
        form.setSpacing(2 * SPACE)
        form.setColumnStretch(1, 1)
        rows = (
            (self._say("Routine"), self.routine, self._say("Whose steps and limits it is judged by")),
            (self._say("Level"), self.level, self._say("How narrow the limits are")),
            (self._say("Step"), self.step, self._say("Which step is practised when")),
            (self._say("Profile"), self.profile, self._say("The calibration that makes newtons of counts")),
        )
        for row, (said, box, about) in enumerate(rows):
            box.setToolTip(about)
            box.setAccessibleName(said)
            form.addWidget(QLabel(said), row, 0)
            form.addWidget(box, row, 1)
        buttons = QDialogButtonBox()
        self.judge = buttons.addButton(self._say("Judge"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.judge.setProperty("role", "primary")
        buttons.addButton(self._say("Leave it"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * SPACE, 3 * SPACE, 3 * SPACE, 3 * SPACE)
        column.setSpacing(2 * SPACE)
        column.addLayout(form)
        column.addWidget(self._said)
        column.addWidget(buttons)
        self._routine_chosen()

    @property
    def wishes(self) -> Wishes:
        """What was chosen."""
        routine, level, step, profile = (
            box.currentData() for box in (self.routine, self.level, self.step, self.profile)
        )
        return Wishes(routine, level, step, profile)

    def _fill_routines(self) -> None:
        self.routine.addItem(self._say("as recorded"), RECORDED)
        self.routine.addItem(self._say("none: what holds in all documents"), None)
        for name in builtin_routines():
            self.routine.addItem(name, name)
        self.routine.addItem(self._say("from a file…"), _BROWSE)

    def _fill_profiles(self, home: Workspace) -> None:
        self.profile.addItem(self._say("as recorded"), RECORDED)
        self.profile.addItem(self._say("none: estimated forces"), None)
        for path in sorted(home.calibration.glob("*.json")):
            if not path.name.endswith(".check.json"):
                self.profile.addItem(path.name, str(path))
        self.profile.addItem(self._say("from a file…"), _BROWSE)

    def _routine_chosen(self) -> None:
        self._browse(self.routine, self._say("Routines (*.toml)"))
        self._said.setText("")
        try:
            routine = routine_for(self._player.recording, Wishes(routine=self.routine.currentData()))
        except InputError as error:
            self._said.setText(self._told(error))
            routine = None
        self._fill_levels(routine)
        self._fill_steps(routine)

    def _fill_levels(self, routine: Routine | None) -> None:
        self.level.clear()
        if self.routine.currentData() == RECORDED:
            self.level.addItem(self._say("as recorded"), RECORDED)
        self.level.addItem(self._say("the routine's own limits"), None)
        for level in routine.levels if routine is not None else ():
            self.level.addItem(self._say(level.name.capitalize()), level.name)
        self.level.setEnabled(routine is not None)

    def _fill_steps(self, routine: Routine | None) -> None:
        self.step.clear()
        self.step.addItem(self._say("as marked in the recording"), RECORDED)
        steps = routine.steps if routine is not None else ()
        for step in steps:
            self.step.addItem(self._say("all of it is {step}", step=f"{step.id}  {self._told(step.title)}"), step.id)
        self.step.setEnabled(routine is not None)
        practised = {span.step for span in self._player.spans if span.step is not None}
        known = {step.id for step in steps}
        # Another routine does not know the steps that are marked: then only one of its own makes sense.
        if steps and practised and not practised <= known:
            self.step.setCurrentIndex(1)
            self._said.setText(self._say("The marked steps are another routine's: choose one for the whole recording."))

    def _profile_chosen(self) -> None:
        self._browse(self.profile, self._say("Profiles (*.json)"))

    def _browse(self, box: QComboBox, kind: str) -> None:
        """Ask for a file where somebody wants one."""
        if box.currentData() != _BROWSE:
            return
        name, _ = QFileDialog.getOpenFileName(self, self.windowTitle(), "", kind)
        if name:
            box.insertItem(box.count() - 1, Path(name).name, name)
        box.setCurrentIndex(box.count() - 2 if name else 0)

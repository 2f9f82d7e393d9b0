"""A running practice on the screen: the back on the left, the panel on the right, sixty pictures a second.

A timer asks the session for its latest picture; texts follow ten times a second, for nobody reads faster. The rule:
the page may be stalled, slow or closed, and the session does not notice; it only looks, and passes keys on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from rig.gui.back_picture import BackPicture
from rig.gui.practice.checklist_panel import ChecklistPanel
from rig.gui.practice.ghost import Ghost
from rig.gui.practice.glancing import glance_of
from rig.gui.practice.panel import PracticePanel
from rig.gui.theme import SPACE
from rig.performance.documented import Documented
from rig.technique.routine.briefing import brief

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent

    from rig.gui.theme import Theme
    from rig.gui.words import Words
    from rig.pad import PadLayout
    from rig.session.running import RunningPractice
    from rig.technique.routine.briefing import Brief
    from rig.technique.routine.routine import Routine
    from rig.technique.timeline import Pacer

FRAME_MS = 16
TEXT_EVERY = 6
"""Figures change each sixth picture; what moves, at every one."""


class PracticePage(QWidget):
    """One session while it runs.

    Keys: N, the right arrow or Page Down next; A again; P or Space pause; Q or Escape end.

    Args:
        pad: the layout. routine: at its level, for the ghost; None shows none. practice: what runs.
        theme, words: the look and the language.

    Signals:
        ended(): the session is over; asked once. leaves(): somebody wants it to be.
    """

    ended = Signal()
    leaves = Signal()

    def __init__(
        self, pad: PadLayout, routine: Routine | None, practice: RunningPractice, theme: Theme, words: Words
    ) -> None:
        super().__init__()
        self._practice, self._routine, self._words = practice, routine, words
        self._ghost = Ghost()
        self._motions: dict[tuple[str, float | None], Documented] = {}
        self._brief: Brief | None = None
        self._shown: tuple[str | None, Pacer | None] = (None, None)
        self._begun_s = 0.0
        self._pictures = 0
        self._over = False
        self._back = BackPicture(pad, theme, over=[self._ghost], say=words.say)
        self._panel = PracticePanel(theme, glance_of(practice.screen, words))
        self._panel.setAccessibleName(words.say("Practise"))
        row = QHBoxLayout(self)
        row.setContentsMargins(3 * SPACE, 2 * SPACE, 3 * SPACE, 2 * SPACE)
        row.setSpacing(3 * SPACE)
        row.addWidget(self._back, 9)
        self._checklist = ChecklistPanel(words)
        self._checklist.begins.connect(practice.next_step)
        self._beside = QStackedWidget()
        self._beside.addWidget(self._panel)
        self._beside.addWidget(self._checklist)
        row.addWidget(self._beside, 11)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self.refresh)
        self._follow_step()
        self._panel.show_now(glance_of(practice.screen, words, self._brief))

    @property
    def panel(self) -> PracticePanel:
        """The words and figures."""
        return self._panel

    def refresh(self) -> None:
        """Draw the session's latest state."""
        screen = self._practice.screen
        force_n, contacts, alarm_y_mm = self._practice.picture()
        self._follow_step()
        self._follow_checklist()
        self._ghost.move_to(screen.t - self._begun_s)
        self._back.show_now(force_n, contacts, alarm_y_mm)
        if self._pictures % TEXT_EVERY == 0 or alarm_y_mm is not None:
            self._panel.show_now(glance_of(screen, self._words, self._brief))
        self._pictures += 1
        if screen.ended and not self._over:
            self._over = True
            self._timer.stop()
            self._panel.show_now(glance_of(screen, self._words, self._brief))
            self.ended.emit()

    def showEvent(self, _event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Draw from now on."""
        if not self._over:
            self._timer.start()

    def hideEvent(self, _event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Nobody looks: draw nothing."""
        self._timer.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Pass on what the session can do."""
        key = event.key()
        if key in {Qt.Key.Key_Escape, Qt.Key.Key_Q}:
            self.leaves.emit()
        elif key in {Qt.Key.Key_N, Qt.Key.Key_Right, Qt.Key.Key_PageDown}:
            self._practice.next_step()
        elif key == Qt.Key.Key_A:
            self._practice.again()
        elif key in {Qt.Key.Key_P, Qt.Key.Key_Space}:
            self._practice.pause()
        else:
            super().keyPressEvent(event)

    def _follow_checklist(self) -> None:
        """Beside the back is the checklist while the session waits for it, else the panel, which tells of the link."""
        screen = self._practice.screen
        waiting = screen.waiting and not screen.ended and not screen.link
        if waiting:
            left_out = screen.coach.left_out if screen.coach is not None else ()
            self._checklist.show_items(screen.checklist, left_out)
        if waiting == (self._beside.currentWidget() is self._panel):
            self._beside.setCurrentWidget(self._checklist if waiting else self._panel)
            if not waiting:
                self._panel.show_now(glance_of(screen, self._words, self._brief))
                self.setFocus()

    def _follow_step(self) -> None:
        """Show the motion of the step at work; none while there is none, or while it rests."""
        screen = self._practice.screen
        step = None if screen.paused or screen.waiting or screen.ended else self._practice.step
        pacer = screen.coach.pacer if screen.coach is not None else None
        if (step, pacer) == self._shown:
            return
        self._shown = (step, pacer)
        # With the breath, a breath in is where the motion begins.
        self._begun_s = screen.t if pacer is None else pacer.t_us / 1e6
        self._ghost.motion = None
        if step is None or self._routine is None:
            return
        per_min = None if pacer is None else pacer.per_min
        if (step, per_min) not in self._motions:
            self._motions[step, per_min] = Documented(self._back.pad, self._routine, step, per_min)
        self._ghost.motion = self._motions[step, per_min]
        if screen.coach is None:
            self._brief = brief(self._routine, self._routine.step(step), self._back.pad)

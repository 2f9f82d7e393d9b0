"""Practise: choose, tick the checklist, practise, look at what it came to; one page after the other.

Connecting and the report run beside the window. The rule: a session that has begun is always finished, whatever page
or window is closed, so that its recording and report are whole.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, QTimer
from PySide6.QtWidgets import QStackedLayout

from rig.clock import SystemClock
from rig.errors import RigError
from rig.gui.background import Work
from rig.gui.choices import Choices, StepWish, remembered, to_remember
from rig.gui.practice.chooser_page import ChooserPage
from rig.gui.practice.sound import ComputerSound, player_here
from rig.gui.view import View

if TYPE_CHECKING:
    from collections.abc import Callable

    from rig.clock import Clock
    from rig.gui.choices import Choice
    from rig.gui.practice.opening import Chosen, Finished
    from rig.gui.practice.page import PracticePage
    from rig.gui.practice.summary_page import SummaryPage
    from rig.gui.theme import Theme
    from rig.gui.words import Words
    from rig.session.cues import Sounder
    from rig.workspace import Workspace

REMEMBERED = "practise/choice"
END_S = 20.0
"""How long a closing window waits for a session's last lines and its report."""

SETTLED_MS = 600
"""So long after the first picture, what a session needs is imported, so that nobody waits for it at either."""


class PracticeView(View):
    """The view; also for tests, which give it a board through `opens`."""

    def __init__(self, home: Workspace, theme: Theme, words: Words) -> None:
        super().__init__(home, theme, words)
        self.opens: Callable[[Choice, Workspace, Clock, Sounder | None], Chosen] = _begin
        self._clock = SystemClock()
        self._settings = QSettings("massage-rig", "window")
        self._sound = ComputerSound(player_here())
        self._work: Work | None = None
        self._session: Chosen | None = None
        kept = str(self._settings.value(REMEMBERED, ""))
        self._chooser = ChooserPage(Choices(home, words), remembered(kept), theme, words, self.say(self._sound.about))
        self._chooser.starts.connect(self._open)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._chooser)

    @property
    def session(self) -> Chosen | None:
        """The session that runs, if one does."""
        return self._session

    @property
    def chooser(self) -> ChooserPage:
        """The first page."""
        return self._chooser

    def opened_with(self, what: object) -> None:
        """A profile, fresh from the calibration; or a step to be practised now."""
        if isinstance(what, Path):
            self._chooser.take_profile(what)
        elif isinstance(what, StepWish):
            self._practise(what)

    def entered(self) -> None:
        """Get ready while people choose."""
        QTimer.singleShot(SETTLED_MS, self, lambda: threading.Thread(target=_get_ready, daemon=True).start())

    def busy(self) -> str:
        """A session that is not over yet, or is just beginning."""
        running = self._session is not None or self._work is not None
        return self.say("A practice is running; closing ends it.") if running else ""

    def shut(self) -> None:
        """End the session as if its time were over, even one that has only just begun."""
        if self._session is not None:
            self._session.running.stop()
            if self._work is None:
                self._finish()
        if self._work is not None:
            self._work.wait(END_S)
            if self._session is None:
                self._drop(self._work.result)
        self._sound.close()

    @staticmethod
    def _drop(begun: object) -> None:
        """End a session that began while the window closed; nobody is there to be told how it went."""
        from rig.gui.practice.opening import Chosen

        if isinstance(begun, Chosen):
            begun.running.stop()
            with suppress(RigError):
                begun.finish()

    def _open(self, choice: Choice) -> None:
        self._settings.setValue(REMEMBERED, to_remember(choice))
        self._chooser.wait(True)
        self._chooser.tell(self.say("Connecting ..."))
        sounder = self._sound if choice.sound else None
        self._work = Work(lambda: self.opens(choice, self.home, self._clock, sounder), "opening")
        self._work.done.connect(self._opened)
        self._work.failed.connect(self._not_opened)
        self._work.start()

    def _not_opened(self, error: Exception) -> None:
        self._work = None
        self._chooser.wait(False)
        if not isinstance(error, RigError):
            raise error
        self._chooser.tell(self.words.told(error), "wrong")

    def _opened(self, session: Chosen) -> None:
        self._work = None
        self._session = session
        self._chooser.wait(False)
        self._chooser.tell("")
        from rig.gui.practice.page import PracticePage

        page = PracticePage(session.pad, session.routine, session.running, self.theme, self.words)
        page.leaves.connect(session.running.stop)
        page.ended.connect(self._finish)
        self._show(page)
        self.fills.emit(True)

    def _finish(self) -> None:
        session = self._session
        if session is None:
            return
        self._work = Work(session.finish, "report")
        self._work.done.connect(self._finished)
        self._work.failed.connect(self._broke_off)
        self._work.start()

    def _finished(self, finished: Finished) -> None:
        from rig.gui.practice.summary_page import SummaryPage

        session = self._session
        assert session is not None
        choices = Choices(self.home, self.words)
        page = SummaryPage(finished, session.pad, session.routine, choices, self.theme, self.words)
        page.practises.connect(self._practise)
        page.again.connect(self._again)
        page.back.connect(self._choose)
        page.looks.connect(lambda: self.goes_to.emit("replay", finished.recording))
        self._work, self._session = None, None
        self._show(page)
        self.fills.emit(False)
        if finished.loss:
            self.notices.emit(self.words.told(finished.loss), "wrong")

    def _practise(self, wish: StepWish) -> None:
        """Begin with one step, unless something is under way."""
        if self.busy():
            self.notices.emit(self.say("A practice is running: end it first."), "wrong")
            return
        self._choose()
        self._chooser.take_step(wish)
        self._open(self._chooser.choice)

    def _again(self) -> None:
        # The chooser is where a failure would be told.
        self._choose()
        self._open(self._chooser.choice)

    def _broke_off(self, error: Exception) -> None:
        self._work, self._session = None, None
        self._choose()
        if not isinstance(error, RigError):
            raise error
        said = self.say(
            "The practice broke off: {why}. What was recorded until then is kept.", why=self.words.told(error)
        )
        self._chooser.tell(said, "wrong")

    def _choose(self) -> None:
        self.fills.emit(False)
        self._pages.setCurrentWidget(self._chooser)
        self._drop_others()

    def _show(self, page: PracticePage | SummaryPage) -> None:
        self._pages.addWidget(page)
        self._pages.setCurrentWidget(page)
        page.setFocus()
        self._drop_others()

    def _drop_others(self) -> None:
        """Only the chooser is kept; other pages belong to their session."""
        for number in reversed(range(self._pages.count())):
            page = self._pages.widget(number)
            if page is not None and page is not self._chooser and page is not self._pages.currentWidget():
                self._pages.removeWidget(page)
                page.deleteLater()


def _begin(choice: Choice, home: Workspace, clock: Clock, sounder: Sounder | None) -> Chosen:
    from rig.gui.practice.opening import begin

    return begin(choice, home, clock, sounder)


def _get_ready() -> None:
    """What a session imports takes most of a second, and what the first page shows needs none of it."""
    import_module("rig.gui.practice.opening")

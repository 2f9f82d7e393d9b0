"""The guided calibration in the window: set up, work it off, and what it came to.

The rule: an evening runs in a thread of its own and keeps every reading; whatever happens to the window, going on is
one key.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStackedLayout

from rig.gui.calibrate.result import ResultPage
from rig.gui.calibrate.run_page import RunPage
from rig.gui.calibrate.setup import Choice, SetupPage
from rig.gui.choices import Choices
from rig.gui.view import View
from rig.session.calibrate.bench import Bench, bench_at, virtual_bench
from rig.session.calibrate.evening import Evening
from rig.session.calibrate.running import RunningCalibration

if TYPE_CHECKING:
    from rig.calibration.verdict import Verdict
    from rig.gui.theme import Theme
    from rig.gui.words import Words
    from rig.workspace import Workspace

SHUT_S = 5.0


class CalibrateView(View):
    """Set up, run, result."""

    def __init__(self, home: Workspace, theme: Theme, words: Words) -> None:
        super().__init__(home, theme, words)
        self.setup = SetupPage(home, words, Choices(home, words))
        self.setup.begins.connect(self.begin)
        self.page: RunPage | ResultPage | None = None
        self.running: RunningCalibration | None = None
        self._choice: Choice | None = None
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self.setup)

    def begin(self, choice: Choice, bench: Bench | None = None) -> None:
        """Work a choice off, on the board that it names; `bench` is another one, for tests and pictures."""
        if bench is None:
            bench = bench_at(choice.port, choice.pad) if choice.port is not None else virtual_bench(choice.pad)
        there = bench

        def evening(has_cell: bool) -> Evening:
            return Evening(choice.pad, choice.pad_text, choice.plan, choice.files, there.clock, has_cell=has_cell)

        self._choice = choice
        self.running = RunningCalibration(bench.device, evening, bench.clock, bench.watch)
        self.running.start()
        self._run()

    def stop(self) -> None:
        """Stop for now; what was read is kept."""
        self._end()
        self._show(None)

    def entered(self) -> None:
        """The keys are for the page in front."""
        (self.page or self.setup).setFocus()

    def busy(self) -> str:
        """Whether an evening is under way."""
        if isinstance(self.page, RunPage):
            return self.say("A calibration is under way. Every reading is kept; it goes on where it stops.")
        return ""

    def shut(self) -> None:
        """End the evening's thread."""
        self._end()

    def _run(self, before: Verdict | None = None) -> None:
        assert self.running is not None
        assert self._choice is not None
        page = RunPage(self._choice.pad, self.running, self.theme, self.words, before)
        page.verified.connect(self._finish)
        page.failed.connect(self._fail)
        page.leaves.connect(self.stop)
        self._show(page)

    def _finish(self) -> None:
        assert self.running is not None
        assert self._choice is not None
        picture = self.running.picture()
        if picture is None or picture.verdict is None:
            return
        page = ResultPage(self._choice.pad, picture, str(self._choice.files.profile), self.theme, self.words)
        page.asked.connect(self._ask)
        page.closes.connect(self.stop)
        page.practises.connect(self._practise)
        self._show(page)

    def _ask(self, what: str) -> None:
        """Once more, from the result."""
        assert self.running is not None
        picture = self.running.picture()
        self.running.act("press-on" if what == "press-on" else "verify-again")
        self._run(picture.verdict if picture is not None else None)

    def _practise(self, profile: str) -> None:
        self.stop()
        self.goes_to.emit("practise", Path(profile))

    def _fail(self, why: str) -> None:
        self._end()
        self._show(None)
        self.setup.tell(why)

    def _end(self) -> None:
        running, self.running = self.running, None
        if running is not None:
            running.stop()
            running.wait(SHUT_S)

    def _show(self, page: RunPage | ResultPage | None) -> None:
        """Bring a page to the front, None for the setup, and let go of the one before."""
        before, self.page = self.page, page
        if page is not None:
            self._pages.addWidget(page)
        self._pages.setCurrentWidget(page or self.setup)
        (page or self.setup).setFocus()
        if before is not None:
            self._pages.removeWidget(before)
            before.deleteLater()

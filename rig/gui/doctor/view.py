"""The doctor in the window: choose, listen, and the pad with its faults.

The rule: the examination is the command's own, `rig.device.doctor`, in a thread; the window shows it and can break it
off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStackedLayout, QWidget

from rig.clock import SystemClock
from rig.device.ports import opener
from rig.gui.choices import VIRTUAL, Choices
from rig.gui.doctor.pages import SOLDERED, VisitPage, WaitingPage
from rig.gui.doctor.result import DoctorResult
from rig.gui.view import View
from rig.performance.patient import patient, soldering_faults
from rig.session.doctor.visit import PRESS_MOST_S, REST_S, Visit, WatchedDevice
from rig.virtual.board import VirtualBoard
from rig.virtual.board_state import BoardModel
from rig.virtual.port import VirtualPort

if TYPE_CHECKING:
    from rig.device.doctor.examination import Examination
    from rig.gui.theme import Theme
    from rig.gui.words import Words
    from rig.pad import PadLayout
    from rig.workspace import Workspace

SHUT_S = 5.0
SEED = 7


class DoctorView(View):
    """Waiting room, examination, result."""

    def __init__(self, home: Workspace, theme: Theme, words: Words) -> None:
        super().__init__(home, theme, words)
        self.waiting = WaitingPage(words, Choices(home, words))
        self.waiting.begins.connect(self._begin)
        self.page: VisitPage | DoctorResult | None = None
        self.visit: Visit | None = None
        self._chosen: tuple[str, PadLayout, bool] | None = None
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self.waiting)

    def examine(self, visit: Visit, pad: PadLayout) -> None:
        """Run a visit."""
        self._end()
        self.visit = visit
        page = VisitPage(pad, visit, self.theme, self.words)
        page.over.connect(lambda found: self._show_found(pad, found))
        page.failed.connect(self._fail)
        page.leaves.connect(self.stop)
        visit.start()
        self._show(page)

    def stop(self) -> None:
        """Break off, or close what was found."""
        self._end()
        self._show(None)

    def entered(self) -> None:
        """The keys are for the page in front."""
        (self.page or self.waiting).setFocus()

    def busy(self) -> str:
        """Whether an examination is under way."""
        return self.say("The doctor is listening.") if isinstance(self.page, VisitPage) else ""

    def shut(self) -> None:
        """End the examination's thread."""
        self._end()

    def _begin(self, chosen: str, pad: PadLayout, strokes: bool) -> None:
        self._chosen = chosen, pad, strokes
        press_s = PRESS_MOST_S if strokes else 0.0
        clock = SystemClock()
        if chosen in {VIRTUAL, SOLDERED}:
            hands = patient(pad, SEED, REST_S + 1.0)
            board = VirtualBoard(BoardModel.of(pad, "virtual"), hands.counts, now_s=clock.now_s())
            board.wiring = soldering_faults(pad, SEED) if chosen == SOLDERED else []
            open_port = VirtualPort(board, clock, timeout_s=0.01).open
            self.examine(Visit(WatchedDevice(open_port, pad, clock), pad, clock, "", press_s), pad)
        else:
            device = WatchedDevice(opener(chosen), pad, clock)
            self.examine(Visit(device, pad, clock, chosen, press_s), pad)

    def _again(self) -> None:
        if self._chosen is not None:
            self._begin(*self._chosen)
        else:
            self.stop()

    def _show_found(self, pad: PadLayout, found: Examination) -> None:
        page = DoctorResult(pad, found, self.theme, self.words)
        page.closes.connect(self.stop)
        page.again.connect(self._again)
        page.notices.connect(self.notices)
        self._show(page)

    def _fail(self, why: str) -> None:
        self._end()
        self._show(None)
        self.waiting.tell(why)

    def _end(self) -> None:
        visit, self.visit = self.visit, None
        if visit is not None:
            visit.stop()
            visit.wait(SHUT_S)

    def _show(self, page: VisitPage | DoctorResult | None) -> None:
        """Bring a page to the front, None for the waiting room, and let go of the one before."""
        before, self.page = self.page, page
        if page is not None:
            self._pages.addWidget(page)
        front: QWidget = page or self.waiting
        self._pages.setCurrentWidget(front)
        front.setFocus()
        if before is not None:
            self._pages.removeWidget(before)
            before.deleteLater()

"""The pictures of practising, from the first choice to the summary, made from sessions on a virtual board.

`tests.pictures` calls them. A session runs fast and is held at the moment that a picture is about. The rule: a
picture waits for what it shows and never for a time.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings

from rig.clock import ManualClock
from rig.gui.application import application
from rig.gui.choices import Choice
from rig.gui.practice.opening import VIRTUAL_RATE_HZ, Chosen, Feed, begin
from rig.gui.practice.page import PracticePage
from rig.gui.practice.summary_page import SummaryPage
from rig.gui.practice.view import PracticeView
from rig.performance.follower import Follower
from rig.performance.perform import performance_player
from rig.technique.routine.loading import load_routine
from rig.virtual.board import VirtualBoard
from rig.virtual.board_state import BoardModel
from rig.virtual.port import VirtualPort
from tests.gui.picturing import pictured, window_of
from tests.gui.practising import PAD

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Literal

    from rig.clock import Clock
    from rig.gui.practice.glance import Glance
    from rig.session.cues import Sounder
    from rig.virtual.board import CountsSource
    from rig.workspace import Workspace

LONGEST_S = 120.0
TIMES = 12.0
SEED = 3


class HeldClock(ManualClock):
    """Time that runs only while nobody holds it."""

    held = False

    def wait_s(self, seconds: float) -> None:
        while self.held:
            time.sleep(0.005)
        super().wait_s(seconds)
        time.sleep(max(seconds, 0.0) / TIMES)


class _Stage:
    """A window whose sessions can be stopped at any moment."""

    def __init__(self, home: Workspace, scheme: Literal["light", "dark"], size: tuple[int, int], language: str) -> None:
        QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, str(home.home / "settings"))
        self.app = application()
        self.window = window_of(home, scheme, size, language)
        self.window.go("practise")
        view = self.window.view
        assert isinstance(view, PracticeView)
        self.view = view
        self.clock = HeldClock()
        self.port: VirtualPort | None = None
        self.fault: str | None = None
        view.opens = self.open

    def open(self, choice: Choice, home: Workspace, _clock: Clock, _sounder: Sounder | None) -> Chosen:
        routine = load_routine(choice.routine, PAD)
        follower = Follower(PAD, routine, SEED, VIRTUAL_RATE_HZ)
        counts: CountsSource = follower.counts
        if self.fault is not None:
            counts = performance_player(PAD, routine, [choice.step], self.fault, SEED, VIRTUAL_RATE_HZ).counts
        board = VirtualBoard(BoardModel.of(PAD, "virtual"), counts, seed=SEED, now_s=self.clock.now_s())
        self.port = VirtualPort(board, self.clock, timeout_s=0.01)
        return begin(choice, home, self.clock, None, Feed(self.port.open, follower.hear))

    def until(self, is_so: Callable[[], bool]) -> None:
        end_s = time.monotonic() + LONGEST_S
        while not is_so():
            assert time.monotonic() < end_s, "never came"
            self.app.processEvents()
            time.sleep(0.002)

    def taken(self, path: Path) -> Path:
        """The window now, time held."""
        self.clock.held = True
        pictured(self.window, path)
        self.clock.held = False
        return path

    def begin(self, choice: Choice, fault: str | None = None) -> None:
        """Choose, connect, and tick the checklist."""
        self.fault = fault
        self.view.chooser.starts.emit(choice)
        self.until(lambda: self.view.session is not None and self.view.session.running.screen.waiting)

    def tick(self) -> None:
        assert self.view.session is not None
        self.view.session.running.next_step()

    def end(self) -> None:
        assert self.view.session is not None
        self.view.session.running.stop()
        self.until(lambda: bool(self.view.findChildren(SummaryPage)) and not self.view.busy())

    def glance(self) -> Glance:
        return self.view.findChildren(PracticePage)[0].panel.glance

    def kind(self) -> str:
        assert self.view.session is not None
        return self.view.session.running.screen.say.kind

    def elapsed_s(self) -> float:
        assert self.view.session is not None
        return self.view.session.running.screen.elapsed_s


def practice_pictures(
    home: Workspace,
    into: Path,
    scheme: Literal["light", "dark"] = "dark",
    size: tuple[int, int] = (1280, 800),
    language: str = "en",
) -> list[Path]:
    """Choosing, the checklist, right strokes, a pause, unplugged, on the spine, the summary, with the breath."""
    stage = _Stage(home, scheme, size, language)
    strokes = Choice(routine="backpain", step="backpain.1", sound=False)
    made = [stage.taken(into / "practise-choose.png")]
    stage.begin(strokes)
    made.append(stage.taken(into / "practise-checklist.png"))
    stage.tick()
    stage.until(lambda: stage.glance().state == "good" and stage.elapsed_s() > 20)
    stage.until(lambda: stage.glance().readings[0].state == "good" and stage.elapsed_s() % 10 > 3)
    made.append(stage.taken(into / "practise.png"))
    assert stage.view.session is not None
    stage.view.session.running.pause()
    stage.until(lambda: stage.glance().state == "doubt")
    made.append(stage.taken(into / "practise-paused.png"))
    stage.view.session.running.pause()
    stage.until(lambda: stage.glance().state != "doubt")
    assert stage.port is not None
    stage.port.unplug()
    stage.until(lambda: stage.glance().state == "doubt")
    made.append(stage.taken(into / "practise-unplugged.png"))
    stage.end()
    stage.begin(Choice(routine="relieving", step="relieving.11", sound=False), "spine-pressure")
    stage.tick()
    stage.until(lambda: stage.kind() == "spine-pressure" and stage.glance().state == "wrong")
    made.append(stage.taken(into / "practise-spine.png"))
    stage.end()
    made.append(stage.taken(into / "practise-summary.png"))
    stage.begin(Choice(routine="reflex", step="reflex.2", sound=False))
    stage.tick()
    stage.until(lambda: stage.elapsed_s() > 13)
    made.append(stage.taken(into / "practise-breath.png"))
    stage.end()
    stage.window.close()
    return made

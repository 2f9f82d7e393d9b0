"""An open recording, alone or with another one beside it: panes, timelines, controls, and the cursor that moves.

The first recording leads; the second shows the moment that goes with it (`rig.session.player.align`). A timer moves the
cursor while it plays and looks now and then at what the background passes have brought. The rule: however fast somebody
scrubs, only the latest moment is drawn.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from rig.errors import RigError
from rig.gui.growing import grown
from rig.gui.replay.chart import LEAST_FORCE_N
from rig.gui.replay.controls import Controls
from rig.gui.replay.doubts import doubts_about
from rig.gui.replay.keys import action_of
from rig.gui.replay.pane import ReplayPane
from rig.gui.replay.timeline import ZOOM, Timeline
from rig.gui.theme import SPACE
from rig.session.player.align import beside
from rig.session.player.moves import MOVES
from rig.session.player.pace import Playhead

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent

    from rig.gui.theme import Theme
    from rig.gui.words import Words
    from rig.session.player.player import Player

FRAME_MS = 16
LOOK_MS = 250
"""How often the timeline takes in what the background pass has brought."""

_HEIGHTS = {1: (0.26, 160, 300), 2: (0.19, 136, 220)}
"""Of one timeline or two: as a share of the page, and at least and at most, in pixels."""


class ReplayPage(QWidget):
    """Shows what players hold; closes none of them.

    Signals:
        failed(str): a moment cannot be shown, and why. hides(): somebody wants to hide channels by their numbers.
    """

    failed = Signal(str)
    hides = Signal()

    def __init__(self, player: Player, theme: Theme, words: Words) -> None:
        super().__init__()
        self._theme, self._words = theme, words
        self.player = player
        self.other: Player | None = None
        self.head = Playhead(player.first_us, player.last_us)
        self._other_head: Playhead | None = None
        self._raw = False
        self._told_share = -1.0
        self._since = QElapsedTimer()
        self._doubts = QLabel()
        self._doubts.setProperty("state", "doubt")
        self._doubts.setWordWrap(True)
        self._deeds: dict[str, Callable[[], None]] = {
            "play": self.head.toggle,
            "slower": lambda: self.head.faster(-1),
            "faster": self.head.faster,
            "loop-from": self.head.loop_from_here,
            "loop-to": self.head.loop_to_here,
            "loop-off": self.head.loop_off,
            "zoom-in": lambda: self._zoom(1 / ZOOM),
            "zoom-out": lambda: self._zoom(ZOOM),
            "raw": self._show_raw,
            "hide": self.hides.emit,
            "show-all": self._show_all,
        }
        self.panes: list[ReplayPane] = []
        self.timelines: list[Timeline] = []
        self.controls = Controls(words)
        self.controls.asked.connect(self.do)
        self._panes, self._lines = QHBoxLayout(), QVBoxLayout()
        self._panes.setSpacing(3 * SPACE)
        self._lines.setSpacing(SPACE)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self._doubts)
        column.addLayout(self._panes, 1)
        column.addLayout(self._lines)
        column.addWidget(self.controls)
        self._play_timer = QTimer(self)
        self._play_timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._play_timer.setInterval(FRAME_MS)
        self._play_timer.timeout.connect(self._tick)
        self._look_timer = QTimer(self)
        self._look_timer.setInterval(LOOK_MS)
        self._look_timer.timeout.connect(self.look)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.refresh)
        self._build()

    def set_beside(self, other: Player | None) -> None:
        """Show another recording beside this one, or none."""
        self.other = other
        self._other_head = None if other is None else Playhead(other.first_us, other.last_us)
        self._build()

    def judged_anew(self) -> None:
        """A player judges by other wishes now."""
        self._told_share = -1.0
        self.look()

    def seek(self, t_us: int) -> None:
        """Go to a moment; drawn as soon as there is nothing else to do."""
        self.head.seek(t_us)
        self._soon.start()

    def do(self, action: str) -> None:
        """Do what a button or a key asks for."""
        if action in MOVES:
            t_us = MOVES[action](self.player, self.head.t_us)
            if t_us is not None:
                self.seek(t_us)
        else:
            self._deeds[action]()
        self._keep_going()
        self._soon.start()

    def _show_raw(self) -> None:
        self._raw = not self._raw
        self.controls.buttons["raw"].setChecked(self._raw)
        for pane in self.panes:
            pane.show_raw(self._raw)

    def _show_all(self) -> None:
        self.hide_channels(frozenset())
        for line in self.timelines:
            line.show_all()

    def hide_channels(self, hidden: frozenset[int]) -> None:
        """Show these channels no more, in either recording."""
        for pane in self.panes:
            pane.hide_channels(hidden)
        self._soon.start()

    def _zoom(self, factor: float) -> None:
        for line in self.timelines:
            line.zoom(factor)

    @property
    def raw(self) -> bool:
        """Whether raw counts are shown."""
        return self._raw

    @property
    def range_us(self) -> tuple[int, int]:
        """What is gone round, else what the timeline shows."""
        if self.head.loop_us is not None:
            return self.head.loop_us
        line = self.timelines[0]
        return line.t0_us, min(line.t1_us, self.player.last_us)

    def refresh(self) -> None:
        """Draw the cursor's moment."""
        try:
            self.panes[0].show_at(self.head.t_us)
            if self.other is not None and self._other_head is not None:
                there = beside(self.head.t_us, self.player.spans, self.other.spans)
                self.panes[1].show_at(there.t_us, over=there.over)
                self._other_head.seek(self.other.first_us if there.t_us is None else there.t_us)
        except RigError as error:
            self.head.playing = False
            self._keep_going()
            self.failed.emit(str(error))
        for line in self.timelines:
            line.follow()
        self.controls.show_head(self.head)

    def look(self) -> None:
        """Take in what the background passes have brought."""
        players = [self.player] + ([self.other] if self.other is not None else [])
        share = sum(player.survey.share for player in players)
        if share == self._told_share and not any(player.survey.running for player in players):
            return
        self._told_share = share
        peak_n = max(player.survey.overview.force_peak_n for player in players)
        for line in self.timelines:
            line.least_force_n = max(LEAST_FORCE_N, ceil(peak_n / 10) * 10)
            line.renew()
        for pane in self.panes:
            pane.say_about()
            pane.list_flags()
        self._say_doubts()
        if not self.head.playing:
            self.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """The keys of the controls, and some more."""
        action = action_of(event)
        if action is None:
            super().keyPressEvent(event)
        else:
            self.do(action)

    def resizeEvent(self, _event: object) -> None:  # noqa: N802 - Qt's name
        """Timelines grow with the page, within reason."""
        self._size_timelines()

    def showEvent(self, _event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Somebody looks."""
        self._look_timer.start()
        self.look()
        self.timelines[0].setFocus()

    def hideEvent(self, _event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Nobody looks: stand still."""
        self.head.playing = False
        self._keep_going()
        self._look_timer.stop()

    def _tick(self) -> None:
        self.head.advance(self._since.restart() / 1000)
        self.refresh()
        self._keep_going()

    def _keep_going(self) -> None:
        if self.head.playing and not self._play_timer.isActive():
            self._since.start()
            self._play_timer.start()
        elif not self.head.playing:
            self._play_timer.stop()

    def _loop(self, t0_us: int, t1_us: int) -> None:
        self.head.loop(t0_us, t1_us)
        self._soon.start()

    def _seek_other(self, t_us: int) -> None:
        """A moment of the second recording was asked for: go to the one of the first that goes with it."""
        if self.other is not None:
            there = beside(t_us, self.other.spans, self.player.spans)
            if there.t_us is not None:
                self.seek(there.t_us)

    def _say_doubts(self) -> None:
        doubts = doubts_about([pane.player for pane in self.panes], self._words)
        self._doubts.setVisible(bool(doubts))
        more = self._words.say("  (and {count} more)", count=len(doubts) - 1) if len(doubts) > 1 else ""
        self._doubts.setText(doubts[0] + more if doubts else "")
        self._doubts.setToolTip("\n".join(doubts))

    def _build(self) -> None:
        """Panes and timelines for the recordings that there are."""
        for widget in (*self.panes, *self.timelines):
            widget.hide()
            widget.deleteLater()
        pairs = [(self.player, self.head)]
        if self.other is not None and self._other_head is not None:
            pairs.append((self.other, self._other_head))
        self.panes = [ReplayPane(player, self._theme, self._words) for player, _ in pairs]
        self.timelines = [Timeline(player, head, self._theme, self._words) for player, head in pairs]
        seekers = (self.seek, self._seek_other)
        for pane, line, seek in zip(self.panes, self.timelines, seekers, strict=False):
            pane.show_raw(self._raw)
            pane.sought.connect(seek)
            pane.hid.connect(self._soon.start)
            line.sought.connect(seek)
            self._panes.addWidget(pane, 1)
            self._lines.addWidget(line)
        self.timelines[0].looped.connect(self._loop)
        self._size_timelines()
        if self.isVisible():
            self.timelines[0].setFocus()
        self._told_share = -1.0
        self.look()

    def _size_timelines(self) -> None:
        share, least, most = _HEIGHTS[len(self.timelines)]
        scale = grown(self)
        for line in self.timelines:
            line.setFixedHeight(min(max(int(self.height() * share), round(least * scale)), round(most * scale)))

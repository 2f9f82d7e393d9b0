"""Progress: the sessions of the workspace, each measure over time by step, and what to practise next.

All figures are those of `rig history`; the advice is `rig.report.advice`. The rule: gathering happens in a thread, what
has come in is shown while the rest is judged, and nothing is written but the copies that `rig history` writes, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from rig.gui.advice_rows import AdviceRows
from rig.gui.choices import Choices
from rig.gui.growing import grown
from rig.gui.progress.chart import HIGH_PX, LOW_PX, MeasureChart
from rig.gui.progress.gathering import Gathering
from rig.gui.progress.sessions import Sessions, local
from rig.gui.theme import SPACE
from rig.gui.view import View
from rig.report.advice import advise_over
from rig.report.measures import FLAG_UNIT

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QResizeEvent

    from rig.gui.theme import Theme
    from rig.gui.words import Words
    from rig.report.advice import Advice
    from rig.report.history import History, Series, StepHistory
    from rig.workspace import Workspace

LOOK_MS = 200
_CHART_PX, _MOST_COLUMNS = 196, 4
"""At least so wide is a chart; as many stand side by side as find room, up to this."""


class ProgressView(View):
    """The view of the main window."""

    def __init__(self, home: Workspace, theme: Theme, words: Words) -> None:
        super().__init__(home, theme, words)
        self._gathering: Gathering | None = None
        self._seen: list[tuple[Path, int, int]] = []
        self._shown = -1
        self.history: History | None = None
        self.charts: list[MeasureChart] = []
        self._title = QLabel(self.say("Progress"))
        self._title.setProperty("role", "title")
        self._remarks = QLabel()
        self._remarks.setProperty("role", "small")
        self._remarks.setWordWrap(True)
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setMaximumWidth(180)
        self._choices = Choices(home, words)
        self.sessions = Sessions(theme, words, self._choices)
        self.sessions.chosen.connect(lambda path: self.goes_to.emit("replay", path))
        self._next = QFrame()
        self._next.setProperty("role", "card")
        self.advice = AdviceRows(words, self._choices)
        self.advice.practises.connect(lambda wish: self.goes_to.emit("practise", wish))
        self.step = QComboBox()
        self.step.setAccessibleName(self.say("Step"))
        self.step.setToolTip(self.say("Whose measures are shown"))
        self.step.currentIndexChanged.connect(self._show_charts)
        self.step.activated.connect(self._choose_step)
        self._by_hand = False
        self._grid = QGridLayout()
        self._scroll = QScrollArea()
        self._empty = QLabel()
        self._empty.setProperty("role", "title")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._practise = QPushButton(self.say("Practise"))
        self._practise.setProperty("role", "primary")
        self._practise.clicked.connect(lambda: self.goes_to.emit("practise", None))
        self._lay_out()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)

    @property
    def gathering(self) -> bool:
        """Whether more sessions are to come."""
        return self._gathering is not None and self._gathering.running

    def entered(self) -> None:
        """Look for recordings, and gather them where there are others than before."""
        self.setFocus()
        found = []
        for path in sorted(self.home.recordings.glob("*.mcap")):
            try:
                stat = path.stat()
            except OSError:  # gone while we looked
                continue
            found.append((path, stat.st_size, stat.st_mtime_ns))
        if self._gathering is not None and found == self._seen:
            self._timer.start()
            self.look()
            return
        if self._gathering is not None:
            self._gathering.stop()
        self._seen, self._shown = found, -1
        self._gathering = Gathering([path for path, _, _ in found])
        self._gathering.start()
        self._timer.start()
        self.look()

    def left(self) -> None:
        """Nobody looks; gathering goes on."""
        self._timer.stop()

    def shut(self) -> None:
        """End gathering."""
        self._timer.stop()
        if self._gathering is not None:
            self._gathering.stop()

    def look(self) -> None:
        """Show what has come in since."""
        gathering = self._gathering
        if gathering is None:
            return
        running, done = gathering.running, gathering.done
        self._progress.setVisible(running)
        self._progress.setRange(0, max(gathering.total, 1))
        self._progress.setValue(done)
        if done != self._shown:
            self._shown = done
            self._show(gathering.history(), advise_over(gathering.reports))
        if not running:
            self._timer.stop()
            self._tell_if_empty()

    def _show(self, history: History, advice: list[Advice]) -> None:
        self.history = history
        self.sessions.show_history(history)
        remarks = [self.words.told(remark) for remark in history.remarks]
        self._remarks.setText("  ".join(f"{remark[:1].upper()}{remark[1:]}." for remark in remarks))
        self._remarks.setVisible(bool(history.remarks))
        self.advice.show_advice(advice)
        chosen = self.step.currentData()
        self.step.blockSignals(True)
        self.step.clear()
        for found in history.steps:
            title = self.say("The whole recordings") if found.step is None else self._choices.title_of(found.step)
            self.step.addItem(title, found.step)
        # Nobody has chosen yet: the step practised last says most.
        last = next((s.steps[-1] for s in reversed(history.sessions) if s.steps), None)
        self.step.setCurrentIndex(max(self.step.findData(chosen if self._by_hand else last), 0))
        self.step.blockSignals(False)
        self._show_charts()
        self._tell_if_empty()

    def _tell_if_empty(self) -> None:
        there = self.history is not None and bool(self.history.sessions or self.history.left_out)
        working = self.gathering
        for widget in (self.sessions, self._next, self.step, self._scroll):
            widget.setVisible(there)
        if there and self.hasFocus():
            self.sessions.setFocus()
        self._empty.setVisible(not there)
        self._practise.setVisible(not there and not working)
        self._empty.setText(
            self.say("Looking through the sessions…")
            if working
            else self.say("No sessions in {folder} yet.", folder=self.home.recordings)
        )

    def _choose_step(self) -> None:
        """Somebody has chosen: that stays while more sessions come in."""
        self._by_hand = True

    def _show_charts(self) -> None:
        for chart in self.charts:
            chart.hide()
            chart.deleteLater()
        history = self.history
        found: StepHistory | None = None
        if history is not None:
            found = next((s for s in history.steps if s.step == self.step.currentData()), None)
        dates = [local(s.date, self.say("no date")) for s in history.sessions] if history is not None else []
        known = [one for one in found.measures if any(v is not None for v in one.values)] if found is not None else []
        series = sorted(known, key=_telling)
        verdicts = found.verdicts if found is not None else []
        self.charts = [
            MeasureChart(one, dates, self.theme, self.words, verdicts if one.unit == "of 100" else ()) for one in series
        ]
        self._place_charts()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """As many charts side by side as find room."""
        super().resizeEvent(event)
        self._place_charts()

    def _place_charts(self) -> None:
        room = self._scroll.viewport()
        scale = grown(self)
        columns = min(max(int(room.width() / (_CHART_PX * scale)), 1), _MOST_COLUMNS)
        rows = -(-len(self.charts) // columns)
        high = rows * (HIGH_PX * scale + SPACE) <= room.height()
        for number, chart in enumerate(self.charts):
            chart.setFixedHeight(round((HIGH_PX if high else LOW_PX) * scale))
            self._grid.addWidget(chart, number // columns, number % columns)
            chart.show()

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.addWidget(self._title)
        bar.addStretch(1)
        bar.addWidget(self._progress)
        inside = QWidget()
        inside_column = QVBoxLayout(inside)
        inside_column.setContentsMargins(0, 0, SPACE, 0)
        self._grid.setSpacing(SPACE)
        inside_column.addLayout(self._grid)
        inside_column.addStretch(1)
        self._scroll.setWidget(inside)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        beside = QVBoxLayout(self._next)
        beside.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        beside.setSpacing(SPACE)
        beside.addWidget(_label(self.say("What to practise next"), "title"))
        beside.addWidget(self.advice)
        beside.addWidget(_label(self.say("Practice feedback, not health advice."), "small"))
        right = QVBoxLayout()
        right.setSpacing(2 * SPACE)
        right.addWidget(self._next)
        right.addWidget(self.step)
        right.addWidget(self._scroll, 1)
        row = QHBoxLayout()
        row.setSpacing(3 * SPACE)
        row.addWidget(self.sessions, 2)
        row.addLayout(right, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * SPACE, 2 * SPACE, 3 * SPACE, 2 * SPACE)
        column.setSpacing(SPACE)
        column.addLayout(bar)
        column.addWidget(self._remarks)
        column.addLayout(row, 1)
        column.addWidget(self._empty, 1)
        column.addWidget(self._practise, 0, Qt.AlignmentFlag.AlignHCenter)


def _telling(series: Series) -> int:
    """What tells most comes first: the score, then flags, then how it was done, then how long."""
    if series.unit == FLAG_UNIT:
        return 1
    return {"of 100": 0, "s": 3}.get(series.unit, 2)


def _label(said: str, role: str) -> QLabel:
    label = QLabel(said)
    label.setProperty("role", role)
    label.setWordWrap(True)
    return label

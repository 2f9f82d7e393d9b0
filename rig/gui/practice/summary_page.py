"""What a practice came to: score, steps, what was flagged, what to practise next, and where to go from here.

It draws the report and the advice of `rig.report`, which the printed page shows as well. The rule: what was not
judged is listed as such, never left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from rig.gui.advice_rows import AdviceRows
from rig.gui.back_picture import BackPicture
from rig.gui.flag_marks import FlagMarks
from rig.gui.flag_texts import flag_figures, flag_words
from rig.gui.practice.glancing import clock
from rig.gui.theme import SPACE
from rig.gui.words import text
from rig.report.advice import advise
from rig.report.groups import flag_groups
from rig.technique.wording import WORDS

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from rig.gui.choices import Choices
    from rig.gui.practice.opening import Finished
    from rig.gui.theme import Theme
    from rig.gui.words import Words
    from rig.pad import PadLayout
    from rig.report.report import Report
    from rig.technique.routine.routine import Routine
    from rig.technique.tally import StepResult

_VERDICTS = {
    "pass": (text("passed"), "good"),
    "fail": (text("practise on"), "wrong"),
    "not-judged": (text("not judged"), "doubt"),
}
_MOST_FLAGS = 6

TIMES = "\N{MULTIPLICATION SIGN}"


class SummaryPage(QWidget):
    """The page after a practice.

    Signals:
        again(): the same once more. back(): choose something else. looks(): show the recording.
        practises(object): a `StepWish` out of the advice.
    """

    again = Signal()
    back = Signal()
    looks = Signal()
    practises = Signal(object)

    def __init__(
        self, finished: Finished, pad: PadLayout, routine: Routine, choices: Choices, theme: Theme, words: Words
    ) -> None:
        super().__init__()
        self._finished, self._routine, self._words, self._say = finished, routine, words, words.say
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        report = finished.report
        whole = QVBoxLayout(self)
        whole.setContentsMargins(4 * SPACE, 3 * SPACE, 4 * SPACE, 3 * SPACE)
        whole.setSpacing(2 * SPACE)
        whole.addLayout(self._head(report))
        columns = QHBoxLayout()
        columns.setSpacing(3 * SPACE)
        back = self._back(finished, pad, theme)
        columns.addWidget(self._card(self._say("Pressure and flags"), back), 4)
        columns.addWidget(self._card(self._say("Steps"), self._steps(report)), 4)
        right = QVBoxLayout()
        right.setSpacing(2 * SPACE)
        right.addWidget(self._card(self._say("Practise next"), self._advice(report, choices)), 1)
        right.addWidget(self._card(self._say("What was flagged"), self._flags(report)), 1)
        columns.addLayout(right, 6)
        whole.addLayout(columns, 1)
        foot = self._label(
            f"{words.told(report.calibration.about)}. {self._say('Practice feedback, not health advice.')}", "small"
        )
        whole.addWidget(foot)
        whole.addLayout(self._buttons())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Return practises again, L looks at the recording, R opens the report, Escape chooses anew."""
        actions = {
            Qt.Key.Key_Return: self.again.emit,
            Qt.Key.Key_Enter: self.again.emit,
            Qt.Key.Key_L: self.looks.emit,
            Qt.Key.Key_R: self._open_page,
            Qt.Key.Key_Escape: self.back.emit,
        }
        action = actions.get(Qt.Key(event.key()))
        if action is not None:
            action()
        else:
            super().keyPressEvent(event)

    def _head(self, report: Report) -> QHBoxLayout:
        facts = report.recording
        score = self._say("not scored") if report.score is None else self._say("{score} of 100", score=report.score)
        head = QHBoxLayout()
        head.setSpacing(4 * SPACE)
        head.addWidget(self._label(score, "figure"))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(self._label(self._words.told(self._routine.title), "title"))
        amount = self._say(
            "{time} min, hands on the pad for {contact} min, {strokes} strokes",
            time=clock(facts.duration_s),
            contact=clock(report.contacts_s),
            strokes=len(report.strokes),
        )
        words.addWidget(self._label(amount, "quiet"))
        words.addStretch(1)
        head.addLayout(words, 1)
        return head

    def _back(self, finished: Finished, pad: PadLayout, theme: Theme) -> BackPicture:
        numbers = {group.kind: number for number, group in enumerate(flag_groups(finished.report.flags), 1)}
        back = BackPicture(pad, theme, over=[FlagMarks(finished.report.flags, numbers)], ground="card", say=self._say)
        back.setMinimumSize(180, 240)
        back.show_now(finished.peak_n)
        return back

    def _steps(self, report: Report) -> QWidget:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(3 * SPACE)
        grid.setVerticalSpacing(SPACE // 2)
        grid.setColumnStretch(0, 1)
        for number, step in enumerate(report.steps):
            verdict, state = _VERDICTS[step.verdict]
            title = self._label(self._title(step.id), "")
            title.setToolTip("\n".join(dict.fromkeys(map(self._words.told, [*step.reasons, *step.not_judged]))))
            said = "   ".join(part for part in (self._say(verdict), self._reps(step)) if part)
            score = self._label("" if step.score is None else str(step.score), "title", wraps=False)
            grid.addWidget(title, 2 * number, 0)
            grid.addWidget(self._label(said, "", state), 2 * number + 1, 0)
            grid.addWidget(score, 2 * number, 1, 2, 1)
        if not report.steps:
            grid.addWidget(self._label(self._say("No step was practised."), "quiet"), 0, 0)
        grid.setRowStretch(2 * len(report.steps) + 1, 1)
        return _scrolling(holder)

    def _advice(self, report: Report, choices: Choices) -> QWidget:
        rows = AdviceRows(self._words, choices, reasons=False)
        rows.show_advice(advise(report))
        rows.practises.connect(self.practises)
        return _scrolling(rows)

    def _flags(self, report: Report) -> QWidget:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(3 * SPACE)
        grid.setColumnStretch(1, 1)
        groups = flag_groups(report.flags)
        for row, group in enumerate(groups[:_MOST_FLAGS]):
            grid.addWidget(self._label(f"{row + 1}.", "", wraps=False), row, 0)
            worst = "" if group.worst is None else f"\n{flag_figures(self._words, group.worst)}"
            told = self._words.told(WORDS[group.kind]) if group.worst is None else flag_words(self._words, group.worst)
            said = self._label(f"{told}{worst}", "")
            said.setToolTip("\n".join(group.sources))
            grid.addWidget(said, row, 1)
            grid.addWidget(self._label(f"{group.count} {TIMES}", "quiet", wraps=False), row, 2)
        if not groups:
            grid.addWidget(self._label(self._say("Nothing."), "", "good"), 0, 0)
        grid.setRowStretch(len(groups) + 1, 1)
        return _scrolling(holder)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(2 * SPACE)
        again = QPushButton(self._say("Practise again"))
        again.setProperty("role", "primary")
        again.setToolTip(self._say("Return"))
        again.clicked.connect(self.again)
        for title, key, action in (
            (self._say("Choose another"), self._say("Escape"), self.back.emit),
            (self._say("Look at the recording"), "L", self.looks.emit),
            (self._say("Open the report"), "R", self._open_page),
        ):
            button = QPushButton(title)
            button.setToolTip(key)
            button.clicked.connect(lambda _checked=False, action=action: action())
            button.setEnabled(action != self._open_page or self._finished.page is not None)
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(again)
        return row

    def _open_page(self) -> None:
        if self._finished.page is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._finished.page)))

    def _title(self, step_id: str) -> str:
        return next((self._words.told(step.title) for step in self._routine.steps if step.id == step_id), step_id)

    def _reps(self, step: StepResult) -> str:
        if step.reps is None:
            return ""
        said = f"{step.reps}" if step.reps_expected is None else f"{step.reps} / {step.reps_expected}"
        return f"{self._say('Repetitions')}: {said}"

    def _card(self, title: str, content: QWidget) -> QFrame:
        card = QFrame()
        card.setProperty("role", "card")
        card.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        column = QVBoxLayout(card)
        column.setContentsMargins(3 * SPACE, 2 * SPACE, 3 * SPACE, 2 * SPACE)
        column.addWidget(self._label(title, "title"))
        column.addWidget(content, 1)
        return card

    def _label(self, said: str, role: str, state: str = "", *, wraps: bool = True) -> QLabel:
        label = QLabel(said)
        label.setWordWrap(wraps)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty("role", role)
        label.setProperty("state", state)
        return label


def _scrolling(content: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setWidget(content)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area

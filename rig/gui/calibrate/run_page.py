"""A calibration while it runs: what to do now in large words, the reading as it settles, the curve, the map.

The rule: the page only looks, thirty times a second, and passes on what the maker decides; the maker's hands hold
weights, so every decision is one key, and a reading that was kept is heard.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from rig.calibration.run_tasks import PRESSES
from rig.gui.calibrate.decisions import Decisions
from rig.gui.calibrate.plots import CurvePlot, TracePlot
from rig.gui.calibrate.words import PRESSLESS, SIGNS, STATE_WORDS, Told, mark_words, told
from rig.gui.instruction import Instruction
from rig.gui.labels import card, label, put, set_state, two_columns
from rig.gui.pad_map import PadMap, TileLook
from rig.gui.settle_ring import SettleRing
from rig.gui.theme import SPACE

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QShowEvent

    from rig.calibration.verdict import Verdict
    from rig.gui.theme import Theme
    from rig.gui.words import Words
    from rig.pad import PadLayout
    from rig.session.calibrate.marks import Mark, State
    from rig.session.calibrate.picture import Picture
    from rig.session.calibrate.running import RunningCalibration

FRAME_MS = 33
BEAT_S = 1.2

_LOOKS: dict[State, tuple[str, float, str]] = {
    "idle": ("raised", 1.0, ""),
    "todo": ("accent", 0.35, "accent"),
    "now": ("accent", 0.8, "accent"),
    "done": ("good", 0.85, ""),
    "weak": ("doubt", 0.35, "doubt"),
    "doubtful": ("doubt", 0.85, ""),
    "dead": ("wrong_fill", 1.0, ""),
}
"""Each state's fill, how solid it is, and its border."""

_INKS: dict[State, str] = {"done": "ground", "doubtful": "ground", "dead": "on_wrong"}


def look_of(mark: Mark, *, ring: bool = False) -> TileLook:
    """How a mark looks on the map; a sensor at work fills up from its foot, a finished one is full."""
    fill, alpha, edge = _LOOKS[mark.state]
    share = mark.share if mark.state in {"todo", "now"} else 1.0
    return TileLook(fill, alpha, share, edge, SIGNS[mark.state], _INKS.get(mark.state, "text"), ring)


class RunPage(QWidget):
    """One calibration from its first weight to its verdict.

    Args:
        pad: the layout. running: what runs. before: the verdict that it had come to already, if somebody goes on.

    Signals:
        verified(): it has come to its verdict. failed(str): it has ended, and why. leaves(): somebody wants to stop.
    """

    verified = Signal()
    failed = Signal(str)
    leaves = Signal()

    def __init__(
        self,
        pad: PadLayout,
        running: RunningCalibration,
        theme: Theme,
        words: Words,
        before: Verdict | None = None,
    ) -> None:
        super().__init__()
        self._before = before
        self._pad, self._running, self._words, self._say = pad, running, words, words.say
        self._marks: tuple[Mark, ...] = ()
        self._kept = -1
        self._pictures = 0
        self.map = PadMap(pad, theme, self._tell)
        self.map.setAccessibleName(words.say("Sensors of the pad"))
        self.instruction = Instruction(theme)
        self.count = label(role="small", wraps=False)
        self._ring = SettleRing(theme)
        self._trace, self._curve = TracePlot(theme, words), CurvePlot(theme, words)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self._top = card()
        self._curve_card = card()
        self.decisions = Decisions(words)
        self.decisions.asked.connect(running.act)
        self.decisions.leaves.connect(self.leaves)
        self._lay_out()
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self.refresh)

    def refresh(self) -> None:
        """Draw the latest state."""
        self._pictures += 1
        if self._running.error is not None:
            self._timer.stop()
            self.failed.emit(self._words.told(self._running.error))
            return
        picture = self._running.picture()
        if picture is None:
            self.instruction.show_now(
                self._say("Looking for the board"), "", self._say("It answers within five seconds.")
            )
            return
        self._show(picture)
        if picture.verdict is not None and picture.verdict is not self._before:
            self._timer.stop()
            self.verified.emit()

    def showEvent(self, _event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Draw from now on."""
        self._timer.start()

    def hideEvent(self, _event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Nobody looks: draw nothing."""
        self._timer.stop()

    # --- one picture

    def _show(self, picture: Picture) -> None:
        words = told(picture, self._pad, self._words)
        self.instruction.show_now(words.headline, words.where, words.mind, words.tone)
        set_state(self._top, words.tone if words.tone == "wrong" else "")
        self._show_ring(picture, words)
        self._show_plots(picture)
        self._show_count(picture)
        self._marks = picture.marks
        now = picture.pressed.least if picture.pressed is not None else picture.task.channel if picture.task else None
        beat = 0.5 + 0.5 * math.sin(2 * math.pi * self._pictures * FRAME_MS / 1000 / BEAT_S)
        self.map.show_looks([look_of(m, ring=c == now) for c, m in enumerate(picture.marks)], (), beat)
        self.decisions.show_for(picture)
        if picture.readings > self._kept >= 0 and picture.stage in {"weigh", "verify"}:
            QApplication.beep()
        self._kept = picture.readings

    def _show_ring(self, picture: Picture, words: Told) -> None:
        progress = picture.progress
        if picture.pressed is not None:
            self._ring.show_now(picture.pressed.share, f"{100 * picture.pressed.share:.0f} %")
        elif picture.fitting:
            self._ring.show_now((self._pictures % 60) / 60, "…")
        elif progress is None or picture.task is None:
            self._ring.show_now(0.0, "")
        elif progress.says.kind == "press":
            self._ring.show_now(progress.says.value / PRESSES, f"{progress.says.value:.0f}")
        else:
            left_s = (1 - progress.settled) * picture.needed_s
            said = self._say("{s:.0f} s", s=math.ceil(left_s)) if progress.settled > 0 else ""
            self._ring.show_now(progress.settled, said, "good" if words.tone == "good" else "accent")

    def _show_plots(self, picture: Picture) -> None:
        progress = picture.progress
        pressing = picture.stage == "press"
        self._curve_card.setVisible(not pressing)
        if pressing:
            self._trace.show_now(self._say("Load cell under the pad"), "N", picture.trace_s, picture.trace)
            return
        held_s = progress.settled * picture.needed_s if progress is not None else 0.0
        title = self._say("Sensor {channel}", channel=picture.channel) if picture.channel is not None else ""
        self._trace.show_now(title, self._say("counts"), picture.trace_s, picture.trace, held_s)
        self._curve.show_now(picture.curve, picture.of_reading)

    def _show_count(self, picture: Picture) -> None:
        say, parts = self._say, 2 if picture.pressless else 3
        share = picture.done / max(picture.of, 1)
        done = say("{done} of {of} done", done=picture.done, of=picture.of)
        match picture.stage:
            case "press":
                share = picture.pressed.share if picture.pressed is not None else 0.0
                said = say("Part {k} of {n}: press the whole pad", k=2, n=parts)
            case "fit":
                share, said = 1.0, say("Working out the profile")
            case "weigh":
                said = f"{say('Part {k} of {n}: weights', k=1, n=parts)}, {done}"
            case _:
                said = f"{say('Part {k} of {n}: does it hold?', k=parts, n=parts)}, {done}"
        self._bar.setValue(round(1000 * share))
        put(self.count, said)
        self.count.setToolTip(say(PRESSLESS[picture.pressless]) if picture.pressless else "")

    def _tell(self, channel: int) -> str:
        return mark_words(channel, self._marks[channel], self._pad, self._say) if self._marks else ""

    # --- layout

    def _lay_out(self) -> None:
        top = QHBoxLayout(self._top)
        top.setContentsMargins(3 * SPACE, SPACE, 2 * SPACE, SPACE)
        top.setSpacing(3 * SPACE)
        top.addWidget(self.instruction, 1)
        top.addWidget(self._ring, 0, Qt.AlignmentFlag.AlignVCenter)
        trace = card()
        QHBoxLayout(trace).addWidget(self._trace)
        QHBoxLayout(self._curve_card).addWidget(self._curve)
        plots = QVBoxLayout()
        plots.setSpacing(2 * SPACE)
        plots.addWidget(trace, 3)
        plots.addWidget(self._curve_card, 5)
        right = QVBoxLayout()
        right.setSpacing(2 * SPACE)
        right.addWidget(self._top, 3)
        right.addLayout(plots, 7)
        below = QHBoxLayout()
        below.setSpacing(2 * SPACE)
        below.addWidget(self.count)
        below.addWidget(self._bar, 1)
        right.addLayout(below)
        left = QVBoxLayout()
        left.addWidget(self.map, 1)
        left.addWidget(self._legend())
        two_columns(self, left, right).addWidget(self.decisions)

    def _legend(self) -> QWidget:
        shown: tuple[State, ...] = ("done", "weak", "doubtful", "dead")
        parts = [f"{SIGNS[state]} {self._say(STATE_WORDS[state])}" for state in shown]
        made = label("    ".join(parts), "small")
        made.setAlignment(Qt.AlignmentFlag.AlignCenter)
        return made

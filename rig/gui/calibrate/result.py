"""What a calibration came to: the verdict in one word, how good the newtons are, what to mend, and what next.

The rule: a doubt stands as large as the praise, with the sentence that says what to do.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from rig.gui.calibrate.run_page import look_of
from rig.gui.calibrate.words import PRESSLESS, SIGNS, STATE_WORDS, mark_words
from rig.gui.labels import Page, button, card, label
from rig.gui.pad_map import PadMap
from rig.gui.theme import SPACE
from rig.gui.words import text

if TYPE_CHECKING:
    from rig.calibration.verdict import State as Verdict
    from rig.gui.theme import Theme
    from rig.gui.words import Words
    from rig.pad import PadLayout
    from rig.session.calibrate.marks import State
    from rig.session.calibrate.picture import Picture

VERDICTS: dict[Verdict, tuple[str, str]] = {
    "valid": (text("The newtons hold"), "good"),
    "doubtful": (text("Usable, with doubts"), "doubt"),
    "invalid": (text("Not to be trusted yet"), "wrong"),
}

MOST_NAMED = 12


class ResultPage(Page):
    """A finished calibration.

    Signals:
        asked(str): "press-on" or "verify-again". closes(): back to the beginning. practises(str): with this profile.
    """

    asked = Signal(str)
    closes = Signal()
    practises = Signal(str)

    def __init__(self, pad: PadLayout, picture: Picture, profile_path: str, theme: Theme, words: Words) -> None:
        super().__init__()
        assert picture.profile is not None
        assert picture.verdict is not None
        self._pad, self._picture, self._path = pad, picture, profile_path
        self._words, self._say = words, words.say
        self.map = PadMap(pad, theme, lambda c: mark_words(c, picture.marks[c], pad, words.say))
        self.map.setAccessibleName(words.say("Sensors of the pad"))
        self.map.show_looks([look_of(mark) for mark in picture.marks])
        self.map.chosen.connect(self._show_sensor)
        self._sensor = label(role="quiet")
        self._sensor.setMinimumHeight(72)
        left = QVBoxLayout()
        left.addWidget(self.map, 1)
        left.addWidget(self._sensor)
        row = QHBoxLayout()
        row.setSpacing(3 * SPACE)
        row.addLayout(left, 2)
        row.addWidget(self._told(), 3)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(3 * SPACE, 3 * SPACE, 3 * SPACE, 3 * SPACE)
        whole.setSpacing(2 * SPACE)
        whole.addLayout(row, 1)
        whole.addLayout(self._keys())
        self._show_sensor(None)

    def _told(self) -> QWidget:
        say, verdict = self._say, self._picture.verdict
        assert verdict is not None
        headline, tone = VERDICTS[verdict.state]
        head = label(say(headline), "headline")
        head.setProperty("state", tone)
        inside = QVBoxLayout()
        inside.setSpacing(2 * SPACE)
        inside.addWidget(head)
        inside.addLayout(self._figures())
        for said in self._remarks():
            inside.addWidget(label(said))
        inside.addWidget(label(self._path, "small"))
        inside.addStretch(1)
        page = QWidget()
        page.setLayout(inside)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(page)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        return scroll

    def _figures(self) -> QGridLayout:
        """What it is good to, each with what it means."""
        say, profile = self._say, self._picture.profile
        assert profile is not None
        grid = QGridLayout()
        grid.setSpacing(2 * SPACE)
        cards: list[tuple[str, str]] = []
        off = profile.held_out.of_reading
        if off is not None:
            cards.append((f"±{100 * off:.1f} %", say("of reading, on weights left out of the fit")))
        if off and profile.linear:
            better = say("better than a straight line through the voltage")
            cards.append((say("{n:.1f} times", n=profile.linear / off), better))
        if profile.total is not None:
            cards.append((f"±{100 * profile.total[1]:.1f} %", say("the total of all sensors, while pressing")))
        cards.append((say("{n:.3g} N", n=profile.range_n[1]), say("on one sensor; above it forces say 'at least'")))
        verdict = self._picture.verdict
        if verdict is not None and verdict.weights:
            worst = max(abs(w.read_n / w.load_n - 1) for w in verdict.weights)
            cards.append(
                (f"±{100 * worst:.1f} %", say("the verifying weights, the worst of {n}", n=len(verdict.weights)))
            )
        counted = {state: sum(m.state == state for m in self._picture.marks) for state in STATE_WORDS}
        good = say("sensors finished, of {n}", n=self._pad.n_channels)
        cards.append((f"{counted['done']}", good))
        for k, (figure, means) in enumerate(cards):
            grid.addWidget(_figure_card(figure, means), k // 2, k % 2)
        return grid

    def _remarks(self) -> list[str]:
        """What is to be minded, worst first."""
        say, picture = self._say, self._picture
        assert picture.verdict is not None
        assert picture.profile is not None
        said = [f"{SIGNS['doubtful']}  {self._words.told(reason.what)}" for reason in picture.verdict.reasons]
        shown: tuple[State, ...] = ("dead", "weak", "doubtful")
        for state in shown:
            channels = [str(c) for c, mark in enumerate(picture.marks) if mark.state == state]
            if channels:
                names = ", ".join(channels[:MOST_NAMED]) + (" ..." if len(channels) > MOST_NAMED else "")
                which = say("{state} ({n}): {names}", state=say(STATE_WORDS[state]), n=len(channels), names=names)
                said.append(f"{SIGNS[state]}  {which}")
        if picture.pressless:
            said.append(say(PRESSLESS[picture.pressless]))
        if picture.unused:
            said.append(say("The pressing could not be used: {why}", why=self._words.told(picture.unused)))
        left_out = (f"{entry.what}: {entry.why}" for entry in picture.profile.left_out if "cycle" in entry.what)
        said += [say("Left out: {what}", what=self._words.told(what)) for what in left_out]
        return said

    def _keys(self) -> QHBoxLayout:
        say = self._say
        keys = QHBoxLayout()
        keys.setSpacing(SPACE)
        use = partial(self.practises.emit, self._path)
        with_it = button(say("Practise with it"), say("Practise with this profile"), use, "Ctrl+Return", primary=True)
        with_it.setEnabled(self._picture.verdict is not None and self._picture.verdict.state != "invalid")
        self.begin_at(with_it)
        again, more = partial(self.asked.emit, "verify-again"), partial(self.asked.emit, "press-on")
        keys.addWidget(with_it)
        keys.addWidget(button(say("Verify again"), say("Put the three weights on once more"), again, "V"))
        if not self._picture.pressless:
            keys.addWidget(button(say("Press on"), say("Press more and work the profile out anew"), more, "P"))
        keys.addStretch(1)
        keys.addWidget(button(say("Close"), say("Back to the beginning"), self.closes.emit, "Esc"))
        return keys

    def _show_sensor(self, channel: int | None) -> None:
        if channel is None:
            self._sensor.setText(self._say("Choose a sensor, with the arrow keys too, to see how well it is known."))
        else:
            self._sensor.setText(mark_words(channel, self._picture.marks[channel], self._pad, self._say))


def _figure_card(figure: str, means: str) -> QFrame:
    made = card()
    inside = QVBoxLayout(made)
    inside.setContentsMargins(2 * SPACE, SPACE, 2 * SPACE, SPACE)
    inside.addWidget(label(figure, "headline"))
    inside.addWidget(label(means, "quiet"))
    return made

"""What the doctor found: the pad with each fault where it is, what to solder, the line's figures, the noise as a map.

A fault chosen in the list is shown on the pad, and a tile chosen on the pad in the list. The rule: what could not be
judged stands there too; nothing is passed over as if it were well.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from rig.gui.doctor.fault_list import FaultList
from rig.gui.doctor.words import SIGNS, finding_words, measure_words, tile_words, wires
from rig.gui.labels import Page, button, card, label, set_state, two_columns
from rig.gui.pad_map import PadMap, TileLook
from rig.gui.theme import SPACE
from rig.session.doctor.map import Fault, Measure, faults_of, measures_of, noise_shares, noise_top, worst_kind

if TYPE_CHECKING:
    from rig.device.doctor.examination import Examination
    from rig.gui.theme import Theme
    from rig.gui.words import Words
    from rig.pad import PadLayout

COLUMNS = 3


class DoctorResult(Page):
    """One examination.

    Signals:
        closes(): back to the beginning. again(): examine the same once more. notices(str, str): a line for the window.
    """

    closes = Signal()
    again = Signal()
    notices = Signal(str, str)

    def __init__(self, pad: PadLayout, found: Examination, theme: Theme, words: Words) -> None:
        super().__init__()
        self._pad, self._found, self._say, self._told = pad, found, words.say, words.told
        self.faults = faults_of(found)
        self._titles = [finding_words(fault.finding, pad, words.say) for fault in self.faults]
        self._worst = worst_kind(self.faults, pad.n_channels)
        self._noise = noise_shares(found)
        self.map = PadMap(pad, theme, self._tell)
        self.map.setAccessibleName(words.say("Sensors of the pad"))
        self.map.chosen.connect(self._choose_tile)
        self.list = FaultList(theme)
        self.list.setAccessibleName(words.say("Faults"))
        self.list.currentRowChanged.connect(lambda _: self._draw())
        self.noise = QPushButton(words.say("Noise"))
        self.noise.setCheckable(True)
        self.noise.setToolTip(words.say("Show the noise of each untouched sensor instead of the faults (N)"))
        self.noise.setShortcut("N")
        self.noise.toggled.connect(lambda _: self._draw())
        self._under = label(role="quiet")
        self._under.setMinimumHeight(76)
        self.begin_at(self.list)
        self._fill()
        self._lay_out()
        self._draw()

    def _fill(self) -> None:
        self.list.fill(
            (f"{SIGNS[fault.finding.kind]}  {title}", mend, wires(fault.finding.channels, self._pad, self._say))
            for fault, (title, mend) in zip(self.faults, self._titles, strict=True)
        )
        if self.faults:
            self.list.setCurrentRow(0)
        else:
            self.list.hide()  # not `setVisible`: shown before it is on a page, it would be a window of its own

    # --- the map

    def _draw(self) -> None:
        at = self.list.currentRow()
        fault = self.faults[at] if 0 <= at < len(self.faults) else None
        noisy = self.noise.isChecked()
        self.map.show_looks(self._noise_looks() if noisy else self._fault_looks(fault), self._links(noisy))
        if noisy:
            worst = max(range(self._pad.n_channels), key=lambda c: self._found.noise[c])
            said = self._say("Noisiest: sensor {channel}, {n:.2f} counts", channel=worst, n=self._found.noise[worst])
            top = self._say("A full tile is {n:.2f} counts.", n=noise_top(self._found))
            self._under.setText(f"{said}. {top}")
        else:
            self._under.setText(self._say("Choose a fault or a tile; the arrow keys go from tile to tile."))

    def _fault_looks(self, chosen: Fault | None) -> list[TileLook]:
        """Sound tiles quiet, faulty ones with their sign, the chosen fault's ringed or framed."""
        mine = set(chosen.finding.channels) if chosen is not None else set()
        ringed = len(mine) <= 2
        looks = []
        for channel, kind in enumerate(self._worst):
            own = channel in mine
            if kind is None:
                looks.append(TileLook("good", 0.28))
                continue
            edge = "accent" if own and not ringed else ""
            solid = 1.0 if own else 0.72
            looks.append(TileLook("wrong_fill", solid, 1.0, edge, SIGNS[kind], "on_wrong", own and ringed))
        return looks

    def _noise_looks(self) -> list[TileLook]:
        """The noisier, the fuller; beyond any sound one, it says so."""
        return [
            TileLook("wrong_fill", 1.0, 1.0, "", "~", "on_wrong") if share > 1 else TileLook("accent", 0.75, share)
            for share in self._noise
        ]

    def _links(self, noisy: bool) -> list[tuple[int, int]]:
        return [] if noisy else [link for fault in self.faults for link in fault.links]

    def _choose_tile(self, channel: int) -> None:
        for row, fault in enumerate(self.faults):
            if channel in fault.finding.channels and self._worst[channel] == fault.finding.kind:
                self.list.setCurrentRow(row)
                break
        self._under.setText(self._tell(channel))

    def _tell(self, channel: int) -> str:
        titles = [
            title
            for fault, (title, _) in zip(self.faults, self._titles, strict=True)
            if channel in fault.finding.channels
        ]
        return tile_words(channel, self._found, titles, self._pad, self._say)

    # --- the words

    def _headline(self) -> QWidget:
        say, measures = self._say, measures_of(self._found)
        off = sum(not measure.good for measure in measures)
        n = len(self.faults)
        if n:
            made = label(say("1 fault to mend") if n == 1 else say("{n} faults to mend", n=n), "headline")
        else:
            made = label(say("The line needs a look") if off else say("Nothing wrong found"), "headline")
        set_state(made, "wrong" if n or off else "doubt" if self._found.not_judged else "good")
        return made

    def _who(self) -> str:
        found, say = self._found, self._say
        port, pad = found.port or say("Virtual pad"), found.pad_id or found.pad
        said = say("{port}: pad {pad}, firmware {firmware}", port=port, pad=pad, firmware=found.firmware)
        if found.references is None:
            return said
        return say("{who}, supply {volts:.2f} V", who=said, volts=found.references.supply_mv / 1000)

    def _measures(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(SPACE)
        for k, measure in enumerate(measures_of(self._found)):
            grid.addWidget(self._measure_card(measure), k // COLUMNS, k % COLUMNS)
        return grid

    def _measure_card(self, measure: Measure) -> QFrame:
        name, value, meaning = measure_words(measure, self._say)
        made = card()
        made.setToolTip(meaning)
        inside = QVBoxLayout(made)
        inside.setContentsMargins(2 * SPACE, SPACE, 2 * SPACE, SPACE)
        inside.setSpacing(0)
        figure = label(value if measure.good else f"✕ {value}", "title", wraps=False)
        set_state(figure, "" if measure.good else "wrong")
        inside.addWidget(figure)
        inside.addWidget(label(name, "small"))
        return made

    def _not_judged(self) -> list[QWidget]:
        if not self._found.not_judged:
            return []
        said = "\n".join(f"- {self._told(reason)}" for reason in self._found.not_judged)
        return [label(self._say("Not judged"), "title"), label(said, "quiet")]

    def _lay_out(self) -> None:
        say = self._say
        right = QVBoxLayout()
        right.setSpacing(2 * SPACE)
        right.addWidget(self._headline())
        right.addWidget(label(self._who(), "small"))
        right.addWidget(self.list, 1)
        for each in self._not_judged():
            right.addWidget(each)
        right.addLayout(self._measures())
        if not self.faults:
            right.addStretch(1)
        keys = QHBoxLayout()
        keys.setSpacing(SPACE)
        again = say("Examine the same board once more")
        keys.addWidget(button(say("Examine again"), again, self.again.emit, "Ctrl+Return", primary=True))
        keys.addWidget(button(say("Save"), say("Save all that was found as JSON"), self._save, "Ctrl+S"))
        keys.addStretch(1)
        keys.addWidget(button(say("Close"), say("Back to the beginning"), self.closes.emit, "Esc"))
        below = QHBoxLayout()
        below.addWidget(self._under, 1)
        below.addWidget(self.noise, 0, Qt.AlignmentFlag.AlignTop)
        left = QVBoxLayout()
        left.addWidget(self.map, 1)
        left.addLayout(below)
        two_columns(self, left, right).addLayout(keys)

    def _save(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, self._say("Save"), "doctor.json", "JSON (*.json)")
        if name:
            self.save_to(Path(name))

    def save_to(self, path: Path) -> None:
        """Save all that was found as `rig doctor --json` prints it."""
        try:
            path.write_bytes(msgspec.json.format(msgspec.json.encode(self._found), indent=2) + b"\n")
        except OSError as error:
            why = error.strerror or str(error)
            self.notices.emit(self._say("{file}: cannot be written: {why}", file=str(path), why=why), "wrong")
        else:
            self.notices.emit(self._say("Saved: {file}", file=str(path)), "")

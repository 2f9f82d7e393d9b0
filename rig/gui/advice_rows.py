"""What to practise next as a list: what to do, where and why, and a button that begins it, its number being its key.

The advice is that of `rig.report.advice`, which the printed page shows as well. The rule: a button is there only where
the step can be practised at once; a step of a routine that is not here any more is advice all the same.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from rig.gui.labels import button, label
from rig.gui.measure_texts import reason
from rig.gui.theme import SPACE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.gui.choices import Choices
    from rig.gui.words import Words
    from rig.report.advice import Advice


class AdviceRows(QWidget):
    """The list.

    Args:
        words: the language. choices: know which steps there are to practise.
        reasons: whether to say what each piece rests on.

    Signals:
        practises(object): somebody wants to practise now, a `StepWish`.
    """

    practises = Signal(object)

    def __init__(self, words: Words, choices: Choices, *, reasons: bool = True) -> None:
        super().__init__()
        self._words, self._choices, self._reasons = words, choices, reasons
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(2 * SPACE)
        self._grid.setVerticalSpacing(SPACE // 2)
        self._grid.setColumnStretch(1, 1)

    def show_advice(self, advice: Sequence[Advice]) -> None:
        """Show these."""
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for number, one in enumerate(advice, 1):
            row = 2 * number
            self._grid.addWidget(label(f"{number}.", wraps=False), row, 0, Qt.AlignmentFlag.AlignTop)
            do, below = label(self._words.told(one.do)), label(self._why(one), "small")
            for told in (do, below):
                told.setToolTip("\n".join(one.sources))
                told.setAlignment(Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(do, row, 1)
            self._grid.addWidget(below, row + 1, 1, 1, 2)
            self._offer(number, row, one)
        if not advice:
            nothing = label(self._words.say("Nothing yet: no session has been judged."), "quiet")
            self._grid.addWidget(nothing, 0, 0, 1, 3)
        self._grid.setRowStretch(2 * len(advice) + 2, 1)

    def _why(self, one: Advice) -> str:
        """In which steps, and what it rests on."""
        titles = ", ".join(self._choices.title_of(step) for step in one.steps)
        why = reason(self._words, one) if self._reasons else ""
        return "  ·  ".join(part for part in (titles, why) if part)

    def _offer(self, number: int, row: int, one: Advice) -> None:
        wish = self._choices.wish_for(one.step) if one.step is not None else None
        if wish is None:
            return
        tip = self._words.say("Practise {step} now", step=self._choices.title_of(wish.step))
        begin = button(self._words.say("Practise"), tip, partial(self.practises.emit, wish), str(number))
        self._grid.addWidget(begin, row, 2, Qt.AlignmentFlag.AlignTop)

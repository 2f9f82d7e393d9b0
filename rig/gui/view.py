"""What a view of the main window is: one job that fills it, made when somebody first goes there.

A view's constructor takes `(home, theme, words)` and is quick; what takes longer than a blink runs in a thread of the
view's own. The rule: the window asks `busy` before it closes and calls `shut` when it does, and a view never closes
anything that another one owns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from rig.gui.growing import Growing

if TYPE_CHECKING:
    from pathlib import Path

    from rig.gui.theme import Theme
    from rig.gui.words import Words
    from rig.workspace import Workspace


class View(Growing):
    """Base of the views; all of its methods may be left as they are.

    Signals:
        goes_to(str, object): asks the window to show another view ("practise", "replay", "calibrate", "doctor",
            "progress") and to hand it something (`opened_with`), such as a recording's path; None hands it nothing.
        notices(str, str): asks the window to show one line for some seconds: the text, and "" or "wrong".
        fills(bool): asks the window for all of its space (True), without the rail, and gives it back (False).
    """

    goes_to = Signal(str, object)
    notices = Signal(str, str)
    fills = Signal(bool)

    def __init__(self, home: Workspace, theme: Theme, words: Words) -> None:
        super().__init__(theme)
        self.home = home
        self.say = words.say
        self.words = words

    def entered(self) -> None:
        """The view has come to the front: look again at what may have changed meanwhile, give the focus to someone."""

    def left(self) -> None:
        """Another view has come to the front: stop whatever only somebody who looks needs."""

    def opened_with(self, what: object) -> None:
        """Something was handed over by `goes_to`."""

    def takes(self, _path: Path) -> bool:
        """Whether a file dropped on the window is for this view; it then gets it by `opened_with`."""
        return False

    def busy(self) -> str:
        """What closing the window now would break off, as a sentence to ask about; "" when nothing is going on."""
        return ""

    def shut(self) -> None:
        """The window closes: end threads and close files, whatever `busy` said. Called once; must not raise."""

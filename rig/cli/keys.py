"""Single keys from the terminal, without Return, while something else is drawn.

`Keys` puts the terminal back as it found it, whatever happens. The rule: where there is no terminal to ask, there are
no keys, and nobody waits for one. What a terminal sends for an arrow or a function key is no letter.
"""

from __future__ import annotations

import re
import sys
from contextlib import suppress
from typing import Any, Self

_NO_LETTERS = re.compile(r"\x1b(?:[\[O][0-?]*[ -/]*[@-~]|.)?|[\xe0\0].", re.DOTALL)
"""Arrows and such: an escape sequence, or what Windows' console gives for them, two characters."""


class Keys:
    """A context in which `pressed` gives the keys typed since the last call, as a string."""

    def __init__(self) -> None:
        self._restore: list[Any] | None = None
        self._there = sys.stdin is not None and sys.stdin.isatty()

    def __enter__(self) -> Self:
        if self._there and sys.platform != "win32":
            import termios
            import tty

            descriptor = sys.stdin.fileno()
            self._restore = termios.tcgetattr(descriptor)
            # cbreak and not raw: Ctrl-C stays what it is everywhere.
            tty.setcbreak(descriptor)
        return self

    def __exit__(self, *_: object) -> None:
        if self._restore is not None and sys.platform != "win32":
            import termios

            # A terminal that was closed meanwhile needs nothing back.
            with suppress(termios.error):
                termios.tcsetattr(sys.stdin.fileno(), termios.TCSADRAIN, self._restore)

    def pressed(self) -> str:
        """What was typed since the last call; never waits."""
        if not self._there:
            return ""
        typed = ""
        if sys.platform == "win32":
            import msvcrt

            while msvcrt.kbhit():
                typed += msvcrt.getwch()
            return _NO_LETTERS.sub("", typed)
        import os
        import select

        while select.select([sys.stdin], [], [], 0)[0]:
            read = os.read(sys.stdin.fileno(), 64)
            if not read:
                self._there = False
                break
            typed += read.decode(errors="ignore")
        return _NO_LETTERS.sub("", typed)

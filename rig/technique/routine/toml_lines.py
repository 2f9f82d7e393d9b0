"""Which line of a TOML text a field stands on, so that an error can point there.

Reads headers, keys, and the elements of lists and inline tables, which is all that a path such as
`steps[3].points[0].x_mm` needs; what a value means stays the TOML parser's business, and the text must have passed it.
The rule: when a field is not there, the line is that of the nearest table or list around it, never a wrong one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEY = re.compile(r"""[ \t]*(?:([A-Za-z0-9_-]+)|"((?:[^"\\]|\\.)*)"|'([^']*)')[ \t]*(\.)?""")
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_STRING = re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\]|\\.)*"|\'[^\']*\'', re.DOTALL)
_BARE = re.compile(r"[^,\]}#\n]*")


def line_of(text: str, path: str) -> int:
    """The 1-based line of the field at `path`, else of the nearest table or list around it; 1 if there is none."""
    best, best_line = "", 1
    for here, line in _places(text):
        inside = path == here or (path.startswith(here) and path[len(here)] in ".[")
        if inside and len(here) > len(best):
            best, best_line = here, line
    return best_line


def _places(text: str) -> Iterator[tuple[str, int]]:
    """Each header, key and element as (path, line), in the order of the text."""
    scanner = _Scanner(text)
    table = ""
    counts: dict[str, int] = {}
    while scanner.skip_blank():
        start = scanner.at
        if text.startswith("[", start):
            repeated = text.startswith("[[", start)
            scanner.at += 2 if repeated else 1
            table = _table_path(scanner.key(), counts, repeated=repeated)
            scanner.at = text.index("]", scanner.at) + (2 if repeated else 1)
            yield table, scanner.line(start)
        else:
            yield from scanner.entry(table)


def _table_path(parts: list[str], counts: dict[str, int], *, repeated: bool) -> str:
    """A header's path with the index of each array of tables in it; counts this header if it opens an element."""
    path = ""
    for depth, part in enumerate(parts):
        path = _joined(path, part)
        if repeated and depth == len(parts) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = f"{path}[{counts[path]}]"
    return path


def _joined(path: str, part: str) -> str:
    return f"{path}.{part}" if path else part


class _Scanner:
    """Walks over a sound TOML text; `at` is the next character."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def line(self, at: int) -> int:
        """The line of a character."""
        return self.text.count("\n", 0, at) + 1

    def skip_blank(self) -> bool:
        """Go on to what is no space and no comment; whether there is any."""
        self._take(_BLANK)
        return self.at < len(self.text)

    def key(self) -> list[str]:
        """The parts of a dotted key."""
        parts = []
        while found := _KEY.match(self.text, self.at):
            self.at = found.end()
            parts.append(next(part for part in found.groups()[:3] if part is not None))
            if not found[4]:
                break
        return parts

    def entry(self, table: str) -> Iterator[tuple[str, int]]:
        """A key, and what stands in its value."""
        start = self.at
        path = table
        for part in self.key():
            path = _joined(path, part)
        yield path, self.line(start)
        self.at = self.text.index("=", self.at) + 1
        yield from self._value(path)

    def _value(self, path: str) -> Iterator[tuple[str, int]]:
        self.skip_blank()
        opening = self.text[self.at : self.at + 1]
        if opening in ("[", "{"):
            self.at += 1
            yield from self._elements(path) if opening == "[" else self._fields(path)
        elif opening in ('"', "'"):
            self._take(_STRING)
        else:
            self._take(_BARE)

    def _elements(self, path: str) -> Iterator[tuple[str, int]]:
        number = 0
        while not self._closed("]"):
            yield f"{path}[{number}]", self.line(self.at)
            yield from self._value(f"{path}[{number}]")
            number += 1

    def _fields(self, path: str) -> Iterator[tuple[str, int]]:
        while not self._closed("}"):
            yield from self.entry(path)

    def _closed(self, end: str) -> bool:
        """Whether a list or table ends here; goes behind its end, or behind the comma before its next part."""
        while self.skip_blank() and self.text[self.at] == ",":
            self.at += 1
        closed = self.text.startswith(end, self.at)
        self.at += len(end) if closed else 0
        return closed or self.at >= len(self.text)

    def _take(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self.text, self.at)
        self.at = found.end() if found else len(self.text)

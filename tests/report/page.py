"""An HTML page as a test reads it: its words, its tags, the rows of its tables."""

from __future__ import annotations

import re
from html.parser import HTMLParser

BLANKS = re.compile(r"\s+")


class Page(HTMLParser):
    """Text, and every tag with its attributes; raises where tags do not close in order."""

    VOID = frozenset(("meta", "br"))

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.rows: list[str] = []
        self._text: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []
        self.text = BLANKS.sub(" ", " ".join(self._text))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append("")
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" in self._open:
            return
        self._text.append(data)
        if "tr" in self._open:
            self.rows[-1] += f" {data}"

    def paths(self, name: str) -> list[str]:
        """The data of the paths of a class that draw anything."""
        found = [attrs for tag, attrs in self.tags if tag == "path" and name in (attrs.get("class") or "").split()]
        return [attrs["d"] or "" for attrs in found if attrs["d"]]

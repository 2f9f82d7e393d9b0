"""Which line of a TOML text a field stands on, so that an error can point there.

Reads only headers and keys, which is all that a path such as `steps[3].pressure` needs; the values stay the TOML
parser's business. The rule: when in doubt name the line of the enclosing table, never a wrong one.
"""

from __future__ import annotations

import re

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]")
_KEY = re.compile(r"""^\s*([A-Za-z0-9_-]+|"[^"]*"|'[^']*')\s*=""")


def line_of(text: str, path: str) -> int | None:
    """The 1-based line of the field at `path`, of its nearest enclosing table otherwise; None if neither is found."""
    best: tuple[int, int] | None = None
    for line, here in _places(text):
        inside = path == here or (path.startswith(here) and path[len(here)] in ".[")
        if inside and (best is None or len(here) > best[0]):
            best = (len(here), line)
    return best[1] if best else None


def _places(text: str) -> list[tuple[int, str]]:
    """Each header and key as (line, path)."""
    found: list[tuple[int, str]] = []
    table = ""
    counts: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            table = _table_path(header[2], counts, repeated=header[1] == "[[")
            found.append((number, table))
        elif key := _KEY.match(line):
            name = key[1].strip("\"'")
            found.append((number, f"{table}.{name}" if table else name))
    return found


def _table_path(name: str, counts: dict[str, int], *, repeated: bool) -> str:
    """A header's path with the index of each array of tables in it; counts this header if it opens an element."""
    path = ""
    parts = [part.strip().strip("\"'") for part in name.split(".")]
    for depth, part in enumerate(parts):
        path = f"{path}.{part}" if path else part
        if repeated and depth == len(parts) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = f"{path}[{counts[path]}]"
    return path

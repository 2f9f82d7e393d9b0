"""Sentences that the layers below made in English, recognised by their shape and said in another language.

A layer below knows no language: it makes "3 x too-hard" or "a.mcap: no such recording", and a report keeps it. The
catalogues under `languages/<language>/below/` hold the shapes: `"{path}: no such recording"`. What stands in braces may
be anything, is looked up in turn, and else stays as it is; `{zone!t}` fits only where it is a text of the catalogue
itself. The rule, kept by tests: each shape is one that a layer below makes, and each sentence that reaches a window has
one.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_BRACED = re.compile(r"\{(\w+)(!t)?\}")
_KEPT = 512


class Sentences:
    """One language's.

    Args:
        texts: shapes and whole sentences by their English.
    """

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._whole = {english: other for english, other in texts.items() if not _BRACED.search(english)}
        # The shape with most words of its own fits best.
        shapes = [english for english in texts if english not in self._whole]
        shapes.sort(key=lambda shape: -len(_BRACED.sub("", shape)))
        self._shapes = [(_pattern(shape), _BRACED.findall(shape), texts[shape]) for shape in shapes]
        self.told = lru_cache(_KEPT)(self._told)

    def _told(self, english: str) -> str | None:
        """The sentence in this language; None where it has no shape that is known."""
        if english in self._whole:
            return self._whole[english]
        for pattern, names, other in self._shapes:
            found = pattern.fullmatch(english)
            if found is None:
                continue
            values = {name: self.told(found[name]) for name, _ in names}
            if all(values[name] is not None for name, must_be_known in names if must_be_known):
                return other.format(**{name: found[name] if said is None else said for name, said in values.items()})
        return None


def _pattern(shape: str) -> re.Pattern[str]:
    parts = _BRACED.split(shape)
    # split gives text, name, mark, text, name, mark, ..., text
    pattern = re.escape(parts[0])
    for name, mark, text in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        # A text of its own may hold what comes after it; a figure or a name does not.
        pattern += f"(?P<{name}>{'.+' if mark else '.+?'}){re.escape(text)}"
    return re.compile(pattern, re.DOTALL)

"""The windows' texts in the user's language: English is the key, `languages/<language>/*.toml` hold the others.

`say("Next: {step}", step=...)` gives the text in the chosen language with its values filled in; what a catalogue
lacks stays English, so that nothing is ever blank. Texts that are chosen far from where they are shown are marked by
`text("...")`. What a layer below made goes through `told` (`rig.gui.sentences`). The rule, kept by a test: each literal
given to `say` or `text` is in every catalogue, and each entry of a catalogue is still said somewhere, with the same
values in braces.
"""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import TYPE_CHECKING

from rig.gui.sentences import Sentences

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

ENGLISH = "en"
BELOW = "below"
"""The folder of a language's sentences that are made in the layers below."""


def text(english: str) -> str:
    """Marks a text that `say` gets later, so that it is gathered for translation; changes nothing."""
    return english


def languages() -> tuple[str, ...]:
    """The languages that there are, English first."""
    return (ENGLISH, *sorted(entry.name for entry in _folder().iterdir() if entry.is_dir()))


def catalogue(language: str, part: str = "") -> dict[str, str]:
    """The texts of a language by their English; empty for English itself and for languages that nobody has written.

    Args:
        part: "" for the windows' own texts, `BELOW` for the sentences of the layers below.
    """
    if language not in languages() or language == ENGLISH:
        return {}
    folder = _folder() / language
    found: dict[str, str] = {}
    for entry in sorted((folder / part if part else folder).iterdir(), key=lambda each: each.name):
        if entry.name.endswith(".toml"):
            found |= tomllib.loads(entry.read_text("utf-8"))
    return found


class Words:
    """One language's texts.

    Args:
        language: two letters; one without a catalogue gives English.
    """

    def __init__(self, language: str = ENGLISH) -> None:
        self._texts = catalogue(language)
        self._sentences = Sentences(catalogue(language, BELOW))
        self.language = language if self._texts else ENGLISH

    def say(self, english: str, **values: object) -> str:
        """The text in this language, its `{names}` replaced by `values`."""
        said = self._texts.get(english, english)
        return said.format(**values) if values else said

    def told(self, english: object) -> str:
        """What a layer below said (an error, a reason, a routine's title), in this language as far as it is known."""
        said = str(english)
        return self._sentences.told(said) or said


def _folder() -> Traversable:
    return resources.files("rig.gui") / "languages"

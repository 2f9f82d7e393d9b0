"""The windows' texts in the user's language: English is the key, `languages/<language>/*.toml` hold the others.

`say("Next: {step}", step=...)` gives the text in the chosen language with its values filled in; what a catalogue
lacks stays English, so that nothing is ever blank. Texts that are chosen far from where they are shown are marked by
`text("...")`. The rule, kept by a test: each literal given to `say` or `text` is in every catalogue, and each entry of
a catalogue is still said somewhere, with the same values in braces.
"""

from __future__ import annotations

import tomllib
from importlib import resources

ENGLISH = "en"


def text(english: str) -> str:
    """Marks a text that `say` gets later, so that it is gathered for translation; changes nothing."""
    return english


def languages() -> tuple[str, ...]:
    """The languages that there are, English first."""
    folder = resources.files("rig.gui") / "languages"
    return (ENGLISH, *sorted(entry.name for entry in folder.iterdir() if entry.is_dir()))


def catalogue(language: str) -> dict[str, str]:
    """The texts of a language by their English; empty for English itself and for languages that nobody has written."""
    if language not in languages() or language == ENGLISH:
        return {}
    folder = resources.files("rig.gui") / "languages" / language
    found: dict[str, str] = {}
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
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
        self.language = language if self._texts else ENGLISH

    def say(self, english: str, **values: object) -> str:
        """The text in this language, its `{names}` replaced by `values`."""
        said = self._texts.get(english, english)
        return said.format(**values) if values else said

"""Each text of the windows is in each catalogue, with the same values in it, and nothing stale is left there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from rig.gui.words import Words, catalogue, languages

GUI = Path(__file__).parent.parent.parent / "rig" / "gui"
NAMES = {"say", "_say", "text"}


def said(path: Path) -> set[str]:
    """The literals that a module gives to `say` or `text`."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in NAMES and isinstance(node.args[0].value, str):
                found.add(node.args[0].value)
    return found


def gathered() -> dict[str, str]:
    """Every text and the file that says it."""
    return {text: path.name for path in sorted(GUI.rglob("*.py")) for text in said(path)}


def values(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)", text))


@pytest.mark.parametrize("language", languages()[1:])
def test_every_text_is_translated_and_nothing_else(language: str) -> None:
    texts, there = gathered(), catalogue(language)
    assert {text: file for text, file in texts.items() if text not in there} == {}
    assert sorted(set(there) - set(texts)) == []


@pytest.mark.parametrize("language", languages()[1:])
def test_a_translation_says_the_same_values(language: str) -> None:
    assert {english: other for english, other in catalogue(language).items() if values(english) != values(other)} == {}


@pytest.mark.parametrize("language", languages()[1:])
def test_no_text_is_in_two_files_of_a_catalogue(language: str) -> None:
    lines = [line for path in (GUI / "languages" / language).glob("*.toml") for line in path.read_text().splitlines()]
    keys = [line.split('" = ')[0] for line in lines if '" = ' in line]
    assert sorted({key for key in keys if keys.count(key) > 1}) == []


def test_what_is_not_translated_stays_english() -> None:
    assert Words("de").say("a text that nobody says {n}", n=2) == "a text that nobody says 2"


def test_a_language_that_nobody_has_written_is_english() -> None:
    assert Words("xx").language == "en"
    assert Words("xx").say("Practise") == "Practise"
    assert Words("de").say("Practise") == "Üben"

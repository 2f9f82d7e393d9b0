from __future__ import annotations

import pytest

from rig.gui.flag_texts import FLAG_NAMES, FLAG_TEXTS, flag_figures, flag_words
from rig.gui.words import Words
from rig.technique.flags import HARM_ORDER, Flag, FlagKind
from rig.technique.wording import WORDS, limited, measured


def flag(kind: FlagKind, value: float | None, unit: str, *, at_least: bool = False) -> Flag:
    return Flag(kind, 1.0, 2.0, None, "left", None, None, value, 4.0, unit, "a document", at_least=at_least)


def test_the_texts_are_those_that_every_screen_shares() -> None:
    assert sorted(FLAG_TEXTS) == sorted(WORDS.values())
    assert set(FLAG_NAMES) == set(HARM_ORDER)


@pytest.mark.parametrize("kind", HARM_ORDER)
def test_the_english_figures_are_those_of_the_reports(kind: FlagKind) -> None:
    unit = "place" if kind == "out-of-order" else "N"
    for value, at_least in ((12.345, False), (12.345, True), (3.0, False), (None, False)):
        one = flag(kind, value, unit, at_least=at_least)
        limit = limited(kind, one.limit, unit)
        said = measured(kind, value, unit, at_least=at_least)
        assert flag_figures(Words(), one) == (f"{said} (limit {limit})" if said and limit else said)


def test_german() -> None:
    german = Words("de")
    assert flag_words(german, flag("too-hard", 12.0, "N")) == "Zu fest: nachlassen"
    assert flag_figures(german, flag("too-hard", 12.0, "N", at_least=True)) == "mindestens 12 N (Grenze 4 N)"
    assert flag_figures(german, flag("wrong-direction", -80.0, "mm")) == "80 mm in die falsche Richtung"
    assert flag_figures(german, flag("out-of-order", 3.0, "place")) == "Nummer 3 (Grenze Nummer 4)"

from __future__ import annotations

import msgspec

from rig.gui.flag_texts import FLAG_NAMES, flag_figures, flag_words
from rig.gui.words import Words
from rig.technique.flags import HARM_ORDER, Flag, FlagKind


def flag(kind: FlagKind, value: float | None, unit: str, *, at_least: bool = False) -> Flag:
    return Flag(kind, 1.0, 2.0, None, "left", None, None, value, 4.0, unit, "a document", at_least=at_least)


def test_every_kind_has_a_name() -> None:
    assert set(FLAG_NAMES) == set(HARM_ORDER)


def test_german() -> None:
    german = Words("de")
    assert flag_words(german, flag("too-hard", 12.0, "N")) == "Zu fest: nachlassen"
    assert flag_figures(german, flag("too-hard", 12.0, "N", at_least=True)) == "mindestens 12 N (Grenze 4 N)"
    assert flag_figures(german, flag("wrong-direction", -80.0, "mm")) == "80 mm in die falsche Richtung"
    early = msgspec.structs.replace(flag("out-of-order", 3.0, "place"), about="Too early: first comes 'Vibration'")
    assert (flag_words(german, early), flag_figures(german, early)) == ("Zu früh: erst kommt „Vibrieren“", "")
    assert flag_figures(german, flag("missing-reps", 3.0, "times")) == "3-mal (mindestens 4-mal)"
    assert flag_figures(german, flag("irregular", 4.5, "ratio")) == "Schläge weichen um 450 % ab (Grenze 400 %)"
    assert flag_figures(german, flag("lifted", None, "s")) == ""

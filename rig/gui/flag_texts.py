"""What kinds of flags are called where they are counted, and a flag's own words in the windows' language.

A flag's words and figures are those of `rig.technique.wording`, which every screen and report shares. The rule: they
are made there, and only said in another language here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from rig.gui.words import text
from rig.technique.wording import figures
from rig.technique.wording import words as sentence

if TYPE_CHECKING:
    from rig.gui.words import Words
    from rig.technique.flags import Flag, FlagKind

FLAG_NAMES: dict[FlagKind, str] = {
    "spine-pressure": text("pressure on the spine"),
    "too-hard": text("too hard"),
    "signal-gap": text("signal lost"),
    "sensor-fault": text("sensor failed"),
    "wrong-direction": text("wrong direction"),
    "wrong-place": text("wrong place"),
    "too-fast": text("too fast"),
    "too-slow": text("too slow"),
    "too-light": text("too light"),
    "irregular": text("uneven rhythm"),
    "uneven": text("uneven pressure"),
    "contrast": text("too little contrast"),
    "hold-short": text("held too short"),
    "lifted": text("contact lost"),
    "missing-reps": text("repetitions missing"),
    "out-of-order": text("out of order"),
    "breath": text("out of breath's step"),
}
"""What a kind of flag is called where it is counted."""


def flag_words(words: Words, flag: Flag) -> str:
    """A flag as one short sentence."""
    return words.told(sentence(msgspec.structs.asdict(flag)))


def flag_figures(words: Words, flag: Flag) -> str:
    """A flag's value against its limit, with the unit; empty where it is not about an amount."""
    # No line ends within a unit.
    return words.told(figures(msgspec.structs.asdict(flag))).replace("/", "/\N{WORD JOINER}")

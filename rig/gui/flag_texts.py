"""Flags in the windows' language: what went wrong, and by how much against which limit.

The English is that of `rig.technique.wording`, which every screen and report shares; here it is only marked, so that
it is gathered for translation. The rule, kept by a test: the two lists are the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.gui.words import text
from rig.technique.wording import WORDS, measured

if TYPE_CHECKING:
    from rig.gui.words import Words
    from rig.technique.flags import Flag, FlagKind

FLAG_TEXTS = (
    text("On the spine: move off the line"),
    text("Too hard: ease off"),
    text("No signal from the pad"),
    text("A sensor has failed: its spot is not judged"),
    text("Wrong way"),
    text("Wrong place"),
    text("Too fast: slow down"),
    text("Too slow"),
    text("Too light"),
    text("Uneven rhythm"),
    text("Uneven pressure"),
    text("Press more on the way up than on the way down"),
    text("Hold it longer"),
    text("Stay in contact"),
    text("Too few repetitions"),
    text("Out of order"),
    text("Out of step with the breath"),
)

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
    return words.say(WORDS[flag.kind])


def flag_figures(words: Words, flag: Flag) -> str:
    """A flag's value against its limit, with the unit; empty where it is not about an amount."""
    say = words.say
    if flag.value is None:
        return ""
    if flag.kind == "wrong-direction":
        return say("{way} the wrong way", way=_amount(words, flag, -flag.value))
    value = _amount(words, flag, flag.value)
    if flag.at_least:
        value = say("at least {value}", value=value)
    if flag.limit is None:
        return value
    return say("{value} (limit {limit})", value=value, limit=_amount(words, flag, flag.limit))


def _amount(words: Words, flag: Flag, amount: float) -> str:
    """With three figures and the unit."""
    if flag.unit == "place":
        return words.say("number {number}", number=f"{amount:.0f}")
    # Any kind whose figures stand for themselves.
    return measured("too-hard", amount, flag.unit)

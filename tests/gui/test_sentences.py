"""What the layers below say is known in each language, and nothing stale stands in a catalogue of their sentences."""

from __future__ import annotations

import ast
import re
from functools import cache
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rig.analysis.findings import Gap
from rig.analysis.geometry import BLIND
from rig.calibration.nominal import NominalConversion
from rig.device.commands import REFUSALS
from rig.gui.sentences import Sentences
from rig.gui.words import BELOW, catalogue, languages
from rig.pad import builtin_pads, load_pad
from rig.report.advice import AGAIN, GO_ON, PRACTISE
from rig.report.report import NO_CALIBRATION, NO_ROUTINE, NO_STEP, gone_for_good
from rig.session.screen import UNCALIBRATED
from rig.technique.coach.lengths import plan
from rig.technique.coach.saying import BETTER
from rig.technique.flags import HARM_ORDER
from rig.technique.routine.briefing import brief
from rig.technique.routine.loading import builtin_routines, load_routine
from rig.technique.unjudged import not_judged
from rig.technique.wording import WORDS, figures

if TYPE_CHECKING:
    from collections.abc import Iterator

RIG = Path(__file__).parent.parent.parent / "rig"
BELOW_THE_WINDOWS = (
    "analysis", "calibration", "device", "recording", "report", "session", "technique", "transport", "virtual",
)  # fmt: skip
PAD = load_pad("back-144")
LANGUAGES = languages()[1:]
_BRACED = re.compile(r"\{(\w+)(!t)?\}")
WORD = re.compile(r"[A-Za-z]{2,}")
ANY = "\0"


@cache
def sentences(language: str) -> Sentences:
    return Sentences(catalogue(language, BELOW))


def shape_of(node: ast.AST) -> str | None:
    """A literal, or an f-string with `ANY` where its values are; None for anything else."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            parts = [part.value if isinstance(part, ast.Constant) else ANY for part in values]
            return "".join(str(part) for part in parts)
        case _:
            return None


@cache
def words_below() -> list[set[str]]:
    """The words of each file below the windows."""
    files = [RIG / "workspace.py", RIG / "pad.py", *RIG.rglob("*.toml")]
    files += [path for layer in BELOW_THE_WINDOWS for path in (RIG / layer).rglob("*.py")]
    return [set(WORD.findall(path.read_text("utf-8"))) for path in files if "gui" not in path.parts]


def is_made(shape: str) -> bool:
    """Whether some file has all of its words; several pieces may make one sentence."""
    words = set(WORD.findall(_BRACED.sub(" ", shape)))
    return any(words <= there for there in words_below())


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_stale_is_in_the_catalogue(language: str) -> None:
    assert [shape for shape in catalogue(language, BELOW) if not is_made(shape)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_says_the_same_values(language: str) -> None:
    for english, other in catalogue(language, BELOW).items():
        assert sorted(name for name, _ in _BRACED.findall(english)) == sorted(re.findall(r"{(\w+)}", other)), english


def raised(module: str) -> Iterator[str]:
    """The messages of the rig's own errors in a module or a package, with a value in each gap."""
    paths = sorted((RIG / module).rglob("*.py")) if (RIG / module).is_dir() else [RIG / module]
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = getattr(getattr(node, "func", None), "id", "")
            if name in {"InputError", "LinkError", "ProtocolError", "StorageError", "OperationError"}:
                shape = shape_of(node.args[0])  # type: ignore[attr-defined]  # it has a func, so it is a call
                if shape is not None and shape.replace(ANY, "").strip(" :"):
                    yield shape.replace(ANY, "7")


SHOWN = (
    "device/device.py", "device/greeting.py", "device/commands.py", "device/doctor", "recording/reader.py",
    "recording/index.py", "recording/format.py", "recording/append.py", "recording/table.py", "session/recorded.py",
    "session/doctor/visit.py", "session/player/channels.py", "session/player/wishes.py", "session/player/table.py",
    "session/calibrate/plan.py", "session/calibrate/making.py", "technique/routine/loading.py",
    "technique/routine/routine.py", "technique/coach/lengths.py", "transport/serial_port.py",
    "transport/port_owner.py", "virtual/port.py", "workspace.py", "calibration/check_file.py",
)  # fmt: skip
"""Modules whose errors reach a window."""

PROGRAMMERS = ("cannot be recorded", "columns of a table differ")
"""Messages for whoever writes a program with the rig."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("module", SHOWN)
def test_every_error_that_a_window_may_show_is_known(language: str, module: str) -> None:
    told = sentences(language).told
    said = [text for text in raised(module) if not any(part in text for part in PROGRAMMERS)]
    assert [text for text in said if told(text) is None] == []


def left_english(told: str | None) -> bool:
    """Whether a sentence is not known, or a part of it is not."""
    return (
        told is None or re.search(r"\b(the|of|and|is|are|with|from|by|times|time|limit|least|each)\b", told) is not None
    )


def said_of_routines() -> Iterator[str]:
    for name, pad_name, minutes in product(builtin_routines(), builtin_pads(), (None, 10, 15, 30)):
        pad = load_pad(pad_name)
        routine = load_routine(name, pad)
        planned = plan(routine, pad, None if minutes is None else 60.0 * minutes)
        yield from (pad.title, *planned.left_out)
        yield from (routine.title, routine.about, *(level.about for level in routine.levels))
        yield from (rule.about for rule in routine.checklist)
        for each in planned.steps:
            told = brief(routine, each.step, pad, each.duration_s)
            yield from (told.title, told.how, told.where, told.how_often, *not_judged(each.step, None, 60.0, None))


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_is_shown_of_the_built_in_routines_is_known(language: str) -> None:
    told = sentences(language).told
    assert sorted({text for text in said_of_routines() if left_english(told(text))}) == []


def said_of_sessions() -> Iterator[str]:
    yield from (*BETTER.values(), *WORDS.values(), *PRACTISE.values(), *HARM_ORDER, AGAIN, GO_ON, UNCALIBRATED)
    yield from (BLIND, gone_for_good(Gap(3.04, 8.03, 1299)))
    yield from (NO_ROUTINE, NO_STEP, NO_CALIBRATION, NominalConversion(PAD).about, *REFUSALS.values())
    units = {"out-of-order": "place", "missing-reps": "times", "irregular": "ratio", "breath": "ratio",
             "uneven": "ratio", "contrast": "ratio", "too-fast": "1/min", "wrong-place": "mm"}  # fmt: skip
    for kind, unit in units.items():
        if unit != "place":
            yield figures({"kind": kind, "value": 2.5, "limit": 2.0, "unit": unit, "at_least": True})
            yield figures({"kind": kind, "value": 1.5, "limit": 2.0, "unit": unit})
    yield from ABOUT


ABOUT = (
    "Lighter on the way down than on the way up", "Each stroke lighter than the one before",
    "Each part lighter than the one before", "Lighter in the neck than elsewhere", "Let the force rise in steps",
    "Press deeper than in 'Vibration'", "Uneven pressure along the way", "Heavier on the left than on the right",
    "Go on upward from one to the next", "Too few repetitions on the left", "Too few repetitions on either side",
    "Too few repetitions at one point", "Too early: first comes 'Vibration'", "Too late: it comes before 'Vibration'",
    "What is of 'Vibration' comes too late", "Point 4 comes before point 7",
)  # fmt: skip
"""What single flags say for themselves, each shape once."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_is_said_of_a_session_is_known(language: str) -> None:
    told = sentences(language).told
    assert [text for text in said_of_sessions() if left_english(told(text))] == []


TEXTS = {
    "{path}: no such recording": "{path}: keine solche Aufnahme",
    "{low!t} to {high!t}": "{low} bis {high}",
    "{where!t}, both sides at once": "{where}, beide Seiten zugleich",
    "neck": "Nacken",
    "sacrum": "Kreuzbein",
    "{n} times": "{n}-mal",
}


def test_a_shape_is_filled_with_what_it_held() -> None:
    told = Sentences(TEXTS).told
    assert told("a: b.mcap: no such recording") == "a: b.mcap: keine solche Aufnahme"
    assert told("12 times") == "12-mal"
    assert told("no such recording") is None


def test_what_must_be_a_text_is_one() -> None:
    told = Sentences(TEXTS).told
    assert told("sacrum to neck, both sides at once") == "Kreuzbein bis Nacken, beide Seiten zugleich"
    assert told("sacrum to shoulder") is None
    assert told("a day to remember") is None


def test_a_text_is_no_pattern() -> None:
    told = Sentences({"(a) is {n}% off.": "({n})"}).told
    assert told("(a) is 3% off.") == "(3)"
    assert told("(a) is 3% offx") is None

"""Every built-in routine, spoilt in every way that a hand slips: one line each, and it names the right one."""

from __future__ import annotations

import re
from importlib import resources
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from rig.errors import InputError
from rig.pad import load_pad
from rig.technique.routine.loading import builtin_routines, parse_routine

if TYPE_CHECKING:
    from collections.abc import Iterator

PAD = load_pad("back-144")
DEFAULTS = (resources.files("rig") / "routines" / "defaults" / "bands.toml").read_text("utf-8")
PLAIN = """\
name = "with-bands"
title = "One step"
about = "All bands and levels."
document = "our book"
spine = { policy = "avoid", source = "our book" }

[[steps]]
id = "with-bands.1"
title = "Up"
about = "Palms go up."
source = "page 2"
hands = "palms"

"""
TEXTS = {**builtin_routines(), "with-bands": PLAIN + DEFAULTS}

REQUIRED = {
    "": ("name", "title", "about", "document", "spine"),
    "steps": ("id", "title", "about", "source", "hands"),
    "disagreements": ("topic", "about", "coached", "sources"),
    "bands": ("name", "unit", "source"),
    "levels": ("name", "about"),
    "levels.bands": ("name", "unit", "source"),
}
WORDS = (
    "hands",
    "motions",
    "counted",
    "sides",
    "directions",
    "returns",
    "travel",
    "policy",
    "unit",
    "inhale",
    "exhale",
)
NAMES = ("more", "less", "zones", "zone", "band", "after", "repeats", "steps", *WORDS)
"""Keys whose values, or elements, are words of a known list."""
BANDS = ("pressure", "speed", "rate", "count", "hold", "duration")
ASKED_OF_A_PLACE = ("policy =", "inhale =", "y_mm =", "about =", "zone =")
"""Inline tables that hold one of these must say their source."""

Spoilt = tuple[str, list[str], int]
"""What was done, the lines, and the line (from 1) that the message must name."""


def tables(lines: list[str]) -> Iterator[tuple[int, str, int]]:
    """Each line's number (from 0), the table it stands in, and the line (from 1) on which that begins."""
    table, begins = "", 1
    for number, line in enumerate(lines):
        if header := re.match(r"\[\[([\w.]+)\]\]", line):
            table, begins = header[1], number + 1
        yield number, table, begins


def put(lines: list[str], number: int, line: str) -> list[str]:
    return [*lines[:number], line, *lines[number + 1 :]]


def without_required_keys(lines: list[str]) -> Iterator[Spoilt]:
    for number, table, begins in tables(lines):
        key = lines[number].partition(" =")[0]
        if key in REQUIRED.get(table, ()):
            yield f"{table} without {key}", [*lines[:number], *lines[number + 1 :]], begins


def without_sources_of_places(lines: list[str]) -> Iterator[Spoilt]:
    for number, line in enumerate(lines):
        for inner in re.finditer(r"\{[^{}]*\}", line):
            bare = re.sub(r',? source = "[^"]*"', "", inner[0])
            if bare != inner[0] and any(word in bare for word in ASKED_OF_A_PLACE):
                yield "no source", put(lines, number, line.replace(inner[0], bare)), number + 1


def upside_down(lines: list[str]) -> Iterator[Spoilt]:
    for number, line in enumerate(lines):
        if (ends := re.search(r"low = (\S+), high = ([^\s,}]+)", line)) and ends[1] != ends[2]:
            turned = f"low = {ends[2]}, high = {ends[1]}"
            yield "upside down", put(lines, number, line.replace(ends[0], turned)), number + 1


def upside_down_over_two_lines(lines: list[str]) -> Iterator[Spoilt]:
    for number, (line, following) in enumerate(pairwise(lines)):
        low, high = re.fullmatch(r"low = (\S+)", line), re.fullmatch(r"high = (\S+)", following)
        if low and high and low[1] != high[1]:
            turned = [*lines[:number], f"low = {high[1]}", f"high = {low[1]}", *lines[number + 2 :]]
            yield "upside down", turned, number + 2


def misspelt_words(lines: list[str]) -> Iterator[Spoilt]:
    for number, line in enumerate(lines):
        for value in re.finditer(r"(\w+) = (\[[^\]]*\]|\"[^\"]*\")", line):
            if value[1] not in NAMES and not (value[1] in BANDS and value[2].startswith('"')):
                continue
            for word in re.finditer(r'"([^"]+)"', value[2]):
                at = value.start(2) + word.end(1)
                yield f"{word[1]} misspelt", put(lines, number, f"{line[:at]}q{line[at:]}"), number + 1


def misspelt_keys(lines: list[str]) -> Iterator[Spoilt]:
    for number, line in enumerate(lines):
        if line.startswith("#"):
            continue
        for key in re.finditer(r"(?:^|[{,] )\s*(\w+)(?= = )", line):
            at = key.end(1)
            yield f"{key[1]} misspelt", put(lines, number, f"{line[:at]}q{line[at:]}"), number + 1


def of_the_wrong_type(lines: list[str]) -> Iterator[Spoilt]:
    for number, line in enumerate(lines):
        for value in re.finditer(r'\w+ = ("[^"]*"|true|-?[\d.]+)(?=$|[ ,}])', line):
            wrong = "7.5" if value[1].startswith('"') else '"x"'
            spoilt = line[: value.start(1)] + wrong + line[value.end(1) :]
            yield f"{value[0]} as {wrong}", put(lines, number, spoilt), number + 1


def empty_texts(lines: list[str]) -> Iterator[Spoilt]:
    for number, line in enumerate(lines):
        for value in re.finditer(r'(?:source|about|title|topic|coached|document) = "([^"]*)"', line):
            yield "empty", put(lines, number, line[: value.start(1)] + " " + line[value.end(1) :]), number + 1


def below_zero(lines: list[str]) -> Iterator[Spoilt]:
    for number, line in enumerate(lines):
        for value in re.finditer(r"(?:low|high) = (?=\d)", line):
            for wrong in ("-1, 0", "nan, 0", "inf, 0"):
                amount = wrong.partition(",")[0]
                rest = re.sub(r"^[\d.]+", amount, line[value.end() :])
                yield f"{amount}", put(lines, number, line[: value.end()] + rest), number + 1


def twice(lines: list[str]) -> Iterator[Spoilt]:
    ids = [(number, line) for number, line in enumerate(lines) if line.startswith("id = ")]
    for number, _ in ids[1:]:
        yield "the first id again", put(lines, number, ids[0][1]), number + 1


def in_a_circle(lines: list[str]) -> Iterator[Spoilt]:
    """A step that wants to come after one that, by way of others, comes after it."""
    ids = [(n, line.partition('"')[2].rstrip('"')) for n, line in enumerate(lines) if line.startswith("id = ")]
    for (first, name), (second, later) in pairwise(ids):
        block = lines[second : lines.index("", second)] if "" in lines[second:] else lines[second:]
        if any(line.startswith("after") and f'"{name}"' in line for line in block):
            here = next(n for n in range(first, second) if lines[n].startswith("hands"))
            after = next((n for n in range(first, second) if lines[n].startswith("after")), None)
            wrong = f'after = ["{later}"]'
            whole = put(lines, here, lines[here] + "\n" + wrong) if after is None else put(lines, after, wrong)
            yield f"{name} after {later}", whole, (here + 2 if after is None else after + 1)


def broken_off(lines: list[str]) -> Iterator[Spoilt]:
    for number, line in enumerate(lines):
        if line.endswith('"') and not line.startswith("#"):
            yield "no closing quote", put(lines, number, line[:-1]), number + 1


WAYS = (
    without_required_keys,
    without_sources_of_places,
    upside_down,
    upside_down_over_two_lines,
    misspelt_words,
    misspelt_keys,
    of_the_wrong_type,
    empty_texts,
    below_zero,
    twice,
    in_a_circle,
    broken_off,
)


def complaint(text: str, where: str) -> str:
    try:
        parse_routine(text, where, PAD)
    except InputError as error:
        return str(error)
    return "taken for sound"


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("name", sorted(TEXTS))
def test_one_line_that_names_the_right_one(name: str, way: object) -> None:
    assert callable(way)
    lines = TEXTS[name].splitlines()
    for what, spoilt, expected in way(lines):
        message = complaint("\n".join(spoilt), f"{name}.toml")
        assert "\n" not in message
        assert message.startswith(f"{name}.toml, line {expected}: "), f"{what}, line {expected}: {message}"


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_every_way_spoils_something(way: object) -> None:
    assert callable(way)
    assert sum(len(list(way(text.splitlines()))) for text in TEXTS.values()) >= 4

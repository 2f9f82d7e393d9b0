"""A school's routine with a mistake: one line that names the file, the line, the field and what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rig.errors import InputError
from rig.pad import parse_pad
from rig.technique.routine.loading import load_routine, parse_routine
from tests.technique.school import SMALL, line_with

if TYPE_CHECKING:
    from pathlib import Path

DIRECTIONS = 'directions = ["up"]'


def problem(old: str, new: str) -> str:
    assert old in SMALL
    with pytest.raises(InputError) as caught:
        parse_routine(SMALL.replace(old, new, 1), "school.toml")
    message = str(caught.value)
    assert "\n" not in message
    return message


@pytest.mark.parametrize(
    ("old", "new", "field", "told"),
    [
        ('"lower-back"', '"lower-bak"', "steps[0].zones[0]", "unknown zone 'lower-bak'"),
        ('["lower-back"]', '["lower-back", "neck", "neck"]', "steps[0].zones[2]", "'neck' is given twice"),
        ('["stroke"]', '["stroke", "stroke"]', "steps[0].motions[1]", "'stroke' is given twice"),
        (
            DIRECTIONS,
            'directions = ["up", "none"]',
            "steps[0].directions[1]",
            "expected one of down, in, out, up",
        ),
        (DIRECTIONS, 'travel = "none"', "steps[0].travel", "expected one of down, in, out, up"),
        (
            DIRECTIONS,
            'contrast = { more = "up", less = "up" }',
            "steps[0].contrast.less",
            "more and less name the same direction",
        ),
        (
            DIRECTIONS,
            'breath = { inhale = "up", exhale = "up", source = "x" }',
            "steps[0].breath.exhale",
            "inhale and exhale name the same direction",
        ),
        (DIRECTIONS, "count = { low = 2.5 }", "steps[0].count.low", "expected a whole number of times, not 2.5"),
        (DIRECTIONS, "contrast_ratio = { low = 2 }", "steps[0].contrast_ratio", "the step has no contrast"),
        (DIRECTIONS, 'deeper_than = "school.7"', "steps[0].deeper_than", "unknown step 'school.7'"),
        ("low = 2, high = 5", "low = 5, high = 2", "steps[0].speed.high", "the band is upside down"),
        ('unit = "cm/s"', 'unit = "mm"', "steps[0].speed.unit", "must be in cm/s, not in mm"),
        ('source = "page 3"', 'source = ""', "steps[1].source", ""),
        ('hands = "thumbs"', 'hands = "toes"', "steps[1].hands", ""),
        ('"several"', '"many"', "steps[1].count", "unknown band in times 'many'"),
        ('"several"', '"slow"', "steps[1].count", "must be in times; band 'slow' is in cm/s"),
        ('"several"', '{ unit = "times" }', "steps[1].count", "give either a band's name or numbers"),
        ('["school.1"]', '["school.9"]', "steps[1].after[0]", "unknown step 'school.9'"),
    ],
)
def test_a_mistake_is_told_where_it_stands(old: str, new: str, field: str, told: str) -> None:
    message = problem(old, new)
    assert message.startswith(f"school.toml, line {line_with(old)}: {field}: ")
    assert told in message


def test_a_misspelt_zone_is_told_with_those_there_are() -> None:
    assert "lower-back" in problem('"lower-back"', '"lower-bak"')


def test_a_zone_that_this_pad_does_not_have() -> None:
    tiny = parse_pad(
        'name="t"\nadc_bits=10\ndivider_ohm=3300\nsensors=[{channel=0,x_mm=0,y_mm=0}]\n'
        'zones=[{name="knee",x0_mm=0,y0_mm=0,x1_mm=9,y1_mm=9}]',
        "t",
    )
    with pytest.raises(InputError, match=r"unknown zone 'lower-back': .known: knee"):
        parse_routine(SMALL, "school.toml", tiny)


def test_band_upside_down_in_the_bands() -> None:
    message = problem("low = 3\nhigh = 8", "low = 8\nhigh = 3")
    assert f"line {line_with('high = 8')}: bands[0].high: the band is upside down: high 3 is below low 8" in message


@pytest.mark.parametrize(
    ("source", "first", "field"),
    [
        ('source = "page 3"\n', 'id = "school.2"', "steps[1]"),
        ('source = "our teacher\'s hands"\n', 'name = "gentle"', "bands[0]"),
    ],
)
def test_a_missing_source_is_told_at_the_head_of_its_table(source: str, first: str, field: str) -> None:
    message = problem(source, "")
    assert f"line {line_with(first) - 1}: {field}: " in message
    assert "`source`" in message


def test_an_unknown_field() -> None:
    message = problem('hands = "thumbs"', 'hand = "thumbs"')
    assert "steps[1]" in message
    assert "`hand`" in message


def test_a_circle_in_the_order() -> None:
    message = problem('pressure = "gentle"', 'after = ["school.2"]')
    assert "the order runs in a circle: school.1 after school.2 after school.1" in message
    assert "line " in message


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('after = ["school.1"]', 'after = ["school.2"]', "circle"),
        ('id = "school.2"', 'id = "school.1"', "step 'school.1' is given twice"),
        ('id = "school.2"', 'id = "other.2"', "must begin with the routine's name"),
        ('name = "school"', 'name = "school', "school.toml, line 1: not TOML:"),
    ],
)
def test_what_is_wrong_as_a_whole(old: str, new: str, told: str) -> None:
    assert told in problem(old, new)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (
            '[[bands]]\nname = "ceiling"\nunit = "N"\nlow = 3\nsource = "us"\n',
            r"bands\[1\]: band 'ceiling' must be in N and give high",
        ),
        (
            '[[levels]]\nname = "kind"\nabout = "x"\nbands = [{ name = "zz", unit = "N", low = 1, source = "s" }]\n',
            "no band 'zz' that this could replace",
        ),
    ],
)
def test_a_band_that_cannot_serve(more: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        parse_routine(f"{SMALL}\n{more}", "school.toml")


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match=r"x\.toml: cannot be read as text"):
        load_routine(str(path))

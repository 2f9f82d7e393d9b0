"""The TOML that the rig writes, and the lines of the TOML that it reads."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig.technique.routine.loading import builtin_routines
from rig.technique.routine.toml_lines import line_of
from rig.technique.routine.toml_text import toml_text

NAMES = st.from_regex(r"\A[a-z_][a-z0-9_-]{0,8}\Z")
TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)
PLAIN = st.one_of(TEXTS, st.booleans(), st.integers(-(2**53), 2**53), st.floats(allow_nan=False))
VALUES = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3))


@given(st.dictionaries(NAMES, VALUES, max_size=5))
def test_what_is_written_reads_back(table: dict[str, Any]) -> None:
    assert tomllib.loads(toml_text(table)) == table


def test_what_is_none_is_left_out_and_what_is_no_toml_is_refused() -> None:
    assert toml_text({"a": None, "b": 1}) == "b = 1\n"
    with pytest.raises(TypeError, match="no object"):
        toml_text({"a": object()})


TEXT = '''\
# a comment with [brackets] and "quotes = 1"
name = "x # no comment"
spine.policy = "avoid"

[[steps]]
id = "a"
points = [  # two of them
  { name = "1", x_mm = 3 },

  { name = "]", "y_mm" = 4 },
]
about = """
[[steps]]
id = "none" """

  [steps.speed]
  low = 1

[[steps]]
zones = ['a]',
  "b"]
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("name", 2),
        ("spine.policy", 3),
        ("steps[0]", 5),
        ("steps[0].id", 6),
        ("steps[0].points", 7),
        ("steps[0].points[0].x_mm", 8),
        ("steps[0].points[1]", 10),
        ("steps[0].points[1].y_mm", 10),
        ("steps[0].points[1].missing", 10),
        ("steps[0].about", 12),
        ("steps[0].speed.low", 17),
        ("steps[0].speed.high", 16),
        ("steps[1].zones[0]", 20),
        ("steps[1].zones[1]", 21),
        ("steps[1].missing", 19),
        ("missing", 1),
        ("", 1),
    ],
)
def test_lines(path: str, line: int) -> None:
    tomllib.loads(TEXT)
    assert line_of(TEXT, path) == line


def test_every_line_of_the_built_ins_that_names_something_is_found() -> None:
    for text in builtin_routines().values():
        row = -1
        for number, line in enumerate(text.splitlines(), 1):
            row += line == "[[steps]]"
            if row >= 0 and line.startswith("id = "):
                assert line_of(text, f"steps[{row}].id") == number

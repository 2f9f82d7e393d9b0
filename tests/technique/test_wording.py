"""A flag in figures: the unit that people read, and never a value that reads as its own limit."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig.technique.flags import HARM_ORDER
from rig.technique.wording import WORDS, figures, limited, measured, words


@pytest.mark.parametrize(
    ("kind", "value", "limit", "unit", "said"),
    [
        ("spine-pressure", 8.774, 2.0, "N", "8.77 N (limit 2 N)"),
        ("too-hard", 1234.5, 60.0, "N", "1234 N (limit 60 N)"),
        ("breath", 0.494, 0.5, "ratio", "49 % with the breath (at least 50 %)"),
        ("irregular", 0.234, 0.15, "ratio", "beats differ by 23 % (limit 15 %)"),
        ("uneven", 1.83, 1.5, "ratio", "1.83 times as hard (limit 1.50 times)"),
        ("contrast", 1.0, 1.25, "ratio", "1.00 times as hard (at least 1.25 times)"),
        ("wrong-place", 85.2, 60.0, "mm", "85.2 mm off (limit 60 mm)"),
        ("wrong-direction", -80.0, 5.0, "mm", "80 mm the wrong way"),
        ("too-fast", 45.2, 40.0, "1/min", "45.2 a minute (limit 40 a minute)"),
        ("missing-reps", 1.0, 5.0, "times", "1 time (at least 5 times)"),
        ("out-of-order", 3.0, 2.0, "place", ""),
        ("lifted", None, None, "s", ""),
        ("breath", -6.7e-16, 0.5, "ratio", "0 % with the breath (at least 50 %)"),
        ("too-light", math.nan, 2.0, "N", ""),
        ("sensor-fault", 1.0, 0.9, "of full scale", "1 of full scale"),
    ],
)
def test_each_unit_as_people_read_it(kind: str, value: float | None, limit: float | None, unit: str, said: str) -> None:
    assert figures({"kind": kind, "value": value, "limit": limit, "unit": unit}) == said


@pytest.mark.parametrize(
    ("value", "limit", "unit", "said"),
    [(10.04, 10.0, "cm/s", "10.04 cm/s"), (100.3, 100.0, "1/min", "100.3 a minute"), (0.4996, 0.5, "ratio", "49.96 %")],
)
def test_figures_are_added_where_a_value_would_read_as_its_limit(
    value: float, limit: float, unit: str, said: str
) -> None:
    assert measured("breath" if unit == "ratio" else "too-fast", value, unit, limit=limit).startswith(said)


@given(st.sampled_from(HARM_ORDER), st.floats(0.01, 5_000), st.floats(1.001, 3), st.sampled_from(["N", "cm/s", "s"]))
def test_no_value_reads_as_its_limit(kind: str, limit: float, times: float, unit: str) -> None:
    if kind != "wrong-direction":
        value = measured(kind, limit * times, unit, limit=limit)  # type: ignore[arg-type]  # one of the kinds
        assert value != limited(kind, limit, unit)  # type: ignore[arg-type]


def test_a_value_below_its_limit_is_less_than_is_needed() -> None:
    assert limited("too-slow", 1.0, "cm/s", 0.4) == "at least 1 cm/s"
    assert limited("too-fast", 10.0, "cm/s", 12.0) == "10 cm/s"


def test_a_flag_with_words_of_its_own_says_those() -> None:
    assert words({"kind": "contrast", "about": "Each stroke lighter than the one before"}).startswith("Each stroke")
    assert words({"kind": "contrast", "about": ""}) == words({"kind": "contrast"}) == WORDS["contrast"]


def test_a_lower_bound_says_so() -> None:
    assert measured("too-hard", 20.0, "N", at_least=True, limit=10.0) == "at least 20 N"


def test_every_kind_has_its_words() -> None:
    assert set(WORDS) == set(HARM_ORDER)

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig.errors import InputError
from rig.session.player.channels import channels_in


@given(st.sets(st.integers(0, 143)))
def test_what_is_written_is_read(channels: set[int]) -> None:
    assert channels_in(", ".join(map(str, channels)), 144) == channels


@pytest.mark.parametrize(
    ("text", "wanted"), [("", set()), ("3, 7-9", {3, 7, 8, 9}), (" 7 - 9;1", {1, 7, 8, 9}), ("5-5 5", {5})]
)
def test_ranges(text: str, wanted: set[int]) -> None:
    assert channels_in(text, 144) == wanted


@pytest.mark.parametrize("text", ["x", "3-", "9-7", "144", "-1", "1-200", "3.5"])
def test_what_is_no_channel_is_named(text: str) -> None:
    with pytest.raises(InputError, match=text.replace(".", r"\.")):
        channels_in(text, 144)

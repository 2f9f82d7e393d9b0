"""The collector and the switching of threads during a live session."""

from __future__ import annotations

import gc
import sys
import weakref

import pytest

from rig.session.promptness import SWITCH_S, promptly


class Thing:
    """Something that can be kept in a cycle."""

    def __init__(self) -> None:
        self.me = self


def test_collections_pass_over_what_was_there_before() -> None:
    before = weakref.ref(Thing())
    assert before() is not None
    with promptly():
        gc.collect()
        assert before() is not None
    gc.collect()
    assert before() is None


def test_what_the_session_leaves_is_collected() -> None:
    with promptly():
        during = weakref.ref(Thing())
        gc.collect()
        assert during() is None


def test_the_program_is_left_as_it_was_found_whatever_happens() -> None:
    switch_s, frozen = sys.getswitchinterval(), gc.get_freeze_count()
    with promptly():
        assert sys.getswitchinterval() == pytest.approx(SWITCH_S)
        assert gc.get_freeze_count() > frozen
    with pytest.raises(KeyError), promptly():
        raise KeyError
    assert (sys.getswitchinterval(), gc.get_freeze_count()) == (switch_s, 0)

from __future__ import annotations

from typing import Any

import pytest

from rig.technique.coach.saying import AGAIN_S, BETTER, GOOD_S, READ_S, Teller
from rig.technique.flags import HARM_ORDER, FlagKind
from rig.technique.wording import WORDS


def flag(kind: FlagKind, t0: float, t1: float | None = None) -> dict[str, Any]:
    return {"kind": kind, "t0": t0, "t1": t1, "value": 14.0, "limit": 10.0, "unit": "N"}


class TestOneThing:
    def test_the_most_harmful_of_all_that_is_wrong(self) -> None:
        teller = Teller()
        for kind in reversed(HARM_ORDER):
            teller.flag(flag(kind, 1.0), 1.0)
        assert teller.now(1.0).kind == "spine-pressure"
        assert teller.say.good is False
        assert teller.say.figures == "14 N (limit 10 N)"

    def test_a_worse_flag_takes_the_place_of_a_lesser_at_once(self) -> None:
        teller = Teller()
        teller.flag(flag("too-fast", 1.0, 1.5), 1.5)
        assert teller.now(1.5).kind == "too-fast"
        teller.flag(flag("spine-pressure", 1.6), 1.8)
        assert teller.now(1.8).kind == "spine-pressure"

    def test_a_lesser_flag_waits_until_the_worse_one_has_been_read(self) -> None:
        teller = Teller()
        teller.flag(flag("too-hard", 1.0, 1.1), 1.1)
        teller.now(1.1)
        teller.flag(flag("too-slow", 1.2), 1.2)
        assert teller.now(1.2).kind == "too-hard"
        assert teller.now(1.1 + READ_S - 0.1).kind == "too-hard"
        assert teller.now(1.1 + READ_S).kind == "too-slow"

    @pytest.mark.parametrize("kind", HARM_ORDER)
    def test_each_flag_has_words_and_stays_until_it_was_read(self, kind: FlagKind) -> None:
        teller = Teller()
        teller.flag(flag(kind, 1.0, 1.2), 1.2)
        assert teller.now(1.2).text == WORDS[kind]
        assert teller.now(1.2 + READ_S - 0.01).kind == kind
        assert teller.now(1.2 + READ_S + 0.01).kind == ""

    def test_a_flag_that_lasts_stays_up_and_a_while_longer(self) -> None:
        teller = Teller()
        teller.flag(flag("spine-pressure", 1.0), 1.2)
        assert teller.now(30.0).kind == "spine-pressure"
        teller.flag_end(flag("spine-pressure", 1.0, 31.0), 31.0)
        assert teller.now(31.0 + READ_S - 0.1).kind == "spine-pressure"
        assert teller.now(31.0 + READ_S + 0.1).kind == ""


class TestNotNervous:
    def test_the_same_flag_soon_after_is_the_same_thing_to_say(self) -> None:
        teller = Teller()
        numbers = []
        for t in (1.0, 5.0, 9.0):
            teller.flag(flag("too-fast", t - 0.5, t), t)
            numbers.append(teller.now(t).number)
            teller.now(t + READ_S + 0.1)
        assert len(set(numbers)) == 1

    def test_a_while_later_it_is_said_anew(self) -> None:
        teller = Teller()
        teller.flag(flag("too-fast", 0.5, 1.0), 1.0)
        first = teller.now(1.0).number
        teller.now(5.0)
        late = 1.0 + AGAIN_S + 1
        teller.flag(flag("too-fast", late, late), late)
        assert teller.now(late).number > first


class TestPraise:
    def test_put_right_is_told_after_movements_that_were_judged_right(self) -> None:
        teller = Teller()
        teller.flag(flag("too-fast", 1.0, 2.0), 2.0)
        teller.movement(2.0)  # the one that was flagged
        teller.now(2.0)
        teller.movement(8.0)
        assert teller.now(8.0).kind != "better"
        teller.movement(14.0)
        say = teller.now(14.0)
        assert (say.kind, say.text, say.good) == ("better", BETTER["too-fast"], True)

    def test_not_while_it_still_goes_wrong(self) -> None:
        teller = Teller()
        for t in (2.0, 8.0, 14.0, 20.0):
            teller.flag(flag("too-fast", t - 1, t), t)
            teller.movement(t)
            assert teller.now(t + READ_S + 0.1).kind != "better"

    def test_no_praise_without_a_movement(self) -> None:
        teller = Teller()
        teller.flag(flag("too-hard", 1.0, 2.0), 2.0)
        assert {teller.now(t).kind for t in range(2, 60)} == {"too-hard", ""}

    def test_what_was_wrong_in_one_step_is_not_praised_in_the_next(self) -> None:
        teller = Teller()
        teller.flag(flag("too-fast", 1.0, 2.0), 2.0)
        teller.movement(2.0)
        teller.begin()
        for t in (10.0, 16.0, 22.0):
            teller.movement(t)
            assert teller.now(t).kind == "good"

    def test_good_is_what_was_done_right_just_now(self) -> None:
        teller = Teller()
        assert teller.now(1.0).kind == ""
        teller.movement(5.0)
        assert teller.now(5.0).good is True
        assert teller.now(5.0 + GOOD_S + 0.1).good is None

    def test_a_flag_that_lasts_leaves_no_movement_good(self) -> None:
        teller = Teller()
        teller.flag(flag("spine-pressure", 1.0), 1.0)
        teller.movement(3.0)
        teller.flag_end(flag("spine-pressure", 1.0, 3.5), 3.5)
        assert teller.now(3.5 + READ_S + 0.1).good is None


def test_the_coachs_word_stands_where_nothing_is_wrong() -> None:
    teller = Teller()
    teller.word("paused", "Paused")
    assert teller.now(1.0).text == "Paused"
    teller.flag(flag("spine-pressure", 2.0), 2.0)
    assert teller.now(2.0).kind == "spine-pressure"
    teller.flag_end(flag("spine-pressure", 2.0, 3.0), 3.0)
    assert teller.now(3.0 + READ_S + 0.1).text == "Paused"

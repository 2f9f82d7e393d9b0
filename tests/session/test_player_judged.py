"""A recording looked at: its flags, steps and beats, how they are jumped between, and judging it again."""

from __future__ import annotations

from pathlib import Path

import pytest

from rig.errors import InputError
from rig.performance.perform import perform
from rig.session.batch import analyse
from rig.session.player.moves import MOVES
from rig.session.player.player import Player
from rig.session.player.wishes import Wishes
from rig.technique.routine.loading import load_routine, routine_text, standalone_text
from rig.virtual.virtual_pad import VirtualPad
from tests.session.hands import PAD
from tests.session.played import STEPS, live, recorded, same

S = 1_000_000


def test_the_steps_of_an_unmarked_recording_are_found_in_the_background(tmp_path: Path) -> None:
    layout, routine = PAD, load_routine("backpain", PAD)
    scene = perform(VirtualPad.drawn(layout, 2), routine, ["backpain.1"], seed=2)
    text = standalone_text(routine_text("backpain")[0], routine)
    player = Player.open(recorded(tmp_path / "a.mcap", scene.block(), (), (), routine=text))
    assert [span.step for span in player.spans] == [None]
    player.survey.run()
    assert "backpain.1" in {span.step for span in player.spans}


def test_flags_are_the_reports_and_are_jumped_between(player: Player) -> None:
    outcome = analyse(player.recording)
    assert list(player.flags) == outcome.flags
    begins = sorted({flag.t0 for flag in outcome.flags})
    t_us, seen = -1, []
    while (t := player.next_flag(t_us)) is not None:
        seen.append(t)
        assert player.flags_at(t)
        t_us = t
    assert [t / 1e6 for t in seen] == pytest.approx(begins, abs=1e-6)
    assert player.previous_flag(seen[-1]) == seen[-2]
    assert player.previous_flag(seen[0]) is None


def test_every_move_goes_where_it_says_or_nowhere(player: Player) -> None:
    wanted = {"back": 10 * S - 5_000, "on": 10 * S + 5_000, "second-back": 9 * S, "second-on": 11 * S, "ten-back": 0}
    wanted |= {"ten-on": 20 * S, "step-back": 0, "step-on": 15 * S, "begin": 0, "end": player.last_us}
    assert {name: MOVES[name](player, 10 * S) for name in wanted} == wanted
    assert set(MOVES) - set(wanted) == {"next-flag", "previous-flag"}
    assert [MOVES[name](player, player.last_us) for name in ("on", "step-on", "next-flag")] == [None] * 3
    assert [MOVES[name](player, 0) for name in ("back", "step-back", "previous-flag")] == [None] * 3


def test_the_most_harmful_flag_is_told_first(player: Player) -> None:
    spine = next(flag for flag in player.flags if flag.kind == "spine-pressure")
    assert player.flags_at(round(spine.t0 * 1e6) + 1)[0].kind == "spine-pressure"


def test_steps_by_the_marks(player: Player) -> None:
    assert [(span.step, span.t0_us) for span in player.spans] == [(STEPS[0], 0), (STEPS[1], 15 * S)]
    assert (player.step_at(0), player.step_at(15 * S - 1), player.step_at(15 * S)) == (*STEPS[:1], *STEPS)


def test_a_rate_is_over_when_its_last_beat_is_long_ago(player: Player) -> None:
    last = player.survey.beats[-1]
    assert player.rate_at(round(last.t * 1e6)) == last.rate_per_min
    assert player.rate_at(round(last.t * 1e6) + 11 * S) is None
    assert player.rate_at(0) is None


def test_judging_again_takes_over_when_it_is_done_and_not_before(player: Player) -> None:
    before = list(player.flags)
    player.judge_again(Wishes(routine="backpain", level="strict", step="backpain.1"))
    assert list(player.flags) == before
    assert player.judging is not None
    assert player.judging.wait(20)
    assert player.look()
    assert player.routine is not None
    assert (player.routine.name, [span.step for span in player.spans]) == ("backpain", ["backpain.1"])
    assert list(player.flags) != before
    assert same(player.see(20 * S).picture, live(20 * S))


def test_judging_again_is_broken_off_and_nothing_is_lost(player: Player) -> None:
    before = list(player.flags)
    player.judge_again(Wishes(routine=None, level=None))
    player.cancel()
    assert not player.look()
    assert (list(player.flags), player.judging) == (before, None)


@pytest.mark.parametrize(
    ("wishes", "words"),
    [
        (Wishes(routine="nowhere"), "no routine 'nowhere'"),
        (Wishes(level="none such"), "no level 'none such'"),
        (Wishes(routine="backpain"), "has no step 'relieving.1'"),
        (Wishes(profile="no/profile.json"), "no/profile.json: no such file"),
    ],
)
def test_what_cannot_be_had_is_said_and_changes_nothing(player: Player, wishes: Wishes, words: str) -> None:
    before = list(player.flags)
    with pytest.raises(InputError, match=words):
        player.judge_again(wishes)
    assert (list(player.flags), player.judging) == (before, None)


def test_without_a_routine_it_is_judged_by_what_always_holds(player: Player) -> None:
    player.judge_again(Wishes(routine=None, level=None))
    assert player.judging is not None
    assert player.judging.wait(20)
    assert player.look()
    assert player.routine is None
    assert {flag.kind for flag in player.flags} <= {"spine-pressure", "too-hard"}

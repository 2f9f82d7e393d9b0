"""A recording looked at: any moment as live showed it, and clear words for what cannot be had."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pytest

from rig.analysis.analysis import Analysis, Picture
from rig.calibration.check import conversion_of
from rig.calibration.nominal import NominalConversion
from rig.calibration.profile import load_profile, profile_text
from rig.calibration.verdict import Reason, Verdict
from rig.errors import InputError, RigError
from rig.frame import Block
from rig.performance.perform import perform
from rig.recording.format import GONE, LINK, VERDICT
from rig.recording.writer import RecordingWriter
from rig.session.batch import analyse
from rig.session.events import entry
from rig.session.player import Player
from rig.session.player_checkpoints import Checkpoints
from rig.session.player_moves import MOVES
from rig.session.player_seek import Seeker
from rig.session.player_wishes import Wishes
from rig.technique.loading import load_routine, routine_text, standalone_text
from rig.virtual.virtual_pad import VirtualPad
from tests.report.sessions import flag
from tests.session.hands import PAD, header, session
from tests.session.played import STEPS, cut_off, recorded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rig.calibration.conversion import Conversion
    from rig.calibration.verdict import State

S = 1_000_000
EXAMPLE = Path(__file__).parents[2] / "calibration" / "example_profile.json"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return recorded(tmp_path_factory.mktemp("played") / "a.mcap")


@pytest.fixture
def player(path: Path) -> Iterator[Player]:
    """Its background pass is done."""
    opened = Player.open(path)
    opened.survey.run()
    yield opened
    opened.close()


def live(t_us: int, block: Block | None = None, conversion: Conversion | None = None) -> Picture:
    """What a screen showed at `t_us`, scan by scan from the beginning."""
    block = session() if block is None else block
    analysis = Analysis(PAD, conversion or NominalConversion(PAD))
    rows = int(np.searchsorted(block.t_us, t_us, side="right"))
    for start in range(0, rows, 77):
        analysis.push(block[start : min(start + 77, rows)])
    return analysis.picture


def wait_for(player: Player) -> None:
    """Until judging again has ended."""
    assert player.judging is not None
    thread = player.judging._thread
    assert thread is not None
    thread.join(20)


def same(a: Picture, b: Picture) -> bool:
    columns = (
        (a.force_n, b.force_n),
        (a.contacts.contact, b.contacts.contact),
        (a.contacts.x_mm, b.contacts.x_mm),
        (a.contacts.force_n, b.contacts.force_n),
    )
    return (a.t_us, a.spine_n, a.at_least) == (b.t_us, b.spine_n, b.at_least) and all(
        np.array_equal(left, right) for left, right in columns
    )


def test_any_moment_is_as_live_showed_it_to_the_bit(player: Player) -> None:
    draw = random.Random(4)
    moments = [draw.randint(0, player.last_us) for _ in range(25)]
    for t_us in [*moments, 0, player.last_us, 22 * S, 22 * S + 5_000, 22 * S + 20_000]:
        shown = player.see(t_us)
        assert shown.exact
        assert same(shown.picture, live(t_us)), t_us


def test_with_a_profile_it_is_as_live_showed_it_too(tmp_path: Path) -> None:
    profile = load_profile(EXAMPLE, PAD)
    valid = Verdict("valid", (), session_gain=1.1)
    details = {VERDICT: msgspec.to_builtins(valid)}
    player = Player.open(recorded(tmp_path / "a.mcap", profile=profile_text(profile), session=details))
    assert player.doubts == []
    player.survey.run()
    for t_us in (22 * S, 4 * S, 29 * S):
        shown = player.see(t_us)
        assert shown.exact
        assert shown.picture.calibrated
        assert same(shown.picture, live(t_us, conversion=conversion_of(profile, PAD, valid)))
    estimated = [player.estimated]
    player.judge_again(Wishes(profile=None))
    wait_for(player)
    assert player.look()
    estimated.append(player.estimated)
    assert estimated == [False, True]
    assert same(player.see(22 * S).picture, live(22 * S))


@pytest.mark.parametrize("state", ["doubtful", "invalid"])
def test_a_profile_that_did_not_hold_that_day_is_told(tmp_path: Path, state: State) -> None:
    details = {VERDICT: msgspec.to_builtins(Verdict(state, (Reason(state, "the gain has changed"),)))}
    text = profile_text(load_profile(EXAMPLE, PAD))
    player = Player.open(recorded(tmp_path / "a.mcap", profile=text, session=details))
    assert f"{state} that day" in player.doubts[0]
    assert "the gain has changed" in player.doubts[0]
    assert player.see(4 * S).picture.calibrated is (state == "doubtful")
    assert not player.estimated


def test_the_steps_of_an_unmarked_recording_are_found_in_the_background(tmp_path: Path) -> None:
    layout, routine = PAD, load_routine("backpain", PAD)
    scene = perform(VirtualPad.drawn(layout, 2), routine, ["backpain.1"], seed=2)
    text = standalone_text(routine_text("backpain")[0], routine)
    player = Player.open(recorded(tmp_path / "a.mcap", scene.block(), (), (), routine=text))
    assert [span.step for span in player.spans] == [None]
    player.survey.run()
    assert "backpain.1" in {span.step for span in player.spans}


def test_before_the_background_pass_far_moments_say_that_they_settle(path: Path) -> None:
    player = Player.open(path)
    assert player.see(4 * S).exact
    far = player.see(25 * S)
    assert not far.exact
    player.survey.run()
    shown = player.see(25 * S)
    assert shown.exact
    assert same(shown.picture, live(25 * S))


def test_states_that_are_far_apart_serve_as_well(player: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rig.session.player_seek.FAR_US", S)
    kept = Checkpoints(every_us=S, most=3)
    analysis, block = Analysis(PAD, NominalConversion(PAD)), session()
    for start in range(0, len(block), 100):
        analysis.push(block[start : start + 100])
        kept.offer(int(block.t_us[start : start + 100][-1]), analysis)
    assert kept.every_us >= 8 * S
    seeker = Seeker(player.recording, lambda: NominalConversion(PAD), kept)
    for t_us in (29 * S, 15 * S, 22 * S):
        shown = seeker.see(t_us)
        assert shown.exact
        assert same(shown.picture, live(t_us))


def test_the_raw_counts_are_those_of_the_last_frame(player: Player) -> None:
    block = session()
    for t_us in (0, 3 * S, 3 * S + 1, 3 * S + 4_999, player.last_us):
        row = int(np.searchsorted(block.t_us, t_us, side="right")) - 1
        shown = player.see(t_us)
        assert shown.frame_us == block.t_us[row]
        assert shown.counts is not None
        assert np.array_equal(shown.counts, block.counts[row])


def test_a_step_by_a_frame_goes_over_a_gap(tmp_path: Path) -> None:
    block = session(gap=True)
    player = Player.open(recorded(tmp_path / "gap.mcap", block))
    row = int(np.argmax(np.diff(block.t_us)))
    before, after = int(block.t_us[row]), int(block.t_us[row + 1])
    assert after - before > S
    assert player.frame_after(before) == after
    assert player.frame_before(after) == before
    assert player.frame_after(player.last_us) is None
    assert player.frame_before(player.first_us) is None


def test_a_trail_ends_at_its_contact_and_is_no_longer_than_a_second(player: Player) -> None:
    shown = player.see(4 * S)
    contacts = shown.picture.contacts
    assert len(contacts.contact) == 2
    for number, x_mm, y_mm in zip(contacts.contact, contacts.x_mm, contacts.y_mm, strict=True):
        trail = shown.trails[int(number)]
        assert trail[-1] == (x_mm, y_mm)
        assert 30 <= len(trail) <= 40
        assert trail[0][1] < trail[-1][1]


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
    wait_for(player)
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
    wait_for(player)
    assert player.look()
    assert player.routine is None
    assert {flag.kind for flag in player.flags} <= {"spine-pressure", "too-hard"}


def test_the_sessions_own_flags_are_there_at_once(tmp_path: Path) -> None:
    own = flag("too-hard", 3.0, "relieving.1")
    with RecordingWriter(tmp_path / "live.mcap", header()) as writer:
        writer.write(session())
        writer.event(4 * S, "flag-end", entry(own))
    player = Player.open(tmp_path / "live.mcap")
    assert list(player.flags) == [own]
    player.survey.run()
    assert own not in player.flags


def test_a_damaged_profile_and_routine_are_left_out_and_told(tmp_path: Path) -> None:
    details = {VERDICT: msgspec.to_builtins(Verdict("valid", ()))}
    path = recorded(tmp_path / "a.mcap", profile="{", session=details, routine="steps = 3")
    player = Player.open(path)
    assert len(player.doubts) == 2
    assert "forces are estimates" in player.doubts[0]
    assert "without a routine" in player.doubts[1]
    player.survey.run()
    assert player.survey.error is None
    assert same(player.see(10 * S).picture, live(10 * S))


def test_what_is_left_of_a_cut_off_recording_is_shown(tmp_path: Path) -> None:
    player = Player.open(cut_off(recorded(tmp_path / "a.mcap")))
    assert any("was not closed" in doubt for doubt in player.doubts)
    player.survey.run()
    assert 10 * S < player.last_us < 25 * S
    assert same(player.see(player.last_us).picture, live(player.last_us))


def test_a_recording_without_a_frame_is_shown_as_such(tmp_path: Path) -> None:
    player = Player.open(recorded(tmp_path / "a.mcap", Block.empty(PAD.n_channels)))
    player.start()
    assert any("holds no frames" in doubt for doubt in player.doubts)
    shown = player.see(0)
    assert shown.counts is None
    assert not shown.picture.force_n.any()
    assert (player.spans, list(player.flags), player.next_flag(0)) == ([], [], None)
    player.close()


@pytest.mark.parametrize("content", [b"", b"not a recording at all", b"\x89MCAP0\r\n"])
def test_what_is_no_recording_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.mcap"
    path.write_bytes(content)
    with pytest.raises(RigError, match=r"bad\.mcap"):
        Player.open(path)


@pytest.mark.parametrize("routine", [None, "kept"])
def test_a_board_that_left_for_good_is_told_as_in_a_report(tmp_path: Path, routine: str | None) -> None:
    path = tmp_path / "a.mcap"
    text = None if routine is None else standalone_text(routine_text("relieving")[0], load_routine("relieving", PAD))
    with RecordingWriter(path, header(routine=text)) as writer:
        writer.write(session())
        writer.event(40 * S, LINK, {"state": "lost", "what": GONE, "message": "unplugged"})
    player = Player.open(path)
    player.survey.run()
    told = analyse(player.recording)
    assert told.unseen is not None
    assert player.survey.outcome is not None
    assert player.survey.outcome.unseen == told.unseen
    assert list(player.flags) == list(told.flags)

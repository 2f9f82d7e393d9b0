"""A recording opened: what stands in it is taken over, and clear words tell what cannot be had."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from rig.calibration.profile import load_profile, profile_text
from rig.calibration.verdict import Reason, Verdict
from rig.errors import RigError
from rig.frame import Block
from rig.recording.format import GONE, LINK, VERDICT
from rig.recording.writer import RecordingWriter
from rig.session.batch import analyse
from rig.session.events import entry
from rig.session.player.player import Player
from rig.technique.routine.loading import load_routine, routine_text, standalone_text
from tests.report.sessions import flag
from tests.session.hands import PAD, header, session
from tests.session.played import cut_off, live, recorded, same

if TYPE_CHECKING:
    from rig.calibration.verdict import State

S = 1_000_000
EXAMPLE = Path(__file__).parents[2] / "calibration" / "example_profile.json"


@pytest.mark.parametrize("state", ["doubtful", "invalid"])
def test_a_profile_that_did_not_hold_that_day_is_told(tmp_path: Path, state: State) -> None:
    details = {VERDICT: msgspec.to_builtins(Verdict(state, (Reason(state, "the gain has changed"),)))}
    text = profile_text(load_profile(EXAMPLE, PAD))
    player = Player.open(recorded(tmp_path / "a.mcap", profile=text, session=details))
    assert f"{state} that day" in player.doubts[0]
    assert "the gain has changed" in player.doubts[0]
    assert player.see(4 * S).picture.calibrated is (state == "doubtful")
    assert not player.estimated


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

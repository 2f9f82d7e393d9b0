"""A recording looked at: any moment is what live showed then, to the bit."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from rig.analysis.analysis import Analysis
from rig.calibration.check import conversion_of
from rig.calibration.nominal import NominalConversion
from rig.calibration.profile import load_profile, profile_text
from rig.calibration.verdict import Verdict
from rig.recording.format import VERDICT
from rig.session.player.checkpoints import Checkpoints
from rig.session.player.player import Player
from rig.session.player.seek import Seeker
from rig.session.player.wishes import Wishes
from tests.session.hands import PAD, session
from tests.session.played import live, recorded, same

if TYPE_CHECKING:
    import pytest

S = 1_000_000
EXAMPLE = Path(__file__).parents[2] / "calibration" / "example_profile.json"


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
    assert player.judging is not None
    assert player.judging.wait(20)
    assert player.look()
    estimated.append(player.estimated)
    assert estimated == [False, True]
    assert same(player.see(22 * S).picture, live(22 * S))


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
    monkeypatch.setattr("rig.session.player.seek.FAR_US", S)
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

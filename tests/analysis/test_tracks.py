"""One number from touch-down to lift, whatever other hands do; and nothing across a gap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rig.analysis.analysis import Analysis
from rig.analysis.tables import join
from rig.calibration.nominal import NominalConversion
from rig.frame import Block
from tests.analysis.plain_pad import HEEL, PALM, THUMB, Bench, Patch, pad_named, still, sweep

if TYPE_CHECKING:
    from rig.analysis.findings import Findings

PAD = pad_named("back-144")


def analysed(block: Block, pad_name: str = "back-144") -> Findings:
    analysis = Analysis(pad_named(pad_name), NominalConversion(pad_named(pad_name)))
    return join([analysis.push(block), analysis.finish()])


def numbers_at(result: Findings, t_s: float) -> list[int]:
    return [int(n) for n in result.contacts.contact[result.contacts.t_us == round(t_s / 0.02) * 20_000]]


def test_one_lifts_while_the_other_stays() -> None:
    hands = [Patch(still(-60, 100, 10, 0.2, 3), *PALM), Patch(still(60, 350, 10, 0.5, 1.5), *PALM)]
    result = analysed(Bench(PAD).block(3.2, hands))
    assert numbers_at(result, 0.4) == [1]
    assert numbers_at(result, 1.0) == [1, 2]
    assert numbers_at(result, 2.0) == [1]


def test_a_contact_that_comes_again_is_a_new_one() -> None:
    hands = [Patch(still(60, 200, 10, 0.2 + k, 0.8 + k), *HEEL) for k in range(3)]
    result = analysed(Bench(PAD).block(3.2, hands))
    assert sorted(set(result.contacts.contact.tolist())) == [1, 2, 3]


def test_hands_that_meet_and_part_keep_their_numbers() -> None:
    def towards(start: float, t: np.ndarray) -> np.ndarray:
        return 60 + start * np.abs(np.cos(np.pi * np.clip((t - 0.5) / 3, 0, 1)))

    def hand(start: float) -> Patch:
        return Patch(lambda t: (np.full_like(t, 75.0), 200 + towards(start, t), np.where(t > 0.2, 12.0, 0)), *HEEL)

    result = analysed(Bench(PAD).block(4.2, [hand(-150), hand(150)]))
    assert numbers_at(result, 0.6) == [1, 2]
    assert len(numbers_at(result, 2.0)) == 1
    assert sorted(numbers_at(result, 3.6)) == [1, 2]
    assert set(result.contacts.contact.tolist()) == {1, 2}


def test_a_hand_that_crosses_the_pad_fast_is_still_one() -> None:
    result = analysed(Bench(PAD).block(1.5, [Patch(sweep((60, 0), (60, 480), 12, 0.3, 1.1), *PALM)], 50.0))
    assert set(result.contacts.contact.tolist()) == {1}
    assert result.strokes[0].direction == "up"


def test_centres_and_forces_come_back() -> None:
    rng = np.random.default_rng(5)
    for size in (THUMB, HEEL, PALM):
        x, y = rng.uniform(40, 110), rng.uniform(40, 440)
        result = analysed(Bench(PAD, sigma_mm=rng.uniform(7, 11)).block(1.0, [Patch(still(x, y, 14, 0.2, 2), *size)]))
        late = result.contacts.t_us > 500_000
        assert np.abs(result.contacts.x_mm[late] - x).max() < 8
        assert np.abs(result.contacts.y_mm[late] - y).max() < 8
        assert np.abs(result.contacts.force_n[late] - 14).max() < 1.0


def test_size_tells_a_thumb_from_a_palm_from_a_forearm() -> None:
    lengths = []
    for size in (THUMB, PALM, (70.0, 240.0)):
        result = analysed(Bench(PAD).block(1.0, [Patch(still(70, 210, 25, 0.2, 2), *size)]))
        late = result.contacts.t_us > 500_000
        lengths.append(float(np.median(result.contacts.length_mm[late])))
    assert lengths[0] < 40
    assert 65 < lengths[1] < 105
    assert lengths[2] > 190


def test_a_gap_ends_what_went_before_and_is_told() -> None:
    whole = Bench(PAD).block(4.0, [Patch(sweep((60, 0), (60, 400), 12, 0.2, 3.8), *PALM)])
    kept = (whole.t_us < 1_500_000) | (whole.t_us >= 2_100_000)
    lost = np.where(whole.t_us == 2_100_000, 120, 0)
    result = analysed(Block.of(whole.t_us[kept], whole.counts[kept], lost=lost[kept]))
    (gap,) = result.gaps
    assert (gap.t0, gap.t1, gap.lost_frames) == (1.495, 2.1, 120)
    assert sorted(set(result.contacts.contact.tolist())) == [1, 2]
    assert [s.direction for s in result.strokes] == ["up", "up"]
    assert not ((result.contacts.t_us > 1_500_000) & (result.contacts.t_us < 2_100_000)).any()


def test_single_lost_scans_disturb_nothing() -> None:
    whole = Bench(PAD).block(3.0, [Patch(sweep((60, 0), (60, 400), 12, 0.2, 2.8), *PALM)])
    kept = np.random.default_rng(1).random(len(whole)) > 0.1
    lost = np.diff(np.flatnonzero(kept), prepend=-1) - 1
    result = analysed(Block.of(whole.t_us[kept], whole.counts[kept], lost=lost))
    assert result.gaps == []
    assert len(result.strokes) == 1

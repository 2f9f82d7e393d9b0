"""What counts as nobody touching: preload and drift go, hands stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rig.analysis.analysis import Analysis
from rig.analysis.tables import join
from rig.calibration.nominal import NominalConversion
from tests.analysis.plain_pad import HEEL, PALM, THUMB, Bench, Patch, pad_named, still

if TYPE_CHECKING:
    from rig.analysis.findings import Findings

PAD = pad_named("back-144")


def found(bench: Bench, seconds: float, *hands: Patch) -> Findings:
    analysis = Analysis(PAD, NominalConversion(PAD))
    return join([analysis.push(bench.block(seconds, hands, 50.0)), analysis.finish()])


def test_preload_is_no_contact() -> None:
    preload = np.random.default_rng(1).uniform(0, 0.5, PAD.n_channels)
    result = found(Bench(PAD, offset_n=preload), 10)
    assert len(result.contacts.t_us) == 0
    assert result.hops.total_n.max() < 3


def test_slow_drift_is_followed_and_a_hand_on_top_of_it_is_seen_whole() -> None:
    bench = Bench(PAD)
    t_us = np.arange(0, 120_000_000, 20_000)
    forces = bench.forces(t_us / 1e6, [Patch(still(60, 200, 10, 100, 110), *HEEL)])
    forces += np.linspace(0, 0.6, len(t_us))[:, None]
    analysis = Analysis(PAD, NominalConversion(PAD))
    result = join([analysis.push(bench.counts(t_us, forces)), analysis.finish()])
    assert set(result.contacts.contact.tolist()) == {1}
    held = (result.contacts.t_us > 101e6) & (result.contacts.t_us < 109e6)
    assert np.abs(result.contacts.force_n[held] - 10).max() < 1.0


def test_a_hand_that_lies_there_from_the_first_scan_is_not_swallowed() -> None:
    preload = np.random.default_rng(2).uniform(0, 0.15, PAD.n_channels)
    result = found(Bench(PAD, offset_n=preload), 8, Patch(still(-60, 300, 12, -1, 6), *PALM))
    there = result.contacts.t_us < 5.8e6
    assert np.abs(result.contacts.force_n[there] - 12).max() < 1.5
    assert result.contacts.t_us.max() < 6.1e6


def test_hands_that_rest_a_minute_are_not_swallowed() -> None:
    result = found(Bench(PAD), 72, Patch(still(0, 440, 5, 2, 68), *PALM), Patch(still(0, 0, 5, 2, 68), *PALM))
    late = (result.contacts.t_us > 60e6) & (result.contacts.t_us < 67e6)
    assert result.contacts.force_n[late].min() > 4.2
    assert len(result.holds) == 2
    for hold in result.holds:
        assert abs(hold.t0 - 2) < 0.1
        assert abs(hold.t1 - 68) < 0.1
        assert abs(hold.force_mean_n - 5) < 0.5


def test_a_preload_that_comes_to_stay_is_learnt_in_the_end() -> None:
    bench = Bench(PAD)
    t_us = np.arange(0, 130_000_000, 20_000)
    forces = bench.forces(t_us / 1e6, [Patch(still(60, 200, 10, 120, 128), *THUMB)])
    forces[t_us > 5_000_000, 57] += 2.0
    analysis = Analysis(PAD, NominalConversion(PAD))
    result = join([analysis.push(bench.counts(t_us, forces)), analysis.finish()])
    late = result.contacts.t_us > 110e6
    assert set(result.contacts.contact[late].tolist()) == {2}
    assert abs(result.contacts.x_mm[late] - 60).max() < 8

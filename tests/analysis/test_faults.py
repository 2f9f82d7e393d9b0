"""Sensors that lie are named and left out; hands never are taken for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from rig.analysis.analysis import Analysis
from rig.analysis.tables import join
from rig.calibration.nominal import NominalConversion
from rig.frame import Block
from tests.analysis.plain_pad import PALM, THUMB, Bench, Patch, pad_named, still, sweep

if TYPE_CHECKING:
    from rig.analysis.findings import Findings
    from tests.analysis.plain_pad import Course, Times, Touch

PAD = pad_named("back-144")
CHANNEL = 51


def stroking(seconds: float) -> Block:
    rng = np.random.default_rng(4)
    hands = [
        Patch(sweep((s * 45, 0), (s * 45, 420), 25, 0.3 + 2 * k, 1.9 + 2 * k), *PALM)
        for k in range(int(seconds // 2))
        for s in (-1, 1)
    ]
    return Bench(PAD, gains=rng.uniform(0.8, 1.2, PAD.n_channels)).block(seconds, hands, 100.0)


def vibrating(hertz: float) -> Course:
    def course(t: Times) -> Touch:
        return np.full_like(t, 146.0), np.full_like(t, 220.0), 8 + 7 * np.sin(2 * np.pi * hertz * t)

    return course


def analysed(block: Block) -> Findings:
    analysis = Analysis(PAD, NominalConversion(PAD))
    return join([analysis.push(block), analysis.finish()])


def with_reading(block: Block, channel: int, reading: int, from_s: float) -> Block:
    counts = block.counts.copy()
    counts[block.t_s >= from_s, channel] = reading
    return Block.of(block.t_us, counts)


def test_sound_sensors_are_not_accused() -> None:
    assert analysed(stroking(12)).faults == []


def test_a_short_raises_no_force_and_is_named_soon() -> None:
    result = analysed(with_reading(stroking(6), CHANNEL, PAD.full_scale, 2.05))
    (fault,) = result.faults
    assert (fault.channel, fault.what) == (CHANNEL, "shorted")
    assert fault.t0 - 2.05 < 1.4
    assert (fault.x_mm, fault.y_mm) == (PAD.x_mm[CHANNEL], PAD.y_mm[CHANNEL])
    assert result.hops.total_n.max() < 70
    assert {s.kind for s in result.strokes} == {"stroke"}


def test_a_stuck_sensor_is_named_once_its_neighbours_have_moved() -> None:
    result = analysed(with_reading(stroking(14), CHANNEL, 500, 3.0))
    (fault,) = result.faults
    assert (fault.channel, fault.what) == (CHANNEL, "stuck")
    after = result.contacts.t_us > (fault.t0 + 2) * 1e6
    near = np.hypot(result.contacts.x_mm - fault.x_mm, result.contacts.y_mm - fault.y_mm) < 10
    assert not (after & near & (result.contacts.length_mm < 20)).any()


def test_a_broken_wire_under_a_hand_is_named() -> None:
    hand = Patch(lambda t: (np.full_like(t, 62.0), np.full_like(t, 220.0), np.where(t > 0.5, 40.0, 0)), 120.0, 140.0)
    silent = int(np.argmin(np.hypot(PAD.x_mm - 62, PAD.y_mm - 220)))
    result = analysed(with_reading(Bench(PAD).block(5, [hand], 100.0), silent, 0, 0.0))
    assert [(f.channel, f.what) for f in result.faults] == [(silent, "open")]


def test_a_broken_wire_that_hands_only_pass_is_named_in_time() -> None:
    passed = [Patch(sweep((62, 0), (62, 420), 40, 0.3 + 2 * k, 1.9 + 2 * k), 70.0, 110.0) for k in range(8)]
    silent = int(np.argmin(np.hypot(PAD.x_mm - 62, PAD.y_mm - 220)))
    result = analysed(with_reading(Bench(PAD).block(16, passed, 100.0), silent, 0, 0.0))
    assert [(f.channel, f.what) for f in result.faults] == [(silent, "open")]


def test_a_sensor_that_answers_between_silences_is_not_open() -> None:
    counts = stroking(16).counts.copy()
    counts[np.arange(len(counts)) % 300 > 10, CHANNEL] = 0
    faults = analysed(Block.of(stroking(16).t_us, counts)).faults
    assert "open" not in {fault.what for fault in faults}


def test_a_flicker_is_named_while_nobody_touches_the_pad() -> None:
    block = Bench(PAD).block(3, [], 100.0)
    counts = block.counts.copy()
    counts[:, CHANNEL] = np.clip(np.random.default_rng(2).normal(0, 60, len(counts)), 0, None)
    assert [(f.channel, f.what) for f in analysed(Block.of(block.t_us, counts)).faults] == [(CHANNEL, "noisy")]


def test_a_hand_that_holds_perfectly_still_is_no_stuck_sensor() -> None:
    hand = Patch(lambda t: (np.full_like(t, 62.0), np.full_like(t, 220.0), np.where(t > 0.5, 20.0, 0)), 60.0, 60.0)
    assert analysed(Bench(PAD, noise_counts=0.0).block(20, [hand], 50.0)).faults == []


def test_a_loose_wire_is_named_and_a_vibrating_finger_is_not() -> None:
    block = stroking(8)
    counts = block.counts.copy()
    late = np.flatnonzero(block.t_s > 2)
    counts[late, CHANNEL] = np.random.default_rng(1).integers(0, 700, len(late))
    (fault,) = analysed(Block.of(block.t_us, counts)).faults
    assert (fault.channel, fault.what) == (CHANNEL, "noisy")
    for hertz in (3.0, 5.5, 11.0):
        finger = Patch(vibrating(hertz), 16.0, 16.0)
        assert analysed(Bench(PAD, 6.0).block(6, [finger])).faults == []


def test_readings_beyond_the_range_say_at_least() -> None:
    result = analysed(with_reading(stroking(3), CHANNEL, 1000, 1.5))
    assert not result.hops.at_least[result.hops.t_us < 1_480_000].any()
    assert result.hops.at_least[result.hops.t_us >= 1_520_000].all()


@pytest.mark.parametrize(
    ("reading", "from_s", "within_s"), [(250, 0.0, 10.5), (250, 3.0, 10.5), (600, 0.0, 6.0), (600, 3.0, 6.0)]
)
def test_a_sensor_that_freezes_where_no_hand_is_raises_no_alarm_for_long(
    reading: int, from_s: float, within_s: float
) -> None:
    rng = np.random.default_rng(6)
    hands = [
        Patch(sweep((s * 75, 0), (s * 75, 420), 25, 0.3 + 2 * k, 1.9 + 2 * k), *PALM)
        for k in range(10)
        for s in (-1, 1)
    ]
    block = Bench(PAD, gains=rng.uniform(0.8, 1.2, PAD.n_channels)).block(22, hands, 100.0)
    (channel,) = np.flatnonzero((PAD.x_mm == 0) & (PAD.y_mm == 180))
    result = analysed(with_reading(block, int(channel), reading, from_s))
    (fault,) = result.faults
    assert (fault.channel, fault.what) == (int(channel), "stuck")
    assert fault.t0 < from_s + within_s
    assert fault.value >= fault.limit
    assert not result.hops.spine_n[result.hops.t_us / 1e6 > fault.t0 + 0.1].any()


@pytest.mark.parametrize("sigma", [4.0, 9.0])
def test_a_thumb_that_holds_still_without_the_least_tremor_is_no_frozen_sensor(sigma: float) -> None:
    (channel,) = np.flatnonzero((PAD.x_mm == 28) & (PAD.y_mm == 180))
    x, y = PAD.x_mm[channel], PAD.y_mm[channel]
    bench = Bench(PAD, sigma, noise_counts=0.0)
    assert analysed(bench.block(16, [Patch(still(x, y, 12, 1.0, 14.0), *THUMB)], 100.0)).faults == []

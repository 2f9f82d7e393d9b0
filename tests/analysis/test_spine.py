"""Direct pressure on the spine line is always told; hands beside it never are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from rig.analysis.analysis import Analysis
from rig.analysis.tables import join
from rig.calibration.nominal import NominalConversion
from tests.analysis.plain_pad import HEEL, PALM, THUMB, TIPS, Bench, Patch, between_columns, pad_named, still, sweep

if TYPE_CHECKING:
    from rig.analysis.findings import Findings
    from rig.pad import PadLayout

PAD = pad_named("back-144")
ON_LINE_N = 2.0
SUSTAINED = 7
"""Hops in a row: 0.15 s begun."""


def found(bench: Bench, seconds: float, hands: list[Patch], rate_hz: float = 100.0) -> Findings:
    analysis = Analysis(bench.pad, NominalConversion(bench.pad))
    return join([analysis.push(bench.block(seconds, hands, rate_hz)), analysis.finish()])


def bench(seed: int, gain_sd: float, pad: PadLayout = PAD) -> tuple[Bench, np.random.Generator]:
    rng = np.random.default_rng(seed)
    gains = np.exp(rng.normal(0, gain_sd, pad.n_channels)).clip(0.75, 1.3)
    preload = rng.uniform(0, 0.1, pad.n_channels)
    return Bench(pad, rng.uniform(6.5, 12), gains, preload, seed=seed), rng


def longest_run(on: np.ndarray) -> int:
    return max(len(run) for run in "".join("1" if v else "0" for v in on).split("0"))


PADS = pytest.mark.parametrize(
    ("seed", "pad_name"), [*((k, "back-144") for k in range(12)), *((k, "back-96") for k in range(4))]
)


@PADS
def test_direct_pressure_is_told_within_a_quarter_of_a_second(seed: int, pad_name: str) -> None:
    pad, rng = bench(seed, 0.08, pad_named(pad_name))
    size = [THUMB, HEEL, PALM, TIPS][seed % 4]
    presses = [
        (0.4 + 1.2 * k, rng.uniform(-8, 8), rng.uniform(20, 460), np.exp(rng.uniform(1.8, 3.5))) for k in range(5)
    ]
    result = found(pad, 6.4, [Patch(still(x, y, f, t, t + 0.8), *size) for t, x, y, f in presses])
    t_s = result.hops.t_us / 1e6
    for t, x, y, f in presses:
        early = (t_s >= t) & (t_s + 0.02 <= t + 0.26)
        assert longest_run(result.hops.spine_n[early] >= ON_LINE_N) >= SUSTAINED, (x, y, f)
        held = (t_s > t + 0.3) & (t_s < t + 0.6)
        assert np.abs(result.hops.spine_y_mm[held] - y).max() < 12


@PADS
def test_hands_beside_the_line_never_are(seed: int, pad_name: str) -> None:
    pad, rng = bench(100 + seed, 0.08, pad_named(pad_name))
    width, length = size = [THUMB, HEEL, PALM][seed % 3]
    hands = []
    for k in range(4):
        aside = rng.uniform(20, 25) if size is THUMB else width / 2 + rng.uniform(4, 12)
        force, (y0, y1) = np.exp(rng.uniform(1.8, 3.5)), rng.uniform(20, 460, 2)
        t = 0.3 + 1.3 * k
        sides = (-1, 1) if k else (-1,)
        hands += [Patch(sweep((s * aside, y0), (s * aside, y1), force, t, t + 1.1), width, length) for s in sides]
    result = found(pad, 5.5, hands)
    assert longest_run(result.hops.spine_n >= ON_LINE_N) < SUSTAINED
    both = np.unique(result.contacts.t_us, return_counts=True)[1]
    assert (both == 2).mean() > 0.5, "two hands at the line are two contacts"


def test_equal_gains_leave_no_doubt_down_to_20_mm_on_foam_a_quarter_softer() -> None:
    for sigma in (6.0, 9.0, 11.3):
        thumbs = [Patch(sweep((s * 20, 40), (s * 20, 440), 20, 0.3, 3.3), *THUMB) for s in (-1, 1)]
        result = found(Bench(PAD, sigma), 3.6, thumbs)
        assert not result.hops.spine_n.any()
        on = found(Bench(PAD, sigma), 3.6, [Patch(sweep((7.5, 40), (7.5, 440), 20, 0.3, 3.3), *THUMB)])
        assert np.mean(on.hops.spine_n > 15) > 0.75


def test_a_hand_on_the_line_is_one_contact_and_says_where() -> None:
    result = found(Bench(PAD), 1.5, [Patch(still(0, 250, 12, 0.2, 1.4), *PALM)])
    assert set(result.contacts.contact.tolist()) == {1}
    held = (result.hops.t_us > 5e5) & (result.hops.t_us < 1.2e6)
    assert np.abs(result.hops.spine_n[held] - 12).max() < 1
    assert np.abs(result.hops.spine_y_mm[held] - 250).max() < 4


def test_a_line_between_two_columns() -> None:
    pad = between_columns()
    beside = found(Bench(pad), 1.5, [Patch(still(22, 200, 15, 0.2, 1.4), *THUMB)])
    assert not beside.hops.spine_n.any()
    on = found(Bench(pad), 1.5, [Patch(still(6, 200, 15, 0.2, 1.4), *THUMB)])
    assert np.count_nonzero(on.hops.spine_n > 10) > 45
    palms = [Patch(sweep((s * 48, 60), (s * 48, 400), 15, 0.2, 1.4), *PALM) for s in (-1, 1)]
    two = found(Bench(pad), 1.6, palms)
    assert not two.hops.spine_n.any()
    assert {s.side for s in two.strokes} == {"left", "right"}


@pytest.mark.parametrize("seed", range(8))
def test_a_thumb_on_the_line_is_told_beside_a_hand_at_work(seed: int) -> None:
    pad, rng = bench(200 + seed, 0.08)
    width, _ = other = [THUMB, HEEL, PALM][seed % 3]
    force, y, side = rng.uniform(8, 15), rng.uniform(60, 420), rng.choice([-1, 1])
    x = side * rng.uniform(-4, 7)
    away = abs(x) + (THUMB[0] + width) / 2 + rng.uniform(4, 12)
    beside = Patch(still(side * away, y + rng.uniform(-15, 15), force, 0.2, 2.6), *other)
    result = found(pad, 2.8, [beside, Patch(still(x, y, force, 1.0, 1.8), *THUMB)])
    t_s = result.hops.t_us / 1e6
    early = (t_s >= 1.0) & (t_s + 0.02 <= 1.26)
    assert longest_run(result.hops.spine_n[early] >= ON_LINE_N) >= SUSTAINED, (x, away, force)
    assert not result.hops.spine_n[(t_s < 0.98) | (t_s > 2.0)].any()
    held = result.hops.spine_n[(t_s > 1.3) & (t_s < 1.7)]
    assert held.max() < 3 * force, "the hand beside is not the thumb's"

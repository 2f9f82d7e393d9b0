"""How long hands lay on the pad unseen: known ramps."""

from __future__ import annotations

import numpy as np
import pytest

from rig.analysis.findings import HOP_US
from rig.analysis.unseen import FELT_N, LEAST_SLOPE_HOPS, MOST_UNSEEN, unseen_us


@pytest.mark.parametrize("n_per_hop", [0.1, 0.2, 0.5])
@pytest.mark.parametrize("seen_n", [0.8, 1.2, 2.0])
def test_a_straight_ramp_is_followed_to_where_a_touch_begins(n_per_hop: float, seen_n: float) -> None:
    ramp = seen_n + n_per_hop * np.arange(30, dtype=np.float64)
    assert unseen_us(ramp) == pytest.approx(min((seen_n - FELT_N) / n_per_hop, MOST_UNSEEN) * HOP_US)


def test_a_quick_hand_is_followed_along_its_landing_and_not_along_its_rest() -> None:
    ramp = np.minimum(1.0 + 0.8 * np.arange(30), 7.0)
    assert unseen_us(ramp) == pytest.approx((1 - FELT_N) / 0.8 * HOP_US, rel=0.15)


def test_nothing_is_added_without_a_slope() -> None:
    assert unseen_us(np.full(30, 5.0)) == 0.0
    assert unseen_us([5.0, 4.0, 3.0, 2.0, 2.0, 2.0, 1.0]) == 0.0
    assert unseen_us([1.0] * LEAST_SLOPE_HOPS) == 0.0
    assert unseen_us([]) == 0.0
    assert unseen_us(FELT_N / 2 + 0.1 * np.arange(20, dtype=np.float64)) == 0.0

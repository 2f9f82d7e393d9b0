from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig.analysis.findings import HOP_US, ContactTable, HopTable
from rig.analysis.imprint import Imprint
from rig.calibration.conversion import FORCE_STEP_N

N_CHANNELS = 3


def tables(t_us: np.ndarray, force_steps: np.ndarray) -> tuple[HopTable, ContactTable]:
    """Hops in each of which one hand presses; 0 steps are no hand."""
    force_n = force_steps * FORCE_STEP_N
    nothing = np.zeros(len(t_us))
    hops = HopTable(t_us, force_n, force_n / 2, nothing, nothing > 0)
    on = force_steps > 0
    columns = (t_us[on], on[on].astype(np.int64), *[nothing[on]] * 2, force_n[on], *[nothing[on]] * 3)
    return hops, ContactTable(*columns)


def taken(force_steps: np.ndarray, cuts: list[int], most_bins: int = 8, hop_us: int = HOP_US) -> Imprint:
    imprint = Imprint(N_CHANNELS, most_bins)
    t_us = np.arange(len(force_steps), dtype=np.int64) * hop_us
    tiles = np.outer(force_steps, [1, 2, 0]).astype(np.int32)
    edges = [0, *sorted(cuts), len(force_steps)]
    for a, b in pairwise(edges):
        imprint.take(*tables(t_us[a:b], force_steps[a:b]), tiles[a:b])
    return imprint


def test_known_answers() -> None:
    steps = np.zeros(150, np.int64)
    steps[:50], steps[50], steps[100:150] = 1024, 4096, 2048
    imprint = taken(steps, [])
    assert imprint.bin_s == 1.0
    np.testing.assert_array_equal(imprint.mean_n, [1.0, 4.0, 2.0])
    np.testing.assert_array_equal(imprint.hardest_n, [1.0, 4.0, 2.0])
    np.testing.assert_array_equal(imprint.spine_n, [0.5, 2.0, 1.0])
    assert imprint.touched_s == pytest.approx(101 * 0.02)
    mean_n = (50 * 1 + 4 + 50 * 2) / 101
    np.testing.assert_allclose(imprint.tile_mean_n, [mean_n, 2 * mean_n, 0])
    np.testing.assert_array_equal(imprint.tile_peak_n, [4, 8, 0])


def test_a_second_without_a_hand_has_no_mean() -> None:
    steps = np.zeros(100, np.int64)
    steps[:50] = 1024
    np.testing.assert_array_equal(taken(steps, []).mean_n, [1.0, np.nan])


def test_nothing_at_all() -> None:
    imprint = Imprint(N_CHANNELS)
    assert len(imprint.mean_n) == len(imprint.hardest_n) == len(imprint.spine_n) == 0
    assert imprint.touched_s == 0
    np.testing.assert_array_equal(imprint.tile_mean_n, np.zeros(N_CHANNELS))


@given(seconds=st.integers(1, 100))
def test_a_long_session_keeps_its_peaks_in_as_few_bins(seconds: int) -> None:
    steps = np.arange(1, seconds + 1) * 7
    imprint = taken(steps, [], most_bins=8, hop_us=1_000_000)
    assert len(imprint.hardest_n) <= 8
    assert imprint.bin_s * len(imprint.hardest_n) >= seconds
    assert imprint.hardest_n.max() == steps[-1] * FORCE_STEP_N
    assert imprint.hardest_n[0] == steps[: int(imprint.bin_s)].max() * FORCE_STEP_N
    assert imprint.mean_n[0] == pytest.approx(steps[: int(imprint.bin_s)].mean() * FORCE_STEP_N)


@given(
    forces=st.lists(st.integers(0, 100_000), min_size=1, max_size=60),
    cuts=st.lists(st.integers(0, 60), max_size=6),
    hop_us=st.sampled_from([HOP_US, 777_000, 1_000_000]),
)
def test_cutting_changes_no_bit(forces: list[int], cuts: list[int], hop_us: int) -> None:
    steps = np.array(forces, np.int64)
    whole = taken(steps, [], hop_us=hop_us)
    cut = taken(steps, [min(c, len(steps)) for c in cuts], hop_us=hop_us)
    for name in ("mean_n", "hardest_n", "spine_n", "tile_mean_n", "tile_peak_n"):
        np.testing.assert_array_equal(getattr(whole, name), getattr(cut, name))
    assert (whole.bin_s, whole.touched_s) == (cut.bin_s, cut.touched_s)

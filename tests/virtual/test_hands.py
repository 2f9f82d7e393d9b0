"""What the truth reads off a hand: where its force lies."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig.virtual.hands import Touch


def touch(x_mm: list[float], radius_mm: list[int]) -> Touch:
    places = np.array([x_mm])
    return Touch(places, np.zeros_like(places), np.ones_like(places), np.array(radius_mm))


def test_a_lump_over_the_edge_counts_by_its_area() -> None:
    assert touch([5.0], [8]).within_n(0.0, 13.0) == pytest.approx(1.0)
    assert touch([13.0], [8]).within_n(0.0, 13.0) == pytest.approx(0.5)
    assert touch([22.0], [8]).within_n(0.0, 13.0) == pytest.approx(0.0)
    # Half a radius beyond the edge: the segment of a circle that a chord at r / 2 cuts off.
    assert touch([17.0], [8]).within_n(0.0, 13.0) == pytest.approx(1 / 3 - np.sqrt(3) / (4 * np.pi))


@given(
    st.lists(st.floats(-60.0, 60.0), min_size=1, max_size=6), st.floats(-50.0, 50.0), st.floats(1.0, 40.0), st.data()
)
def test_neighbouring_strips_share_all_the_force(
    x_mm: list[float], at_mm: float, reach_mm: float, data: st.DataObject
) -> None:
    lumps = touch(x_mm, data.draw(st.lists(st.integers(5, 30), min_size=len(x_mm), max_size=len(x_mm))))
    strip = lumps.within_n(at_mm, reach_mm)
    rest = lumps.within_n(at_mm - reach_mm - 100, 100.0) + lumps.within_n(at_mm + reach_mm + 100, 100.0)
    assert strip + rest == pytest.approx(lumps.total_n)

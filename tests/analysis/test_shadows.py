"""A touch ends where its force falls to a shadow of itself, and the next begins where it rises again."""

from __future__ import annotations

import numpy as np
import pytest

from rig.analysis.shadows import Shadows

FORCE = np.array([0.6, 4, 7, 7, 3, 0.7, 0.6, 0.6, 3, 8, 1.1, 0.9, 0.8, 2, 2, 0.5, 0.6])
TOUCHES = [[0, 1, 2, 3, 4], [8, 9, 10], [13, 14, 15, 16]]


def touches(pieces: list[np.ndarray]) -> dict[tuple[int, int], list[int]]:
    shadows, start = Shadows(), 0
    found: dict[tuple[int, int], list[int]] = {}
    for force in pieces:
        for piece in shadows.cut(4, force):
            found.setdefault(piece.touch, []).extend(range(start + piece.start, start + piece.stop))
        start += len(force)
    return found


@pytest.mark.parametrize("size", [1, 2, 5, 17])
def test_touches_are_cut_alike_however_the_samples_arrive(size: int) -> None:
    found = touches([FORCE[i : i + size] for i in range(0, len(FORCE), size)])
    assert [rows for rows in found.values() if rows] == TOUCHES
    assert [key[0] for key in found] == [4] * 3


def test_a_light_way_back_is_no_shadow() -> None:
    assert len(touches([np.array([2.0, 35, 40, 3, 2, 1.2])])) == 1
    assert len(touches([np.array([0.6, 0.9, 0.7])])) == 1


def test_what_lifts_is_the_touch_or_nothing() -> None:
    shadows = Shadows()
    assert shadows.lift(1) is None
    shadows.cut(1, np.array([5.0, 8.0]))
    assert shadows.lift(1) == (1, 0)
    (piece,) = shadows.cut(2, np.array([5.0, 8.0, 0.5]))
    assert (piece.stop, piece.ends) == (2, True)
    assert shadows.lift(2) is None

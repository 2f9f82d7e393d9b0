from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig.analysis.findings import HOP_US
from rig.technique.rules.sustained import Loads, Spell, Sustained

SUSTAIN_S = 0.15
LIMIT = 2.0


def loads(values: list[float], hops: list[int] | None = None) -> Loads:
    hop = np.arange(len(values)) if hops is None else np.array(hops, np.int64)
    n = len(values)
    value = np.array(values, float)
    return Loads(hop * HOP_US, value, np.array([LIMIT] * n), np.array(range(n), float), np.zeros(n), np.zeros(n, bool))


def watch(parts: list[Loads]) -> list[Spell]:
    watcher = Sustained(SUSTAIN_S)
    return [spell for part in parts for spell in watcher.push(part)] + watcher.finish()


def part(whole: Loads, a: int, b: int) -> Loads:
    return Loads(*(getattr(whole, name)[a:b] for name in Loads.__slots__))


def test_a_load_is_raised_in_the_hop_that_completes_the_time() -> None:
    begun, over = watch([loads([0] * 5 + [6.0] * 20 + [0] * 20)])
    assert begun.t0_us == 5 * HOP_US
    # Eight hops of 20 ms are the first to make 150 ms.
    assert begun.decided_us == 13 * HOP_US
    assert begun.t1_us is None
    assert (over.t0_us, over.t1_us) == (5 * HOP_US, 25 * HOP_US)


def test_a_touch_shorter_than_the_time_is_nothing() -> None:
    assert watch([loads([0] * 5 + [6.0] * 7 + [0] * 20)]) == []


def test_exactly_at_the_limit_is_within_it() -> None:
    assert watch([loads([LIMIT] * 50)]) == []


def test_the_worst_hop_is_told_so_far_and_in_the_end() -> None:
    begun, over = watch([loads([3.0] * 10 + [9.0] + [4.0] * 10)])
    assert begun.value == 3.0
    assert (over.value, over.x_mm) == (9.0, 10.0)


def test_a_short_relief_does_not_make_two_spells() -> None:
    assert len(watch([loads([5.0] * 10 + [0.0] * 5 + [5.0] * 10)])) == 2


def test_a_long_relief_makes_two_spells() -> None:
    assert len(watch([loads([5.0] * 10 + [0.0] * 10 + [5.0] * 10)])) == 4


def test_a_hole_in_time_ends_a_spell_and_is_not_counted_as_pressure() -> None:
    spells = watch([loads([5.0] * 20, [*range(10), *range(110, 120)])])
    assert [s.t1_us for s in spells] == [None, 10 * HOP_US, None, 120 * HOP_US]


def test_a_hole_is_never_part_of_what_lasted() -> None:
    assert watch([loads([5.0] * 8, [*range(4), *range(40, 44)])]) == []


@given(
    st.lists(st.sampled_from([0.0, 1.0, 2.0, 2.5, 7.0]), min_size=1, max_size=120),
    st.lists(st.integers(1, 30), max_size=8),
    st.lists(st.integers(0, 120), max_size=12),
)
def test_cutting_changes_nothing(values: list[float], holes: list[int], cuts: list[int]) -> None:
    runs = np.repeat(values, 3)[:120]
    hop = np.arange(len(runs))
    for k, hole in enumerate(holes):
        hop[(k + 1) * len(runs) // (len(holes) + 1) :] += hole
    whole = loads(runs.tolist(), hop.tolist())
    edges = [0, *sorted(min(c, len(runs)) for c in cuts), len(runs)]
    parts = [part(whole, a, b) for a, b in pairwise(edges)]
    assert watch(parts) == watch([whole])


@pytest.mark.parametrize("n", [8, 9, 50])
def test_what_lasts_at_the_end_is_closed(n: int) -> None:
    _, over = watch([loads([5.0] * n)])
    assert over.t1_us == n * HOP_US

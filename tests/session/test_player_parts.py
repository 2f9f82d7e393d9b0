"""What a replay is made of: the overview, the kept states, the cursor, two recordings side by side."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig.analysis.analysis import Analysis
from rig.analysis.findings import HOP_US, HopTable
from rig.calibration.nominal import NominalConversion
from rig.session.player.align import Beside, Span, beside
from rig.session.player.checkpoints import Checkpoints
from rig.session.player.overview import MOST_BINS, Overview
from rig.session.player.pace import SPEEDS, Playhead
from tests.session.hands import PAD, session

S = 1_000_000


def hops(first: int, total_n: list[float]) -> HopTable:
    n = len(total_n)
    t_us = (first + np.arange(n)) * HOP_US
    total = np.array(total_n, float)
    return HopTable(t_us, total, total / 10, np.zeros(n), np.zeros(n, bool))


def test_a_short_touch_shows_in_an_hour() -> None:
    overview = Overview(0, 3600 * S)
    overview.take(hops(90_000, [1.0, 55.0, 1.0]))
    assert overview.columns(0, 3600 * S, 800).force_n[400] == 55.0
    assert overview.force_peak_n == 55.0


def test_what_was_not_reached_is_empty_and_never_zero() -> None:
    overview = Overview(0, 10 * S)
    overview.take(hops(0, [0.0] * 250))
    columns = overview.columns(0, 10 * S, 100)
    assert (columns.force_n[:49] == 0).all()
    assert np.isnan(columns.force_n[51:]).all()
    assert np.isnan(overview.columns(-5 * S, 0, 10).spine_n).all()
    assert np.isnan(overview.columns(11 * S, 12 * S, 10).spine_n).all()


def test_memory_does_not_grow_with_the_session() -> None:
    overview = Overview(5, 24 * 3600 * S)
    assert overview.columns(0, 24 * 3600 * S, 3).force_n.shape == (3,)
    assert 24 * 3600 * S / overview.bin_us <= MOST_BINS


@given(st.lists(st.floats(0, 100, width=32), min_size=1, max_size=200), st.integers(1, 40), st.data())
def test_columns_are_the_highest_of_what_they_cover(values: list[float], n: int, data: st.DataObject) -> None:
    whole = len(values) * HOP_US
    overview = Overview(0, whole - 1)
    cut = data.draw(st.integers(0, len(values)))
    overview.take(hops(0, values[:cut]))
    overview.take(hops(cut, values[cut:]))
    found = overview.columns(0, whole, n).force_n
    assert found.max() == max(values)
    for column, peak in enumerate(found):
        first, stop = int(column * len(values) / n), -int(-(column + 1) * len(values) // n)
        assert peak in values[max(first - 1, 0) : max(stop, first + 1) + 1]


def test_states_are_bounded_and_each_goes_on_as_it_was() -> None:
    kept = Checkpoints(every_us=500_000, most=8)
    analysis, block = Analysis(PAD, NominalConversion(PAD)), session()
    for start in range(0, len(block), 50):
        piece = block[start : start + 50]
        analysis.push(piece)
        kept.offer(int(piece.t_us[-1]), analysis)
    assert 4 <= len(kept) <= 8
    assert kept.before(100_000) is None
    for t_us in (5 * S, 17 * S, 29 * S):
        begin = kept.before(t_us)
        assert begin is not None
        for _ in range(2):  # a state that was taken up once is still as it was
            taken = begin.restored()
            taken.push(block[int(np.searchsorted(block.t_us, begin.t_us, side="right")) :])
            assert np.array_equal(taken.picture.force_n, analysis.picture.force_n)


def test_equal_tables_are_kept_once() -> None:
    kept = Checkpoints(every_us=1)
    analysis, block = Analysis(PAD, NominalConversion(PAD)), session()
    analysis.push(block[:100])
    kept.offer(0, analysis)
    one = kept.size_bytes
    for t_us in range(1, 10):
        analysis.push(block[100 + 10 * t_us : 110 + 10 * t_us])
        kept.offer(t_us, analysis)
    assert kept.size_bytes < 4 * one


def test_playing_at_a_speed() -> None:
    head = Playhead(0, 100 * S)
    head.advance(1.0)
    assert head.t_us == 0
    head.toggle()
    for _ in range(3):
        head.faster()
    assert head.speed == 8.0
    head.advance(0.5)
    assert head.t_us == 4 * S
    head.faster(-20)
    assert head.speed == SPEEDS[0] == 0.1
    head.advance(1.0)
    assert head.t_us == 4 * S + S // 10
    head.faster(20)
    assert head.speed == SPEEDS[-1] == 16.0


def test_it_stands_at_the_end_and_begins_again_from_there() -> None:
    head = Playhead(2 * S, 3 * S)
    head.toggle()
    head.advance(60.0)
    assert head.t_us == 3 * S
    before = head.playing
    head.toggle()
    assert (head.t_us, before, head.playing) == (2 * S, False, True)


def test_a_recording_without_length_does_not_play() -> None:
    head = Playhead(0, 0)
    head.toggle()
    assert not head.playing


@given(st.floats(0.001, 50), st.integers(0, 7))
def test_a_loop_is_never_left(host_s: float, faster: int) -> None:
    head = Playhead(0, 60 * S)
    head.seek(20 * S)
    head.loop_from_here()
    head.seek(25 * S)
    head.loop_to_here()
    assert head.loop_us == (20 * S, 25 * S)
    head.seek(21 * S)
    head.faster(faster - 3)
    head.toggle()
    for _ in range(5):
        head.advance(host_s)
        assert 20 * S <= head.t_us <= 25 * S
    assert head.playing


def test_a_loop_of_no_length_is_none() -> None:
    head = Playhead(0, 60 * S)
    head.loop_to_here()
    assert head.loop_us is None


def test_a_loop_moves_with_its_ends() -> None:
    head = Playhead(0, 60 * S)
    head.loop(9 * S, 3 * S)
    assert head.loop_us == (3 * S, 9 * S)
    head.seek(10 * S)
    head.loop_from_here()
    assert head.loop_us == (10 * S, 60 * S)


A = [Span("x.1", 0, 10 * S), Span("x.2", 10 * S, 20 * S), Span("x.1", 20 * S, 30 * S)]
B = [Span("x.2", 5 * S, 9 * S), Span("x.1", 9 * S, 40 * S), Span("x.1", 40 * S, 50 * S)]


@pytest.mark.parametrize(
    ("t_s", "wanted"),
    [
        (0, Beside(9 * S)),
        (4, Beside(13 * S)),
        (11, Beside(6 * S)),
        (15, Beside(9 * S, over=True)),
        (23, Beside(43 * S)),
    ],
)
def test_steps_go_with_steps_each_from_its_beginning(t_s: int, wanted: Beside) -> None:
    assert beside(t_s * S, A, B) == wanted


def test_what_the_other_has_not_practised_has_no_moment() -> None:
    assert beside(43 * S, B, A) == Beside(23 * S)
    assert beside(11 * S, A, [Span("x.1", 0, S)]) == Beside(None)
    assert beside(25 * S, A, [Span("x.1", 0, S)]) == Beside(None)
    assert beside(0, [], B) == Beside(None)


def test_without_steps_both_go_from_their_beginnings() -> None:
    assert beside(3 * S, [Span(None, S, 9 * S)], B) == Beside(7 * S)
    assert beside(3 * S, A, [Span(None, 0, 2 * S)]) == Beside(2 * S, over=True)

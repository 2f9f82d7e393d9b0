from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig.device.timeline import Timeline
from rig.wire.packets import Board, Hello

HELLO = Hello(1, (1, 0, 0), Board.VIRTUAL, 10, 32, 144, 9, 4, 500_000, 16_000_000, 416, 148 * 416, 1, 0, "pad-a")
FRAME_TICKS = HELLO.frame_ticks
FRAME_S = FRAME_TICKS / HELLO.tick_hz


def begun(hello: Hello = HELLO) -> Timeline:
    timeline = Timeline()
    timeline.begin_run(hello)
    return timeline


@given(
    first_seq=st.integers(0, 65_535),
    first_ticks=st.integers(0, 2**32 - 1),
    steps=st.lists(st.integers(1, 200_000), min_size=1, max_size=30),
    tick_hz=st.sampled_from([16_000_000, 14_745_600, 20_000_001]),
)
def test_time_and_loss_are_exact_through_any_wraps(
    first_seq: int, first_ticks: int, steps: list[int], tick_hz: int
) -> None:
    """Gaps reach beyond a turn of the sequence (65,536 scans, 252 s) and of the clock (268 s)."""
    timeline = begun(replace(HELLO, tick_hz=tick_hz))
    scan = 0
    timeline.place(first_seq, first_ticks, 100.0)
    for step in steps:
        scan += step
        ticks = scan * FRAME_TICKS
        placed = timeline.place(
            (first_seq + scan) % 65_536, (first_ticks + ticks) % 2**32, 100.0 + ticks / tick_hz + 0.003
        )
        assert placed is not None
        assert placed.lost == step - 1
        assert placed.t_us == (2 * ticks * 1_000_000 + tick_hz) // (2 * tick_hz)


@given(seq=st.integers(0, 65_535), ticks=st.integers(0, 2**32 - 1))
def test_one_frame_that_lies_changes_nothing(seq: int, ticks: int) -> None:
    honest, fooled = begun(), begun()
    for scan in range(20):
        t_s = scan * FRAME_S
        if scan == 10:
            lie = fooled.place(seq, ticks, t_s)
            if lie is not None:
                # Both counters tell the same story of a fraction of a second: nobody could know.
                assert 0 < lie.t_us - 9 * FRAME_S * 1e6 < 0.3e6
                return
        a, b = honest.place(scan, scan * FRAME_TICKS, t_s), fooled.place(scan, scan * FRAME_TICKS, t_s)
        assert a == b


def test_two_frames_that_agree_with_each_other_are_believed() -> None:
    """A board whose clock jumped must not be disbelieved for ever."""
    timeline = begun()
    timeline.place(0, 0, 10.0)
    jump = 5_000_000

    assert timeline.place(1, FRAME_TICKS + jump, 10.0 + FRAME_S) is None
    placed = timeline.place(2, 2 * FRAME_TICKS + jump, 10.0 + 2 * FRAME_S)

    assert placed is not None
    assert placed.t_us == pytest.approx((2 * FRAME_TICKS + jump) / 16, abs=1)


def test_late_scans_are_believed() -> None:
    timeline = begun()
    timeline.place(0, 0, 10.0)

    placed = timeline.place(1, FRAME_TICKS + 2 * 416, 10.0 + FRAME_S)

    assert placed is not None
    assert placed.t_us == round((FRAME_TICKS + 832) / 16)


@given(away_s=st.floats(0.0, 5_000.0), ticks=st.integers(0, 2**32 - 1))
def test_a_new_run_is_placed_by_the_hosts_clock_and_never_before_the_last(away_s: float, ticks: int) -> None:
    timeline = begun()
    for scan in range(600):
        timeline.place(scan, scan * FRAME_TICKS, 50.0 + scan * FRAME_S * 1.0002)
    last = timeline.t_us
    assert last is not None
    timeline.begin_run(HELLO)
    placed = timeline.place(0, ticks, 50.0 + (599 * FRAME_S + away_s) * 1.0002)

    assert placed is not None
    assert placed.t_us == pytest.approx(last + max(away_s, FRAME_S) * 1e6, abs=2 + away_s * 2)
    assert placed.t_us > last
    assert placed.lost == max(round((placed.t_us - last) / FRAME_S / 1e6) - 1, 1)


def test_session_time_now_is_never_before_the_last_frame() -> None:
    timeline = begun()
    assert timeline.now_us(123.0) == 0
    timeline.place(0, 0, 10.0)
    timeline.place(1, FRAME_TICKS, 10.0 + FRAME_S)

    assert timeline.now_us(5.0) == timeline.t_us
    assert timeline.now_us(12.0) == pytest.approx(2_000_000, abs=5)

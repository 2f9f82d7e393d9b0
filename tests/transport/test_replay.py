from __future__ import annotations

import pytest

from rig.clock import ManualClock
from rig.errors import InputError, LinkError
from rig.transport.replay import ReplayTransport


def test_without_a_pace_everything_is_there_at_once() -> None:
    replay = ReplayTransport(b"abc" * 1000)
    assert replay.read() == b"abc" * 1000
    with pytest.raises(LinkError, match="replay is over"):
        replay.read()


def test_a_pace_is_the_line_s_own_in_lumps_of_a_millisecond() -> None:
    clock = ManualClock(100.0)
    replay = ReplayTransport(bytes(5000), clock=clock, baud=500_000, timeout_s=1)
    # 500 kbaud carry 50 bytes a millisecond.
    for k in range(1, 20):
        assert len(replay.read()) == 50
        assert clock.now_s() == pytest.approx(100 + k / 1000)


def test_a_slow_reader_owes_nothing_but_its_own_time() -> None:
    clock = ManualClock()
    replay = ReplayTransport(bytes(5000), clock=clock, baud=500_000)
    total = len(replay.read())
    while total < 5000:
        clock.advance(0.0033)
        total += len(replay.read())
    # 5,000 bytes take 100 ms, whatever the reader does between its reads, and at most one of its own pauses more.
    assert 0.1 - 1e-9 <= clock.now_s() <= 0.1 + 0.0033 + 0.001


def test_a_slow_line_runs_into_the_timeout() -> None:
    clock = ManualClock()
    replay = ReplayTransport(b"xy", clock=clock, baud=10, timeout_s=0.25)
    assert [replay.read() for _ in range(4)] == [b"", b"", b"", b"x"]
    assert clock.now_s() == pytest.approx(1.0)


def test_what_it_is_told_is_kept() -> None:
    replay = ReplayTransport(b"x", name="monday.bin")
    replay.write(b"ab")
    replay.write(b"c")
    replay.set_baud(9600)
    assert replay.received == b"abc"
    assert replay.name == "monday.bin"


@pytest.mark.parametrize(("clock", "baud"), [(ManualClock(), None), (None, 9600), (ManualClock(), 0)])
def test_half_a_pace_is_refused(clock: ManualClock | None, baud: int | None) -> None:
    with pytest.raises(InputError, match="baud"):
        ReplayTransport(b"", clock=clock, baud=baud)

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig.clock import ManualClock
from rig.errors import InputError, LinkError
from rig.transport.faults import ByteFaults, FaultRates, FaultyTransport, misheard
from rig.transport.memory import pair
from rig.transport.replay import ReplayTransport

RATES = FaultRates(drop=0.05, double=0.05, flip=0.05, noise=0.05)


@given(st.binary(max_size=300), st.integers(0, 99), st.randoms(use_true_random=False))
def test_a_seed_spoils_the_same_places_however_the_stream_is_cut(data: bytes, seed: int, rng: random.Random) -> None:
    whole = ByteFaults(RATES, seed)(data)
    faults = ByteFaults(RATES, seed)
    cuts = sorted(rng.randrange(len(data) + 1) for _ in range(4))
    pieces = [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)], strict=True)]
    assert b"".join(faults(piece) for piece in pieces) == whole


def test_each_fault_does_what_it_is_called_and_about_as_often_as_asked() -> None:
    data = bytes([0x55]) * 20_000
    once = {"drop": FaultRates(drop=0.1), "double": FaultRates(double=0.1), "flip": FaultRates(flip=0.1)}
    for name, changed in (("drop", -1), ("double", 1), ("flip", 0)):
        faults = ByteFaults(once[name], seed=3)
        out = faults(data)
        assert 1800 < faults.hits < 2200
        assert len(out) - len(data) == changed * faults.hits
        wrong = [byte for byte in out if byte != 0x55]
        assert len(wrong) == (faults.hits if name == "flip" else 0)
        assert all((byte ^ 0x55).bit_count() == 1 for byte in wrong)
        assert name != "flip" or len(Counter(wrong)) == 8
    faults = ByteFaults(FaultRates(noise=0.01, longest_burst=4), seed=3)
    out = faults(data)
    assert faults.hits <= len(out) - len(data) <= 4 * faults.hits
    assert ByteFaults(FaultRates(), seed=3)(data) == data


@pytest.mark.parametrize("rates", [{"drop": -0.1}, {"flip": 1.5}, {"drop": 0.6, "noise": 0.6}, {"longest_burst": 0}])
def test_rates_that_are_no_probabilities_are_refused(rates: dict[str, float]) -> None:
    with pytest.raises(InputError, match=next(iter(rates))):
        FaultRates(**rates)  # type: ignore[arg-type]  # longest_burst is an int


@given(st.binary(max_size=100), st.integers(300, 1_000_000))
def test_the_right_baud_is_heard_right(data: bytes, baud: int) -> None:
    assert misheard(data, baud, baud) == data
    # 8N1 tolerates a few percent, as every handbook says of it.
    assert misheard(data, baud * 100, baud * 98) == data
    assert misheard(data, baud * 100, baud * 102) == data


def test_the_wrong_baud_is_heard_wrong() -> None:
    data = bytes(range(256)) * 4
    for heard in (115_200, 250_000, 1_000_000, 2_000_000):
        out = misheard(data, 500_000, heard)
        assert out
        assert data not in out
    # Half as fast a receiver sees each bit's neighbour, too: U (01010101) turns into one and the same level.
    assert set(misheard(b"U" * 50, 500_000, 250_000)) != {0x55}


def test_ends_of_a_pair_at_different_rates_mishear_each_other_until_they_agree() -> None:
    host, board = pair(timeout_s=0)
    host.set_baud(1_000_000)
    board.write(b"hello")
    assert host.read() == misheard(b"hello", 500_000, 1_000_000) != b"hello"
    board.set_baud(1_000_000)
    board.write(b"hello")
    assert host.read() == b"hello"


def test_a_pair_spoils_what_the_board_sends_and_nothing_else() -> None:
    host, board = pair(timeout_s=0, fault=bytes.upper)
    board.write(b"up")
    host.write(b"down")
    assert (host.read(), board.read()) == (b"UP", b"down")
    host.fault = bytes.swapcase
    host.write(b"down")
    assert board.read() == b"DOWN"


def test_a_line_that_breaks() -> None:
    line = FaultyTransport(ReplayTransport(bytes(100)), break_after=70)
    assert line.read(50) == bytes(50)
    assert line.read(50) == bytes(20)
    for _ in range(2):
        with pytest.raises(LinkError, match="lost after 70 bytes"):
            line.read()


def test_a_line_that_stalls_gives_all_it_held_back() -> None:
    clock = ManualClock()
    host, board = pair(timeout_s=0)
    board.write(bytes(range(100)))
    line = FaultyTransport(host, stall_after=40, stall_s=0.5, clock=clock, timeout_s=0.2)
    assert line.read() == bytes(range(40))
    assert [line.read() for _ in range(3)] == [b"", b"", b""]
    assert clock.now_s() == pytest.approx(0.5)
    board.write(b"more")
    assert line.read() == bytes(range(40, 100)) + b"more"
    assert line.read() == b""


def test_a_stall_needs_a_clock() -> None:
    with pytest.raises(InputError, match="clock"):
        FaultyTransport(ReplayTransport(b""), stall_after=4)


def test_a_faulty_line_passes_on_what_the_host_says() -> None:
    host, board = pair(timeout_s=0)
    line = FaultyTransport(host, ByteFaults(FaultRates(drop=1.0), seed=1))
    line.write(b"start")
    line.set_baud(board.baud)
    assert board.read() == b"start"
    board.write(b"gone")
    assert line.read() == b""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rig.device.device import Device
from rig.device.vigil import LOST_S
from rig.frame import Block, Frame
from rig.pad import load_pad
from rig.transport.base import READ_BYTES
from rig.transport.faults import ByteFaults, FaultRates
from rig.virtual.port import VirtualTransport
from rig.wire.codec import encode_frame
from rig.wire.samples import FrameFormat
from tests.device.bench import FRAME_US, PAD, Bench, assert_true_to_time, kinds, ramp


def test_a_quiet_session_loses_nothing(bench: Bench) -> None:
    bench.run(3.0)

    block = bench.whole
    assert block.t_us[0] == 0
    assert len(block) == pytest.approx(3.0e6 / FRAME_US, abs=8)
    assert_true_to_time(block)
    assert not block.lost.any()
    assert (np.diff(block.received_s) >= 0).all()
    assert bench.device.counters.frames == len(block)
    assert bench.device.counters.lost == bench.device.counters.damaged == 0
    assert kinds(bench) == ["up"]


def test_what_comes_does_not_depend_on_how_the_bytes_are_cut() -> None:
    whole, cut = Bench(), Bench()

    class Cutting(VirtualTransport):
        def read(self, max_bytes: int = READ_BYTES) -> bytes:
            return super().read(self.cut)

        cut = 7

    def open_cut() -> Cutting:
        transport = cut.port.open()
        transport.__class__ = Cutting
        return transport  # type: ignore[return-value]

    cut.device = Device(open_cut, PAD, cut.clock)
    for bench in (whole, cut):
        bench.device.connect()
        bench.device.start()
        bench.run(1.0)

    n = min(len(whole.whole), len(cut.whole))
    assert n > 200
    for name in ("t_us", "counts", "status", "lost"):
        assert (getattr(whole.whole, name)[:n] == getattr(cut.whole, name)[:n]).all()


@settings(max_examples=6)
@given(seed=st.integers(0, 2**32 - 1), rate=st.floats(1e-5, 5e-4))
def test_a_bad_line_costs_what_it_touches_and_all_of_it_is_counted(seed: int, rate: float) -> None:
    bench = Bench()
    bench.device.connect()
    bench.device.start()
    bench.run(0.1)
    bench.board.fault = ByteFaults(FaultRates(drop=rate, double=rate, flip=rate, noise=rate), seed)
    bench.run(2.0)
    bench.board.fault = None
    bench.run(0.2)

    block = bench.whole
    assert_true_to_time(block)
    counters = bench.device.counters
    assert counters.frames + counters.lost == pytest.approx(2.3e6 / FRAME_US, abs=10)
    assert counters.lost == block.lost.sum()
    # A false zero ends one packet as two, a lost zero makes one of two, and a status packet is hit as well.
    assert 0.7 * counters.lost - 2 <= counters.damaged <= 2 * counters.lost + 5


def test_overruns_are_counted_and_leave_gaps(bench: Bench) -> None:
    bench.run(0.2)
    bench.board.skip = 0.05
    bench.run(2.0)

    assert_true_to_time(bench.whole)
    assert bench.device.counters.lost == bench.whole.lost.sum() > 5
    assert bench.device.counters.overruns == (bench.whole.lost > 0).sum()


def test_an_unplug_is_survived_and_the_gap_is_marked(bench: Bench) -> None:
    bench.run(4.0)
    before = len(bench.whole)
    bench.port.unplug()
    bench.run(5.0)
    bench.port.plug(bench.board)
    bench.run(3.0)

    block = bench.whole
    assert kinds(bench) == ["up", "lost", "back"]
    assert (np.diff(block.t_us) > 0).all()
    (gap,) = np.flatnonzero(block.lost)
    assert gap == before
    away_us = block.t_us[gap] - block.t_us[gap - 1]
    away_s = block.received_s[gap] - block.received_s[gap - 1]
    assert away_us == pytest.approx(away_s * 1e6, abs=2000)
    assert block.lost[gap] == pytest.approx(away_us / FRAME_US, abs=1.5)
    assert bench.device.counters.reconnects == 1
    # The hands go on in true time, and session time with them.
    assert block.counts[-1, 0] == pytest.approx(block.t_us[-1] // 1000 % 1024, abs=3)


@pytest.mark.parametrize("seed", range(4))
def test_an_unplug_may_cut_a_frame_anywhere(seed: int) -> None:
    bench = Bench(first_ticks=int(np.random.default_rng(seed).integers(2**32)))
    bench.device.connect()
    bench.device.start()
    bench.run(1.0)
    cut = np.random.default_rng(seed).integers(1, 191)
    bench.board.fault = lambda data: data[:cut]
    bench.run(0.01)
    bench.port.unplug()
    bench.run(1.0)
    bench.board.fault = None
    bench.port.plug(bench.board)
    bench.run(1.0)

    block = bench.whole
    assert (np.diff(block.t_us) > 0).all()
    # At most the frames of the spoilt 10 ms differ from the hands' own time.
    assert (block.counts[:250] == ramp(block.t_us[:250])).all()
    assert len(block) > 480


def test_another_pad_on_the_same_port_is_refused_until_the_right_one_is_back(bench: Bench) -> None:
    bench.run(1.0)
    bench.port.unplug()
    bench.run(0.5)
    bench.port.plug(bench.new_board(pad_id="pad-b"))
    assert not len(bench.run(6.0))
    events = bench.device.events()
    assert [event.kind for event in events] == ["up", "lost", "refused"]
    assert "its id is 'pad-b', and this session is with 'pad-a'" in events[-1].text

    bench.port.plug(bench.new_board())
    assert len(bench.run(4.0))
    assert kinds(bench) == ["back"]


def test_a_board_that_no_longer_fits_after_a_replug_is_refused_without_an_end(bench: Bench) -> None:
    bench.run(1.0)
    bench.port.unplug()
    bench.run(0.5)
    bench.port.plug(bench.new_board(channels=96))
    bench.run(4.0)

    assert "96 channels" in bench.device.events()[-1].text


def test_a_hang_and_its_watchdog_reset_are_survived(bench: Bench) -> None:
    bench.run(3.0)
    bench.board.hang(bench.clock.now_s())
    bench.run(2.0)

    events = bench.device.events()
    assert [event.kind for event in events] == ["up", "reset", "back"]
    assert "watchdog, hang" in events[1].text
    block = bench.whole
    assert bench.device.counters.resets == 1
    (gap,) = np.flatnonzero(block.lost)
    assert block.t_us[gap] - block.t_us[gap - 1] == pytest.approx(0.36e6, abs=0.02e6)


def test_a_reset_whose_hello_was_damaged_is_noticed_by_the_silence(bench: Bench) -> None:
    bench.run(1.0)
    bench.board.hang(bench.clock.now_s())
    bench.board.fault = lambda data: data.replace(b"\x02", b"\x03")
    bench.run(0.4)
    bench.board.fault = None
    bench.run(2.0)

    assert kinds(bench) == ["up", "lost", "reset", "back"]


def test_a_board_that_stays_silent_is_opened_anew(bench: Bench) -> None:
    bench.run(1.0)
    bench.board.fault = lambda data: b""
    bench.run(LOST_S + 0.5)
    bench.board.fault = None
    bench.run(4.0)

    assert kinds(bench) == ["up", "lost", "back"]
    assert bench.device.counters.reconnects == 1


@pytest.mark.parametrize(
    ("back_as", "message"),
    [({"channels": 96}, "96 channels"), ({"pad_id": "pad-b"}, "another pad answers"), ({"protocol": 2}, "protocol 2")],
)
def test_a_board_that_comes_back_from_a_reset_as_another_is_refused(back_as: dict[str, Any], message: str) -> None:
    bench = Bench(resets=False)
    bench.device.connect()
    bench.device.start()
    bench.run(1.0)
    bench.board.hang(bench.clock.now_s())
    bench.board.model = replace(bench.board.model, **back_as)
    bench.board.pad_id = bench.board.model.pad_id
    frames = len(bench.whole)
    bench.run(3.0)

    told = bench.device.events()
    assert [event.kind for event in told] == ["up", "refused"]
    assert message in told[1].text
    assert len(bench.whole) <= frames + 2


def test_frames_unlike_the_hello_are_told_once(bench: Bench) -> None:
    bench.board.fault = lambda data: data if len(data) < 60 else data.replace(b"\x00", b"\x07\x00")
    bench.run(2.5)

    (told,) = bench.device.events()
    assert told.kind == "lost"
    assert "only damaged packets come" in told.text


def test_the_device_clock_may_wrap_while_nobody_listens() -> None:
    bench = Bench(first_ticks=2**32 - 16_000_000)
    bench.device.connect()
    bench.device.start()
    bench.run(2.0)
    # A silence with a living link: the stream goes on, but nothing is heard for a whole turn of the clock.
    bench.board.skip = 1.0
    bench.run(0.3)
    bench.clock.advance(2**32 / 16e6)
    bench.board.step(bench.clock.now_s())
    bench.board.skip = 0.0
    bench.run(1.0)

    block = bench.whole
    assert (np.diff(block.t_us) > 0).all()
    assert block.t_us[-1] / 1e6 == pytest.approx(block.received_s[-1] - block.received_s[0], abs=0.01)
    (gap,) = np.flatnonzero(block.lost)
    assert block.lost[gap] == (block.t_us[gap] - block.t_us[gap - 1]) // FRAME_US - 1


def test_a_smaller_pad_works_alike() -> None:
    pad = load_pad("back-96")
    bench = Bench(pad, channels=96, muxes=6)
    bench.board._source = lambda t_us: np.zeros((len(t_us), 96), np.uint16)
    bench.device.connect()
    bench.device.start()
    blocks = []
    while bench.clock.now_s() < 1002.0:
        block = bench.device.poll()
        blocks += [block] if block is not None else []

    assert Block.join(blocks).n_channels == 96


def test_a_frame_whose_counters_contradict_each_other_is_not_believed(bench: Bench) -> None:
    """One damaged packet in 65,536 passes the CRC; its ticks would move the whole session by minutes."""
    bench.run(0.5)
    lying = encode_frame(Frame(9, 123, 0, (0,) * 144), FrameFormat(144, 10))
    bench.board.fault = lambda data: lying + data if data else data
    bench.run(0.02)
    bench.board.fault = None
    bench.run(0.5)

    assert_true_to_time(bench.whole)
    assert not bench.whole.lost.any()
    assert bench.device.counters.damaged >= 4

"""A board's load cell: its readings reach the session at the time of the frames beside them."""

from __future__ import annotations

import numpy as np
import pytest

from rig.device.loads import LoadReading
from rig.virtual.load_cell import VirtualLoadCell
from rig.wire.packets import LOAD_MOST, Ability, ResetCause
from tests.device.bench import Bench


def clock_face(t_us: np.ndarray) -> np.ndarray:
    """Readings that tell their own time, in microseconds since the first start."""
    return t_us


@pytest.mark.parametrize("readings_per_s", [10, 80])
def test_readings_come_with_the_session_time_at_which_they_were_ready(readings_per_s: int) -> None:
    bench = Bench(first_ticks=2**32 - 3_000_000)  # the clock turns over while they come
    bench.board.load_cell = VirtualLoadCell(clock_face, readings_per_s)
    assert bench.device.connect().flags & Ability.LOAD_CELL
    bench.device.start()
    bench.run(3.0)
    loads = bench.device.loads.take()
    assert len(loads) == pytest.approx(3 * readings_per_s, abs=3)
    assert [load.t_us - load.raw for load in loads] == pytest.approx([0] * len(loads), abs=1)
    assert bench.device.loads.take() == []


def test_readings_after_a_reset_go_on_in_session_time() -> None:
    bench = Bench()
    bench.board.load_cell = VirtualLoadCell(clock_face)
    bench.device.connect()
    bench.device.start()
    bench.run(1.0)
    bench.board.reset(bench.clock.now_s(), ResetCause.WATCHDOG)
    bench.run(2.0)
    times = [load.t_us for load in bench.device.loads.take()]
    assert len(times) > 200
    assert times == sorted(times)
    assert times[-1] > 2_500_000


def test_saturated_readings_say_so() -> None:
    bench = Bench()
    bench.board.load_cell = VirtualLoadCell(lambda t_us: np.where(t_us < 500_000, 1 << 30, -(1 << 30)))
    bench.device.connect()
    bench.device.start()
    bench.run(1.0)
    loads = bench.device.loads.take()
    assert all(load.saturated for load in loads)
    assert {load.raw for load in loads} == {LOAD_MOST, -LOAD_MOST - 1}


def test_without_one_there_are_none(bench: Bench) -> None:
    bench.run(0.5)
    assert bench.device.loads.take() == []
    hello = bench.device.hello
    assert hello is not None
    assert not hello.flags & Ability.LOAD_CELL


def test_nobody_need_take_them() -> None:
    bench = Bench()
    bench.board.load_cell = VirtualLoadCell(clock_face)
    bench.device.connect()
    bench.device.start()
    bench.run(60.0)
    loads = bench.device.loads.take()
    assert len(loads) <= 4096
    assert isinstance(loads[-1], LoadReading)
    assert loads[-1].t_us > 59_000_000

"""A load cell amplifier beside the scan: every reading to the bit, and no frame the worse for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from firmware.sim.boards import ATMEGA328P, CYCLES_PER_S, MEGA2560, Board
from firmware.sim.figures import moving_pressure
from firmware.sim.peer import Peer
from firmware.sim.readings import SCATTER, load_stream
from firmware.sim.simboard import SimBoard
from rig.wire.packets import Ability, Hello, Load, Result, RunSelfTest, SetBaud, SetPadId, SetRate, Stop

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.firmware

HIGHEST, LOWEST = 0x7FFFFF, -0x800000
SATURATED = 1


@pytest.fixture
def cell(model: Board) -> Iterator[SimBoard]:
    """A board with an amplifier at 80 readings a second, which has not run yet."""
    with SimBoard(model, samples=True) as sim:
        sim.plug_load_cell(80.0)
        sim.set_load(-SCATTER // 2, SCATTER)
        yield sim


@pytest.fixture
def host(cell: SimBoard) -> Peer:
    """Its host, which has heard the boot hello."""
    peer = Peer(cell)
    peer.listen(Hello)
    return peer


def loads(peer: Peer, seconds: float) -> list[Load]:
    """The readings of the next so many seconds."""
    peer.take()
    peer.run_s(seconds)
    return peer.take().packets(Load)


@pytest.mark.parametrize(
    ("board", "prescaler", "baud", "readings_per_s"),
    [
        pytest.param(MEGA2560, None, None, 10.0, id="default, 10 a second"),
        pytest.param(MEGA2560, None, None, 80.0, id="default, 80 a second"),
        pytest.param(MEGA2560, 16, 1_000_000, 80.0, id="1 M"),
        pytest.param(MEGA2560, 16, 1_000_000, 93.0, id="1 M, an oscillator that is too fast"),
        pytest.param(ATMEGA328P, 16, 1_000_000, 80.0, id="328P"),
    ],
)
def test_every_reading_is_right_and_no_frame_is_the_worse_for_it(
    board: Board, prescaler: int | None, baud: int | None, readings_per_s: float
) -> None:
    tally, readings = load_stream(board, 1.5, prescaler, baud, readings_per_s, moving_pressure(round(readings_per_s)))
    assert (tally.lost, tally.late, tally.damaged, tally.wrong_samples, tally.wrong_ticks) == (0,) * 5
    assert tally.uneven_conversions == tally.moved_before_hold == 0
    assert readings.came >= 1.5 * readings_per_s - 5
    assert (readings.wrong, readings.missing) == (0, 0)
    assert readings.worst_time_error_us <= 25


def test_the_amplifier_is_clocked_as_its_datasheet_asks(host: Peer) -> None:
    host.start()
    host.run_s(1.0)
    befell = host.sim.load_counters
    assert befell.readings > 70
    assert befell.torn == befell.unread == befell.short_pulses == 0
    assert befell.longest_pulse <= 50 * CYCLES_PER_S // 1_000_000
    assert befell.power_downs == 1, "at the start, on purpose"


def test_the_boot_hello_knows_of_it_and_of_the_time_that_its_readings_take(model: Board) -> None:
    periods = []
    for plugged in (False, True):
        with SimBoard(model) as sim:
            if plugged:
                sim.plug_load_cell(10.0)
            hello = Peer(sim).listen(Hello)
            assert bool(hello.flags & Ability.LOAD_CELL) == plugged
            periods.append(hello.frame_ticks)
    assert periods[0] < periods[1] < 1.04 * periods[0]


def test_without_one_there_is_no_reading(peer: Peer) -> None:
    peer.start()
    assert loads(peer, 0.5) == []
    assert not peer.hello().flags & Ability.LOAD_CELL


def test_readings_come_while_streaming_only(host: Peer) -> None:
    assert loads(host, 0.3) == []
    host.start()
    assert len(loads(host, 0.3)) >= 20
    assert host.order(Stop(host.next_tag())).result == Result.DONE
    assert loads(host, 0.3) == []


@pytest.mark.parametrize(
    ("raw", "sent", "status"),
    [
        (HIGHEST - 1, HIGHEST - 1, 0),
        (HIGHEST, HIGHEST, SATURATED),
        (HIGHEST + 5, HIGHEST, SATURATED),
        (LOWEST + 1, LOWEST + 1, 0),
        (LOWEST - 9, LOWEST, SATURATED),
        (0, 0, 0),
        (-1, -1, 0),
    ],
)
def test_saturation_has_its_flag(host: Peer, raw: int, sent: int, status: int) -> None:
    host.sim.set_load(raw)
    host.start()
    host.run_s(0.1)
    assert {(load.raw, load.status) for load in loads(host, 0.1)} == {(sent, status)}


def test_one_that_is_unplugged_in_the_middle_of_a_reading_sends_nothing_wrong(host: Peer) -> None:
    sim = host.sim
    made: set[int] = set()
    host.start()
    for bits in range(0, 26, 2):
        host.run_s(0.12)
        log = sim.conversion_log()
        made.update(log["raw"].tolist())
        sim.run_until(int(log["ready_at"][-1]) + CYCLES_PER_S // 80)
        while not (new := sim.conversion_log()).size:
            sim.run(100)
        made.update(new["raw"].tolist())
        sim.run(bits * 60)  # a reading takes some 1,500 cycles, with what interrupts take of them
        sim.unplug_load_cell()
        assert {load.raw for load in loads(host, 0.03)} <= made
        sim.plug_load_cell(80.0)
    assert sim.load_counters.readings < sim.load_counters.conversions - 3, "some were cut in the middle"
    sim.unplug_load_cell()
    host.run_s(0.2)
    assert not host.hello().flags & Ability.LOAD_CELL
    sim.plug_load_cell(80.0)
    assert len(loads(host, 0.4)) > 25
    assert host.hello().flags & Ability.LOAD_CELL
    assert host.status().late == host.status().overruns == 0


def test_one_that_comes_between_streams_changes_the_plan_and_the_board_says_so(peer: Peer) -> None:
    before = peer.hello()
    peer.sim.plug_load_cell(80.0)
    after = peer.listen(Hello)
    assert after.flags & Ability.LOAD_CELL
    assert after.frame_ticks > before.frame_ticks
    peer.start()
    assert len(loads(peer, 0.5)) > 30
    peer.order(Stop(peer.next_tag()))
    peer.sim.unplug_load_cell()
    assert peer.listen(Hello) == before


def test_one_that_comes_while_streaming_is_heard_from_the_next_start_on(peer: Peer) -> None:
    peer.start()
    peer.sim.plug_load_cell(80.0)
    assert loads(peer, 0.5) == []
    assert peer.hello().flags & Ability.LOAD_CELL
    assert peer.status().overruns == 0
    peer.order(Stop(peer.next_tag()))
    peer.listen(Hello)
    peer.start()
    assert len(loads(peer, 0.5)) > 30


@pytest.mark.parametrize("command", [RunSelfTest, SetPadId], ids=["self-test", "EEPROM"])
def test_no_reading_has_a_wrong_time_after_the_main_loop_was_away(host: Peer, command: type) -> None:
    if command is RunSelfTest:
        host.self_test()
    else:
        host.order(SetPadId(host.next_tag(), "a pad"))
    host.start()
    host.sim.conversion_log()
    came = loads(host, 0.5)
    made = {int(row["raw"]): int(row["ready_at"]) for row in host.sim.conversion_log()}
    offsets = [load.ticks - made[load.raw] / 16 for load in came if load.raw in made]
    assert len(offsets) > 30
    assert max(offsets) - min(offsets) < 30


def test_rates_and_resets_with_one(host: Peer) -> None:
    host.order(SetBaud(host.next_tag(), 2_000_000))
    assert host.order(SetRate(host.next_tag(), 16, 0)).result == Result.DONE
    host.start()
    assert len(loads(host, 0.3)) >= 20
    assert host.status().overruns == 0
    host.sim.reset()
    hello = host.listen(Hello)
    assert hello.flags & Ability.LOAD_CELL
    host.start()
    host.run_s(0.1)
    assert len(loads(host, 0.3)) >= 20


def test_a_data_line_that_is_stuck_is_no_amplifier(host: Peer) -> None:
    host.start()
    host.run_s(0.2)
    host.sim.short_load_cell()
    host.run_s(0.05)
    assert loads(host, 1.0) == []
    assert not host.hello().flags & Ability.LOAD_CELL


def test_a_flood_and_a_load_cell_together_spoil_no_reading() -> None:
    random = np.random.default_rng(3)

    def flood(sim: SimBoard) -> None:
        sim.send(random.integers(0, 256, 1000, np.uint8).tobytes())

    tally, readings = load_stream(MEGA2560, 1.0, 16, 1_000_000, 80.0, flood, 0.01)
    assert readings.came > 70
    assert (readings.wrong, readings.missing) == (0, 0)
    assert (tally.wrong_samples, tally.wrong_ticks, tally.damaged) == (0, 0, 0)

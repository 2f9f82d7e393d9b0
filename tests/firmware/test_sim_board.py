"""The simulated board against the datasheets, with a probe program whose outcome each experiment fixes.

Numbers are from the ATmega2560 datasheet: chapter 26 (ADC), 22 (USART), 7.7 (interrupt response), 12 (watchdog).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from firmware.sim.boards import CYCLES_PER_S, Board
from firmware.sim.simboard import Analogue, SimBoard
from firmware.sim.toolchain import built
from rig.errors import OperationError

if TYPE_CHECKING:
    from collections.abc import Iterator

MUXES = 4
LARGE, SMALL = "atmega2560", "atmega328p"
ADC9 = 0x21  # MUX5 with MUX 1: the fourth multiplexer of the large part
POWER_ON, EXTERNAL, WATCHDOG = 1, 2, 8


def _probe(mcu: str) -> Board:
    port = "A" if mcu == LARGE else "B"
    lines = "".join(f"{port}{bit}" for bit in range(4))
    inputs = (0, 1, 2, 9) if mcu == LARGE else (0, 1, 2, 3)
    return Board(mcu, f"probe-{mcu}.elf", MUXES, " ".join(f"adc{adc}={lines}" for adc in inputs))


@pytest.fixture(params=[LARGE, SMALL])
def board(request: pytest.FixtureRequest) -> Iterator[SimBoard]:
    probe = _probe(request.param)
    with SimBoard(probe, built(probe.elf_name), samples=True) as simulated:
        simulated.run_s(0.001)
        assert simulated.receive() == bytes([ord("B"), POWER_ON])
        yield simulated


def _ask(board: SimBoard, what: bytes, seconds: float = 0.01) -> list[int]:
    board.send(what)
    board.run_s(seconds)
    return list(board.receive())


@pytest.mark.parametrize(("what", "cycles"), [(b"a", 13 * 16), (b"A", 13 * 32)])
def test_free_running_conversions_are_thirteen_adc_clocks_apart(board: SimBoard, what: bytes, cycles: int) -> None:
    board.set_counts([777])
    reply = _ask(board, what, 0.02)
    held = board.sample_log()["held_at"]
    assert reply == [250, 777 & 0xFF, 777 >> 8]
    assert set(np.diff(held)) == {cycles}
    assert held.size >= 250


@pytest.mark.parametrize("counts", [0, 1, 511, 512, 1022, 1023])
def test_counts_are_converted_to_the_count(board: SimBoard, counts: int) -> None:
    board.set_counts(np.full(256, counts))
    _, low, high, left_adjusted = _ask(board, b"s\x05\x00")
    assert (low, high) == (counts & 0xFF, counts >> 8)
    assert left_adjusted == counts >> 2


def test_every_input_of_every_multiplexer_is_its_own_channel(board: SimBoard) -> None:
    counts = np.arange(16 * MUXES) * 15 + 7
    board.set_counts(counts)
    adcs = (0, 1, 2, ADC9) if board.board.mcu == LARGE else (0, 1, 2, 3)
    for select in range(16):
        for mux, adc in enumerate(adcs):
            flag, low, high, _ = _ask(board, bytes([ord("s"), select, adc]), 0.002)
            assert flag == 0, "writing ADIF's 1 back clears it"
            assert low | high << 8 == counts[select * MUXES + mux]
    log = board.sample_log()
    assert np.array_equal(log["value"], log["ideal"])


def test_band_gap_and_ground_follow_the_analogue_world(board: SimBoard) -> None:
    band_gap, ground = (0x1E, 0x1F) if board.board.mcu == LARGE else (0x0E, 0x0F)
    assert _ask(board, bytes([ord("s"), 0, band_gap]))[1:3] == [225, 0]
    assert _ask(board, bytes([ord("s"), 0, ground]))[1:3] == [0, 0]
    board.set_analogue(Analogue(supply_mv=4000.0, ground_mv=20.0))
    assert _ask(board, bytes([ord("s"), 0, band_gap]))[1:3] == [281 & 0xFF, 281 >> 8]
    assert _ask(board, bytes([ord("s"), 0, ground]))[1:3] == [5, 0]


def test_an_unsettled_multiplexer_reads_between_the_old_and_the_new_voltage(board: SimBoard) -> None:
    # The probe waits 100 us and converts 12 us later: two time constants of 56 us leave 1/e^2 of the step.
    counts = np.zeros(256, int)
    counts[5 * MUXES] = 1000
    board.set_counts(counts)
    board.set_analogue(Analogue(settle_us=56.0))
    _, low, high, _ = _ask(board, b"s\x05\x00")
    first = board.sample_log()[0]
    expected = 1000 * (1 - np.exp(-float(first["settled"]) / 16 / 56.0))
    assert low | high << 8 <= 1000
    assert first["value"] == pytest.approx(expected, abs=2)
    assert first["ideal"] == 1000


@pytest.mark.parametrize(
    ("sent", "kept"),
    [(b"12", [0x80, 49, 0x80, 50, 0, 50, 0]), (b"123", [0x80, 49, 0x80, 50, 0x80, 51, 0])],
)
def test_the_receiver_keeps_two_bytes_and_one_in_the_shift_register(
    board: SimBoard, sent: bytes, kept: list[int]
) -> None:
    assert _ask(board, b"d" + sent) == kept


def test_a_fourth_byte_overruns_and_is_flagged(board: SimBoard) -> None:
    assert _ask(board, b"d1234") == [0x80, 49, 0x80, 50, 0x88, 52, 0]
    assert board.counters.rx_overruns == 1


def test_a_broken_byte_carries_a_framing_error(board: SimBoard) -> None:
    board.send(b"d")
    board.send(b"x", broken=True)
    assert _ask(board, b"")[:2] == [0x90, ord("x")]


def test_a_byte_takes_ten_bits_and_none_is_lost_back_to_back(board: SimBoard) -> None:
    board.send(b"t")
    board.run_s(0.005)
    sent = board.receive_timed()
    assert list(sent["value"]) == list(range(100))
    assert set(np.diff(sent["done_at"].astype(int))) == {10 * 16}


def test_a_peer_at_another_rate_hears_and_says_garbage(board: SimBoard) -> None:
    board.set_peer_baud(500_000)
    assert _ask(board, b"t") == []
    board.set_peer_baud(None)
    board.send(b"t")
    board.run_s(0.0001)
    board.set_peer_baud(500_000)
    board.run_s(0.01)
    assert list(board.receive())[90:] != list(range(90, 100))


def test_interrupts_cost_their_response_and_waking_costs_four_more(board: SimBoard) -> None:
    # Match at 100; response 5 or 4, jump 3, push 2, and the timer is read in the second cycle of LDS.
    response = 5 if board.board.mcu == LARGE else 4
    (awake,) = _ask(board, b"i")
    assert awake == 100 + 1 + response + 3 + 2
    assert _ask(board, b"z") == [awake + 4]


INSTRUCTION_CYCLES: dict[str, int | tuple[int, int]] = {
    # By the datasheets' instruction set summaries: (ATmega328P, ATmega2560) where they differ.
    "nop": 1,
    "push, pop": 4,
    "lds": 2,
    "sts": 2,
    "ld Z+": 2,
    "st -Z": 2,
    "ldd": 2,
    "lpm": 3,
    "sbi": 2,
    "cbi": 2,
    "in": 1,
    "out": 1,
    "adiw": 2,
    "mul": 2,
    "movw": 1,
    "rjmp": 2,
    "clz, brne taken": 3,
    "sez, brne not taken": 2,
    "clr, sbrc over one word": 3,
    "clr, sbrc over two words": 4,
    "cpse over one word": 2,
    "rcall, ret": (7, 9),
    "call, ret": (8, 10),
}


def test_instructions_take_the_datasheets_cycles(board: SimBoard) -> None:
    large = board.board.mcu == LARGE
    took = _ask(board, b"c")
    expected = [cycles[large] if isinstance(cycles, tuple) else cycles for cycles in INSTRUCTION_CYCLES.values()]
    wrong = {
        name: (tens / 10, cycles)
        for name, tens, cycles in zip(INSTRUCTION_CYCLES, took, expected, strict=True)
        if tens != 10 * cycles
    }
    assert not wrong


def test_sleep_is_counted_as_idle(board: SimBoard) -> None:
    before = board.idle_cycles
    _ask(board, b"i")
    assert board.idle_cycles == before
    _ask(board, b"z")
    assert 70 <= board.idle_cycles - before <= 100


@pytest.mark.parametrize("interrupts_off", [False, True])
def test_a_hang_ends_in_a_watchdog_reset_after_two_time_outs(board: SimBoard, interrupts_off: bool) -> None:
    assert _ask(board, b"w", 0.001) == [ord("w")]
    board.hang(interrupts_off=interrupts_off)
    started = board.cycle
    board.run_s(0.04)
    sent = board.receive_timed()
    assert list(sent["value"]) == [ord("B"), WATCHDOG]
    # 16 ms by the datasheet's table: 2,048 of 128 kHz; the first was running for a millisecond already.
    assert (sent["done_at"][0] - started) / CYCLES_PER_S == pytest.approx(0.031, abs=0.0005)


def test_resets_say_their_cause(board: SimBoard) -> None:
    for pull, cause in ((board.reset, EXTERNAL), (board.power_cycle, POWER_ON)):
        pull()
        assert _ask(board, b"", 0.001) == [ord("B"), cause]


def test_eeprom_outlives_a_power_cycle_and_can_wear_out(board: SimBoard) -> None:
    assert _ask(board, b"e") == [0xA3]
    board.power_cycle()
    assert board.read_eeprom(8)[5] == 0xA3
    board.wear_eeprom()
    board.run_s(0.001)
    board.receive()
    assert _ask(board, b"e") != [0xA3]


def test_a_broken_select_line_reads_the_input_with_that_bit_low() -> None:
    probe = replace(_probe(LARGE), wiring="adc0=A0--A2A3", muxes=1)
    with SimBoard(probe, built(probe.elf_name)) as board:
        board.set_counts(np.arange(16) * 60)
        board.run_s(0.001)
        board.receive()
        for select in range(16):
            _, low, high, _ = _ask(board, bytes([ord("s"), select, 0]), 0.002)
            assert low | high << 8 == (select & 0b1101) * 60


def test_a_run_is_the_same_however_it_is_cut() -> None:
    logs = []
    for cut in (0.02, 0.000_37):
        probe = _probe(LARGE)
        with SimBoard(probe, built(probe.elf_name), samples=True) as board:
            board.set_counts(np.arange(256))
            board.send(b"a")
            end = round(0.02 * CYCLES_PER_S)
            while board.cycle < end:
                board.run_until(min(end, board.cycle + round(cut * CYCLES_PER_S)))
            logs.append((board.sample_log().tobytes(), board.receive_timed().tobytes()))
    assert logs[0] == logs[1]


def test_bad_arguments_are_named() -> None:
    probe = _probe(LARGE)
    with pytest.raises(OperationError, match=r"nowhere\.elf is not a firmware"):
        SimBoard(probe, built(probe.elf_name).with_name("nowhere.elf"))
    with pytest.raises(OperationError, match="'adc99=A0A1' is not understood"):
        SimBoard(Board(LARGE, "", 1, "adc99=A0A1"), built(probe.elf_name))
    with pytest.raises(OperationError, match="no such part: attiny"):
        SimBoard(Board("attiny", "", 1, ""), built(probe.elf_name))

"""What a stream of frames must survive: noise, floods, late interrupts, a slow line, hangs, resets."""

from __future__ import annotations

import numpy as np
import pytest

from firmware.sim.boards import CYCLES_PER_S, MEGA2560, MEGA2560_FULL, Board
from firmware.sim.peer import Peer
from firmware.sim.simboard import Analogue, SimBoard
from firmware.sim.witness import Witness
from rig.frame import Status
from rig.wire.codec import encode
from rig.wire.packets import AskHello, Cue, CueKind, Hello, ResetCause, Start

pytestmark = pytest.mark.firmware
UBRRL = 0xC4


def _fast(sim: SimBoard) -> tuple[Peer, Hello]:
    peer = Peer(sim)
    hello = peer.set_up(16, 0, 1_000_000)
    sim.set_counts(np.random.default_rng(11).permutation(1024)[: hello.channels])
    peer.start()
    return peer, hello


def _catch_up(peer: Peer) -> None:
    """Let what is still on its way arrive."""
    peer.run_s(0.02)


def test_two_runs_are_the_same_to_the_byte(model: Board) -> None:
    heard = []
    for _ in range(2):
        with SimBoard(model) as sim:
            sim.set_counts(np.arange(model.channels))
            sim.run_s(0.01)
            sim.send(encode(Start(1)))
            sim.run_s(0.2)
            heard.append(sim.receive_timed().tobytes())
    assert len(heard[0]) > 16 * 5000
    assert heard[0] == heard[1]


def test_each_channel_is_where_the_protocol_says(peer: Peer) -> None:
    """One sensor at a time: channel = input x muxes + mux, on the board's own wiring."""
    peer.start()
    for channel in range(peer.sim.board.channels):
        counts = np.zeros(peer.sim.board.channels, int)
        counts[channel] = 1023
        peer.sim.set_counts(counts)
        peer.run_s(0.012)
        peer.take()
        peer.run_s(0.008)
        frames = peer.take().frames()
        assert frames is not None
        assert np.array_equal(frames.counts[-1], counts), f"channel {channel}"


def test_slow_settling_is_seen_in_the_samples(peer: Peer) -> None:
    """The test's own test: with a source ten times as slow as a board may have, samples do go wrong."""
    peer.sim.set_counts([1023 * (k % 2) for k in range(peer.sim.board.channels)])
    peer.sim.set_analogue(Analogue(settle_us=50.0))
    peer.start()
    peer.run_s(0.1)
    frames = peer.take().frames()
    assert frames is not None
    log = peer.sim.sample_log()
    behind_mux = log[log["channel"] >= 0]
    assert (behind_mux["value"] != behind_mux["ideal"]).any()


@pytest.mark.parametrize("seed", range(4))
def test_a_late_interrupt_never_gives_a_wrong_sample_without_its_flag(sim: SimBoard, seed: int) -> None:
    """The CPU is held at random moments for up to three conversions, as by a long stretch with interrupts off."""
    peer, hello = _fast(sim)
    random = np.random.default_rng(seed)

    def hold(board: SimBoard) -> None:
        board.run(int(random.integers(0, 3000)))
        board.stall(int(random.integers(50, 3 * 208)))

    tally = Witness(peer, hello).watch(1.0, hold, 0.02)
    assert tally.late > 5, "stalls beyond a conversion must show"
    assert tally.wrong_samples == 0
    assert tally.wrong_ticks == 0
    assert tally.damaged == 0
    assert peer.status().late >= tally.late - 1
    _catch_up(peer)
    quiet = Witness(peer, hello).watch(0.5)
    assert (quiet.late, quiet.wrong_samples, quiet.uneven_conversions) == (0, 0, 0), "it finds its place again"


@pytest.mark.parametrize("seed", range(3))
def test_no_frame_is_torn_whatever_the_host_says(sim: SimBoard, seed: int) -> None:
    peer, hello = _fast(sim)
    random = np.random.default_rng(seed)

    def disturb(board: SimBoard) -> None:
        noise = random.integers(0, 256, int(random.integers(1, 60)), np.uint8).tobytes()
        cue = encode(Cue(int(random.integers(256)), int(random.integers(6)), int(random.integers(7000))))
        board.send([noise, cue, cue[: int(random.integers(len(cue)))], cue + noise][int(random.integers(4))])

    tally = Witness(peer, hello).watch(1.5, disturb, 0.003)
    assert tally.damaged == 0
    assert tally.wrong_samples == 0
    assert tally.wrong_ticks == 0
    assert tally.lost <= 0.01 * tally.frames, "hundreds of replies a second take the line's last percent"
    assert tally.wrong_overrun_flags == 0


@pytest.mark.parametrize(
    "what",
    [b"\0", b"\x01\0", bytes(range(1, 200)) + b"\0", encode(AskHello(7)), encode(Cue(7, CueKind.TICK, 50))],
    ids=["zeros", "empty packets", "overlong", "hello", "cue"],
)
def test_a_flood_of_anything_never_gives_a_wrong_sample_without_its_flag(sim: SimBoard, what: bytes) -> None:
    peer, hello = _fast(sim)
    line = round(0.01 * 100_000)  # bytes in 10 ms of a full line

    def flood(board: SimBoard) -> None:
        board.send((what * line)[:line])

    tally = Witness(peer, hello).watch(0.6, flood, 0.01)
    assert tally.frames > 100
    assert (tally.damaged, tally.wrong_samples, tally.wrong_ticks) == (0, 0, 0)
    assert tally.wrong_overrun_flags == 0


def test_a_metronome_and_alarms_cost_no_frame(sim: SimBoard) -> None:
    peer, hello = _fast(sim)

    def tick(board: SimBoard) -> None:
        board.send(encode(Cue(1, CueKind.TICK, 30)))

    tally = Witness(peer, hello).watch(3.0, tick, 0.15)
    assert (tally.lost, tally.damaged, tally.wrong_samples) == (0, 0, 0)
    assert tally.late <= 0.002 * tally.frames


def test_a_line_that_is_too_slow_drops_whole_scans_and_says_so(sim: SimBoard) -> None:
    peer, hello = _fast(sim)
    peer.run_s(0.2)
    before = peer.status()
    sim.poke(UBRRL, 3)  # a disturbance halves the rate: 500 kbaud for what needs 1 M
    _catch_up(peer)
    tally = Witness(peer, hello).watch(1.0)
    assert tally.lost > 0.4 * tally.frames
    assert tally.damaged == 0
    assert tally.wrong_samples == 0
    assert tally.wrong_ticks == 0
    assert tally.wrong_overrun_flags == 0
    report = peer.status()
    assert report.overruns - before.overruns == pytest.approx(tally.lost, abs=20), "and those while nobody watched"
    assert report.scans - report.sent == pytest.approx(report.overruns, abs=3)


def test_sequence_and_clock_wrap(sim: SimBoard) -> None:
    """65,536 scans and 2^32 ticks are minutes and an hour away, so the counters are moved to just before."""
    peer, hello = _fast(sim)
    peer.run_s(0.1)
    sim.poke_symbol("next_seq", (65_500).to_bytes(2, "little"))
    sim.poke_symbol("next_ticks", (2**32 - 300_000).to_bytes(4, "little"))
    _catch_up(peer)
    tally = Witness(peer, hello).watch(1.0)
    assert tally.frames > 500
    assert (tally.lost, tally.damaged, tally.wrong_samples, tally.wrong_ticks) == (0, 0, 0, 0)


@pytest.mark.parametrize("interrupts_off", [False, True])
def test_a_hang_is_reset_counted_and_owned_up_to(peer: Peer, interrupts_off: bool) -> None:
    assert peer.status().resets == 0
    peer.start()
    for count in (1, 2):
        peer.run_s(0.1)
        peer.sim.hang(interrupts_off=interrupts_off)
        hello = peer.listen(Hello)
        assert hello.reset_cause & (ResetCause.WATCHDOG if interrupts_off else ResetCause.HANG)
        assert not hello.flags & 1, "not streaming until asked to"
        assert peer.status().resets == count
        peer.start()
    peer.sim.power_cycle()
    assert peer.listen(Hello).reset_cause == ResetCause.POWER_ON
    assert peer.status().resets == 0


def test_an_idle_board_that_hangs_is_reset_too(peer: Peer) -> None:
    peer.sim.hang()
    assert peer.listen(Hello).reset_cause & ResetCause.HANG


def test_a_busy_board_is_not_taken_for_a_hung_one() -> None:
    with SimBoard(MEGA2560) as sim:
        peer, _ = _fast(sim)
        before = sim.counters.resets
        for _ in range(20):
            sim.send(bytes(range(1, 200)) * 5)
            peer.run_s(0.01)
        peer.run_s(0.5)
        assert sim.counters.resets == before
        sim.send(b"\0")  # ends what the flood left unfinished
        assert peer.hello().reset_cause == ResetCause.POWER_ON


def test_the_mega_with_every_multiplexer_stays_within_its_limits() -> None:
    with SimBoard(MEGA2560_FULL, samples=True) as sim:
        peer = Peer(sim)
        hello = peer.listen(Hello)
        assert (hello.channels, hello.muxes) == (256, 16)
        sim.set_counts(np.random.default_rng(5).permutation(1024)[:256])
        peer.start()
        tally = Witness(peer, hello).watch(0.5)
        assert tally.frames == pytest.approx(
            0.5 * CYCLES_PER_S / (hello.frame_ticks * CYCLES_PER_S / hello.tick_hz), abs=3
        )
        assert (tally.wrong_samples, tally.wrong_ticks, tally.damaged, tally.lost) == (0, 0, 0, 0)


def test_a_flag_is_never_raised_for_nothing(peer: Peer) -> None:
    peer.start()
    peer.run_s(1.0)
    frames = peer.take().frames()
    assert frames is not None
    assert not frames.status.any(), Status(int(np.bitwise_or.reduce(frames.status)))

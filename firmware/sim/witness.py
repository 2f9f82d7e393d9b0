"""Watches a streaming board from both ends: what its ADC saw, conversion by conversion, against what arrived.

Each frame says by its ticks when channel 0 was held; the simulator's own log says what happened then. The rule: no
tolerance anywhere. A sample is right if it is this channel's, at this instant, settled to the count; a time
stamp is right if a conversion of channel 0 was held on that very cycle.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from firmware.sim.boards import CYCLES_PER_S
from firmware.sim.library import SAMPLE
from rig.errors import OperationError
from rig.frame import Status
from rig.wire.packets import Load

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from firmware.sim.peer import Peer
    from firmware.sim.simboard import SimBoard
    from rig.wire.decoded import FrameColumns
    from rig.wire.packets import Hello

CHUNK_S = 0.5
HOLD_CLOCKS, CONVERSION_CLOCKS = 1.5, 13
"""From a conversion's start to its sample-and-hold and to its end, in ADC clocks."""

MARK_S = 0.03
MARK_EVERY_S = 0.0005

_TICKS = 1 << 32


@dataclass
class Tally:
    """What was seen: frames, and everything that must not be. Times in CPU cycles.

    `wrong_samples` counts in frames without the late flag only; `late` counts the others. `moved_before_hold` counts
    samples whose multiplexer's select lines moved between the conversion's start and its sample-and-hold.
    """

    frames: int = 0
    damaged: int = 0
    lost: int = 0
    late: int = 0
    wrong_samples: int = 0
    wrong_ticks: int = 0
    wrong_overrun_flags: int = 0
    conversions: int = 0
    uneven_conversions: int = 0
    least_settled: int = 2**32
    moved_before_hold: int = 0
    first_frame_at: int = 0
    last_frame_at: int = 0
    cycles: int = 0
    idle: int = 0

    @property
    def frames_per_s(self) -> float:
        """Frames that came whole, between the first one's end and the last one's."""
        return (self.frames - 1) * CYCLES_PER_S / (self.last_frame_at - self.first_frame_at)

    @property
    def idle_share(self) -> float:
        """Share of time that the CPU slept."""
        return self.idle / self.cycles

    @property
    def least_settled_us(self) -> float:
        """The shortest time that a multiplexer had between its select lines' last move and a sample."""
        return self.least_settled * 1e6 / CYCLES_PER_S


class Witness:
    """Watches the stream of `peer` from now on; its board keeps a sample log and has said `hello`.

    Attributes:
        tally: what was seen.
        loads: the load cell's readings that came.
        clock_offset: the board's cycle at tick 0 of its clock, once it is known.
    """

    def __init__(self, peer: Peer, hello: Hello) -> None:
        if CYCLES_PER_S % hello.tick_hz:
            raise OperationError(f"{hello.tick_hz} ticks a second are no whole number of cycles")
        self.tally = Tally()
        self._peer = peer
        self._channels = hello.channels
        self._cycles_per_tick = CYCLES_PER_S // hello.tick_hz
        self._slot = hello.slot_ticks * self._cycles_per_tick
        self._samples = np.empty(0, SAMPLE)
        self.loads: list[Load] = []
        self.clock_offset: int | None = None
        self._last_seq: int | None = None
        peer.take()
        peer.sim.sample_log()

    def watch(self, seconds: float, each: Callable[[SimBoard], None] | None = None, every_s: float = CHUNK_S) -> Tally:
        """Let the board stream and check everything; `each` is called every `every_s`, to press or to disturb."""
        sim = self._peer.sim
        before = sim.counters
        if self.clock_offset is None:
            self._mark(sim)
        checked_at = before.cycle
        for _ in range(round(seconds / every_s)):
            if each is not None:
                each(sim)
            self._peer.run_s(every_s)
            if sim.cycle - checked_at >= CHUNK_S * CYCLES_PER_S:
                self._check()
                checked_at = sim.cycle
        self._check()
        after = sim.counters
        self.tally.cycles += after.cycle - before.cycle
        self.tally.idle += after.idle - before.idle
        return self.tally

    def _mark(self, sim: SimBoard) -> None:
        """Make a few scans unmistakable, so that the first frames can be told apart."""
        random = np.random.default_rng(0)
        pressed = sim.counts
        for _ in range(round(MARK_S / MARK_EVERY_S)):
            sim.set_counts(random.integers(0, 1024, self._channels))
            self._peer.run_s(MARK_EVERY_S)
        sim.set_counts(pressed)

    def _check(self) -> None:
        new = self._peer.sim.sample_log()
        if self._samples.size:
            self._check_spacing(np.concatenate([self._samples[-1:], new]))
        else:
            self._check_spacing(new)
        self._samples = np.concatenate([self._samples, new])
        heard = self._peer.take()
        self.tally.damaged += len(heard.decoded.damage)
        self.loads += heard.packets(Load)
        frames = heard.frames()
        if frames is None:
            return
        if self.clock_offset is None:
            frames = self._find_clock(frames)
        ended = heard.ended_at(frames.end)
        if not self.tally.frames:
            self.tally.first_frame_at = int(ended[0])
        self.tally.last_frame_at = int(ended[-1])
        self.tally.frames += len(frames)
        self._check_order(frames)
        self._check_samples(frames)

    def _check_spacing(self, samples: NDArray[np.void]) -> None:
        gaps = np.diff(samples["held_at"].astype(np.int64))
        self.tally.conversions += gaps.size
        self.tally.uneven_conversions += int((gaps != self._slot).sum())
        behind_mux = samples["settled"][samples["channel"] >= 0]
        if behind_mux.size:
            self.tally.least_settled = min(self.tally.least_settled, int(behind_mux.min()))
            self.tally.moved_before_hold += int((behind_mux < self._slot * HOLD_CLOCKS / CONVERSION_CLOCKS).sum())

    def _check_order(self, frames: FrameColumns) -> None:
        seq = frames.seq.astype(np.int64)
        if self._last_seq is not None:
            seq = np.concatenate([[self._last_seq], seq])
        self._last_seq = int(seq[-1])
        missing = (np.diff(seq) - 1) % 65536
        self.tally.lost += int(missing.sum())
        said = (frames.status[-missing.size :] & Status.OVERRUN) != 0 if missing.size else np.empty(0, bool)
        self.tally.wrong_overrun_flags += int((said != (missing > 0)).sum())

    def _find_clock(self, frames: FrameColumns) -> FrameColumns:
        """Find the two clocks' difference, which must never change again, from a frame that is like no other; frames of
        scans from before the log are left out.
        """
        firsts = np.flatnonzero(self._samples["channel"] == 0)
        firsts = firsts[firsts + self._channels <= self._samples.size]
        scans = self._samples["value"][firsts[:, None] + np.arange(self._channels)]
        changed = (frames.counts[1:] != frames.counts[:-1]).any(axis=1)
        for row in np.flatnonzero(changed[1:] & changed[:-1]) + 1:
            same = np.flatnonzero((scans == frames.counts[row]).all(axis=1))
            if same.size == 1:
                held_at = int(self._samples["held_at"][firsts[same[0]]])
                self.clock_offset = held_at - int(frames.ticks[row]) * self._cycles_per_tick
                return frames[self._held_at(frames) >= int(self._samples["held_at"][0])]
        raise OperationError("no frame matches a scan that the ADC made")

    def _held_at(self, frames: FrameColumns) -> NDArray[np.int64]:
        """Cycles at which the frames say that channel 0 was held."""
        assert self.clock_offset is not None
        log = self._samples["held_at"].astype(np.int64)
        ticks = frames.ticks.astype(np.int64)
        wrap = _TICKS * self._cycles_per_tick
        about = int(log[0]) - wrap // 4
        held_at: NDArray[np.int64] = about + (ticks * self._cycles_per_tick + self.clock_offset - about) % wrap
        return held_at

    def _check_samples(self, frames: FrameColumns) -> None:
        late = (frames.status & Status.LATE) != 0
        self.tally.late += int(late.sum())
        held_at = self._held_at(frames)
        log = self._samples["held_at"].astype(np.int64)
        rows = np.searchsorted(log, held_at)
        known = rows + self._channels <= log.size
        known[known] = (log[rows[known]] == held_at[known]) & (self._samples["channel"][rows[known]] == 0)
        self.tally.wrong_ticks += int((~known & ~late).sum())
        checked = known & ~late
        at = rows[checked][:, None] + np.arange(self._channels)
        seen = self._samples[at]
        right = (seen["value"] == frames.counts[checked]) & (seen["ideal"] == seen["value"])
        right &= seen["channel"] == np.arange(self._channels)
        self.tally.wrong_samples += int((~right).sum())
        # What the frames still on their way can refer to: three scans are plenty.
        self._samples = self._samples[-4 * (self._channels + 256) :]

"""Session time from what frames carry: a 16-bit scan counter and a 32-bit clock, both of which wrap and restart.

Within one *run* of a board (from a start to a reset, unplug or stop) time is the unwrapped tick count, scaled in
integers by the hello's `tick_hz`, so that it is exact. Both counters tell the same story: a step of k scans takes
about k frame times. A frame whose two counters disagree, or that comes from the future, passed the CRC by chance and
is not believed, unless the next one agrees with it. Between two runs only the host's clock went on; the next run is
placed by the clock fit of the last. The rules that keep it right: time never goes back, and a scan that was not seen
is counted in `lost` of the next that was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rig.device.clockfit import MAX_SKEW, ClockFit

if TYPE_CHECKING:
    from rig.wire.packets import Hello

TICKS_WRAP = 1 << 32
SEQ_WRAP = 1 << 16

EARLY_S = 0.25
"""A frame further ahead of the host's clock than this, and than the fit's skew may be wrong, has wrong ticks."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a frame belongs: session time in microseconds, and how many scans are missing right before it."""

    t_us: int
    lost: int


class Timeline:
    """Places frames of run after run in one session time; time 0 is the first frame placed."""

    def __init__(self) -> None:
        self._t_us: int | None = None
        self.fit = ClockFit()

    @property
    def t_us(self) -> int | None:
        """Session time of the last frame placed, None before the first."""
        return self._t_us

    def now_us(self, host_s: float) -> int:
        """Session time at a host time, by the clock fit; never before the last frame, and 0 before the first."""
        if self._t_us is None:
            return 0
        return max(self._t_us, self.fit.device_us(host_s))

    def at_us(self, ticks: int) -> int | None:
        """Session time of a moment of this run near its last frame (half the counter's turn); None before the first."""
        if self._t_us is None or self._seq is None:
            return None
        step = (ticks - self._ticks + TICKS_WRAP // 2) % TICKS_WRAP - TICKS_WRAP // 2
        return self._run_us + _us(self._ticks + step - self._run_ticks, self._hello.tick_hz)

    def begin_run(self, hello: Hello) -> None:
        """The next frame is the first of a new run of the board that said `hello`."""
        self._hello = hello
        self._seq: int | None = None
        self._ticks = 0
        self._doubted: tuple[int, int] | None = None

    def place(self, seq: int, ticks: int, received_s: float) -> Placed | None:
        """Session time of a frame, or None where its counters are not believed."""
        placed = self._first(ticks, received_s) if self._seq is None else self._next(seq, ticks, received_s)
        if placed is not None:
            self._seq = seq
            self._t_us = placed.t_us
            self.fit.push(placed.t_us, received_s)
        return placed

    def _first(self, ticks: int, received_s: float) -> Placed:
        self._ticks = self._run_ticks = ticks
        if self._t_us is None:
            self._run_us = 0
            return Placed(0, 0)
        period_us = self._period_us
        self._run_us = max(self.fit.device_us(received_s), self._t_us + period_us)
        # Arrivals of the new run say nothing about the offset of the old one, but its skew is still the board's.
        self.fit = ClockFit(self.fit.skew)
        # Even a run that follows at once was cut from the last: at least one scan fell into the cut.
        return Placed(self._run_us, max(round((self._run_us - self._t_us) / period_us) - 1, 1))

    def _next(self, seq: int, ticks: int, received_s: float) -> Placed | None:
        assert self._seq is not None
        step = (ticks - self._ticks) % TICKS_WRAP
        step += self._wraps_since(step, received_s) * TICKS_WRAP
        frame_ticks = self._hello.frame_ticks
        scans = (seq - self._seq) % SEQ_WRAP
        scans += max(round((step / frame_ticks - scans) / SEQ_WRAP), 0) * SEQ_WRAP
        step_s = step / self._hello.tick_hz
        t_us = self._run_us + _us(self._ticks + step - self._run_ticks, self._hello.tick_hz)
        # A scan may take longer than nominal (status bit LATE), many of them by more; none is shorter by half.
        told_twice = scans > 0 and abs(step - scans * frame_ticks) <= frame_ticks / 2 + scans * frame_ticks / 64
        if not told_twice or self.fit.late_s(t_us, received_s) < -EARLY_S - 2 * MAX_SKEW * step_s:
            if not self._agrees_with_doubted(seq, ticks):
                self._doubted = (seq, ticks)
                return None
            scans = max(round(step / frame_ticks), 1)
        self._doubted = None
        self._ticks += step
        return Placed(t_us, scans - 1)

    def _wraps_since(self, step: int, received_s: float) -> int:
        """Whole turns of the tick counter while nothing was heard; only a silence of minutes has any."""
        assert self._t_us is not None
        silent_s = received_s - self.fit.host_s(self._t_us)
        turn_s = TICKS_WRAP / self._hello.tick_hz
        return max(round((silent_s - step / self._hello.tick_hz) / turn_s), 0)

    def _agrees_with_doubted(self, seq: int, ticks: int) -> bool:
        if self._doubted is None:
            return False
        scans = (seq - self._doubted[0]) % SEQ_WRAP
        step = (ticks - self._doubted[1]) % TICKS_WRAP
        return 0 < scans < 256 and abs(step - scans * self._hello.frame_ticks) <= self._hello.frame_ticks / 2

    @property
    def _period_us(self) -> int:
        return max(_us(self._hello.frame_ticks, self._hello.tick_hz), 1)


def _us(ticks: int, tick_hz: int) -> int:
    """Ticks in microseconds, rounded to the nearest, in integers."""
    return (ticks * 1_000_000 + tick_hz // 2) // tick_hz

"""Where the cursor of a replay is: playing at a speed, standing, or going round a range.

Times are device time in microseconds; how much host time has gone by is told by whoever shows it, so that a screen that
stalls skips and never lags behind. The rule: the cursor never leaves the recording.
"""

from __future__ import annotations

SPEEDS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)


class Playhead:
    """The cursor of one replay.

    Args:
        first_us, last_us: device time of the first and the last frame.

    Attributes:
        t_us: where it is. playing: whether it moves. speed: one of `SPEEDS`.
        loop_us: the range that it goes round, (begin, end); None where there is none.
    """

    def __init__(self, first_us: int, last_us: int) -> None:
        self.first_us, self.last_us = first_us, last_us
        self.t_us = first_us
        self.playing = False
        self.speed = 1.0
        self.loop_us: tuple[int, int] | None = None

    def advance(self, host_s: float) -> None:
        """So much host time has gone by."""
        if not self.playing:
            return
        t_us = self.t_us + round(host_s * 1e6 * self.speed)
        if self.loop_us is not None and self.t_us <= self.loop_us[1] < t_us:
            begin_us, end_us = self.loop_us
            t_us = begin_us + (t_us - end_us) % max(end_us - begin_us, 1)
        self.seek(t_us)
        if self.t_us >= self.last_us:
            self.playing = False

    def seek(self, t_us: int) -> None:
        """Go to a moment, or to the end that is nearer."""
        self.t_us = min(max(t_us, self.first_us), self.last_us)

    def toggle(self) -> None:
        """Play or stand; at the end, play from the beginning."""
        if not self.playing and self.t_us >= self.last_us:
            self.t_us = self.first_us if self.loop_us is None else self.loop_us[0]
        self.playing = not self.playing and self.last_us > self.first_us

    def faster(self, steps: int = 1) -> None:
        """So many speeds up; down where it is negative."""
        row = SPEEDS.index(self.speed) + steps
        self.speed = SPEEDS[min(max(row, 0), len(SPEEDS) - 1)]

    def loop_from_here(self) -> None:
        """The loop begins at the cursor; it ends where it did, else at the recording's end."""
        end_us = self.loop_us[1] if self.loop_us is not None and self.loop_us[1] > self.t_us else self.last_us
        self._set_loop(self.t_us, end_us)

    def loop_to_here(self) -> None:
        """The loop ends at the cursor; it begins where it did, else at the recording's beginning."""
        begin_us = self.loop_us[0] if self.loop_us is not None and self.loop_us[0] < self.t_us else self.first_us
        self._set_loop(begin_us, self.t_us)

    def loop(self, begin_us: int, end_us: int) -> None:
        """Go round a range from now on."""
        begin_us, end_us = sorted((begin_us, end_us))
        self._set_loop(max(begin_us, self.first_us), min(end_us, self.last_us))

    def loop_off(self) -> None:
        """Go round no longer."""
        self.loop_us = None

    def _set_loop(self, begin_us: int, end_us: int) -> None:
        self.loop_us = (begin_us, end_us) if end_us > begin_us else None

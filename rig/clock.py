"""Time as the rig asks for it, passed in so that tests can move it.

Two kinds of time exist and never mix: *device time*, counted by the board and carried in each frame, and
*host time*, the computer's monotonic clock, in which bytes arrive. Names say which (`t_us` and `t_s` are
device time from the session's start; `received_s` and `emitted_s` are host time). The rule: nothing outside
this module reads a clock by itself.
"""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """A host clock: monotonic seconds, a way to wait, and the date for file names."""

    def now_s(self) -> float:
        """Monotonic seconds."""
        ...

    def wait_s(self, seconds: float) -> None:
        """Wait; a negative or zero time returns at once."""
        ...

    def date_s(self) -> float:
        """Seconds since 1970, for names and headers only, never for intervals."""
        ...


class SystemClock:
    """The computer's own clock."""

    def now_s(self) -> float:
        """Monotonic seconds."""
        return time.monotonic()

    def wait_s(self, seconds: float) -> None:
        """Sleep for `seconds`."""
        if seconds > 0:
            time.sleep(seconds)

    def date_s(self) -> float:
        """Seconds since 1970."""
        return time.time()


class HurriedClock(SystemClock):
    """The computer's clock, some times faster: for watching a virtual hour in minutes. Dates stay true."""

    def __init__(self, times: float) -> None:
        self._times = times

    def now_s(self) -> float:
        """Monotonic seconds, hurried."""
        return super().now_s() * self._times

    def wait_s(self, seconds: float) -> None:
        """Sleep for as long as `seconds` take here."""
        super().wait_s(seconds / self._times)


class ManualClock:
    """A clock that only moves when told to (or waited on), for tests and for simulations at full speed."""

    def __init__(self, now_s: float = 0.0, date_s: float = 1_700_000_000.0) -> None:
        self._now_s = now_s
        self._started_s = now_s
        self._date_s = date_s

    def now_s(self) -> float:
        """The time it was last moved to."""
        return self._now_s

    def wait_s(self, seconds: float) -> None:
        """Move on by `seconds` without waiting."""
        self.advance(max(seconds, 0.0))

    def date_s(self) -> float:
        """The starting date plus what the clock moved."""
        return self._date_s + self._now_s - self._started_s

    def advance(self, seconds: float) -> None:
        """Move on by `seconds` (not negative)."""
        if seconds < 0:
            raise ValueError("a clock cannot go back")
        self._now_s += seconds

"""Time along a timeline: pixels and moments, ticks at times that people count in, moments as texts. No Qt."""

from __future__ import annotations

from dataclasses import dataclass

TICKS_S = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)
"""What people count in."""


@dataclass(frozen=True, slots=True)
class Scale:
    """`t0_us` to `t1_us` on the pixels from `left` on, `width` of them."""

    t0_us: int
    t1_us: int
    left: float
    width: float

    def x_of(self, t_us: float) -> float:
        """Where a moment is, in pixels."""
        return self.left + (t_us - self.t0_us) / max(self.t1_us - self.t0_us, 1) * self.width

    def t_of(self, x: float) -> int:
        """Which moment is at a pixel."""
        return round(self.t0_us + (x - self.left) / max(self.width, 1) * (self.t1_us - self.t0_us))

    def ticks_s(self, apart_px: float) -> list[float]:
        """Moments in seconds for ticks that are at least so far apart."""
        span_s = (self.t1_us - self.t0_us) / 1e6
        least_s = span_s * apart_px / max(self.width, 1)
        step_s = next((step for step in TICKS_S if step >= least_s), TICKS_S[-1])
        first, last = -int(-self.t0_us / 1e6 // step_s), int(self.t1_us / 1e6 // step_s)
        return [number * step_s for number in range(first, last + 1)]


def clock_text(t_us: float, digits: int = 0) -> str:
    """A moment as hours (where there are any), minutes and seconds: 75.04 s is 1:15, or 1:15.0 with one digit."""
    parts = round(t_us / 1e6 * 10**digits)
    seconds, fraction = divmod(parts, 10**digits)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    head = f"{hours}:{minutes:02d}" if hours else f"{minutes}"
    tail = f".{fraction:0{digits}d}" if digits else ""
    return f"{head}:{seconds:02d}{tail}"

"""Device time against host time: a straight line under the arrivals.

A frame is never received before it was sent, only later: by the scan, the line, the USB bridge and whatever the
computer was busy with. So the best clock is not a mean but a line that touches the earliest arrivals from below and
lies as close under all of them as it can (Moon, Skelly and Towsley 1999, "Estimation and removal of clock skew from
network delay measurements"). That line is an edge of the lower convex hull: the edge over the mean of the points.
The earliest arrival of each second stands for that second, and a window of them is kept, so that memory is bounded
and a drift with temperature is followed. The rule that keeps it right: a late arrival can only lie above the line,
so a stall of any length moves nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_SKEW = 0.01
"""No line steeper than this off nominal is believed: a ceramic resonator is rated 0.5 %, a crystal far below."""

BUCKET_US = 1_000_000
"""One earliest arrival is kept for each such stretch of device time."""

WINDOW = 64
"""How many earliest arrivals are kept."""

STEP_S = 0.25
"""An arrival so far below the line means that the host clock stood still (the computer slept): the fit begins anew."""


class ClockFit:
    """host_s = offset + t_us * (1 + skew) / 1e6, under all arrivals of the last `WINDOW` seconds.

    Args:
        skew: where the fit starts: what an earlier fit of the same board found (0.0 = nominal).
    """

    def __init__(self, skew: float = 0.0) -> None:
        self._start_skew = skew
        self._restart()

    def _restart(self) -> None:
        self._points: list[tuple[int, float]] = []
        self._bucket: int | None = None
        self._skew = self._start_skew
        self._line: tuple[int, float] | None = None

    def push(self, t_us: int, received_s: float) -> None:
        """One frame: its device time and when its last byte arrived. Device time must not go back."""
        if self._line is not None and received_s < self.host_s(t_us) - STEP_S:
            self._restart()
        arrival = (t_us, received_s - t_us / 1e6)
        bucket = t_us // BUCKET_US
        if bucket != self._bucket:
            self._bucket = bucket
            self._points.append(arrival)
            del self._points[:-WINDOW]
            self._fit()
        elif self._height_s(arrival) < self._height_s(self._points[-1]):
            self._points[-1] = arrival
            if self._height_s(arrival) < 0:
                self._fit()

    def _fit(self) -> None:
        origin = self._points[0][0]
        hull = _lower_hull(self._points)
        if len(hull) == 1:
            self._line = hull[0]
            return
        mean_us = sum(t - origin for t, _ in self._points) / len(self._points) + origin
        right = next(i for i in range(1, len(hull)) if hull[i][0] >= mean_us or i == len(hull) - 1)
        (t0, late0), (t1, late1) = hull[right - 1], hull[right]
        self._skew = min(max((late1 - late0) / ((t1 - t0) / 1e6), -MAX_SKEW), MAX_SKEW)
        # A clamped line still has to pass under every point.
        self._line = min(hull, key=lambda p: p[1] - self._skew * (p[0] - origin) / 1e6)

    @property
    def skew(self) -> float:
        """How much longer a device second lasts than a host second, as a share: 1e-4 is 100 ppm."""
        return self._skew

    def host_s(self, t_us: int) -> float:
        """Host time of a device time, as the earliest possible arrival.

        Raises:
            ValueError: nothing was pushed yet.
        """
        t0, late_s = self._anchor()
        return t_us / 1e6 + late_s + self._skew * ((t_us - t0) / 1e6)

    def device_us(self, host_s: float) -> int:
        """Device time whose earliest possible arrival is `host_s`, in whole microseconds; inverse of `host_s`.

        Raises:
            ValueError: nothing was pushed yet.
        """
        t0, late_s = self._anchor()
        return t0 + round((host_s - t0 / 1e6 - late_s) / (1 + self._skew) * 1e6)

    def late_s(self, t_us: int, received_s: float) -> float:
        """How much later than the earliest possible a frame arrived: the jitter of its way."""
        return received_s - self.host_s(t_us)

    def _height_s(self, point: tuple[int, float]) -> float:
        """How far a point lies above the line."""
        t0, late_s = self._anchor()
        return point[1] - late_s - self._skew * ((point[0] - t0) / 1e6)

    def _anchor(self) -> tuple[int, float]:
        if self._line is None:
            raise ValueError("no frame was pushed into the clock fit yet")
        return self._line


def _lower_hull(points: Sequence[tuple[int, float]]) -> list[tuple[int, float]]:
    """The lower convex hull of points in ascending order of time (Andrew's monotone chain)."""
    hull: list[tuple[int, float]] = []
    for t, late in points:
        while len(hull) >= 2:
            (t0, late0), (t1, late1) = hull[-2], hull[-1]
            if (late1 - late0) * (t - t0) < (late - late0) * (t1 - t0):
                break
            hull.pop()
        hull.append((t, late))
    return hull

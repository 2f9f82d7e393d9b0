"""Hands that leave where a step wants one of them to stay.

Hops without any contact are counted between two touches of the same stretch of a step; lost scans are no hops, so a
gap in the signal is nobody's lifting, and neither is a pause or a gesture, with the way there and back. The rule: a gap
is told when a hand comes back, for only then was it one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rig.analysis.findings import HOP_US
from rig.technique.flags import Flag
from rig.technique.limits import Limit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.analysis.findings import Gap
    from rig.technique.limits import Limits
    from rig.technique.routine.routine import Routine, Step


class Lifted:
    """Watches whether some hand stays on the pad."""

    def __init__(self, routine: Routine, limits: Limits, *, calibrated: bool) -> None:
        band = limits.band("left-alone")
        assert band.low is not None  # checked when the routine was loaded
        assert band.high is not None
        self._routine = routine
        self._calibrated = calibrated
        self._limit = limits.low("left-alone")
        self._fewest, self._most = round(band.low * 1e6 / HOP_US), round(band.high * 1e6 / HOP_US)
        self._row = -1
        self._empty = 0
        self._left_us: int | None = None
        self._breaks: list[Gap] = []

    def take_break(self, gap: Gap) -> None:
        """Hands had leave to leave."""
        self._breaks.append(gap)

    def push(
        self, t_us: NDArray[np.int64], touched: NDArray[np.bool_], row: NDArray[np.int64], steps: list[Step | None]
    ) -> list[Flag]:
        """Take the next hops: their times, whether any hand was on the pad, and their marks with the steps of those."""
        flags: list[Flag] = []
        for mark in np.unique(row).tolist():
            step = steps[mark]
            if mark != self._row:
                self._row, self._empty, self._left_us = mark, 0, None
            if step is not None and step.unbroken is not None:
                here = row == mark
                flags += self._watch(t_us[here], touched[here], step)
        return flags

    def _watch(self, t_us: NDArray[np.int64], touched: NDArray[np.bool_], step: Step) -> list[Flag]:
        flags = []
        on = np.flatnonzero(touched)
        if not len(on):
            self._empty += len(touched)
            return []
        gaps = np.diff(on, prepend=-1 - self._empty) - 1
        for k in np.flatnonzero((gaps > self._fewest) & (gaps <= self._most)).tolist():
            left_us = int(t_us[on[k - 1]]) + HOP_US if k else self._left_us
            if left_us is not None and not self._had_leave(left_us / 1e6, int(t_us[on[k]]) / 1e6):
                flags.append(self._flag(left_us, int(t_us[on[k]]), int(gaps[k]), step))
        self._empty = len(touched) - 1 - int(on[-1])
        self._left_us = int(t_us[on[-1]]) + HOP_US
        return flags

    def _had_leave(self, left_s: float, back_s: float) -> bool:
        return any(gap.t0 < back_s and left_s < gap.t1 for gap in self._breaks)

    def _flag(self, left_us: int, back_us: int, hops: int, step: Step) -> Flag:
        assert step.unbroken is not None
        limit = Limit(self._limit.value, f"{self._routine.cite(step.unbroken.source)}; {self._limit.source}")
        return Flag(
            kind="lifted",
            t0=left_us / 1e6,
            t1=back_us / 1e6,
            step=step.id,
            side="both",
            x_mm=None,
            y_mm=None,
            value=hops * HOP_US / 1e6,
            limit=limit.value,
            unit="s",
            source=limit.source,
            calibrated=self._calibrated,
        )

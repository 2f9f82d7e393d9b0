"""The readings of a board's load cell, in session time, until somebody takes them.

The rule that keeps it right: a reading has a time only within a run of frames, whose clock it shares; one from
outside a run is dropped, and if nobody takes them the oldest go first.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rig.wire.packets import LoadStatus

if TYPE_CHECKING:
    from rig.device.timeline import Timeline
    from rig.wire.packets import Load

KEPT = 4_096
"""Readings that wait, 50 s of the faster amplifier."""


@dataclass(frozen=True, slots=True)
class LoadReading:
    """One reading: session time at which it was ready, 24 bits as they came, whether they are at their range's end."""

    t_us: int
    raw: int
    saturated: bool


class Loads:
    """Readings as they come, placed by the timeline of the frames beside them."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._waiting: deque[LoadReading] = deque(maxlen=KEPT)

    def add(self, packet: Load) -> None:
        """Keep a reading that came between two frames."""
        t_us = self._timeline.at_us(packet.ticks)
        if t_us is not None and t_us >= 0:
            self._waiting.append(LoadReading(t_us, packet.raw, bool(packet.status & LoadStatus.SATURATED)))

    def take(self) -> list[LoadReading]:
        """What came since the last call."""
        return [self._waiting.popleft() for _ in range(len(self._waiting))]

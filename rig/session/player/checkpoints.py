"""The state of an analysis at moments of a session, so that any moment between can be reached quickly and exactly.

What a screen showed at a moment hangs on all that went before: baselines that drifted, hysteresis of the sensors,
channels left out, the numbers of contacts. So the state is kept every few seconds, and seeking goes on from the nearest
one before. Most of a state are tables that never change; equal ones are kept once. The rule: the number of states is
bounded; when they are full, every other one goes and the spacing doubles.
"""

from __future__ import annotations

import pickle
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from rig.analysis.analysis import Analysis

EVERY_US = 5_000_000
"""At most 5 s have to be gone through to reach a moment: some 10 ms of work at 200 scans a second."""

MOST = 600
"""Fifty minutes at `EVERY_US`; at about 40 kB each, 25 MB."""


class Checkpoint(NamedTuple):
    """The analysis as it was at one moment, `t_us` being its last scan."""

    t_us: int
    code: bytes
    arrays: tuple[bytes, ...]

    def restored(self) -> Analysis:
        """A copy of its own."""
        # Writable copies, for an analysis changes its arrays in place.
        analysis: Analysis = pickle.loads(self.code, buffers=[bytearray(array) for array in self.arrays])
        return analysis


class Checkpoints:
    """States of one analysis; one thread offers them, any other asks for them.

    Args:
        every_us: the spacing to begin with. most: how many are kept.

    Attributes:
        every_us: the spacing now.
    """

    def __init__(self, every_us: int = EVERY_US, most: int = MOST) -> None:
        self.every_us = every_us
        self._most = most
        self._states: list[Checkpoint] = []
        self._known: dict[bytes, bytes] = {}

    def __len__(self) -> int:
        return len(self._states)

    @property
    def size_bytes(self) -> int:
        """About how much memory the states take."""
        return sum(map(len, self._known)) + sum(len(state.code) for state in self._states)

    def offer(self, t_us: int, analysis: Analysis) -> None:
        """Keep the analysis as it is now, `t_us` being its last scan, if the last state is long enough ago."""
        if self._states and t_us - self._states[-1].t_us < self.every_us:
            return
        buffers: list[pickle.PickleBuffer] = []
        code = pickle.dumps(analysis, protocol=5, buffer_callback=buffers.append)
        arrays = (bytes(buffer.raw()) for buffer in buffers)
        self._states.append(Checkpoint(t_us, code, tuple(self._known.setdefault(array, array) for array in arrays)))
        if len(self._states) > self._most:
            self._thin()

    def before(self, t_us: int) -> Checkpoint | None:
        """The last state at or before `t_us`; None where there is none."""
        states = self._states
        row = bisect_right(states, t_us, key=lambda state: state.t_us)
        return states[row - 1] if row else None

    def _thin(self) -> None:
        self.every_us *= 2
        # A new list in one go: whoever is looking through the old one is not disturbed.
        self._states = self._states[::2]
        kept = {array for state in self._states for array in state.arrays}
        self._known = {array: array for array in self._known if array in kept}

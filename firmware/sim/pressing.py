"""Plays recorded or virtual blocks as pressure on a simulated board, so that its firmware scans what a scene holds.

The rule: what a sensor reads at a time is the last row at or before it, and nothing is kept but the block under way, so
a scene of any length plays in the same memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rig.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from rig.frame import Block


class Pressing:
    """The counts of `blocks` by time: call it with seconds that never go back; the first row is at `start_s`.

    Counts are a `Block`'s, so of ten bits for these boards. Before the first row and after the last one that row
    stays. Raises InputError if there is no row at all.

    Attributes:
        over: whether the last row has been reached.
    """

    def __init__(self, blocks: Iterable[Block], start_s: float = 0.0) -> None:
        self.over = False
        self._blocks = iter(blocks)
        self._start_s = start_s
        self._t_us: NDArray[np.int64] = np.empty(0, np.int64)
        self._counts: NDArray[np.uint16] = np.empty((0, 0), np.uint16)
        self._next_block()
        if self.over:
            raise InputError("there is nothing to play")
        self._now: NDArray[np.uint16] = self._counts[0]

    def __call__(self, t_s: float) -> NDArray[np.uint16]:
        """(channels,) uint16: what the sensors read at that time."""
        t_us = round((t_s - self._start_s) * 1e6)
        while not self.over and self._t_us[0] <= t_us:
            passed = int(np.searchsorted(self._t_us, t_us, "right"))
            self._now = self._counts[passed - 1]
            self._t_us, self._counts = self._t_us[passed:], self._counts[passed:]
            if not self._t_us.size:
                self._next_block()
        return self._now

    def _next_block(self) -> None:
        block = next((block for block in self._blocks if len(block)), None)
        if block is None:
            self.over = True
        else:
            self._t_us, self._counts = block.t_us, block.counts

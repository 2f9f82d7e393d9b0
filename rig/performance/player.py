"""Scenes as a live board's source of counts: what the virtual hands do is sampled when the board asks.

A scene is computed a little ahead, at about the board's own rate; when it is over, the next one begins, each on the pad
as the last one left it at rest. The rule: times must not go back, as those of a board never do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from rig.frame import Block
    from rig.virtual.scene import Scene

AHEAD_FRAMES = 512


class Player:
    """Plays scene after scene.

    Args:
        scene: gives the scene of a number, from 0; all of one rate and one layout.
        about: one line on what the hands do, for people.
    """

    def __init__(self, scene: Callable[[int], Scene], about: str) -> None:
        self.about = about
        self._scene = scene
        self._number = 0
        self._now = scene(0)
        self._blocks: Iterator[Block] = self._now.blocks(AHEAD_FRAMES)
        self._buffer = next(self._blocks)
        self._buffer_begins = 0

    @property
    def duration_s(self) -> float:
        """How long the present scene lasts."""
        return self._now.duration_s

    def counts(self, t_us: NDArray[np.int64]) -> NDArray[np.uint16]:
        """(n, n_channels) counts at (n,) ascending microseconds since the first start."""
        rows = (t_us * (self._now.rate_hz / 1e6)).astype(np.int64)
        return np.stack([self._row(int(row)) for row in rows])

    def _row(self, row: int) -> NDArray[np.uint16]:
        while row >= self._buffer_begins + len(self._buffer):
            self._buffer_begins += len(self._buffer)
            following = next(self._blocks, None)
            if following is None:
                self._number += 1
                self._now = self._scene(self._number)
                self._blocks = self._now.blocks(AHEAD_FRAMES)
                following = next(self._blocks)
            self._buffer = following
        counts: NDArray[np.uint16] = self._buffer.counts[max(row - self._buffer_begins, 0)]
        return counts

"""A scene: hands on a virtual pad over time, as the Blocks that a real pad would have given, with the truth beside.

Rows are computed in pieces of fixed size and only then cut as asked, so a scene's data is the same however it is
read, and memory does not grow with its length. Each channel is sampled one slot after the one before it, as on the
board, by going that share of the way to the next row's load. The rule: everything in a scene follows from its fields
and its seed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from rig.frame import Block
from rig.virtual.sensor_faults import Faults, SensorFault
from rig.virtual.telling import told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from rig.virtual.foam import FoamTables
    from rig.virtual.hands import Hand
    from rig.virtual.truth import ExpectedFlag, Span, StepSpan, Truth
    from rig.virtual.virtual_pad import VirtualPad

PIECE = 128
"""Rows computed at a time: large enough that numpy's calls cost little, small enough for a live board's pace."""

OVERHEAD_SLOTS = 2
"""Conversions in a scan beside the channels: the board's self-test of bandgap and ground."""


@dataclass(frozen=True, eq=False)
class Scene:
    """Hands on a pad for `duration_s` seconds.

    Attributes:
        pad: the pad as built. hands: who touches it. seed: draws the noise (hands and pad carry their own).
        rate_hz: scans a second; channel k is sampled k slots after the scan's first.
        faults: sensors that fail. gaps: spans without scans.
        expected: flags that a judge should raise. steps: the documented steps performed.
        name: what kind of scene it is, for tests' messages.
    """

    pad: VirtualPad
    hands: tuple[Hand, ...]
    duration_s: float
    seed: int = 0
    rate_hz: float = 200.0
    faults: tuple[SensorFault, ...] = ()
    gaps: tuple[Span, ...] = ()
    expected: tuple[ExpectedFlag, ...] = ()
    steps: tuple[StepSpan, ...] = ()
    name: str = ""

    @property
    def frames(self) -> int:
        """How many scans the scene spans, lost ones included."""
        return round(self.duration_s * self.rate_hz)

    @cached_property
    def truth(self) -> Truth:
        """What really happens in it."""
        return told(
            self.hands,
            self.duration_s,
            self.pad.layout.spine_x_mm,
            gaps=self.gaps,
            faults=self.faults,
            expected=self.expected,
            steps=self.steps,
        )

    @cached_property
    def _tables(self) -> FoamTables:
        return self.pad.foam.tables([int(r) for hand in self.hands for r in hand.patch.radius_mm])

    def loads(self, t_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, n_channels) true newtons on each tile at (n,) ascending seconds."""
        down = [h for h in self.hands if len(t_s) and h.is_down(float(t_s[0]), float(t_s[-1]))]
        return self._tables.loads([hand.touch(t_s) for hand in down], len(t_s))

    def block(self) -> Block:
        """The whole scene at once."""
        return Block.join(list(self.blocks()) or [Block.empty(self.pad.layout.n_channels)])

    def blocks(self, frames: int = 200) -> Iterator[Block]:
        """The scene in Blocks of `frames` scans, the last one shorter."""
        held: list[Block] = []
        waiting = 0
        for piece in self._pieces():
            held.append(piece)
            waiting += len(piece)
            if waiting < frames:
                continue
            whole = Block.join(held)
            cut = waiting - waiting % frames
            for start in range(0, cut, frames):
                yield whole[start : start + frames]
            held, waiting = [whole[cut:]], waiting - cut
        if waiting:
            yield Block.join(held)

    def _pieces(self) -> Iterator[Block]:
        layout = self.pad.layout
        reading = self.pad.sensors.reading(self.seed)
        faults = Faults(self.faults, layout.full_scale, self.seed)
        slots = layout.n_channels + OVERHEAD_SLOTS
        late = np.arange(layout.n_channels) / slots
        lost = 0
        for start in range(0, self.frames, PIECE):
            t_us = np.rint(np.arange(start, start + PIECE + 1) * (1e6 / self.rate_hz)).astype(np.int64)
            t_s = t_us / 1e6
            load = self.loads(t_s)
            load = load[:-1] + late * np.diff(load, axis=0)
            counts = reading.counts(t_s[:-1], load)
            faults.spoil(t_s[:-1], counts)
            kept = np.arange(start, start + PIECE) < self.frames
            for gap in self.gaps:
                kept &= (t_s[:-1] < gap.t0) | (t_s[:-1] >= gap.t1)
            rows = np.flatnonzero(kept)
            missing = np.diff(rows, prepend=-1) - 1
            if rows.size:
                missing[0] += lost
                lost = PIECE - 1 - int(rows[-1])
                yield Block.of(t_us[rows], counts[rows], lost=missing.astype(np.int64))
            else:
                lost += PIECE

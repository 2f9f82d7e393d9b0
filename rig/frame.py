"""What one scan of the pad is, and many of them as arrays.

A `Frame` is one scan as the board sent it. A `Block` is any number of scans in order, as columns; it is what
flows from the device or a recording to the analysis. The rule that keeps it right: a Block's size is an
accident of how bytes arrived, so no result may depend on it, and its time is integer microseconds of device
time since the session's first frame, so that cutting and joining never rounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


class Status(IntFlag):
    """The status bits of a frame (PROTOCOL.md); what the board knew about this very scan."""

    LATE = 1
    """The scan took longer than nominal: one or two samples may belong to another channel."""
    OVERRUN = 2
    """At least one scan before this one was dropped, because the line was slower than the scan."""
    REFERENCE = 4
    """The self-test conversions (bandgap, ground) read out of band."""
    COMMAND_LOST = 8
    """A command was damaged or did not fit since the last frame."""
    CUE = 16
    """The buzzer or the light is on."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One scan: `seq` counts scans (mod 65,536), `ticks` is the board's clock at the first sample (mod 2**32)."""

    seq: int
    ticks: int
    status: int
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """`n` scans in order.

    Attributes:
        t_us: (n,) int64, device time of the scan's first sample in microseconds since the session's first frame.
        counts: (n, n_channels) uint16, raw ADC counts.
        status: (n,) uint8, `Status` bits.
        lost: (n,) int64, how many scans are missing right before this one (0 = it follows its predecessor).
        received_s: (n,) float64, host monotonic time of the byte that completed the frame; NaN when not live.
    """

    t_us: NDArray[np.int64]
    counts: NDArray[np.uint16]
    status: NDArray[np.uint8]
    lost: NDArray[np.int64]
    received_s: NDArray[np.float64]

    def __post_init__(self) -> None:
        n = len(self.t_us)
        if self.counts.ndim != 2 or not (
            len(self.counts) == len(self.status) == len(self.lost) == len(self.received_s) == n
        ):
            raise ValueError("the columns of a Block differ in length")

    def __len__(self) -> int:
        return len(self.t_us)

    @property
    def n_channels(self) -> int:
        """How many sensors each scan holds."""
        return int(self.counts.shape[1])

    @property
    def t_s(self) -> NDArray[np.float64]:
        """(n,) device time in seconds."""
        return self.t_us / 1e6

    def __getitem__(self, rows: slice | NDArray[np.bool_]) -> Self:
        return type(self)(self.t_us[rows], self.counts[rows], self.status[rows], self.lost[rows], self.received_s[rows])

    @classmethod
    def of(
        cls,
        t_us: NDArray[np.int64],
        counts: NDArray[np.uint16],
        status: NDArray[np.uint8] | None = None,
        lost: NDArray[np.int64] | None = None,
        received_s: NDArray[np.float64] | None = None,
    ) -> Self:
        """A Block with clean status, nothing lost and no arrival times where these are not given."""
        n = len(t_us)
        return cls(
            t_us,
            counts,
            np.zeros(n, np.uint8) if status is None else status,
            np.zeros(n, np.int64) if lost is None else lost,
            np.full(n, np.nan) if received_s is None else received_s,
        )

    @classmethod
    def empty(cls, n_channels: int) -> Self:
        """A Block of no scans."""
        return cls.of(np.zeros(0, np.int64), np.zeros((0, n_channels), np.uint16))

    @classmethod
    def join(cls, blocks: Sequence[Self]) -> Self:
        """The blocks as one, in the order given; at least one is needed, and one alone comes back as it is."""
        if len(blocks) == 1:
            return blocks[0]
        return cls(
            np.concatenate([b.t_us for b in blocks]),
            np.concatenate([b.counts for b in blocks]),
            np.concatenate([b.status for b in blocks]),
            np.concatenate([b.lost for b in blocks]),
            np.concatenate([b.received_s for b in blocks]),
        )

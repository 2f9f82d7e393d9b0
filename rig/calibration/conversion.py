"""What every conversion from counts to newtons offers, so that the analysis never asks which one it has.

The rule that keeps results the same however the data are cut: a conversion is causal, carries its own state from
block to block, and gives out whole multiples of `FORCE_STEP_N`, so that later sums are exact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rig.frame import Block

FORCE_STEPS_PER_N = 1024
"""How many steps make a newton; a power of two, so that forces in newtons are exact in binary."""

FORCE_STEP_N = 1.0 / FORCE_STEPS_PER_N
"""The grid of all forces: about 1 mN, a hundredth of what makes an FSR respond at all."""


class Conversion(Protocol):
    """Counts to newtons for one pad and one session."""

    @property
    def calibrated(self) -> bool:
        """Whether the newtons come from this pad's own valid profile; otherwise they are relative."""
        ...

    @property
    def about(self) -> str:
        """One line for people: which curve, from where, how far to trust it."""
        ...

    @property
    def spread_mm(self) -> float | None:
        """The foam's spread as measured with this calibration; None leaves the pad's documented one."""
        ...

    def push(self, block: Block) -> NDArray[np.int32]:
        """(n, n_channels) forces in steps of `FORCE_STEP_N` for the next block in order."""
        ...

    def at_least(self, counts: NDArray[np.uint16]) -> NDArray[np.bool_]:
        """True, shaped as `counts`, where a reading is at or beyond the range and its force is a lower bound."""
        ...

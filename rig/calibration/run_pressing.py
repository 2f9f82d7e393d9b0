"""Free pressing: where to press next, and when it is enough.

Free pressing is enough once every sensor has been pressed long enough; until then the maker is sent to the one that has
had least. The rule: as in `rig.calibration.run`, no clock, no file and no terminal in here; time is the Blocks' own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rig.calibration.circuit import conductance_s, counts_for
from rig.calibration.memory import HOP_US
from rig.calibration.nominal import nominal_conductance_s
from rig.calibration.press import ENOUGH_N
from rig.calibration.press_recording import UNTOUCHED_US

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.frame import Block
    from rig.pad import PadLayout


@dataclass(frozen=True)
class Pressed:
    """How far the pressing is: what to do now, 0 to 1, how many sensors still want it, and which had least.

    `least` is None while the pad is to be left alone, and when all have had enough.
    """

    advice: str
    share: float
    left: int
    least: int | None = None


class FreePressing:
    """Counts how long each sensor was pressed, after three seconds in which the pad is left alone.

    Args:
        pad: the layout. pressed_s: (n_channels,) what an earlier part of the pressing had come to.
        enough_s: how long each sensor is to be pressed.
    """

    def __init__(self, pad: PadLayout, pressed_s: NDArray[np.float64] | None, enough_s: float) -> None:
        self._enough_s = enough_s
        self._pad = pad
        self._resting: list[NDArray[np.uint16]] = []
        self._enough: NDArray[np.float64] | None = None
        self._began_us = -1
        self._hop = -1
        earlier = np.zeros(pad.n_channels) if pressed_s is None else pressed_s
        self._pressed_hops = np.rint(earlier * 1e6 / HOP_US).astype(np.int64)

    @property
    def pressed_s(self) -> NDArray[np.float64]:
        """(n_channels,) seconds above 1 N, by the typical curve."""
        return self._pressed_hops * HOP_US / 1e6

    def push(self, block: Block) -> Pressed:
        """Look at the next scans."""
        for t_us, counts in zip(block.t_us.tolist(), block.counts, strict=True):
            self._began_us = t_us if self._began_us < 0 else self._began_us
            if t_us - self._began_us < UNTOUCHED_US:
                self._resting.append(counts)
                continue
            if self._enough is None:
                self._enough = self._counts_of_enough()
            if t_us // HOP_US != self._hop:
                # After a gap nobody knows what was pressed: a hop counts once.
                self._hop = t_us // HOP_US
                self._pressed_hops += counts >= self._enough
        return self._told()

    def _counts_of_enough(self) -> NDArray[np.float64]:
        """(n_channels,) counts of a typical sensor under `ENOUGH_N` on top of what it reads untouched."""
        pad = self._pad
        resting = np.median(self._resting, axis=0) if self._resting else np.zeros(pad.n_channels)
        siemens = conductance_s(resting, pad.full_scale, pad.divider_ohm) + nominal_conductance_s(np.array(ENOUGH_N))
        return counts_for(siemens, pad.full_scale, pad.divider_ohm)

    def _told(self) -> Pressed:
        if self._enough is None:
            return Pressed("leave the pad alone for three seconds", 0.0, self._pad.n_channels)
        wanting = self.pressed_s < self._enough_s
        share = float(np.minimum(self.pressed_s / self._enough_s, 1.0).mean())
        if not wanting.any():
            return Pressed("enough: every sensor was pressed", 1.0, 0)
        least = self._pad.sensors[int(np.argmin(self._pressed_hops))]
        where = f"x = {least.x_mm:g}, y = {least.y_mm:g} mm (channel {least.channel})"
        advice = f"press all over the pad, within its edge; least at {where}"
        return Pressed(advice, share, int(wanting.sum()), least.channel)

"""Whether the spine line is pressed, hop by hop: the one thing about the line that depends on the hops before.

`spine.py` says what each hop shows by itself; here a press begins and ends. The rule: it begins with clear evidence, or
with likely evidence in two hops running, because a landing hand's first hop is faint; and it goes on while the evidence
stays, so that nothing flickers at the boundary.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rig.analysis.spine import DIRECT
from rig.analysis.sums import group_sums, quotient

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.analysis.spine import LineView

CLEAR, LIKELY = 1.5, 1.0
"""What begins a press, in parts of the limit."""


class PressedLine:
    """Remembers from hop to hop whether the line was pressed."""

    def __init__(self) -> None:
        self._pressed = self._likely = False

    def push(self, hops: int, view: LineView | None) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The direct force on the line (N) and where it lies (mm; NaN where there is none), (h,) each.

        Args:
            hops: h. view: what they show on the line; None for nothing.
        """
        spine_n, spine_y_mm = np.zeros(hops), np.full(hops, np.nan)
        if view is None or not (stays := view.evidence >= DIRECT).any():
            self._pressed = self._likely = False
            return spine_n, spine_y_mm
        shown = (self._in_hops(hops, view.hop[view.evidence >= least]) for least in (CLEAR, LIKELY, DIRECT))
        direct = stays & self._pressed_in(*shown)[view.hop]
        direct_n = np.where(direct, view.force_n, 0.0)
        np.maximum.at(spine_n, view.hop, direct_n)
        worst = direct & (direct_n == spine_n[view.hop])
        hop = view.hop[worst]
        moment, under = (group_sums(hop, values[worst], hops) for values in (view.moment, view.under))
        return spine_n, quotient(moment, under, np.nan)

    def _pressed_in(
        self, clear: NDArray[np.bool_], likely: NDArray[np.bool_], stays: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        """(h,) whether the line is pressed in each hop, from what each hop shows (all (h,))."""
        starts = clear | (likely & np.concatenate([[self._likely], likely[:-1]]))
        # The last hop that settled the matter, by a beginning or by nothing that stays, decides.
        settled = np.maximum.accumulate(np.where(starts | ~stays, np.arange(len(starts)), -1))
        pressed = np.where(settled >= 0, starts[settled], self._pressed)
        self._pressed, self._likely = bool(pressed[-1]), bool(likely[-1])
        return pressed

    @staticmethod
    def _in_hops(hops: int, shown_in: NDArray[np.int64]) -> NDArray[np.bool_]:
        """(h,) whether each hop is among these."""
        found = np.zeros(hops, bool)
        found[shown_in] = True
        return found

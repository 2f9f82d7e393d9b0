"""A hand on the pad: a patch of lumps that follows a path, with its own unsteadiness.

`Hand.touch` says where each lump is and how hard it presses at any times; that is all the foam needs. It also
answers what the ground truth asks: the centre of force, and how near the patch's own pressure comes to the spine
line. The rule: a touch depends on its own time only, so a scene may be computed in any pieces.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rig.virtual.irregularity import Irregularity, total

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.virtual.motion import Path
    from rig.virtual.patches import Patch


@dataclass(frozen=True, slots=True, eq=False)
class Touch:
    """A hand's lumps at n times: (n, m) places in mm and forces in N; (m,) radii in mm."""

    x_mm: NDArray[np.float64]
    y_mm: NDArray[np.float64]
    force_n: NDArray[np.float64]
    radius_mm: NDArray[np.int64]

    @property
    def total_n(self) -> NDArray[np.float64]:
        """(n,) force of the whole hand."""
        return np.asarray(self.force_n.sum(axis=1))

    def centre(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(n,) x and y of the centre of force, in mm; NaN while the hand is off."""
        weight = self.total_n
        safe = np.where(weight > 0, weight, np.nan)
        return (self.x_mm * self.force_n).sum(axis=1) / safe, (self.y_mm * self.force_n).sum(axis=1) / safe

    def clearance_mm(self, x_mm: float) -> NDArray[np.float64]:
        """(n,) how far the patch's edge stays from the line at `x_mm`; negative where the patch lies over it."""
        return np.asarray(np.min(np.abs(self.x_mm - x_mm) - self.radius_mm, axis=1))

    def within_n(self, x_mm: float, reach_mm: float) -> NDArray[np.float64]:
        """(n,) what of the force falls within `reach_mm` of the line at `x_mm`, each lump pressing evenly."""
        edges = (np.clip((x_mm + side * reach_mm - self.x_mm) / self.radius_mm, -1, 1) for side in (-1, 1))
        # The part of a disc's area that lies before a line at u radii from its middle.
        low, high = ((u * np.sqrt(1 - u * u) + np.arcsin(u)) / np.pi for u in edges)
        return np.asarray((self.force_n * (high - low)).sum(axis=1))


@dataclass(frozen=True, eq=False)
class Hand:
    """One hand (thumb, forearm, ...) through a scene."""

    patch: Patch
    path: Path
    irregularity: Irregularity

    def touch(self, t_s: NDArray[np.float64]) -> Touch:
        """The hand at (n,) seconds."""
        x, y, force, angle = self.path.at(t_s)
        unsteady = self.irregularity
        x = x + total(unsteady.x_mm, t_s)
        y = y + total(unsteady.y_mm, t_s)
        force = force * np.maximum(1 + total(unsteady.force, t_s), 0.0)
        angle = angle + unsteady.angle_rad.at(t_s)
        share = np.stack(
            [s * np.maximum(1 + w.at(t_s), 0.1) for s, w in zip(self.patch.share, unsteady.roll, strict=True)], axis=1
        )
        share /= share.sum(axis=1, keepdims=True)
        cos, sin = np.cos(angle)[:, None], np.sin(angle)[:, None]
        dx, dy = self.patch.dx_mm, self.patch.dy_mm
        return Touch(
            x[:, None] + cos * dx - sin * dy,
            y[:, None] + sin * dx + cos * dy,
            force[:, None] * share,
            self.patch.radius_mm,
        )

    def is_down(self, t0_s: float, t1_s: float) -> bool:
        """Whether the hand may press at any time in a span; cheap, and only ever wrong by a knot."""
        knots = self.path.t_s
        first, last = np.searchsorted(knots, (t0_s, t1_s))
        span = self.path.force_n[max(int(first) - 1, 0) : int(last) + 1]
        return bool(t1_s >= knots[0] and t0_s <= knots[-1] and span.size and span.max() > 0)

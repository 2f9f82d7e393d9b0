"""Where a hand presses: each part of a hand as a handful of round lumps with their shares of the force.

A palm does not press evenly: the two pads of its heel, its ball and the roots of the fingers carry the load, and the
hollow between them carries little. So a patch is a set of lumps (place in the hand, radius, share), which
can be moved, turned and rolled over cheaply. Sizes are rounded adult hands and forearms; each drawn patch differs
in size and in how its load is shared. The rule: the shares sum to one and the centre of force is the origin.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

HandKind = Literal["thumb", "fingertips", "palm", "heel", "forearm", "reinforced"]

RADII_MM = (5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 18, 21, 24, 27, 30)
"""The radii that lumps come in: the foam keeps one table for each that a scene uses."""

# Each row: place across and along the hand (fingers toward +y), radius, share. A right hand; the thumb side is -x.
_PALM = (
    (-19.0, -27.0, 18, 0.22),
    (19.0, -29.0, 18, 0.24),
    (1.0, -2.0, 18, 0.12),
    (-26.0, 31.0, 11, 0.10),
    (-9.0, 36.0, 11, 0.12),
    (9.0, 34.0, 11, 0.11),
    (26.0, 26.0, 12, 0.09),
)
_HEEL = ((-8.0, 6.0, 12, 0.34), (8.0, 4.0, 12, 0.36), (0.0, -11.0, 14, 0.30))
_REINFORCED = (
    (-18.0, -25.0, 18, 0.20),
    (18.0, -27.0, 18, 0.20),
    (0.0, 0.0, 21, 0.26),
    (-24.0, 29.0, 12, 0.08),
    (-8.0, 34.0, 12, 0.10),
    (9.0, 33.0, 12, 0.09),
    (25.0, 26.0, 12, 0.07),
)
_FOREARM = tuple((4.0 * (-1) ** k, -96.0 + 24.0 * k, 24, 0.6 + 0.1 * min(k, 4)) for k in range(9))


@dataclass(frozen=True, eq=False)
class Patch:
    """A part of a hand as (m,) lumps: offsets in mm in the hand's own frame, radii in mm, shares of the force."""

    kind: HandKind
    dx_mm: NDArray[np.float64]
    dy_mm: NDArray[np.float64]
    radius_mm: NDArray[np.int64]
    share: NDArray[np.float64]

    @property
    def reach_mm(self) -> float:
        """How far from its centre of force the patch presses at most."""
        return float(np.max(np.hypot(self.dx_mm, self.dy_mm) + self.radius_mm))

    @classmethod
    def of(cls, kind: HandKind, lumps: list[tuple[float, float, float, float]]) -> Patch:
        """A patch from (dx, dy, radius, share) rows: shares scaled to one, centred on its force, radii on the grid."""
        dx, dy, radius, share = np.array(lumps, float).T
        share = share / share.sum()
        grid = np.array(RADII_MM)
        nearest = grid[np.argmin(np.abs(radius[:, None] - grid), axis=1)]
        return cls(kind, dx - share @ dx, dy - share @ dy, nearest, share)

    @classmethod
    def drawn(cls, kind: HandKind, rng: np.random.Generator, side: Literal["left", "right"] = "right") -> Patch:
        """A person's own: size within about an eighth, load shared unevenly; left hands mirror right ones."""
        if kind == "thumb":
            radius = rng.uniform(7, 11)
            tip = rng.uniform(1.5, 3.0)
            return cls.of(kind, [(0, 0, radius, 0.75), (0, tip, max(radius - 3, 5), 0.25)])
        if kind == "fingertips":
            count, pitch = int(rng.integers(3, 5)), rng.uniform(17, 21)
            places = (np.arange(count) - (count - 1) / 2) * pitch
            rows = [(x, -0.006 * x * x, rng.uniform(6, 8.4), rng.uniform(0.6, 1.2)) for x in places]
            return cls.of(kind, rows)
        table = {"palm": _PALM, "heel": _HEEL, "reinforced": _REINFORCED, "forearm": _FOREARM}[kind]
        size = rng.uniform(0.88, 1.12)
        mirror = 1.0 if side == "right" else -1.0
        heavier = rng.uniform(-0.004, 0.004, 2)  # a hand leans: some shares grow across it, some along it
        rows = []
        for dx, dy, radius, share in table:
            lean = 1 + heavier[0] * dx + heavier[1] * dy * (40 / 120 if kind == "forearm" else 1)
            rows.append((mirror * size * dx, size * dy, size * radius, share * lean * rng.uniform(0.75, 1.3)))
        return cls.of(kind, rows)

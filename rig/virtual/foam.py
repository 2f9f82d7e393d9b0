"""What the foam and the tiles make of a hand: newtons on each sensor's tile.

A lump of a hand presses on a disc; the foam smears that with a kernel of its own (Gaussian, exponential-tailed, or
a mix); each rigid tile collects what falls on it, part of what falls into the gap around it, and loses a little
where it is badly seated. Where the hand presses hard the foam is squeezed and spreads less, while the flesh flattens
and spreads more. For one lump all of that is linear in force, so it is tabulated once per radius on a grid of 5 mm:
grid node -> share on each tile, in a soft and a squeezed state. A frame is then a short row of a sparse matrix times
the table. The rules: a table's row sums to at most one (a pad makes no force); and each frame's row is computed by
itself, so frames can be asked for in any pieces.

Nothing here knows what the analysis believes about foam: the spread is drawn about the pad's documented value.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from rig.virtual.severity import Severity, amount, draws

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rig.pad import PadLayout
    from rig.virtual.hands import Touch

NODE_MM = 5.0
MARGIN_MM = 90.0
SQUEEZED_KPA = 25.0
"""The pressure at which soft foam is half way to its squeezed state; polyurethane foams of a mat's density
stiffen between about 10 and 40 kPa (our choice within that)."""

Kernel = Literal["gaussian", "exponential", "mixed"]


@dataclass(frozen=True, eq=False)
class Foam:
    """The foam and the tiles of one pad as built.

    Attributes:
        pad: the layout. kernel: shape of the spread. spread_mm: its standard deviation, per axis, unsqueezed.
        squeezed: factor on the spread where fully squeezed. flesh: factor on a lump's radius there.
        bridge: share of the force over a gap that the neighbouring tiles carry; the rest is lost.
        seating: (n_channels,) share of its tile's force that each sensor gets.
        offset_mm: (n_channels, 2) how far each tile sits from where the layout says.
        profile: how a lump presses: 0 evenly, 0.5 like a ball (Hertz), 1 like a dome.
        known: the tables worked out so far, so that a second scene on this foam need not wait for them.
    """

    pad: PadLayout
    kernel: Kernel
    spread_mm: float
    squeezed: float
    flesh: float
    bridge: float
    seating: NDArray[np.float64]
    offset_mm: NDArray[np.float64]
    profile: float
    known: dict[tuple[float, bool], NDArray[np.float32]] = field(default_factory=dict, repr=False)
    _joined: list[FoamTables] = field(default_factory=list, repr=False)

    @classmethod
    def drawn(cls, pad: PadLayout, seed: int, severity: Severity = "real") -> Foam:
        """Foam as a maker might build it: spread within about a fifth of the documented one at `real`."""
        a, rng, n = amount(severity), draws(seed, "foam"), pad.n_channels
        kernel: Kernel = ("gaussian", "exponential", "mixed")[int(rng.integers(3))]
        return cls(
            pad,
            kernel,
            pad.foam_spread_mm * float(np.exp(rng.uniform(-0.2, 0.2) * a)),
            float(1 - rng.uniform(0.1, 0.3) * a),
            float(1 + rng.uniform(0.0, 0.15) * a),
            float(rng.uniform(0.6, 1.0)),
            1 - a * np.abs(rng.normal(0, 0.025, n)).clip(0, 0.15),
            a * rng.uniform(-0.7, 0.7, (n, 2)),
            float(rng.uniform(0.1, 1.0)),
        )

    def table(self, radius_mm: float, *, squeezed: bool) -> NDArray[np.float32]:
        """(nodes, n_channels) share of a lump's force on each tile, the lump centred on each node of the grid."""
        key = (radius_mm, squeezed)
        if key not in self.known:
            self.known[key] = self._worked_out(radius_mm, squeezed)
        return self.known[key]

    def tables(self, radii_mm: Sequence[int]) -> FoamTables:
        """The tables for at least these radii, put together anew only for a radius that no scene has used so far."""
        wanted = set(radii_mm)
        if not self._joined or not wanted <= self._joined[0].radii:
            known = self._joined[0].radii if self._joined else frozenset[int]()
            self._joined[:] = [FoamTables(self, sorted(wanted | known))]
        return self._joined[0]

    def _worked_out(self, radius_mm: float, squeezed: bool) -> NDArray[np.float32]:
        spread = self.spread_mm * (self.squeezed if squeezed else 1.0)
        radius = radius_mm * (self.flesh if squeezed else 1.0)
        reached, half = _reached(self.kernel, spread, radius, self.profile)
        xs, ys = self.nodes
        out = np.empty((len(xs), len(ys), self.pad.n_channels), np.float32)
        for k, tile in enumerate(self.pad.tiles + np.tile(self.offset_mm, 2)):
            inner = _over(reached, half, tile, xs, ys)
            outer = _over(reached, half, tile + np.array([-1, -1, 1, 1]) * self._half_gap, xs, ys)
            out[:, :, k] = self.seating[k] * np.maximum(inner + self.bridge * (outer - inner), 0.0)
        out /= np.maximum(out.sum(axis=2, keepdims=True), 1.0)  # tiles that sit askew may share a sliver
        return out.reshape(len(xs) * len(ys), -1)

    @property
    def nodes(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The grid's places across and along, in mm; node number = across x count along + along."""
        low, high = self.pad.tiles[:, :2].min(axis=0), self.pad.tiles[:, 2:].max(axis=0)
        x0, y0 = np.floor(low - MARGIN_MM)
        x1, y1 = np.ceil(high + MARGIN_MM)
        return np.arange(x0, x1 + NODE_MM, NODE_MM), np.arange(y0, y1 + NODE_MM, NODE_MM)

    @property
    def _half_gap(self) -> float:
        """Half the narrowest gap between side-by-side tiles, at most 3 mm."""
        x0, y0, x1, y1 = self.pad.tiles.T
        beside = (np.minimum(y1[:, None], y1) - np.maximum(y0[:, None], y0)) > 0
        gap = np.where(beside, x0[None, :] - x1[:, None], np.inf)
        gap = gap[gap >= 0]
        return float(min(gap.min() / 2, 3.0)) if gap.size and np.isfinite(gap.min()) else 1.0


class FoamTables:
    """The tables for the radii that a scene uses; 14 MB a radius on the reference pad."""

    def __init__(self, foam: Foam, radii_mm: Sequence[int]) -> None:
        self._foam = foam
        self._radii = np.array(sorted(set(radii_mm)), np.int64)
        self._xs, self._ys = foam.nodes
        tables = [foam.table(float(r), squeezed=s) for r in self._radii for s in (False, True)]
        self._table = np.concatenate(tables) if tables else np.zeros((0, foam.pad.n_channels), np.float32)

    @property
    def radii(self) -> frozenset[int]:
        """The radii of lumps, in mm, that there are tables for."""
        return frozenset(self._radii.tolist())

    def loads(self, touches: Sequence[Touch], n: int) -> NDArray[np.float64]:
        """(n, n_channels) newtons on each tile under all hands together at n times."""
        from scipy.sparse import csr_array

        columns, values = [], []
        for touch in touches:
            nodes, weights = self._corners(touch)
            columns.append(nodes.reshape(n, -1))
            values.append(weights.reshape(n, -1))
        if not columns:
            return np.zeros((n, self._foam.pad.n_channels))
        column, value = np.concatenate(columns, axis=1), np.concatenate(values, axis=1)
        starts = np.arange(n + 1, dtype=np.int32) * np.int32(column.shape[1])
        rows = csr_array((value.ravel(), column.ravel(), starts), shape=(n, len(self._table)))
        return np.asarray(rows @ self._table, np.float64)

    def _corners(self, touch: Touch) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """(n, m, 2 states x 4 corners) table rows and the newtons to put on each."""
        count = len(self._ys)
        u = np.clip((touch.x_mm - self._xs[0]) / NODE_MM, 0, len(self._xs) - 1.001)
        v = np.clip((touch.y_mm - self._ys[0]) / NODE_MM, 0, count - 1.001)
        i, j = u.astype(np.int32), v.astype(np.int32)
        a, b = u - i, v - j
        pressure_kpa = 1e3 * touch.force_n / (np.pi * touch.radius_mm.astype(float) ** 2)
        squeezed = pressure_kpa / (pressure_kpa + SQUEEZED_KPA)
        state = np.searchsorted(self._radii, touch.radius_mm) * 2
        nodes, weights = [], []
        for which, share in ((0, 1 - squeezed), (1, squeezed)):
            base = ((state + which) * (len(self._xs) * count)).astype(np.int32)
            force = touch.force_n * share
            for di, wi in ((0, 1 - a), (1, a)):
                for dj, wj in ((0, 1 - b), (1, b)):
                    nodes.append(base + (i + di) * np.int32(count) + (j + dj))
                    weights.append((force * wi * wj).astype(np.float32))
        return np.stack(nodes, axis=-1), np.stack(weights, axis=-1)


def _reached(kernel: Kernel, spread_mm: float, radius_mm: float, profile: float) -> tuple[NDArray[np.float64], int]:
    """The share of a lump's force within the quadrant below and left of each point, on a 1 mm grid about its centre.

    Returns the table, (2 half + 2) a side, whose entry [i, j] is what lies below i - half - 0.5 and j - half - 0.5 mm,
    and `half`; it is the integral of the kernel smeared over the lump's disc.
    """
    half = int(np.ceil(radius_mm + 7 * spread_mm)) + 1
    # Oversampled radii keep the disc's area true: each cell is the mean of 4 x 4 points.
    fine = (np.arange(-4 * half, 4 * half + 4) + 0.5) / 4 - 0.5
    r2 = fine[:, None] ** 2 + fine[None, :] ** 2
    disc = np.where(r2 < radius_mm**2, np.clip(1 - r2 / radius_mm**2, 1e-9, 1) ** profile, 0.0)
    side = 2 * half + 1
    disc = disc.reshape(side, 4, side, 4).mean(axis=(1, 3))
    r = np.hypot(*np.meshgrid(np.arange(-half, half + 1), np.arange(-half, half + 1)))
    # An isotropic exp(-r/L) has a standard deviation of sqrt(3) L an axis.
    gaussian = np.exp(-0.5 * (r / spread_mm) ** 2)
    exponential = np.exp(-np.sqrt(3) * r / spread_mm)
    gaussian, exponential = gaussian / gaussian.sum(), exponential / exponential.sum()
    share = {"gaussian": 0.0, "exponential": 1.0, "mixed": 0.4}[kernel]
    smear = (1 - share) * gaussian + share * exponential
    shape = (2 * side, 2 * side)
    whole = np.fft.irfft2(np.fft.rfft2(disc, shape) * np.fft.rfft2(smear, shape), shape)
    whole = np.maximum(whole[half : half + side, half : half + side], 0.0)
    reached = np.zeros((side + 1, side + 1))
    reached[1:, 1:] = np.cumsum(np.cumsum(whole / whole.sum(), axis=0), axis=1)
    return reached, half


def _over(
    reached: NDArray[np.float64],
    half: int,
    tile: NDArray[np.float64],
    xs: NDArray[np.float64],
    ys: NDArray[np.float64],
) -> NDArray[np.float64]:
    """(across, along) share of a lump's force over one rectangle, the lump centred on each node."""
    last = len(reached) - 1

    def below(edge: float, nodes: NDArray[np.float64], table: NDArray[np.float64]) -> NDArray[np.float64]:
        # The nodes lie whole millimetres apart, so one fraction serves them all.
        place = edge - nodes + half + 0.5
        row = np.floor(place + 1e-9).astype(np.int64)
        part = float(np.clip(place[0] - row[0], 0.0, 1.0))
        return np.asarray((1 - part) * table[np.clip(row, 0, last)] + part * table[np.clip(row + 1, 0, last)])

    across = below(tile[2], xs, reached) - below(tile[0], xs, reached)
    return (below(tile[3], ys, across.T) - below(tile[1], ys, across.T)).T

"""Hands made of nothing but geometry: even patches on Gaussian foam over sensors of unlike gain.

Deliberately simple and unlike `rig.virtual`, so that the analysis is not tuned to one simulator's habits.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import erf

from rig.analysis.analysis import Analysis
from rig.analysis.tables import join
from rig.calibration.circuit import counts_for
from rig.calibration.nominal import NominalConversion, nominal_conductance_s
from rig.frame import Block
from rig.pad import PadLayout, load_pad, parse_pad

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from rig.analysis.findings import Findings

    Values = NDArray[np.float64]
    Times = NDArray[np.float64]
    Touch = tuple[Values, Values, Values]
    Place = tuple[float, float]
    Course = Callable[[Times], Touch]


@dataclass(frozen=True)
class Patch:
    """A rectangle of even pressure (mm) that follows `course`: times in s -> x, y in mm and force in N."""

    course: Course
    width_mm: float
    length_mm: float


THUMB, HEEL, PALM, TIPS = (18.0, 20.0), (55.0, 45.0), (80.0, 85.0), (62.0, 18.0)


def still(x: float, y: float, force: float, t0: float = 0.0, t1: float = 1e9) -> Course:
    """A press at one place from t0 to t1 with ramps of a tenth of a second inside."""

    def course(t: Times) -> Touch:
        on = np.clip(np.minimum(t - t0, t1 - t) / 0.1, 0, 1)
        return np.full_like(t, x), np.full_like(t, y), force * on

    return course


def sweep(start: Place, end: Place, force: float, t0: float, t1: float, rise: float = 0.1) -> Course:
    """A straight stroke from start to end (x, y) with a smooth speed, lifting at both ends."""

    def course(t: Times) -> Touch:
        u = np.clip((t - t0) / (t1 - t0), 0, 1)
        s = (1 - np.cos(np.pi * u)) / 2
        on = np.clip(np.minimum(t - t0, t1 - t) / rise, 0, 1)
        return start[0] + s * (end[0] - start[0]), start[1] + s * (end[1] - start[1]), force * on

    return course


def circle(x: float, y: float, radius: float, force: float, t0: float, t1: float, turns: float) -> Course:
    """Counter-clockwise circles about (x, y) at an even pace."""

    def course(t: Times) -> Touch:
        phase = 2 * np.pi * turns * np.clip((t - t0) / (t1 - t0), 0, 1)
        on = np.clip(np.minimum(t - t0, t1 - t) / 0.1, 0, 1)
        return x + radius * np.cos(phase), y + radius * np.sin(phase), force * on

    return course


def rubbing(start: Place, end: Place, force: float, t0: float, t1: float, cycles: float) -> Course:
    """There and back without lifting, as a sine."""

    def course(t: Times) -> Touch:
        s = (1 - np.cos(2 * np.pi * cycles * np.clip((t - t0) / (t1 - t0), 0, 1))) / 2
        on = np.clip(np.minimum(t - t0, t1 - t) / 0.1, 0, 1)
        return start[0] + s * (end[0] - start[0]), start[1] + s * (end[1] - start[1]), force * on

    return course


@dataclass
class Bench:
    """A pad as built: foam, gains and noise; `block` lets hands press on it."""

    pad: PadLayout
    sigma_mm: float = 9.0
    gains: NDArray[np.float64] | None = None
    offset_n: NDArray[np.float64] | float = 0.0
    noise_counts: float = 0.5
    seed: int = 0
    rng: np.random.Generator = field(init=False)

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng(self.seed)

    def forces(self, t: NDArray[np.float64], patches: Sequence[Patch]) -> NDArray[np.float64]:
        """(n, channels) newtons on each tile after the foam."""
        total = np.zeros((len(t), self.pad.n_channels))
        x0, y0, x1, y1 = self.pad.tiles.T
        for p in patches:
            x, y, f = p.course(t)
            across = _on(x0 - 1, x1 + 1, x, p.width_mm, self.sigma_mm)
            along = _on(y0 - 1, y1 + 1, y, p.length_mm, self.sigma_mm)
            total += f[:, None] * across * along
        return total

    def block(self, seconds: float, patches: Sequence[Patch], rate_hz: float = 200.0) -> Block:
        """Scans at an even rate."""
        t_us = np.rint(np.arange(round(seconds * rate_hz)) / rate_hz * 1e6).astype(np.int64)
        return self.counts(t_us, self.forces(t_us / 1e6, patches))

    def counts(self, t_us: NDArray[np.int64], forces: NDArray[np.float64]) -> Block:
        gains = 1.0 if self.gains is None else self.gains
        g = nominal_conductance_s(forces * gains + self.offset_n)
        c = counts_for(g, self.pad.full_scale, self.pad.divider_ohm)
        c = c + self.noise_counts * self.rng.standard_normal(c.shape) * (c > 0.2)
        return Block.of(t_us, np.clip(np.rint(c), 0, self.pad.full_scale).astype(np.uint16))


def _on(low: Values, high: Values, centre: Values, size: float, sigma: float) -> Values:
    """(n, tiles) part of an even interval around `centre` that lands between low and high after a blur."""

    def ramp(d: Values) -> Values:
        u = d / sigma
        return np.asarray(sigma * (u * 0.5 * (1 + erf(u / np.sqrt(2))) + np.exp(-0.5 * u * u) / np.sqrt(2 * np.pi)))

    c = centre[:, None]
    a, b = c - size / 2, c + size / 2
    return np.asarray((ramp(high - a) - ramp(high - b) - ramp(low - a) + ramp(low - b)) / size)


@lru_cache
def between_columns() -> PadLayout:
    """Six columns of sixteen rows, none of them under the line."""
    columns = ((-144, -96), (-94, -50), (-48, -1), (1, 48), (50, 94), (96, 144))
    sensors = [
        f"{{ channel = {6 * row + k}, x_mm = {(x0 + x1) / 2}, y_mm = {y}, tile_mm = [{x0}, {y - 19}, {x1}, {y + 19}] }}"
        for row, y in enumerate(range(-60, 541, 40))
        for k, (x0, x1) in enumerate(columns)
    ]
    return parse_pad(
        f'name = "between"\nadc_bits = 10\ndivider_ohm = 3300\nsensors = [{", ".join(sensors)}]', "between"
    )


@lru_cache
def pad_named(name: str) -> PadLayout:
    return load_pad(name)


def findings_of(
    hands: Sequence[Patch], seconds: float, rate_hz: float = 100.0, seed: int = 0, pad_name: str = "back-144"
) -> Findings:
    """All that is found of hands on a pad whose foam and gains are drawn."""
    pad = pad_named(pad_name)
    rng = np.random.default_rng(seed)
    bench = Bench(pad, rng.uniform(7, 11), rng.uniform(0.8, 1.2, pad.n_channels), rng.uniform(0, 0.1, pad.n_channels))
    analysis = Analysis(pad, NominalConversion(pad))
    return join([analysis.push(bench.block(seconds, hands, rate_hz)), analysis.finish()])

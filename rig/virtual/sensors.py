"""The sensors: newtons on a tile to counts of the ADC, no two sensors alike.

A force-sensitive resistor conducts more the harder it is pressed: about 110 uS at 1 N and 750 uS at 10 N for an FSR
402 (the maker's curve), with a gain that differs by a fifth or more from part to part, a dead zone, a ceiling, and a
memory: it lags when unloaded, creeps with the logarithm of time, warms up. Several *families* of curve and of memory
exist here, none of them the one that any fit assumes; each virtual pad draws its families and then every sensor its own
numbers. The counts follow from the pad's divider and ADC.

The rule: a `Reading` is asked for consecutive rows, and each row takes the same few operations, so its counts depend
on the rows before and on nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from rig.virtual.memory import Memory, MemoryState
from rig.virtual.severity import Severity, amount, draws

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.pad import PadLayout

Law = Literal["power", "logarithmic", "two-regime", "hill"]
LAWS: tuple[Law, ...] = ("power", "logarithmic", "two-regime", "hill")

SIEMENS_AT_1_N = 110e-6
"""Conductance at 1 N of a middling sensor (Interlink FSR 402 force curve, read off its data sheet)."""

TEMPERATURE_PER_K = 0.0025
"""Change of conductance a degree: the maker gives -40..+85 C as moving it about a quarter percent a degree."""


@dataclass(frozen=True, eq=False)
class SensorArray:
    """The sensors of one pad; every array is (n_channels,).

    Attributes:
        law: number of each sensor's curve in `LAWS`.
        gain: conductance at 1 N in siemens. exponent: slope in the logarithm. knee_n: where the curve bends.
        least_n: the dead zone. ceiling_ohm: series resistance that conductance runs into.
        preload_n: weight of tile and foam; preload_drift_n: how far that wanders; drift_omega, drift_phase: how.
        warmth_k: how far the sensor warms up under the hands, in degrees.
        noise: relative noise of the conductance. adc_noise: noise of the ADC in counts (rms).
        memory: lag, creep and what a press leaves behind.
    """

    pad: PadLayout
    law: NDArray[np.int64]
    gain: NDArray[np.float64]
    exponent: NDArray[np.float64]
    knee_n: NDArray[np.float64]
    least_n: NDArray[np.float64]
    ceiling_ohm: NDArray[np.float64]
    preload_n: NDArray[np.float64]
    preload_drift_n: NDArray[np.float64]
    drift_omega: NDArray[np.float64]
    drift_phase: NDArray[np.float64]
    warmth_k: NDArray[np.float64]
    noise: NDArray[np.float64]
    adc_noise: float
    memory: Memory

    @classmethod
    def drawn(cls, pad: PadLayout, seed: int, severity: Severity = "real") -> SensorArray:
        """A pad's worth of sensors: gains spread by 20 % (lognormal) at `real`, exponents 0.7-1."""
        a, rng, n = amount(severity), draws(seed, "sensors"), pad.n_channels
        main = int(rng.integers(len(LAWS)))
        # A maker buys one part, but a nasty pad was mended with others.
        law = np.where(rng.random(n) < 0.12 * max(a - 1, 0), rng.integers(len(LAWS), size=n), main)
        centre = rng.uniform(0.78, 0.92)
        return cls(
            pad=pad,
            law=law,
            gain=SIEMENS_AT_1_N * np.exp(rng.normal(rng.normal(0, 0.08), 0.20 * a, n)),
            exponent=np.clip(rng.normal(centre, 0.04 * a, n), 0.70, 1.0),
            knee_n=np.exp(rng.normal(np.log(8.0), 0.25 * a, n)),
            least_n=np.abs(rng.normal(0.05, 0.04 * a, n)).clip(0, 0.25),
            ceiling_ohm=rng.uniform(120, 420, n),
            preload_n=np.abs(rng.normal(0.04, 0.06 * a, n)),
            preload_drift_n=a * rng.uniform(0, 0.03, n),
            drift_omega=2 * np.pi / rng.uniform(60, 900, n),
            drift_phase=rng.uniform(0, 2 * np.pi, n),
            warmth_k=a * rng.uniform(0, 6, n),
            noise=a * rng.uniform(0.0008, 0.003, n),
            adc_noise=float(rng.uniform(0.3, 0.7) * a),
            memory=Memory.drawn(n, rng, a),
        )

    def reading(self, seed: int) -> Reading:
        """Start reading the sensors, at rest; `seed` draws the noise."""
        return Reading(self, seed)

    def conductance(self, force_n: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, n_channels) siemens under (n, n_channels) newtons, without memory, warmth and noise."""
        u = np.maximum(force_n - self.least_n, 0.0)
        out = np.empty_like(u)
        for number, law in enumerate(LAWS):
            at = np.flatnonzero(self.law == number)
            if at.size:
                out[:, at] = self.gain[at] * _curve(law, u[:, at], self.exponent[at], self.knee_n[at])
        return out / (1 + self.ceiling_ohm * out)

    def ratio(self, siemens: NDArray[np.float64]) -> NDArray[np.float64]:
        """What the divider makes of a conductance: voltage over reference, 0 to 1."""
        through = self.pad.divider_ohm * siemens
        return through / (1 + through)


class Reading:
    """One run of the sensors through time: `counts` is called with consecutive rows."""

    def __init__(self, sensors: SensorArray, seed: int) -> None:
        self._sensors = sensors
        self._rng = draws(seed, "reading")
        self._state: MemoryState = sensors.memory.at_rest()
        self._last_s: float | None = None

    def counts(self, t_s: NDArray[np.float64], load_n: NDArray[np.float64]) -> NDArray[np.uint16]:
        """(n, n_channels) counts under the loads (newtons on each tile) at (n,) seconds, ascending."""
        s, n = self._sensors, len(t_s)
        before = t_s[0] if self._last_s is None else self._last_s
        step_s = np.diff(t_s, prepend=before)
        self._last_s = float(t_s[-1])
        drift = s.preload_drift_n * np.sin(s.drift_omega * t_s[:, None] + s.drift_phase)
        force = np.maximum(load_n + s.preload_n + drift, 0.0)
        lag, left_n = s.memory.follow(self._state, step_s, force)
        siemens = s.conductance(force + left_n)
        warm = TEMPERATURE_PER_K * s.warmth_k * (1 - np.exp(-t_s / 300.0))[:, None]
        siemens *= lag * (1 + warm) * (1 + s.noise * self._rng.standard_normal((n, len(s.gain))))
        full = s.pad.full_scale
        count = s.ratio(siemens) * (full + 1) + s.adc_noise * self._rng.standard_normal((n, len(s.gain)))
        return np.clip(np.floor(count), 0, full).astype(np.uint16)


def _curve(
    law: Law, u: NDArray[np.float64], exponent: NDArray[np.float64], knee_n: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Conductance over that at 1 N, under `u` newtons beyond the dead zone; each law is 1 at 1 N."""
    if law == "power":
        return u**exponent
    if law == "logarithmic":
        return np.log1p(u / knee_n) / np.log1p(1 / knee_n)
    if law == "two-regime":  # proportional at first, flatter beyond a quarter of the knee
        bend = 4 / knee_n
        return u * ((1 + bend) / (1 + bend * u)) ** (1.6 * (1 - exponent))
    top = (6 * knee_n) ** exponent
    raised = u**exponent
    return raised * (top + 1) / (top + raised)

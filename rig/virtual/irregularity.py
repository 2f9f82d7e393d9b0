"""What makes a hand human: tremor, wander, an unsteady force, a load that rolls over the palm.

Each is a `Wobble`: a sum of a few sines with random frequencies and phases, so it is a plain function of time.
That is the rule which keeps a scene independent of how it is cut: nothing here remembers the last sample.
Amplitudes: physiological tremor of the hand is 6-12 Hz; 0.3-1 mm is our choice for a hand that rests on a pad.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rig.virtual.severity import Severity, amount

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Wobble:
    """A band-limited random function of time: (m,) amplitudes, angular frequencies (rad/s) and phases."""

    amplitude: NDArray[np.float64]
    omega: NDArray[np.float64]
    phase: NDArray[np.float64]

    @classmethod
    def drawn(cls, rng: np.random.Generator, rms: float, low_hz: float, high_hz: float, sines: int = 4) -> Wobble:
        """A wobble of the given rms between two frequencies (log-uniform)."""
        share = rng.uniform(0.4, 1.0, sines)
        share *= np.sqrt(2.0 / np.sum(share**2))
        omega = 2 * np.pi * np.exp(rng.uniform(np.log(low_hz), np.log(high_hz), sines))
        return cls(rms * share, omega, rng.uniform(0, 2 * np.pi, sines))

    def at(self, t_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n,) values at the given seconds."""
        total = np.zeros(len(t_s))
        for amplitude, omega, phase in zip(self.amplitude, self.omega, self.phase, strict=True):
            total += amplitude * np.sin(omega * t_s + phase)
        return total


@dataclass(frozen=True, eq=False)
class Irregularity:
    """One hand's own unsteadiness.

    Attributes:
        x_mm, y_mm: tremor and wander of the place, each a tuple of wobbles that add up.
        force: relative change of the force. angle_rad: turning of the hand.
        roll: one wobble a lump of the patch: how the load moves about under the hand, relative.
    """

    x_mm: tuple[Wobble, ...]
    y_mm: tuple[Wobble, ...]
    force: tuple[Wobble, ...]
    angle_rad: Wobble
    roll: tuple[Wobble, ...]

    @classmethod
    def drawn(cls, rng: np.random.Generator, lumps: int, severity: Severity = "real") -> Irregularity:
        """A person's hand: tremor 0.3-1 mm at 6-12 Hz, wander of 1-2 mm, force unsteady by about a tenth."""
        a = amount(severity)

        def place() -> tuple[Wobble, ...]:
            tremor = Wobble.drawn(rng, a * rng.uniform(0.2, 0.6) / np.sqrt(2), 6.0, 12.0, 3)
            return tremor, Wobble.drawn(rng, a * rng.uniform(0.4, 1.0), 0.1, 1.0)

        slow = Wobble.drawn(rng, a * rng.uniform(0.03, 0.08), 0.2, 2.0)
        quick = Wobble.drawn(rng, a * rng.uniform(0.01, 0.03), 4.0, 12.0)
        roll = tuple(Wobble.drawn(rng, a * rng.uniform(0.06, 0.15), 0.2, 2.0, 2) for _ in range(lumps))
        x_mm, y_mm = place(), place()
        return cls(x_mm, y_mm, (slow, quick), Wobble.drawn(rng, a * np.radians(3), 0.1, 0.7, 3), roll)


def total(wobbles: tuple[Wobble, ...], t_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n,) the sum of several wobbles."""
    out = np.zeros(len(t_s))
    for wobble in wobbles:
        out += wobble.at(t_s)
    return out

"""The static curve: one shape for the whole pad, and for each sensor where it sits on it.

With G the conductance beyond the unloaded one, z = (ln G - a) / b brings every sensor of the pad onto one scale
(about the logarithm of newtons), and the pad's shape maps z to ln F. A sensor with enough weights of its own may add a
correction of its own, a broken line over z. The rule: both are monotone tables read by linear interpolation and
continued by straight lines, so a curve needs no library and reads the same everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_LN_N = 11.5
"""No sensor bears 100 kN: where a curve is continued far beyond its loads, it ends here."""

LEAST_SLOPE, MOST_SLOPE = 0.3, 3.0
"""How steep the shape may be: the part's published exponents, 0.5 to 1.4 on z of its own mean, with room."""


@dataclass(frozen=True, eq=False)
class Shape:
    """The pad's shape: (k,) ascending z and (k,) ascending ln F."""

    z: NDArray[np.float64]
    ln_force: NDArray[np.float64]

    def at(self, z: NDArray[np.float64]) -> NDArray[np.float64]:
        """The ln F at any z, any shape."""
        inside = np.interp(z, self.z, self.ln_force)
        low, high = self._ends()
        below, above = np.minimum(z - self.z[0], 0.0), np.maximum(z - self.z[-1], 0.0)
        return np.asarray(inside + low * below + high * above)

    def slope(self, z: NDArray[np.float64]) -> NDArray[np.float64]:
        """The slope d ln F / d z at any z."""
        step = 0.05
        return (self.at(z + step) - self.at(z - step)) / (2 * step)

    def inverse(self, ln_force: NDArray[np.float64]) -> NDArray[np.float64]:
        """The z at any ln F."""
        inside = np.interp(ln_force, self.ln_force, self.z)
        low, high = self._ends()
        below = np.minimum(ln_force - self.ln_force[0], 0.0)
        above = np.maximum(ln_force - self.ln_force[-1], 0.0)
        return np.asarray(inside + below / low + above / high)

    def _ends(self) -> tuple[float, float]:
        low = (self.ln_force[1] - self.ln_force[0]) / (self.z[1] - self.z[0])
        high = (self.ln_force[-1] - self.ln_force[-2]) / (self.z[-1] - self.z[-2])
        return float(np.clip(low, LEAST_SLOPE, MOST_SLOPE)), float(np.clip(high, LEAST_SLOPE, MOST_SLOPE))


@dataclass(frozen=True, eq=False)
class Own:
    """A sensor's own correction: (k,) ascending z and (k,) what is added to ln F there; level beyond its ends."""

    z: NDArray[np.float64]
    added: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Curves:
    """The static curves of a pad: `a` is ln G (siemens) at z = 0 and `b` the exponent, both (n_channels,)."""

    a: NDArray[np.float64]
    b: NDArray[np.float64]
    shape: Shape
    own: dict[int, Own]

    def ln_force(self, net_s: NDArray[np.float64], channel: NDArray[np.int64]) -> NDArray[np.float64]:
        """(n,) ln F of (n,) conductances beyond the unloaded one on (n,) channels; -inf where there is none."""
        with np.errstate(divide="ignore"):
            z = (np.log(net_s) - self.a[channel]) / self.b[channel]
        # -inf stays -inf through the straight line below the table.
        out = self.shape.at(z)
        for number, own in self.own.items():
            at = channel == number
            out[at] += np.interp(z[at], own.z, own.added)
        return out

    def force_n(self, net_s: NDArray[np.float64], channel: NDArray[np.int64]) -> NDArray[np.float64]:
        """(n,) newtons of (n,) conductances beyond the unloaded one on (n,) channels."""
        return np.asarray(np.exp(np.minimum(self.ln_force(net_s, channel), MOST_LN_N)))

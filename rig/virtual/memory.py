"""What a sensor remembers: lag on unloading, creep with the logarithm of time, a little left behind by each press.

Each effect is one *linear recurrence* s[i] = s[i-1] * keep[i] + add[i], whose factors depend on the load alone, so all
of them run in one loop over rows:

- lag: Dahl's friction law in the logarithm of the load, h -> sign(dx) + (h - sign(dx)) exp(-|dx|/x0): conductance
  is low on the way up and high on the way down, whatever the speed;
- creep, family "ageing": the time since the load last changed much, age -> (age + dt) exp(-|dx|/x1); conductance
  grows by a few percent for each decade of it;
- creep, family "spring-dashpot": the load seen through three slow springs, seconds to minutes;
- rest: some of the load stays in the foam for seconds after the hand has gone.

The rule: only + - * and exp on rows of fixed shape, so the state after a row does not depend on how rows are grouped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LAG, _AGE, _REST, _SPRINGS = 0, 1, 2, 3
_SPRING_S = (0.8, 6.0, 45.0)
_STATES = _SPRINGS + len(_SPRING_S)
_LOG_FROM_N = 0.3
_YOUNGEST_S = 0.1


@dataclass(eq=False)
class MemoryState:
    """Where one run of a pad's sensors has got to."""

    values: NDArray[np.float64]
    x: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Memory:
    """The strength of each effect, every array (n_channels,).

    Attributes:
        creep: which family the pad's sensors belong to.
        lag: half the width of the hysteresis, relative (2-5 %). lag_x0: load change, in its logarithm, that swings it.
        creep_decade: relative growth a decade of time (2-6 %).
        rest: share of the load that stays behind. rest_s: for how long.
    """

    creep: Literal["ageing", "spring-dashpot"]
    lag: NDArray[np.float64]
    lag_x0: NDArray[np.float64]
    creep_decade: NDArray[np.float64]
    rest: NDArray[np.float64]
    rest_s: NDArray[np.float64]

    @classmethod
    def drawn(cls, n: int, rng: np.random.Generator, a: float) -> Memory:
        """Hysteresis of about 10 % and creep below 5 % a decade at `a` = 1, as the maker states them."""
        return cls(
            ("ageing", "spring-dashpot")[int(rng.integers(2))],
            a * rng.uniform(0.02, 0.05, n),
            rng.uniform(0.15, 0.5, n),
            a * rng.uniform(0.02, 0.05, n),
            a * rng.uniform(0.0, 0.015, n),
            rng.uniform(1.0, 6.0, n),
        )

    def at_rest(self) -> MemoryState:
        """A pad that nobody has touched for long."""
        n = len(self.lag)
        return MemoryState(np.zeros((_STATES, n)), np.zeros(n))

    def follow(
        self, state: MemoryState, step_s: NDArray[np.float64], force_n: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Move `state` through (n, n_channels) loads: the factor on conductance, and newtons left over from before."""
        n, channels = force_n.shape
        x = np.log1p(force_n / _LOG_FROM_N)
        dx = np.diff(x, axis=0, prepend=state.x[None])
        way, size = np.sign(dx), np.abs(dx)
        keep, add = np.empty((n, _STATES, channels)), np.empty((n, _STATES, channels))
        keep[:, _LAG] = np.exp(-size / self.lag_x0)
        add[:, _LAG] = way * (1 - keep[:, _LAG])
        dt = step_s[:, None]
        keep[:, _AGE] = keep[:, _LAG]
        add[:, _AGE] = dt * keep[:, _LAG]
        keep[:, _REST] = np.exp(-dt / self.rest_s)
        add[:, _REST] = force_n * (1 - keep[:, _REST])
        for k, tau_s in enumerate(_SPRING_S):
            stay = np.exp(-dt / tau_s)
            keep[:, _SPRINGS + k] = stay
            add[:, _SPRINGS + k] = x * (1 - stay)
        past = np.empty((n, _STATES, channels))
        values = state.values
        for i in range(n):
            np.multiply(values, keep[i], out=values)
            np.add(values, add[i], out=values)
            past[i] = values
        state.x = x[-1].copy()
        return self._factor(x, past), np.maximum(self.rest * (past[:, _REST] - force_n), 0.0)

    def _factor(self, x: NDArray[np.float64], past: NDArray[np.float64]) -> NDArray[np.float64]:
        factor: NDArray[np.float64] = 1 - self.lag * past[:, _LAG]
        if self.creep == "ageing":
            factor *= 1 + self.creep_decade * (np.log10(1 + past[:, _AGE] / _YOUNGEST_S) - 1)
            return factor
        # A load that stands leads its springs by nothing; one just applied leads all of them.
        lead = np.zeros_like(x)
        for k in range(len(_SPRING_S)):
            lead += x - past[:, _SPRINGS + k]
        factor *= 1 - self.creep_decade * 0.6 * np.clip(lead, -3.0, 9.0) / 3
        return factor

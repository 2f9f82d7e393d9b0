"""Where free pressing begins: what the weights left of each sensor, and how firmly they knew it.

Sensors that bore weights are held to them, the others to the population; the shape and the memory may move as far as
weights on a few sensors cannot tell. The rule: what the pressing cannot tell stays where it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rig.calibration.curve import Shape
from rig.calibration.memory import TAUS_S, WIDTHS
from rig.calibration.model import COEFFICIENT_SD, N_TERMS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.calibration.profile import Profile

SHAPE_SD, SHAPE_SD_N = 0.05, 0.05
"""How far pressing may move the shape that the weights gave: in ln F, and in newtons, since few weighed sensors say
little of how a pad's sensors begin to respond."""

ALIKE_Z = 0.7
"""How far along z the shape moves together."""

COMMON_SD = 0.1
"""What hands read beside settled weights, in ln of conductance and on all sensors alike: some of their force falls
into gaps, and no press lasts as long as a weight. So weighed sensors may follow the others, all together."""

LAG_SD_S = 0.05

BELOW = 2.0
"""So far below the smallest weight, in z, the shape is let bend: what 144 sensors still feel a little of after a press
is newtons in all, and else it would bend the shape where it matters."""

_FIXED = 1e-4


@dataclass(frozen=True, eq=False)
class State:
    """Parameters under way: (n,) a, b; shape; (N_TERMS,) coefficients of the memory; the reference's lag."""

    a: NDArray[np.float64]
    b: NDArray[np.float64]
    shape: Shape
    memory: NDArray[np.float64]
    lag_s: float = 0.0


def start_of(profile: Profile, lag_s: float) -> State:
    """Where a profile begins: its own numbers, and its shape continued below the smallest weight."""
    curves, memory = profile.curves, np.zeros(N_TERMS)
    for tau, value in zip(profile.memory.tau_s, profile.memory.creep, strict=True):
        if tau in TAUS_S:
            memory[TAUS_S.index(tau)] = value
    for width, value in zip(profile.memory.width, profile.memory.hysteresis, strict=True):
        if width in WIDTHS:
            memory[len(TAUS_S) + WIDTHS.index(width)] = value
    shape = curves.shape
    below = shape.z[0] - np.arange(BELOW, 0, -0.25)
    longer = Shape(np.concatenate([below, shape.z]), np.concatenate([shape.at(below), shape.ln_force]))
    return State(curves.a, curves.b, longer, memory, lag_s)


def prior_of(base: Profile, start: State, nodes: NDArray[np.float64], taught: NDArray[np.bool_]) -> NDArray[np.float64]:
    """(size, size) how firmly each parameter is held to its start: gains, exponents, lag, shape at nodes, memory.

    `taught` says for the lag and each term of the memory whether the pressing can tell it.
    """
    by_weight = np.array([s.method == "weights" for s in base.sensors])
    error = np.array([s.uncertainty * s.exponent for s in base.sensors])
    memory_sd = np.where(taught[1:], COEFFICIENT_SD, _FIXED)
    gain = np.where(by_weight, np.clip(error, 0.02, 0.1), max(base.gain_spread, 0.15))
    exponent = np.where(by_weight, 0.02, max(base.exponent_spread, 0.03))
    sd = np.concatenate([gain, exponent, [LAG_SD_S if taught[0] else _FIXED], np.ones(len(nodes)), memory_sd])
    prior = np.diag(sd**-2.0)
    weighed = np.flatnonzero(by_weight)
    prior[np.ix_(weighed, weighed)] = np.linalg.inv(np.diag(gain[weighed] ** 2) + COMMON_SD**2)
    bend = np.hypot(SHAPE_SD, SHAPE_SD_N / np.exp(start.shape.at(nodes)))
    together = np.exp(-0.5 * ((nodes[:, None] - nodes) / ALIKE_Z) ** 2) + 1e-3 * np.eye(len(nodes))
    own = slice(2 * len(gain) + 1, 2 * len(gain) + 1 + len(nodes))
    prior[own, own] = np.linalg.inv(np.outer(bend, bend) * together)
    return prior

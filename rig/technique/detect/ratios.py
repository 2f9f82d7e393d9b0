"""How much an amount speaks for what is expected: a density against a reference, as a logarithm.

The rule: nothing that is seen once rules anything out, so every ratio keeps a share of the reference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

ASTRAY = 0.1
"""The share of movements that are as they are by chance, whatever step they belong to."""

SOFT = 0.25
"""How fast, in natural logarithms, an amount outside its range becomes unlikely."""


def within(
    values: NDArray[np.float64],
    expected: tuple[float, float],
    everywhere: tuple[float, float],
    *,
    astray: float = ASTRAY,
    soft: float = SOFT,
) -> NDArray[np.float64]:
    """(n,) logarithms for amounts expected in a range, against any from `everywhere`; evenly on a scale of ratios.

    0 for what is NaN.
    """
    low, high = expected
    log = np.log(np.clip(values, *everywhere))
    off = np.maximum(np.maximum(np.log(low) - log, log - np.log(high)), 0.0)
    gain = np.log(everywhere[1] / everywhere[0]) / (np.log(high / low) + 2 * soft)
    ratios = np.log(astray + (1 - astray) * gain * np.exp(-off / soft))
    return np.where(np.isnan(values), 0.0, ratios)

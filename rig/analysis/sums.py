"""Sums by group, and quotients of them, that no block size can change.

The rule: `bincount` adds one entry after the other, so a group's sum depends on its own entries and their order
only; divisions are elementwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def group_sums(group: NDArray[np.int64], values: NDArray[np.float64], groups: int) -> NDArray[np.float64]:
    """(groups,) sums of (k,) values whose (k,) groups count from 0."""
    return np.asarray(np.bincount(group, values, groups), np.float64)


def quotient(over: NDArray[np.float64], under: NDArray[np.float64], otherwise: float = 0.0) -> NDArray[np.float64]:
    """over / under where under is positive, else `otherwise`; all one-dimensional and alike."""
    result = np.full(len(over), otherwise)
    np.divide(over, under, out=result, where=under > 0)
    return result

"""Loads that a hand brings along from the step before: "next" is said while hands are still down.

What was allowed when a hand laid it on is no fault of the next step, which may allow less. The rule: a load keeps the
limit of the step in which it began until it has fallen to the new one, for `LEAVING_US` at most; a load that comes
later has the new limit, and so has one that was too much before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEAVING_US = 3_000_000
"""Who has heard that the next step comes has left by then: a resting hand takes a second to lift, a word another."""


class Carried:
    """Watches the limits of one kind of load from step to step."""

    def __init__(self) -> None:
        self._row: int | None = None
        self._load, self._limit = 0.0, 0.0
        self._kept: tuple[float, int] | None = None

    def limits(
        self, t_us: NDArray[np.int64], row: NDArray[np.int64], load: NDArray[np.float64], limit: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """The limits that hold for the loads of the next hops, all (h,), h > 0; `row` is the mark of each."""
        first = int(row[0])
        if self._kept is None and first in (self._row, None) and (len(row) == 1 or int(row[-1]) == first):
            allowed = limit
        else:
            allowed = self._allowed(t_us, row, load, limit)
        self._row, self._load, self._limit = int(row[-1]), float(load[-1]), float(allowed[-1])
        return allowed

    def _allowed(
        self, t_us: NDArray[np.int64], row: NDArray[np.int64], load: NDArray[np.float64], limit: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        allowed = limit.copy()
        before_row, before_load, before_limit = self._row, self._load, self._limit
        for k, (t, mark, here, least) in enumerate(
            zip(t_us.tolist(), row.tolist(), load.tolist(), limit.tolist(), strict=True)
        ):
            if before_row is not None and mark != before_row and least < before_load <= before_limit:
                self._kept = (before_limit, t + LEAVING_US)
            if self._kept is not None and (here <= least or t >= self._kept[1]):
                self._kept = None
            if self._kept is not None:
                allowed[k] = max(least, self._kept[0])
            before_row, before_load, before_limit = mark, here, float(allowed[k])
        return allowed

"""A load cell amplifier on a virtual board: what it reads, and when.

Readings are ready at a steady pace from the start of the stream on. The rule that keeps it right: a reading's moment
is a whole number of the board's ticks, so how often the board is looked at changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from rig.virtual.pace import TICK_HZ
from rig.wire.codec import encode
from rig.wire.packets import LOAD_MOST, Load, LoadStatus

if TYPE_CHECKING:
    from numpy.typing import NDArray

LoadSource = Callable[["NDArray[np.int64]"], "NDArray[np.int64]"]
"""Times (n,) in microseconds since the first start to raw readings (n,); beyond 24 bits they saturate."""


class VirtualLoadCell:
    """An amplifier that reads `source`, `readings_per_s` times a second."""

    def __init__(self, source: LoadSource, readings_per_s: int = 80) -> None:
        self._source = source
        self._period = TICK_HZ // readings_per_s
        self._seen = 0

    def said(self, start: int, now: int, t_us: Callable[[list[int]], NDArray[np.int64]]) -> bytes:
        """The packets of the readings that became ready since the last call.

        Args:
            start, now: the stream's first tick and the present one.
            t_us: from ticks to the times that the source takes.
        """
        seen = max(self._seen - start, 0) // self._period
        self._seen = now
        ticks = [start + number * self._period for number in range(seen + 1, (now - start) // self._period + 1)]
        if not ticks:
            return b""
        raw = np.clip(self._source(t_us(ticks)), -LOAD_MOST - 1, LOAD_MOST).tolist()
        return b"".join(encode(_load(tick, value)) for tick, value in zip(ticks, raw, strict=True))


def _load(tick: int, raw: int) -> Load:
    saturated = raw in {LOAD_MOST, -LOAD_MOST - 1}
    return Load(LoadStatus.SATURATED if saturated else 0, tick & 0xFFFFFFFF, raw)

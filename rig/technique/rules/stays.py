"""Contacts from touch-down to lift, for the steps in which a hand stays in one place.

A contact that is lost for a moment and found again near by is one stay: hands breathe. The rule: a contact is over
half a second after its last hop, and by then every contact that could go on with it has begun, so that what becomes of
it depends on the hops alone and not on how they were cut into pushes. What parts from a hand for a while, as a light
palm's edge does, is no hand of its own. What comes later under its number, because it was part of another's hand
meanwhile (`laid_across.py`), is a stay of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot
from typing import TYPE_CHECKING

import numpy as np

from rig.analysis.findings import HOP_US
from rig.analysis.unseen import unseen_us

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.analysis.findings import ContactTable

OVER_US = 500_000
RESUMED_US = 300_000
RESUMED_MM = 40.0

PART_MM = 60.0
"""Parts of one hand lie so near each other; no step rests two hands in so little room."""


@dataclass(frozen=True, slots=True, eq=False)
class Stay:
    """One hand on the pad, from touch-down to lift.

    Attributes:
        row: the mark in whose step it is. t_us: (k,) int64, its hops. x_mm, y_mm, force_n: (k,) float64.
    """

    row: int
    contact: int
    t_us: NDArray[np.int64]
    x_mm: NDArray[np.float64]
    y_mm: NDArray[np.float64]
    force_n: NDArray[np.float64]

    @property
    def t0_us(self) -> int:
        """When it touched down."""
        return int(self.t_us[0])

    @property
    def t1_us(self) -> int:
        """When it had left."""
        return int(self.t_us[-1]) + HOP_US

    @property
    def seconds(self) -> float:
        """How long the hand lay there, gentle landing and lifting included."""
        return (self.t1_us - self.t0_us + unseen_us(self.force_n) + unseen_us(self.force_n[::-1])) / 1e6

    @property
    def middle_mm(self) -> tuple[float, float]:
        """Where it lay, by the median."""
        return float(np.median(self.x_mm)), float(np.median(self.y_mm))

    @property
    def reach_mm(self) -> float:
        """How far it came from there, but for landing and lifting."""
        inner = slice(len(self.t_us) // 10, len(self.t_us) - len(self.t_us) // 10)
        x, y = self.middle_mm
        far = np.sqrt((self.x_mm[inner] - x) ** 2 + (self.y_mm[inner] - y) ** 2)
        return float(far.max()) if len(far) else 0.0


_Key = tuple[int, int, int]
"""Mark, contact, and the hop with which the stay began."""


class Stays:
    """Collects the contacts of the steps that want to be watched."""

    def __init__(self) -> None:
        self._open: dict[_Key, list[NDArray[np.float64]]] = {}

    def push(self, contacts: ContactTable, row: NDArray[np.int64], hops_us: NDArray[np.int64]) -> list[Stay]:
        """Take the next hops, (h,) `hops_us`, and their contacts, (m,) rows of the table with their marks.

        Returns:
            The stays that are over, in the order in which they ended.
        """
        if len(row):
            columns = np.array([contacts.t_us, contacts.x_mm, contacts.y_mm, contacts.force_n])
            order = np.lexsort((contacts.t_us, contacts.contact, row))
            keys = np.stack([row, contacts.contact], axis=1)[order]
            over = self._were_over(contacts.t_us[order[:-1]], contacts.t_us[order[1:]], hops_us)
            cuts = np.flatnonzero(np.any(np.diff(keys, axis=0) != 0, axis=1) | over) + 1
            for part, (mark, contact) in zip(np.split(order, cuts), keys[[0, *cuts]].tolist(), strict=True):
                self._take(mark, contact, columns[:, part], hops_us)
        return self._over(int(hops_us[-1]) - OVER_US) if self._open else []

    def finish(self) -> list[Stay]:
        """What is still on the pad when the session ends."""
        return self._over(None)

    def _take(self, mark: int, contact: int, part: NDArray[np.float64], hops_us: NDArray[np.int64]) -> None:
        """Put a run of hops to the stay that it goes on with, else begin one."""
        latest = next((key for key in reversed(self._open) if key[:2] == (mark, contact)), None)
        if latest is None or self._were_over(self._open[latest][-1][0, -1:], part[0, :1], hops_us).any():
            latest = mark, contact, int(part[0, 0])
        self._open.setdefault(latest, []).append(part)

    @staticmethod
    def _were_over(
        last_us: NDArray[np.generic], next_us: NDArray[np.generic], hops_us: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        """(k,) whether there was a hop between one and the next at which the first had been over."""
        at = np.searchsorted(hops_us, last_us + OVER_US)
        return np.append(hops_us, np.iinfo(np.int64).max)[at] < next_us

    def _over(self, by_us: int | None) -> list[Stay]:
        ended = sorted((int(parts[-1][0, -1]), key) for key, parts in self._open.items())
        found = []
        for last_us, key in ended:
            if by_us is not None and last_us > by_us:
                continue
            stay = np.concatenate(self._open.pop(key), axis=1)
            following = self._resumed(key, stay)
            if following is not None:
                both = np.concatenate([stay, *self._open[following]], axis=1)
                self._open[following] = [both[:, np.argsort(both[0])]]
                continue
            if self._is_part(key, stay):
                continue
            t, x, y, force = stay
            found.append(Stay(*key[:2], t.astype(np.int64), x, y, force))
        return found

    def _is_part(self, key: _Key, stay: NDArray[np.float64]) -> bool:
        """Whether what was over is part of a hand that lay there before, and still lies there: the heavier one."""
        for other, parts in self._open.items():
            path = np.concatenate(parts, axis=1)
            if other[0] != key[0] or path[0, 0] > stay[0, 0] or path[0, -1] <= stay[0, -1]:
                continue
            meanwhile = path[:, (path[0] >= stay[0, 0]) & (path[0] <= stay[0, -1])]
            if meanwhile.shape[1] < stay.shape[1] / 2:
                continue
            _, x_mm, y_mm, force_n = np.median(meanwhile, axis=1) - np.median(stay, axis=1)
            if hypot(x_mm, y_mm) <= PART_MM and force_n > 0:
                return True
        return False

    def _resumed(self, key: _Key, stay: NDArray[np.float64]) -> _Key | None:
        """The contact that goes on where this one was lost: the earliest, then the one with the lowest number.

        It may have been there before, in hops in which this one was not: what two halves became, time and again.
        """
        last = stay[:, -1]
        going_on = []
        for other, parts in self._open.items():
            if other[0] != key[0] or parts[-1][0, -1] <= last[0]:
                continue
            path = np.concatenate(parts, axis=1)
            t_us, x_mm, y_mm, _ = path[:, np.searchsorted(path[0], last[0], side="right")].tolist()
            near = hypot(x_mm - last[1], y_mm - last[2]) <= RESUMED_MM
            if t_us - last[0] <= RESUMED_US and near and not np.isin(stay[0], path[0]).any():
                going_on.append((t_us, other))
        return min(going_on)[1] if going_on else None

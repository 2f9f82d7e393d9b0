"""Findings written by hand: a session as loads, contacts and strokes, cut into pushes as a test likes."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from rig.analysis.findings import HOP_US, ContactTable, Fault, Findings, Gap, Hold, HopTable, Rhythm, Stroke

if TYPE_CHECKING:
    from collections.abc import Sequence

HOP_S = HOP_US / 1e6


@dataclass
class Script:
    """`seconds` of a session on which nothing happens until something is written into it."""

    seconds: float
    strokes: list[Stroke] = field(default_factory=list)
    rhythms: list[Rhythm] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        n = round(self.seconds / HOP_S)
        self.spine_n = np.zeros(n)
        self.at_least = np.zeros(n, bool)
        self.missing = np.zeros(n, bool)
        self.touches: list[tuple[int, int, float, float, float, float, float]] = []

    def rows(self, t0: float, t1: float) -> slice:
        return slice(round(t0 / HOP_S), round(t1 / HOP_S))

    def on_spine(self, t0: float, t1: float, force_n: float) -> Script:
        self.spine_n[self.rows(t0, t1)] = force_n
        return self

    def touch(
        self,
        t0: float,
        t1: float,
        force_n: float,
        x_mm: float = 40.0,
        contact: int = 1,
        width_mm: float = 40.0,
        y_mm: float = 100.0,
        length_mm: float = 40.0,
    ) -> Script:
        rows = self.rows(t0, t1)
        touch = contact, x_mm, y_mm, force_n, width_mm, length_mm
        self.touches += [(hop, *touch) for hop in range(rows.start, rows.stop)]
        return self

    def whole(self) -> Findings:
        return self.cut(())[0]

    def cut(self, at_hops: Sequence[int]) -> list[Findings]:
        """The session in pushes; what ends comes with the first push that reaches behind its end."""
        n = len(self.spine_n)
        edges = [0, *sorted({min(max(c, 0), n) for c in at_hops}), n]
        return [self._push(a, b, last=b == n) for a, b in pairwise(edges) if b > a or b == n]

    def _push(self, a: int, b: int, *, last: bool) -> Findings:
        hop = np.arange(a, b)[~self.missing[a:b]]
        spine_n = self.spine_n[hop]
        touched = sorted(t for t in self.touches if a <= t[0] < b and not self.missing[t[0]])
        columns = np.array(touched, float).reshape(-1, 7).T
        contacts = ContactTable(
            columns[0].astype(np.int64) * HOP_US,
            columns[1].astype(np.int64),
            columns[2],
            columns[3],
            columns[4],
            columns[4] / 2,
            columns[5],
            columns[6],
        )
        spine_y = np.where(spine_n > 0, 120.0, np.nan)
        hops = HopTable(hop * HOP_US, spine_n, spine_n, spine_y, self.at_least[hop])
        t0, t1 = a * HOP_S, np.inf if last else b * HOP_S
        return Findings(
            b * HOP_US,
            hops,
            contacts,
            [s for s in self.strokes if t0 < s.t1 <= t1],
            [r for r in self.rhythms if t0 < r.t1 <= t1],
            [],
            [h for h in self.holds if t0 < h.t1 <= t1],
            [g for g in self.gaps if t0 < g.t1 <= t1],
            [f for f in self.faults if t0 < f.t0 <= t1],
        )


A_STROKE = Stroke(
    t0=1.0,
    t1=6.0,
    kind="stroke",
    direction="up",
    side="right",
    zone="lower-back",
    length_mm=300.0,
    speed_cm_s=6.0,
    force_mean_n=12.0,
    force_peak_n=15.0,
    x0_mm=40.0,
    y0_mm=50.0,
    x1_mm=40.0,
    y1_mm=350.0,
    contact=1,
)


def stroke(**changes: object) -> Stroke:
    """A stroke that is right in every step that goes up, but for the changes."""
    fields = {name: getattr(A_STROKE, name) for name in A_STROKE.__struct_fields__}
    return Stroke(**{**fields, **changes})


__all__ = ["A_STROKE", "HOP_S", "Script", "stroke"]

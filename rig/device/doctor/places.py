"""Sensors that answer in another's place: crossed wires, crossed select lines, crossed multiplexers.

A hand that strokes over the pad presses neighbours together and far sensors apart. So the channels' likeness (cosine
of their rises) must be high between neighbours of the layout; where it is not, the layout that the board really has is
looked for among those that one soldering mistake makes: two channels, two select lines of some multiplexers, or two
multiplexers exchanged. The best such exchange is taken as long as it helps enough, then the next is looked for. The
rule that keeps it right: an exchange is reported only if it mends clearly more than what uneven pressing spoils.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from rig.device.doctor.evidence import COVERED_SHARE, neighbours
from rig.device.doctor.findings import Finding, listed
from rig.device.doctor.sensors import place

if TYPE_CHECKING:
    from collections.abc import Iterator, Set

    from numpy.typing import NDArray

    from rig.device.doctor.evidence import Evidence
    from rig.device.doctor.wiring import Wiring

LEAST_OF_PEAK = 0.25
FADE = np.array([0.25, 0.5, 1.0, 0.5, 0.25])

MIN_GAIN = 0.12
"""How much likeness to its neighbours (0 to 1 for each of them) an exchange must bring per exchanged channel.

On 150 sound virtual pads (`nasty`, stroked with palm, thumb, fingertips, heel, reinforced hand, forearm) the best
exchange brought no more than 0.01; on 120 faulty ones (palm, heel) the right one 0.17 or more, wherever the strokes
linked the tiles at all (`unlinked_muxes`).
"""

MIN_MUX_ACTIVE = 0.75
"""A multiplexer of which fewer channels rose is left out: exchanging it for a sound one only moves its hole."""

MIN_ACTIVE = 9
"""With fewer pressed channels there is no neighbourhood to go by."""

MAX_FINDINGS = 12


@dataclass(frozen=True)
class _Exchange:
    """A hypothesis: the channel at each place, how much likeness it brings, and the words for it."""

    order: NDArray[np.intp]
    gain: float
    moved: int
    kind: str
    muxes: tuple[int, ...] = ()
    line: tuple[int, ...] = ()

    @property
    def helps(self) -> bool:
        return self.moved > 0 and self.gain >= MIN_GAIN * self.moved


class Places:
    """Which channel answers at which place, as far as the presses tell."""

    def __init__(self, evidence: Evidence, wiring: Wiring, explained: Set[int]) -> None:
        self._pad = evidence.pad
        self._active = evidence.moved.copy()
        self._active[list(explained)] = False
        judged = np.ones(len(self._active), bool)
        judged[list(explained)] = False
        self._covered = bool(judged.any()) and float(evidence.moved[judged].mean()) >= COVERED_SHARE
        self._inputs = {
            mux: inputs
            for mux, inputs in wiring.inputs.items()
            if self._active[list(inputs.values())].mean() >= MIN_MUX_ACTIVE
        }
        self._near = neighbours(evidence.pad).astype(np.float64)
        self._alike = self._likeness(evidence.rise)

    def _likeness(self, rise: NDArray[np.float64]) -> NDArray[np.float64]:
        peak = np.maximum(rise.max(axis=0, initial=0.0), 1e-9)
        # What stays below is a sensor's memory of the last press, or a hand's edge; a press fades out over two bins.
        hard = np.maximum(rise / peak - LEAST_OF_PEAK, 0.0) * self._active
        if len(hard):
            hard = np.apply_along_axis(np.convolve, 0, hard, FADE)
        norm = np.sqrt(np.einsum("tc,tc->c", hard, hard))
        norm[norm == 0] = 1.0
        alike: NDArray[np.float64] = (hard.T @ hard) / np.outer(norm, norm)
        return alike

    def findings(self) -> Iterator[Finding]:
        """The exchanges that explain the presses better than the layout does, the greatest first."""
        if self._active.sum() < MIN_ACTIVE or not self._covered:
            return
        order = np.arange(self._pad.n_channels)
        for _ in range(MAX_FINDINGS):
            alike = self._alike[np.ix_(order, order)]
            best = max(self._hypotheses(alike), key=lambda exchange: exchange.gain, default=None)
            if best is None or not best.helps:
                return
            yield self._finding(best, order)
            order = order[best.order]

    def unlinked_muxes(self) -> tuple[int, ...]:
        """Multiplexers that no stroke linked to another one's tiles, so that nobody can tell whose place they have."""
        unlinked = []
        for mux, inputs in self._inputs.items():
            own = np.array(list(inputs.values()))
            others = np.setdiff1d(np.arange(self._pad.n_channels), own)
            links = (self._near * self._alike)[np.ix_(own, others)].sum(axis=1)
            if len(others) and links.mean() < 2 * MIN_GAIN:
                unlinked.append(mux)
        return tuple(unlinked) if self._covered else ()

    def _hypotheses(self, alike: NDArray[np.float64]) -> Iterator[_Exchange]:
        pair = self._best_pair(alike)
        if pair is not None:
            yield pair
        muxes = sorted(self._inputs)
        for a, b in combinations(muxes, 2):
            yield self._exchange(alike, self._crossed_muxes(a, b), "mux-swapped", (a, b))
        n_lines = max((i for inputs in self._inputs.values() for i in inputs), default=0).bit_length()
        for first, last in combinations(range(len(muxes) + 1), 2):
            run = tuple(muxes[first:last])
            for lines in combinations(range(n_lines), 2):
                yield self._exchange(alike, self._crossed_lines(run, *lines), "select-swapped", run, lines)

    def _best_pair(self, alike: NDArray[np.float64]) -> _Exchange | None:
        """The two channels whose exchange brings most, by the exchange formula of the quadratic assignment problem."""
        here = self._near @ alike
        own = np.diag(here)
        self_alike = np.diag(alike)
        gain = here + here.T - own[:, None] - own
        gain -= self._near * (self_alike[:, None] + self_alike - 2 * alike)
        active = self_alike > 0
        gain[~active | ~active[:, None]] = -np.inf
        np.fill_diagonal(gain, -np.inf)
        a, b = (int(i) for i in np.unravel_index(int(gain.argmax()), gain.shape))
        if not np.isfinite(gain[a, b]):
            return None
        order = np.arange(len(own))
        order[[a, b]] = order[[b, a]]
        return _Exchange(order, float(gain[a, b]), 2, "swapped")

    def _exchange(
        self,
        alike: NDArray[np.float64],
        order: NDArray[np.intp],
        kind: str,
        muxes: tuple[int, ...],
        line: tuple[int, ...] = (),
    ) -> _Exchange:
        touched = np.flatnonzero(order != np.arange(len(order)))
        before = float((self._near[touched] * alike[touched]).sum())
        after = float((self._near[touched] * alike[np.ix_(order[touched], order)]).sum())
        moved = int((np.diag(alike)[touched] > 0).sum())
        return _Exchange(order, after - before, moved, kind, muxes, line)

    def _crossed_muxes(self, a: int, b: int) -> NDArray[np.intp]:
        order = np.arange(self._pad.n_channels)
        for i in self._inputs[a].keys() & self._inputs[b].keys():
            left, right = self._inputs[a][i], self._inputs[b][i]
            order[left], order[right] = right, left
        return order

    def _crossed_lines(self, muxes: tuple[int, ...], a: int, b: int) -> NDArray[np.intp]:
        order = np.arange(self._pad.n_channels)
        for mux in muxes:
            inputs = self._inputs[mux]
            for i, channel in inputs.items():
                crossed = i ^ (1 << a) ^ (1 << b) if (i >> a & 1) != (i >> b & 1) else i
                order[channel] = inputs.get(crossed, channel)
        return order

    def _finding(self, exchange: _Exchange, order: NDArray[np.intp]) -> Finding:
        places = np.flatnonzero(exchange.order != np.arange(len(order)))
        channels = tuple(sorted(order[places].tolist()))
        if exchange.kind == "swapped":
            a, b = channels
            text = (
                f"{place(self._pad, a)} and {place(self._pad, b)} answer in each other's place: cross their wires back"
            )
            return Finding("swapped", channels, text)
        which = listed("multiplexer", exchange.muxes)
        if exchange.kind == "mux-swapped":
            text = f"{which} answer in each other's place: cross their common wires back"
            return Finding("mux-swapped", channels, text, exchange.muxes)
        a, b = exchange.line
        text = f"select lines S{a} and S{b} of {which} are crossed: cross them back"
        return Finding("select-swapped", channels, text, exchange.muxes, exchange.line)

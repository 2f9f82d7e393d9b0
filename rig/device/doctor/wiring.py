"""Multiplexers and their lines, told apart by the pattern of channels that they spoil.

| fault | pattern |
|---|---|
| a multiplexer without supply, or its common open | all its channels read zero while others move |
| its common shorted to the supply | all its channels read full scale |
| a multiplexer that ignores its select lines | all its channels read the same, whatever that is |
| a ground or a reference that all share | the same of every multiplexer |
| several or all multiplexers off: the enable line | all channels of all of them read zero |
| select line k stuck | each input reads the same as the one whose number differs in bit k |
| two wires bridged | two channels read the same throughout, and no line explains it |

Two channels are *the same* where their difference is as small as the noise. The rule that keeps it right: sameness
counts only where there is enough signal to differ about, since two unloaded sensors both read nothing.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from rig.device.doctor.findings import Finding, listed
from rig.device.doctor.sensors import OPEN_COUNTS, SHORT_SHARE, place

if TYPE_CHECKING:
    from collections.abc import Iterator, Set

    from numpy.typing import NDArray

    from rig.device.doctor.evidence import Evidence

SAME_COUNTS = 1.5
"""Two readings of one sensor differ by noise: no more than this in means of a tenth of a second."""

SAME_SHARE = 0.02
"""... and by what the hand moves between the two readings of one scan: this share of the signal."""

SIGNAL_COUNTS = 12.0
"""Below this at rest, two channels have nothing to differ about (at 10 bits)."""

MIN_PAIRS = 4
"""So many pairs of one multiplexer must speak for a stuck line, and none against it."""


class Wiring:
    """The multiplexers of a pad with the evidence sorted by their inputs."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self.inputs: dict[int, dict[int, int]] = {}
        for sensor in evidence.pad.sensors:
            if sensor.mux is not None and sensor.input is not None:
                self.inputs.setdefault(sensor.mux, {})[sensor.input] = sensor.channel
        self._unit = (evidence.pad.full_scale + 1) / 1024

    @cached_property
    def same(self) -> NDArray[np.bool_]:
        """(n_channels, n_channels) channels that read the same throughout (whether or not they had signal)."""
        bins = self.evidence.bins
        norm = np.einsum("tc,tc->c", bins, bins)
        apart = norm[:, None] + norm - 2 * (bins.T @ bins)
        joint = norm[:, None] + norm + 2 * (bins.T @ bins)
        n = max(len(bins), 1)
        rms = np.sqrt(np.maximum(apart, 0) / n)
        limit: NDArray[np.float64] = SAME_COUNTS * self._unit + SAME_SHARE * np.sqrt(np.maximum(joint, 0) / n) / 2
        same: NDArray[np.bool_] = rms <= limit
        return same

    @cached_property
    def signal(self) -> NDArray[np.bool_]:
        """(n_channels,) channels that read enough, at rest or pressed, to differ from others."""
        return (self.evidence.level >= SIGNAL_COUNTS * self._unit) | self.evidence.moved

    def channels(self, muxes: Set[int]) -> tuple[int, ...]:
        """All channels of some multiplexers, ascending."""
        return tuple(sorted(c for mux in muxes for c in self.inputs[mux].values()))

    def findings(self) -> Iterator[Finding]:
        """All findings about multiplexers, lines and bridges; each channel is in one of them at most (bits apart)."""
        whole = list(self._whole_muxes())
        yield from whole
        gone = {mux for finding in whole for mux in finding.muxes}
        stuck = list(self._stuck_lines(set(self.inputs) - gone))
        yield from stuck
        explained = {c for finding in whole + stuck for c in finding.channels}
        yield from self._bridges(explained)

    def _whole_muxes(self) -> Iterator[Finding]:
        silent, constant = set(), set()
        for mux, inputs in self.inputs.items():
            channels = list(inputs.values())
            if len(channels) < 3:
                continue
            if (self.evidence.low[channels] >= SHORT_SHARE * self.evidence.pad.full_scale).all():
                text = f"multiplexer {mux} reads full scale at every input: its common is shorted to the supply"
                yield Finding("mux-rail", tuple(channels), text, (mux,))
            elif (self.evidence.peak[channels] <= OPEN_COUNTS).all():
                silent.add(mux)
            elif self.signal[channels].all() and self.same[np.ix_(channels, channels)].all():
                constant.add(mux)
        if len(constant) > 1 and constant == set(self.inputs):
            text = (
                f"{listed('multiplexer', constant)} read the same at every input: an offset or a hum that they share, "
                "by their ground, their supply or the ADC's reference"
            )
            yield Finding("mux-constant", self.channels(constant), text, tuple(sorted(constant)))
            constant = set()
        for mux in sorted(constant):
            text = (
                f"multiplexer {mux} reads the same at every input: "
                "its select lines or its ground are not connected, or its common hangs on something else"
            )
            yield Finding("mux-constant", self.channels({mux}), text, (mux,))
        yield from self._silent(silent)

    def _silent(self, silent: set[int]) -> Iterator[Finding]:
        evidence = self.evidence
        if not silent:
            return
        if silent == set(self.inputs):
            if len(evidence.pressed):
                text = (
                    "no multiplexer reads anything: if the pad was pressed, the enable line is not at ground, "
                    "or the sensors have no supply"
                )
                yield Finding("enable", self.channels(silent), text, tuple(sorted(silent)))
            return
        alive = list(self.channels(set(self.inputs) - silent))
        others_speak = evidence.moved[alive].mean() > 0.5 or (evidence.level[alive] >= 2).mean() > 0.8
        if not others_speak:
            return
        if len(silent) > 1 and max(silent) - min(silent) == len(silent) - 1:
            text = (
                f"{listed('multiplexer', silent)} read zero at every input: "
                "the enable or supply wire that they share is broken"
            )
            yield Finding("enable", self.channels(silent), text, tuple(sorted(silent)))
            return
        for mux in sorted(silent):
            text = (
                f"multiplexer {mux} reads zero at every input: "
                "its common, its supply or its enable pin is not connected"
            )
            yield Finding("mux-dead", self.channels({mux}), text, (mux,))

    def _stuck_lines(self, muxes: Set[int]) -> Iterator[Finding]:
        n_lines = max((i for mux in muxes for i in self.inputs[mux]), default=0).bit_length()
        for line in range(n_lines):
            hit = {mux for mux in muxes if self._is_stuck(mux, line)}
            if not hit:
                continue
            level = self._stuck_level(hit, line)
            shared = "the wire that they share" if len(hit) > 1 else "its pin"
            held = {0: "is held low", 1: "is held high", None: "does not switch"}[level]
            text = f"select line S{line} of {listed('multiplexer', hit)} {held}: check {shared} for a break or a bridge"
            yield Finding("select-stuck", self.channels(hit), text, tuple(sorted(hit)), (line,))

    def _pairs(self, mux: int, line: int) -> list[tuple[int, int]]:
        """Channels of inputs that differ in one bit alone, the one with the bit clear first."""
        inputs = self.inputs[mux]
        bit = 1 << line
        return [(inputs[i], inputs[i | bit]) for i in sorted(inputs) if not i & bit and i | bit in inputs]

    def _is_stuck(self, mux: int, line: int) -> bool:
        pairs = [(a, b) for a, b in self._pairs(mux, line) if self.signal[a] or self.signal[b]]
        return len(pairs) >= MIN_PAIRS and all(self.same[a, b] for a, b in pairs)

    def _stuck_level(self, hit: set[int], line: int) -> int | None:
        """Which half of the inputs is read twice: the one whose rows move like the sound columns beside them."""
        rise, pad = self.evidence.rise, self.evidence.pad
        sound = [c for c in range(pad.n_channels) if c not in self.channels(hit) and self.evidence.moved[c]]
        if not sound or not len(rise):
            return None
        x, y = pad.x_mm, pad.y_mm
        votes = [0.0, 0.0]
        for mux in hit:
            for pair in self._pairs(mux, line):
                series = rise[:, pair[0]] + rise[:, pair[1]]
                for half, channel in enumerate(pair):
                    beside = sound[int(np.hypot(x - x[channel], y - y[channel])[sound].argmin())]
                    votes[half] += _correlation(series, rise[:, beside])
        if abs(votes[0] - votes[1]) < 0.1 * max(abs(votes[0]), abs(votes[1]), 1e-9):
            return None
        return int(votes[1] > votes[0])

    def _bridges(self, explained: Set[int]) -> Iterator[Finding]:
        pad, moved = self.evidence.pad, self.evidence.moved
        free = np.array([moved[c] and c not in explained for c in range(pad.n_channels)])
        pairs = np.argwhere(np.triu(self.same & free[:, None] & free, k=1))
        for a, b in pairs.tolist():
            text = f"{place(pad, a)} and {place(pad, b)} always read the same: their wires or pins are bridged"
            yield Finding("bridged", (a, b), text)


def _correlation(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    a = a - a.mean()
    b = b - b.mean()
    scale = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / scale if scale > 0 else 0.0

"""Faults of the line between board and host: bytes lost, doubled, flipped, added; frames never sent; a wrong baud.

Each byte meets its fault with a set probability, drawn from a seeded generator, so that a failing test can be
repeated. The rule that keeps it right: with all rates at zero the bytes pass untouched and no number is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass
class LineFaults:
    """Probabilities, to be changed while the board runs.

    Attributes:
        flip, drop, double: per byte: one bit inverted, the byte lost, the byte sent twice.
        noise: per byte: a random byte comes before it.
        skip: per scan: it is never sent, as when the line is slower than the scan; the board counts an overrun.
    """

    flip: float = 0.0
    drop: float = 0.0
    double: float = 0.0
    noise: float = 0.0
    skip: float = 0.0

    def spoil(self, data: bytes, rng: np.random.Generator) -> bytes:
        """The bytes as they arrive."""
        if not data or not (self.flip or self.drop or self.double or self.noise):
            return data
        wire = np.frombuffer(data, np.uint8).copy()
        hit = rng.random(len(wire)) < self.flip
        wire[hit] ^= np.uint8(1) << rng.integers(0, 8, int(hit.sum()), dtype=np.uint8)
        times = np.ones(len(wire), np.int64)
        times[rng.random(len(wire)) < self.double] = 2
        times[rng.random(len(wire)) < self.drop] = 0
        noisy = np.flatnonzero(rng.random(len(wire)) < self.noise)
        at = np.concatenate(([0], np.cumsum(times)))[noisy]
        return np.insert(np.repeat(wire, times), at, rng.integers(0, 256, len(noisy), dtype=np.uint8)).tobytes()


def garbled(data: bytes, sent_baud: int, heard_baud: int, rng: np.random.Generator) -> bytes:
    """What a receiver at another baud makes of the bytes: about as many bytes as its rate has room for, all wrong."""
    if sent_baud == heard_baud:
        return data
    return rng.integers(0, 256, len(data) * heard_baud // sent_baud, dtype=np.uint8).tobytes()

"""Whether a weight reads as it should beside the other weights on its sensor, and which of them may be the wrong one.

An FSR's conductance rises about as a power of the force, so two weights of a sensor tell whether they belong together.
With two alone nobody knows which one was wrong; with more, the one that the others contradict. The same weight once
more tells most: one that stands partly on the next sensor reads a fifth less than before. The rule: weights too far
apart in size are not compared, since no two sensors have the same exponent.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

import numpy as np

from rig.calibration.circuit import conductance_s
from rig.calibration.nominal import EXPONENT
from rig.calibration.run_tasks import key_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rig.calibration.run_tasks import Key, Reading
    from rig.pad import PadLayout

UNLIKE = 1.7
"""A weight whose conductance is so many times what another of the sensor's weights foretells does not belong to it."""

UNLIKE_ITSELF, ITSELF_N = 1.13, 1.0
"""So is the same weight, from so many newtons, whose conductance is so many times what it was before. Set after looking
at 12 virtual pads: of 1,368 right weights, put down to within 2 mm (one standard deviation), none is asked about; to
within 3 mm, where they do read otherwise, 1.5 %; of those with a fifth on the next tile 87 and 82 %."""

COMPARED = 8.0
"""Loads are compared up to this ratio: exponents from 0.6 to 1.1 then move the conductance by up to `UNLIKE`."""


@dataclass(frozen=True)
class Stood:
    """A weight as it was read: newtons, and the sensor's conductance in siemens; `key` as of its task."""

    key: Key
    load_n: float
    siemens: float

    def foretells(self, load_n: float) -> float:
        """The conductance under another weight, in siemens."""
        return float(max(self.siemens, 1e-12) * (load_n / self.load_n) ** EXPONENT)

    def compares(self, other: Stood) -> bool:
        """Whether the two are near enough in size to tell of each other."""
        return 1 / COMPARED <= self.load_n / other.load_n <= COMPARED

    def agrees(self, other: Stood) -> bool:
        """Whether the two belong together."""
        most = UNLIKE_ITSELF if self.load_n == other.load_n >= ITSELF_N else UNLIKE
        return 1 / most < other.siemens / self.foretells(other.load_n) < most


def stood_on(readings: Iterable[Reading], channel: int | None, pad: PadLayout) -> tuple[Stood, ...]:
    """The weights that were read on a channel, in their order."""
    counts: dict[Key, list[int]] = {}
    for reading in readings:
        if reading.channel == channel and reading.load_n > 0:
            counts.setdefault(key_of(reading), []).append(reading.counts)
    return tuple(standing(key, float(np.median(read)), pad) for key, read in counts.items())


def standing(key: Key, counts: float, pad: PadLayout) -> Stood:
    """A weight that reads so many counts; full scale reads as one below."""
    below = min(counts, pad.full_scale - 1)
    return Stood(key, key[2], float(conductance_s(below, pad.full_scale, pad.divider_ohm)))


def reads_like(now: Stood, others: Sequence[Stood]) -> float | None:
    """What a weight reads more like in newtons by the one nearest to it; None where it is as it should be.

    So it is, too, where more of the others agree with it than not: the nearest one is wrong then. Where the same weight
    stood there before, that alone is asked, unless the others contradict it.
    """
    odd = doubted(others)
    asked = [o for o in others if o.load_n == now.load_n and o is not odd] or others
    if not asked:
        return None
    near = min(asked, key=lambda other: abs(log(other.load_n / now.load_n)))
    votes = [now.agrees(other) for other in asked if now.compares(other)]
    if near.agrees(now) or 2 * sum(votes) > len(votes) > 0:
        return None
    ratio = now.siemens / near.foretells(now.load_n)
    return float(now.load_n * ratio ** (1 / EXPONENT))


def doubted(stood: Sequence[Stood]) -> Stood | None:
    """The one weight that two or more others contradict, while it is their only quarrel."""
    against = [sum(one.compares(other) and not one.agrees(other) for other in stood) for one in stood]
    most = max(against, default=0)
    alone = sum(count > 1 for count in against) == 1
    return stood[against.index(most)] if most >= 2 and alone else None

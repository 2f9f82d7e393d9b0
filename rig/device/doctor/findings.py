"""What the doctor says: findings as data, each with the sentence that tells a maker what to do.

The rule that keeps it right: one cause, one finding. A dead multiplexer is not also sixteen dead sensors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

Kind = Literal[
    "dead",
    "stuck",
    "shorted",
    "noisy",
    "bridged",
    "swapped",
    "mux-dead",
    "mux-rail",
    "mux-constant",
    "enable",
    "select-stuck",
    "select-swapped",
    "mux-swapped",
]

SENSOR_KINDS = frozenset({"dead", "stuck", "shorted", "noisy", "bridged", "swapped"})
"""The kinds that concern single sensors; the others are about multiplexers and their lines."""


class Finding(msgspec.Struct, frozen=True):
    """One fault: what it is, which channels show it, and what to solder.

    Attributes:
        channels: all channels that read wrongly because of it. muxes: the multiplexers that it is about.
        line: the select line (0 = S0) that is stuck, or the two that are swapped.
    """

    kind: Kind
    channels: tuple[int, ...]
    text: str
    muxes: tuple[int, ...] = ()
    line: tuple[int, ...] = ()


def listed(word: str, numbers: Iterable[int]) -> str:
    """Numbers as words: 'channel 3', 'multiplexers 0-4', 'channels 1, 2 and 7'."""
    ordered = sorted(set(numbers))
    if len(ordered) == 1:
        return f"{word} {ordered[0]}"
    if len(ordered) > 2 and ordered[-1] - ordered[0] == len(ordered) - 1:
        return f"{word}s {ordered[0]}-{ordered[-1]}"
    return f"{word}s {', '.join(map(str, ordered[:-1]))} and {ordered[-1]}"

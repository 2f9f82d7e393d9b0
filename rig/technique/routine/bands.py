"""Bands: what a word such as "light" or "slow" means in numbers, and where the numbers come from.

A band belongs to a routine, to a level of it, or to the rig's defaults, and the nearest one of a name holds. The rule:
a band without a source does not exist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import Meta

from rig.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

Text = Annotated[str, Meta(pattern=r"\S")]
Amount = Annotated[float, Meta(ge=0)]

Unit = Literal["N", "cm/s", "1/min", "Hz", "s", "mm", "times", "ratio"]


class Band(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A named range for a word such as "light"; `source` says where its numbers come from.

    `sustained_s` is how long a value must stay outside before it counts, where that matters.
    """

    name: Text
    unit: Unit
    source: Text
    low: Amount | None = None
    high: Amount | None = None
    sustained_s: Amount | None = None

    @property
    def text(self) -> str:
        """Its numbers with their unit, as people say them; the name where it has none."""
        unit = "" if self.unit == "ratio" else f" {self.unit}"
        if self.low is None or self.high is None:
            side = "at most" if self.low is None else "at least"
            number = self.high if self.low is None else self.low
            return f"{side} {number:g}{unit}" if number is not None else self.name
        amount = f"{self.low:g}" if self.low == self.high else f"{self.low:g} to {self.high:g}"
        return f"{amount}{unit}"


class Level(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How exacting a session is: bands that take the place of those of the same name."""

    name: Text
    about: Text
    bands: tuple[Band, ...]


def find_band(bands: Iterable[Band], name: str, where: str) -> Band:
    """The band of a name among `bands`.

    Raises:
        InputError: there is none; `where` names whose bands these are.
    """
    for band in bands:
        if band.name == name:
            return band
    raise InputError(f"{where} has no band '{name}'")


def merged_bands(first: tuple[Band, ...], behind: tuple[Band, ...]) -> tuple[Band, ...]:
    """`first`, then those of `behind` whose names `first` does not give."""
    names = {band.name for band in first}
    return (*first, *(band for band in behind if band.name not in names))

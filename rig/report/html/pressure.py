"""The pressure of a session on the back, as small images that the page holds itself.

A palette of 256 colours with its own transparency over the shades that `rig.back` works out, written as PNG; one
image for paper and one for a dark screen. The rule: a map's scale is absolute and ends at one of few round numbers.
"""

from __future__ import annotations

import base64
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rig.back import FULL_COLOUR_N, PRESSURE_ON_DARK, PRESSURE_ON_LIGHT, Surface, colour_table, extent_mm
from rig.report.html.back import places

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from rig.analysis.imprint import Imprint
    from rig.pad import PadLayout
    from rig.technique.flags import Flag

PIXEL_MM = 5.0
"""Of the pressure's image; the sensors are 28 mm apart at the closest."""

SCALES_N = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
"""Where the scale of a pressure map may end, in newtons on a tile: few, so that two reports can be compared by eye."""

_FADE_IN = 32
"""Of 256 shades those over which the map fades in: no pressure is no colour."""


@dataclass(frozen=True, slots=True)
class PressureMap:
    """The pressure as an image for day and one for night (data URIs), at x, y, width and height; where its scale ends.

    `alarms` are the places of flags on the spine line.
    """

    title: str
    about: str
    day: str
    night: str
    place: tuple[float, float, float, float]
    top_n: float
    alarms: str


def pressure_maps(pad: PadLayout, imprint: Imprint | None, flags: Iterable[Flag]) -> list[PressureMap]:
    """The mean and the peak pressure of a session; none where nothing pressed or no imprint was gathered."""
    if imprint is None or not imprint.tile_peak_n.any():
        return []
    on_spine = [f for f in flags if f.kind == "spine-pressure"]
    mean = _map(pad, "Pressure, mean", "over the time with hands on the pad", imprint.tile_mean_n, ())
    peak = _map(pad, "Pressure, peak", "the most that each place bore", imprint.tile_peak_n, on_spine)
    return [mean, peak]


def _map(pad: PadLayout, title: str, about: str, force_n: NDArray[np.float64], alarms: Iterable[Flag]) -> PressureMap:
    x0, y0, x1, y1 = extent_mm(pad)
    width, height = (max(round(side / PIXEL_MM), 1) for side in (x1 - x0, y1 - y0))
    top_n = next((top for top in SCALES_N if top >= force_n.max()), SCALES_N[-1])
    shades = Surface(pad, width, height).image(force_n * (FULL_COLOUR_N / top_n))
    day, night = (_data_uri(_png(shades, _table(stops))) for stops in (PRESSURE_ON_LIGHT, PRESSURE_ON_DARK))
    return PressureMap(title, about, day, night, (x0, -y1, x1 - x0, y1 - y0), top_n, places(alarms))


def _table(stops: Sequence[str]) -> NDArray[np.uint8]:
    """(256, 4) RGBA from no force to the end of the scale."""
    alpha = np.minimum(np.arange(256) * (255 / _FADE_IN), 255).round().astype(np.uint8)
    return np.column_stack([colour_table(stops), alpha])


def _png(shades: NDArray[np.uint8], table: NDArray[np.uint8]) -> bytes:
    """A PNG of (height, width) indices into (256, 4) RGBA colours."""
    height, width = shades.shape
    # Each row is led by the number of its filter: none.
    rows = np.hstack([np.zeros((height, 1), np.uint8), shades]).tobytes()
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        (b"PLTE", table[:, :3].tobytes()),
        (b"tRNS", table[:, 3].tobytes()),
        (b"IDAT", zlib.compress(rows, 9)),
        (b"IEND", b""),
    )
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


def _data_uri(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode()

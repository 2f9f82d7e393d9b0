"""Pictures on the back for the page: the silhouette, the pressure on it, movements and flags where they were.

All in the pad's millimetres, y turned round because SVG's grows downward; the template only puts the paths into tags.
The rule: a picture shows every place of the report that it is about, or says how many it leaves out.
"""

from __future__ import annotations

import base64
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rig.back import FULL_COLOUR_N, Surface, extent_mm, outline_mm
from rig.report.html_paths import dots, ring, way
from rig.technique.flags import ABOUT_THE_RIG

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from rig.analysis.findings import Hold, Stroke
    from rig.analysis.imprint import Imprint
    from rig.pad import PadLayout
    from rig.report.report import Report
    from rig.technique.flags import Flag

MARGIN_MM = 12.0
MOST_MOVEMENTS = 400
"""More lines than this only blacken a picture; the latest ones are drawn, and the page says so."""

PIXEL_MM = 5.0
"""Of the pressure's image; the sensors are 28 mm apart at the closest."""

SCALES_N = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
"""Where the scale of a pressure map may end, in newtons on a tile: few, so that two reports can be compared by eye."""

DAY = ("#e3e7f1", "#d8dc86", "#86bf6a", "#2f8f83", "#2a5d92", "#241f5e")
NIGHT = ("#1b2138", "#2c3e6e", "#266e82", "#3c9c74", "#9ec84a", "#fae442")
"""The windows' colours of pressure, on paper and on a dark screen; even in lightness for every colour vision."""

_FADE_IN = 32
"""Of 256 shades those over which the map fades in: no pressure is no colour."""

_ARROW_MM, _RING_MM, _STAY_MM = 11.0, 9.0, 2.5


@dataclass(frozen=True, slots=True)
class Body:
    """What each picture of the back has: its frame as an SVG view box, the outline, the spine line."""

    box: str
    outline: str
    spine: str


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


@dataclass(frozen=True, slots=True)
class Movements:
    """Movements of one way: those in order as one path, those with a flag as another; `tone` names their colour."""

    title: str
    about: str
    tone: str
    fine: str
    flagged: str


def body_of(pad: PadLayout) -> Body:
    """The silhouette on this pad, framed so that all of both is seen."""
    outline = outline_mm() + np.array([pad.spine_x_mm, 0.0])
    x0, y0, x1, y1 = extent_mm(pad)
    low = np.minimum(outline.min(axis=0), (x0, y0)) - MARGIN_MM
    high = np.maximum(outline.max(axis=0), (x1, y1)) + MARGIN_MM
    box = f"{low[0]:.0f} {-high[1]:.0f} {high[0] - low[0]:.0f} {high[1] - low[1]:.0f}"
    spine = way([(pad.spine_x_mm, pad.spine_y0_mm), (pad.spine_x_mm, pad.spine_y1_mm)])
    return Body(box, way(outline[::2]) + "Z", spine)


def pressure_maps(pad: PadLayout, imprint: Imprint | None, flags: Iterable[Flag]) -> list[PressureMap]:
    """The mean and the peak pressure of a session; none where nothing pressed or no imprint was gathered."""
    if imprint is None or not imprint.tile_peak_n.any():
        return []
    on_spine = [f for f in flags if f.kind == "spine-pressure"]
    mean = _map(pad, "Pressure, mean", "over the time with hands on the pad", imprint.tile_mean_n, ())
    peak = _map(pad, "Pressure, peak", "the most that each place bore", imprint.tile_peak_n, on_spine)
    return [mean, peak]


def movements(report: Report) -> tuple[list[Movements], int]:
    """The movements drawn, by their way, and how many are left out for want of room."""
    strokes = report.strokes[-MOST_MOVEMENTS:]
    holds = report.holds[-MOST_MOVEMENTS:]
    flagged = {(f.t0, f.x_mm, f.y_mm) for f in report.flags if f.kind not in ABOUT_THE_RIG}
    up = [s for s in strokes if s.kind == "stroke" and s.direction == "up"]
    down = [s for s in strokes if s.kind == "stroke" and s.direction == "down"]
    across = [s for s in strokes if s.kind == "stroke" and s.direction not in {"up", "down"}]
    rest = [s for s in strokes if s.kind != "stroke"]
    pictures = [
        _straight("Toward the head", "up", up, flagged),
        _straight("Toward the feet", "down", down, flagged),
        _others(across, rest, holds, flagged),
    ]
    left_out = len(report.strokes) - len(strokes) + len(report.holds) - len(holds)
    return [picture for picture in pictures if picture is not None], left_out


def places(flags: Iterable[Flag]) -> str:
    """A dot where each flag was, as far as it was anywhere."""
    return dots((f.x_mm, f.y_mm) for f in flags if f.x_mm is not None and f.y_mm is not None)


def _straight(title: str, tone: str, strokes: Sequence[Stroke], flagged: _Places) -> Movements | None:
    if not strokes:
        return None
    wrong = [s for s in strokes if _key(s) in flagged]
    fine = [s for s in strokes if _key(s) not in flagged]
    about = _counted([(len(strokes), "stroke")])
    return Movements(title, about, tone, "".join(map(_arrow, fine)), "".join(map(_arrow, wrong)))


def _others(
    across: Sequence[Stroke], rest: Sequence[Stroke], holds: Sequence[Hold], flagged: _Places
) -> Movements | None:
    """Whatever does not run along the back: strokes across it, circles as rings, what stays in place as dots."""
    if not (across or rest or holds):
        return None
    paths = {False: "", True: ""}
    for stroke in across:
        paths[_key(stroke) in flagged] += _arrow(stroke)
    for stroke in rest:
        paths[_key(stroke) in flagged] += _mark(stroke)
    paths[False] += "".join(ring(hold.x_mm, hold.y_mm, _STAY_MM) for hold in holds)
    kinds = dict.fromkeys(s.kind for s in rest)
    counted = [(len(across), "stroke"), *((sum(s.kind == kind for s in rest), kind) for kind in kinds)]
    about = _counted([*counted, (len(holds), "hold")])
    return Movements("Across and in place", about, "aside", paths[False], paths[True])


_Places = set[tuple[float, float | None, float | None]]
"""When and where the flags on strokes are."""


def _key(stroke: Stroke) -> tuple[float, float, float]:
    """What a flag on a stroke has in common with it (`flag_on_stroke`)."""
    return (stroke.t0, stroke.x1_mm, stroke.y1_mm)


def _arrow(stroke: Stroke) -> str:
    """From where a stroke began to where it ended, with a head there."""
    begin, end = np.array([stroke.x0_mm, stroke.y0_mm]), np.array([stroke.x1_mm, stroke.y1_mm])
    length = float(np.hypot(*(end - begin)))
    if length < _ARROW_MM:
        return dots([(stroke.x1_mm, stroke.y1_mm)])
    back = (begin - end) / length * _ARROW_MM
    aside = np.array([-back[1], back[0]]) * 0.5
    return way([begin, end]) + way([end + back + aside, end, end + back - aside])


def _mark(stroke: Stroke) -> str:
    """A ring for what goes round, a line for what goes to and fro, a dot for what stays."""
    if stroke.kind in {"circle", "figure-eight"}:
        return ring((stroke.x0_mm + stroke.x1_mm) / 2, (stroke.y0_mm + stroke.y1_mm) / 2, _RING_MM)
    if stroke.kind == "to-and-fro":
        return way([(stroke.x0_mm, stroke.y0_mm), (stroke.x1_mm, stroke.y1_mm)])
    return ring(stroke.x1_mm, stroke.y1_mm, _STAY_MM)


def _counted(counts: Iterable[tuple[int, str]]) -> str:
    """1 press, 3 circles."""
    return ", ".join(f"{n} {name if n == 1 else _plural(name)}" for n, name in counts if n)


def _plural(name: str) -> str:
    if name == "to-and-fro":
        return name
    return name + ("es" if name.endswith("s") else "s")


def _map(pad: PadLayout, title: str, about: str, force_n: NDArray[np.float64], alarms: Iterable[Flag]) -> PressureMap:
    x0, y0, x1, y1 = extent_mm(pad)
    width, height = (max(round(side / PIXEL_MM), 1) for side in (x1 - x0, y1 - y0))
    top_n = next((top for top in SCALES_N if top >= force_n.max()), SCALES_N[-1])
    shades = Surface(pad, width, height).image(force_n * (FULL_COLOUR_N / top_n))
    day, night = (_data_uri(_png(shades, _table(stops))) for stops in (DAY, NIGHT))
    return PressureMap(title, about, day, night, (x0, -y1, x1 - x0, y1 - y0), top_n, places(alarms))


def _table(stops: Sequence[str]) -> NDArray[np.uint8]:
    """(256, 4) RGBA from no force to the end of the scale."""
    colours = np.array([[int(stop[k : k + 2], 16) for k in (1, 3, 5)] for stop in stops], float)
    at = np.linspace(0, len(stops) - 1, 256)
    mixed = [np.interp(at, np.arange(len(stops)), part) for part in colours.T]
    alpha = np.minimum(np.arange(256) * (255 / _FADE_IN), 255)
    return np.stack([*mixed, alpha], axis=1).round().astype(np.uint8)


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

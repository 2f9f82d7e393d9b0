"""A pad: where each channel sits, under which tile, in which circuit, and how the multiplexers reach it.

A pad is a TOML file (`rig/pads/README.md` documents every field); nothing in the code knows how many channels
there are. Loading checks what a maker gets wrong: a channel missing, given twice or overlapping another tile,
so that everything above may trust the layout. Coordinates are those of the recipient lying prone, head up:
origin on the spine line at the L5/sacrum joint, +x to the recipient's right, +y toward the head, mm.
"""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import numpy as np
from msgspec import Meta

from rig.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_Ohm = Annotated[float, Meta(gt=0, le=1e9)]
_Mm = Annotated[float, Meta(ge=-10_000, le=10_000)]
"""TOML knows `inf` and `nan`, too; no pad does."""


TILE_GAP_MM = 2.0
"""The gap between neighbouring tiles where a pad file does not give the tiles themselves."""

LONE_TILE_MM = 40.0
"""The side of a tile that has no neighbour to border on."""


class Sensor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One channel: its centre, its tile (x0, y0, x1, y1 in mm) and the multiplexer input that it hangs on.

    A file may leave the tile out: it then reaches halfway to the neighbours, less the gap.
    """

    channel: Annotated[int, Meta(ge=0)]
    x_mm: _Mm
    y_mm: _Mm
    tile_mm: tuple[_Mm, _Mm, _Mm, _Mm] | None = None
    mux: Annotated[int, Meta(ge=0)] | None = None
    input: Annotated[int, Meta(ge=0)] | None = None


class Zone(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A named part of the back: a rectangle in mm, mirrored to both sides where `mirrored`."""

    name: Annotated[str, Meta(min_length=1)]
    x0_mm: _Mm
    y0_mm: _Mm
    x1_mm: _Mm
    y1_mm: _Mm
    mirrored: bool = False

    def contains(self, x_mm: float, y_mm: float, spine_x_mm: float = 0.0) -> bool:
        """Whether a point lies in the zone (in either half of a mirrored one)."""
        dx = x_mm - spine_x_mm
        if not self.y0_mm <= y_mm <= self.y1_mm:
            return False
        return self.x0_mm <= dx <= self.x1_mm or (self.mirrored and self.x0_mm <= -dx <= self.x1_mm)


class PadLayout(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """A pad as its file says; see the module's head for the coordinates.

    Attributes:
        name: what commands call it. title: one line for people.
        adc_bits: bits of one count. divider_ohm: the resistor from the ADC input to ground; the sensor goes to
            the ADC's reference, so counts = full_scale * R / (R + R_sensor).
        spine_x_mm, spine_y0_mm, spine_y1_mm: the spine line.
        foam_spread_mm: standard deviation of how far the foam spreads a point force, as built (measured per pad
            in calibration; this is the value for the documented foam).
    """

    name: Annotated[str, Meta(min_length=1)]
    adc_bits: Annotated[int, Meta(ge=8, le=16)]
    divider_ohm: _Ohm
    sensors: tuple[Sensor, ...]
    title: str = ""
    spine_x_mm: _Mm = 0.0
    spine_y0_mm: _Mm = -60.0
    spine_y1_mm: _Mm = 540.0
    foam_spread_mm: Annotated[float, Meta(ge=0, le=10_000)] = 9.0
    zones: tuple[Zone, ...] = ()

    @property
    def n_channels(self) -> int:
        """How many sensors the pad has."""
        return len(self.sensors)

    @property
    def full_scale(self) -> int:
        """The largest count: 2**adc_bits - 1."""
        return (1 << self.adc_bits) - 1

    @property
    def x_mm(self) -> NDArray[np.float64]:
        """(n_channels,) sensor centres, across."""
        return np.array([s.x_mm for s in self.sensors])

    @property
    def y_mm(self) -> NDArray[np.float64]:
        """(n_channels,) sensor centres, along."""
        return np.array([s.y_mm for s in self.sensors])

    @property
    def tiles(self) -> NDArray[np.float64]:
        """(n_channels, 4) tile rectangles as x0, y0, x1, y1 in mm."""
        return np.array([s.tile_mm for s in self.sensors])

    @property
    def n_muxes(self) -> int:
        """How many multiplexers the wiring names (0 where the file gives no wiring)."""
        return max((s.mux + 1 for s in self.sensors if s.mux is not None), default=0)

    def zone_at(self, x_mm: float, y_mm: float) -> str | None:
        """The first zone that holds the point, or None."""
        for zone in self.zones:
            if zone.contains(x_mm, y_mm, self.spine_x_mm):
                return zone.name
        return None


def builtin_pads() -> dict[str, str]:
    """The built-in pads: name to TOML text, sorted by name."""
    folder = resources.files("rig") / "pads"
    found = {p.name[:-5]: p.read_text("utf-8") for p in folder.iterdir() if p.name.endswith(".toml")}
    return dict(sorted(found.items()))


def load_pad(name_or_path: str) -> PadLayout:
    """A built-in pad by name, or a pad file by path.

    Raises:
        InputError: no such pad, or the file is not a sound pad; names the file and the field.
    """
    return parse_pad(pad_text(name_or_path), name_or_path)


def pad_text(name_or_path: str) -> str:
    """The TOML text of a built-in pad by name, or of a pad file by path, unchecked: what a recording keeps.

    Raises:
        InputError: no such pad, or the file is not text.
    """
    builtins = builtin_pads()
    if name_or_path in builtins:
        return builtins[name_or_path]
    path = Path(name_or_path)
    if not path.is_file():
        raise InputError(f"no pad '{name_or_path}': neither a built-in ({', '.join(builtins)}) nor a file")
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read as text ({error})") from error


def parse_pad(text: str, where: str) -> PadLayout:
    """A pad from TOML text; `where` names the file in errors.

    Raises:
        InputError: bad TOML, a missing or unknown field, or channels that do not form a pad.
    """
    try:
        pad = msgspec.toml.decode(text, type=PadLayout)
    except msgspec.ValidationError as error:
        raise InputError(f"{where}: {_plain(str(error))}") from error
    except msgspec.DecodeError as error:
        raise InputError(f"{where}: not TOML: {error}") from error
    return _checked(pad, where)


def _plain(message: str) -> str:
    """msgspec's message with its path spelled as in the file: `$.sensors[3].x_mm` becomes `sensors[3].x_mm`."""
    return re.sub(r" - at `\$\.?([^`]*)`$", lambda m: f" (at {m[1] or 'the top'})", message)


def _checked(pad: PadLayout, where: str) -> PadLayout:
    if not pad.sensors:
        raise InputError(f"{where}: sensors: a pad needs at least one")
    by_channel: dict[int, int] = {}
    for row, sensor in enumerate(pad.sensors):
        if sensor.channel in by_channel:
            first = by_channel[sensor.channel]
            raise InputError(f"{where}: sensors[{row}].channel: {sensor.channel} is already that of sensors[{first}]")
        by_channel[sensor.channel] = row
    missing = sorted(set(range(len(pad.sensors))) - set(by_channel))
    if missing:
        raise InputError(
            f"{where}: sensors: channel {missing[0]} is missing (channels count from 0 to {len(pad.sensors) - 1})"
        )
    _check_wiring(pad, where)
    if pad.spine_y1_mm <= pad.spine_y0_mm:
        raise InputError(f"{where}: spine_y1_mm: must be above spine_y0_mm")
    for row, zone in enumerate(pad.zones):
        if zone.x1_mm <= zone.x0_mm or zone.y1_mm <= zone.y0_mm:
            raise InputError(f"{where}: zones[{row}]: '{zone.name}' is empty or upside down")
    ordered = tuple(sorted(pad.sensors, key=lambda s: s.channel))
    whole = msgspec.structs.replace(pad, sensors=_with_tiles(ordered))
    _check_tiles(whole, where)
    return whole


def _with_tiles(sensors: tuple[Sensor, ...]) -> tuple[Sensor, ...]:
    """The sensors with each missing tile filled in from the places of its neighbours."""
    places = np.array([(s.x_mm, s.y_mm) for s in sensors])
    whole = []
    for sensor, place in zip(sensors, places, strict=True):
        if sensor.tile_mm is None:
            offset = places - place
            left, right = _half_reach(offset[:, 0], offset[:, 1])
            below, above = _half_reach(offset[:, 1], offset[:, 0])
            x, y = sensor.x_mm, sensor.y_mm
            sensor = msgspec.structs.replace(sensor, tile_mm=(x - left, y - below, x + right, y + above))  # noqa: PLW2901
        whole.append(sensor)
    return tuple(whole)


def _half_reach(along: NDArray[np.float64], aside: NDArray[np.float64]) -> tuple[float, float]:
    """How far a tile reaches (backward, forward) along one axis, given the offsets of all other sensors."""
    beside = np.abs(along) > np.abs(aside)
    reach = []
    for way in (-along, along):
        ahead = way[beside & (way > 0)]
        reach.append(float(ahead.min()) / 2 - TILE_GAP_MM / 2 if ahead.size else None)
    back, forth = reach
    lone = LONE_TILE_MM / 2
    return (back or forth or lone, forth or back or lone)


def _check_wiring(pad: PadLayout, where: str) -> None:
    taken: dict[tuple[int, int], int] = {}
    for sensor in pad.sensors:
        if (sensor.mux is None) != (sensor.input is None):
            raise InputError(f"{where}: channel {sensor.channel}: mux and input are given together or not at all")
        if sensor.mux is None or sensor.input is None:
            continue
        first = taken.setdefault((sensor.mux, sensor.input), sensor.channel)
        if first != sensor.channel:
            taken_by = f"mux {sensor.mux} input {sensor.input} serves channel {first} already"
            raise InputError(f"{where}: channel {sensor.channel}: {taken_by}")


def _check_tiles(pad: PadLayout, where: str) -> None:
    x0, y0, x1, y1 = pad.tiles.T
    upside_down = np.flatnonzero((x1 <= x0) | (y1 <= y0))
    if upside_down.size:
        raise InputError(f"{where}: channel {upside_down[0]}: tile_mm is x0, y0, x1, y1 with x1 > x0 and y1 > y0")
    across = np.minimum(x1[:, None], x1) - np.maximum(x0[:, None], x0)
    along = np.minimum(y1[:, None], y1) - np.maximum(y0[:, None], y0)
    # A micrometre of slack: tiles that touch are fine, and the file's decimals round.
    overlap = np.triu((across > 1e-3) & (along > 1e-3), k=1)
    if overlap.any():
        a, b = (int(v) for v in np.argwhere(overlap)[0])
        first, second = pad.sensors[a].channel, pad.sensors[b].channel
        raise InputError(f"{where}: the tiles of channels {first} and {second} overlap")

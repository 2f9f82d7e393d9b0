"""A profile: everything that calibrating one pad found out, as a value and as a readable JSON file.

It says for which pad and circuit it holds, when and how it was made, every parameter, how well each sensor does on
loads that it had not seen, over which range, and what was left out and why. The rule: a profile never changes; another
pad's, a newer format's or a damaged one is an error that names the field, and never half a profile.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
import numpy as np
from msgspec import Meta

from rig.calibration.curve import Curves, Own, Shape
from rig.calibration.possible import impossible
from rig.errors import InputError, StorageError
from rig.recording.cells import read_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.pad import PadLayout

FORMAT = 1
SCHEMA = "rig.profile"

VALID_DAYS = 90
"""How long a profile may serve at all, each day with its check weight; foam and tape age. Our choice."""

Method = Literal["weights", "pressing", "population", "dead"]

_Positive = Annotated[float, Meta(gt=0)]
# Wide of anything that a fit gives, and narrow enough that no number which was damaged can overflow.
_Exponent = Annotated[float, Meta(ge=0.1, le=5)]
_LnGain = Annotated[float, Meta(ge=-40, le=10)]
_Ln = Annotated[float, Meta(ge=-100, le=100)]
_Coefficient = Annotated[float, Meta(ge=-0.5, le=0.5)]
_Uncertainty = Annotated[float, Meta(ge=0, le=1000)]
_Width = Annotated[float, Meta(ge=1e-3, le=100)]
_Tau = Annotated[float, Meta(ge=1e-3, le=1e6)]
_Newtons = Annotated[float, Meta(ge=0, le=2000)]
_Spread = Annotated[float, Meta(ge=0, le=5)]
_RISES = 1e-6


class Conditions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Under which conditions the profile was made: what must not have changed since."""

    foam_spread_mm: float = 0.0
    foam: str = ""
    temperature_c: float | None = None
    loads: str = ""
    press: str = ""
    note: str = ""


class Errors(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Errors on trials that a fit had not seen; fractions, null where nothing could be left out.

    `of_reading` is the root mean square, `median` the median over trials; `of_full_scale` is over the largest load.
    """

    of_reading: float | None = None
    median: float | None = None
    of_full_scale: float | None = None
    trials: int = 0


class SensorFit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One sensor: ln F = shape((ln(G - unloaded) - ln_gain) / exponent) + own correction.

    Attributes:
        ln_gain: ln of the conductance in siemens at z = 0. unloaded_counts: the reading without load.
        method: where its numbers come from. uncertainty: relative, one standard deviation.
        range_n: smallest and largest load that it was fitted to, newtons.
        own_z, own_added: its own correction of the shape; empty for most.
    """

    channel: Annotated[int, Meta(ge=0)]
    ln_gain: _LnGain
    exponent: _Exponent
    unloaded_counts: Annotated[float, Meta(ge=0)]
    method: Method
    uncertainty: _Uncertainty
    range_n: tuple[_Newtons, _Newtons]
    held_out: Errors = Errors()
    own_z: tuple[_Ln, ...] = ()
    own_added: tuple[_Ln, ...] = ()


class MemoryFit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Creep and hysteresis: time constants and widths that are switched on, with their coefficients."""

    tau_s: tuple[_Tau, ...] = ()
    creep: tuple[_Coefficient, ...] = ()
    width: tuple[_Width, ...] = ()
    hysteresis: tuple[_Coefficient, ...] = ()
    learned_from: str = "nothing: it did not help on loads left out"


class LeftOut(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that was not used, and why."""

    what: str
    why: str


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The calibration of one pad; see the module's head.

    Attributes:
        made: date as ISO 8601 with time zone. software: the rig's version. valid_days: see `VALID_DAYS`.
        shape_z, shape_ln_n: the pad's shape, z to ln of newtons. gain_spread, exponent_spread: over the sensors,
            standard deviations of ln gain and of the exponent.
        held_out: pooled over all sensors. linear, power: the naive fits on the same trials, of reading.
        total: error of the total force in free pressing, of reading, on stretches left out: by the weights alone, and
            with the pressing. spread_mm: the foam's spread where it was measured.
        on_tile: what a weight on one tile reads, over its load: above 1 where free pressing has taught the sensors to
            speak for the gaps between tiles, too.
    """

    schema: str
    format: int
    pad: str
    adc_bits: Annotated[int, Meta(ge=8, le=16)]
    divider_ohm: Annotated[float, Meta(ge=1, le=1e8)]
    made: str
    software: str
    method: str
    conditions: Conditions
    range_n: tuple[_Newtons, _Newtons]
    held_out: Errors
    linear: float | None
    power: float | None
    shape_z: tuple[_Ln, ...]
    shape_ln_n: tuple[_Ln, ...]
    gain_spread: _Spread
    exponent_spread: _Spread
    memory: MemoryFit
    sensors: tuple[SensorFit, ...]
    left_out: tuple[LeftOut, ...] = ()
    warnings: tuple[str, ...] = ()
    total: tuple[float, float] | None = None
    spread_mm: _Positive | None = None
    on_tile: Annotated[float, Meta(ge=0.1, le=10)] = 1.0
    valid_days: Annotated[float, Meta(gt=0)] = VALID_DAYS

    @property
    def curves(self) -> Curves:
        """The static curves of all sensors."""
        return Curves(
            np.array([s.ln_gain for s in self.sensors]),
            np.array([s.exponent for s in self.sensors]),
            Shape(np.array(self.shape_z), np.array(self.shape_ln_n)),
            {s.channel: Own(np.array(s.own_z), np.array(s.own_added)) for s in self.sensors if s.own_z},
        )

    @property
    def unloaded_counts(self) -> NDArray[np.float64]:
        """(n_channels,) reading of each sensor without load."""
        return np.array([s.unloaded_counts for s in self.sensors])

    @property
    def dead(self) -> NDArray[np.bool_]:
        """(n_channels,) sensors that did not respond when the profile was made."""
        return np.array([s.method == "dead" for s in self.sensors])

    @property
    def impossible(self) -> dict[int, tuple[str, str]]:
        """By channel, what the circuit cannot have of a sensor that is not dead: the field, and why."""
        ranges = np.array([s.range_n for s in self.sensors])
        found = impossible(self.curves, self.unloaded_counts, ranges, 2**self.adc_bits - 1, self.divider_ohm)
        return {c: what for c, what in found.items() if not self.dead[c]}


def profile_text(profile: Profile) -> str:
    """The profile as its file holds it: JSON, lists of numbers on one line each."""
    text = msgspec.json.format(msgspec.json.encode(profile), indent=2).decode()
    return re.sub(r"\[[^\[\]{}]*\]", lambda m: re.sub(r"\s+", " ", m[0]), text) + "\n"


def save_profile(profile: Profile, path: str | Path) -> None:
    """Write the profile's file, whole or not at all.

    Raises:
        StorageError: it cannot be written.
    """
    path = Path(path)
    part = path.with_name(path.name + ".part")
    try:
        part.write_text(profile_text(profile), "utf-8")
        part.replace(path)
    except OSError as error:
        raise StorageError.writing(path, error) from error


def load_profile(path: str | Path, pad: PadLayout | None = None) -> Profile:
    """The profile in a file, checked; with `pad`, also that it is this pad's.

    Raises:
        InputError: no such file, damaged, of a newer format, or another pad's; names the field.
    """
    return parse_profile(read_text(path), str(path), pad)


class _Head(msgspec.Struct):
    schema: str
    format: int


def parse_profile(text: str, where: str, pad: PadLayout | None = None) -> Profile:
    """The profile in JSON text; `where` names the file in errors.

    Raises:
        InputError: as `load_profile`.
    """
    try:
        head = msgspec.json.decode(text, type=_Head)
        if head.schema != SCHEMA:
            raise InputError(f"{where}: schema: '{head.schema}' is not a calibration profile")
        if head.format > FORMAT:
            raise InputError(f"{where}: format: {head.format} is newer than this version of the rig reads ({FORMAT})")
        profile = msgspec.json.decode(text, type=Profile)
    except msgspec.ValidationError as error:
        raise InputError(f"{where}: {_plain(str(error))}") from error
    except msgspec.DecodeError as error:
        raise InputError(f"{where}: damaged, or not a profile: {error}") from error
    _check(profile, where)
    if pad is not None:
        _check_pad(profile, pad, where)
    return profile


def _check_pad(profile: Profile, pad: PadLayout, where: str) -> None:
    """That the profile is this pad's.

    Raises:
        InputError: another pad's name, circuit or number of sensors.
    """
    facts = (
        ("pad", profile.pad, pad.name),
        ("adc_bits", profile.adc_bits, pad.adc_bits),
        ("divider_ohm", profile.divider_ohm, pad.divider_ohm),
        ("sensors", len(profile.sensors), pad.n_channels),
    )
    for field, found, wanted in facts:
        if found != wanted:
            raise InputError(f"{where}: {field}: made for {found}, but the pad at hand has {wanted}")


def _plain(message: str) -> str:
    return re.sub(r" - at `\$\.?([^`]*)`$", lambda m: f" (at {m[1] or 'the top'})", message)


def _check(profile: Profile, where: str) -> None:
    z, ln_n = np.array(profile.shape_z), np.array(profile.shape_ln_n)
    if len(z) < 2 or len(z) != len(ln_n) or min(np.diff(z).min(), np.diff(ln_n).min()) < _RISES:
        raise InputError(f"{where}: shape_z, shape_ln_n: need two or more values each, rising")
    if not profile.sensors:
        raise InputError(f"{where}: sensors: none")
    for row, sensor in enumerate(profile.sensors):
        if sensor.channel != row:
            raise InputError(f"{where}: sensors[{row}].channel: {sensor.channel} out of order")
        if len(sensor.own_z) != len(sensor.own_added) or any(
            b - a < _RISES for a, b in zip(sensor.own_z, sensor.own_z[1:], strict=False)
        ):
            raise InputError(f"{where}: sensors[{row}].own_z: must rise, with as many own_added")
        if not 0 <= sensor.range_n[0] <= sensor.range_n[1]:
            raise InputError(f"{where}: sensors[{row}].range_n: upside down")
    memory = profile.memory
    if len(memory.tau_s) != len(memory.creep) or len(memory.width) != len(memory.hysteresis):
        raise InputError(f"{where}: memory: each time constant and width needs its coefficient")
    if not 0 <= profile.range_n[0] <= profile.range_n[1]:
        raise InputError(f"{where}: range_n: upside down")
    for channel, (field, why) in profile.impossible.items():
        raise InputError(f"{where}: sensors[{channel}].{field}: cannot be: {why}")
    try:
        datetime.fromisoformat(profile.made)
    except ValueError as error:
        raise InputError(f"{where}: made: '{profile.made}' is not a date") from error

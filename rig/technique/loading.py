"""Routines from TOML: the built-in ones by name, others by path, checked so that everything above may trust them.

A file is decoded against the structs of `rig.technique.routine`, gets the rig's default bands behind its own, and
is then checked for what a decoder cannot see: a band upside down, a name that nothing bears, an order that runs in
a circle. The rule: a bad file gives one line that names the file, the line, the field and what was expected.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from rig.errors import InputError
from rig.pad import builtin_pads, load_pad
from rig.technique.bands import Band, Level, merged_bands
from rig.technique.checking import Mistake, check_routine
from rig.technique.routine import Routine
from rig.technique.toml_lines import line_of

if TYPE_CHECKING:
    from rig.pad import PadLayout


class _Defaults(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    bands: tuple[Band, ...]
    levels: tuple[Level, ...]


@cache
def _defaults() -> _Defaults:
    text = (resources.files("rig") / "routines" / "defaults" / "bands.toml").read_text("utf-8")
    return msgspec.toml.decode(text, type=_Defaults)


def default_bands() -> tuple[Band, ...]:
    """The bands that hold where a routine gives none of that name, and where there is no routine at all."""
    return _defaults().bands


def builtin_routines() -> dict[str, str]:
    """The built-in routines: name to TOML text, sorted by name."""
    folder = resources.files("rig") / "routines"
    found = {p.name[:-5]: p.read_text("utf-8") for p in folder.iterdir() if p.name.endswith(".toml")}
    return dict(sorted(found.items()))


def routine_text(name_or_path: str) -> tuple[str, str]:
    """The TOML text of a routine, and the name under which errors should speak of it.

    Raises:
        InputError: neither a built-in nor a readable file.
    """
    builtins = builtin_routines()
    if name_or_path in builtins:
        return builtins[name_or_path], name_or_path
    path = Path(name_or_path)
    if not path.is_file():
        raise InputError(f"no routine '{name_or_path}': neither a built-in ({', '.join(builtins)}) nor a file")
    try:
        return path.read_text("utf-8"), str(path)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read as text ({error})") from error


def load_routine(name_or_path: str, pad: PadLayout | None = None) -> Routine:
    """A built-in routine by name, or a routine file by path; its zones must be `pad`'s, or any built-in pad's.

    Raises:
        InputError: no such routine, or the file is not a sound one; names the file, the line and the field.
    """
    text, where = routine_text(name_or_path)
    return parse_routine(text, where, pad)


def parse_routine(text: str, where: str, pad: PadLayout | None = None) -> Routine:
    """A routine from TOML text; `where` names the file in errors.

    Raises:
        InputError: bad TOML, a missing, unknown or wrong field, or facts that contradict each other.
    """
    try:
        own = msgspec.toml.decode(text, type=Routine)
    except msgspec.ValidationError as error:
        message, path = _split(str(error))
        raise InputError(_place(text, where, path) + message) from error
    except msgspec.DecodeError as error:
        raise InputError(f"{where}: not TOML: {error}") from error
    defaults = _defaults()
    own_levels = {level.name for level in own.levels}
    try:
        routine = msgspec.structs.replace(
            own,
            bands=merged_bands(own.bands, defaults.bands),
            levels=(*own.levels, *(level for level in defaults.levels if level.name not in own_levels)),
        )
        check_routine(routine, _zone_names(pad))
    except Mistake as mistake:
        raise InputError(_place(text, where, mistake.path) + str(mistake)) from mistake
    return routine


def standalone_text(text: str, routine: Routine) -> str:
    """A routine's text with the default bands that it relies on written out behind it.

    That is what a recording keeps, so that it explains itself after the defaults have changed.
    """
    own = {band.name for band in msgspec.toml.decode(text, type=Routine).bands}
    added = [_band_text(band) for band in routine.bands if band.name not in own]
    whole = "\n".join([text.rstrip("\n"), "", "# The rig's default bands at the time of writing.", *added])
    try:
        parse_routine(whole, routine.name)
    except InputError:
        return text  # The file writes its bands inline, so that no table can be added behind; they are its own then.
    return whole


def _band_text(band: Band) -> str:
    fields = msgspec.structs.asdict(band)
    return "\n".join(["[[bands]]", *(f"{k} = {json.dumps(v)}" for k, v in fields.items() if v is not None), ""])


def _zone_names(pad: PadLayout | None) -> frozenset[str]:
    pads = [load_pad(name) for name in builtin_pads()] if pad is None else [pad]
    return frozenset(zone.name for each in pads for zone in each.zones)


def _split(message: str) -> tuple[str, str]:
    """msgspec's message and the path that it names, spelled as in the file."""
    found = re.fullmatch(r"(.*) - at `\$\.?([^`]*)`", message)
    return (found[1], found[2]) if found else (message, "")


def _place(text: str, where: str, path: str) -> str:
    line = line_of(text, path) if path else None
    return where + (f", line {line}" if line else "") + ": " + (f"{path}: " if path else "")

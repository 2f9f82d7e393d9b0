"""Routines from TOML: the built-in ones by name, others by path, checked so that everything above may trust them.

A file is read into the structs of `routine.py`, gets the rig's default bands behind its own, and is then checked for
what the types cannot see: a band upside down, a name that nothing bears, an order that runs in a circle. A file that
names a `base` is a school's (`school.py`): the base is read first, and the school's numbers are put in their places.
The rule: a bad file gives one line that names the file, the line, the field and what was expected.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from rig.errors import InputError
from rig.pad import builtin_pads, load_pad
from rig.technique.routine.bands import Band, Level, merged_bands
from rig.technique.routine.checking import check_routine
from rig.technique.routine.reading import Mistake, nearest, read
from rig.technique.routine.routine import Routine
from rig.technique.routine.school import School, as_taught
from rig.technique.routine.toml_lines import line_of
from rig.technique.routine.toml_text import toml_text

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
        # Some editors begin a file with a byte order mark.
        return path.read_text("utf-8-sig"), str(path)
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
    """A routine from TOML text; `where` names the file in errors, and its folder is where a base is looked for.

    Raises:
        InputError: bad TOML, a missing, unknown or wrong field, or facts that contradict each other.
    """
    data = _toml(text, where)
    try:
        if "base" in data:
            school = read(data, School)
            return as_taught(school, _base_of(school.base, where, pad))
        routine = _with_defaults(read(data, Routine))
        check_routine(routine, _zone_names(pad))
    except Mistake as mistake:
        raise InputError(_place(text, where, mistake.path) + str(mistake)) from mistake
    return routine


def standalone_text(text: str, routine: Routine) -> str:
    """A routine's text with all that it relies on: the default bands are written out behind it.

    A school's file comes out as the whole routine. That is what a recording keeps, so that it explains itself after
    the defaults, or the base, have changed.
    """
    if routine.school is not None:
        return toml_text(msgspec.to_builtins(routine))
    own = {band.name for band in read(tomllib.loads(text), Routine).bands}
    added = [msgspec.to_builtins(band) for band in routine.bands if band.name not in own]
    whole = "\n".join(
        [text.rstrip("\n"), "", "# The rig's default bands at the time of writing.", toml_text({"bands": added})]
    )
    try:
        parse_routine(whole, routine.name)
    except InputError:
        return text  # The file writes its bands inline, so that no table can be added behind; they are its own then.
    return whole


def _toml(text: str, where: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        told = _AT_LINE.fullmatch(str(error))
        what, line = (told[1], int(told[2])) if told else (str(error), text.count("\n") + 1)
        if what == r"Illegal character '\n'":
            what = "a text is not closed on its line"
        raise InputError(f"{where}, line {line}: not TOML: {what}") from error


_AT_LINE = re.compile(r"(.*) \(at line (\d+), column \d+\)", re.DOTALL)


def _with_defaults(own: Routine) -> Routine:
    defaults = _defaults()
    own_levels = {level.name for level in own.levels}
    levels = (*own.levels, *(level for level in defaults.levels if level.name not in own_levels))
    return msgspec.structs.replace(own, bands=merged_bands(own.bands, defaults.bands), levels=levels)


def _base_of(name: str, where: str, pad: PadLayout | None) -> Routine:
    """The routine that a school builds on: a built-in, or a file beside the school's own.

    Raises:
        Mistake: there is none, it is not sound, or it is a school's itself.
    """
    beside = Path(where).parent / name
    if name not in builtin_routines() and not beside.is_file():
        known = builtin_routines()
        raise Mistake("base", f"unknown routine '{name}': {nearest(name, known)}(known: {', '.join(known)}, or a file)")
    text, found = routine_text(name if name in builtin_routines() else str(beside))
    data = _toml(text, found)
    if "base" in data:
        raise Mistake("base", f"'{name}' is a school's file itself; name the routine that it builds on")
    return parse_routine(text, found, pad)


def _zone_names(pad: PadLayout | None) -> frozenset[str]:
    return _builtin_zone_names() if pad is None else frozenset(zone.name for zone in pad.zones)


@cache
def _builtin_zone_names() -> frozenset[str]:
    return frozenset(zone.name for name in builtin_pads() for zone in load_pad(name).zones)


def _place(text: str, where: str, path: str) -> str:
    return f"{where}, line {line_of(text, path)}: " + (f"{path}: " if path else "")

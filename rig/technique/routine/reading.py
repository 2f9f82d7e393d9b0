"""Plain TOML data into structs, and what is wrong with it in words: where, what stands there, what was expected.

msgspec finds the mistake; its message knows the field and the type, and this module says the rest in the words of
somebody who writes a routine: the names that there are, the nearest of them, the amount that is allowed. The rule: what
is expected is read from the structs themselves, so that it cannot fall behind them.
"""

from __future__ import annotations

import difflib
import math
import re
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from msgspec import inspect

from rig.technique.routine.toml_text import toml_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_T = TypeVar("_T", bound=msgspec.Struct)

_PLACED = re.compile(r"(?P<what>.*) - at `\$\.?(?P<path>[^`]*)`", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(?P<field>[^`]*)`")
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<field>[^`]*)`")
_SHOWN = 40
"""Of a wrong value at most so many characters are shown."""


class Mistake(ValueError):  # noqa: N818 - the writer's mistake, which the loader turns into an InputError
    """Something wrong in a routine file; `path` is the field as it is spelled there, empty for the file as a whole."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(message)
        self.path = path


def read(data: Mapping[str, Any], kind: type[_T]) -> _T:
    """The struct that plain data stand for.

    Raises:
        Mistake: a field is missing, unknown, or not of its type.
    """
    _refuse_infinite(data, "")
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        raise _worded(str(error), data, kind) from error


def nearest(word: str, known: Iterable[str]) -> str:
    """A remark that names the most similar of the known words; empty where none is."""
    close = difflib.get_close_matches(word, sorted(known), n=1)
    return f"did you mean '{close[0]}'? " if close else ""


def _refuse_infinite(value: Any, path: str) -> None:
    """TOML has `inf` and `nan`, technique has not."""
    if isinstance(value, dict):
        for name, inner in value.items():
            _refuse_infinite(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            _refuse_infinite(inner, f"{path}[{number}]")
    elif isinstance(value, float) and not math.isfinite(value):
        raise Mistake(path, f"expected a number, not {value}")


@cache
def _shape(kind: type[msgspec.Struct]) -> inspect.Type:
    return inspect.type_info(kind)


def _worded(message: str, data: Mapping[str, Any], kind: type[msgspec.Struct]) -> Mistake:
    placed = _PLACED.fullmatch(message)
    what, path = (placed["what"], placed["path"]) if placed else (message, "")
    here = _type_at(_shape(kind), path)
    if missing := _MISSING.fullmatch(what):
        field = missing["field"]
        return Mistake(path, f"`{field}` is missing (expected {_expected(_field(here, field))})")
    if unknown := _UNKNOWN.fullmatch(what):
        field = unknown["field"]
        known = [f.encode_name for f in _fields(here)]
        inside = f"{path}.{field}" if path else field
        return Mistake(inside, f"unknown field `{field}`: {nearest(field, known)}(known: {', '.join(known)})")
    value = _value_at(data, path)
    close = nearest(value, _words(here)) if isinstance(value, str) else ""
    return Mistake(path, f"expected {_expected(here)}, not {_shown(value)}{': ' + close.strip() if close else ''}")


def _steps(path: str) -> list[str | int]:
    """`steps[3].points` as names and numbers."""
    return [int(number) if number else name for name, number in re.findall(r"([^.\[\]]+)(?![^\[]*\])|\[(\d+)\]", path)]


def _value_at(data: Any, path: str) -> Any:
    for step in _steps(path):
        data = data[step]
    return data


def _type_at(kind: inspect.Type, path: str) -> inspect.Type:
    for step in _steps(path):
        kind = _inner(kind) if isinstance(step, int) else _field(kind, step)
    return kind


def _plain(kind: inspect.Type) -> list[inspect.Type]:
    """What a value may be; that a field may be left out goes without saying."""
    if isinstance(kind, inspect.Metadata):
        return _plain(kind.type)
    types = kind.types if isinstance(kind, inspect.UnionType) else (kind,)
    return [each for each in types if not isinstance(each, inspect.NoneType)]


def _inner(kind: inspect.Type) -> inspect.Type:
    for each in _plain(kind):
        if isinstance(each, inspect.VarTupleType | inspect.ListType):
            return each.item_type
    return inspect.AnyType()


def _fields(kind: inspect.Type) -> tuple[inspect.Field, ...]:
    return next((each.fields for each in _plain(kind) if isinstance(each, inspect.StructType)), ())


def _field(kind: inspect.Type, name: str) -> inspect.Type:
    return next((field.type for field in _fields(kind) if field.encode_name == name), inspect.AnyType())


def _words(kind: inspect.Type) -> list[str]:
    return [str(v) for each in _plain(kind) if isinstance(each, inspect.LiteralType) for v in each.values]


def _expected(kind: inspect.Type) -> str:
    return " or ".join(_one(each) for each in _plain(kind))


def _one(kind: inspect.Type) -> str:
    match kind:
        case inspect.LiteralType():
            return "one of " + ", ".join(str(value) for value in kind.values)
        case inspect.StrType():
            return _SPELLING.get(kind.pattern or "", "some text")
        case inspect.FloatType() | inspect.IntType():
            return "a number" if kind.ge is None else f"a number of at least {kind.ge:g}"
        case inspect.BoolType():
            return "true or false"
        case inspect.StructType():
            return "{ " + ", ".join(field.encode_name for field in kind.fields) + " }"
        case inspect.VarTupleType() | inspect.ListType():
            return f"a list of {_expected(kind.item_type)}"
        case _:
            return "something else"


_SPELLING = {
    r"\S": "some text",
    r"^[a-z0-9-]+\.[a-z0-9-]+$": "a routine's name, a dot, and a number or word, in small letters, digits and hyphens",
    r"^[a-z0-9-]+$": "a name in small letters, digits and hyphens",
}
"""What the patterns of the structs mean."""


def _shown(value: Any) -> str:
    try:
        text = toml_value(value)
    except TypeError:
        text = str(value)  # a date, say
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."

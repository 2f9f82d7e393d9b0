"""Values as TOML text, for the routine files that the rig itself writes.

Lists of tables become `[[headers]]` where they stand at the top of a table, and stay inline elsewhere. The rule: what
is written reads back as what it was (`tests/technique/test_toml.py`).
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def toml_text(table: Mapping[str, Any]) -> str:
    """A table of plain values (str, bool, int, float, list, dict) as TOML; what is None is left out."""
    return "\n".join(_lines(table, "")) + "\n"


def toml_value(value: Any) -> str:
    """One value, inline.

    Raises:
        TypeError: TOML has no such value.
    """
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            # JSON's escapes are TOML's too; of the characters that TOML wants escaped JSON leaves only DEL.
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case int():
            return str(value)
        case float():
            return _number(value)
        case list() | tuple():
            return "[" + ", ".join(toml_value(each) for each in value) + "]"
        case dict():
            return "{ " + ", ".join(f"{k} = {toml_value(v)}" for k, v in value.items() if v is not None) + " }"
    raise TypeError(f"TOML has no {type(value).__name__}")


def _number(value: float) -> str:
    if not math.isfinite(value):
        return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)


def _lines(table: Mapping[str, Any], path: str) -> Iterator[str]:
    later = {}
    for name, value in table.items():
        if _is_tables(value):
            later[name] = value
        elif value is not None:
            yield f"{name} = {toml_value(value)}"
    # Keys behind a header belong to its table, so the tables come last.
    for name, rows in later.items():
        for row in rows:
            inner = f"{path}.{name}" if path else name
            yield ""
            yield f"[[{inner}]]"
            yield from _lines(row, inner)


def _is_tables(value: Any) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(each, dict) for each in value)

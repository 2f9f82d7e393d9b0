"""Text files from elsewhere, and the numbers in their cells.

The rule: what is not there, not text or not a number is told in the same words for every file, naming file, line and
column, so that whoever handed it in can mend it.
"""

from __future__ import annotations

import math
from pathlib import Path

from rig.errors import InputError

LONGEST_TIME_S = 4e9
"""Beyond, seconds as a double no longer tell microseconds apart."""


def read_text(path: str | Path) -> str:
    """A text file, without the mark that some editors put at its beginning.

    Raises:
        InputError: there is no such file, or it is not text.
    """
    try:
        return Path(path).read_text("utf-8-sig")
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file") from error
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read as text ({error})") from error


def number(cell: str, where: str) -> float:
    """The finite number in a cell; `where` names file, line and column.

    Raises:
        InputError: it holds something else.
    """
    try:
        value = float(cell)
    except ValueError:
        said = f"'{cell[:40]}' is not a number" if cell else "empty"
        raise InputError(f"{where}: {said}") from None
    if not math.isfinite(value):
        raise InputError(f"{where}: {cell} is not a number")
    return value


def time_us(cell: str, where: str) -> int:
    """The seconds in a cell as whole microseconds.

    Raises:
        InputError: it holds something else, or what no clock has counted to.
    """
    value = number(cell, where)
    if abs(value) >= LONGEST_TIME_S:
        raise InputError(f"{where}: {cell} is not a time in seconds")
    return round(value * 1e6)


def whole(cell: str, where: str) -> int:
    """The whole number in a cell; `12.0` is one.

    Raises:
        InputError: it holds something else.
    """
    value = number(cell, where)
    if value != math.floor(value):
        raise InputError(f"{where}: {cell} is not a whole number")
    return int(value)

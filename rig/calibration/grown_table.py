"""Tables of a guided run: they grow line by line as readings come, and are written anew where one was taken back.

The rule: what is in the file is whole lines. A line that a crash cut short is taken off before the file is read again,
so that no later line is put behind its half.
"""

from __future__ import annotations

from pathlib import Path

from rig.errors import StorageError


def append_rows(path: str | Path, header: str, rows: str) -> None:
    """Add lines to a table, which is made with its folder where there is none.

    Raises:
        StorageError: it cannot be written.
    """
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(rows if file.tell() else header + rows)
    except OSError as error:
        raise StorageError.writing(path, error) from error


def replace_rows(path: str | Path, header: str, rows: str) -> None:
    """Put these lines in a table's place, whole or not at all.

    Raises:
        StorageError: it cannot be written.
    """
    path = Path(path)
    part = path.with_name(path.name + ".part")
    try:
        part.write_text(header + rows, "utf-8")
        part.replace(path)
    except OSError as error:
        raise StorageError.writing(path, error) from error


def take_off_half_line(path: str | Path) -> None:
    """End a table after its last whole line; nothing happens where it does already, or where there is none.

    Raises:
        StorageError: it cannot be written.
    """
    path = Path(path)
    try:
        held = path.read_bytes() if path.is_file() else b""
        if held and not held.endswith(b"\n"):
            with path.open("r+b") as file:
                file.truncate(held.rfind(b"\n") + 1)
    except OSError as error:
        raise StorageError.writing(path, error) from error

"""Tables for other programs: CSV, or Parquet where pyarrow is installed; the file's ending decides.

A table is written in pieces, so that an hour of frames needs no more memory than a second of them. The rule: numbers
are written so that reading them back gives the same bits; what is not a number, or None, is an empty cell.
"""

from __future__ import annotations

import csv
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

import numpy as np

from rig.errors import InputError, OperationError, StorageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike


def write_table(path: str | Path, columns: Mapping[str, ArrayLike]) -> None:
    """Write columns of one length as a whole table; None and NaN are empty cells.

    Raises:
        InputError: the path ends in neither `.csv` nor `.parquet`.
        OperationError: Parquet without pyarrow.
        StorageError: the file cannot be written.
    """
    with TableWriter(path, list(columns)) as table:
        table.write(columns)


class TableWriter:
    """A table written piece by piece; appears, or replaces a file that exists, once it is whole. A context manager.

    Args:
        path: the file, ending in `.csv` or `.parquet`.
        names: the columns in order, written even if no row follows.

    Raises:
        InputError, OperationError, StorageError: as `write_table`.
    """

    def __init__(self, path: str | Path, names: Sequence[str]) -> None:
        self._path = Path(path)
        self._names = list(names)
        ending = self._path.suffix.lower()
        if ending not in {".csv", ".parquet"}:
            raise InputError(f"{path}: a table's name ends in .csv or .parquet")
        # What is no plain file, such as a pipe, cannot be replaced.
        plain = self._path.is_file() or not self._path.exists()
        self._part = self._path.with_name(self._path.name + ".part") if plain else self._path
        self._open = True
        try:
            self._file: _File = (_Csv if ending == ".csv" else _Parquet)(self._part, self._names)
        except OSError as error:
            raise self._failed(error) from error
        except ImportError as error:
            raise OperationError(
                f"{path}: Parquet needs pyarrow, which is not installed: pip install 'massage-rig[parquet]'"
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.close()
        else:
            self._discard()

    def write(self, columns: Mapping[str, ArrayLike]) -> None:
        """Append rows: an array of one length under each of the table's names; types as in the first piece."""
        arrays = [np.asarray(columns[name]) for name in self._names]
        if len({len(array) for array in arrays}) > 1 or any(array.ndim != 1 for array in arrays):
            raise ValueError("the columns of a table differ in length")
        try:
            self._file.write(arrays)
        except OSError as error:
            raise self._failed(error) from error

    def close(self) -> None:
        """Finish the file; harmless when repeated."""
        if not self._open:
            return
        try:
            self._file.close()
            if self._part != self._path:
                self._part.replace(self._path)
        except OSError as error:
            self._discard()
            raise self._failed(error) from error
        self._open = False

    def _discard(self) -> None:
        """Leave nothing half written behind."""
        self._open = False
        with suppress(OSError):
            self._file.close()
        if self._part != self._path:
            self._part.unlink(missing_ok=True)

    def _failed(self, error: OSError) -> StorageError:
        return StorageError.writing(self._path, error)


class _File(Protocol):
    def write(self, arrays: list[np.ndarray[Any, Any]]) -> None: ...

    def close(self) -> None: ...


class _Csv:
    def __init__(self, path: Path, names: list[str]) -> None:
        self._file = path.open("w", encoding="utf-8", newline="")
        self._rows = csv.writer(self._file, lineterminator="\n")
        self._rows.writerow(names)

    def write(self, arrays: list[np.ndarray[Any, Any]]) -> None:
        # Python's own numbers: csv writes its floats by repr, the shortest text that reads back to the same bits.
        columns = ([_cell(v) for v in array.tolist()] if _may_be_empty(array) else array.tolist() for array in arrays)
        self._rows.writerows(zip(*columns, strict=True))

    def close(self) -> None:
        self._file.close()


def _may_be_empty(array: np.ndarray[Any, Any]) -> bool:
    return array.dtype == object or (array.dtype.kind == "f" and bool(np.isnan(array).any()))


def _cell(value: object) -> object:
    """Several numbers in one cell stand apart by spaces."""
    if isinstance(value, tuple):
        return " ".join(map(repr, value))
    return None if value != value else value


class _Parquet:
    def __init__(self, path: Path, names: list[str]) -> None:
        import pyarrow  # type: ignore[import-untyped]  # it ships no types
        from pyarrow import parquet

        self._arrow, self._parquet = pyarrow, parquet
        self._names = names
        self._file = path.open("wb")
        self._writer: Any = None

    def write(self, arrays: list[np.ndarray[Any, Any]]) -> None:
        table = self._arrow.table([self._column(array) for array in arrays], names=self._names)
        if self._writer is None:
            self._writer = self._parquet.ParquetWriter(self._file, table.schema)
        # A piece that happens to hold no value in a column does not know that column's type.
        self._writer.write_table(table.cast(self._writer.schema))

    def _column(self, array: np.ndarray[Any, Any]) -> Any:
        column = self._arrow.array(array, from_pandas=True)
        # Objects of which the first piece shows none are words: numbers come as numbers.
        return column.cast(self._arrow.string()) if self._arrow.types.is_null(column.type) else column

    def close(self) -> None:
        if self._file.closed:
            return
        try:
            if self._writer is None:
                self.write([np.empty(0) for _ in self._names])
            self._writer.close()
        finally:
            self._file.close()

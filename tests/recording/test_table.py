from __future__ import annotations

import builtins
import math
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]  # its types are a package of their own
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig.errors import InputError, OperationError, StorageError
from rig.recording.table import TableWriter, write_table

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS: dict[str, Any] = {
    "t0": np.array([0.1, 1 / 3, math.nan]),
    "kind": np.array(["stroke", 'with "quotes", and comma', None], dtype=object),
    "n": np.array([1, -2, 3]),
}


def test_csv_is_plain(tmp_path: Path) -> None:
    write_table(tmp_path / "a.csv", COLUMNS)
    assert (tmp_path / "a.csv").read_text() == (
        't0,kind,n\n0.1,stroke,1\n0.3333333333333333,"with ""quotes"", and comma",-2\n,,3\n'
    )


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_pieces_make_the_same_table_as_the_whole(ending: str, tmp_path: Path) -> None:
    one, many = tmp_path / f"one.{ending}", tmp_path / f"many.{ending}"
    write_table(one, COLUMNS)
    with TableWriter(many, list(COLUMNS)) as table:
        for row in range(3):
            table.write({name: column[row : row + 1] for name, column in COLUMNS.items()})
    read = pd.read_csv if ending == "csv" else pd.read_parquet
    pd.testing.assert_frame_equal(read(one), read(many))
    assert list(read(one).columns) == ["t0", "kind", "n"]


@given(st.lists(st.floats(allow_nan=False)))
def test_numbers_read_back_to_the_bit(tmp_path_factory: pytest.TempPathFactory, values: list[float]) -> None:
    path = tmp_path_factory.mktemp("bits") / "a.csv"
    write_table(path, {"x": np.array(values)})
    assert [float(line) for line in path.read_text().splitlines()[1:]] == values


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_table_without_rows_still_names_its_columns(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{ending}"
    with TableWriter(path, ["a", "b"]) as table:
        pass
    table.close()
    read = pd.read_csv if ending == "csv" else pd.read_parquet
    assert list(read(path).columns) == ["a", "b"]
    assert len(read(path)) == 0


def test_what_cannot_be_written_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match=r"a\.xlsx: a table's name ends in \.csv or \.parquet"):
        write_table(tmp_path / "a.xlsx", COLUMNS)
    with pytest.raises(StorageError, match="cannot be written: No such file"):
        write_table(tmp_path / "no" / "a.csv", COLUMNS)
    with pytest.raises(ValueError, match="differ in length"):
        write_table(tmp_path / "a.csv", {"a": np.zeros(2), "b": np.zeros(3)})
    real = builtins.__import__

    def without_pyarrow(name: str, *rest: Any) -> Any:
        if name == "pyarrow":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without_pyarrow)
    with pytest.raises(OperationError, match=r"a\.parquet: Parquet needs pyarrow.*massage-rig\[parquet\]"):
        write_table(tmp_path / "a.parquet", COLUMNS)
    assert not (tmp_path / "a.parquet").exists()


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_table_that_is_not_finished_leaves_what_was_there(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"t.{ending}"
    write_table(path, {"a": [1.0]})
    before = path.read_bytes()

    with suppress(KeyboardInterrupt), TableWriter(path, ["a"]) as table:
        table.write({"a": [2.0]})
        raise KeyboardInterrupt

    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_column_may_have_nothing_in_its_first_piece(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    with TableWriter(path, ["rate", "step"]) as table:
        table.write({"rate": np.array([math.nan]), "step": np.array([None], object)})
        table.write({"rate": np.array([12.5]), "step": np.array(["relieving.1"], object)})
    found = pd.read_parquet(path)
    assert found["rate"].tolist()[1:] == [12.5]
    assert found["rate"].isna().tolist() == found["step"].isna().tolist() == [True, False]
    assert found["step"][1] == "relieving.1"

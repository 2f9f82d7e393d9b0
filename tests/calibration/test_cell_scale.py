from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig.calibration.cell_scale import CellReading, append_cell, cell_scale, kept_cell
from rig.errors import InputError, StorageError

if TYPE_CHECKING:
    from pathlib import Path

LOADS = (0.0, 1.0, 3.0, 10.0, 3.0, 1.0)


def read(span: float, zero: float, loads: tuple[float, ...] = LOADS) -> list[CellReading]:
    return [CellReading(k * 1_000_000, load, zero + span * load) for k, load in enumerate(loads)]


@given(st.floats(50, 50_000), st.booleans(), st.integers(-8_000_000, 8_000_000))
def test_a_cell_on_a_straight_line_is_found_either_way_round(span: float, turned: bool, zero: int) -> None:
    span = -span if turned else span
    found = cell_scale(read(span, zero))
    assert found is not None
    assert found.raw_per_n == pytest.approx(span, rel=1e-6)
    assert found.zero_raw == pytest.approx(zero, abs=1e-3 * abs(span) + 1e-6 * abs(zero))
    assert found.off < 1e-4


@pytest.mark.parametrize("number", range(len(LOADS)))
def test_one_hand_beside_the_puck_does_not_bend_the_line(number: int) -> None:
    readings = read(4300, 84_000)
    readings[number] = CellReading(0, LOADS[number], readings[number].raw + 4300 * 15)
    found = cell_scale(readings)
    assert found is not None
    assert found.raw_per_n == pytest.approx(4300, rel=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_a_cell_that_does_not_follow_the_weights_has_no_scale(seed: int) -> None:
    rng = np.random.default_rng(seed)
    assert cell_scale([CellReading(0, load, float(rng.normal(84_000, 500))) for load in LOADS]) is None
    assert cell_scale(read(0, 84_000)) is None


@pytest.mark.parametrize("loads", [(), (5.0,), (2.0, 2.5), (0.0, 0.0, 0.0)])
def test_too_few_weights_tell_nothing(loads: tuple[float, ...]) -> None:
    assert cell_scale(read(4300, 0, loads)) is None


def test_the_table_grows_line_by_line_and_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "calibration" / "cell.csv"
    assert kept_cell(path) == []
    readings = read(4300, 84_000)
    for reading in readings:
        append_cell(path, reading)
    assert kept_cell(path) == readings
    with path.open("a") as file:
        file.write("7.0,3.")  # the power went
    assert kept_cell(path) == readings
    append_cell(path, readings[0])
    assert kept_cell(path) == [*readings, readings[0]]


@pytest.mark.parametrize(
    ("text", "said"),
    [("a,b\n1,2\n", "header"), ("t_s,load_n,raw\n1,2\n", "line 2"), ("t_s,load_n,raw\n1,x,2\n", "line 2")],
)
def test_another_table_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "cell.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=said):
        kept_cell(path)


def test_a_folder_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "calibration").write_text("")
    with pytest.raises(StorageError, match="cannot be written"):
        append_cell(tmp_path / "calibration" / "cell.csv", read(1, 0)[0])

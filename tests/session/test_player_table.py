from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd  # type: ignore[import-untyped]  # its types are a package of their own
import pytest

from rig.analysis.analysis import Analysis
from rig.calibration.nominal import NominalConversion
from rig.errors import OperationError, StorageError
from rig.session.player.player import Player
from rig.session.player.table import TableExport
from tests.session.hands import PAD, session
from tests.session.played import STEPS, recorded

if TYPE_CHECKING:
    from pathlib import Path

S = 1_000_000


@pytest.fixture(scope="module")
def player(tmp_path_factory: pytest.TempPathFactory) -> Player:
    opened = Player.open(recorded(tmp_path_factory.mktemp("played") / "a.mcap"))
    opened.survey.run()
    return opened


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_curves_are_those_of_the_analysis(player: Player, tmp_path: Path) -> None:
    TableExport(player, tmp_path / "a.csv", 14 * S, 23 * S, raw=False).run()
    found = rows(tmp_path / "a.csv")
    hops = Analysis(PAD, NominalConversion(PAD)).push(session()).hops
    wanted = (hops.t_us >= 14 * S) & (hops.t_us < 23 * S)
    assert [float(row["total_n"]) for row in found] == hops.total_n[wanted].tolist()
    assert [float(row["spine_n"]) for row in found] == hops.spine_n[wanted].tolist()
    assert [float(row["t_s"]) for row in found] == (hops.t_us[wanted] / 1e6).tolist()
    assert {row["step"] for row in found if float(row["t_s"]) < 15} == {STEPS[0]}
    assert {row["step"] for row in found if float(row["t_s"]) >= 15} == {STEPS[1]}
    assert any("spine-pressure" in row["flags"] for row in found)
    assert {row["contacts"] for row in found} >= {"0", "1"}


def test_raw_counts_without_hidden_channels(player: Player, tmp_path: Path) -> None:
    TableExport(player, tmp_path / "a.csv", 2 * S, 3 * S, raw=True, hidden={0, 5}).run()
    found = rows(tmp_path / "a.csv")
    block = session()
    wanted = block.counts[(block.t_us >= 2 * S) & (block.t_us <= 3 * S)]
    names = [name for name in found[0] if name.startswith("c")]
    assert names == [f"c{c}" for c in range(144) if c not in {0, 5}]
    assert np.array_equal([[int(row[name]) for name in names] for row in found], np.delete(wanted, [0, 5], axis=1))


def test_broken_off_it_leaves_no_file(player: Player, tmp_path: Path) -> None:
    export = TableExport(player, tmp_path / "a.csv", 0, 30 * S, raw=True)
    export.cancel()
    export.run()
    assert (export.done, list(tmp_path.iterdir())) == (False, [])


def test_a_disk_that_does_not_take_it_is_told_and_what_was_there_is_kept(player: Player, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="nowhere"):
        TableExport(player, tmp_path / "nowhere" / "a.csv", 0, S, raw=False).run()
    export = TableExport(player, tmp_path / "nowhere" / "a.csv", 0, S, raw=False)
    export.start()
    export._thread.join()
    assert isinstance(export.error, StorageError)


def test_curves_as_parquet_are_those_of_the_csv(player: Player, tmp_path: Path) -> None:
    for ending in ("csv", "parquet"):
        TableExport(player, tmp_path / f"a.{ending}", 0, 30 * S, raw=False).run()
    written = pd.read_csv(tmp_path / "a.csv", keep_default_na=False, na_values={"rate_per_min": [""]})
    packed = pd.read_parquet(tmp_path / "a.parquet").fillna({"step": ""})
    pd.testing.assert_frame_equal(written, packed, check_exact=True)
    assert packed["rate_per_min"].notna().any()


def test_a_recording_that_is_closed_meanwhile_leaves_no_table(tmp_path: Path) -> None:
    """Its rates and flags will never be known."""
    opened = Player.open(recorded(tmp_path / "a.mcap"))
    opened.survey.stop()
    with pytest.raises(OperationError, match="closed meanwhile"):
        TableExport(opened, tmp_path / "a.csv", 0, 30 * S, raw=False).run()
    assert [path.name for path in tmp_path.iterdir()] == ["a.mcap"]


def test_a_program_that_fails_is_told(player: Player, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError

    export = TableExport(player, tmp_path / "a.csv", 0, S, raw=True)
    monkeypatch.setattr(export, "_write_counts", fails)
    with pytest.raises(ZeroDivisionError):
        export._run_told()
    assert "not written" in str(export.error)

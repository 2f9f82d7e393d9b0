from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rig.analysis.analysis import Analysis
from rig.calibration.nominal import NominalConversion
from rig.errors import StorageError
from rig.session.player import Player
from rig.session.player_table import TableExport
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

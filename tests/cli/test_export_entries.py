"""Strokes and flags as tables: one column a field, whatever a field holds."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from rig.cli.app import main

if TYPE_CHECKING:
    from pathlib import Path


def test_a_recording_of_nothing_but_straight_strokes(tmp_path: Path) -> None:
    """All of them have force parts, and equally many, which is still one column."""
    recording, table = tmp_path / "r.mcap", tmp_path / "strokes.csv"
    assert main(["perform", "therapeutic.6", "--seed", "3", "--rate", "50", "-o", str(recording)]) == 0
    assert main(["export", str(recording), "-o", str(table), "--what", "strokes"]) == 0
    with table.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["kind"] for row in rows} == {"stroke"}
    assert all(len([float(part) for part in row["force_parts_n"].split(" ")]) == 8 for row in rows)
    assert {row["contact_size"] for row in rows} <= {"forearm", "hand", ""}

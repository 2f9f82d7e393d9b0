"""The worked example in `calibration/`: what is kept there is what its files give."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from rig.calibration.check import check
from rig.calibration.loads import read_loads
from rig.calibration.profile import load_profile
from rig.calibration.profiled import ProfiledConversion
from rig.cli import main
from rig.pad import load_pad
from rig.virtual.virtual_pad import VirtualPad
from tests.calibration.example import CELL_PER_N, CELL_ZERO, FOLDER, MADE, OVERNIGHT, PAD, SEED, pressed

LAYOUT = load_pad(PAD)
KEPT = load_profile(FOLDER / "example_profile.json", LAYOUT)


def test_it_brings_the_total_of_a_fresh_session_right() -> None:
    made = VirtualPad.drawn(LAYOUT, SEED)
    fresh = pressed(made, 99, 30.0, 40)
    force = ProfiledConversion(KEPT, LAYOUT).push(fresh.block).sum(axis=1) / 1024
    at = fresh.total_n > 10
    assert np.sqrt(np.mean((force[at] / fresh.total_n[at] - 1) ** 2)) < 0.03


def test_the_next_day_is_repaired_by_its_check_weights() -> None:
    tomorrow = MADE + timedelta(days=1)
    assert check(KEPT, LAYOUT, tomorrow).state == "invalid"
    verdict = check(KEPT, LAYOUT, tomorrow, read_loads(FOLDER / "example_today.csv", LAYOUT))
    assert verdict.state != "invalid"
    assert verdict.off is not None
    assert verdict.off < 0.03
    # The gaps that free pressing taught the sensors to speak for are no error of a weight.
    assert KEPT.on_tile > 1.01
    assert verdict.session_gain == pytest.approx(1 / OVERNIGHT, rel=0.02)


def test_the_profile_is_what_the_command_makes_of_the_files(tmp_path: Path) -> None:
    mine = tmp_path / "mine.json"
    loads, press, points = (str(FOLDER / f"example_{name}") for name in ("loads.csv", "press.mcap", "points.csv"))
    fit = ["calibrate", "fit", loads, "--press", press, "--spread", points, "-o", str(mine)]
    assert main(fit) == 2, "nobody said what the load cell reads"
    assert not mine.exists()
    assert main([*fit, "--cell-zero", f"{CELL_ZERO}", "--cell-span", f"{CELL_PER_N}"]) == 0
    found = load_profile(mine, LAYOUT)
    # Another machine's libraries may round another way.
    assert np.allclose([s.ln_gain for s in found.sensors], [s.ln_gain for s in KEPT.sensors], atol=2e-3)
    assert found.spread_mm == pytest.approx(KEPT.spread_mm, abs=0.2)


def test_its_files_are_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.glob("example_*")) < 1_600_000

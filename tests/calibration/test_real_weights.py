"""The real recording of `fsr_weights.csv`, where it is at hand: beside the repository, or where RIG_SHARED says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rig.calibration.fit import fit_loads
from rig.calibration.fitted_profile import profile_of
from rig.calibration.loads import read_loads
from rig.pad import parse_pad

SHARED = Path(os.environ.get("RIG_SHARED") or Path(__file__).parents[3] / "shared")
RECORDING = SHARED / "data" / "fsr_weights.csv"

pytestmark = pytest.mark.skipif(
    not RECORDING.is_file(),
    reason=f"the real recording is not at hand ({RECORDING}): the calibration is NOT tried on it",
)

PAD = parse_pad(
    'name = "two"\nadc_bits = 12\ndivider_ohm = 10000\n'
    "sensors = [{ channel = 0, x_mm = 0, y_mm = 0 }, { channel = 1, x_mm = 40, y_mm = 0 }]",
    "two",
)


def test_leave_one_trial_out_and_the_strange_trial() -> None:
    found = fit_loads(read_loads(RECORDING, PAD), PAD)
    assert len(found.readings.trials) == 36
    assert found.errors.rms() <= 0.045, "with the strange trial judged too"
    assert found.errors.median() <= 0.015
    made = profile_of(found, PAD, "2026-01-05T10:00:00+00:00")
    assert [entry.what for entry in made.left_out] == ["channel 0, cycle 3, 1.168 N (119.1 g)"]
    assert made.held_out.of_reading is not None
    assert made.power is not None
    assert made.held_out.of_reading < made.power / 4

"""What a step asks for and nobody judges, said in words."""

from __future__ import annotations

import pytest

from rig.pad import load_pad
from rig.technique.routine.loading import load_routine
from rig.technique.unjudged import not_judged

PAD = load_pad("back-144")
THERAPEUTIC = load_routine("therapeutic", PAD)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("therapeutic.6", "evenness along the way"),
        ("therapeutic.4", "less force in the neck"),
        ("therapeutic.3", "depth against therapeutic.2"),
        ("therapeutic.8", "depth from part to part"),
    ],
)
def test_what_other_sensors_measured_says_less_without_a_calibration(step: str, said: str) -> None:
    known = not_judged(THERAPEUTIC.step(step), None, 60.0, None)
    guessed = not_judged(THERAPEUTIC.step(step), None, 60.0, None, 1.6)
    why = "forces are not calibrated; within a factor of 1.6 nothing is told"
    told = {f"{said}: {why}"}
    if THERAPEUTIC.step(step).pressure is not None:
        told.add(f"force against its limits: {why}")
    assert set(guessed) - set(known) == told

"""What the map says of each sensor, from known fits and profiles."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

from rig.calibration.nominal import nominal_conductance_s
from rig.calibration.profile import load_profile
from rig.calibration.run_tasks import Task
from rig.calibration.verdict import Reason, Verdict
from rig.session.calibrate.live_fit import FitSoFar, TrialOff
from rig.session.calibrate.marks import SURE, WEAK, pressing_marks, profile_marks, weighing_marks

PLAN = [Task("up", channel, load, 1) for channel in (1, 4, 6) for load in (1.0, 2.0, 5.0, 10.0)]
EXAMPLE = Path(__file__).parent.parent.parent / "calibration" / "example_profile.json"


def fit(gain: float = 1.0, off: float = 0.01, *, strange: bool = False, dead: bool = False) -> FitSoFar:
    """Three sensors, of which number 4 is as said."""
    trials = [
        TrialOff(
            task.channel or 0,
            task.load_n,
            float(nominal_conductance_s(np.array(task.load_n))) * (gain if task.channel == 4 else 1.0),
            off if task.channel == 4 else 0.01,
            strange and task.channel == 4 and task.load_n == 5.0,
        )
        for task in PLAN
    ]
    return FitSoFar({}, tuple(trials), 0.02, frozenset({4} if dead else ()))


def states(found: FitSoFar | None, left: list[Task]) -> list[str]:
    return [mark.state for mark in weighing_marks(8, PLAN, left, None, found)]


def test_a_sensor_fills_up_as_its_weights_are_done() -> None:
    marks = weighing_marks(8, PLAN, PLAN[2:], PLAN[2], None)
    assert [m.state for m in marks] == ["idle", "now", "idle", "idle", "todo", "idle", "todo", "idle"]
    assert marks[1].share == 0.5
    assert marks[4].share == 0
    assert states(None, [])[1] == "done"


@pytest.mark.parametrize(
    ("found", "state", "why"),
    [
        (fit(), "done", ""),
        (fit(gain=0.9 * WEAK), "weak", "flat"),
        (fit(gain=1.1 * WEAK), "done", ""),
        (fit(strange=True), "doubtful", "strange"),
        (fit(off=0.08), "doubtful", "off"),
        (fit(dead=True), "dead", "silent"),
    ],
)
def test_a_sensor_is_weak_doubtful_or_dead_by_its_own_weights(found: FitSoFar, state: str, why: str) -> None:
    marks = weighing_marks(8, PLAN, [], None, found)
    assert (marks[4].state, marks[4].why) == (state, why)
    assert [marks[c].state for c in (1, 6)] == ["done", "done"]


def test_what_is_wrong_stays_with_the_sensor_that_is_weighed() -> None:
    mark = weighing_marks(8, PLAN, PLAN[7:], PLAN[7], fit(strange=True))[4]
    assert (mark.state, mark.why) == ("now", "strange")


def test_pressing_counts_to_enough_and_rings_the_least() -> None:
    marks = pressing_marks(np.array([0.0, 3.0, 6.0, 9.0]), 6.0, 0)
    assert [m.state for m in marks] == ["now", "todo", "done", "done"]
    assert [m.share for m in marks] == [0.0, 0.5, 1.0, 1.0]


def test_a_profile_names_its_weak_dead_and_doubted_sensors() -> None:
    profile = load_profile(EXAMPLE)
    sensors = list(profile.sensors)
    changed = {3: ("dead", 1.0), 5: ("population", 0.3), 7: ("pressing", 2 * SURE), 12: ("weights", 2 * SURE)}
    for c, (method, uncertainty) in changed.items():
        sensors[c] = msgspec.structs.replace(sensors[c], method=method, uncertainty=uncertainty)
    verdict = Verdict("doubtful", (Reason("doubtful", "off", (9,)),))
    marks = profile_marks(msgspec.structs.replace(profile, sensors=tuple(sensors)), verdict)
    assert [marks[c].state for c in (3, 5, 7, 12, 9)] == ["dead", "weak", "weak", "doubtful", "doubtful"]
    assert [marks[c].why for c in (3, 5, 7, 12, 9)] == ["silent", "unpressed", "unpressed", "unsure", "check"]
    assert sum(mark.state == "done" for mark in marks) > 100

"""What is to be said of each sensor while a pad is calibrated: finished, waiting, weak, doubtful or dead, and why.

Three views of the same map: while weights are put on, while the pad is pressed, and by the finished profile. The rule:
a mark states what the readings or the profile say, with the limit's source beside the number; it decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from rig.calibration.nominal import nominal_conductance_s
from rig.calibration.press import ENOUGH_SD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rig.calibration.profile import Profile
    from rig.calibration.run_tasks import Task
    from rig.calibration.verdict import Verdict
    from rig.session.calibrate.live_fit import FitSoFar, TrialOff

State = Literal["idle", "todo", "now", "done", "weak", "doubtful", "dead"]
Why = Literal["", "flat", "strange", "off", "unpressed", "silent", "unsure", "check"]

WEAK = 1 / 3
"""A sensor that conducts less than this of its siblings sits wrongly: seating alone moves one by 3-11 (CALIBRATION)."""

OFF = 0.05
"""A settled weight may be told so wrongly by the others; the solid target of CALIBRATION."""

SURE = ENOUGH_SD
"""A sensor's force is known well enough below this uncertainty."""


@dataclass(frozen=True)
class Mark:
    """One sensor: its state, how far its part of the work is (0 to 1), and what is wrong with it.

    `value` belongs to `why`: how its conductance compares (`flat`), a relative error (`strange`, `off`) or uncertainty
    (`unpressed`, `unsure`); else 0.
    """

    state: State
    share: float = 0.0
    why: Why = ""
    value: float = 0.0


IDLE, DONE = Mark("idle"), Mark("done", 1.0)


def weighing_marks(
    n_channels: int, plan: Sequence[Task], left: Sequence[Task], task: Task | None, fit: FitSoFar | None
) -> tuple[Mark, ...]:
    """The map while weights are put on.

    Args:
        plan, left: all tasks, and those still to be done. task: the one that is done now. fit: of the readings so far.
    """
    marks = [IDLE] * n_channels
    flat = _conducts(fit)
    for channel in {t.channel for t in plan if t.channel is not None}:
        whole = sum(t.channel == channel for t in plan)
        share = 1 - sum(t.channel == channel for t in left) / whole
        mark = Mark("todo", share) if share < 1 else DONE
        if fit is not None and share > 0:
            mark = _judged(mark, channel, fit, flat.get(channel, 1.0))
        if task is not None and task.channel == channel:
            mark = Mark("now", share, mark.why, mark.value)
        marks[channel] = mark
    return tuple(marks)


def pressing_marks(pressed_s: NDArray[np.float64], enough_s: float, least: int | None) -> tuple[Mark, ...]:
    """The map of free pressing: (n_channels,) seconds of `enough_s` that each was pressed; the one to go to next."""
    shares = np.minimum(pressed_s / enough_s, 1.0).tolist()
    return tuple(
        Mark("now" if channel == least else "done" if share >= 1 else "todo", share)
        for channel, share in enumerate(shares)
    )


def profile_marks(profile: Profile, verdict: Verdict | None = None) -> tuple[Mark, ...]:
    """The map of a finished profile, and of what the verifying weights said of it."""
    told = {c for reason in verdict.reasons for c in reason.channels} if verdict is not None else set()
    marks = []
    for sensor in profile.sensors:
        if sensor.method == "dead":
            mark = Mark("dead", 0.0, "silent")
        elif sensor.channel in told:
            mark = Mark("doubtful", 1.0, "check")
        elif sensor.method == "population" or (sensor.method == "pressing" and sensor.uncertainty > SURE):
            mark = Mark("weak", 0.0, "unpressed", sensor.uncertainty)
        elif sensor.uncertainty > SURE:
            mark = Mark("doubtful", 1.0, "unsure", sensor.uncertainty)
        else:
            mark = Mark("done", 1.0, "", sensor.uncertainty)
        marks.append(mark)
    return tuple(marks)


def _judged(mark: Mark, channel: int, fit: FitSoFar, conducts: float) -> Mark:
    own = [t for t in fit.trials if t.channel == channel]
    strange = [t.off for t in own if t.strange]
    off = _rms(own)
    if channel in fit.dead:
        return Mark("dead", mark.share, "silent")
    if conducts < WEAK:
        return Mark("weak", mark.share, "flat", conducts)
    if strange:
        return Mark("doubtful", mark.share, "strange", max(strange, key=abs))
    if off > OFF:
        return Mark("doubtful", mark.share, "off", off)
    return mark


def _rms(trials: Sequence[TrialOff]) -> float:
    off = np.array([t.off for t in trials if np.isfinite(t.off)])
    return float(np.sqrt((off**2).mean())) if off.size else 0.0


def _conducts(fit: FitSoFar | None) -> dict[int, float]:
    """How each weighed sensor conducts beside the typical curve, relative to the middle of all if there are three."""
    if fit is None:
        return {}
    channels = sorted({t.channel for t in fit.trials})
    own = {
        c: float(
            np.median([t.siemens / nominal_conductance_s(np.array(t.load_n)) for t in fit.trials if t.channel == c])
        )
        for c in channels
    }
    middle = float(np.median(list(own.values()))) if len(own) >= 3 else 1.0
    return {c: value / middle for c, value in own.items()}

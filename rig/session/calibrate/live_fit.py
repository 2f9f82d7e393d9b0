"""The model as far as the weights have come, for a maker who watches it form.

It is the real fit, `rig.calibration.fit`, on the readings so far, so that what looks wrong on the screen is what would
be wrong in the profile. The rule: a pure function of the readings; whoever calls it does so away from the thread that
reads the line, for it takes up to a second.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from rig.calibration.fit import fit_loads
from rig.calibration.loads import Loads
from rig.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rig.calibration.run_tasks import Reading
    from rig.pad import PadLayout

CURVE_POINTS = 48
REACH = 1.25
"""A curve is drawn so far beyond the weights that it was fitted to."""


@dataclass(frozen=True)
class TrialOff:
    """One weight as the others foretell it: relative error when left out (NaN: too few others), and whether strange."""

    channel: int
    load_n: float
    siemens: float
    off: float
    strange: bool


@dataclass(frozen=True, eq=False)
class FitSoFar:
    """What the readings so far come to.

    Attributes:
        curves: for each weighed channel (k,) newtons and (k,) siemens beyond the untouched reading.
        trials: every weight with its error. of_reading: root mean square over them; None while there are too few.
        dead: channels that do not respond.
    """

    curves: dict[int, tuple[NDArray[np.float64], NDArray[np.float64]]]
    trials: tuple[TrialOff, ...]
    of_reading: float | None
    dead: frozenset[int] = field(default_factory=frozenset)


def loads_of(readings: Sequence[Reading], source: str = "the readings so far") -> Loads:
    """A guided run's readings as the fit takes them."""
    return Loads(
        source,
        np.array([r.channel for r in readings], np.int64),
        np.array([r.t_us for r in readings], np.int64),
        np.array([r.load_n for r in readings], np.float64),
        np.array([r.counts for r in readings], np.int64),
        np.array([r.cycle for r in readings], np.int64),
        tuple(r.phase for r in readings),
    )


def fit_so_far(readings: Sequence[Reading], pad: PadLayout) -> FitSoFar | None:
    """The model of the readings so far; None where they are too few to tell anything."""
    if not any(r.load_n > 0 for r in readings):
        return None
    try:
        found = fit_loads(loads_of(readings), pad)
    except InputError:
        return None
    rows, curves = found.rows, found.fitted.static.curves
    drawn = {}
    for c in np.unique(rows.channel).tolist():
        own = rows.net_s[rows.channel == c]
        siemens = np.geomspace(float(own.min()) / REACH, float(own.max()) * REACH, CURVE_POINTS)
        drawn[c] = (curves.force_n(siemens, np.full(CURVE_POINTS, c)), siemens)
    trials = []
    for k, trial in enumerate(found.readings.trials):
        own = rows.net_s[rows.trial == k]
        if own.size:
            middle = float(np.median(own))
            off, strange = float(found.errors.trial_error[k]), bool(found.strange[k])
            trials.append(TrialOff(trial.channel, trial.load_n, middle, off, strange))
    rms = found.errors.rms(~found.strange)
    return FitSoFar(drawn, tuple(trials), None if np.isnan(rms) else rms, found.dead)

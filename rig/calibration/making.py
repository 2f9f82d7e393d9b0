"""From a maker's evening to one profile: weights, then free pressing, then presses at known points.

Whoever has the readings - the command line, the guided run, a test - comes through here, so that the same files always
give the same profile. The rule: the spread is measured last, by the forces of the finished curves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from rig.calibration.fit import fit_loads
from rig.calibration.fitted_profile import DECIMALS, profile_of
from rig.calibration.press import refine
from rig.calibration.profile import LeftOut
from rig.calibration.profiled import static_table
from rig.calibration.readings import readings_of
from rig.calibration.spread import measure_spread
from rig.calibration.weight_reads import read_weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.calibration.loads import Loads
    from rig.calibration.press_file import Press
    from rig.calibration.profile import Conditions, Profile
    from rig.pad import PadLayout

TILE_LEAST_N = 1.0
"""Under less, the foam's own weight is a tenth of it."""

Points = tuple["NDArray[np.float64]", "NDArray[np.uint16]"]
"""(p, 2) places of the puck in mm and (p, n_channels) counts, as of `rig.calibration.spread.read_points`."""


def make_profile(
    loads: Loads,
    pad: PadLayout,
    made: str,
    conditions: Conditions,
    press: Press | None = None,
    points: Points | None = None,
) -> Profile:
    """The profile of a pad.

    Args:
        loads, pad: readings under known loads, and the layout. made: ISO 8601 date with time zone.
        conditions: what else is known. press: free pressing with its total. points: presses at known points.

    Raises:
        InputError: a part of the evening tells too little; names its file.
    """
    profile = profile_of(fit_loads(loads, pad), pad, made, conditions)
    if press is not None:
        profile = refine(profile, press, pad).profile
        profile = msgspec.structs.replace(profile, on_tile=_weight_on_tile(profile, pad, loads))
    profile = _without_impossible(profile)
    if points is not None:
        profile = msgspec.structs.replace(profile, spread_mm=_spread_by(profile, pad, points))
    return profile


def _without_impossible(profile: Profile) -> Profile:
    """The profile with sensors that its circuit cannot have called dead, and why."""
    found = profile.impossible
    return msgspec.structs.replace(
        profile,
        sensors=tuple(msgspec.structs.replace(s, method="dead") if s.channel in found else s for s in profile.sensors),
        left_out=(*profile.left_out, *(LeftOut(f"channel {c}", why) for c, (_, why) in found.items())),
    )


def _weight_on_tile(profile: Profile, pad: PadLayout, loads: Loads) -> float:
    """What a weight on one tile reads by a profile, over its load: the middle of those above `TILE_LEAST_N`.

    After free pressing this is not 1: a hand's force falls into gaps, a weight's does not. A later check weight is held
    against it.
    """
    read = read_weights(profile, pad, readings_of(loads)).values()
    ratio = [w.read_n / w.load_n for w in read if w.load_n >= TILE_LEAST_N and 0 < w.read_n < np.inf]
    return round(float(np.median(ratio)), DECIMALS) if ratio else 1.0


def _spread_by(profile: Profile, pad: PadLayout, points: Points) -> float:
    """The foam's spread in mm, from counts at known points by a profile's curves.

    Raises:
        InputError: too few points, or nothing was felt at one of them.
    """
    places, counts = points
    felt = np.take_along_axis(static_table(profile, pad), counts.T.astype(np.int64), axis=1).T
    return measure_spread(pad, places, felt)

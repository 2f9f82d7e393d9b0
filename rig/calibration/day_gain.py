"""The day's gain: how much better or worse the sensors conduct today than when their profile was made.

Sensors move overnight in conductance, all together and each a little by itself. A check weight says by how much on the
sensors that it stood on; what those agree on is the session's gain, on every sensor. A sensor that bore a weight keeps
part of its own difference, too: as much as it outweighs the scatter of a weight. The rule: gains act on conductance,
before the curve, since the same change of conductance is a larger change of force where a sensor nears its ceiling.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from rig.calibration.static_fit import TRIAL_SD
from rig.calibration.weight_reads import read_weights

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from numpy.typing import NDArray

    from rig.calibration.profile import Profile
    from rig.calibration.readings import Readings
    from rig.pad import PadLayout

OWN_SD = 0.03
"""How far each sensor moves by itself overnight, in ln of conductance: the least that one check weight left on real
recordings of another day (CALIBRATION.md)."""

_TURNS = 4


def shifted(profile: Profile, session_gain: float, own_gains: Mapping[int, float]) -> Profile:
    """The profile as it reads today.

    Args:
        session_gain: factor on every sensor's conductance that undoes the day's change.
        own_gains: the factor in its place for some channels.
    """
    if session_gain == 1.0 and not own_gains:
        return profile
    return msgspec.structs.replace(
        profile,
        sensors=tuple(
            msgspec.structs.replace(s, ln_gain=s.ln_gain - float(np.log(own_gains.get(s.channel, session_gain))))
            for s in profile.sensors
        ),
    )


def day_gains(
    profile: Profile, pad: PadLayout, readings: Readings, sound: Collection[int], odd: Collection[int]
) -> tuple[float, dict[int, float]]:
    """The session's gain, and the gains of the sensors that bore a weight; factors on conductance.

    Args:
        profile, pad, readings: of the check. sound: trials to go by, at least one.
        odd: channels that went their own way: they have no say, and get the session's gain.
    """
    channel, ln_gain = _each(profile, pad, readings, sound)
    own_sd = np.maximum(OWN_SD, [profile.sensors[c].uncertainty for c in channel])
    weights = np.array([sum(readings.trials[k].channel == c for k in sound) for c in channel])
    weight_sd = TRIAL_SD / np.sqrt(weights)
    agreeing = ~np.isin(channel, list(odd)) | np.isin(channel, list(odd)).all()
    common = float(np.average(ln_gain[agreeing], weights=(1 / (own_sd**2 + weight_sd**2))[agreeing]))
    kept = own_sd**2 / (own_sd**2 + weight_sd**2)
    own = np.exp(common + kept * (ln_gain - common))
    return float(np.exp(common)), {
        int(c): float(g) for c, g, agrees in zip(channel, own, agreeing, strict=True) if agrees and len(channel) > 1
    }


def _each(
    profile: Profile, pad: PadLayout, readings: Readings, sound: Collection[int]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """(c,) the channels that bore weights, and (c,) the ln of the factor on conductance that makes each read right."""
    order = sorted(sound)
    of = np.array([readings.trials[k].channel for k in order], np.int64)
    ln_load = np.log([readings.trials[k].load_n for k in order])
    channel, place = np.unique(of, return_inverse=True)
    curves, ln_gain = profile.curves, np.zeros(len(channel))
    # How steeply ln F rises with ln G under each weight: Newton's steps need no more than its size.
    steep = curves.shape.slope(curves.shape.inverse(ln_load)) / curves.b[of]
    for _ in range(_TURNS):
        today = shifted(profile, 1.0, dict(zip(channel.tolist(), np.exp(ln_gain).tolist(), strict=True)))
        read = read_weights(today, pad, readings)
        off = np.log([read[k].read_n for k in order]) - ln_load
        ln_gain -= np.bincount(place, off / steep) / np.bincount(place)
    return channel, ln_gain

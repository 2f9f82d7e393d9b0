"""A virtual pad for the doctor: left alone at first, then stroked all over with one flat hand, as the doctor asks.

With soldering faults drawn from a seed, or sound. The rule: the hand follows the drawing only about, as a person does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rig.performance.player import Player
from rig.virtual import wiring
from rig.virtual.hands import Hand
from rig.virtual.irregularity import Irregularity
from rig.virtual.motion import Track
from rig.virtual.patches import Patch
from rig.virtual.scene import Scene
from rig.virtual.virtual_pad import VirtualPad

if TYPE_CHECKING:
    from rig.pad import PadLayout
    from rig.virtual.wiring import WiringFault

RATE_HZ = 260.0
SPEED_MM_S = 250.0
_BEYOND_MM = 20.0
_STRAY_MM = 8.0


def patient(pad: PadLayout, seed: int, rest_s: float) -> Player:
    """The pad at rest for `rest_s`, then stroked up every column; begins again when it is over."""
    there = VirtualPad.drawn(pad, seed)
    return Player(lambda number: patient_scene(there, seed + number, rest_s), "a hand strokes over the whole pad")


def patient_scene(there: VirtualPad, seed: int, rest_s: float) -> Scene:
    """One such examination of a sound pad."""
    pad, rng = there.layout, np.random.default_rng(seed)
    low, high = float(pad.y_mm.min()) - _BEYOND_MM, float(pad.y_mm.max()) + _BEYOND_MM
    track = Track(rest_s, float(pad.x_mm.min()), low)
    for x_mm in np.unique(pad.x_mm):
        across = float(x_mm + rng.uniform(-_STRAY_MM, _STRAY_MM))
        track.away(across, low, 0.2)
        track.stroke(across, high, (high - low) / SPEED_MM_S, float(rng.uniform(20, 35)))
    patch = Patch.drawn("palm", rng)
    hand = Hand(patch, track.path(), Irregularity.drawn(rng, len(patch.share)))
    return Scene(there, (hand,), hand.path.end_s + 1.0, seed, RATE_HZ, name="patient")


def soldering_faults(pad: PadLayout, seed: int) -> list[WiringFault]:
    """Some of a first soldering's faults, each on a sensor of its own: dead, shorted, loose, swapped, bridged."""
    rng = np.random.default_rng(seed)
    a, b, c, d, e, f, g = (int(channel) for channel in rng.choice(pad.n_channels, 7, replace=False))
    return [
        wiring.dead(a),
        wiring.shorted(pad, b),
        wiring.loose(pad, c, seed),
        wiring.swapped(d, e),
        wiring.bridged(pad, f, g),
    ]

"""A virtual pad at rest and under a hand that strokes all over it: what the doctor asks a maker to do."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from rig.pad import PadLayout, load_pad
from rig.virtual.hands import Hand
from rig.virtual.irregularity import Irregularity
from rig.virtual.motion import Track
from rig.virtual.patches import HandKind, Patch
from rig.virtual.scene import Scene
from rig.virtual.virtual_pad import VirtualPad

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.virtual.severity import Severity

REST_S = 1.5


@dataclass(frozen=True, eq=False)
class Examined:
    """Counts of one examination of a sound pad."""

    pad: PadLayout
    rest: NDArray[np.uint16]
    pressed: NDArray[np.uint16]


@cache
def examined(
    seed: int,
    pad_name: str = "back-144",
    severity: Severity = "real",
    kind: HandKind = "palm",
    speed_cm_s: float = 25.0,
) -> Examined:
    """Rest, then one hand that goes up each column of the pad."""
    layout = load_pad(pad_name)
    rng = np.random.default_rng(seed)
    pad = VirtualPad.drawn(layout, seed, severity)
    low, high = float(layout.y_mm.min()), float(layout.y_mm.max())
    track = Track(REST_S, float(layout.x_mm.min()), low)
    for x in np.unique(layout.x_mm):
        # A step aside for every column, since a person does not follow the drawing.
        across = float(x + rng.uniform(-8, 8))
        track.away(across, low - 20, 0.2)
        track.stroke(across, high + 20, (high - low + 40) / speed_cm_s / 10, float(rng.uniform(20, 35)))
    patch = Patch.drawn(kind, rng)
    hand = Hand(patch, track.path(), Irregularity.drawn(rng, len(patch.share), severity))
    counts = Scene(pad, (hand,), hand.path.end_s, seed).block().counts
    split = round(REST_S * 200)
    return Examined(layout, counts[:split], counts[split:])

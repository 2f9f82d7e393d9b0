"""Virtual hands that speak to the coach: both palms laid on the pad's top or bottom corners and held.

Drawn as people would do it without looking closely: a hand over the edge by a third or well inside, turned, one after
the other, light or heavy. The rule: where a hand goes follows from the pad's outermost sensors, as it does for the
coach that watches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from rig.virtual.hands import Hand
from rig.virtual.irregularity import Irregularity
from rig.virtual.motion import Track
from rig.virtual.patches import Patch
from rig.virtual.scene import Scene
from rig.virtual.severity import draws

if TYPE_CHECKING:
    from rig.virtual.severity import Severity
    from rig.virtual.virtual_pad import VirtualPad

Sign = Literal["next", "again", "pause"]

HELD_S: dict[Sign, tuple[float, float]] = {"next": (2.0, 3.2), "again": (4.8, 6.0), "pause": (2.0, 3.5)}
"""How long both hands lie there, shortest and longest."""

_INSIDE_MM = (0.0, 45.0)
"""How far inside the outermost column, and row, the middle of the palm comes down."""


def sign_scene(
    pad: VirtualPad, sign: Sign, seed: int, rate_hz: float, severity: Severity = "real", wait_s: float = 0.5
) -> Scene:
    """A gesture, from hands that come to hands that have left; `wait_s` is how long they take to come."""
    rng = draws(seed, "sign", sign)
    x, y = pad.layout.x_mm, pad.layout.y_mm
    held_s = float(rng.uniform(*HELD_S[sign]))
    hands, ends = [], []
    for side in (-1, 1):
        inside_x, inside_y = rng.uniform(*_INSIDE_MM, 2)
        across = x.min() + inside_x if side < 0 else x.max() - inside_x
        along = y.min() + inside_y if sign == "pause" else y.max() - inside_y
        late_s = float(rng.uniform(0.0, 0.5))
        track = Track(wait_s + late_s, float(across), float(along), float(rng.normal(0, 0.35)))
        land_s, lift_s = rng.uniform(0.15, 0.5), rng.uniform(0.15, 0.4)
        track.hold(float(rng.uniform(4.0, 25.0)), held_s + 0.5 - late_s + land_s + lift_s, land_s, lift_s)
        patch = Patch.drawn("palm", rng, "left" if side < 0 else "right")
        hands.append(Hand(patch, track.path(), Irregularity.drawn(rng, len(patch.share), severity)))
        ends.append(track.t_s)
    return Scene(pad, tuple(hands), round(max(ends) + 0.6, 3), seed, rate_hz, name=f"sign: {sign}")

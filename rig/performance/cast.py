"""Which part of which hand does a step, and how it lies on the back.

A row of fingertips is laid along the spine and a forearm across the back, each beside the line; palms point toward
the head. The rule: what a step names as its hands decides the patch, and chance only what a person's build decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rig.virtual.patches import Patch

if TYPE_CHECKING:
    from rig.technique.routine.routine import Hands
    from rig.virtual.patches import HandKind

_KIND: dict[Hands, HandKind] = {
    "crossed-hands": "palm",
    "fingers": "fingertips",
    "fingers-and-thumbs": "fingertips",
    "fingertips": "fingertips",
    "forearms": "forearm",
    "hand-over-hand": "palm",
    "hands": "palm",
    "heels": "heel",
    "palm": "palm",
    "palms": "palm",
    "reinforced-finger": "fingertips",
    "reinforced-fingertips": "fingertips",
    "reinforced-hands": "reinforced",
    "reinforced-thumbs": "thumb",
    "resting-hands": "palm",
    "thumb": "thumb",
    "thumbs": "thumb",
}

_FOREARM_LUMPS = 5
"""Of a forearm only the fleshy half next to the elbow presses; the whole would be longer than half the back is wide."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A part of a hand as it lies on the back, turned by `angle_rad`."""

    patch: Patch
    angle_rad: float = 0.0

    @property
    def across_mm(self) -> float:
        """How far it presses to either side of its centre, across the back."""
        dx = np.cos(self.angle_rad) * self.patch.dx_mm - np.sin(self.angle_rad) * self.patch.dy_mm
        return float(np.max(np.abs(dx) + self.patch.radius_mm))


def part_for(hands: Hands, side: int, rng: np.random.Generator) -> Part:
    """A person's own part for the hands that a step names; `side` is -1 for the left hand, else the right."""
    if hands == "reinforced-finger":
        return fingertip(rng)
    kind = _KIND[hands]
    patch = Patch.drawn(kind, rng, "left" if side < 0 else "right")
    if kind == "forearm":
        rows = zip(patch.dx_mm, patch.dy_mm, patch.radius_mm, patch.share, strict=True)
        patch = Patch.of(kind, [(float(x), float(y), float(r), float(w)) for x, y, r, w in rows][:_FOREARM_LUMPS])
    turned = np.pi / 2 if kind in ("forearm", "fingertips") else 0.0
    return Part(patch, float(turned + rng.normal(0, 0.06)))


def fingertip(rng: np.random.Generator) -> Part:
    """The tip of one finger, as reaches a point best."""
    radius = rng.uniform(6, 8.4)
    return Part(Patch.of("fingertips", [(0, 0, radius, 0.8), (0, rng.uniform(1.0, 2.5), max(radius - 2, 5), 0.2)]))


def thumb(rng: np.random.Generator) -> Part:
    """The ball of a thumb."""
    return Part(Patch.drawn("thumb", rng))

"""Hands that can be told to leave: each ends the pass that it is in, and lifts.

The rule: what a hand has done already stays as it was; only what lies behind the moment can change.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from rig.virtual.hands import Hand, Touch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.virtual.scene import Scene

LIFT_S = 0.3


@dataclass
class Leave:
    """When the hands of a scene are to leave at the earliest, in its seconds; not at all until somebody says so."""

    after_s: float = inf


@dataclass(frozen=True, eq=False)
class LeavingHand(Hand):
    """A hand that leaves as soon as it may."""

    leave: Leave = field(default_factory=Leave)

    @property
    def gone_s(self) -> float:
        """When it is off the pad."""
        after_s = self.leave.after_s
        return min((p.t1_s for p in self.path.passes if p.t1_s >= after_s), default=after_s) + LIFT_S

    def touch(self, t_s: NDArray[np.float64]) -> Touch:
        """The hand at (n,) seconds."""
        touch, gone_s = super().touch(t_s), self.gone_s
        if not len(t_s) or float(t_s[-1]) < gone_s - LIFT_S:
            return touch
        return replace(touch, force_n=touch.force_n * np.clip((gone_s - t_s) / LIFT_S, 0.0, 1.0)[:, None])

    def is_down(self, t0_s: float, t1_s: float) -> bool:
        """Whether the hand may press at any time in a span."""
        return t0_s < self.gone_s and super().is_down(t0_s, t1_s)


def able_to_leave(scene: Scene) -> tuple[Scene, Leave]:
    """The scene with hands that can be told to leave, and how to tell them."""
    leave = Leave()
    hands = tuple(LeavingHand(hand.patch, hand.path, hand.irregularity, leave) for hand in scene.hands)
    return replace(scene, hands=hands), leave

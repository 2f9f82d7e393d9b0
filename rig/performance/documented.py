"""A step as its document wants it, to be shown over and over: where each hand is at a moment and how hard it presses.

The motion is that of one right performance with mild hands, so that a picture shows the very places, tempo and forces
that the judge is content with. The rule: it is a function of time alone; whoever draws it asks for any moment.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from rig.performance.perform import LEAD_S, TAIL_S, perform
from rig.technique.routine.bands import Band, merged_bands
from rig.virtual.virtual_pad import VirtualPad

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.pad import PadLayout
    from rig.technique.routine.routine import Routine
    from rig.virtual.patches import Patch

PAUSE_S = 0.8
"""Between the end of the motion and its next beginning, where no breath says when that is."""

_SEED = 1


@dataclass(frozen=True, slots=True)
class ShownHand:
    """One hand at one moment.

    Attributes:
        x_mm, y_mm, force_n, angle_rad: the centre of the hand, its force, how it is turned. patch: its lumps.
        ahead_mm: (n, 2) where it goes within the time asked for, for as long as it stays down; from here on.
    """

    x_mm: float
    y_mm: float
    force_n: float
    angle_rad: float
    patch: Patch
    ahead_mm: NDArray[np.float64]


class Documented:
    """The documented motion of one step.

    Args:
        pad: whose places it keeps to. routine: at the level that is practised. step_id: of that routine.
        breaths_per_min: of the pacer that the hands move with, in a step that goes with the breath; None for their
            own time.

    Raises:
        InputError: no such step, or it says nothing of how the hands move.
    """

    def __init__(self, pad: PadLayout, routine: Routine, step_id: str, breaths_per_min: float | None = None) -> None:
        if breaths_per_min is not None:
            paced = Band(name="breath", unit="1/min", source="the pacer", low=breaths_per_min, high=breaths_per_min)
            routine = msgspec.structs.replace(routine, bands=merged_bands((paced,), routine.bands))
        scene = perform(VirtualPad.drawn(pad, _SEED), routine, step_id, seed=_SEED, severity="mild")
        self._hands = scene.hands
        breath = scene.steps[0].breath if breaths_per_min is not None else None
        self._begins_s = LEAD_S if breath is None else breath.t0
        lasts_s = scene.duration_s - TAIL_S - self._begins_s
        if breath is None:
            self.round_s = lasts_s + PAUSE_S
        else:
            self.round_s = ceil(lasts_s * breath.per_min / 60.0) * 60.0 / breath.per_min

    def at(self, t_s: float, ahead_s: float = 0.0, points: int = 12) -> list[ShownHand]:
        """The hands that are down at a moment.

        Args:
            t_s: seconds since the beginning, or since any breath in; the motion begins anew each `round_s`.
            ahead_s: how far to look ahead. points: of the way ahead.
        """
        now = self._begins_s + t_s % self.round_s
        moments = now + np.linspace(0.0, ahead_s, points)
        shown = []
        for hand in self._hands:
            if not hand.path.t_s[0] <= now <= hand.path.end_s:
                continue
            x, y, force, angle = hand.path.at(moments)
            if force[0] > 0:
                lifted = np.flatnonzero(force <= 0)
                down = int(lifted[0]) if lifted.size else points
                ahead = np.stack([x[:down], y[:down]], axis=1)
                shown.append(ShownHand(float(x[0]), float(y[0]), float(force[0]), float(angle[0]), hand.patch, ahead))
        return shown

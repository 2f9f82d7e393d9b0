"""The session that `rig demo` shows: good strokes, then what the rig is there to notice, then good ones again.

Short enough to watch standing up. Its tempo and force are taken from the step's own bands, so that the
demonstration follows the routine if a school changes it. The rule: nothing here is known to analysis or judge.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rig.performance.player import Player
from rig.virtual.hands import Hand
from rig.virtual.irregularity import Irregularity
from rig.virtual.motion import Track
from rig.virtual.patches import Patch
from rig.virtual.scene import Scene
from rig.virtual.virtual_pad import VirtualPad

if TYPE_CHECKING:
    from rig.pad import PadLayout
    from rig.technique.routine.bands import Band
    from rig.technique.routine.routine import Routine
    from rig.virtual.patches import HandKind

ROUTINE = "backpain"
STEP = "backpain.1"
DURATION_S = 46.0

RATE_HZ = 260.0

_FROM_MM, _TO_MM, _BESIDE_MM = 20.0, 390.0, 66.0
_PAUSE_S = 1.3


def demo_player(pad: PadLayout, routine: Routine, seed: int) -> Player:
    """The demonstration for a live board; over after `DURATION_S`, it begins again."""
    return Player(lambda number: demo_scene(pad, routine, seed + number), "the demonstration")


def demo_scene(pad: PadLayout, routine: Routine, seed: int) -> Scene:
    """Three good strokes, one the wrong way, one too fast, a thumb on the spine, and two good strokes."""
    step = routine.step(STEP)
    speed_mm_s = 10 * _within(routine.wanted(step, "speed"), 0.75, 7.0)
    force_n = _within(routine.wanted(step, "pressure"), 0.3, 16.0)
    slow_s = (_TO_MM - _FROM_MM) / speed_mm_s
    rng = np.random.default_rng(seed)
    hands = []
    end_s = 0.0
    for side in (-1, 1):
        x_mm = pad.spine_x_mm + side * _BESIDE_MM
        track = Track(0.8, x_mm, _FROM_MM)
        for _ in range(3):
            track.stroke(x_mm, _TO_MM, slow_s, force_n).away(x_mm, _FROM_MM, _PAUSE_S)
        track.away(x_mm, _TO_MM, 0.4)
        track.stroke(x_mm, _FROM_MM, slow_s, force_n).away(x_mm, _FROM_MM, _PAUSE_S)
        track.stroke(x_mm, _TO_MM, slow_s / 4, force_n)
        end_s = track.t_s
        # The beat goes on: the thumb has the time that the fast stroke has saved.
        track.away(x_mm, _FROM_MM, _PAUSE_S + 0.75 * slow_s)
        for _ in range(2):
            track.stroke(x_mm, _TO_MM, slow_s, force_n).away(x_mm, _FROM_MM, _PAUSE_S)
        hands.append(_hand("palm", track, rng, "left" if side < 0 else "right"))
    thumb = Track(end_s + 1.0, pad.spine_x_mm + 2.0, 180.0).hold(11.0, 2.2)
    hands.append(_hand("thumb", thumb, rng, "right"))
    return Scene(VirtualPad.drawn(pad, seed), tuple(hands), DURATION_S, seed, RATE_HZ, name="demo")


def _hand(kind: HandKind, track: Track, rng: np.random.Generator, side: str) -> Hand:
    patch = Patch.drawn(kind, rng, "left" if side == "left" else "right")
    return Hand(patch, track.path(), Irregularity.drawn(rng, len(patch.share)))


def _within(band: Band | None, share: float, otherwise: float) -> float:
    """A value that far (0 to 1) from a band's low end to its high one; `otherwise` where it has not both."""
    if band is None or band.low is None or band.high is None:
        return otherwise
    return band.low + share * (band.high - band.low)

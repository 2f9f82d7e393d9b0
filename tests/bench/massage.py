"""Hands on the virtual pad for the benchmarks: a minute of ordinary massage, made once and played on end."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from rig.frame import Block
from rig.pad import load_pad, pad_text
from rig.recording.format import Header
from rig.virtual.hands import Hand
from rig.virtual.irregularity import Irregularity
from rig.virtual.motion import Track
from rig.virtual.patches import Patch
from rig.virtual.scene import Scene
from rig.virtual.virtual_pad import VirtualPad

PAD_NAME = "back-144"
MINUTE_S = 60.0


@lru_cache
def minute(rate_hz: float, seed: int = 7, press_s: float = 7.9) -> Block:
    """60 s: two palms up and lightly down again without a rest, and a thumb that presses the line.

    Args:
        rate_hz: scans a second. seed: of the pad and the hands. press_s: from press to press of the thumb.
    """
    rng = np.random.default_rng(seed)
    hands = []
    for x_mm in (-68.0, 68.0):
        track = Track(0.5, x_mm, 30.0)
        while track.t_s < MINUTE_S - 12:
            track.wait(0.2, 12.0).glide(x_mm, 400.0, 4.6, 15.0).glide(x_mm, 30.0, 4.4, 6.0)
        patch = Patch.drawn("palm", rng)
        hands.append(Hand(patch, track.path(), Irregularity.drawn(rng, len(patch.share), "real")))
    thumb = Track(min(press_s, 8.0), 2.0, 120.0)
    # Quick presses land and lift in two knots of a track, and are over the limit for the time that makes a flag.
    land_s, stay_s = (0.15, 0.6) if press_s > 2.0 else (0.04, 0.4 * press_s)
    while thumb.t_s < MINUTE_S - 2 - press_s:
        thumb.wait(land_s, 9.0).wait(stay_s).wait(land_s, 0.0)
        thumb.away(2.0, 120.0, press_s - 2 * land_s - stay_s)
    patch = Patch.drawn("thumb", rng)
    hands.append(Hand(patch, thumb.path(), Irregularity.drawn(rng, len(patch.share), "real")))
    pad = VirtualPad.drawn(load_pad(PAD_NAME), seed, "real")
    return Scene(pad, tuple(hands), MINUTE_S, seed, rate_hz).block()


def minutes(rate_hz: float, count: int) -> list[Block]:
    """The minute `count` times over, times going on."""
    once = minute(rate_hz)
    return [Block.of(once.t_us + round(k * MINUTE_S * 1e6), once.counts) for k in range(count)]


def header() -> Header:
    """What a recording of it says about itself."""
    return Header(pad=pad_text(PAD_NAME))

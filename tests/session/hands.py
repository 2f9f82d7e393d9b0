"""A short session on the virtual pad, with something to flag in it: what live, replay and batch are compared on."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from rig.pad import load_pad, pad_text
from rig.recording.format import Header
from rig.virtual.hands import Hand
from rig.virtual.irregularity import Irregularity
from rig.virtual.motion import Track
from rig.virtual.patches import Patch
from rig.virtual.scene import Scene
from rig.virtual.truth import Span
from rig.virtual.virtual_pad import VirtualPad

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.frame import Block
    from rig.virtual.patches import HandKind

PAD_NAME = "back-144"
PAD = load_pad(PAD_NAME)
RATE_HZ = 200.0


def header(**fields: object) -> Header:
    return Header(pad=pad_text(PAD_NAME), **fields)  # type: ignore[arg-type]


def hand(track: Track, kind: HandKind, seed: int) -> Hand:
    rng = np.random.default_rng(seed)
    patch = Patch.drawn(kind, rng)
    return Hand(patch, track.path(), Irregularity.drawn(rng, len(patch.share), "mild"))


@lru_cache
def session(seed: int = 1, gap: bool = False) -> Block:
    """30 s: palms up and down on both sides, too fast once; then a thumb on the line; a hole in the signal if asked."""
    hands = []
    for side, x_mm in ((0, -70.0), (1, 70.0)):
        track = Track(1.0, x_mm, 40.0)
        for seconds in (4.5, 4.5, 1.2, 4.5):
            track.stroke(x_mm, 360.0, seconds, 14.0)
            track.away(x_mm, 40.0, 1.0)
        hands.append(hand(track, "palm", 10 * seed + side))
    thumb = Track(21.0, 0.0, 150.0).wait(0.2, 9.0).to(0.0, 210.0, 3.0).wait(0.2, 0.0)
    hands.append(hand(thumb, "thumb", 10 * seed + 2))
    pad = VirtualPad.drawn(PAD, seed, "mild")
    gaps = (Span(22.0, 23.1),) if gap else ()
    return Scene(pad, tuple(hands), 30.0, seed, RATE_HZ, gaps=gaps).block()


def cut(block: Block, at: Sequence[int]) -> list[Block]:
    edges = [0, *sorted({min(max(c, 0), len(block)) for c in at}), len(block)]
    return [block[a:b] for a, b in pairwise(edges) if b > a]

"""A recording again at its own pace, or any other, through the same pipeline as live.

Each slice is due at an absolute host time, counted from the replay's start, so that waiting never adds up. The rule:
pace decides when a result appears and never what it is.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rig.clock import Clock
    from rig.frame import Block
    from rig.session.events import Event
    from rig.session.pipeline import Pipeline

SLICE_S = 0.01
"""Host time between two slices; a screen at 60 Hz shows every one or two."""


def replay(
    blocks: Iterable[Block],
    pipeline: Pipeline,
    sink: Callable[[Event], None],
    clock: Clock,
    speed: float = 1.0,
    stopped: Callable[[], bool] = lambda: False,
) -> None:
    """Push `blocks` through `pipeline` at `speed` times their own pace, and give `sink` each event as it happens.

    Args:
        blocks: in order, such as `Recording.blocks()`. speed: more than 0; infinity does not wait at all.
        stopped: asked before each slice; True ends the replay there, and what was seen so far is judged.

    Raises:
        ValueError: the speed is not positive.
    """
    if not speed > 0:
        raise ValueError("a replay's speed must be more than 0")
    began_s: float | None = None
    first_us = 0
    for block in blocks:
        if not len(block):
            continue
        if began_s is None:
            began_s, first_us = clock.now_s(), int(block.t_us[0])
        for part in _slices(block, speed):
            if stopped():
                break
            due_s = began_s + (int(part.t_us[-1]) - first_us) / 1e6 / speed
            while (left_s := due_s - clock.now_s()) > 0 and not stopped():
                clock.wait_s(min(left_s, SLICE_S))
            now = np.full(len(part), clock.now_s())
            for event in pipeline.push(replace(part, received_s=now)):
                sink(event)
        if stopped():
            break
    for event in pipeline.finish():
        sink(event)


def _slices(block: Block, speed: float) -> list[Block]:
    """The block cut where a slice of host time ends."""
    span_us = SLICE_S * 1e6 * speed
    if span_us >= int(block.t_us[-1]) - int(block.t_us[0]):
        return [block]
    number = np.floor((block.t_us - block.t_us[0]) / span_us)
    cuts = [0, *(np.flatnonzero(np.diff(number)) + 1).tolist(), len(block)]
    return [block[a:b] for a, b in pairwise(cuts)]

"""What a profile costs: in a live session at its real pace, and in batch.

Live, the same blocks of 10 ms go through two sessions by turns, each at the pace of the wall clock, so that both find
the caches as a session finds them. One only converts by the nominal curve; the other applies the profile as well and
throws its forces away, so that all else is alike and the difference of their processor time is what applying it adds,
what it drives out of the caches included. The rule: turns of a quarter of a second, since a machine's speed drifts by
more than is looked for.
"""

from __future__ import annotations

import time
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from rig.calibration.nominal import NominalConversion
from rig.calibration.profiled import ProfiledConversion
from rig.pad import load_pad
from rig.session.pipeline import Pipeline
from rig.technique.routine.loading import load_routine
from rig.technique.timeline import Mark
from tests.bench.massage import PAD_NAME, minute

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.calibration.profile import Profile
    from rig.frame import Block

RATE_HZ = 259.875
BLOCK_S, TURN_S, LIVE_S = 0.01, 0.25, 20.0
BATCH_HZ = 200.0
BATCH_SCANS = 2_000


class Beside(NominalConversion):
    """Converts by the nominal curve, and applies a profile for its cost alone."""

    def __init__(self, profile: Profile) -> None:
        pad = load_pad(PAD_NAME)
        super().__init__(pad)
        self._profile = ProfiledConversion(profile, pad)
        self.used_s = 0.0

    def push(self, block: Block) -> NDArray[np.int32]:
        began = time.thread_time()
        self._profile.push(block)
        self.used_s += time.thread_time() - began
        return super().push(block)


def live_us(profile: Profile) -> tuple[float, float, float]:
    """Microseconds a frame: what applying the profile adds to a session, the call alone, a session without it."""
    once, pad = minute(RATE_HZ), load_pad(PAD_NAME)
    edges = np.searchsorted(once.t_us, np.arange(0, LIVE_S, BLOCK_S) * 1e6)
    blocks = [once[a:b] for a, b in pairwise(edges.tolist())]
    applied = Beside(profile)
    sessions = [_session(NominalConversion(pad)), _session(applied)]
    turn = round(TURN_S / BLOCK_S)
    used_us = np.array([[_paced_us(s, blocks[a : a + turn]) for s in sessions] for a in range(0, len(blocks), turn)])
    without, added = np.median(used_us[:, 0]), np.median(used_us[:, 1] - used_us[:, 0])
    return float(added), 1e6 * applied.used_s / int(edges[-1]), float(without)


def _session(conversion: NominalConversion) -> Pipeline:
    pad = load_pad(PAD_NAME)
    return Pipeline(pad, conversion, load_routine("relieving", pad), None, [Mark(0, "relieving.1")])


def _paced_us(session: Pipeline, blocks: list[Block]) -> float:
    """Microseconds of processor time a frame for blocks that come when they are due."""
    used_s, began = 0.0, time.perf_counter()
    for k, block in enumerate(blocks, start=1):
        time.sleep(max(began + k * BLOCK_S - time.perf_counter(), 0))
        before = time.thread_time()
        session.push(block)
        used_s += time.thread_time() - before
    return 1e6 * used_s / sum(len(block) for block in blocks)


def batch(profile: Profile) -> float:
    """Times real time at which a profile is applied to scans of a recording; the best of three passes."""
    scans, best_s = minute(BATCH_HZ), np.inf
    for _ in range(3):
        conversion, began = ProfiledConversion(profile, load_pad(PAD_NAME)), time.process_time()
        for a in range(0, len(scans), BATCH_SCANS):
            conversion.push(scans[a : a + BATCH_SCANS])
        best_s = min(best_s, time.process_time() - began)
    return len(scans) / BATCH_HZ / best_s

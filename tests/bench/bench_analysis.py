"""The analysis alone, counts to findings: a whole session at once, and live in blocks of 10 ms.

Run it: `python -m tests.bench analysis`. One core. The baseline does what a program without hops would: per scan,
one 2-D label, then force and centre of each region by `scipy.ndimage`. The limit of the batch figure is the
conversion and the sum over hops, which touch every sample once; it is printed beside.
"""

from __future__ import annotations

import itertools
import time
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from rig.analysis.analysis import Analysis
from rig.analysis.hops import HopMaker
from rig.calibration.nominal import NominalConversion
from rig.pad import load_pad
from tests.bench.massage import PAD_NAME, minute

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from rig.frame import Block

BATCH_HZ, LIVE_HZ = 200.0, 260.0
REAL_TIME_TARGET = 1_800.0
SHARE_TARGET = 0.05
LIVE_S = 10.0
ROUNDS = 5


def per_scan(block: Block) -> None:
    """The plain way: label every scan by itself."""
    pad = load_pad(PAD_NAME)
    shape = (16, 9)
    for scan in NominalConversion(pad).push(block):
        force = scan.reshape(shape) / 1024.0
        labels, count = ndimage.label(force > 0.25, np.ones((3, 3)))
        regions = range(1, count + 1)
        ndimage.sum_labels(force, labels, regions)
        ndimage.center_of_mass(force, labels, regions)


def analysed(block: Block) -> None:
    """The analysis as batch runs it."""
    pad = load_pad(PAD_NAME)
    analysis = Analysis(pad, NominalConversion(pad))
    for start in range(0, len(block), 2_000):
        analysis.push(block[start : start + 2_000])
    analysis.finish()


def hops_only(block: Block) -> None:
    """Conversion and hops: every sample touched once."""
    pad = load_pad(PAD_NAME)
    maker = HopMaker(NominalConversion(pad), pad.full_scale)
    for start in range(0, len(block), 2_000):
        maker.push(block[start : start + 2_000])


def best_s(work: Callable[[Block], None], block: Block, rounds: int) -> float:
    """The least processor time of several runs: what other programs do to this machine is not the figure."""
    times = []
    for _ in range(rounds):
        began = time.process_time()
        work(block)
        times.append(time.process_time() - began)
    return min(times)


def live(block: Block) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Microseconds of pushes that closed no hop, of those that closed one, and the share of a core, paced."""
    pad = load_pad(PAD_NAME)
    analysis = Analysis(pad, NominalConversion(pad))
    quiet: list[float] = []
    closing: list[float] = []
    edges = np.searchsorted(block.t_us, np.arange(0, round(LIVE_S * 1e6), 10_000))
    used = 0.0
    start = time.perf_counter()
    for k, (a, b) in enumerate(itertools.pairwise(edges)):
        wait = start + k * 0.01 - time.perf_counter()
        if wait > 0:
            time.sleep(wait)
        piece = block[a:b]
        cpu, began = time.thread_time(), time.perf_counter()
        found = analysis.push(piece)
        took = (time.perf_counter() - began) * 1e6
        used += time.thread_time() - cpu
        (closing if len(found.hops.t_us) else quiet).append(took)
    return np.array(quiet), np.array(closing), used / LIVE_S


def main() -> bool:
    """Print the figures; whether all targets were met."""
    block = minute(BATCH_HZ)
    seconds = len(block) / BATCH_HZ
    analysed(block)
    plain, ours, floor = best_s(per_scan, block, 1), best_s(analysed, block, ROUNDS), best_s(hops_only, block, ROUNDS)
    print(
        f"analysis, batch: {seconds / ours:,.0f}x real time (target {REAL_TIME_TARGET:,.0f}x),"
        f" {plain / ours:.0f}x a label per scan; conversion and hops alone {seconds / floor:,.0f}x"
    )
    quiet, closing, share = live(minute(LIVE_HZ))
    (q50, q99), (c50, c99) = np.percentile(quiet, [50, 99]), np.percentile(closing, [50, 99])
    print(
        f"analysis, live, paced 10 ms blocks: closing a hop {c50:.0f} us (p99 {c99:.0f}), closing none {q50:.0f} us"
        f" (p99 {q99:.0f}); {share:.1%} of a core at {LIVE_HZ:.0f} frames/s (target {SHARE_TARGET:.0%})"
    )
    return seconds / ours >= REAL_TIME_TARGET and share <= SHARE_TARGET

"""A live session at its real pace: what a block of 10 ms costs, and how long a flag takes from its last byte.

Run it: `python -m tests.bench live`. Both are paced by the wall clock, since caches are cold between blocks and
figures from a tight loop would flatter. For the second a process of its own writes frames to a pseudo-terminal and
notes when each was written; the host reads it through pyserial, `Device` and `Practice`, as `rig practice` does.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
import tty
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from rig.calibration.nominal import NominalConversion
from rig.clock import SystemClock
from rig.device.device import Device
from rig.pad import load_pad
from rig.session.pipeline import Pipeline
from rig.session.practice import Practice
from rig.technique.loading import load_routine
from rig.technique.timeline import Mark
from rig.transport.serial_port import SerialTransport
from rig.virtual.board import BoardModel, VirtualBoard
from tests.bench.massage import PAD_NAME, minute

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from numpy.typing import NDArray

RATE_HZ = 259.875
BLOCK_S = 0.01
PACED_S = 40.0
STREAM_S = 60.0
SHARE_TARGET, P50_TARGET_MS, P99_TARGET_MS = 0.08, 1.0, 3.0


def pipeline() -> Pipeline:
    """A fresh pipeline with a routine, as a session has."""
    pad = load_pad(PAD_NAME)
    routine = load_routine("relieving", pad)
    return Pipeline(pad, NominalConversion(pad), routine, None, [Mark(0, "relieving.1")])


def paced() -> float:
    """Print what blocks of 10 ms cost; the share of a core."""
    once = minute(RATE_HZ)
    edges = np.searchsorted(once.t_us, np.arange(0, PACED_S, BLOCK_S) * 1e6)
    session = pipeline()
    costs = []
    began, cpu_began = time.perf_counter(), time.process_time()
    for k, (a, b) in enumerate(pairwise(edges.tolist())):
        time.sleep(max(began + (k + 1) * BLOCK_S - time.perf_counter(), 0))
        start = time.perf_counter()
        session.push(once[a:b])
        costs.append(time.perf_counter() - start)
    share = (time.process_time() - cpu_began) / (time.perf_counter() - began)
    p50, p99 = np.percentile(costs, (50, 99)) * 1e3
    print(
        f"  analysis and judging, blocks of 10 ms: p50 {p50:.2f} ms, p99 {p99:.2f} ms; "
        f"{share:.1%} of a core at {RATE_HZ:.0f} frames/s (limit {SHARE_TARGET:.0%})"
    )
    return share


def _board(master: int, results: Connection) -> None:
    """The other process: a virtual board on the pseudo-terminal, noting when each frame went out."""
    once = minute(RATE_HZ)
    counts = once.counts

    def source(t_us: NDArray[np.int64]) -> NDArray[np.uint16]:
        return np.asarray(counts[np.minimum((t_us * (RATE_HZ / 1e6)).astype(int), len(counts) - 1)], np.uint16)

    board = VirtualBoard(BoardModel.of(load_pad(PAD_NAME), "bench"), source, now_s=time.monotonic())
    os.set_blocking(master, False)
    written: list[float] = []
    stop_s = time.monotonic() + STREAM_S + 3
    while time.monotonic() < stop_s:
        now_s = time.monotonic()
        try:
            board.feed(os.read(master, 4096))
        except BlockingIOError:
            pass
        except OSError:
            break
        data = board.step(now_s)
        if data:
            os.write(master, data)
            if board.streaming:
                # A frame ends at a zero; status packets among them are too rare to shift a percentile.
                written += [time.monotonic()] * sum(len(p) > 150 for p in data.split(b"\0"))
        time.sleep(max(min(board.next_s() - time.monotonic(), 0.002), 0))
    results.send(written)


def through_a_terminal() -> tuple[float, float]:
    """Print byte-in to flag-out; p50 and p99 in ms."""
    context = multiprocessing.get_context("spawn")
    results, sending = context.Pipe()
    master, slave = os.openpty()
    tty.setraw(slave)
    name = os.ttyname(slave)
    os.set_inheritable(master, True)
    child = multiprocessing.get_context("fork").Process(target=_board, args=(master, sending), daemon=True)
    child.start()
    events: list[dict[str, Any]] = []
    clock = SystemClock()
    device = Device(lambda: SerialTransport(name), load_pad(PAD_NAME), clock)
    frames_us: list[int] = []
    with device:
        device.connect()
        device.start()
        session = pipeline()
        cpu_began = time.process_time()
        practice = Practice(device, session, events.append, clock, cues=False)
        push = session.push

        def noting(block: Any) -> Any:
            frames_us.extend(block.t_us.tolist())
            return push(block)

        session.push = noting  # type: ignore[method-assign]  # only to note which frame was which
        practice.run(STREAM_S)
        share = (time.process_time() - cpu_began) / STREAM_S
    written = np.array(results.recv())
    child.join(5)
    t_us = np.array(frames_us)
    flags = [e for e in events if e["event"] == "flag"]
    at = np.searchsorted(t_us, [round(e["t"] * 1e6) for e in flags])
    took = np.array([e["emitted"] for e in flags]) - written[np.minimum(at, len(written) - 1)]
    p50, p99 = np.percentile(took, (50, 99)) * 1e3
    print(
        f"  byte written to flag line, pseudo-terminal: {len(flags)} flags, p50 {p50:.2f} ms, p99 {p99:.2f} ms "
        f"(limits {P50_TARGET_MS:g} and {P99_TARGET_MS:g}); the whole host {share:.1%} of a core"
    )
    return float(p50), float(p99)


def main() -> bool:
    """Print the figures; whether the targets were met."""
    print("Live, 144 channels, paced by the wall clock")
    share = paced()
    p50, p99 = through_a_terminal()
    return share <= SHARE_TARGET and p50 <= P50_TARGET_MS and p99 <= P99_TARGET_MS


if __name__ == "__main__":
    sys.exit(0 if main() else 1)

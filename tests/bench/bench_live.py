"""A live session at its real pace: what a block of 10 ms costs, and how long a flag takes from its last byte.

Run it: `python -m tests.bench live`. Both are paced by the wall clock, since caches are cold between blocks and
figures from a tight loop would flatter. For the second a virtual board in a process of its own writes frames to a
pseudo-terminal (`terminal.py`); the host is all that `rig practice --events -` is: pyserial, `Device`, the recording,
`Practice` and a JSON line for each event. A flag's time runs from before the write of the frame that reached the
flag's device time, found by that frame's counts and clock, to after the write of its line. The limits are the
scheduler's wake-up, which any reader of a port waits for, and the bytes: a frame is 3.8 ms on the wire at 500,000 baud,
over before the time begins.
"""

from __future__ import annotations

import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from rig.calibration.nominal import NominalConversion
from rig.clock import SystemClock
from rig.device.device import Device
from rig.frame import Block
from rig.pad import load_pad
from rig.recording.writer import RecordingWriter
from rig.session.pipeline import Pipeline
from rig.session.practice import Practice
from rig.session.running import RunningPractice
from rig.technique.routine.loading import load_routine
from rig.technique.timeline import Mark
from rig.transport.serial_port import SerialTransport
from tests.bench.massage import PAD_NAME, header, minute
from tests.bench.terminal import TerminalBoard

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from rig.session.events import Event
    from tests.bench.terminal import Sent

RATE_HZ = 259.875
BLOCK_S = 0.01
PACED_S = 40.0
STREAM_S = 120.0
PRESS_S = 0.5
"""The spine is pressed this often: 200 flags and more, twice as many lines."""

SHARE_TARGET, P50_TARGET_MS, P99_TARGET_MS = 0.08, 1.0, 3.0


class Waited:
    """How long this process stood ready and was not run, because others had the processor; 0 where unknown."""

    def __init__(self) -> None:
        self._began_s = self._so_far_s()

    @property
    def seconds(self) -> float:
        return self._so_far_s() - self._began_s

    @staticmethod
    def _so_far_s() -> float:
        tasks = Path("/proc/self/task")
        return sum(int(p.read_text().split()[1]) for p in tasks.glob("*/schedstat")) / 1e9 if tasks.exists() else 0.0


class NotingPipeline(Pipeline):
    """Notes each block, and with which frame each flag line came."""

    def __init__(self) -> None:
        pad = load_pad(PAD_NAME)
        super().__init__(pad, NominalConversion(pad), load_routine("relieving", pad), None, [Mark(0, "relieving.1")])
        self.blocks: list[Block] = []
        self.brought_by: list[int] = []

    def look(self, block: Block) -> list[Event]:
        before = self.frames
        self.blocks.append(block)
        return self._note(super().look(block), block, before)

    def follow(self) -> list[Event]:
        block = self.blocks[-1]
        return self._note(super().follow(), block, self.frames - len(block))

    def _note(self, events: list[Event], block: Block, before: int) -> list[Event]:
        for event in events:
            if event.kind in {"flag", "flag-end"}:
                # The first frame of this block that reached the flag's time: the longest that it may have taken.
                row = min(int(np.searchsorted(block.t_us, event.t_us)), len(block) - 1)
                self.brought_by.append(before + row)
        return events


class Lines:
    """The event lines as `--events -` writes them, and when each flag's line was out."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w")
        self.out_s: list[float] = []
        self.received_s: list[float] = []
        self.flags = 0

    def take(self, line: Mapping[str, Any]) -> None:
        self._file.write(msgspec.json.encode(line).decode() + "\n")
        self._file.flush()
        if line["event"] in {"flag", "flag-end"}:
            self.out_s.append(time.monotonic())
            self.received_s.append(line["received"])
            self.flags += line["event"] == "flag"


def paced() -> float:
    """Print what blocks of 10 ms cost; the share of a core."""
    once = minute(RATE_HZ)
    edges = np.searchsorted(once.t_us, np.arange(0, PACED_S, BLOCK_S) * 1e6)
    session = NotingPipeline()
    costs, used_s, waited = [], 0.0, Waited()
    began, cpu_began = time.perf_counter(), time.process_time()
    for k, (a, b) in enumerate(pairwise(edges.tolist())):
        time.sleep(max(began + (k + 1) * BLOCK_S - time.perf_counter(), 0))
        start, cpu_start = time.perf_counter(), time.thread_time()
        session.push(once[a:b])
        used_s += time.thread_time() - cpu_start
        costs.append(time.perf_counter() - start)
    wall_s = time.perf_counter() - began
    share = (time.process_time() - cpu_began) / wall_s
    p50, p99 = np.percentile(costs, (50, 99)) * 1e3
    print(
        f"  analysis and judging, blocks of 10 ms: p50 {p50:.2f} ms, p99 {p99:.2f} ms; "
        f"{share:.1%} of a core at {RATE_HZ:.0f} frames/s (limit {SHARE_TARGET:.0%}), "
        f"{used_s / wall_s:.1%} in the pipeline; kept from running {waited.seconds / wall_s:.1%} of the time"
    )
    return share


def through_a_terminal() -> tuple[float, float]:
    """Print byte-in to flag-out; p50 and p99 in ms."""
    clock, pad = SystemClock(), load_pad(PAD_NAME)
    pipeline = NotingPipeline()
    with tempfile.TemporaryDirectory() as folder, TerminalBoard(RATE_HZ, PRESS_S) as board:
        lines = Lines(Path(folder) / "events")
        with Device(lambda: SerialTransport(board.name), pad, clock) as device:
            device.connect()
            writer = RecordingWriter(Path(folder) / "live.mcap", header(), clock)
            device.start()
            running = RunningPractice(
                lambda sink: Practice(device, pipeline, sink, clock, writer), calibrated=False, listener=lines.take
            )
            waited, cpu_began, began = Waited(), time.process_time(), time.perf_counter()
            running.start(STREAM_S)
            running.wait(STREAM_S - 1)
            waited_s, wall_s = waited.seconds, time.perf_counter() - began
            share = (time.process_time() - cpu_began) / wall_s
            running.wait()
        if running.error is not None:
            raise running.error
        written_s = _written_s(Block.join(pipeline.blocks), board.stop())[pipeline.brought_by]
    n = len(written_s)  # What the end of the session closes was brought by no frame.
    took_ms = (np.array(lines.out_s[:n]) - written_s) * 1e3
    on_the_way_ms = (np.array(lines.received_s[:n]) - written_s) * 1e3
    (p50, p99), (way50, way99) = np.percentile(took_ms, (50, 99)), np.percentile(on_the_way_ms, (50, 99))
    here50, here99 = np.percentile(took_ms - on_the_way_ms, (50, 99))
    print(
        f"  byte in to flag line out, pseudo-terminal, {lines.flags} flags, {n} lines: p50 {p50:.2f} ms, "
        f"p99 {p99:.2f} ms, worst {took_ms.max():.2f} ms (limits {P50_TARGET_MS:g} and {P99_TARGET_MS:g})\n"
        f"    of it until the bytes were read {way50:.2f} and {way99:.2f} ms, "
        f"from there {here50:.2f} and {here99:.2f} ms\n"
        f"    the whole host {share:.1%} of a core, kept from running {waited_s / wall_s:.1%} of the time;"
        f" {device.counters.lost} frames lost"
    )
    return float(p50), float(p99)


def _written_s(frames: Block, sent: Sent) -> NDArray[np.float64]:
    """(n,) when each frame that came in was written; every one is found and compared."""
    row = np.searchsorted(sent.t_us, frames.t_us)
    if not np.array_equal(sent.counts[np.minimum(row, len(sent.t_us) - 1)], frames.counts):
        raise AssertionError("the frames that came in are not those that were sent")
    return sent.written_s[row]


def main() -> bool:
    """Print the figures; whether the targets were met."""
    print("Live, 144 channels, paced by the wall clock")
    share = paced()
    p50, p99 = through_a_terminal()
    return share <= SHARE_TARGET and p50 <= P50_TARGET_MS and p99 <= P99_TARGET_MS


if __name__ == "__main__":
    sys.exit(0 if main() else 1)

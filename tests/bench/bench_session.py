"""A recorded session from its file to its report, against real time; and the memory that it takes.

Run it: `python -m tests.bench session`. One core; 144 channels at 200 Hz. The figure is the best processor time of
several runs in one process of one thread, since other programs share the machine; wall time stands beside it, and so
does the first run's, which imports what the analysis needs. Memory is the peak of a process of its own, for a short
and a long session: what matters is the difference. The limit is the reading alone: every byte is decompressed, checked
and put in its place.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

TARGET = 1000.0
RATE_HZ = 200.0
SHORT_MIN, LONG_MIN = 3, 45
ROUNDS = 5


def write(path: Path, count: int) -> None:
    """Record `count` minutes."""
    from rig.recording.writer import RecordingWriter
    from tests.bench.massage import header, minutes

    with RecordingWriter(path, header()) as writer:
        for block in minutes(RATE_HZ, count):
            writer.write(block)


class Run(NamedTuple):
    """One way from the file to the JSON report: processor and wall time in seconds, what of the former is reading."""

    cpu_s: float
    wall_s: float
    reading_s: float
    session_s: float
    strokes: int


def to_report(path: str) -> Run:
    """Take a file to its JSON report, then read it alone."""
    from rig.recording.reader import Recording
    from rig.report.report import build_report, report_json
    from rig.session.batch import BATCH_FRAMES, analyse
    from rig.technique.routine.loading import load_routine

    routine = load_routine("relieving")
    wall, cpu = time.perf_counter(), time.process_time()
    recording = Recording.open(path)
    outcome = analyse(recording, routine, step="relieving.1")
    report_json(build_report(recording, outcome))
    wall_s, cpu_s = time.perf_counter() - wall, time.process_time() - cpu
    cpu = time.process_time()
    for _ in Recording.open(path).blocks(block_frames=BATCH_FRAMES):
        pass
    return Run(cpu_s, wall_s, time.process_time() - cpu, recording.duration_s, len(outcome.strokes))


def peak_mb() -> float:
    """The most memory that this process has had."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(path: Path) -> tuple[list[Run], float]:
    """`to_report` several times in a process of its own on one core, and the process' peak memory in MB."""
    code = (
        "import sys, json; from tests.bench.bench_session import to_report, peak_mb, ROUNDS\n"
        "print(json.dumps([[to_report(sys.argv[1]) for _ in range(ROUNDS)], peak_mb()]))"
    )
    one_core = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], check=True, capture_output=True, text=True, env=os.environ | one_core
    )
    runs, memory = json.loads(done.stdout)
    return [Run(*run) for run in runs], memory


def main() -> bool:
    """Print the figures; whether the target was met."""
    print(f"A recorded session from file to report, 144 channels at {RATE_HZ:g} Hz, one core")
    with tempfile.TemporaryDirectory() as folder:
        results = []
        for count in (SHORT_MIN, LONG_MIN):
            path = Path(folder) / f"{count}.mcap"
            write(path, count)
            runs, memory = measured(path)
            best = min(runs)
            times = best.session_s / best.cpu_s
            results.append((times, memory))
            print(
                f"  {count:2d} min: {best.cpu_s:5.2f} s of a core = {times:5.0f}x real time (target {TARGET:.0f}x; "
                f"limit, reading alone: {best.session_s / min(r.reading_s for r in runs):,.0f}x), "
                f"by the wall {best.session_s / min(r.wall_s for r in runs):.0f}x; "
                f"first run, with imports, {runs[0].cpu_s:.2f} s; {best.strokes} strokes, peak memory {memory:.0f} MB"
            )
    grown = results[1][1] - results[0][1]
    print(f"  memory for {LONG_MIN - SHORT_MIN} min more: {grown:+.0f} MB")
    return results[1][0] >= TARGET


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
